# mprotect of a present page changes its entry and flushes it.
boot ram=512M thp=never
spawn t
t: buf = mmap 12K; touch buf
t: mprotect buf 4K r                #@1
t: mprotect buf 4K rw               #@2
t: write buf                        #@3
t: munmap buf+4K 4K                 #@4
