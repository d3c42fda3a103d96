# Two maps are one area; other rights cut it; the same rights make it one again.
boot ram=512M thp=never
spawn t
t: a = mmap 16K                     #@1
t: b = mmap 16K                     #@2
t: mprotect a+4K 4K r               #@3
t: mprotect a+4K 4K rw              #@4
t: munmap a+4K 4K                   #@5
t: mmap 0 !EINVAL                   #@6
