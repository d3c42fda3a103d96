# Reading fresh memory takes no frame; writing it later is a second fault, and a copy.
boot ram=512M thp=never
spawn web
web: buf = mmap 16K
web: touch buf+4K 4K
web: read buf 4K       #@start..end
web: write buf         #@start..end
