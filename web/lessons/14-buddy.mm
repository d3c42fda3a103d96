# How are free pages kept, and how does 1 page come out of a block of 32?
boot ram=512M
expect buddyinfo.DMA == "0 0 0 0 0 1 1 1 0 1 3"            #@1
kernel: p = alloc_pages order=0 gfp=GFP_DMA                 #@2:buddy.split#1
expect pfn(kernel, p) == 288; expect buddyinfo.DMA == "1 1 1 1 1 0 1 1 0 1 3"
kernel: free_pages p                                        #@3
expect buddyinfo.DMA[0] == 1; expect pcp.DMA.count == 1
kernel: drain_all_pages                                     #@4
expect buddyinfo.DMA == "0 0 0 0 0 1 1 1 0 1 3"
kernel: a = alloc_pages order=4 gfp=GFP_DMA; b = alloc_pages order=4 gfp=GFP_DMA      #@5
expect pfn(kernel,a) == 288; expect pfn(kernel,b) == 304; expect buddyinfo.DMA == "0 0 0 0 0 0 1 1 0 1 3"
kernel: c = alloc_pages order=4 gfp=GFP_DMA; d = alloc_pages order=4 gfp=GFP_DMA
expect pfn(kernel,c) == 320; expect pfn(kernel,d) == 336; expect buddyinfo.DMA == "0 0 0 0 0 1 0 1 0 1 3"
kernel: free_pages b; free_pages d                          #@6
expect buddyinfo.DMA == "0 0 0 0 2 1 0 1 0 1 3"
kernel: free_pages c                                        #@7
expect buddyinfo.DMA == "0 0 0 0 1 0 1 1 0 1 3"             # 320+336 -> 320 order 5, + 352 -> order 6
kernel: free_pages a
expect buddyinfo.DMA == "0 0 0 0 0 1 1 1 0 1 3"
