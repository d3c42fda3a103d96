# i386: a new table hangs in the root, of which every process has a copy; 120 MB of addresses.
boot ram=1G arch=i386
spawn p bare
kernel: o = kmalloc 32; kmalloc 8; alloc_pages gfp=GFP_KERNEL|__GFP_HIGHMEM
kernel: v = vmalloc 4K                  #@start..end
expect v == 0xf73fe000
p: read v !SIGSEGV
kernel: vmalloc 121M !ENOMEM            #@start..end
