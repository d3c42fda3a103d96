# What another CPU frees into a CPU's slab waits there until that CPU has used up its own freelist.
boot ram=96M cpus=2 thp=never
kernel@0: c = kmem_cache_create inode size=512
kernel@0: a = kmem_cache_alloc c count=16
kernel@1: kmem_cache_free a[3]                   #@start..end
kernel@0: b = kmem_cache_alloc c                 #@start..end
expect b == a[3]
