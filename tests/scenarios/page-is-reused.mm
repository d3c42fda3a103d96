# Rights that were taken and given back over a huge page leave its pieces read-only: who writes first keeps the page, nothing is copied.
boot ram=96M thp=always
spawn web bare
web: warm = mmap 4K; touch warm               # the directories are there
web: buf = mmap 2M align=2M; write buf
web: mprotect buf 2M r; mprotect buf 2M rw
web: munmap buf 4K                            # one piece less: the huge page is cut
web: write buf+8K                             #@fault.raised#1..fault.done#1
expect vmstat.pgreuse +1
