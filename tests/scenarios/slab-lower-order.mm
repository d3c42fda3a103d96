# Without a block of the usual order a slab of the least order does.
boot ram=96M thp=never
kernel: c = kmem_cache_create names_cache size=4096
kernel: p = alloc_pages order=1 count=max
kernel: a = kmem_cache_alloc c                   #@start..end
expect slab(names_cache).total == 1
