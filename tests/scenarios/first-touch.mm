# The first write to a page: walk, fault, area, frame, entry, and the walk again.
boot state=512M-buddy
spawn web
web: buf = mmap 16K
web: write buf+0x123   #@start..end
