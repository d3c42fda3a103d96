# Who may not call filesystems has nobody killed.
boot ram=96M thp=never
spawn small bare
kernel: all = alloc_pages count=max gfp=GFP_KERNEL|__GFP_NORETRY|__GFP_NOWARN
kernel: log = alloc_pages gfp=GFP_NOFS !ENOMEM     #@start..end
expect alive(small) == 1
