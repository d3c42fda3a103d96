//! What compaction does, as the kernel's tracepoints say it (`include/trace/events/compaction.h`).

use super::{CompactPriority, CompactResult};
use crate::config::NodeId;
use crate::gfp::Gfp;
use crate::phys::relief::MigrateMode;
use crate::phys::zone::{ZoneId, ZoneKind};
use crate::units::{Order, Pfn};

/// A fact about compaction. An `order` of `None` is the whole zone, -1 in the kernel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A request that found no block compacts by itself (`mm_compaction_try_to_compact_pages`).
    TryToCompactPages {
        /// Order wanted.
        order: Order,
        /// Flags of the request.
        gfp: Gfp,
        /// How hard it may try.
        priority: CompactPriority,
    },
    /// Could compacting this zone help? (`mm_compaction_suitable`)
    Suitable {
        /// The zone.
        zone: ZoneId,
        /// Order wanted.
        order: Option<Order>,
        /// `Continue`: yes. `Success`: not needed. `Skipped`: too little free memory.
        /// `NotSuitableZone`: it is not fragmentation that is wrong.
        result: CompactResult,
        /// Free pages.
        free: u32,
        /// Free pages that it takes: the mark, and twice the block.
        needed: u32,
        /// Fragmentation index in thousandths.
        fragindex: i32,
    },
    /// A zone is left out: compaction failed there of late (`mm_compaction_deferred`).
    Deferred {
        /// The zone.
        zone: ZoneId,
        /// Order wanted.
        order: Order,
        /// Least order that failed.
        order_failed: u8,
        /// Attempts since the failure, this one too.
        considered: u32,
        /// Attempts that are left out.
        limit: u32,
    },
    /// A failure: the next attempts are left out (`mm_compaction_defer_compaction`).
    DeferCompaction {
        /// The zone.
        zone: ZoneId,
        /// Order wanted.
        order: Order,
        /// Least order that failed.
        order_failed: u8,
        /// Attempts that will be left out.
        limit: u32,
    },
    /// A success: failures are forgotten (`mm_compaction_defer_reset`).
    DeferReset {
        /// The zone.
        zone: ZoneId,
        /// Order got.
        order: Order,
        /// Least order that failed.
        order_failed: u8,
        /// Attempts since the failure.
        considered: u32,
        /// Attempts that are left out.
        limit: u32,
    },
    /// The scanners start (`mm_compaction_begin`).
    Begin {
        /// The zone.
        zone: ZoneId,
        /// Where the migrate scanner starts, upwards.
        migrate_pfn: Pfn,
        /// Where the free scanner starts, downwards.
        free_pfn: Pfn,
        /// Whether it may wait.
        mode: MigrateMode,
    },
    /// Is it enough? (`mm_compaction_finished`)
    Finished {
        /// The zone.
        zone: ZoneId,
        /// Order wanted.
        order: Option<Order>,
        /// `Continue` or `NoSuitablePage`: no.
        result: CompactResult,
    },
    /// The migrate scanner looked for pages in use (`mm_compaction_isolate_migratepages`).
    IsolateMigratepages {
        /// First frame of the range.
        start: Pfn,
        /// Frame after the last.
        end: Pfn,
        /// Steps of the scan; a free block is one.
        scanned: u32,
        /// Pages taken off their lists, to be moved.
        taken: u32,
    },
    /// The free scanner looked for free pages (`mm_compaction_isolate_freepages`).
    IsolateFreepages {
        /// First frame of the range.
        start: Pfn,
        /// Frame after the last.
        end: Pfn,
        /// Pages looked at.
        scanned: u32,
        /// Pages taken, to move to.
        taken: u32,
    },
    /// A page moved to another frame: what maps it points there now.
    Moved {
        /// Frame it left, free in a moment.
        from: Pfn,
        /// Frame it is in now.
        to: Pfn,
    },
    /// The pages taken were moved (`mm_compaction_migratepages`).
    Migratepages {
        /// Pages moved.
        migrated: u32,
        /// Pages that stay where they are.
        failed: u32,
    },
    /// A block just freed went straight to the request that compacts, before any list had it.
    Captured {
        /// The block.
        pfn: Pfn,
        /// Its order.
        order: Order,
    },
    /// The hints which pageblocks to leave out were cleared.
    ResetSkip {
        /// The zone.
        zone: ZoneId,
        /// Pageblocks that are looked at again.
        cleared: u32,
    },
    /// The scanners stop (`mm_compaction_end`).
    End {
        /// The zone.
        zone: ZoneId,
        /// Where the migrate scanner is.
        migrate_pfn: Pfn,
        /// Where the free scanner is.
        free_pfn: Pfn,
        /// Whether it may wait.
        mode: MigrateMode,
        /// What came of it.
        result: CompactResult,
    },
    /// Somebody woke kcompactd (`mm_compaction_wakeup_kcompactd`).
    WakeupKcompactd {
        /// Its node.
        node: NodeId,
        /// Order wanted.
        order: Order,
        /// Highest zone that it compacts.
        highest: ZoneKind,
    },
    /// kcompactd starts to work (`mm_compaction_kcompactd_wake`).
    KcompactdWake {
        /// Its node.
        node: NodeId,
        /// Order wanted.
        order: Order,
        /// Highest zone that it compacts.
        highest: ZoneKind,
    },
    /// kcompactd has looked how fragmented its node is.
    Score {
        /// Its node.
        node: NodeId,
        /// Percent of free memory that is useless for huge pages, weighted by zone.
        score: u32,
        /// Above it kcompactd compacts on its own account.
        high: u32,
    },
    /// kcompactd sleeps (`mm_compaction_kcompactd_sleep`).
    KcompactdSleep {
        /// Its node.
        node: NodeId,
    },
}
