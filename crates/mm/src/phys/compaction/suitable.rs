//! When to compact: could it help, is it enough, and has it failed too often of late?
//!
//! Mirrors 6.1 `mm/compaction.c`: `compaction_suitable`, `compact_finished`,
//! `compaction_deferred`, `defer_compaction`, `compaction_defer_reset`.

use super::control::{Control, Purpose};
use super::event::Event;
use super::store::{CompactTunable, ZoneField};
use super::{COSTLY_ORDER, CompactResult};
use crate::phys::Phys;
use crate::phys::relief::MigrateMode;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::vmstat::ZoneStat;
use crate::phys::zone::watermark::{Privileges, Query, Verdict};
use crate::phys::zone::{Wmark, ZoneId};
use crate::trace::Trace;
use crate::units::{Order, Pfn, low32};

/// No more than 1 << this many attempts are left out (`COMPACT_MAX_DEFER_SHIFT`).
const DEFER_SHIFT_MAX: u64 = 6;

/// What a request asks of a zone: the order, and what it keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Demand {
    /// Order wanted.
    pub order: Order,
    /// The mark that the allocation keeps; `None` when it ignores all.
    pub level: Option<Wmark>,
    /// What it may do below the mark.
    pub privileges: Privileges,
    /// Class of the highest zone that it may use.
    pub class: u8,
}

/// What is left out in a zone after failures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deferral {
    /// Least order that failed; requests below it are not left out.
    pub order_failed: u8,
    /// Attempts since the last failure.
    pub considered: u64,
    /// Attempts that are left out.
    pub limit: u64,
}

impl Deferral {
    /// Returns whether the next attempt for `order` will be left out.
    pub fn leaves_out(&self, order: Order) -> bool {
        order.get() >= self.order_failed && self.considered + 1 < self.limit
    }
}

/// What compacting a zone could do, with the operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Suitability {
    /// `Continue`: it could help. `Success`: not needed. `Skipped`: too little free memory.
    /// `NotSuitableZone`: fragmentation is not what is wrong.
    pub result: CompactResult,
    /// Free pages.
    pub free: u64,
    /// Free pages that it takes: the mark, and twice the block.
    pub needed: u64,
    /// Fragmentation index in thousandths.
    pub index: i64,
}

/// Free pages that compaction takes besides the mark (`compact_gap`): copies and originals.
fn compact_gap(order: Order) -> u64 {
    2 << order.get()
}

impl Phys {
    /// Returns whether compacting `zone` could help a request with `free` pages free, without
    /// regard to fragmentation (`__compaction_suitable`); and the free pages that it takes.
    pub(super) fn compaction_has_room(
        &self,
        zone: ZoneId,
        demand: Demand,
        free: u64,
    ) -> (CompactResult, u64) {
        let Demand { order, level, privileges, class } = demand;
        let boosted = |level| self.frames.zones.watermark(zone, level) + self.frames.zones.boost(zone);
        // A request that ignores all marks is held against the lowest here.
        let level = level.unwrap_or(Wmark::Min);
        let now = self.frames.vmstat.zone(zone, ZoneStat::NrFreePages);
        let query = Query { order, level, class, privileges };
        let enough_for = if order > COSTLY_ORDER { Wmark::Low } else { Wmark::Min };
        let needed = boosted(enough_for) + compact_gap(order);
        if self.frames.watermark_test(zone, query, boosted(level), now).0 == Verdict::Ok {
            return (CompactResult::Success, needed);
        }
        let single =
            Query { order: Order::ZERO, level: enough_for, class, privileges: Privileges::default() };
        match self.frames.watermark_test(zone, single, needed, free).0 {
            Verdict::Ok => (CompactResult::Continue, needed),
            Verdict::TooFew | Verdict::NoBlock => (CompactResult::Skipped, needed),
        }
    }

    /// Returns whether compacting `zone` could help a request now, with the operands, 6.1
    /// `compaction_suitable`.
    pub fn compaction_suitable(&self, zone: ZoneId, demand: Demand) -> Suitability {
        let free = self.frames.vmstat.zone(zone, ZoneStat::NrFreePages);
        let (mut result, needed) = self.compaction_has_room(zone, demand, free);
        let index = self.frames.fragmentation_index(zone, demand.order);
        let threshold = self.compaction.tunable(CompactTunable::ExtfragThreshold);
        let is_shortage = u64::try_from(index).is_ok_and(|index| index <= threshold);
        if result == CompactResult::Continue && demand.order > COSTLY_ORDER && is_shortage {
            result = CompactResult::NotSuitableZone;
        }
        Suitability { result, free, needed, index }
    }

    /// Asks [`Phys::compaction_suitable`] for the run `cc`, and notes the answer.
    pub(super) fn is_compaction_suitable(&self, cc: &Control, tr: &mut Trace) -> CompactResult {
        let Control { level, privileges, class, .. } = *cc;
        let demand = cc.order.map(|order| Demand { order, level, privileges, class });
        self.note_suitability(cc.zone, demand, tr)
    }

    /// Asks whether compacting a zone could help, and notes the answer; without a demand it is
    /// compacted as a whole.
    pub(super) fn note_suitability(
        &self,
        zone: ZoneId,
        demand: Option<Demand>,
        tr: &mut Trace,
    ) -> CompactResult {
        let suitability = match demand {
            Some(demand) => self.compaction_suitable(zone, demand),
            None => {
                let free = self.frames.vmstat.zone(zone, ZoneStat::NrFreePages);
                Suitability { result: CompactResult::Continue, free, needed: 0, index: 0 }
            }
        };
        tr.emit(Event::Suitable {
            zone,
            order: demand.map(|demand| demand.order),
            result: suitability.result,
            free: low32(suitability.free),
            needed: low32(suitability.needed),
            fragindex: i32::try_from(suitability.index).expect("an index is within a thousand"),
        });
        if suitability.result == CompactResult::NotSuitableZone {
            return CompactResult::Skipped;
        }
        suitability.result
    }

    /// Returns whether the run is done: `Continue` if not.
    pub(super) fn compact_finished(&mut self, cc: &Control, tr: &mut Trace) -> CompactResult {
        let result = self.judge_progress(cc, tr);
        tr.emit(Event::Finished { zone: cc.zone, order: cc.order, result });
        if result == CompactResult::NoSuitablePage { CompactResult::Continue } else { result }
    }

    fn judge_progress(&mut self, cc: &Control, tr: &mut Trace) -> CompactResult {
        if cc.scanners_met(self.pageblock_order()) {
            self.reset_cached_positions(cc.zone, tr);
            // kswapd clears the hints when it goes to sleep: only an allocation's failure shows
            // that they may be stale.
            if cc.purpose == Purpose::Direct {
                self.compaction.set_zone(cc.zone, ZoneField::BlockskipFlush, 1, tr);
            }
            return if cc.whole_zone { CompactResult::Complete } else { CompactResult::PartialSkipped };
        }
        if cc.purpose == Purpose::Proactive {
            let score = self.frames.contig_page_info(cc.zone, self.pageblock_order());
            let score = score.unusable_percent(self.pageblock_order());
            let low = self.fragmentation_score_marks().0;
            return if score > low { CompactResult::Continue } else { CompactResult::Success };
        }
        let Some(order) = cc.order else { return CompactResult::Continue };
        // A pageblock begun is finished, so that types are mixed less soon.
        if cc.migrate_pfn.align_down(self.pageblock_order()) != cc.migrate_pfn {
            return CompactResult::Continue;
        }
        let mt = cc.migratetype();
        let serves = |each: Order| {
            self.frames.mem_map.first(self.frames.lists.free(cc.zone, each, mt)).is_some()
                || self.has_stealable(cc.zone, each, mt)
        };
        if order.and_up().any(serves) { CompactResult::Success } else { CompactResult::NoSuitablePage }
    }

    /// Lets the next run start at the ends of the zone.
    fn reset_cached_positions(&mut self, zone: ZoneId, tr: &mut Trace) {
        let (start, last) = self.compaction_ends(zone);
        self.compaction.set_position(zone, ZoneField::CachedMigrateAsync, start, tr);
        self.compaction.set_position(zone, ZoneField::CachedMigrateSync, start, tr);
        self.compaction.set_position(zone, ZoneField::CachedFree, last, tr);
    }

    /// Returns the first frame of a zone and the first of its last pageblock.
    pub(super) fn compaction_ends(&self, zone: ZoneId) -> (Pfn, Pfn) {
        let zone = self.frames.zones.get(zone);
        (zone.start, Pfn(zone.end().0 - 1).align_down(self.pageblock_order()))
    }

    /// Says where the scanners of `cc` start: where the last ones stopped, or at the ends.
    pub(super) fn place_scanners(&mut self, cc: &mut Control, tr: &mut Trace) {
        let (start, last) = self.compaction_ends(cc.zone);
        if cc.whole_zone {
            (cc.migrate_pfn, cc.free_pfn) = (start, last);
            return;
        }
        let cached = match cc.mode {
            MigrateMode::Async => ZoneField::CachedMigrateAsync,
            MigrateMode::SyncLight | MigrateMode::Sync => ZoneField::CachedMigrateSync,
        };
        cc.migrate_pfn = self.compaction.position(cc.zone, cached);
        cc.free_pfn = self.compaction.position(cc.zone, ZoneField::CachedFree);
        let zone = *self.frames.zones.get(cc.zone);
        if !zone.contains(cc.free_pfn) {
            cc.free_pfn = last;
            self.compaction.set_position(cc.zone, ZoneField::CachedFree, last, tr);
        }
        if !zone.contains(cc.migrate_pfn) {
            cc.migrate_pfn = start;
            self.compaction.set_position(cc.zone, ZoneField::CachedMigrateAsync, start, tr);
            self.compaction.set_position(cc.zone, ZoneField::CachedMigrateSync, start, tr);
        }
        if cc.migrate_pfn <= self.compaction.position(cc.zone, ZoneField::InitMigrate) {
            cc.whole_zone = true;
        }
    }

    // ---- deferral

    fn defer_limit(&self, zone: ZoneId) -> u64 {
        1 << self.compaction.zone(zone, ZoneField::DeferShift)
    }

    /// Returns whether this attempt is to be left out, and counts it.
    pub(super) fn compaction_deferred(&mut self, zone: ZoneId, order: Order, tr: &mut Trace) -> bool {
        let before = self.deferral(zone);
        if order.get() < before.order_failed {
            return false;
        }
        let considered = (before.considered + 1).min(before.limit);
        self.compaction.set_zone(zone, ZoneField::Considered, considered, tr);
        if !before.leaves_out(order) {
            return false;
        }
        let (considered, limit) = (low32(considered), low32(before.limit));
        tr.emit(Event::Deferred { zone, order, order_failed: before.order_failed, considered, limit });
        true
    }

    /// Returns what is left out in a zone after failures.
    pub fn deferral(&self, zone: ZoneId) -> Deferral {
        Deferral {
            order_failed: self.compaction.order_failed(zone),
            considered: self.compaction.zone(zone, ZoneField::Considered),
            limit: self.defer_limit(zone),
        }
    }

    /// Notes a failure: twice as many attempts as last time are left out.
    pub(super) fn defer_compaction(&mut self, zone: ZoneId, order: Order, tr: &mut Trace) {
        let shift = (self.compaction.zone(zone, ZoneField::DeferShift) + 1).min(DEFER_SHIFT_MAX);
        let order_failed = self.compaction.order_failed(zone).min(order.get());
        self.compaction.set_zone(zone, ZoneField::Considered, 0, tr);
        self.compaction.set_zone(zone, ZoneField::DeferShift, shift, tr);
        self.compaction.set_zone(zone, ZoneField::OrderFailed, u64::from(order_failed), tr);
        let limit = low32(self.defer_limit(zone));
        tr.emit(Event::DeferCompaction { zone, order, order_failed, limit });
    }

    /// Notes a success: of compaction, or of the allocation that it was for.
    pub(super) fn compaction_defer_reset(&mut self, zone: ZoneId, order: Order, got: Got, tr: &mut Trace) {
        if got == Got::Allocation {
            self.compaction.set_zone(zone, ZoneField::Considered, 0, tr);
            self.compaction.set_zone(zone, ZoneField::DeferShift, 0, tr);
        }
        let order_failed = self.compaction.order_failed(zone).max(order.get() + 1);
        self.compaction.set_zone(zone, ZoneField::OrderFailed, u64::from(order_failed), tr);
        let considered = low32(self.compaction.zone(zone, ZoneField::Considered));
        let limit = low32(self.defer_limit(zone));
        tr.emit(Event::DeferReset { zone, order, order_failed, considered, limit });
    }

    /// Returns whether the most attempts that can be have been left out: a fresh start.
    pub(super) fn compaction_restarting(&self, zone: ZoneId, order: Order) -> bool {
        order.get() >= self.compaction.order_failed(zone)
            && self.compaction.zone(zone, ZoneField::DeferShift) == DEFER_SHIFT_MAX
            && self.compaction.zone(zone, ZoneField::Considered) >= 1 << DEFER_SHIFT_MAX
    }

    /// Returns whether a request for `mt` would take a block of `order` from another type
    /// together with its pageblock (`find_suitable_fallback`, `only_stealable`).
    fn has_stealable(&self, zone: ZoneId, order: Order, mt: MigrateType) -> bool {
        self.frames.zones.nr_free(zone, order) > 0
            && self.frames.takes_pageblock(order, mt)
            && self.frames.suitable(zone, order, mt).is_some()
    }
}

/// What succeeded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Got {
    /// Compaction: the allocation is expected to.
    Compaction,
    /// The allocation.
    Allocation,
}
