# kmap lends addresses to frames above the direct map; a slot stays mapped without users.
boot ram=1G arch=i386
kernel: low = alloc_pages
kernel: a = kmap low                    #@start..end
expect a == 0xc0000000 + pa(low)
kernel: high = alloc_pages gfp=GFP_HIGHUSER count=2
kernel: h = kmap high                   #@start..end
expect h[0] == 0xfec01000; expect h[1] == 0xfec02000
kernel: kunmap high                     #@start..end
kernel: kunmap high !EINVAL             #@start..end
kernel: again = kmap high[1]            #@start..end
expect again == h[1]
