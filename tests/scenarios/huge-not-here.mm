# No huge page where the 2 MB around the address are not all in the area.
boot ram=96M thp=always
spawn web bare
web: warm = mmap 4K; touch warm               # the directories are there
web: short = mmap 1M fixed=0x7ffff7900000
web: write short                              #@start..end
expect vmstat.thp_fault_fallback == 0; expect vmstat.thp_fault_alloc == 0
