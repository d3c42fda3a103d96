# A read maps the huge page of zeroes; a write cuts its entry and copies one small page.
boot ram=256M thp=always
echo 1 > /sys/kernel/mm/transparent_hugepage/use_zero_page
spawn web bare
web: warm = mmap 4K; touch warm               # the directories are there
web: buf = mmap 2M align=2M
web: read buf 4K                              #@start..end
web: write buf+8K
expect rss.web == 4K + 4K
expect vmstat.thp_zero_page_alloc == 1; expect vmstat.thp_split_pmd == 1
web: pages buf
