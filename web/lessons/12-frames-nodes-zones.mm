# How does Linux describe physical memory, and why 896 MB?
boot preset=seed-76g                                                    #@1
expect mem.frames == 19922944; expect mem.memmap == 1216M
boot ram=512M                                                           #@3
expect zoneinfo.DMA.spanned == 4095; expect zoneinfo.DMA.present == 3998; expect zoneinfo.DMA.managed == 3840
expect zoneinfo.DMA32.start_pfn == 4096; expect zoneinfo.Normal.present == 0
boot ram=4G                                                             #@4
expect zoneinfo.DMA32.present > 782000; expect zoneinfo.Normal.start_pfn == 1048576; expect zoneinfo.Normal.present == 262144
boot ram=4G arch=i386                                                   #@5
expect zoneinfo.HighMem.start_pfn <= 229376; expect zoneinfo.HighMem.start_pfn == 224254
boot ram=1G nodes=2                                                     #@6
expect zoneinfo.DMA32@1.start_pfn == 131072
kernel: p = alloc_pages order=0 gfp=GFP_KERNEL node=1
expect page(pfn(kernel, p)).node == 1
