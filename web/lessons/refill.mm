# The CPU's own list is empty now,
# so page 360 needs the buddy lists.
boot state=512M-buddy thp=never
spawn web
web: buf = mmap 16M
web: touch buf 1436K
web: write buf+0x167123 8
expect buddyinfo.DMA32[2] == 1
web: translate buf+0x167123
kernel: blk = alloc_pages order=4
cat /proc/buddyinfo
kernel: free_pages blk
web: write 0x0 !SIGSEGV
