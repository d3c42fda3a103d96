# What does a walk cost in references, and a layout in tables?
boot ram=512M thp=never
spawn t bare
t: a = mmap 4T fixed=0x200000000000 noreserve
expect status.t.VmPTE +0
t: touch a 32K                                   #@3 eight neighbours: three tables
expect status.t.VmPTE +12K
t: touch a+2M 4K stride=2M count=8               #@4 2M apart: a PTE table each
expect status.t.VmPTE +32K
t: touch a+1G 4K stride=1G count=8               #@5 1G apart: PMD and PTE each
expect status.t.VmPTE +64K
t: touch a+512G 4K stride=512G count=7           #@6 512G apart: PUD, PMD and PTE each
expect status.t.VmPTE +84K
expect walk(t, a+0x7000).idx == 64,0,0,7
expect walk(t, a).refs == 4
translate 0x7fffdeadbeef                         # 255, 511, 245, 219, 0xeef
