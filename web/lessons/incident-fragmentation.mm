# Why does a request for 2 MB fail while 58 MB are free, and when does compaction help?
boot ram=128M thp=never
spawn web
web: a = mmap 76M; touch a
web: madvise a+4K 12K dontneed stride=16K count=4864         # one page of four stays
expect meminfo.MemFree > 58M; expect buddyinfo.DMA32[9] == 0
cat /proc/buddyinfo
kernel: big = alloc_pages order=9 gfp=GFP_NOWAIT|__GFP_NOWARN !ENOMEM
expect unusable.DMA32[9] == 1000                             # nothing of it is in blocks of order 9,
expect extfrag.DMA32[9] > 990                                # and not for want of memory
kernel: big = alloc_pages order=9 gfp=GFP_TRANSHUGE          # this one waits: it compacts for itself
expect vmstat.compact_success +1; expect vmstat.pgmigrate_success +160
echo 1 > /proc/sys/vm/compact_memory                         # everything that can move
expect unusable.DMA32[9] < 400; expect extfrag.DMA32[9] == -1000
kernel: more = alloc_pages order=9 gfp=GFP_NOWAIT|__GFP_NOWARN count=16
# The same again, with a page of the kernel's in every MB: it cannot move.
boot preset=fragmented
spawn web
web: a = mmap 64M; touch a; madvise a+4K 12K dontneed stride=16K count=4096
expect meminfo.MemFree > 880M; expect unusable.DMA32[9] == 1000; expect extfrag.DMA32[9] > 870
echo 1 > /proc/sys/vm/compact_memory
expect vmstat.pgmigrate_success > 3000                       # much work,
expect unusable.DMA32[9] == 1000                             # and no block
kernel: big = alloc_pages order=9 gfp=GFP_TRANSHUGE|__GFP_NOWARN !ENOMEM
kernel: free_pages pinned; drain_all_pages
expect unusable.DMA32[9] < 100
kernel: big = alloc_pages order=9 gfp=GFP_NOWAIT|__GFP_NOWARN
