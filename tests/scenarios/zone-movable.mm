# movablecore=: memory that only movable pages may use, above what any page may use.
boot ram=512M movablecore=128M
expect zoneinfo.Movable.start_pfn == 98304; expect zoneinfo.Movable.spanned == 32736
expect zoneinfo.DMA32.spanned == 94208
kernel: k = alloc_pages order=4 gfp=GFP_KERNEL           #@start..end
kernel: m = alloc_pages order=4 gfp=GFP_HIGHUSER_MOVABLE #@start..end
expect page(pfn(kernel, k)).zone == DMA32
expect page(pfn(kernel, m)).zone == Movable
spawn web
web: p = mmap 4K; web: touch p
expect page(pfn(web, p)).zone == Movable
boot preset=two-nodes kernelcore=50%
expect zoneinfo.Movable@0.start_pfn > 65536; expect zoneinfo.Movable@1.start_pfn == 196608
