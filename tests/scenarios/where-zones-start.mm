# Zones start where this machine's memory and addresses let them: three PCs of 4 GB.
boot ram=4G
expect zoneinfo.Normal.start_pfn == 1048576; expect zoneinfo.Normal.present == 262144
boot preset=x86_64-4g-no-remap
expect zoneinfo.Normal.present == 0; expect zoneinfo.DMA32.spanned == 782304
boot preset=i386-4g
expect zoneinfo.HighMem.start_pfn == 224254
expect layout.vmalloc.end - layout.direct_map.end == 128M
expect layout.direct_map.size == 897016K
dmesg                                                    #@start..end
