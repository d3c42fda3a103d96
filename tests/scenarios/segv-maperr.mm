# No area at the address.
boot ram=512M thp=never
spawn web
web: write 0x10 !SIGSEGV               #@start..end
web: read 0x800000000000 !SIGSEGV      #@start..end
expect sig.web.code == SI_KERNEL
