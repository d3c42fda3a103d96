# No area at the address.
boot ram=512M thp=never
spawn web
web: write 0x10 !SIGSEGV               #@1
web: read 0x800000000000 !SIGSEGV      #@2
expect sig.web.code == SI_KERNEL
