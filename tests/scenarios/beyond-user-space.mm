# Addresses that no process has: calls refuse them, accesses fault, and the tables are not asked.
boot ram=96M
spawn web
web: a = mmap 16K; write a
web: mprotect 0xffff888004203000 4K r !ENOMEM       #@start..end
web: mprotect unset-2M 64K rwx !ENOMEM
web: madvise 0x2000000000000 4K dontneed !ENOMEM    #@start..end
web: madvise 0xfffffffffffff000 4K dontneed !EINVAL
web: munmap 0xffffffffffffffff 4K !EINVAL
web: mmap 4K fixed=0x8000000000000000 !ENOMEM
web: write a+256T !SIGSEGV                          #@start..end
web: read 0xffff888000001000 !SIGSEGV
web: pages 0x888000001000 8K
web: touch a 0
expect walk(web, a).tlb == hit; expect walk(web, a+256T).tlb == miss
