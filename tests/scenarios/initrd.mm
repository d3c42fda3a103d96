# The RAM disk is free again once the kernel has started, but the marks were computed without it.
boot ram=512M initrd=3464K
expect zoneinfo.DMA32.managed == 113264; expect zoneinfo.DMA32.min == 652
boot ram=512M
expect zoneinfo.DMA32.managed == 113264; expect zoneinfo.DMA32.min == 653
