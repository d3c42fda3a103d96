//! One run of compaction: what it is to do and where its scanners are, `struct compact_control`.

use crate::config::CpuId;
use crate::gfp::Gfp;
use crate::phys::relief::MigrateMode;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::watermark::Privileges;
use crate::phys::zone::{Wmark, ZoneId};
use crate::units::{Order, Pfn};

/// On whose behalf memory is compacted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// A request that waits for a block.
    Direct,
    /// kcompactd, for a request that did not wait.
    Daemon,
    /// kcompactd, because the node is fragmented.
    Proactive,
    /// `/proc/sys/vm/compact_memory`.
    Everything,
}

/// How much work a slice has left, in pageblocks passed.
#[derive(Debug)]
pub(super) struct Pace(u32);

impl Pace {
    pub(super) fn new(units: u32) -> Pace {
        Pace(units)
    }

    pub(super) fn spend(&mut self, units: u32) {
        self.0 = self.0.saturating_sub(units);
    }

    pub(super) fn is_over(&self) -> bool {
        self.0 == 0
    }
}

/// Which hints a run believes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hints {
    /// Pageblocks with a skip bit are left out.
    Heed,
    /// All pageblocks are looked at.
    Ignore,
}

/// Lowest free block of a migrate source that the fast search met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FastStart {
    /// None yet.
    Unknown,
    /// This one.
    At(Pfn),
    /// Used up: a linear scan started there.
    Spent,
}

/// A search for free pages, pageblock by pageblock downwards: it looks at `at..end` of the one that
/// begins at `start`.
#[derive(Clone, Copy, Debug)]
pub(super) struct FreeScan {
    pub(super) at: Pfn,
    pub(super) start: Pfn,
    pub(super) end: Pfn,
    pub(super) low: Pfn,
    pub(super) stride: u32,
}

/// One run over one zone.
#[derive(Clone, Debug)]
pub(super) struct Control {
    pub(super) zone: ZoneId,
    /// Order wanted; `None`: no order, the whole zone.
    pub(super) order: Option<Order>,
    pub(super) gfp: Gfp,
    pub(super) mode: MigrateMode,
    pub(super) purpose: Purpose,
    pub(super) hints: Hints,
    /// Every pageblock will do to move to, whatever its type.
    pub(super) any_target: bool,
    /// The scanners start at the ends of the zone.
    pub(super) whole_zone: bool,
    pub(super) class: u8,
    pub(super) level: Option<Wmark>,
    pub(super) privileges: Privileges,
    pub(super) cpu: CpuId,

    /// Next frame of the migrate scanner.
    pub(super) migrate_pfn: Pfn,
    /// Frame where the free scanner goes on.
    pub(super) free_pfn: Pfn,
    pub(super) fast_start: FastStart,
    pub(super) fast_search_fail: u32,
    /// Order at which the fast search for free pages goes on.
    pub(super) search_order: Order,
    /// The pageblock was scanned just before: all of it is to be done now.
    pub(super) rescan: bool,
    /// Isolated pages in use, as found.
    pub(super) migratepages: Vec<Pfn>,
    /// Isolated free pages; the last one is used first.
    pub(super) freepages: Vec<Pfn>,
    /// `nr_migratepages`: pages isolated in this round, moved or not.
    pub(super) wanted: u32,
    /// A search for free pages that a slice ended in.
    pub(super) free_scan: Option<FreeScan>,
    pub(super) migrate_scanned: u32,
    pub(super) free_scanned: u32,
}

impl Control {
    /// Makes a run that is to do all of `zone` and believes nothing.
    pub(super) fn everything(zone: ZoneId, purpose: Purpose, mode: MigrateMode, cpu: CpuId) -> Control {
        Control {
            zone,
            order: None,
            gfp: Gfp::KERNEL,
            mode,
            purpose,
            hints: Hints::Ignore,
            any_target: false,
            whole_zone: true,
            class: 0,
            level: None,
            privileges: Privileges::default(),
            cpu,
            migrate_pfn: Pfn(0),
            free_pfn: Pfn(0),
            fast_start: FastStart::Unknown,
            fast_search_fail: 0,
            search_order: Order::ZERO,
            rescan: false,
            migratepages: Vec::new(),
            freepages: Vec::new(),
            wanted: 0,
            free_scan: None,
            migrate_scanned: 0,
            free_scanned: 0,
        }
    }

    /// Makes a run for a block of `order`, from the cached positions on.
    pub(super) fn for_order(
        zone: ZoneId,
        order: Order,
        mode: MigrateMode,
        purpose: Purpose,
        cpu: CpuId,
    ) -> Control {
        Control {
            order: Some(order),
            search_order: order,
            hints: Hints::Heed,
            whole_zone: false,
            ..Control::everything(zone, purpose, mode, cpu)
        }
    }

    /// Returns the type of pages that the block is for.
    pub(super) fn migratetype(&self) -> MigrateType {
        MigrateType::of_request(self.gfp)
    }

    /// Returns whether a request waits that can wait for nothing else: it looks for the least
    /// work that makes a block.
    pub(super) fn is_async_direct(&self) -> bool {
        self.purpose == Purpose::Direct && self.mode == MigrateMode::Async
    }

    /// Returns whether there is a free page for every page in use.
    pub(super) fn has_enough_free(&self) -> bool {
        crate::units::count(self.freepages.len()) >= self.wanted
    }

    /// Returns whether the scanners are in the same pageblock, or past each other.
    pub(super) fn scanners_met(&self, pageblock: Order) -> bool {
        self.free_pfn.0 >> pageblock.get() <= self.migrate_pfn.0 >> pageblock.get()
    }
}
