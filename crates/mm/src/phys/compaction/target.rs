//! The free scanner: downwards through the zone, taking free pages to move to.
//!
//! It starts at the end and stops where it has a page for each that is to be moved. Requests
//! of an order search the free lists first, for a block in the upper part of what is left.
//! Blocks taken are split into single pages. Mirrors 6.1 `mm/compaction.c`:
//! `isolate_freepages`, `isolate_freepages_block`, `fast_isolate_freepages`,
//! `suitable_migration_target`; `mm/page_alloc.c: __isolate_free_page`.

use core::ops::ControlFlow;

use super::control::{Control, FreeScan, Pace, Purpose};
use super::event::Event;
use super::source::{block_end, is_movable_type};
use super::store::ZoneField;
use super::{CLUSTER_PAGES, freelist_scan_limit};
use crate::cost::Cost;
use crate::func::Func;
use crate::phys::Phys;
use crate::phys::buddy;
use crate::phys::buddy::pcp::allocated;
use crate::phys::relief::MigrateMode;
use crate::phys::zone::Wmark;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::vmstat::{VmEvent, ZoneStat};
use crate::phys::zone::watermark::{Privileges, Query, Verdict};
use crate::store::{Kind, PageFlags};
use crate::trace::Trace;
use crate::units::{Order, Pfn};

/// Units that a pageblock counts as whose frames are looked at.
const TARGET_UNITS: u32 = 3;

/// What a page is moved to.
pub(super) enum Target {
    /// This free page.
    At(Pfn),
    /// There is none.
    None,
    /// The slice ended before one was found.
    Later,
}

/// Frames `at..end` of a pageblock, looked at in steps of `stride`.
struct Stretch {
    at: Pfn,
    end: Pfn,
    stride: u32,
}

/// A search of the movable free lists under way.
struct Search {
    limit: u32,
    scanned: u32,
    /// First pageblock seen from above, whatever the search was for.
    highest: Pfn,
    /// Preferred: at or above.
    low: Pfn,
    /// Good enough: at or above.
    min: Pfn,
}

impl Phys {
    /// Hands out a free page to move to; scans for more when none is left
    /// (`compaction_alloc`).
    pub(super) fn compaction_alloc(&mut self, cc: &mut Control, pace: &mut Pace, tr: &mut Trace) -> Target {
        let is_to_scan = cc.freepages.is_empty() || cc.free_scan.is_some();
        if is_to_scan && self.isolate_freepages(cc, pace, tr).is_break() {
            return Target::Later;
        }
        cc.freepages.pop().map_or(Target::None, Target::At)
    }

    /// Breaks when there is more to do.
    fn isolate_freepages(&mut self, cc: &mut Control, pace: &mut Pace, tr: &mut Trace) -> ControlFlow<()> {
        if cc.free_scan.is_none() {
            tr.enter(Func::IsolateFreepages);
            self.fast_isolate_freepages(cc, tr);
            if cc.freepages.is_empty() {
                cc.free_scan = Some(self.begin_scan_free(cc));
            }
        }
        if let Some(mut scan) = cc.free_scan.take() {
            if self.scan_free(cc, &mut scan, pace, tr).is_break() {
                cc.free_scan = Some(scan);
                return ControlFlow::Break(());
            }
            cc.free_pfn = scan.at;
        }
        tr.leave();
        ControlFlow::Continue(())
    }

    fn begin_scan_free(&self, cc: &Control) -> FreeScan {
        let pageblock = self.pageblock_order();
        let start = cc.free_pfn.align_down(pageblock);
        FreeScan {
            at: cc.free_pfn,
            start,
            end: start.add(pageblock.pages()).min(self.frames.zones.get(cc.zone).end()),
            low: block_end(cc.migrate_pfn, pageblock),
            stride: if cc.mode == MigrateMode::Async { CLUSTER_PAGES } else { 1 },
        }
    }

    /// Scans pageblocks downwards from where the scanner is; breaks when there is more to do.
    ///
    /// After a pageblock that gave nothing the next one is sampled, every second frame, then
    /// every fourth, up to every 32nd, until a pageblock gives something again. Free pages
    /// out of step with the samples are never met: where every second page is free, it matters
    /// which.
    fn scan_free(
        &mut self,
        cc: &mut Control,
        scan: &mut FreeScan,
        pace: &mut Pace,
        tr: &mut Trace,
    ) -> ControlFlow<()> {
        let pageblock = self.pageblock_order().pages();
        while scan.start >= scan.low {
            if pace.is_over() {
                return ControlFlow::Break(());
            }
            pace.spend(1);
            if self.is_free_target(cc, scan.start, scan.end) {
                let mut stretch = Stretch { at: scan.at, end: scan.end, stride: scan.stride };
                let taken = self.isolate_freepages_block(cc, &mut stretch, tr);
                pace.spend(TARGET_UNITS);
                scan.at = stretch.at;
                if scan.at == scan.end {
                    self.update_pageblock_skip(cc, scan.start, tr);
                }
                if cc.has_enough_free() {
                    if scan.at >= scan.end {
                        scan.at = Pfn(scan.start.0 - pageblock);
                    }
                    break;
                }
                if scan.at < scan.end {
                    break;
                }
                scan.stride = if taken > 0 { 1 } else { CLUSTER_PAGES.min(scan.stride << 1) };
            }
            scan.end = scan.start;
            scan.start = Pfn(scan.start.0 - pageblock);
            scan.at = scan.start;
        }
        ControlFlow::Continue(())
    }

    fn is_free_target(&self, cc: &Control, start: Pfn, end: Pfn) -> bool {
        self.is_in_zone(cc.zone, start, end)
            && self.suitable_migration_target(cc, start)
            && self.isolation_suitable(cc, start)
    }

    /// Returns whether pages may be moved into the pageblock of `pfn`: not one that is free as
    /// a whole already, and only a movable one.
    fn suitable_migration_target(&self, cc: &Control, pfn: Pfn) -> bool {
        let state = self.frames.mem_map.state(pfn);
        let is_whole =
            state.is_head() && state.kind() == Kind::Free && state.order() >= self.pageblock_order();
        !is_whole && (cc.any_target || is_movable_type(self.pageblock_type(pfn)))
    }

    /// Notes that nothing is left to take in a pageblock.
    fn update_pageblock_skip(&mut self, cc: &Control, start: Pfn, tr: &mut Trace) {
        self.compaction.set_skip(start, tr);
        if start < self.compaction.position(cc.zone, ZoneField::CachedFree) {
            self.compaction.set_position(cc.zone, ZoneField::CachedFree, start, tr);
        }
    }

    /// Takes free blocks of a pageblock until there are enough; returns how many pages.
    fn isolate_freepages_block(&mut self, cc: &mut Control, stretch: &mut Stretch, tr: &mut Trace) -> u32 {
        let start = stretch.at;
        let (mut scanned, mut taken) = (0, 0);
        while stretch.at < stretch.end {
            if let Some((pages, _)) = self.frames.mem_map.tails(stretch.at, stretch.end) {
                let steps = pages.div_ceil(stretch.stride);
                scanned += steps;
                tr.spend_times(Cost::ScanFrame, steps);
                stretch.at = stretch.at.add(steps * stretch.stride);
                continue;
            }
            scanned += 1;
            tr.spend(Cost::ScanFrame);
            let state = self.frames.mem_map.state(stretch.at);
            if state.is_head() && state.kind() == Kind::Free {
                let order = state.order();
                if !self.isolate_free_page(cc, stretch.at, order, tr) {
                    break;
                }
                scanned += order.pages() - 1;
                taken += order.pages();
                stretch.at = stretch.at.add(order.pages());
                if cc.has_enough_free() {
                    break;
                }
                // A stride goes on from the block's last frame.
                stretch.at = stretch.at.add(stretch.stride - 1);
                continue;
            }
            if state.is_head() && state.flags().contains(PageFlags::HEAD) {
                stretch.at = stretch.at.add(state.order().pages() - 1);
            }
            stretch.at = stretch.at.add(stretch.stride);
        }
        stretch.at = stretch.at.min(stretch.end);
        tr.emit(Event::IsolateFreepages { start, end: stretch.at, scanned, taken });
        cc.free_scanned += scanned;
        if taken > 0 {
            self.frames.vmstat.count(VmEvent::CompactIsolated, taken, tr);
        }
        taken
    }

    /// Takes a free block out of the buddy and splits it into single pages, unless the zone
    /// would fall below its minimum mark (`__isolate_free_page`, `split_map_pages`).
    fn isolate_free_page(&mut self, cc: &mut Control, pfn: Pfn, order: Order, tr: &mut Trace) -> bool {
        let zone = cc.zone;
        let mt = self.pageblock_type(pfn);
        let mark = self.frames.zones.watermark(zone, Wmark::Min) + u64::from(order.pages());
        let free = self.frames.vmstat.zone(zone, ZoneStat::NrFreePages);
        let query =
            Query { order: Order::ZERO, level: Wmark::Min, class: 0, privileges: Privileges::default() };
        if self.frames.watermark_test(zone, query, mark, free).0 != Verdict::Ok {
            return false;
        }
        self.frames.account_free(zone, order, mt, -1, cc.cpu, tr);
        let list_type = MigrateType::from_code(self.frames.mem_map.state(pfn).list_type());
        self.frames.unlist(zone, pfn, order, tr);
        for page in 0..order.pages() {
            self.frames.mem_map.set_state(pfn.add(page), allocated(Order::ZERO), tr);
            cc.freepages.push(pfn.add(page));
        }
        tr.emit(buddy::Event::Take { zone, order, mt: list_type, pfn });
        if order >= self.pageblock_order().down() {
            self.make_movable(pfn, order, tr);
        }
        true
    }

    /// Makes the pageblocks of a large block that was taken movable.
    fn make_movable(&mut self, pfn: Pfn, order: Order, tr: &mut Trace) {
        let pageblock = self.pageblock_order().pages();
        let mut at = pfn;
        while at.0 < pfn.0 + order.pages() - 1 {
            if self.pageblock_type(at).is_on_cpu_lists() {
                self.frames.retype(at.align_down(self.pageblock_order()), MigrateType::Movable, tr);
            }
            at = at.add(pageblock);
        }
    }

    /// Takes one block from the movable lists, in the upper part of what is left to scan.
    fn fast_isolate_freepages(&mut self, cc: &mut Control, tr: &mut Trace) {
        let Some(order) = cc.order else { return };
        let pageblock = self.pageblock_order();
        let starts = cc.free_pfn >= self.compaction.position(cc.zone, ZoneField::InitFree);
        let limit = if starts { pageblock.pages() >> 1 } else { (freelist_scan_limit(cc) >> 1).max(1) };
        let distance = cc.free_pfn.0.saturating_sub(cc.migrate_pfn.0);
        let above = |part: u32| Pfn(cc.free_pfn.0 - part).align_down(pageblock);
        let (low, min) = (above(distance >> 2), above(distance >> 1));
        let mut search = Search { limit, scanned: 0, highest: Pfn(0), low: low.max(min), min };
        cc.search_order = cc.search_order.min(order.down());
        let found = self.search_orders(cc, order, &mut search, tr);
        let mut page = found;
        if found.is_none() {
            cc.fast_search_fail += 1;
            if starts && search.highest >= min {
                cc.free_pfn = search.highest;
                page = Some(search.highest);
            } else if starts && cc.purpose == Purpose::Direct {
                cc.free_pfn = min;
                page = Some(min);
            }
        }
        let cached = self.compaction.position(cc.zone, ZoneField::CachedFree);
        if search.highest > Pfn(0) && search.highest >= cached {
            let before = Pfn(search.highest.0.saturating_sub(pageblock.pages()));
            self.compaction.set_position(cc.zone, ZoneField::CachedFree, before, tr);
        }
        cc.free_scanned += search.scanned;
        if let Some(pfn) = page {
            self.fast_isolate_around(cc, pfn, tr);
        }
    }

    /// Searches the orders below `wanted` in turn, from where the last search left off.
    fn search_orders(
        &mut self,
        cc: &mut Control,
        wanted: Order,
        search: &mut Search,
        tr: &mut Trace,
    ) -> Option<Pfn> {
        let mut next = Some(cc.search_order);
        while let Some(order) = next {
            if self.frames.zones.nr_free(cc.zone, order) > 0 {
                let (found, order_scanned) = self.search_order(cc, order, search, tr);
                if let Some(pfn) = found {
                    if self.isolate_free_page(cc, pfn, order, tr) {
                        self.frames.vmstat.count(VmEvent::CompactIsolated, order.pages(), tr);
                        // The block counts by its pages, one of which was looked at.
                        search.scanned += order.pages() - 1;
                        // It counts as searched: where the next search begins may change.
                        next_search_order(cc, order, wanted);
                        return Some(pfn);
                    }
                    // The zone is at its mark: there is no point in other orders.
                    next_search_order(cc, cc.search_order.up(), wanted);
                    return None;
                }
                if order_scanned >= search.limit {
                    search.limit = (search.limit >> 1).max(1);
                }
            }
            next = next_search_order(cc, order, wanted);
        }
        None
    }

    /// Searches one list from its tail; returns the block found and how many were looked at.
    fn search_order(
        &mut self,
        cc: &mut Control,
        order: Order,
        search: &mut Search,
        tr: &mut Trace,
    ) -> (Option<Pfn>, u32) {
        let list = self.frames.lists.free(cc.zone, order, MigrateType::Movable);
        let zone_start = self.frames.zones.get(cc.zone).start;
        let mut scanned = 0;
        let mut second_best: Option<Pfn> = None;
        let mut stopped_at = None;
        let mut found = None;
        for pfn in self.frames.mem_map.list_from_tail(list) {
            scanned += 1;
            tr.spend(Cost::ScanFrame);
            if pfn >= search.highest {
                search.highest = pfn.align_down(self.pageblock_order()).max(zone_start);
            }
            if pfn >= search.low {
                cc.fast_search_fail = 0;
                cc.search_order = order;
                (found, stopped_at) = (Some(pfn), Some(pfn));
                break;
            }
            if pfn >= search.min && second_best.is_none_or(|best| pfn > best) {
                second_best = Some(pfn);
                search.limit >>= 1;
            }
            if scanned >= search.limit {
                stopped_at = Some(pfn);
                break;
            }
        }
        search.scanned += scanned;
        let found = found.or(second_best);
        // What was seen goes to the far end, so that the next search sees other blocks.
        if let Some(pfn) = found.or(stopped_at) {
            self.frames.mem_map.list_rotate_to_head(list, pfn, tr);
        }
        (found, scanned)
    }

    /// Takes more from the pageblock of a block found, unless in a hurry.
    fn fast_isolate_around(&mut self, cc: &mut Control, pfn: Pfn, tr: &mut Trace) {
        if cc.has_enough_free() || cc.is_async_direct() {
            return;
        }
        let zone = *self.frames.zones.get(cc.zone);
        let start = pfn.align_down(self.pageblock_order()).max(zone.start);
        let end = block_end(pfn, self.pageblock_order()).min(zone.end());
        if !self.is_in_zone(cc.zone, start, end) {
            return;
        }
        self.isolate_freepages_block(cc, &mut Stretch { at: start, end, stride: 1 }, tr);
        if !cc.has_enough_free() {
            self.compaction.set_skip(start, tr);
        }
    }
}

/// Returns the order to search after `order`, downwards and around; `None` when all orders
/// were searched, and then the next search begins one lower.
fn next_search_order(cc: &mut Control, order: Order, wanted: Order) -> Option<Order> {
    let below = |order: Order| if order == Order::ZERO { wanted.down() } else { order.down() };
    let next = below(order);
    if next == cc.search_order {
        cc.search_order = below(cc.search_order);
        return None;
    }
    Some(next)
}
