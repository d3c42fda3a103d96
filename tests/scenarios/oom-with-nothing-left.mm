# Not even the reserves have a page: the process that was killed for the memory asks once more, and gives up.
boot ram=96M thp=never
spawn web bare
web: a = mmap 16K; write a
kernel: all = alloc_pages order=0 gfp=GFP_ATOMIC|__GFP_MEMALLOC|__GFP_NOWARN count=max
web: write a+4K !SIGKILL                      #@slowpath.direct_reclaim#1..fault.signalled#1
expect alive(web) == 0; expect vmstat.oom_kill == 1
