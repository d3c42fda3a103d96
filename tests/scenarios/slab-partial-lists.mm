# A CPU's reserve overflows to the node; both serve before a new slab does.
boot ram=128M thp=never
kernel: c = kmem_cache_create names_cache size=4096
kernel: o = kmem_cache_alloc c count=80
kernel: kmem_cache_free o[0]; kmem_cache_free o[8]
kernel: kmem_cache_free o[16]                    #@start..end
kernel: x = kmem_cache_alloc c                   #@start..end
kernel: y = kmem_cache_alloc c                   #@start..end
expect x == o[16]; expect slab(names_cache).slabs == 10
