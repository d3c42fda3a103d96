# A fault below the stack makes it grow, down to its limit.
boot ram=512M thp=never
spawn t
t: write 0x7ffffff00000             #@start..end
t: write 0x7fffff000000 !SIGSEGV    #@start..end
