# The report of a request that failed, as an engineer would find it.
boot ram=320M thp=never
kernel: all = alloc_pages order=10 count=max gfp=GFP_KERNEL|__GFP_NOWARN
spawn web
web: a = mmap 64K
web: touch a
kernel: more = alloc_pages order=10 !ENOMEM
dmesg                                              #@start..end
