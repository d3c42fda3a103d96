# 8192 pages of addresses may wait on one CPU. The second area (with the list of its frames, which
# is an area too) brings them above: one flush.
boot ram=128M
kernel: a = vmalloc 16M
kernel: b = vmalloc 16M
kernel: vfree a
expect vmalloc.lazy == 4106
kernel: vfree b
expect vmalloc.lazy == 0; expect tlb.flush_all == 1
kernel: c = vmalloc 4K
expect c == a
