# kmalloc rounds to its sizes, takes whole frames above two pages, and what is freed twice is told of.
boot ram=96M thp=never
kernel: warm = kmalloc 90; big = alloc_pages order=2
kernel: c = kmem_cache_create inode size=512
kernel: x = kmalloc 65                           #@1
expect ksize(x) == 96
kernel: kmem_cache_free x cache=c !EINVAL        #@2
kernel: kfree x; kfree x !EINVAL                 #@3
kernel: y = kmalloc 8193                         #@4
expect ksize(y) == 16K; expect page(pfn(kernel, y)).slab == 0
kernel: kfree y                                  #@5
