# No cache has memory below 4 GB: kmalloc leaves the flag out, and the log says so.
boot ram=8G thp=never
kernel: warm = kmalloc 16K; warm = kmalloc 64
kernel: e = kmalloc 16K gfp=GFP_KERNEL|GFP_DMA32   #@start..end
kernel: f = kmalloc 2K gfp=GFP_KERNEL|__GFP_HIGHMEM  #@start..end
expect page(pfn(kernel, e)).zone == Normal
expect page(pfn(kernel, f)).zone == Normal
# Zone bits that contradict each other stand for the lowest zone.
kernel: both = alloc_pages gfp=GFP_DMA32|__GFP_HIGHMEM
expect page(pfn(kernel, both)).zone == DMA
