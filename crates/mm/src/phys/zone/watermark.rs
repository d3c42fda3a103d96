//! Watermarks: may this allocation take pages from this zone?
//!
//! A zone must keep its mark and what is reserved for requests that can only use lower zones,
//! and must have a block of the order at all. The numbers are set by [`super::setup`].
//! Mirrors 6.1 `mm/page_alloc.c`: `zone_watermark_fast`, `__zone_watermark_ok`.

use crate::cost::Cost;
use crate::gfp::Gfp;
use crate::phys::zone::frames::Frames;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::vmstat::ZoneStat;
use crate::phys::zone::{Wmark, ZoneId};
use crate::trace::Trace;
use crate::units::{Order, low32};

/// A test of a zone's free pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Free pages were held against a mark: passed if `free - unusable > mark + reserve` and
    /// a large enough block exists.
    Check {
        /// The zone.
        zone: ZoneId,
        /// Order wanted.
        order: Order,
        /// Which mark.
        level: Wmark,
        /// What came of it.
        verdict: Verdict,
        /// Free pages, without what processors have not yet added to the counter.
        free: u32,
        /// Pages of those that this request cannot have: the rest of its own block, and the
        /// reserve for requests that cannot wait.
        unusable: u32,
        /// The mark: boost added, privileges deducted.
        mark: u32,
        /// Pages to leave for requests that can only use this zone and lower ones.
        reserve: u32,
    },
}

/// What a watermark test says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The request may take from the zone.
    Ok,
    /// Too few free pages.
    TooFew,
    /// Enough free pages, none in a large enough block.
    NoBlock,
}

/// What a request may do below a mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Privileges {
    /// Half of the minimum mark: `ALLOC_HIGH`.
    pub high: bool,
    /// Another quarter, and the reserve of high-order atomic blocks: `ALLOC_HARDER`.
    pub harder: bool,
    /// Another half, and the same reserve: the process is about to die (`ALLOC_OOM`).
    pub dying: bool,
    /// The minimum mark without the boost, for a single page (`__GFP_ATOMIC`).
    pub unboosted: bool,
}

impl Privileges {
    /// Returns what the flags of a request allow it below the minimum mark, 6.1
    /// `gfp_to_alloc_flags`; who can wait has no business with the reserves of those who cannot.
    pub const fn of(gfp: Gfp) -> Privileges {
        let atomic = gfp.contains(Gfp::ATOMIC_BIT) && !gfp.contains(Gfp::DIRECT_RECLAIM);
        Privileges {
            high: gfp.contains(Gfp::HIGH),
            harder: atomic && !gfp.contains(Gfp::NOMEMALLOC),
            dying: false,
            unboosted: atomic,
        }
    }

    /// Returns whether what is held back for urgent blocks counts as free.
    #[inline]
    fn reaches_reserve(self) -> bool {
        self.harder || self.dying
    }
}

/// The test of one zone: order wanted, mark, class of the request, privileges.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Query {
    /// Order wanted.
    pub order: Order,
    /// Which mark.
    pub level: Wmark,
    /// Class of the highest zone that the request may use.
    pub class: u8,
    /// What it may do below the mark.
    pub privileges: Privileges,
}

impl Frames {
    /// Tests a zone and notes the operands.
    #[inline]
    pub(in crate::phys) fn watermark_ok(&self, zone: ZoneId, query: Query, tr: &mut Trace) -> bool {
        tr.spend(Cost::WatermarkCheck);
        let (verdict, operands) = self.watermark_look(zone, query);
        emit(zone, query, verdict, operands, tr);
        verdict == Verdict::Ok
    }

    /// Tests a zone without a note, 6.1 `zone_watermark_fast`.
    #[inline]
    pub(in crate::phys) fn watermark_look(&self, zone: ZoneId, query: Query) -> (Verdict, Operands) {
        let zone_words = self.zones.words(zone);
        let mark = zone_words.watermark(query.level) + zone_words.boost();
        let reserve = zone_words.lowmem_reserve(query.class);
        let free = self.vmstat.zone(zone, ZoneStat::NrFreePages);
        // The quick test of a single page: privileges do not matter if it passes.
        let held = if query.privileges.reaches_reserve() { 0 } else { zone_words.highatomic() };
        if query.order == Order::ZERO && free.saturating_sub(held) > mark + reserve {
            return (Verdict::Ok, Operands { free, unusable: held.min(free), mark, reserve });
        }
        self.watermark_look_closer(zone, query, mark, free)
    }

    /// Returns whether a zone keeps the mark when a request without privileges takes a page.
    #[inline]
    pub(in crate::phys) fn spares_page(&self, zone: ZoneId, level: Wmark, class: u8) -> bool {
        let words = self.zones.words(zone);
        let mark = words.watermark(level) + words.boost();
        let free = self.vmstat.zone(zone, ZoneStat::NrFreePages);
        free.saturating_sub(words.highatomic()) > mark + words.lowmem_reserve(class)
    }

    /// Tests a zone that the quick test leaves open.
    #[inline(never)]
    fn watermark_look_closer(&self, zone: ZoneId, query: Query, mark: u64, free: u64) -> (Verdict, Operands) {
        let mut test = self.watermark_test(zone, query, mark, free);
        let single = query.order == Order::ZERO && query.level == Wmark::Min;
        if test.0 != Verdict::Ok && single && query.privileges.unboosted && self.zones.boost(zone) > 0 {
            // kswapd works on the boost: who cannot wait for it need not.
            test = self.watermark_test(zone, query, self.zones.watermark(zone, Wmark::Min), free);
        }
        test
    }

    /// Tests a zone against `mark` with `free` free pages, without a note, 6.1
    /// `__zone_watermark_ok`.
    pub(in crate::phys) fn watermark_test(
        &self,
        zone: ZoneId,
        query: Query,
        mark: u64,
        free: u64,
    ) -> (Verdict, Operands) {
        let Query { order, class, privileges, level: _ } = query;
        let mut mark = mark;
        if privileges.high {
            mark -= mark / 2;
        }
        if privileges.dying {
            mark -= mark / 2;
        } else if privileges.harder {
            mark -= mark / 4;
        }
        let reserve = self.zones.lowmem_reserve(zone, class);
        let held = if privileges.reaches_reserve() { 0 } else { self.zones.highatomic(zone) };
        let cma = self.vmstat.zone(zone, ZoneStat::NrFreeCma);
        let unusable = u64::from(order.pages()) - 1 + held + cma;
        let verdict = match () {
            () if free <= unusable + mark + reserve => Verdict::TooFew,
            () if order == Order::ZERO || self.has_block(zone, order, privileges) => Verdict::Ok,
            () => Verdict::NoBlock,
        };
        (verdict, Operands { free, unusable, mark, reserve })
    }

    /// Returns whether the buddy has a block of `order` or larger for the request.
    fn has_block(&self, zone: ZoneId, order: Order, privileges: Privileges) -> bool {
        order.and_up().filter(|&order| self.zones.nr_free(zone, order) > 0).any(|order| {
            let filled = |mt| self.mem_map.first(self.lists.free(zone, order, mt)).is_some();
            MigrateType::ON_CPU_LISTS.into_iter().any(filled)
                || (privileges.reaches_reserve() && filled(MigrateType::HighAtomic))
        })
    }
}

/// What a test was made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Operands {
    /// Free pages.
    pub free: u64,
    /// Pages of those that the request cannot have.
    pub unusable: u64,
    /// The mark: boost added, privileges deducted.
    pub mark: u64,
    /// Pages to leave for requests that can only use lower zones.
    pub reserve: u64,
}

#[inline]
fn emit(zone: ZoneId, query: Query, verdict: Verdict, operands: Operands, tr: &mut Trace) {
    let Query { order, level, .. } = query;
    tr.emit(Event::Check {
        zone,
        order,
        level,
        verdict,
        free: low32(operands.free),
        unusable: low32(operands.unusable),
        mark: low32(operands.mark),
        reserve: low32(operands.reserve),
    });
}
