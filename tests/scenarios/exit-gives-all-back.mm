# exit unmaps the whole address space and gives the root back last.
boot state=512M-buddy
spawn t bare                        #@start..end
t: one = mmap 4K; write one
t: exit                             #@start..end
