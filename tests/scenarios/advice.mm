# Advice is a flag of the area, which cuts and joins; DONTNEED takes pages away and leaves the area.
boot ram=256M thp=madvise
spawn web bare
web: buf = mmap 64K
web: madvise buf 16K hugepage                 #@start..end
web: madvise buf 16K hugepage                 #@start..end
web: madvise buf+16K 48K hugepage             #@start..end
cat /proc/web/maps
web: touch buf
web: madvise buf 8K dontneed                  #@start..end
web: munmap buf+8K 4K
web: madvise buf 16K nohugepage !ENOMEM       #@start..end
web: madvise buf+1 4K dontneed !EINVAL
