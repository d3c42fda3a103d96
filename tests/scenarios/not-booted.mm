# What no machine here has is refused, and the machine before stays.
boot ram=128M
boot state=unknown !ENOENT                               #@1
boot arch=i386 nodes=2 !EINVAL                           #@2
boot ram=128M nodes=4 !ENOMEM                            #@3
boot state=512M-buddy/11 ram=1G !EINVAL                  #@4
expect mem.frames == 32768
