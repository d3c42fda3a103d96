# Another CPU holds the page in its TLB: it is interrupted to drop it.
boot ram=512M thp=never cpus=2
spawn t
t@0: buf = mmap 8K; touch buf
t@1: read buf
t@0: mprotect buf 4K r              #@start..end
