# One pinned page in every MB: most of memory is free, and no block of order 8.
boot preset=fragmented
expect buddyinfo.DMA32[8] == 0; expect buddyinfo.DMA32[7] > 500
expect meminfo.MemFree > 900M
kernel: kmalloc 1M !ENOMEM
kernel: free_pages pinned
kernel: drain_all_pages
kernel: big = kmalloc 1M
