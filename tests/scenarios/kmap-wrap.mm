# 1024 slots in order; when the search comes round, those without users are cleared at once.
boot ram=1G arch=i386
kernel: high = alloc_pages gfp=GFP_HIGHUSER count=1030
kernel: kmap high[0..1022]
kernel: kunmap high[0..1021]
kernel: m = kmap high[1023]             #@start..end
expect m == 0xfec00000; expect tlb.flush_all == 1
kernel: kmap high[0..1021]
kernel: kmap high[1024] !EAGAIN         #@start..end
