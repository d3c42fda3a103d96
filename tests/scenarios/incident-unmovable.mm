# The same free memory with a page of the kernel's in every MB: the indexes look alike, compaction works hard, and no large block comes of it.
boot preset=fragmented
spawn web
web: a = mmap 64M; touch a
web: madvise a+4K 12K dontneed stride=16K count=4096
expect meminfo.MemFree > 880M; expect buddyinfo.DMA32[8] == 0
expect unusable.DMA32[9] == 1000; expect extfrag.DMA32[9] > 870
cat /proc/buddyinfo
kernel: big = alloc_pages order=9 gfp=GFP_KERNEL|__GFP_NORETRY|__GFP_NOWARN !ENOMEM
expect vmstat.compact_fail +2; expect vmstat.compact_success +0
echo 1 > /proc/sys/vm/compact_memory
expect vmstat.pgmigrate_success > 3000; expect buddyinfo.DMA32[8] == 0
expect unusable.DMA32[9] == 1000; expect extfrag.DMA32[9] > 870
cat /proc/buddyinfo
kernel: big = alloc_pages order=9 gfp=GFP_TRANSHUGE|__GFP_NOWARN !ENOMEM
# Nothing but the kernel's pages was in the way.
kernel: free_pages pinned; drain_all_pages
expect buddyinfo.DMA32[10] > 200; expect unusable.DMA32[9] < 100
kernel: big = alloc_pages order=9 gfp=GFP_NOWAIT|__GFP_NOWARN
