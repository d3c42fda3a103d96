# What happens between `p[0] = 1` and the value being in RAM?
boot ram=512M
spawn web
web: buf = mmap 16K                 #@1:mmap.created#1 mmap only adds an area: no page comes with it
expect maps.web +1
expect rss.web +0
web: write buf+0x123                #@2:fault.raised#1 the walk ends at an empty entry: page fault, error code 6
expect minflt.web +1
expect rss.web +4K
expect pte(web, buf).dirty == 1     #@4 the entry is filled and the instruction runs again
web: write buf+0x456                # the TLB knows the page now
expect minflt.web +0
spawn db
db: own = mmap 16K fixed=buf        #@5 the same address in another process
db: write own+0x123
expect pfn(db, own) != pfn(web, buf)
web: exit                           #@7 all of it goes back
expect page(pfn(db, own)).mapcount == 1
