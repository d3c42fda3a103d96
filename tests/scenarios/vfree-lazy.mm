# Freed addresses wait: the next area lies behind them, until a flush has served all of them.
boot ram=128M cpus=2
kernel: a = vmalloc 8K
kernel: vfree a                         #@start..end
kernel: b = vmalloc 8K
expect b == a+12K
expect vmalloc.lazy == 3
kernel: vm_unmap_aliases                #@start..end
expect vmalloc.lazy == 0
kernel: vfree b
kernel: vfree b !EINVAL                 #@start..end
