# One that may wait compacts for itself: pages that can move go from the zone's start to its end, until a whole block is free, which nobody else gets.
boot ram=128M thp=never
spawn web
web: a = mmap 76M; touch a
web: madvise a+4K 12K dontneed stride=16K count=4864
kernel: big = alloc_pages order=9 gfp=GFP_TRANSHUGE              #@compaction.try#1..compaction.isolate_migratepages#3
kernel: next = alloc_pages order=9 gfp=GFP_TRANSHUGE             #@compaction.captured#1..end
expect vmstat.compact_success == 2
