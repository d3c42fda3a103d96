# The process that asks for too much is the one that dies; it frees most.
boot ram=96M thp=never
spawn small
small: s = mmap 1M
small: touch s
kernel: rest = alloc_pages order=4 count=640 gfp=GFP_KERNEL|__GFP_NOWARN
spawn big
big: b = mmap 16M
big: touch b !SIGKILL
expect alive(big) == 0; expect alive(small) == 1
expect vmstat.oom_kill == 1
expect vmstat.allocstall_movable == 1
