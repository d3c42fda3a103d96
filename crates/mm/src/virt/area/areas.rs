//! The areas of all address spaces: by number, by address, and with an index of the gaps between them.
//!
//! An area has a number for as long as it lives, wherever its borders move; the store keeps it under that. The
//! order by address is derived from the records, as is the index of gaps: the kernel's maple tree keeps in each
//! node the widest gap below it, and a search for room skips what is too narrow. Here neighbours stand in
//! blocks that know their widest gap: it is found when a search first asks, and forgotten when an area at it
//! changes, undo included.

use core::cell::RefCell;
use core::ops::Bound;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::unmapped_area::fit_high;
use crate::store::journal::Versions;
use crate::store::map::{Key, Record, Weigh};
use crate::store::{Digest, Journal, Map, Slot, Store, TableId};
use crate::units::{PAGE_SIZE, VirtAddr, index, low32};
use crate::virt::{MmId, Vma};

/// Areas past which a block is cut in two.
const BLOCK_AREAS: u32 = 256;

/// Number of an area.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct VmaId(pub u32);

impl Key for VmaId {
    fn pack(self) -> u64 {
        u64::from(self.0)
    }
}

/// What is stored of an area: whose it is, and itself.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Owned {
    mm: MmId,
    vma: Vma,
}

impl Weigh for Owned {}

impl Owned {
    fn place(&self) -> Place {
        place(self.mm, self.vma.start.page_number())
    }
}

/// Where an area begins: its address space and first page, in the order of both. It has room for five levels
/// of tables and for all address spaces.
type Place = u64;

/// Bits of a page number in a place: user addresses of five levels have 56 bits, 12 of them within a page.
const PAGE_NUMBER_BITS: u32 = 44;
/// No area begins here: user addresses end before their last page.
const LAST_PAGE: u64 = (1 << PAGE_NUMBER_BITS) - 1;

/// Returns the place of a page, any number: no area begins beyond the last.
fn place(mm: MmId, page: u64) -> Place {
    u64::from(mm.0) << PAGE_NUMBER_BITS | page.min(LAST_PAGE)
}

/// Returns the first place of the address space that a place is of.
fn first_of(place: Place) -> Place {
    place >> PAGE_NUMBER_BITS << PAGE_NUMBER_BITS
}

/// Areas that follow each other, from one place to that of the next block.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    areas: u32,
    gaps: Option<Gaps>,
}

/// What a search needs to know of a block.
#[derive(Clone, Copy, Debug)]
struct Gaps {
    /// Bytes that lie free below an area of the block, at most.
    widest: u64,
    /// Where room below all of its areas ends.
    floor: u64,
}

/// All areas.
#[derive(Clone, Debug)]
pub struct Areas {
    map: Map<VmaId, Owned>,
    order: BTreeMap<Place, Record<VmaId, Owned>>,
    blocks: RefCell<BTreeMap<Place, Block>>,
}

impl Areas {
    pub(in crate::virt) fn new() -> Areas {
        Areas { map: Map::new(TableId::Vma), order: BTreeMap::new(), blocks: RefCell::default() }
    }

    /// Returns the area of `mm` that starts at `start`.
    pub fn get(&self, mm: MmId, start: VirtAddr) -> Option<&Vma> {
        self.starting_at(mm, start).map(|record| &record.1.vma)
    }

    /// Returns the number of that area.
    pub fn id(&self, mm: MmId, start: VirtAddr) -> Option<VmaId> {
        self.starting_at(mm, start).map(|record| record.0)
    }

    fn starting_at(&self, mm: MmId, start: VirtAddr) -> Option<&Record<VmaId, Owned>> {
        self.order.get(&place(mm, start.page_number())).filter(|record| record.1.vma.start == start)
    }

    /// Returns the slot of that area, to ask whether a step touched it.
    pub fn slot(&self, mm: MmId, start: VirtAddr) -> Option<Slot> {
        self.id(mm, start).map(|id| self.map.slot(id))
    }

    /// Iterates over the areas of `mm` that start from `first` to `last`, both included, in address order.
    pub fn starting_in(
        &self,
        mm: MmId,
        first: VirtAddr,
        last: VirtAddr,
    ) -> impl DoubleEndedIterator<Item = &Vma> {
        let first = place(mm, first.0.div_ceil(PAGE_SIZE));
        let last = place(mm, last.page_number()).max(first);
        self.range(first, Bound::Included(last)).map(|(_, vma)| vma)
    }

    fn range(&self, first: Place, end: Bound<Place>) -> impl DoubleEndedIterator<Item = (Place, &Vma)> {
        let range = self.order.range((Bound::Included(first), end));
        range.map(|(&place, record)| (place, &record.1.vma))
    }

    /// Stores an area of `mm`: a new one, or instead of the one that starts there.
    pub fn set(&mut self, mm: MmId, vma: Vma, journal: &mut Journal) {
        let next = || VmaId(self.map.last_key().map_or(0, |last| last.0 + 1));
        let id = self.id(mm, vma.start).unwrap_or_else(next);
        self.change(id, |map| map.set(id, Owned { mm, vma }, journal));
    }

    /// Takes the area of `mm` that starts at `start` out, if there is one.
    pub fn remove(&mut self, mm: MmId, start: VirtAddr, journal: &mut Journal) {
        if let Some(id) = self.id(mm, start) {
            self.change(id, |map| map.remove(id, journal));
        }
    }

    /// Changes the area of `mm` that starts at `start`; its borders may move.
    ///
    /// # Panics
    /// When there is no such area.
    pub fn update(
        &mut self,
        mm: MmId,
        start: VirtAddr,
        journal: &mut Journal,
        change: impl FnOnce(&mut Vma),
    ) {
        let id = self.id(mm, start).expect("an area to update");
        self.change(id, |map| map.update(id, journal, |area| change(&mut area.vma)));
    }

    /// Changes the record of an area, and what is derived from it.
    fn change(&mut self, id: VmaId, change: impl FnOnce(&mut Map<VmaId, Owned>)) {
        let before = self.map.record(id).map(|record| record.1.place());
        change(&mut self.map);
        let after = self.map.record(id).map(Rc::clone);
        let place = after.as_ref().map(|record| record.1.place());
        if let Some(before) = before.filter(|_| before != place) {
            self.order.remove(&before);
            self.touch(before, |areas| areas.saturating_sub(1));
        }
        if let Some((place, record)) = place.zip(after) {
            self.order.insert(place, record);
            let is_new = before != Some(place);
            self.touch(place, |areas| areas + u32::from(is_new));
        }
    }

    /// Forgets the gaps at a place, and keeps blocks small.
    fn touch(&mut self, place: Place, count: impl FnOnce(u32) -> u32) {
        let blocks = self.blocks.get_mut();
        blocks.entry(first_of(place)).or_default();
        let (&start, block) = blocks.range_mut(..=place).next_back().expect("the block put in just now");
        block.gaps = None;
        block.areas = count(block.areas);
        let is_long = block.areas > BLOCK_AREAS;
        let next = blocks.range_mut((Bound::Excluded(place), Bound::Unbounded)).next();
        let end = next.as_ref().map_or(Bound::Unbounded, |(start, _)| Bound::Excluded(**start));
        if let Some((_, next)) = next {
            // The gap below its first area may begin at the area that changed.
            next.gaps = None;
        }
        if is_long {
            self.cut(start, end);
        }
    }

    fn cut(&mut self, start: Place, end: Bound<Place>) {
        let half = index(BLOCK_AREAS / 2);
        let within = || self.range(start, end).map(|(place, _)| place);
        let (Some(middle), all) = (within().nth(half), within().count()) else { return };
        let blocks = self.blocks.get_mut();
        let lower = BLOCK_AREAS / 2;
        blocks.insert(start, Block { areas: lower, gaps: None });
        blocks.insert(middle, Block { areas: crate::units::count(all) - lower, gaps: None });
    }

    /// Returns where the last area of `mm` below a place ends.
    fn end_before(&self, place: Place) -> u64 {
        let below = self.range(first_of(place), Bound::Excluded(place)).next_back();
        below.map_or(PAGE_SIZE, |(_, vma)| vma.end.0)
    }

    /// Returns the highest aligned address below `limit` from which `len` bytes are free.
    pub(in crate::virt) fn gap_below(&self, mm: MmId, limit: u64, len: u64, align: u64) -> Option<VirtAddr> {
        let high = place(mm, limit.div_ceil(PAGE_SIZE));
        let mut top = limit;
        if let Some(found) = fit_high(self.end_before(high), top, len, align) {
            return Some(found);
        }
        let mut blocks = self.blocks.borrow_mut();
        let mut block_end = high;
        for (&start, block) in blocks.range_mut(place(mm, 0)..high).rev() {
            // A block that the limit cuts is looked at as far as it goes; so is one of unknown gaps.
            let whole = block_end != high;
            let gaps = if whole {
                Some(*block.gaps.get_or_insert_with(|| self.gaps(start, block_end)))
            } else {
                None
            };
            match gaps {
                Some(gaps) if gaps.widest < len => top = top.min(gaps.floor),
                Some(_) | None => {
                    for (place, vma) in self.range(start, Bound::Excluded(block_end)).rev() {
                        top = top.min(vma.gap_start());
                        if let Some(found) = fit_high(self.end_before(place), top, len, align) {
                            return Some(found);
                        }
                    }
                }
            }
            block_end = start;
        }
        None
    }

    /// Derives the gaps of the areas in `start..end`, all of one address space.
    fn gaps(&self, start: Place, end: Place) -> Gaps {
        let mut gaps = Gaps { widest: 0, floor: u64::MAX };
        let mut free_from = self.end_before(start);
        for (_, vma) in self.range(start, Bound::Excluded(end)) {
            gaps.widest = gaps.widest.max(vma.gap_start().saturating_sub(free_from));
            gaps.floor = gaps.floor.min(vma.gap_start());
            free_from = vma.end.0;
        }
        gaps
    }
}

impl Store for Areas {
    fn restore(&mut self, packed: u64, word: u64, versions: &Versions) {
        self.change(VmaId(low32(packed)), |map| map.restore(packed, word, versions));
    }

    fn digest(&self, digest: &mut Digest) {
        self.map.digest(digest);
    }

    fn bytes(&self) -> u64 {
        self.map.bytes()
    }

    fn share(&mut self) {
        self.map.share();
    }

    fn shared_bytes(&self, older: Option<&Areas>) -> u64 {
        self.map.shared_bytes(older.map(|older| &older.map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::virt::area::vma::{Backing, VmFlags};

    fn searched(areas: &Areas, mm: MmId, limit: u64, len: u64, align: u64) -> Option<VirtAddr> {
        let mut top = limit;
        let below = areas.starting_in(mm, VirtAddr(0), VirtAddr(limit - 1));
        for vma in below.rev() {
            if let Some(found) = fit_high(vma.end.0, top, len, align) {
                return Some(found);
            }
            top = vma.gap_start().min(top);
        }
        fit_high(PAGE_SIZE, top, len, align)
    }

    /// The index finds what a search through all areas finds, whatever was done and undone.
    #[test]
    fn the_index_agrees_with_a_search_through_all() {
        let mut rng = Rng::new(11);
        let mut areas = Areas::new();
        let mut off = Journal::off();
        for round in 0..6000 {
            let mm = MmId(1 + low32(rng.below(2)));
            let page = 1 + rng.below(4096) * 4;
            let start = VirtAddr(page * PAGE_SIZE);
            let flags = if rng.below(50) == 0 { VmFlags::GROWSDOWN } else { VmFlags::NONE };
            let end = VirtAddr(start.0 + (1 + rng.below(4)) * PAGE_SIZE);
            let vma = Vma { start, end, flags, pgoff: 0, backing: Backing::Anon, anon_vma: None };
            if rng.below(4) == 0 {
                areas.remove(mm, start, &mut off);
            } else {
                areas.set(mm, vma, &mut off);
            }
            let limit =
                if rng.below(3) == 0 { (1 + rng.below(18_000)) * PAGE_SIZE } else { 20_000 * PAGE_SIZE };
            let (len, align) = ((1 + rng.below(40)) * PAGE_SIZE, PAGE_SIZE << rng.below(5));
            let expected = searched(&areas, mm, limit, len, align);
            assert_eq!(areas.gap_below(mm, limit, len, align), expected, "round {round}");
        }
    }

    /// A number stays with its area wherever the borders move, and comes back with it; places reach as far
    /// as five levels of tables and all address spaces do.
    #[test]
    fn a_number_stays_with_its_area() {
        let mm = MmId((1 << 20) - 1);
        let page = |page: u64| VirtAddr(page * PAGE_SIZE);
        let top = (1 << 44) - 16;
        let area = |start, end| Vma {
            start: page(start),
            end: page(end),
            flags: VmFlags::NONE,
            pgoff: 0,
            backing: Backing::Anon,
            anon_vma: None,
        };
        let (mut areas, mut journal) = (Areas::new(), Journal::recording());
        areas.set(mm, area(top, top + 4), &mut journal);
        areas.set(mm, area(top + 8, top + 9), &mut journal);
        let id = areas.id(mm, page(top));
        areas.update(mm, page(top), &mut journal, |vma| vma.start = page(top - 3));
        assert_eq!((areas.id(mm, page(top - 3)), areas.id(mm, page(top))), (id, None));
        areas.remove(mm, page(top - 3), &mut journal);
        let left: Vec<VirtAddr> =
            areas.starting_in(mm, page(0), page(1 << 44)).map(|vma| vma.start).collect();
        assert_eq!(left, [page(top + 8)]);
        for delta in journal.deltas().rev().take(2) {
            areas.restore(delta.slot.index(), delta.old, journal.versions());
        }
        assert_eq!(areas.id(mm, page(top)), id);
        assert_eq!(areas.get(mm, page(top)).map(|vma| vma.end), Some(page(top + 4)));
    }
}
