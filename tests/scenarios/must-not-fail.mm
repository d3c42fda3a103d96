# Who may insist, and how far: a request that must not fail gets a part of the reserves, one that frees memory all of them.
boot ram=96M
kernel: all = alloc_pages order=4 count=max gfp=GFP_KERNEL|__GFP_NOWARN
kernel: must = alloc_pages order=4 gfp=GFP_NOIO|__GFP_NOFAIL           #@start..end
kernel: saver = alloc_pages order=4 gfp=GFP_KERNEL|__GFP_MEMALLOC      #@start..end
