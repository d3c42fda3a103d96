# How do the GFP flags choose a zone, and what does `protection:` protect?
boot state=6G-buddy/13
kernel: m = alloc_pages order=10 gfp=__GFP_MOVABLE|__GFP_NOWARN count=max      #@2
expect count(m) == 1443
expect zoneinfo.Normal.free < 9488; expect zoneinfo.DMA32.free > 11351; expect zoneinfo.DMA.free == 3584   # min + 1024; min + reserve
kernel: free_pages m
kernel: d = alloc_pages order=0 gfp=GFP_DMA                                    #@5
expect page(pfn(kernel, d)).zone == DMA
boot ram=1G nodes=2 thp=never                                                  #@6
spawn t
t: a = mmap 500M; t: touch a
expect vmstat.numa_foreign > 0; expect zoneinfo.DMA.free < 500
boot ram=2G arch=i386                                                          #@7
kernel: h = alloc_pages order=0 gfp=GFP_HIGHUSER; k = kmap h
expect page(pfn(kernel, h)).zone == HighMem
