# No block of order 9 is left, and defrag is never: the fault takes a small page instead.
boot ram=96M thp=always
spawn web bare
web: warm = mmap 4K; touch warm               # the directories are there
kernel: all = alloc_pages order=9 gfp=GFP_KERNEL count=max
web: buf = mmap 2M align=2M
web: write buf                                #@start..end
expect vmstat.thp_fault_fallback == 1; expect vmstat.thp_fault_alloc == 0
