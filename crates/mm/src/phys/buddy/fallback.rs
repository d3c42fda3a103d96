//! Fallback: what to do when a migrate type has no free block left.
//!
//! Another type's block is taken, the largest there is, so that the mixing of types is rare
//! and stays in few pageblocks; if enough of the pageblock is free or compatible, all of it
//! changes its type. Each such theft raises the zone's watermarks for a while, so that
//! kswapd clears the way. Mirrors 6.1 `mm/page_alloc.c`: `__rmqueue_fallback`,
//! `find_suitable_fallback`, `steal_suitable_fallback`, `boost_watermark`.

use crate::func::Func;
use crate::phys::zone::frames::Frames;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::{Tunable, Wmark, ZoneFlag, ZoneId};
use crate::store::{Kind, PageFlags};
use crate::trace::Trace;
use crate::units::{Order, Pfn, low32};

/// What happened to a pageblock of another type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A block of another type was chosen (`mm_page_alloc_extfrag`).
    Steal {
        /// Zone of the block.
        zone: ZoneId,
        /// Order that was wanted.
        order: Order,
        /// Order of the block chosen.
        block_order: Order,
        /// Type that was wanted.
        mt: MigrateType,
        /// Type of the list that the block was on.
        from: MigrateType,
        /// The block.
        pfn: Pfn,
        /// How much changes hands.
        extent: Extent,
    },
    /// The zone's marks were raised.
    Boost {
        /// The zone.
        zone: ZoneId,
        /// The boost before, in pages.
        from: u32,
        /// The boost now.
        to: u32,
        /// Its cap.
        max: u32,
    },
    /// A pageblock was weighed: does it change its type?
    Weigh {
        /// First frame of the pageblock.
        first: Pfn,
        /// Free pages in it, all moved to the new type's lists.
        free: u32,
        /// Pages in use that suit the new type.
        alike: u32,
        /// Half a pageblock: what `free + alike` must reach.
        needed: u32,
    },
    /// A pageblock changed its type.
    Retype {
        /// First frame of the pageblock.
        first: Pfn,
        /// Its type before.
        from: MigrateType,
        /// Its type now.
        to: MigrateType,
    },
}

/// How much of a pageblock a theft takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// The free block only.
    Block,
    /// Every free block of the pageblock, and perhaps the pageblock itself.
    Pageblock,
    /// The block is one or more whole pageblocks.
    Pageblocks,
}

/// What an allocation may do to pageblocks of other types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::phys) struct Fragment {
    /// Take nothing smaller than a pageblock (`ALLOC_NOFRAGMENT`).
    pub(in crate::phys) whole_blocks_only: bool,
    /// kswapd may be woken about a raised mark (`ALLOC_KSWAPD`).
    pub(in crate::phys) wakes_kswapd: bool,
}

/// Returns the types to fall back on, best first.
pub const fn fallbacks(mt: MigrateType) -> &'static [MigrateType] {
    match mt {
        MigrateType::Unmovable => &[MigrateType::Reclaimable, MigrateType::Movable],
        MigrateType::Movable => &[MigrateType::Reclaimable, MigrateType::Unmovable],
        MigrateType::Reclaimable => &[MigrateType::Unmovable, MigrateType::Movable],
        MigrateType::HighAtomic | MigrateType::Cma | MigrateType::Isolate => &[],
    }
}

impl Frames {
    /// Takes a block of type `mt` out of the buddy, from another type's stock if need be, 6.1
    /// `__rmqueue`.
    #[inline]
    pub(in crate::phys) fn take_or_steal(
        &mut self,
        zone: ZoneId,
        order: Order,
        mt: MigrateType,
        fragment: Fragment,
        tr: &mut Trace,
    ) -> Option<Pfn> {
        loop {
            if let Some(pfn) = self.take_smallest(zone, order, mt, tr) {
                return Some(pfn);
            }
            if !self.steal(zone, order, mt, fragment, tr) {
                return None;
            }
        }
    }

    /// Moves free memory of another type to the lists of `mt`; `false` when there is none.
    fn steal(
        &mut self,
        zone: ZoneId,
        order: Order,
        mt: MigrateType,
        fragment: Fragment,
        tr: &mut Trace,
    ) -> bool {
        let smallest = if fragment.whole_blocks_only { order.max(self.pageblock_order()) } else { order };
        let largest_first = smallest.and_up().rev();
        let Some(mut chosen) = largest_first.into_iter().find_map(|o| self.suitable(zone, o, mt)) else {
            return false;
        };
        // Movable pages can be moved out again: for them the smallest block that serves will
        // do, and the large ones stay whole.
        if !self.takes_pageblock(chosen.order, mt) && mt == MigrateType::Movable && chosen.order > order {
            let best_fit = order.and_up().find_map(|o| self.suitable(zone, o, mt));
            chosen = best_fit.expect("the block found before is still there");
        }
        tr.span(Func::RmqueueFallback, |tr| {
            self.take_over(zone, order, mt, chosen, fragment, tr);
        });
        true
    }

    /// Returns the free block of `order` that a request for `mt` falls back on.
    pub(in crate::phys) fn suitable(&self, zone: ZoneId, order: Order, mt: MigrateType) -> Option<Chosen> {
        fallbacks(mt).iter().find_map(|&from| {
            let pfn = self.mem_map.first(self.lists.free(zone, order, from))?;
            Some(Chosen { pfn, order, from })
        })
    }

    /// Returns whether a theft of this order takes the pageblock's other free blocks too: when
    /// the block is large, and whenever the pages to come could not be moved out again.
    pub(in crate::phys) fn takes_pageblock(&self, order: Order, mt: MigrateType) -> bool {
        order.get() >= self.pageblock_order().get() / 2
            || matches!(mt, MigrateType::Unmovable | MigrateType::Reclaimable)
    }

    fn take_over(
        &mut self,
        zone: ZoneId,
        order: Order,
        mt: MigrateType,
        chosen: Chosen,
        fragment: Fragment,
        tr: &mut Trace,
    ) {
        let Chosen { pfn, order: block_order, from } = chosen;
        let is_reserved = self.pageblock_type(pfn) == MigrateType::HighAtomic;
        let extent = match () {
            () if is_reserved => Extent::Block,
            () if block_order >= self.pageblock_order() => Extent::Pageblocks,
            () if self.takes_pageblock(block_order, mt) => Extent::Pageblock,
            () => Extent::Block,
        };
        tr.emit(Event::Steal { zone, order, block_order, mt, from, pfn, extent });
        if !is_reserved && extent != Extent::Pageblocks {
            self.boost_watermark(zone, fragment, tr);
        }
        match extent {
            Extent::Block => self.move_block(zone, pfn, mt, tr),
            Extent::Pageblocks => {
                self.retype_all(pfn, block_order, mt, tr);
                self.move_block(zone, pfn, mt, tr);
            }
            Extent::Pageblock => self.take_over_pageblock(zone, pfn, mt, tr),
        }
    }

    /// Moves every free block of the pageblock of `pfn` to the lists of `mt`, and the pageblock
    /// with them if at least half of it suits.
    fn take_over_pageblock(&mut self, zone: ZoneId, pfn: Pfn, mt: MigrateType, tr: &mut Trace) {
        let old = self.pageblock_type(pfn);
        let moved = self.move_free_blocks(zone, pfn, mt, tr);
        if moved.free == 0 {
            // The pageblock reaches beyond the zone: only the block itself goes.
            self.move_block(zone, pfn, mt, tr);
            return;
        }
        let pages = self.pageblock_order().pages();
        let alike = match (mt, old) {
            (MigrateType::Movable, _) => moved.movable,
            // What is not free and not movable is of one immovable kind or the other.
            (_, MigrateType::Movable) => pages - (moved.free + moved.movable),
            (_, _) => 0,
        };
        let first = pfn.align_down(self.pageblock_order());
        tr.emit(Event::Weigh { first, free: moved.free, alike, needed: pages / 2 });
        if moved.free + alike >= pages / 2 {
            self.retype(first, mt, tr);
        }
    }

    /// Moves the free blocks of a pageblock to the lists of `mt`, lowest first, and counts, 6.1
    /// `move_freepages_block`. Moves none when the pageblock reaches beyond the zone's end.
    pub(in crate::phys) fn move_free_blocks(
        &mut self,
        zone: ZoneId,
        pfn: Pfn,
        mt: MigrateType,
        tr: &mut Trace,
    ) -> Moved {
        let first = pfn.align_down(self.pageblock_order());
        let end = first.add(self.pageblock_order().pages());
        let geometry = *self.zones.get(zone);
        let mut moved = Moved { free: 0, movable: 0 };
        if end > geometry.end() {
            return moved;
        }
        let mut at = if geometry.contains(first) { first } else { pfn };
        while at < end {
            let state = self.mem_map.state(at);
            if state.is_head() && state.kind() == Kind::Free {
                self.move_block(zone, at, mt, tr);
                moved.free += state.order().pages();
                at = at.add(state.order().pages());
            } else if state.is_head() && state.flags().contains(PageFlags::LRU) {
                // Every frame of a huge page counts, as far as it lies here.
                let pages = state.order().pages().min(end.0 - at.0);
                moved.movable += pages;
                at = at.add(pages);
            } else {
                at = at.add(1);
            }
        }
        moved
    }

    /// Gives all pageblocks of a block the type `mt`.
    fn retype_all(&mut self, pfn: Pfn, order: Order, mt: MigrateType, tr: &mut Trace) {
        let size = self.pageblock_order().pages();
        for block in 0..order.pages() / size {
            self.retype(pfn.add(block * size), mt, tr);
        }
    }

    /// Gives the pageblock of `first` the type `to`.
    pub(in crate::phys) fn retype(&mut self, first: Pfn, to: MigrateType, tr: &mut Trace) {
        let from = self.pageblock_type(first);
        if from != to {
            self.mem_map.set_pageblock_type(first, to.code(), tr);
            tr.emit(Event::Retype { first, from, to });
        }
    }

    /// Raises the marks of `zone` by a pageblock, up to a multiple of the high mark; small
    /// zones are left alone.
    fn boost_watermark(&mut self, zone: ZoneId, fragment: Fragment, tr: &mut Trace) {
        let pageblock = u64::from(self.pageblock_order().pages());
        let factor = self.zones.tunable(Tunable::WatermarkBoostFactor);
        let limit = self.zones.watermark(zone, Wmark::High) * factor / 10_000;
        if pageblock * 4 > u64::from(self.zones.get(zone).managed) || limit == 0 {
            return;
        }
        let max = limit.max(pageblock);
        let from = self.zones.boost(zone);
        let to = max.min(from + pageblock);
        self.zones.set_boost(zone, to, tr);
        if fragment.wakes_kswapd {
            self.zones.set_flag(zone, ZoneFlag::BoostedWatermark, tr);
        }
        tr.emit(Event::Boost { zone, from: low32(from), to: low32(to), max: low32(max) });
    }
}

/// A free block of another type.
#[derive(Clone, Copy)]
pub(in crate::phys) struct Chosen {
    pfn: Pfn,
    order: Order,
    from: MigrateType,
}

/// What moving a pageblock's free blocks found.
#[derive(Clone, Copy)]
pub(in crate::phys) struct Moved {
    /// Free pages, moved.
    pub(in crate::phys) free: u32,
    /// Pages in use that could be moved out.
    pub(in crate::phys) movable: u32,
}
