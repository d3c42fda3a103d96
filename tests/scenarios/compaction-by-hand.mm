# Written by hand it goes on over all zones, until both scanners meet: what one finds moves to what the other finds.
boot ram=128M thp=never
spawn web
web: a = mmap 76M; touch a
web: madvise a+4K 12K dontneed stride=16K count=4864
echo 1 > /proc/sys/vm/compact_memory
echo 1 > /proc/sys/vm/compact_memory          #@start..compaction.end#1
expect buddyinfo.DMA32[10] > 3
