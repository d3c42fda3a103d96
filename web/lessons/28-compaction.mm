# How does free memory become contiguous, and when is it not even tried?
boot state=256M-frag/defer/fragmented                        #@1
expect buddyinfo.DMA32 == "8320 8313 0 1 1 2 0 1 2 3 2"; expect unusable.DMA32[9] == 877
spawn t
echo always > /sys/kernel/mm/transparent_hugepage/enabled
echo defer > /sys/kernel/mm/transparent_hugepage/defrag      #@3
t: h = mmap 32M align=2M; madvise h 32M hugepage; touch h 4K stride=2M count=16
expect vmstat.thp_fault_alloc +13; expect vmstat.thp_fault_fallback +3; expect vmstat.compact_stall +0
expect extfrag.DMA32[9] > 990
boot state=256M-frag/always/fragmented                       #@4
echo always > /sys/kernel/mm/transparent_hugepage/enabled; echo always > /sys/kernel/mm/transparent_hugepage/defrag
spawn t
t: h = mmap 32M align=2M; madvise h 32M hugepage; touch h 4K stride=2M count=16
expect vmstat.thp_fault_alloc +16; expect vmstat.compact_stall +3; expect vmstat.compact_success +3; expect vmstat.pgmigrate_success > 0; expect vmstat.pgmigrate_success < 1536
echo 1 > /proc/sys/vm/compact_memory                         #@8
expect buddyinfo.DMA32[10] > 3
