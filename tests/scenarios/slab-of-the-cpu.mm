# A CPU allocates from one slab; a full one is on no list until an object of it is freed.
boot ram=96M thp=never
kernel: warm = alloc_pages
kernel: c = kmem_cache_create inode size=512     #@start..end
kernel: a = kmem_cache_alloc c                   #@start..end
kernel: b = kmem_cache_alloc c count=7
kernel: d = kmem_cache_alloc c                   #@start..end
kernel: kmem_cache_free a                        #@start..end
kernel: kmem_cache_free d                        #@start..end
expect slab(inode).slabs == 2; expect slab(inode).cpu_slabs == 2
