//! Clearing the hints which pageblocks to leave out.
//!
//! Both ends of the zone are walked towards each other. A pageblock is looked at again where a
//! sample shows a page that could be moved or a free one, and the first such from either end
//! is where the scanners start. Mirrors 6.1 `mm/compaction.c`: `__reset_isolation_suitable`.

use super::event::Event;
use super::store::ZoneField;
use crate::config::NodeId;
use crate::phys::Phys;
use crate::phys::relief::Relief;
use crate::phys::zone::ZoneId;
use crate::phys::zone::migratetype::MigrateType;
use crate::store::Kind;
use crate::trace::Trace;
use crate::units::Pfn;

/// Frames between two samples (`1 << PAGE_ALLOC_COSTLY_ORDER`).
const SAMPLE_STEP: u32 = 8;

/// What a pageblock is looked at for.
#[derive(Clone, Copy)]
struct Look {
    source: bool,
    target: bool,
}

impl Phys {
    /// Clears the hints of the zones of a node that were scanned to the end in vain: what
    /// kswapd does before it sleeps, 6.1 `reset_isolation_suitable`.
    pub fn reset_isolation_suitable(&mut self, node: NodeId, relief: &dyn Relief, tr: &mut Trace) {
        for class in 0..self.frames.zones.per_node() {
            let zone = self.frames.zones.of_node(node, class);
            if self.frames.zones.get(zone).is_populated() {
                self.reset_isolation_of(zone, relief, tr);
            }
        }
    }

    /// Clears the hints of a zone, if it was scanned to the end in vain.
    pub(super) fn reset_isolation_of(&mut self, zone: ZoneId, relief: &dyn Relief, tr: &mut Trace) {
        if self.compaction.zone(zone, ZoneField::BlockskipFlush) == 0 {
            return;
        }
        self.compaction.set_zone(zone, ZoneField::BlockskipFlush, 0, tr);
        let size = self.pageblock_order().pages();
        let geometry = *self.frames.zones.get(zone);
        let mut migrate = geometry.start;
        let mut free = Pfn(geometry.end().0 - 1);
        let (mut reset_migrate, mut reset_free) = (free, migrate);
        let (mut source_set, mut free_set) = (false, false);
        let mut cleared = 0;
        while migrate < free {
            let look = Look { source: true, target: source_set };
            let low = self.reset_pageblock(zone, migrate, look, relief, &mut cleared, tr);
            if low && migrate < reset_migrate {
                source_set = true;
                reset_migrate = migrate;
                for field in
                    [ZoneField::InitMigrate, ZoneField::CachedMigrateAsync, ZoneField::CachedMigrateSync]
                {
                    self.compaction.set_position(zone, field, migrate, tr);
                }
            }
            let look = Look { source: free_set, target: true };
            let high = self.reset_pageblock(zone, free, look, relief, &mut cleared, tr);
            if high && free > reset_free {
                free_set = true;
                reset_free = free;
                for field in [ZoneField::InitFree, ZoneField::CachedFree] {
                    self.compaction.set_position(zone, field, free, tr);
                }
            }
            migrate = migrate.add(size);
            free = Pfn(free.0.saturating_sub(size));
        }
        if reset_migrate >= reset_free {
            // Nothing to scan: leave no distance.
            self.compaction.set_position(zone, ZoneField::CachedMigrateAsync, migrate, tr);
            self.compaction.set_position(zone, ZoneField::CachedMigrateSync, migrate, tr);
            self.compaction.set_position(zone, ZoneField::CachedFree, free, tr);
        }
        tr.emit(Event::ResetSkip { zone, cleared });
    }

    /// Clears the hint of the pageblock of `pfn` if a sample of it shows what is looked for;
    /// returns whether it may be scanned.
    fn reset_pageblock(
        &mut self,
        zone: ZoneId,
        pfn: Pfn,
        look: Look,
        relief: &dyn Relief,
        cleared: &mut u32,
        tr: &mut Trace,
    ) -> bool {
        if !self.frames.zones.get(zone).contains(pfn) || self.is_skipped_for_good(pfn) {
            return false;
        }
        if look.source && look.target && !self.compaction.skips(pfn) {
            return true;
        }
        if !look.source && look.target && self.pageblock_type(pfn) != MigrateType::Movable {
            return false;
        }
        let geometry = *self.frames.zones.get(zone);
        let first = pfn.align_down(self.pageblock_order()).max(geometry.start);
        let end = super::source::block_end(pfn, self.pageblock_order()).min(geometry.end());
        let mut at = first;
        while at < end {
            if let Some((pages, _)) = self.tails_that_stay(at, end, relief) {
                at = at.add(pages.next_multiple_of(SAMPLE_STEP));
                continue;
            }
            let state = self.frames.mem_map.state(at);
            let is_free = state.is_head() && state.kind() == Kind::Free;
            if (look.source && self.may_be_on_lru(at, relief)) || (look.target && is_free) {
                *cleared += u32::from(self.compaction.skips(at));
                self.compaction.clear_skip(at, tr);
                return true;
            }
            at = at.add(SAMPLE_STEP);
        }
        false
    }
}
