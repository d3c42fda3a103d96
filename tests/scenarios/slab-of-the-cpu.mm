# A CPU allocates from one slab; a full one is on no list until an object of it is freed.
boot ram=96M thp=never
kernel: warm = alloc_pages
kernel: c = kmem_cache_create inode size=512     #@1
kernel: a = kmem_cache_alloc c                   #@2
kernel: b = kmem_cache_alloc c count=7
kernel: d = kmem_cache_alloc c                   #@3
kernel: kmem_cache_free a                        #@4
kernel: kmem_cache_free d                        #@5
expect slab(inode).slabs == 2; expect slab(inode).cpu_slabs == 2
