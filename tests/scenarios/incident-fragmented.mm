# Most of memory is free and no huge page is to be had. The indexes say why; compaction repairs it, because what is in the way can move.
boot ram=128M thp=never
spawn web
web: a = mmap 76M; touch a
web: madvise a+4K 12K dontneed stride=16K count=4864
expect meminfo.MemFree > 58M; expect buddyinfo.DMA32[9] == 0; expect buddyinfo.DMA32[10] == 0
expect unusable.DMA32[9] == 1000; expect extfrag.DMA32[9] > 990
cat /proc/buddyinfo
cat /sys/kernel/debug/extfrag/extfrag_index
kernel: big = alloc_pages order=9 gfp=GFP_NOWAIT|__GFP_NOWARN !ENOMEM
# One that may wait compacts for itself: few pages have to move for one block.
kernel: big = alloc_pages order=9 gfp=GFP_TRANSHUGE
expect vmstat.compact_stall +1; expect vmstat.compact_success +1; expect vmstat.pgmigrate_success +160
# All of it at once: the next ones need not wait.
echo 1 > /proc/sys/vm/compact_memory
expect vmstat.pgmigrate_success > 3000; expect meminfo.MemFree > 56M
expect unusable.DMA32[9] < 400; expect extfrag.DMA32[9] == -1000
cat /proc/buddyinfo
kernel: more = alloc_pages order=9 gfp=GFP_NOWAIT|__GFP_NOWARN count=16
expect vmstat.compact_stall +0
# The process never noticed.
web: pages a 64K
web: read a 4K stride=16K count=4864
expect minflt.web +0
