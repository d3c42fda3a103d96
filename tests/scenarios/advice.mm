# Advice is a flag of the area, which cuts and joins; DONTNEED takes pages away and leaves the area.
boot ram=256M thp=madvise
spawn web bare
web: buf = mmap 64K
web: madvise buf 16K hugepage                 #@1
web: madvise buf 16K hugepage                 #@1
web: madvise buf+16K 48K hugepage             #@1
cat /proc/web/maps
web: touch buf
web: madvise buf 8K dontneed                  #@2
web: munmap buf+8K 4K
web: madvise buf 16K nohugepage !ENOMEM       #@3
web: madvise buf+1 4K dontneed !EINVAL
