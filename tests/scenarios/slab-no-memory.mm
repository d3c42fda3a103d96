# Without any block at all a cache gets no slab, and the request fails.
boot ram=96M thp=never
kernel: c = kmem_cache_create names_cache size=4096
kernel: q = alloc_pages count=max
kernel: b = kmem_cache_alloc c !ENOMEM           #@start..end
