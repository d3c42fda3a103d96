//! Names and meanings of the fields of `struct page`, `struct zone` and `pg_data_t`.
//!
//! 6.1 `include/linux/mm_types.h` and `include/linux/mmzone.h`; fields of older kernels with
//! where they went.

crate::labels! {
    /// Why the model has no such field.
    #[derive(PartialOrd, Ord, serde::Serialize)]
    pub enum Lack {
        Waiting: "one thing runs at a time: nothing waits, nothing is locked", "同一时刻只做一件事：没有等待，也没有锁";
        Hotplug: "memory is neither added nor removed here", "这里不增减内存";
        Reclaim: "kswapd is called but does not run yet", "kswapd 会被叫到，但还不运行";
        Isolation: "no pageblock is isolated here", "这里不隔离页块";
        Holes: "each pageblock is looked at, so nothing is saved", "模型逐块查看，用不着它";
        Placed: "where the array itself lies is not modelled", "数组本身放在哪里没有建模";
        Devices: "no memory of devices here", "这里没有设备内存";
    }
}

crate::struct_fields! {
    /// A field of `struct page`.
    pub enum PageField {
        Flags = "flags": "PG_ bits below; node, zone (and without vmemmap the section) above", "低位是 PG_ 标志，高位是节点和内存区（没有 vmemmap 时还有 section）";
        LruNext = "lru.next": "next page on the LRU list; a CPU's batch keeps the page before that", "LRU 链表上的下一页；此前页在 CPU 的批次里";
        LruPrev = "lru.prev": "previous page on the LRU list", "LRU 链表上的上一页";
        BuddyNext = "buddy_list.next": "next block of this order and type (shares the word with lru)", "同阶同类型的下一块（与 lru 共用一个字）";
        BuddyPrev = "buddy_list.prev": "previous block of this order and type", "同阶同类型的上一块";
        PcpNext = "pcp_list.next": "next block on this CPU's list", "本 CPU 链表上的下一块";
        PcpPrev = "pcp_list.prev": "previous block on this CPU's list", "本 CPU 链表上的上一块";
        Mapping = "mapping": "address_space of a file page; anon_vma with bit 0 set of an anonymous one", "文件页指向 address_space；匿名页指向 anon_vma，第 0 位为 1";
        Index = "index": "page number in the file, or in the address space", "在文件中、或在地址空间中的页号";
        Private = "private": "order of a free block, swap entry in the swap cache, buffers of a file", "空闲块的阶；交换缓存里是 swp_entry_t；文件页的缓冲区";
        SlabNext = "slab_list.next": "next slab of the list (in 6.1 the arm is struct slab)", "链表上的下一个 slab（6.1 里这一支是 struct slab）";
        SlabPrev = "slab_list.prev": "previous slab, or slabs left on a CPU's partial list", "上一个 slab；在 CPU 的 partial 链表上是剩余个数";
        SlabCache = "slab_cache": "the kmem_cache that the slab belongs to", "所属的 kmem_cache";
        Freelist = "freelist": "first free object of the slab", "slab 中第一个空闲对象";
        Counters = "counters": "inuse:16, objects:15, frozen:1, written together with freelist", "inuse:16、objects:15、frozen:1，与 freelist 一起写";
        CompoundHead = "compound_head": "tail page: address of the head with bit 0 set (PageTail)", "尾页：首页的地址，第 0 位为 1（PageTail）";
        PmdHugePte = "pmd_huge_pte": "spare page tables for splitting huge pages below this table", "为拆分大页预存的页表";
        PtPad1 = "_pt_pad_1": "overlays compound_head, so bit 0 must stay 0", "与 compound_head 重叠，第 0 位必须为 0";
        PtPad2 = "_pt_pad_2": "overlays mapping", "与 mapping 重叠";
        PtMm = "pt_mm": "the mm_struct of a PGD (x86 only)", "PGD 所属的 mm_struct（仅 x86）";
        Ptl = "ptl": "spin lock of this page table", "这张页表的自旋锁";
        Mapcount = "_mapcount": "page-table entries that map the page, less one", "映射本页的页表项数减一";
        PageType = "page_type": "what an unmapped page is: PG_buddy, PG_table, PG_offline", "未被映射的页是什么：PG_buddy、PG_table、PG_offline";
        Refcount = "_refcount": "users of the page; at 0 it goes back to the allocator", "引用计数；归零就还给分配器";
        MemcgData = "memcg_data": "memory cgroup that pays for it (mem_cgroup before 5.11)", "为它记账的 memory cgroup（5.11 之前叫 mem_cgroup）";
        CompoundDtor = "compound_dtor": "first tail page: how the compound page is freed", "第一个尾页：复合页如何释放";
        CompoundOrder = "compound_order": "first tail page: order of the compound page", "第一个尾页：复合页的阶";
        CompoundMapcount = "compound_mapcount": "first tail page: PMD mappings of the whole, less one", "第一个尾页：整体被 PMD 映射的次数减一";
        DeferredList = "deferred_list": "second tail page: queue of huge pages to split", "第二个尾页：等待拆分的大页队列";
        Pgmap = "pgmap": "ZONE_DEVICE: the device's page map", "ZONE_DEVICE：设备的页映射";
        ZoneDeviceData = "zone_device_data": "ZONE_DEVICE: for the driver (hmm_data until 5.3)", "ZONE_DEVICE：供驱动使用（5.3 之前叫 hmm_data）";
        RcuHead = "rcu_head": "overlays the union while the page waits for RCU to free it", "等待 RCU 释放期间占用联合体";
        Pages = "pages": "gone in 5.17: struct slab counts slabs instead", "5.17 起没有：由 struct slab 计 slab 数";
        Pobjects = "pobjects": "gone in 5.16: a partial list is limited by slabs, not objects", "5.16 起没有：partial 链表按 slab 数限制";
        SMem = "s_mem": "SLAB: first object; this kernel is built with SLUB", "SLAB 的第一个对象；本内核用 SLUB";
        Active = "active": "SLAB: objects in use; moved to struct slab in 5.17", "SLAB 的在用对象数；5.17 移到 struct slab";
        Units = "units": "SLOB: moved to struct slab in 5.17", "SLOB 用；5.17 移到 struct slab";
        PtFragRefcount = "pt_frag_refcount": "powerpc only: fragments of a page-table page", "仅 powerpc：页表页的碎片计数";
        Virtual = "virtual": "only with WANT_PAGE_VIRTUAL; x86 computes it, HighMem hashes it", "仅 WANT_PAGE_VIRTUAL；x86 直接计算，HighMem 用哈希表";
        LastCpupid = "_last_cpupid": "only where the flags have no room; here it is in flags", "仅当 flags 放不下；这里在 flags 里";
    }
}

crate::struct_fields! {
    /// A field of `struct zone`.
    pub enum ZoneField {
        Watermark = "_watermark[NR_WMARK]": "min, low, high: below low kswapd wakes, below min ordinary requests reclaim", "min、low、high：低于 low 唤醒 kswapd，低于 min 普通请求要自己回收";
        WatermarkBoost = "watermark_boost": "added to the marks for a while after types were mixed in a pageblock", "页块里混入别的类型后，水位暂时抬高的量";
        NrReservedHighatomic = "nr_reserved_highatomic": "pages in pageblocks kept for high-order requests that cannot wait", "为不能等待的高阶请求保留的页";
        LowmemReserve = "lowmem_reserve[MAX_NR_ZONES]": "pages kept from requests that could also use a higher zone, by that zone", "对本可用更高内存区的请求保留的页，按那个区列出";
        Node = "node": "number of the node, with CONFIG_NUMA", "节点号（CONFIG_NUMA）";
        ZonePgdat = "zone_pgdat": "back to the node's pg_data_t", "反指节点的 pg_data_t";
        PerCpuPageset = "per_cpu_pageset": "per CPU: lists of free pages, their count, high, batch (pageset until 5.13)", "每 CPU 的空闲页链表及 count、high、batch（5.13 之前叫 pageset）";
        PerCpuZonestats = "per_cpu_zonestats": "per CPU: counters not yet added to vm_stat, up to stat_threshold", "每 CPU 尚未并入 vm_stat 的计数，至多 stat_threshold";
        PagesetHigh = "pageset_high": "limit of a CPU's lists", "一个 CPU 链表的上限";
        PagesetBatch = "pageset_batch": "pages that move between a CPU's list and the buddy at a time", "CPU 链表与伙伴系统之间一次搬动的页数";
        PageblockFlags = "pageblock_flags": "migrate type of each pageblock; with SPARSEMEM in mem_section.usage", "每个页块的迁移类型；SPARSEMEM 时在 mem_section.usage 里";
        ZoneStartPfn = "zone_start_pfn": "first frame", "第一个页帧";
        ManagedPages = "managed_pages": "present less what boot reserved: what the allocator hands out", "present 减去启动时保留的：分配器能分出去的";
        SpannedPages = "spanned_pages": "first to last frame, holes included", "从首帧到末帧，含空洞";
        PresentPages = "present_pages": "spanned less holes", "spanned 减去空洞";
        CmaPages = "cma_pages": "pages in CMA areas", "CMA 区里的页";
        Name = "name": "as /proc/zoneinfo prints it", "/proc/zoneinfo 里的名字";
        NrIsolatePageblock = "nr_isolate_pageblock": "pageblocks isolated for migration or removal", "为迁移或移除而隔离的页块数";
        SpanSeqlock = "span_seqlock": "guards start and spanned against memory hotplug", "内存热插拔时保护 start 和 spanned";
        Initialized = "initialized": "set once the free lists exist", "空闲链表建好后置 1";
        FreeArea = "free_area[MAX_ORDER]": "per order: free blocks (nr_free) and a list per migrate type", "每阶：空闲块数 nr_free，每种迁移类型一条链表";
        Flags = "flags": "ZONE_BOOSTED_WATERMARK, ZONE_RECLAIM_ACTIVE", "ZONE_BOOSTED_WATERMARK、ZONE_RECLAIM_ACTIVE";
        Lock = "lock": "guards free_area", "保护 free_area";
        PercpuDriftMark = "percpu_drift_mark": "free pages below it are counted exactly, CPUs' remainders included; 0: no need", "空闲页低于它就精确计数，连同各 CPU 的余数；0 表示不必";
        CompactCachedFreePfn = "compact_cached_free_pfn": "where compaction's free scanner starts; 0 before the first run", "内存规整的空闲扫描器从这里开始；第一次运行之前是 0";
        CompactCachedMigratePfn = "compact_cached_migrate_pfn[ASYNC_AND_SYNC]": "where its migrate scanner starts, async and sync", "迁移扫描器从这里开始，异步与同步各一";
        CompactInitMigratePfn = "compact_init_migrate_pfn": "first frame worth migrating when the hints were last reset", "上次重置 skip 位时第一个值得迁移的页帧";
        CompactInitFreePfn = "compact_init_free_pfn": "last frame worth filling when the hints were last reset", "上次重置 skip 位时最后一个值得填入的页帧";
        CompactConsidered = "compact_considered": "attempts since the last failure; below 1 << defer_shift they are skipped", "上次失败后的尝试数；小于 1 << defer_shift 就跳过";
        CompactDeferShift = "compact_defer_shift": "binary logarithm of the attempts to skip", "要跳过的次数的对数";
        CompactOrderFailed = "compact_order_failed": "lowest order that failed; smaller ones are never deferred", "失败的最低阶；更小的阶从不推迟";
        CompactBlockskipFlush = "compact_blockskip_flush": "the scanners met: clear the skip bits of pageblocks", "两个扫描器相遇：清除页块的 skip 位";
        Contiguous = "contiguous": "no hole between its pageblocks, so pfn checks are skipped", "页块之间没有空洞，可省去 pfn 检查";
        VmStat = "vm_stat[NR_VM_ZONE_STAT_ITEMS]": "the zone's counters; those that are not 0", "内存区的计数器；列出不为 0 的";
        VmNumaEvent = "vm_numa_event[NR_VM_NUMA_EVENT_ITEMS]": "where allocations landed (vm_numa_stat until 5.13)", "分配落在了哪里（5.13 之前叫 vm_numa_stat）";
        Bitmap = "free_area.map": "gone in 2.6: a page's PG_buddy and order say whether its buddy is free", "2.6 起没有：由 PG_buddy 和 private 里的阶判断伙伴是否空闲";
        Padding = "padding[16]": "ZONE_PADDING() keeps the groups on separate cache lines", "用 ZONE_PADDING() 把各组放到不同的缓存行";
        ZoneMemMap = "zone_mem_map": "gone in 2.6: pages come from the node or from vmemmap", "2.6 起没有：struct page 在节点或 vmemmap 里";
    }
}

crate::struct_fields! {
    /// A field of `pg_data_t`, `struct pglist_data`.
    pub enum NodeField {
        NodeZones = "node_zones[MAX_NR_ZONES]": "its zones, empty ones too", "节点的内存区，含空的";
        NodeZonelists = "node_zonelists[MAX_ZONELISTS]": "zones in the order tried: own node first; the second list has only its own", "尝试的次序：先本节点；第二个表只有本节点的";
        NrZones = "nr_zones": "highest zone with memory, plus one", "最高的有内存的区号加一";
        NodeMemMap = "node_mem_map": "array of struct page with FLATMEM; here SPARSEMEM, see vmemmap", "FLATMEM 时的 struct page 数组；这里是 SPARSEMEM，见 vmemmap";
        NodePageExt = "node_page_ext": "debug data of each page, FLATMEM with CONFIG_PAGE_EXTENSION", "每页的调试数据，FLATMEM 且 CONFIG_PAGE_EXTENSION";
        NodeSizeLock = "node_size_lock": "guards the sizes against memory hotplug", "内存热插拔时保护大小";
        NodeStartPfn = "node_start_pfn": "first frame", "第一个页帧";
        NodePresentPages = "node_present_pages": "frames that exist", "存在的页帧数";
        NodeSpannedPages = "node_spanned_pages": "first to last frame, holes included", "从首帧到末帧，含空洞";
        NodeId = "node_id": "number", "节点号";
        KswapdWait = "kswapd_wait": "kswapd sleeps here", "kswapd 在此睡眠";
        PfmemallocWait = "pfmemalloc_wait": "allocators throttled until kswapd makes progress", "被限流的分配者在此等 kswapd 有进展";
        Kswapd = "kswapd": "the thread that reclaims in the background", "后台回收的线程";
        KswapdOrder = "kswapd_order": "order that kswapd was woken for", "唤醒 kswapd 时要的阶";
        KswapdHighestZoneidx = "kswapd_highest_zoneidx": "highest zone it was woken for (kswapd_classzone_idx until 5.7)", "唤醒它的请求能用的最高区（5.7 之前叫 kswapd_classzone_idx）";
        KswapdFailures = "kswapd_failures": "runs without a page in a row; at 16 it gives up", "连续一页未得的次数；到 16 就放弃";
        KcompactdMaxOrder = "kcompactd_max_order": "order that kcompactd was woken for; 0: nothing to do", "唤醒 kcompactd 时要的阶；0 表示无事可做";
        KcompactdHighestZoneidx = "kcompactd_highest_zoneidx": "highest zone it was woken for (kcompactd_classzone_idx until 5.7)", "唤醒它的请求能用的最高区（5.7 之前叫 kcompactd_classzone_idx）";
        ProactiveCompactTrigger = "proactive_compact_trigger": "somebody wrote compaction_proactiveness: look at the score at once", "有人写了 compaction_proactiveness：马上看一次分数";
        KcompactdWait = "kcompactd_wait": "kcompactd sleeps here", "kcompactd 在此睡眠";
        Kcompactd = "kcompactd": "the thread that compacts in the background", "后台规整内存的线程";
        TotalreservePages = "totalreserve_pages": "high marks and largest reserves of its zones: not for user space", "各区高水位与最大保留之和：用户空间用不到";
        MinUnmappedPages = "min_unmapped_pages": "1 % of the node: unmapped file pages needed for zone reclaim", "节点的 1 %：节点回收要求的未映射文件页";
        MinSlabPages = "min_slab_pages": "5 % of the node: reclaimable slab needed for zone reclaim", "节点的 5 %：节点回收要求的可回收 slab 页";
        FirstDeferredPfn = "first_deferred_pfn": "first struct page left for later, CONFIG_DEFERRED_STRUCT_PAGE_INIT", "推迟初始化的第一个 struct page（CONFIG_DEFERRED_STRUCT_PAGE_INIT）";
        DeferredSplitQueue = "deferred_split_queue": "huge pages to split under pressure (split_queue_lock, split_queue, split_queue_len until 5.3)", "内存紧张时要拆的大页（5.3 之前是 split_queue 等三个字段）";
        Lruvec = "__lruvec": "LRU lists of the node; with cgroups one per cgroup (lruvec until 5.7)", "节点的 LRU 链表；有 cgroup 时每个 cgroup 一份（5.7 之前叫 lruvec）";
        Flags = "flags": "PGDAT_DIRTY, PGDAT_WRITEBACK, PGDAT_RECLAIM_LOCKED", "PGDAT_DIRTY、PGDAT_WRITEBACK、PGDAT_RECLAIM_LOCKED";
        PerCpuNodestats = "per_cpu_nodestats": "per CPU: counters not yet added to vm_stat", "每 CPU 尚未并入 vm_stat 的计数";
        VmStat = "vm_stat[NR_VM_NODE_STAT_ITEMS]": "the node's counters; those that are not 0", "节点的计数器；列出不为 0 的";
        LruLock = "lru_lock": "moved in 5.11 into lruvec: one lock per cgroup and node", "5.11 移入 lruvec：每个 cgroup 每个节点一把锁";
        NodeNext = "node_next, pgdata_list": "gone in 2.6: NODE_DATA(nid) and for_each_online_pgdat()", "2.6 起没有：用 NODE_DATA(nid) 和 for_each_online_pgdat()";
        Bdata = "bdata": "gone in 4.20: memblock replaced the boot allocator", "4.20 起没有：memblock 取代了 bootmem";
    }
}
