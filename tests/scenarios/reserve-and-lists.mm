# Tunables of zones: what they keep for lower requests, what processors may keep.
boot preset=vm-8g
expect sysctl.lowmem_reserve_ratio == 256,256,32,0,0
expect zoneinfo.DMA.protection == 0,2936,7915,7915,7915
cat /proc/sys/vm/lowmem_reserve_ratio                            #@start..end
expect zoneinfo.DMA.protection == 0,2947,7926,7926,7926          # reading computes them from the pages of now
echo 256 64 0 > /proc/sys/vm/lowmem_reserve_ratio                #@start..end
expect zoneinfo.DMA32.protection == 0,0,19915,19915,19915
echo no > /proc/sys/vm/lowmem_reserve_ratio
expect sysctl.lowmem_reserve_ratio == 256,64,0,0,0
echo 8 > /proc/sys/vm/percpu_pagelist_high_fraction              #@start..end
expect pcp.DMA32.high == 94325
echo 7 > /proc/sys/vm/percpu_pagelist_high_fraction !EINVAL
echo 3001 > /proc/sys/vm/watermark_scale_factor !EINVAL
echo Default > /proc/sys/vm/numa_zonelist_order
