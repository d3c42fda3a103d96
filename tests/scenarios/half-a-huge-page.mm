# The last page of a huge page goes: the entry is cut, the frames stay together until all are gone.
boot ram=256M thp=always
spawn web bare
web: buf = mmap 2M align=2M
web: write buf
expect rss.web == 2M
web: munmap buf+2044K 4K                      #@start..end
expect rss.web -4K; expect meminfo.MemFree +0
expect vmstat.thp_split_pmd +1; expect vmstat.thp_deferred_split_page +1
web: pages buf
web: munmap buf 2044K
