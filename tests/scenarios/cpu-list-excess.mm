# Freed pages stay with the CPU until there are too many; the oldest go back.
boot ram=96M
kernel: a = alloc_pages order=2 count=8
kernel: free_pages a[0..5]
kernel: free_pages a[6]             #@start..end
