# Every second page is free. After a pageblock without free pages the free scanner looks at every second frame, then every fourth, ... of the next ones: whether it finds anything depends on which frames are free.
boot ram=128M thp=never
spawn even
even: a = mmap 76M; touch a; madvise a+4K 4K dontneed stride=8K count=9728
expect meminfo.MemFree > 38M; expect unusable.DMA32[9] == 1000
echo 1 > /proc/sys/vm/compact_memory
expect vmstat.pgmigrate_success > 4000; expect buddyinfo.DMA32[10] > 2
boot ram=128M thp=never
spawn odd
odd: a = mmap 76M; touch a; madvise a 4K dontneed stride=8K count=9728
expect meminfo.MemFree > 38M; expect unusable.DMA32[9] == 1000
echo 1 > /proc/sys/vm/compact_memory
expect vmstat.pgmigrate_success < 2000; expect unusable.DMA32[9] == 1000
cat /proc/buddyinfo
