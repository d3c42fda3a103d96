# Frames run out on the way: all is given back.
boot ram=96M
kernel: o = kmalloc 64; kmalloc 128; w = vmalloc 4K
kernel: a = alloc_pages order=0 count=max gfp=GFP_HIGHUSER|__GFP_NOWARN
kernel: free_pages a[100..103]
kernel: vmalloc 48K !ENOMEM             #@start..end
expect vmalloc.used == 1
