# munmap flushes the TLB, then gives back the page and the tables that covered nothing else.
boot ram=512M thp=never
spawn web bare
web: buf = mmap 4K fixed=0x200000000000
web: write buf
web: munmap buf               #@start..end
