# Shared memory is promised once, as a whole, and the promise ends with the last area.
boot ram=512M thp=never
spawn w bare
w: a = mmap 1M r shared                            #@start..end
w: munmap a+256K 256K
expect meminfo.Committed_AS == 1M
w: munmap a                                        #@start..end
w: mmap 10G shared !ENOMEM                         #@start..end
expect meminfo.Committed_AS == 0
w: mmap 10G shared noreserve
expect meminfo.Committed_AS +0
w: mmap 4K shared growsdown !EINVAL                #@start..end
