# Requests of the kernel's own: processes die, the largest first, until the memory they held is spent too.
boot ram=96M thp=never
spawn small
small: s = mmap 1M
small: touch s
spawn large
large: l = mmap 2M
large: touch l
kernel: all = alloc_pages count=max gfp=GFP_KERNEL|__GFP_NORETRY|__GFP_NOWARN
kernel: one = alloc_pages count=64
expect alive(large) == 0; expect alive(small) == 1
expect vmstat.oom_kill == 1
kernel: more = alloc_pages count=1024 !ENOMEM
expect alive(small) == 0
expect vmstat.oom_kill == 2
