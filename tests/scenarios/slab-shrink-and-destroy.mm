# A cache gives up what it keeps; it can be destroyed when no object is in use.
boot ram=96M thp=never
kernel: c = kmem_cache_create inode size=2048
kernel: a = kmem_cache_alloc c count=24
kernel: kmem_cache_free a[0..7]; kmem_cache_free a[8]
kernel: kmem_cache_shrink c                      #@start..end
expect slab(inode).slabs == 2
kernel: kmem_cache_destroy c !EBUSY              #@start..end
kernel: kmem_cache_free a[9..23]
kernel: kmem_cache_destroy c                     #@start..end
