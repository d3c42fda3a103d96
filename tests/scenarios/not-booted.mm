# What no machine here has is refused, and the machine before stays.
boot ram=128M
boot state=unknown !ENOENT                               #@start..end
boot arch=i386 nodes=2 !EINVAL                           #@start..end
boot ram=128M nodes=4 !ENOMEM                            #@start..end
boot state=512M-buddy/11 ram=1G !EINVAL                  #@start..end
expect mem.frames == 32768
