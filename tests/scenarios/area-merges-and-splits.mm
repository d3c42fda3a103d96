# Two maps are one area; other rights cut it; the same rights make it one again.
boot ram=512M thp=never
spawn t
t: a = mmap 16K                     #@start..end
t: b = mmap 16K                     #@start..end
t: mprotect a+4K 4K r               #@start..end
t: mprotect a+4K 4K rw              #@start..end
t: munmap a+4K 4K                   #@start..end
t: mmap 0 !EINVAL                   #@start..end
