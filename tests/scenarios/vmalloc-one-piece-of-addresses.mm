# vmalloc: the lowest addresses that fit, single frames by the handful, one entry each, and a
# guard page behind that is never mapped.
boot ram=128M
spawn p bare
kernel: v = vmalloc 8K
kernel: translate v+4K
kernel: translate v+8K !FAULT           # the guard page
expect frames(v) == 2; expect meminfo.VmallocUsed == 8K
p: read v !SIGSEGV
kernel: w = vmalloc 8K                  #@start..end
expect w == v+12K
cat /proc/vmallocinfo
kernel: vmalloc 0 !ENOMEM               #@start..end
