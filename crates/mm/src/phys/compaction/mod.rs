//! Compaction: moving pages together so that large free blocks come about.
//!
//! What a caller of the allocator sees of it: how hard it may try and what came of it. Mirrors
//! 6.1 `mm/compaction.c`, `include/linux/compaction.h`.

use crate::config::CpuId;
use crate::gfp::Gfp;
use crate::phys::Phys;
use crate::phys::relief::Relief;
use crate::phys::watermark::Privileges;
use crate::phys::zone::{Wmark, ZoneId};
use crate::trace::Trace;
use crate::units::Order;

/// How hard a direct compaction tries, `enum compact_priority`: the lowest tries hardest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CompactPriority {
    /// Waits for everything and ignores every hint (`MIN_COMPACT_PRIORITY`).
    SyncFull,
    /// Waits, but not for writes (`DEF_COMPACT_PRIORITY`, and the hardest for costly orders).
    SyncLight,
    /// Never waits (`INIT_COMPACT_PRIORITY`).
    Async,
}

/// What came of a compaction, `enum compact_result`; of several zones the largest counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CompactResult {
    /// The zone has too little free memory to compact with; for traces only.
    NotSuitableZone,
    /// Not started: it could not work, or was not needed.
    Skipped,
    /// Not started: it has failed too often of late.
    Deferred,
    /// No page fits; for traces only.
    NoSuitablePage,
    /// Should go on in another pageblock.
    Continue,
    /// The whole zone was scanned, to no avail.
    Complete,
    /// A part of the zone was scanned, to no avail.
    PartialSkipped,
    /// Given up because of others that wait.
    Contended,
    /// A block of the order is free now.
    Success,
}

/// What a direct compaction is to make room for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompactRequest {
    /// Order of the block wanted.
    pub order: Order,
    /// Flags of the request.
    pub gfp: Gfp,
    /// Class of the highest zone that the request may use.
    pub class: u8,
    /// How hard to try.
    pub priority: CompactPriority,
    /// Zones of the request, best first; those above `class` included.
    pub zonelist: Vec<ZoneId>,
    /// The mark that the allocation keeps; `None` when it ignores all.
    pub level: Option<Wmark>,
    /// What it may do below the mark.
    pub privileges: Privileges,
    /// Processor that asks.
    pub cpu: CpuId,
}

impl Phys {
    /// Compacts the zones of a request in turn, until one has a block of the order, 6.1
    /// `try_to_compact_pages`.
    pub(super) fn try_to_compact_pages(
        &mut self,
        _request: &CompactRequest,
        _relief: &mut dyn Relief,
        _tr: &mut Trace,
    ) -> CompactResult {
        CompactResult::Skipped
    }

    /// Forgets the failures of a zone because a block was got from it, 6.1
    /// `compaction_defer_reset` with `alloc_success`.
    pub(super) fn compaction_got_block(&mut self, _zone: ZoneId, _order: Order, _tr: &mut Trace) {}

    /// Returns whether compaction could work in any zone of the request, were everything
    /// reclaimable free, 6.1 `compaction_zonelist_suitable`.
    pub(super) fn compaction_zonelist_suitable(&self, _request: &CompactRequest) -> bool {
        false
    }
}
