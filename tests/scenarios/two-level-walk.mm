# i386: ten bits, ten bits, twelve; the kernel's own half is one reference.
boot ram=1G arch=i386 thp=never
spawn t bare
t: near = mmap 4K fixed=0x0804a000; write near
t: one = mmap 4K fixed=0x08048000
t: write one                        #@start..end
translate 0xc0100000                #@start..end
expect walk(t, one).idx == 32,72
expect walk(kernel, 0xc0100000).refs == 1
