# What do Unmovable, Movable and Reclaimable mean, and who owns a pageblock?
boot state=512M-buddy/11
expect blocks.DMA32.Unmovable == 26; expect blocks.DMA32.Movable == 216
kernel: u = alloc_pages order=0 gfp=GFP_NOWAIT count=6000       #@3:fallback.retype#1
expect blocks.DMA32.Unmovable +6; expect blocks.DMA32.Movable -6
kernel: free_pages u; drain_all_pages                            #@4
expect blocks.DMA32.Unmovable +0
kernel: r = alloc_pages order=3 gfp=__GFP_RECLAIMABLE|__GFP_NOWARN count=300   #@5
expect blocks.DMA32.Reclaimable +4; expect blocks.DMA32.Unmovable -4
spawn web
web: p = mmap 4K; web: touch p
expect page(pfn(web, p)).block == Movable
cat /proc/pagetypeinfo
