# An urgent request below the low mark gets its block, and a pageblock is set aside for the next.
boot ram=96M
kernel: all = alloc_pages count=max gfp=GFP_KERNEL|__GFP_NOWARN
kernel: urgent = alloc_pages order=2 gfp=GFP_ATOMIC      #@start..end
