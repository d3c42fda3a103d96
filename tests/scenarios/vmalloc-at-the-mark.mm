# Too little is free for a handful: frames come one by one, down to the minimum mark.
boot ram=96M
kernel: o = kmalloc 64; kmalloc 16; w = vmalloc 4K; drain_all_pages
kernel: a = alloc_pages order=0 count=max gfp=GFP_HIGHUSER|__GFP_NOWARN
kernel: free_pages a[0..15]; drain_all_pages
kernel: v = vmalloc 8K                  #@start..end
expect frames(v) == 2
