# kmalloc rounds to its sizes, takes whole frames above two pages, and what is freed twice is told of.
boot ram=96M thp=never
kernel: warm = kmalloc 90; big = alloc_pages order=2
kernel: c = kmem_cache_create inode size=512
kernel: x = kmalloc 65                           #@start..end
expect ksize(x) == 96
kernel: kmem_cache_free x cache=c !EINVAL        #@start..end
kernel: kfree x; kfree x !EINVAL                 #@start..end
kernel: y = kmalloc 8193                         #@start..end
expect ksize(y) == 16K; expect page(pfn(kernel, y)).slab == 0
kernel: kfree y                                  #@start..end
