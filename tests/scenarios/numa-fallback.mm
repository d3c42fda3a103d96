# The own node down to its marks, then the other: who misses, and for whom it is foreign.
boot preset=two-nodes
kernel: own = alloc_pages order=10 gfp=GFP_KERNEL|__GFP_NOWARN|__GFP_THISNODE node=0 count=max
expect zoneinfo.DMA32@0.free > zoneinfo.DMA32@0.min; expect vmstat.numa_miss == 0
kernel: other = alloc_pages order=10 gfp=GFP_KERNEL node=0     #@start..end
expect page(pfn(kernel, other)).node == 1
expect vmstat.numa_miss == 1; expect vmstat.numa_foreign == 1
