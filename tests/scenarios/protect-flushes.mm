# mprotect of a present page changes its entry and flushes it.
boot ram=512M thp=never
spawn t
t: buf = mmap 12K; touch buf
t: mprotect buf 4K r                #@start..end
t: mprotect buf 4K rw               #@start..end
t: write buf                        #@start..end
t: munmap buf+4K 4K                 #@start..end
