//! The buddy allocator: free blocks of 2^order frames, lists by order and migrate type.
//!
//! Taking a block halves the smallest one that fits, and the upper halves stay free. Giving
//! one back joins it with its buddy (the block whose frame number differs in one bit) as
//! long as that one is free and whole. Every step moves one block, and at every step each
//! frame belongs to exactly one block. Which lists a request may use is [`fallback`]'s
//! business. Mirrors 6.1 `mm/page_alloc.c`: `__rmqueue_smallest`, `expand`, `__free_one_page`.

pub mod fallback;
pub mod pcp;

use crate::config::CpuId;
use crate::cost::Cost;
use crate::func::Func;
use crate::phys::zone::ZoneId;
use crate::phys::zone::frames::Frames;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::vmstat::ZoneStat;
use crate::store::{End, Kind, PageState};
use crate::trace::Trace;
use crate::units::{Order, Pfn};

/// What happened to a free block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A block left its list to be handed out.
    Take {
        /// Zone of the block.
        zone: ZoneId,
        /// Order of the block, at least the one wanted.
        order: Order,
        /// Type of the list it was the head of.
        mt: MigrateType,
        /// The block.
        pfn: Pfn,
    },
    /// A block too large was halved: the upper half went to the head of its list.
    Split {
        /// Zone of both halves.
        zone: ZoneId,
        /// Order of the halves.
        order: Order,
        /// Type of the list that the upper half went to.
        mt: MigrateType,
        /// The lower half, which goes on.
        kept: Pfn,
        /// The upper half, which stays free.
        back: Pfn,
    },
    /// A block and its free buddy became one block.
    Merge {
        /// Zone of both.
        zone: ZoneId,
        /// Order of each before.
        order: Order,
        /// The block that is being freed.
        pfn: Pfn,
        /// Its buddy, which left its list.
        buddy: Pfn,
        /// Type of the list the buddy was on.
        buddy_mt: MigrateType,
    },
    /// A block went to a list: it merges no further.
    Insert {
        /// Zone of the block.
        zone: ZoneId,
        /// Order of the block.
        order: Order,
        /// Type of the list.
        mt: MigrateType,
        /// The block.
        pfn: Pfn,
        /// The end it went to: the tail if the next larger buddy is free, as the two may soon
        /// become one.
        end: End,
    },
    /// A free block went to the tail of another type's list.
    Move {
        /// Zone of the block.
        zone: ZoneId,
        /// Order of the block.
        order: Order,
        /// The block.
        pfn: Pfn,
        /// Type of the list it left.
        from: MigrateType,
        /// Type of the list it is on now.
        to: MigrateType,
    },
}

/// Where a freed block goes in its list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Placement {
    /// To the head, or the tail if the next merge is near.
    ByMergeChance,
    /// To the tail: memory that was never used, `FPI_TO_TAIL`.
    Tail,
}

impl Frames {
    /// Takes the smallest block of type `mt` that holds `order` out of `zone` and cuts it to
    /// size. The block is nobody's yet and still looks free: the caller says what it is and
    /// accounts for it.
    #[inline]
    pub(super) fn take_smallest(
        &mut self,
        zone: ZoneId,
        order: Order,
        mt: MigrateType,
        tr: &mut Trace,
    ) -> Option<Pfn> {
        let (pfn, found) =
            order.and_up().find_map(|o| Some((self.mem_map.first(self.lists.free(zone, o, mt))?, o)))?;
        self.unlist(zone, pfn, found, tr);
        tr.emit(Event::Take { zone, order: found, mt, pfn });
        let mut size = found;
        while size > order {
            size = size.down();
            let back = pfn.add(size.pages());
            if tr.is_detailed() {
                // Only seen by whoever looks between two steps: the caller writes what it becomes.
                self.mem_map.set_state(pfn, PageState::head(Kind::Free, size), tr);
            }
            self.enlist(zone, back, size, mt, End::Head, tr);
            tr.emit(Event::Split { zone, order: size, mt, kept: pfn, back });
        }
        Some(pfn)
    }

    /// Gives a block back to the lists of type `mt`, joined with whatever buddies are free.
    pub(super) fn free_block(&mut self, freed: Freed, placement: Placement, tr: &mut Trace) {
        let Freed { zone, mut pfn, mut order, mt, cpu } = freed;
        tr.span(Func::FreeOnePage, |tr| {
            self.account_free(zone, order, mt, 1, cpu, tr);
            let mut last_buddy = pfn;
            while order < Order::MAX {
                if self.compaction_capture(zone, pfn, order, mt, tr) {
                    self.account_free(zone, order, mt, -1, cpu, tr);
                    return;
                }
                last_buddy = pfn.buddy(order);
                if !self.is_mergeable_buddy(zone, last_buddy, order, mt) {
                    break;
                }
                let buddy_mt = MigrateType::from_code(self.mem_map.state(last_buddy).list_type());
                self.unlist(zone, last_buddy, order, tr);
                let (low, high) = if pfn < last_buddy { (pfn, last_buddy) } else { (last_buddy, pfn) };
                self.mem_map.set_state(high, PageState::INTERIOR, tr);
                self.mem_map.set_state(low, PageState::head(Kind::Free, order.up()), tr);
                tr.emit(Event::Merge { zone, order, pfn, buddy: last_buddy, buddy_mt });
                pfn = low;
                order = order.up();
            }
            let end = match placement {
                Placement::Tail => End::Tail,
                Placement::ByMergeChance if self.merge_is_near(zone, pfn, last_buddy, order) => End::Tail,
                Placement::ByMergeChance => End::Head,
            };
            self.enlist(zone, pfn, order, mt, end, tr);
            tr.emit(Event::Insert { zone, order, mt, pfn, end });
        });
    }

    /// Moves a free block to the tail of the list of type `to`.
    pub(super) fn move_block(&mut self, zone: ZoneId, pfn: Pfn, to: MigrateType, tr: &mut Trace) {
        let state = self.mem_map.state(pfn);
        let (order, from) = (state.order(), MigrateType::from_code(state.list_type()));
        self.unlist(zone, pfn, order, tr);
        self.enlist(zone, pfn, order, to, End::Tail, tr);
        tr.emit(Event::Move { zone, order, pfn, from, to });
    }

    /// Adds `blocks` blocks (negative: takes them away) to the free counters, 6.1
    /// `__mod_zone_freepage_state`. Isolated blocks do not count as free.
    #[inline]
    pub(super) fn account_free(
        &mut self,
        zone: ZoneId,
        order: Order,
        mt: MigrateType,
        blocks: i64,
        cpu: CpuId,
        tr: &mut Trace,
    ) {
        let pages = blocks * i64::from(order.pages());
        if mt != MigrateType::Isolate {
            self.vmstat.mod_zone(zone, ZoneStat::NrFreePages, pages, cpu, tr);
        }
        if mt == MigrateType::Cma {
            self.vmstat.mod_zone(zone, ZoneStat::NrFreeCma, pages, cpu, tr);
        }
    }

    /// Puts a block on its free list.
    #[inline]
    pub(crate) fn enlist(
        &mut self,
        zone: ZoneId,
        pfn: Pfn,
        order: Order,
        mt: MigrateType,
        end: End,
        tr: &mut Trace,
    ) {
        tr.spend(Cost::BuddyList);
        let state = PageState::head(Kind::Free, order).with_list_type(mt.code());
        self.mem_map.list_put(self.lists.free(zone, order, mt), pfn, state, end, tr);
        self.zones.inc_free(zone, order, tr);
    }

    /// Takes a block off its free list; its state is the caller's to write.
    #[inline]
    pub(super) fn unlist(&mut self, zone: ZoneId, pfn: Pfn, order: Order, tr: &mut Trace) {
        tr.spend(Cost::BuddyList);
        self.mem_map.list_del(pfn, tr);
        self.zones.dec_free(zone, order, tr);
    }

    /// Returns whether a block of type `mt` may merge with `buddy`.
    #[inline]
    fn is_mergeable_buddy(&self, zone: ZoneId, buddy: Pfn, order: Order, mt: MigrateType) -> bool {
        if !self.zones.get(zone).contains(buddy) || !self.mem_map.is_free_block(buddy, order) {
            return false;
        }
        // Whole pageblocks of unlike types stay apart if one of them is special.
        order < self.pageblock_order() || {
            let other = self.pageblock_type(buddy);
            mt == other || (mt.is_on_cpu_lists() && other.is_on_cpu_lists())
        }
    }

    /// Returns whether the block that `pfn` and its busy `buddy` would make has a free buddy:
    /// then keep the block for last, 6.1 `buddy_merge_likely`.
    #[inline]
    fn merge_is_near(&self, zone: ZoneId, pfn: Pfn, buddy: Pfn, order: Order) -> bool {
        if order >= Order::MAX.down() {
            return false;
        }
        let above = Pfn(pfn.0 & buddy.0).buddy(order.up());
        self.zones.get(zone).contains(above) && self.mem_map.is_free_block(above, order.up())
    }
}

/// A block on its way back to the buddy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Freed {
    /// Zone of the block.
    pub(super) zone: ZoneId,
    /// The block.
    pub(super) pfn: Pfn,
    /// Its order.
    pub(super) order: Order,
    /// Type of the list it shall go to.
    pub(super) mt: MigrateType,
    /// Processor that frees it.
    pub(super) cpu: CpuId,
}
