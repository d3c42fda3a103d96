# A zone keeps what a request that could have used a higher one may not have.
boot preset=vm-8g
kernel: all = alloc_pages order=10 gfp=__GFP_NOWARN count=max
expect zoneinfo.DMA32.free > 11000; expect zoneinfo.DMA.free > 3000
kernel: alloc_pages order=10 gfp=__GFP_NOWARN !ENOMEM     #@start..end
kernel: dma = alloc_pages order=9 gfp=GFP_DMA                        #@start..end
expect page(pfn(kernel, dma)).zone == DMA
