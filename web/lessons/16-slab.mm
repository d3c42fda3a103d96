# How does the kernel hand out objects smaller than a page?
boot ram=1G
kernel: c = kmem_cache_create oracle size=256          #@1
expect slab(oracle).per_slab == 16; expect slab(oracle).order == 0
kernel: first = kmem_cache_alloc c                     #@2:slab.new_slab#1
expect slab(oracle).slabs == 1; expect vmstat.nr_slab_unreclaimable >= 0
kernel: a = kmem_cache_alloc c count=15                #@3
expect slab(oracle).slabs == 1                         # 16 objects fill it
kernel: b = kmem_cache_alloc c
expect slab(oracle).slabs == 2                         # the 17th takes a new one
kernel: m = kmem_cache_alloc c count=983
expect slab(oracle).slabs == 63                        # 1000 objects
# Step 4 frees every second object: of one slab here, the script has no loop.
kernel: kmem_cache_free a[0]; kmem_cache_free a[2]; kmem_cache_free a[4]    #@4
expect slab(oracle).slabs == 63; expect slab(oracle).cpu_slabs == 2
kernel: kmem_cache_free m; kmem_cache_free b; kmem_cache_free first         #@5
kernel: kmem_cache_free a[1]; kmem_cache_free a[3]; kmem_cache_free a[5..14]
expect slab(oracle).slabs < 63; expect slab(oracle).slabs > 0
kernel: x = kmalloc 65                                 #@6
expect ksize(x) == 96
kernel: z = kmalloc 192
expect ksize(z) == 192
kernel: y = kmalloc 8193
expect ksize(y) == 16384; expect page(pfn(kernel, y)).slab == 0
expect page(pfn(kernel, x)).slab == 1                  #@7
