# One block of order 4 is cut from the next larger one, and goes back whole.
boot ram=128M
kernel: drain_all_pages
kernel: b = alloc_pages order=4     #@start..end
kernel: free_pages b                #@start..end
