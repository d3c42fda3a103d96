# No reclaimable block in the zone: a whole pageblock changes hands.
boot ram=128M
kernel: drain_all_pages
kernel: r = alloc_pages order=4 gfp=__GFP_RECLAIMABLE    #@start..end
