# An empty list of a CPU is filled by the batch: here four blocks of order 3.
boot state=512M-buddy
kernel: a = alloc_pages order=3 gfp=GFP_KERNEL count=2
kernel: b = alloc_pages order=3 gfp=GFP_KERNEL      #@start..end
