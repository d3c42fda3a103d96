# A node keeps some empty slabs; what is more goes back to the page allocator.
boot ram=128M thp=never
kernel: c = kmem_cache_create names_cache size=4096
kernel: o = kmem_cache_alloc c count=80
kernel: kmem_cache_free o[0..63]
expect slab(names_cache).partial == 6; expect slab(names_cache).slabs == 10
kernel: kmem_cache_free o[64]                    #@start..end
expect slab(names_cache).partial == 6; expect slab(names_cache).slabs == 8
