# An area, but not this access: the area decides, though the hardware says "not present".
boot ram=512M thp=never
spawn web
web: ro = mmap 8K r
web: write ro !SIGSEGV        #@start..end
web: read ro
web: write ro !SIGSEGV        #@start..end
expect sig.web.error == 0x7
web: data = mmap 4K; touch data
web: exec data !SIGSEGV       #@start..end
expect sig.web.error == 0x15
