# One write, one huge page: an order-9 block, a spare table for the directory, one entry.
boot ram=256M thp=always
spawn web bare
web: warm = mmap 4K; touch warm               # the directories are there
web: buf = mmap 4M align=2M
web: write buf                                #@start..end
web: write buf+1M+5                           # the same entry
expect minflt.web == 1 + 1
expect vmstat.thp_fault_alloc == 1
expect rss.web == 2M + 4K; expect vmstat.nr_anon_transparent_hugepages == 1
web: pages buf
web: translate buf+0x123456
