# A pageblock set aside for urgent blocks serves them alone, and is not given up for a large block.
boot ram=96M
kernel: all = alloc_pages count=max gfp=GFP_KERNEL|__GFP_NOWARN
kernel: urgent = alloc_pages order=2 gfp=GFP_ATOMIC
expect blocks.DMA32.HighAtomic == 1
kernel: drain_all_pages
kernel: next = alloc_pages order=2 gfp=GFP_ATOMIC       #@start..end
expect blocks.DMA32.HighAtomic == 2
