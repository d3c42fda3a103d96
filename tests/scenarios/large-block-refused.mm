# A large block is insisted on with __GFP_RETRY_MAYFAIL, yet nobody is killed for it.
boot ram=96M
kernel: all = alloc_pages order=10 count=max
kernel: more = alloc_pages order=10 gfp=GFP_KERNEL|__GFP_RETRY_MAYFAIL !ENOMEM   #@start..end
