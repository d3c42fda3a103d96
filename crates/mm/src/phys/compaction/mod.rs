//! Compaction: moving pages together so that large free blocks come about.
//!
//! Two scanners walk towards each other through a zone: one takes pages in use from the
//! bottom (`source`), one takes free pages from the top (`target`), and the former move
//! into the latter; `run` lets them walk, some pageblocks at a time. `suitable` says when that is worth it, `store` what is remembered
//! between runs, [`kcompactd`] who does it in the background. What is in a page is nothing the
//! allocator knows: [`Relief`] moves it. Mirrors 6.1 `mm/compaction.c`,
//! `include/linux/compaction.h`.

mod capture;
mod control;
mod event;
pub mod kcompactd;
mod nodes;
mod run;
mod skip;
mod source;
mod store;
mod suitable;
mod target;

use crate::config::CpuId;
use crate::cost::Cost;
use crate::func::Func;
use crate::gfp::Gfp;
use crate::phys::Phys;
use crate::phys::relief::{MigrateMode, Relief};
use crate::phys::zone::vmstat::ZoneStat;
use crate::phys::zone::watermark::Privileges;
use crate::phys::zone::{Wmark, ZoneId};
use crate::trace::Trace;
use crate::units::{Order, Pfn};

use crate::phys::zone::frames::CaptureControl;
use control::{Control, Hints, Pace, Purpose};
pub use event::Event;
pub use kcompactd::Kcompactd;
pub use nodes::CompactNodes;
use run::ZoneRun;
pub use store::{CompactTunable, Compaction, NodeField, ZoneField};
use suitable::Got;
pub use suitable::{Deferral, Demand, Suitability};

/// Pages that are isolated before they are moved (`COMPACT_CLUSTER_MAX`).
const CLUSTER_PAGES: u32 = 32;
/// Largest order that is worth much work (`PAGE_ALLOC_COSTLY_ORDER`).
const COSTLY_ORDER: Order = Order::new(3);

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

impl CompactResult {
    /// Returns the word that the kernel's traces print (`COMPACTION_STATUS`).
    pub const fn name(self) -> &'static str {
        match self {
            CompactResult::NotSuitableZone => "not_suitable_zone",
            CompactResult::Skipped => "skipped",
            CompactResult::Deferred => "deferred",
            CompactResult::NoSuitablePage => "no_suitable_page",
            CompactResult::Continue => "continue",
            CompactResult::Complete => "complete",
            CompactResult::PartialSkipped => "partial_skipped",
            CompactResult::Contended => "contended",
            CompactResult::Success => "success",
        }
    }
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

impl CompactRequest {
    fn demand(&self) -> Demand {
        Demand { order: self.order, level: self.level, privileges: self.privileges, class: self.class }
    }
}

/// What a direct compaction came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Compacted {
    /// The largest result of the zones.
    pub result: CompactResult,
    /// A block that was taken at once when it became free (`capture`): allocated, the
    /// request's.
    pub captured: Option<Pfn>,
}

impl Phys {
    /// Compacts the zones of a request in turn, until one has a block of the order, 6.1
    /// `try_to_compact_pages`.
    pub fn try_to_compact_pages(
        &mut self,
        request: &CompactRequest,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) -> Compacted {
        let CompactRequest { order, gfp, priority, .. } = *request;
        let mut compacted = Compacted { result: CompactResult::Skipped, captured: None };
        if !gfp.contains(Gfp::IO) {
            return compacted;
        }
        tr.span(Func::TryToCompactPages, |tr| {
            tr.emit(Event::TryToCompactPages { order, gfp, priority });
            for &zone in &request.zonelist {
                if self.frames.zones.get(zone).class > request.class {
                    continue;
                }
                if priority > CompactPriority::SyncFull && self.compaction_deferred(zone, order, tr) {
                    compacted.result = compacted.result.max(CompactResult::Deferred);
                    continue;
                }
                let (status, captured) = self.compact_zone_order(zone, request, relief, tr);
                compacted.result = compacted.result.max(status);
                if status == CompactResult::Success {
                    // Expected, not certain: the caller says so once it has the block.
                    self.compaction_defer_reset(zone, order, Got::Compaction, tr);
                    compacted.captured = captured;
                    break;
                }
                let in_vain = matches!(status, CompactResult::Complete | CompactResult::PartialSkipped);
                if priority != CompactPriority::Async && in_vain {
                    self.defer_compaction(zone, order, tr);
                }
            }
        });
        compacted
    }

    /// Compacts one zone for a request; a block that it frees on the way is the request's at
    /// once.
    fn compact_zone_order(
        &mut self,
        zone: ZoneId,
        request: &CompactRequest,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) -> (CompactResult, Option<Pfn>) {
        let full = request.priority == CompactPriority::SyncFull;
        let mode = match request.priority {
            CompactPriority::Async => MigrateMode::Async,
            CompactPriority::SyncLight | CompactPriority::SyncFull => MigrateMode::SyncLight,
        };
        let cc = Control {
            gfp: request.gfp,
            class: request.class,
            level: request.level,
            privileges: request.privileges,
            whole_zone: full,
            any_target: full,
            hints: if full { Hints::Ignore } else { Hints::Heed },
            ..Control::for_order(zone, request.order, mode, Purpose::Direct, request.cpu)
        };
        self.frames.capture = Some(CaptureControl { zone, order: request.order, page: None });
        let result = self.compact_zone(&mut ZoneRun::new(cc), relief, tr);
        let captured = self.frames.capture.take().and_then(|capture| capture.page);
        (if captured.is_some() { CompactResult::Success } else { result }, captured)
    }

    /// Forgets the failures of a zone because a block was got from it, 6.1
    /// `compaction_defer_reset` with `alloc_success`.
    pub fn compaction_got_block(&mut self, zone: ZoneId, order: Order, tr: &mut Trace) {
        self.compaction.set_zone(zone, ZoneField::BlockskipFlush, 0, tr);
        self.compaction_defer_reset(zone, order, Got::Allocation, tr);
    }

    /// Returns whether compaction could work in any zone of the request, were everything
    /// reclaimable free, 6.1 `compaction_zonelist_suitable`.
    pub fn compaction_zonelist_suitable(&self, request: &CompactRequest) -> bool {
        let zones =
            request.zonelist.iter().filter(|&&zone| self.frames.zones.get(zone).class <= request.class);
        zones.copied().any(|zone| {
            let reclaimable = self.zone_reclaimable_pages(zone) / u64::from(request.order.get().max(1));
            let free = u64::try_from(self.frames.vmstat.zone_exact(zone, ZoneStat::NrFreePages)).unwrap_or(0);
            self.compaction_has_room(zone, request.demand(), free + reclaimable).0 != CompactResult::Skipped
        })
    }

    fn zone_reclaimable_pages(&self, zone: ZoneId) -> u64 {
        let file = [ZoneStat::NrZoneInactiveFile, ZoneStat::NrZoneActiveFile];
        file.into_iter().map(|item| self.frames.vmstat.zone(zone, item)).sum()
    }

    /// Writes a tunable of compaction; a new proactiveness makes kcompactd look at once.
    pub fn set_compact_tunable(&mut self, tunable: CompactTunable, value: u64, tr: &mut Trace) {
        self.compaction.set_tunable(tunable, value, tr);
        if tunable == CompactTunable::Proactiveness && value > 0 {
            for node in 0..crate::phys::zone::node::small_number(self.nodes.len()) {
                self.compaction.set_node(crate::config::NodeId(node), NodeField::ProactiveTrigger, 1, tr);
            }
        }
    }

    /// Moves one page and frees the frame that it leaves.
    fn move_page(
        &mut self,
        from: Pfn,
        to: Pfn,
        cc: &Control,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) -> bool {
        tr.spend(Cost::CopyPage);
        if relief.migrate_page(self, from, to, cc.cpu, tr).is_err() {
            return false;
        }
        tr.emit(Event::Moved { from, to });
        self.free_pages(from, Order::ZERO, cc.cpu, tr);
        true
    }

    /// Frees the pages that nothing was moved to; the next free scanner starts no lower than
    /// they lie.
    fn release_freepages(&mut self, cc: &mut Control, tr: &mut Trace) {
        let Some(highest) = cc.freepages.iter().copied().max() else { return };
        while let Some(pfn) = cc.freepages.pop() {
            self.free_pages(pfn, Order::ZERO, cc.cpu, tr);
        }
        let highest = highest.align_down(self.pageblock_order());
        if highest > self.compaction.position(cc.zone, ZoneField::CachedFree) {
            self.compaction.set_position(cc.zone, ZoneField::CachedFree, highest, tr);
        }
    }
}

/// Returns how many free blocks a fast search looks at: fewer the more often it has failed.
fn freelist_scan_limit(cc: &Control) -> u32 {
    (CLUSTER_PAGES >> cc.fast_search_fail.min(31)) + 1
}
