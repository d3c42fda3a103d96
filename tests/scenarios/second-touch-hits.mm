# The second write to a page finds it in the TLB: one step.
boot ram=512M thp=never
spawn web
web: buf = mmap 16K
web: write buf
web: write buf+0x456   #@start..end
web: read buf+0xfff 1   #@start..end
