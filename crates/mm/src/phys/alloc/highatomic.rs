//! The reserve for blocks of several frames that somebody needs at once.
//!
//! A pageblock that served such a request is set aside; ordinary requests do not get what is
//! free in it. When memory runs out otherwise the reserve is given back, pageblock by
//! pageblock. Mirrors 6.1 `mm/page_alloc.c`: `reserve_highatomic_pageblock`,
//! `unreserve_highatomic_pageblock`.

use super::page_alloc::{Context, Event};
use crate::phys::Phys;
use crate::phys::zone::ZoneId;
use crate::phys::zone::migratetype::MigrateType;
use crate::trace::Trace;
use crate::units::{Order, Pfn, low32};

/// How much of the reserve may go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::phys) enum Spare {
    /// The last pageblock of a zone stays.
    LastPageblock,
    /// Nothing stays: the next thing to do would be to kill.
    Nothing,
}

impl Phys {
    /// Sets the pageblock of an urgent block aside, up to 1 % of the zone and one pageblock.
    pub(in crate::phys) fn reserve_high_atomic(&mut self, zone: ZoneId, pfn: Pfn, tr: &mut Trace) {
        let pageblock = u64::from(self.pageblock_order().pages());
        let max = u64::from(self.frames.zones.get(zone).managed) / 100 + pageblock;
        let reserved = self.frames.zones.highatomic(zone);
        if reserved >= max || !self.pageblock_type(pfn).is_on_cpu_lists() {
            return;
        }
        self.frames.zones.set_highatomic(zone, reserved + pageblock, tr);
        let first = pfn.align_down(self.pageblock_order());
        self.frames.retype(first, MigrateType::HighAtomic, tr);
        self.frames.move_free_blocks(zone, pfn, MigrateType::HighAtomic, tr);
        tr.emit(Event::ReserveHighAtomic { zone, first });
    }

    /// Gives one pageblock with free memory back, to the type that the request wants; returns
    /// whether there was one.
    pub(in crate::phys) fn unreserve_high_atomic(
        &mut self,
        ctx: &Context,
        spare: Spare,
        tr: &mut Trace,
    ) -> bool {
        let pageblock = u64::from(self.pageblock_order().pages());
        let zones: Vec<ZoneId> = self.zones_of(ctx).collect();
        for zone in zones {
            if spare == Spare::LastPageblock && self.frames.zones.highatomic(zone) <= pageblock {
                continue;
            }
            for order in Order::ZERO.and_up() {
                let list = self.frames.lists.free(zone, order, MigrateType::HighAtomic);
                let Some(pfn) = self.frames.mem_map.first(list) else { continue };
                if self.give_back(zone, pfn, ctx.mt, tr) {
                    return true;
                }
            }
        }
        false
    }

    /// Gives the pageblock of `pfn` the type `mt`; returns whether anything in it was free.
    fn give_back(&mut self, zone: ZoneId, pfn: Pfn, mt: MigrateType, tr: &mut Trace) -> bool {
        if self.pageblock_type(pfn) == MigrateType::HighAtomic {
            let pageblock = u64::from(self.pageblock_order().pages());
            let reserved = self.frames.zones.highatomic(zone);
            self.frames.zones.set_highatomic(zone, reserved.saturating_sub(pageblock), tr);
        }
        let first = pfn.align_down(self.pageblock_order());
        self.frames.retype(first, mt, tr);
        let moved = self.frames.move_free_blocks(zone, pfn, mt, tr);
        let left = low32(self.frames.zones.highatomic(zone));
        tr.emit(Event::UnreserveHighAtomic { zone, first, mt, left });
        moved.free > 0
    }
}
