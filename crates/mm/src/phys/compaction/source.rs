//! The migrate scanner: upwards through the zone, taking pages in use that can be moved.
//!
//! Pageblock by pageblock, 32 pages at a time. A request that cannot wait looks only into
//! pageblocks of its own type and gives a block up at the first page that stays; for large
//! movable requests the free lists say where a block is nearly free already. Mirrors 6.1
//! `mm/compaction.c`: `isolate_migratepages`, `isolate_migratepages_block`,
//! `fast_find_migrateblock`, `suitable_migration_source`.

use core::ops::ControlFlow;

use super::control::{Control, FastStart, Hints, Pace, Purpose};
use super::event::Event;
use super::store::{CompactTunable, ZoneField};
use super::{CLUSTER_PAGES, COSTLY_ORDER};
use crate::cost::Cost;
use crate::func::Func;
use crate::phys::Phys;
use crate::phys::relief::{Isolation, MigrateMode, Relief};
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::vmstat::VmEvent;
use crate::store::{Kind, PageFlags, PageState};
use crate::trace::Trace;
use crate::units::{Order, Pfn};

/// Units that a pageblock counts as whose frames are looked at.
const SOURCE_UNITS: u32 = 7;

/// Where the migrate scanner looks: the pageblock `start..end` from `low` on.
#[derive(Clone, Copy, Debug)]
pub(super) struct SourceSearch {
    low: Pfn,
    start: Pfn,
    end: Pfn,
    found_fast: bool,
}

/// A pageblock, as far as it lies in the zone: `start..end`.
#[derive(Clone, Copy)]
struct Range {
    start: Pfn,
    end: Pfn,
}

/// What the scanner met at a frame.
#[derive(Clone, Copy)]
enum Met {
    /// A free block: nothing to move.
    Free(Order),
    /// A compound page: stays whole, so stays.
    Compound(u32),
    /// A page that can be taken.
    Movable,
    /// A page that stays.
    Fixed,
}

impl Phys {
    /// Says where the migrate scanner looks for a pageblock that suits.
    pub(super) fn begin_isolate_migratepages(&mut self, cc: &mut Control, tr: &mut Trace) -> SourceSearch {
        tr.enter(Func::IsolateMigratepages);
        let pageblock = self.pageblock_order();
        let low = self.fast_find_migrateblock(cc, tr);
        SourceSearch {
            low,
            start: low.align_down(pageblock).max(self.frames.zones.get(cc.zone).start),
            end: low.align_down(pageblock).add(pageblock.pages()),
            found_fast: low != cc.migrate_pfn && cc.fast_search_fail == 0,
        }
    }

    /// Takes pages from the first pageblock that suits; breaks when there is more to do.
    pub(super) fn isolate_migratepages(
        &mut self,
        cc: &mut Control,
        search: &mut SourceSearch,
        relief: &mut dyn Relief,
        pace: &mut Pace,
        tr: &mut Trace,
    ) -> ControlFlow<()> {
        let pageblock = self.pageblock_order().pages();
        while search.end <= cc.free_pfn {
            if pace.is_over() {
                return ControlFlow::Break(());
            }
            pace.spend(1);
            if self.is_migration_source(cc, search, tr) {
                let SourceSearch { low, end, .. } = *search;
                self.isolate_migratepages_block(cc, low, end, relief, tr);
                pace.spend(SOURCE_UNITS);
                break;
            }
            search.found_fast = false;
            (search.low, search.start) = (search.end, search.end);
            cc.migrate_pfn = search.end;
            search.end = search.end.add(pageblock);
        }
        tr.leave();
        ControlFlow::Continue(())
    }

    /// Returns whether the pageblock is worth scanning from `low` on.
    fn is_migration_source(&mut self, cc: &Control, search: &SourceSearch, tr: &mut Trace) -> bool {
        let SourceSearch { low, start, end, found_fast } = *search;
        if !self.is_in_zone(cc.zone, start, end) {
            return false;
        }
        let aligned = low.align_down(self.pageblock_order()) == low;
        if aligned && !found_fast && !self.isolation_suitable(cc, start) {
            return false;
        }
        if !self.suitable_migration_source(cc, start) {
            self.update_cached_migrate(cc, end, tr);
            return false;
        }
        true
    }

    /// Returns whether both ends of a range belong to the zone (`pageblock_pfn_to_page`).
    pub(super) fn is_in_zone(&self, zone: crate::phys::zone::ZoneId, start: Pfn, end: Pfn) -> bool {
        let zone = self.frames.zones.get(zone);
        zone.contains(start) && zone.contains(Pfn(end.0 - 1))
    }

    /// Returns whether the hints allow to look into the pageblock of `pfn`.
    pub(super) fn isolation_suitable(&self, cc: &Control, pfn: Pfn) -> bool {
        cc.hints == Hints::Ignore || !self.compaction.skips(pfn)
    }

    /// Returns whether a compound page fills the pageblock, so that it is always in vain.
    pub(super) fn is_skipped_for_good(&self, pfn: Pfn) -> bool {
        self.frames
            .mem_map
            .block_of(pfn)
            .is_some_and(|(_, state)| is_compound(state) && state.order() >= self.pageblock_order())
    }

    fn suitable_migration_source(&self, cc: &Control, pfn: Pfn) -> bool {
        if self.is_skipped_for_good(pfn) {
            return false;
        }
        if !cc.is_async_direct() {
            return true;
        }
        let mt = self.pageblock_type(pfn);
        let wanted = cc.migratetype();
        if wanted == MigrateType::Movable { is_movable_type(mt) } else { mt == wanted }
    }

    /// Takes what can be moved from `low..end`, all in one pageblock, until there are 32 pages.
    fn isolate_migratepages_block(
        &mut self,
        cc: &mut Control,
        low: Pfn,
        end: Pfn,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) {
        let range = Range { start: low, end };
        let starts_block = low.align_down(self.pageblock_order()) == low;
        let mut scan = Scan { at: low, scanned: 0, taken: 0, marked: false };
        if starts_block && !self.isolation_suitable(cc, low) {
            // Found by the fast search, which has set the hint already.
            scan.scanned = 1;
            scan.at = end;
        } else {
            self.scan_block(cc, range, &mut scan, relief, tr);
        }
        scan.at = scan.at.min(end);
        if scan.at == end && (scan.taken == 0 || cc.rescan) {
            if starts_block && !scan.marked && !self.compaction.skips(low) {
                self.compaction.set_skip(low, tr);
            }
            self.update_cached_migrate(cc, scan.at, tr);
        }
        tr.emit(Event::IsolateMigratepages {
            start: low,
            end: scan.at,
            scanned: scan.scanned,
            taken: scan.taken,
        });
        cc.migrate_scanned += scan.scanned;
        if scan.taken > 0 {
            self.frames.vmstat.count(VmEvent::CompactIsolated, scan.taken, tr);
        }
        cc.migrate_pfn = scan.at;
    }

    fn scan_block(
        &mut self,
        cc: &mut Control,
        range: Range,
        scan: &mut Scan,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) {
        // A request that cannot wait wants one block of its order: one page that stays spoils it.
        let unit = cc.order.filter(|_| cc.is_async_direct());
        let mut unit_end = unit.map_or(range.end, |order| block_end(range.start, order));
        while scan.at < range.end {
            if let Some(order) = unit
                && scan.at >= unit_end
            {
                if scan.taken > 0 {
                    break;
                }
                unit_end = block_end(scan.at, order);
            }
            if unit.is_none()
                && let Some((pages, _)) = self.tails_that_stay(scan.at, range.end, relief)
            {
                scan.scanned += pages;
                tr.spend_times(Cost::ScanFrame, pages);
                scan.at = scan.at.add(pages);
                continue;
            }
            scan.scanned += 1;
            tr.spend(Cost::ScanFrame);
            let met = self.meet(cc, scan.at, relief, tr);
            match met {
                Met::Free(order) => {
                    scan.at = scan.at.add(order.pages());
                    continue;
                }
                Met::Movable => {
                    self.take_page(cc, scan, tr);
                    scan.at = scan.at.add(1);
                    if cc.wanted >= CLUSTER_PAGES && !cc.rescan {
                        break;
                    }
                    continue;
                }
                Met::Compound(pages) => scan.at = scan.at.add(pages),
                Met::Fixed => scan.at = scan.at.add(1),
            }
            if let Some(order) = unit {
                self.give_up_unit(cc, scan, relief, tr);
                if scan.at <= unit_end {
                    scan.at = unit_end;
                    unit_end = unit_end.add(order.pages());
                }
            }
        }
    }

    /// Puts a page that was just isolated on the list of those to be moved.
    fn take_page(&mut self, cc: &mut Control, scan: &mut Scan, tr: &mut Trace) {
        if !scan.marked {
            scan.marked = true;
            let first = scan.at.align_down(self.pageblock_order()) == scan.at;
            if first && cc.hints == Hints::Heed && !self.compaction.skips(scan.at) {
                self.compaction.set_skip(scan.at, tr);
            }
        }
        cc.migratepages.push(scan.at);
        cc.wanted += 1;
        scan.taken += 1;
    }

    /// Puts everything back: the block of the order wanted cannot become free.
    fn give_up_unit(&mut self, cc: &mut Control, scan: &mut Scan, relief: &mut dyn Relief, tr: &mut Trace) {
        if scan.taken > 0 {
            self.putback_pages(cc, relief, tr);
            scan.taken = 0;
        }
    }

    /// Gives all isolated pages back to their lists (`putback_movable_pages`).
    pub(super) fn putback_pages(&mut self, cc: &mut Control, relief: &mut dyn Relief, tr: &mut Trace) {
        for pfn in core::mem::take(&mut cc.migratepages).into_iter().rev() {
            relief.putback_page(self, pfn, cc.cpu, tr);
        }
        cc.wanted = 0;
    }

    /// Looks at a frame; a page that can be moved is isolated.
    fn meet(&mut self, cc: &Control, pfn: Pfn, relief: &mut dyn Relief, tr: &mut Trace) -> Met {
        let state = self.frames.mem_map.state(pfn);
        if state.is_head() && state.kind() == Kind::Free {
            return Met::Free(state.order());
        }
        let head = if state.is_head() { Some((pfn, state)) } else { self.frames.mem_map.block_of(pfn) };
        let Some((head, state)) = head else { return Met::Fixed };
        if is_compound(state) {
            return Met::Compound(if head == pfn { state.order().pages() } else { 1 });
        }
        if state.kind() == Kind::Unknown {
            return if relief.takes_for_page(self, pfn) {
                self.ask_for(pfn, cc, relief, tr)
            } else {
                Met::Fixed
            };
        }
        let flags = state.flags();
        if head != pfn || !flags.contains(PageFlags::LRU) {
            return Met::Fixed;
        }
        // A reference that no mapping explains would make the move fail.
        let pinned = state.kind() == Kind::Anon
            && self.frames.mem_map.refcount(pfn) > self.frames.mem_map.mappings(pfn);
        let unevictable_allowed = self.compaction.tunable(CompactTunable::UnevictableAllowed) != 0;
        let kept = flags.contains(PageFlags::UNEVICTABLE) && !unevictable_allowed;
        let busy = flags.contains(PageFlags::WRITEBACK) && cc.mode != MigrateMode::Sync;
        if pinned || kept || busy {
            return Met::Fixed;
        }
        self.ask_for(pfn, cc, relief, tr)
    }

    fn ask_for(&mut self, pfn: Pfn, cc: &Control, relief: &mut dyn Relief, tr: &mut Trace) -> Met {
        match relief.isolate_page(self, pfn, cc.mode, cc.cpu, tr) {
            Isolation::Taken => Met::Movable,
            Isolation::Refused => Met::Fixed,
        }
    }

    /// Returns how many frames from `pfn` on lie behind the head of a block and cannot be taken by
    /// themselves; those of unknown use perhaps can.
    pub(super) fn tails_that_stay(
        &self,
        pfn: Pfn,
        end: Pfn,
        relief: &dyn Relief,
    ) -> Option<(u32, PageState)> {
        let stays = |state: PageState| state.kind() != Kind::Unknown || !relief.takes_for_page(self, pfn);
        self.frames.mem_map.tails(pfn, end).filter(|&(_, state)| stays(state))
    }

    /// Returns whether a page may be on an LRU list: what hints are reset by.
    pub(super) fn may_be_on_lru(&self, pfn: Pfn, relief: &dyn Relief) -> bool {
        match self.frames.mem_map.block_of(pfn) {
            Some((_, state)) if state.kind() == Kind::Unknown => relief.takes_for_page(self, pfn),
            Some((head, state)) => head == pfn && state.flags().contains(PageFlags::LRU),
            None => false,
        }
    }

    /// Notes that a pageblock has been scanned: the next run starts behind it.
    fn update_cached_migrate(&mut self, cc: &Control, pfn: Pfn, tr: &mut Trace) {
        let next = block_end(pfn, self.pageblock_order());
        let mut raise = |field| {
            if next > self.compaction.position(cc.zone, field) {
                self.compaction.set_position(cc.zone, field, next, tr);
            }
        };
        raise(ZoneField::CachedMigrateAsync);
        if cc.mode != MigrateMode::Async {
            raise(ZoneField::CachedMigrateSync);
        }
    }

    /// Finds a pageblock that has large free blocks, among the first part of what is left to
    /// scan; else returns where to go on.
    fn fast_find_migrateblock(&mut self, cc: &mut Control, tr: &mut Trace) -> Pfn {
        let pageblock = self.pageblock_order();
        let start = cc.migrate_pfn;
        let zone_start = self.frames.zones.get(cc.zone).start;
        let is_at_start = start == zone_start || start.align_down(pageblock) == start;
        let is_for_movable = cc.purpose != Purpose::Direct || cc.migratetype() == MigrateType::Movable;
        let Some(order) = cc.order.filter(|&order| order > COSTLY_ORDER) else { return start };
        if cc.hints == Hints::Ignore || !is_at_start || !is_for_movable {
            return start;
        }
        let left = cc.free_pfn.0.saturating_sub(start.0) >> 1;
        let distance = if start == zone_start { left } else { left >> 2 };
        let below = start.add(distance).align_down(pageblock);
        if let Some(free) = self.find_free_below(cc, order, below, tr) {
            cc.fast_start = match cc.fast_start {
                FastStart::Unknown => FastStart::At(free),
                FastStart::At(lowest) => FastStart::At(lowest.min(free)),
                FastStart::Spent => FastStart::Spent,
            };
            cc.fast_search_fail = 0;
            self.compaction.set_skip(free, tr);
            return free.align_down(pageblock).max(zone_start);
        }
        cc.fast_search_fail += 1;
        if let FastStart::At(lowest) = cc.fast_start {
            cc.migrate_pfn = lowest;
            cc.fast_start = FastStart::Spent;
        }
        cc.migrate_pfn
    }

    /// Searches the movable lists, largest blocks first, for a free block below `below` in a
    /// pageblock without hint.
    fn find_free_below(&mut self, cc: &mut Control, order: Order, below: Pfn, tr: &mut Trace) -> Option<Pfn> {
        let limit = super::freelist_scan_limit(cc);
        let mut scanned = 0;
        let mut found = None;
        let mut at = order;
        while at > COSTLY_ORDER && found.is_none() && scanned < limit {
            at = at.down();
            if self.frames.zones.nr_free(cc.zone, at) == 0 {
                continue;
            }
            let list = self.frames.lists.free(cc.zone, at, MigrateType::Movable);
            let mut turn = None;
            for free in self.frames.mem_map.list(list) {
                scanned += 1;
                tr.spend(Cost::ScanFrame);
                if scanned > limit {
                    turn = Some(free);
                    break;
                }
                if free < below && !self.compaction.skips(free) {
                    (turn, found) = (Some(free), Some(free));
                    break;
                }
            }
            if let Some(last) = turn {
                // The next search begins behind what this one has seen.
                self.frames.mem_map.list_rotate_to_tail(list, last, tr);
            }
        }
        cc.migrate_scanned += scanned;
        found
    }
}

/// How far a scan has come.
struct Scan {
    at: Pfn,
    scanned: u32,
    taken: u32,
    /// The hint of the pageblock was tested, or set, when the first page was taken.
    marked: bool,
}

/// Returns the end of the aligned block of `order` that contains `pfn`.
pub(super) fn block_end(pfn: Pfn, order: Order) -> Pfn {
    pfn.align_down(order).add(order.pages())
}

/// Returns whether pages of this type of pageblock are movable.
pub(super) fn is_movable_type(mt: MigrateType) -> bool {
    matches!(mt, MigrateType::Movable | MigrateType::Cma)
}

/// Returns whether a block in use is one compound page.
fn is_compound(state: PageState) -> bool {
    state.order() > Order::ZERO && state.flags().contains(PageFlags::HEAD)
}
