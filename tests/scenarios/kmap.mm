# kmap lends addresses to frames above the direct map; a slot stays mapped without users.
boot ram=1G arch=i386
kernel: low = alloc_pages
kernel: a = kmap low                    #@1
expect a == 0xc0000000 + pa(low)
kernel: high = alloc_pages gfp=GFP_HIGHUSER count=2
kernel: h = kmap high                   #@2
expect h[0] == 0xfec01000; expect h[1] == 0xfec02000
kernel: kunmap high                     #@3
kernel: kunmap high !EINVAL             #@4
kernel: again = kmap high[1]            #@5
expect again == h[1]
