# Two processes share a CPU: entries carry tags. Many pages at once: one full flush.
boot ram=512M thp=never
spawn a bare
spawn b bare
a: x = mmap 140K; touch x
b: y = mmap 4K; write y
a: read x 4K                        #@start..end
a: mprotect x 140K r
b: read y 4K                        #@start..end
