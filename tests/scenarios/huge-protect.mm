# Rights of a whole huge page change in its one entry; the next write finds that nobody shares it.
boot ram=256M thp=always
spawn web bare
web: warm = mmap 4K; touch warm               # the directories are there
web: buf = mmap 2M align=2M
web: write buf
web: mprotect buf 2M r                        #@start..end
web: mprotect buf 2M rw                       #@start..end
web: write buf                                #@start..end
expect vmstat.thp_split_pmd == 0
