# When is a page table entry created?
boot ram=512M thp=never
spawn t
t: one = mmap 1
t: write one 1
expect minflt.t +1                      #@1 one byte asked, one page mapped
t: buf = mmap 16M
expect minflt.t +0                      #@2 nothing touched, nothing mapped
t: touch buf
expect minflt.t +4096                   #@3 4096 pages, 4096 faults
expect rss.t +16M
t: z = mmap 16K
t: read z 4K                            #@4:fault.zero_page#1 a read maps the shared page of zeroes
expect minflt.t +1
expect rss.t +0
t: write z 4K                           #@5:fault.copied#1 the write is a second fault
expect minflt.t +1
t: full = mmap 1M populate              #@6 the same faults and frames, inside one call
expect minflt.t +256
expect rss.t +1M
t: munmap buf                           #@7 frames and empty tables go back
expect rss.t -16M
t: madvise full 1M dontneed             #  this gives back the frames and keeps the table
expect rss.t -1M
expect status.t.VmPTE +0
t: mmap 0 !EINVAL
