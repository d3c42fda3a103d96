//! Counters of `/proc/vmstat` and `/proc/zoneinfo`.
//!
//! Zone and node statistics are kept as the kernel keeps them: a total, and per CPU a
//! remainder that joins the total once it passes the zone's threshold. Watermark checks see
//! the total only, so this drift decides allocations and is part of the state. Mirrors 6.1
//! `mm/vmstat.c`.

use crate::config::{CpuId, NodeId};
use crate::phys::Phys;
use crate::phys::zone::{ZoneId, ZoneKind};
use crate::store::{Journal, Slot, Table, TableId};
use crate::trace::Trace;
use crate::units::{Nanos, Order, count, index, low8, signed, unsigned};

macro_rules! items {
    ($(#[$doc:meta])* $type:ident: $($name:ident = $text:literal,)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        pub enum $type { $($name),* }

        impl $type {
            /// Every item, in the kernel's order.
            pub const ALL: &[$type] = &[$($type::$name),*];

            /// Returns the name in `/proc/vmstat`.
            pub const fn name(self) -> &'static str {
                match self { $($type::$name => $text),* }
            }

            #[inline]
            const fn word(self) -> u32 {
                #[expect(clippy::as_conversions, reason = "the discriminant of a fieldless enum")]
                let word = self as u32;
                word
            }
        }
    };
}

items! {
    /// Statistic of a zone, `enum zone_stat_item`.
    ZoneStat:
    NrFreePages = "nr_free_pages",
    NrZoneInactiveAnon = "nr_zone_inactive_anon",
    NrZoneActiveAnon = "nr_zone_active_anon",
    NrZoneInactiveFile = "nr_zone_inactive_file",
    NrZoneActiveFile = "nr_zone_active_file",
    NrZoneUnevictable = "nr_zone_unevictable",
    NrZoneWritePending = "nr_zone_write_pending",
    NrMlock = "nr_mlock",
    NrBounce = "nr_bounce",
    NrZspages = "nr_zspages",
    NrFreeCma = "nr_free_cma",
}

items! {
    /// Where allocations landed, `enum numa_stat_item`.
    NumaStat:
    NumaHit = "numa_hit",
    NumaMiss = "numa_miss",
    NumaForeign = "numa_foreign",
    NumaInterleave = "numa_interleave",
    NumaLocal = "numa_local",
    NumaOther = "numa_other",
}

items! {
    /// Statistic of a node, `enum node_stat_item`.
    NodeStat:
    NrInactiveAnon = "nr_inactive_anon",
    NrActiveAnon = "nr_active_anon",
    NrInactiveFile = "nr_inactive_file",
    NrActiveFile = "nr_active_file",
    NrUnevictable = "nr_unevictable",
    NrSlabReclaimable = "nr_slab_reclaimable",
    NrSlabUnreclaimable = "nr_slab_unreclaimable",
    NrIsolatedAnon = "nr_isolated_anon",
    NrIsolatedFile = "nr_isolated_file",
    WorkingsetNodes = "workingset_nodes",
    WorkingsetRefaultAnon = "workingset_refault_anon",
    WorkingsetRefaultFile = "workingset_refault_file",
    WorkingsetActivateAnon = "workingset_activate_anon",
    WorkingsetActivateFile = "workingset_activate_file",
    WorkingsetRestoreAnon = "workingset_restore_anon",
    WorkingsetRestoreFile = "workingset_restore_file",
    WorkingsetNodereclaim = "workingset_nodereclaim",
    NrAnonPages = "nr_anon_pages",
    NrMapped = "nr_mapped",
    NrFilePages = "nr_file_pages",
    NrDirty = "nr_dirty",
    NrWriteback = "nr_writeback",
    NrWritebackTemp = "nr_writeback_temp",
    NrShmem = "nr_shmem",
    NrShmemHugepages = "nr_shmem_hugepages",
    NrShmemPmdmapped = "nr_shmem_pmdmapped",
    NrFileHugepages = "nr_file_hugepages",
    NrFilePmdmapped = "nr_file_pmdmapped",
    NrAnonTransparentHugepages = "nr_anon_transparent_hugepages",
    NrVmscanWrite = "nr_vmscan_write",
    NrVmscanImmediateReclaim = "nr_vmscan_immediate_reclaim",
    NrDirtied = "nr_dirtied",
    NrWritten = "nr_written",
    NrThrottledWritten = "nr_throttled_written",
    NrKernelMiscReclaimable = "nr_kernel_misc_reclaimable",
    NrFollPinAcquired = "nr_foll_pin_acquired",
    NrFollPinReleased = "nr_foll_pin_released",
    NrKernelStack = "nr_kernel_stack",
    NrPageTablePages = "nr_page_table_pages",
    NrSecPageTablePages = "nr_sec_page_table_pages",
    NrSwapcached = "nr_swapcached",
    PgpromoteSuccess = "pgpromote_success",
    PgpromoteCandidate = "pgpromote_candidate",
}

items! {
    /// Something that happened, `enum vm_event_item`, for all architectures together.
    VmEvent:
    Pgpgin = "pgpgin",
    Pgpgout = "pgpgout",
    Pswpin = "pswpin",
    Pswpout = "pswpout",
    PgallocDma = "pgalloc_dma",
    PgallocDma32 = "pgalloc_dma32",
    PgallocNormal = "pgalloc_normal",
    PgallocHigh = "pgalloc_high",
    PgallocMovable = "pgalloc_movable",
    PgallocDevice = "pgalloc_device",
    AllocstallDma = "allocstall_dma",
    AllocstallDma32 = "allocstall_dma32",
    AllocstallNormal = "allocstall_normal",
    AllocstallHigh = "allocstall_high",
    AllocstallMovable = "allocstall_movable",
    AllocstallDevice = "allocstall_device",
    PgskipDma = "pgskip_dma",
    PgskipDma32 = "pgskip_dma32",
    PgskipNormal = "pgskip_normal",
    PgskipHigh = "pgskip_high",
    PgskipMovable = "pgskip_movable",
    PgskipDevice = "pgskip_device",
    Pgfree = "pgfree",
    Pgactivate = "pgactivate",
    Pgdeactivate = "pgdeactivate",
    Pglazyfree = "pglazyfree",
    Pgfault = "pgfault",
    Pgmajfault = "pgmajfault",
    Pglazyfreed = "pglazyfreed",
    Pgrefill = "pgrefill",
    Pgreuse = "pgreuse",
    PgstealKswapd = "pgsteal_kswapd",
    PgstealDirect = "pgsteal_direct",
    PgdemoteKswapd = "pgdemote_kswapd",
    PgdemoteDirect = "pgdemote_direct",
    PgscanKswapd = "pgscan_kswapd",
    PgscanDirect = "pgscan_direct",
    PgscanDirectThrottle = "pgscan_direct_throttle",
    PgscanAnon = "pgscan_anon",
    PgscanFile = "pgscan_file",
    PgstealAnon = "pgsteal_anon",
    PgstealFile = "pgsteal_file",
    ZoneReclaimFailed = "zone_reclaim_failed",
    Pginodesteal = "pginodesteal",
    SlabsScanned = "slabs_scanned",
    KswapdInodesteal = "kswapd_inodesteal",
    KswapdLowWmarkHitQuickly = "kswapd_low_wmark_hit_quickly",
    KswapdHighWmarkHitQuickly = "kswapd_high_wmark_hit_quickly",
    Pageoutrun = "pageoutrun",
    Pgrotated = "pgrotated",
    DropPagecache = "drop_pagecache",
    DropSlab = "drop_slab",
    OomKill = "oom_kill",
    NumaPteUpdates = "numa_pte_updates",
    NumaHugePteUpdates = "numa_huge_pte_updates",
    NumaHintFaults = "numa_hint_faults",
    NumaHintFaultsLocal = "numa_hint_faults_local",
    NumaPagesMigrated = "numa_pages_migrated",
    PgmigrateSuccess = "pgmigrate_success",
    PgmigrateFail = "pgmigrate_fail",
    ThpMigrationSuccess = "thp_migration_success",
    ThpMigrationFail = "thp_migration_fail",
    ThpMigrationSplit = "thp_migration_split",
    CompactMigrateScanned = "compact_migrate_scanned",
    CompactFreeScanned = "compact_free_scanned",
    CompactIsolated = "compact_isolated",
    CompactStall = "compact_stall",
    CompactFail = "compact_fail",
    CompactSuccess = "compact_success",
    CompactDaemonWake = "compact_daemon_wake",
    CompactDaemonMigrateScanned = "compact_daemon_migrate_scanned",
    CompactDaemonFreeScanned = "compact_daemon_free_scanned",
    HtlbBuddyAllocSuccess = "htlb_buddy_alloc_success",
    HtlbBuddyAllocFail = "htlb_buddy_alloc_fail",
    UnevictablePgsCulled = "unevictable_pgs_culled",
    UnevictablePgsScanned = "unevictable_pgs_scanned",
    UnevictablePgsRescued = "unevictable_pgs_rescued",
    UnevictablePgsMlocked = "unevictable_pgs_mlocked",
    UnevictablePgsMunlocked = "unevictable_pgs_munlocked",
    UnevictablePgsCleared = "unevictable_pgs_cleared",
    UnevictablePgsStranded = "unevictable_pgs_stranded",
    ThpFaultAlloc = "thp_fault_alloc",
    ThpFaultFallback = "thp_fault_fallback",
    ThpFaultFallbackCharge = "thp_fault_fallback_charge",
    ThpCollapseAlloc = "thp_collapse_alloc",
    ThpCollapseAllocFailed = "thp_collapse_alloc_failed",
    ThpFileAlloc = "thp_file_alloc",
    ThpFileFallback = "thp_file_fallback",
    ThpFileFallbackCharge = "thp_file_fallback_charge",
    ThpFileMapped = "thp_file_mapped",
    ThpSplitPage = "thp_split_page",
    ThpSplitPageFailed = "thp_split_page_failed",
    ThpDeferredSplitPage = "thp_deferred_split_page",
    ThpSplitPmd = "thp_split_pmd",
    ThpScanExceedNonePte = "thp_scan_exceed_none_pte",
    ThpScanExceedSwapPte = "thp_scan_exceed_swap_pte",
    ThpScanExceedSharePte = "thp_scan_exceed_share_pte",
    ThpSplitPud = "thp_split_pud",
    ThpZeroPageAlloc = "thp_zero_page_alloc",
    ThpZeroPageAllocFailed = "thp_zero_page_alloc_failed",
    ThpSwpout = "thp_swpout",
    ThpSwpoutFallback = "thp_swpout_fallback",
    BalloonInflate = "balloon_inflate",
    BalloonDeflate = "balloon_deflate",
    BalloonMigrate = "balloon_migrate",
    SwapRa = "swap_ra",
    SwapRaHit = "swap_ra_hit",
    KsmSwpinCopy = "ksm_swpin_copy",
    CowKsm = "cow_ksm",
    Zswpin = "zswpin",
    Zswpout = "zswpout",
    DirectMapLevel2Splits = "direct_map_level2_splits",
    DirectMapLevel3Splits = "direct_map_level3_splits",
}

impl VmEvent {
    /// Returns the event that counts pages allocated from zones of `kind`.
    #[inline]
    pub const fn pgalloc(kind: ZoneKind) -> VmEvent {
        match kind {
            ZoneKind::Dma => VmEvent::PgallocDma,
            ZoneKind::Dma32 => VmEvent::PgallocDma32,
            ZoneKind::Normal => VmEvent::PgallocNormal,
            ZoneKind::HighMem => VmEvent::PgallocHigh,
            ZoneKind::Movable => VmEvent::PgallocMovable,
            ZoneKind::Device => VmEvent::PgallocDevice,
        }
    }
}

impl VmEvent {
    /// Returns the event that counts callers who reclaimed for zones up to `kind`.
    pub const fn allocstall(kind: ZoneKind) -> VmEvent {
        match kind {
            ZoneKind::Dma => VmEvent::AllocstallDma,
            ZoneKind::Dma32 => VmEvent::AllocstallDma32,
            ZoneKind::Normal => VmEvent::AllocstallNormal,
            ZoneKind::HighMem => VmEvent::AllocstallHigh,
            ZoneKind::Movable => VmEvent::AllocstallMovable,
            ZoneKind::Device => VmEvent::AllocstallDevice,
        }
    }
}

/// All counters of a machine.
#[derive(Clone, Debug)]
pub struct VmStat {
    cpus: u32,
    zone_stride: u32,
    pub(crate) zones: Table,
    pub(crate) nodes: Table,
    pub(crate) events: Table,
}

const ZONE_ITEMS: u32 = count(ZoneStat::ALL.len());
const NUMA_ITEMS: u32 = count(NumaStat::ALL.len());
const NODE_ITEMS: u32 = count(NodeStat::ALL.len());

impl VmStat {
    /// Makes counters, all zero, for this many zones, nodes and processors.
    pub fn new(zones: u32, nodes: u32, cpus: u32) -> VmStat {
        let zone_stride = 1 + ZONE_ITEMS * (1 + cpus) + NUMA_ITEMS;
        let node_words = nodes * (1 + NODE_ITEMS * (1 + cpus));
        VmStat {
            cpus,
            zone_stride,
            zones: Table::new(TableId::ZoneStat, u64::from(zones * zone_stride)),
            nodes: Table::new(TableId::NodeStat, u64::from(node_words)),
            events: Table::new(TableId::VmEvent, u64::from(count(VmEvent::ALL.len()))),
        }
    }

    // ---- events

    /// Returns how often `event` happened.
    pub fn event(&self, event: VmEvent) -> u64 {
        self.events.get(event.word())
    }

    /// Counts `event` `n` times.
    #[inline]
    pub fn count(&mut self, event: VmEvent, n: u32, journal: &mut Journal) {
        self.events.add(event.word(), i64::from(n), journal);
    }

    // ---- zones

    /// Returns the total of a zone's statistic, as `/proc` and watermark checks see it:
    /// never negative, without what the processors still hold.
    #[inline]
    pub fn zone(&self, zone: ZoneId, item: ZoneStat) -> u64 {
        u64::try_from(self.zone_total(zone, item)).unwrap_or(0)
    }

    /// Returns the total of a zone's statistic, which may be below zero for a while.
    #[inline]
    pub fn zone_total(&self, zone: ZoneId, item: ZoneStat) -> i64 {
        signed(self.zones.get(self.zone_base(zone) + 1 + item.word()))
    }

    /// Returns the slot of a zone's total, to ask whether a step touched it.
    pub fn zone_slot(&self, zone: ZoneId, item: ZoneStat) -> Slot {
        self.zones.slot(self.zone_base(zone) + 1 + item.word())
    }

    /// Returns what `cpu` still holds of a zone's statistic.
    pub fn zone_diff(&self, zone: ZoneId, item: ZoneStat, cpu: CpuId) -> i64 {
        signed(self.zones.get(self.zone_diff_word(zone, item, cpu)))
    }

    /// Returns total and remainders together: the true value.
    pub fn zone_exact(&self, zone: ZoneId, item: ZoneStat) -> i64 {
        let diffs = (0..self.cpus).map(|cpu| {
            signed(self.zones.get(self.zone_base(zone) + 1 + ZONE_ITEMS * (1 + cpu) + item.word()))
        });
        self.zone_total(zone, item) + diffs.sum::<i64>()
    }

    /// Returns the zone that word `index` of the table belongs to.
    pub fn zone_of_word(&self, index: u64) -> ZoneId {
        ZoneId(low8(index / u64::from(self.zone_base(ZoneId(1)))))
    }

    /// Returns how much a processor may hold back of each of the zone's statistics.
    #[inline]
    pub fn threshold(&self, zone: ZoneId) -> u64 {
        self.zones.get(self.zone_base(zone))
    }

    /// Writes how much a processor may hold back.
    pub(crate) fn set_threshold(&mut self, zone: ZoneId, pages: u64, journal: &mut Journal) {
        self.zones.set(self.zone_base(zone), pages, journal);
    }

    /// Adds `by` to a zone's statistic on `cpu`, 6.1 `__mod_zone_page_state`.
    #[inline]
    pub fn mod_zone(&mut self, zone: ZoneId, item: ZoneStat, by: i64, cpu: CpuId, journal: &mut Journal) {
        let base = self.zone_base(zone);
        let diff = self.zone_diff_word(zone, item, cpu);
        fold(&mut self.zones, Words { threshold: base, total: base + 1 + item.word(), diff }, by, journal);
    }

    /// Writes total and remainder of a zone's statistic: from a capture.
    pub(crate) fn set_zone(
        &mut self,
        zone: ZoneId,
        item: ZoneStat,
        total: i64,
        diffs: &[i64],
        journal: &mut Journal,
    ) {
        self.zones.set(self.zone_base(zone) + 1 + item.word(), unsigned(total), journal);
        for (cpu, &diff) in (0..self.cpus).zip(diffs) {
            let word = self.zone_base(zone) + 1 + ZONE_ITEMS * (1 + cpu) + item.word();
            self.zones.set(word, unsigned(diff), journal);
        }
    }

    /// Returns where allocations of a zone landed.
    pub fn numa(&self, zone: ZoneId, item: NumaStat) -> u64 {
        self.zones.get(self.numa_word(zone, item))
    }

    /// Counts one allocation by where it landed.
    #[inline]
    pub fn count_numa(&mut self, zone: ZoneId, item: NumaStat, journal: &mut Journal) {
        self.zones.add(self.numa_word(zone, item), 1, journal);
    }

    // ---- nodes

    /// Returns the total of a node's statistic, without what the processors still hold.
    pub fn node(&self, node: NodeId, item: NodeStat) -> u64 {
        let total = self.nodes.get(self.node_base(node) + 1 + item.word());
        u64::try_from(signed(total)).unwrap_or(0)
    }

    /// Returns what `cpu` still holds of a node's statistic.
    pub fn node_diff(&self, node: NodeId, item: NodeStat, cpu: CpuId) -> i64 {
        let word = self.node_base(node) + 1 + NODE_ITEMS * (1 + u32::from(cpu.0)) + item.word();
        signed(self.nodes.get(word))
    }

    /// Returns the statistic of a node as `/proc/vmstat` prints it: in huge pages, each of
    /// `huge` frames, where it counts those (`vmstat_item_print_in_thp`).
    pub fn node_printed(&self, node: NodeId, item: NodeStat, huge: Order) -> u64 {
        let total = self.node(node, item);
        let in_huge_pages = matches!(
            item,
            NodeStat::NrAnonTransparentHugepages
                | NodeStat::NrShmemHugepages
                | NodeStat::NrShmemPmdmapped
                | NodeStat::NrFileHugepages
                | NodeStat::NrFilePmdmapped
        );
        if in_huge_pages { total / u64::from(huge.pages()) } else { total }
    }

    /// Adds `by` to a node's statistic on `cpu`, 6.1 `__mod_node_page_state`.
    pub fn mod_node(&mut self, node: NodeId, item: NodeStat, by: i64, cpu: CpuId, journal: &mut Journal) {
        let base = self.node_base(node);
        let diff = base + 1 + NODE_ITEMS * (1 + u32::from(cpu.0)) + item.word();
        fold(&mut self.nodes, Words { threshold: base, total: base + 1 + item.word(), diff }, by, journal);
    }

    /// Returns total and remainders of a node's statistic together.
    pub fn node_exact(&self, node: NodeId, item: NodeStat) -> i64 {
        (0..=self.cpus)
            .map(|part| signed(self.nodes.get(self.node_base(node) + 1 + NODE_ITEMS * part + item.word())))
            .sum()
    }

    /// Writes how much a processor may hold back of a node's statistics.
    pub(in crate::phys) fn set_node_threshold(&mut self, node: NodeId, pages: u64, journal: &mut Journal) {
        self.nodes.set(self.node_base(node), pages, journal);
    }

    /// Adds what `cpu` holds back to the totals, 6.1 `refresh_cpu_vm_stats`; returns of how many
    /// statistics it held something.
    fn refresh_cpu(&mut self, cpu: CpuId, journal: &mut Journal) -> u32 {
        let held_by = ZONE_ITEMS * (1 + u32::from(cpu.0));
        let mut changed = 0;
        for base in (0..self.zones.len()).step_by(index(self.zone_stride)) {
            let totals = base + 1..base + 1 + ZONE_ITEMS;
            changed += totals.filter(|&word| add_up(&mut self.zones, word, word + held_by, journal)).count();
        }
        let held_by = NODE_ITEMS * (1 + u32::from(cpu.0));
        let stride = self.node_base(NodeId(1));
        for base in (0..self.nodes.len()).step_by(index(stride)) {
            let totals = base + 1..base + 1 + NODE_ITEMS;
            changed += totals.filter(|&word| add_up(&mut self.nodes, word, word + held_by, journal)).count();
        }
        count(changed)
    }

    #[inline]
    fn zone_base(&self, zone: ZoneId) -> u32 {
        u32::from(zone.0) * self.zone_stride
    }

    #[inline]
    fn zone_diff_word(&self, zone: ZoneId, item: ZoneStat, cpu: CpuId) -> u32 {
        debug_assert!(u32::from(cpu.0) < self.cpus, "no such processor");
        self.zone_base(zone) + 1 + ZONE_ITEMS * (1 + u32::from(cpu.0)) + item.word()
    }

    #[inline]
    fn numa_word(&self, zone: ZoneId, item: NumaStat) -> u32 {
        self.zone_base(zone) + 1 + ZONE_ITEMS * (1 + self.cpus) + item.word()
    }

    #[inline]
    fn node_base(&self, node: NodeId) -> u32 {
        u32::from(node.0) * (1 + NODE_ITEMS * (1 + self.cpus))
    }
}

/// Words of one statistic in its table.
#[derive(Clone, Copy)]
struct Words {
    threshold: u32,
    total: u32,
    diff: u32,
}

/// Adds to the remainder, and moves it to the total once it passes the threshold.
#[inline]
fn fold(table: &mut Table, words: Words, by: i64, journal: &mut Journal) {
    let diff = signed(table.get(words.diff)) + by;
    if diff.unsigned_abs() > table.get(words.threshold) {
        table.add(words.total, diff, journal);
        table.set(words.diff, 0, journal);
    } else {
        table.set(words.diff, unsigned(diff), journal);
    }
}

/// Adds a remainder to its total; returns whether there was one.
fn add_up(table: &mut Table, total: u32, diff: u32, journal: &mut Journal) -> bool {
    let held = signed(table.get(diff));
    if held != 0 {
        table.add(total, held, journal);
        table.set(diff, 0, journal);
    }
    held != 0
}

/// How often each processor adds what it holds back to the totals (`sysctl_stat_interval`).
const STAT_INTERVAL: Nanos = Nanos(1_000_000_000);

/// What happened to counters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A processor added what it held back to the totals.
    Folded {
        /// The processor.
        cpu: CpuId,
        /// Statistics of zones and nodes of which it held something.
        counters: u32,
    },
}

impl Phys {
    /// Lets each processor do what it does once a second, if a full second of model time lies
    /// between two moments (6.1 `vmstat_update`): however many do, nothing is held back after
    /// the first.
    pub fn vmstat_update(&mut self, from: Nanos, to: Nanos, tr: &mut Trace) {
        if from.0 / STAT_INTERVAL.0 == to.0 / STAT_INTERVAL.0 {
            return;
        }
        for cpu in (0..self.cpus()).map(CpuId) {
            let counters = self.frames.vmstat.refresh_cpu(cpu, tr);
            if counters > 0 {
                tr.emit(Event::Folded { cpu, counters });
            }
        }
    }
}
