# How does the kernel's memory get its addresses, and why is vmalloc still needed on 64 bits?
boot ram=1G
kernel: d = kmalloc 64K                                #@1
expect va(d) == 0xffff888000000000 + pa(d)
kernel: v = vmalloc 64K                                #@2
expect va(v) >= 0xffffc90000000000; expect frames(v) == 16
kernel: translate v+64K !FAULT                         # the guard page
kernel: kmalloc 5M !ENOMEM                             #@4
boot preset=fragmented ram=1G thp=never                #@3  one unmovable page per MB
kernel: kmalloc 1M !ENOMEM
kernel: w = vmalloc 1M
expect frames(w) == 256
spawn p                                                #@5
expect pte(kernel, w).present == 1; expect ptpages(p) > 0
cat /proc/meminfo                                      #@6  DirectMap4k / 2M / 1G
expect meminfo.VmallocTotal == 34359738367
