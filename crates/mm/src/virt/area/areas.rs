//! The areas of all address spaces, with an index of the gaps between them.
//!
//! The kernel's maple tree keeps in each node the widest gap below it, and a search for room
//! skips what is too narrow. Here neighbours stand in blocks that know their widest gap: it is
//! derived when a search first asks, and forgotten when an area at it changes, undo included.

use core::cell::RefCell;
use core::ops::Deref;
use std::collections::BTreeMap;

use super::unmapped_area::fit_high;
use crate::store::journal::Versions;
use crate::store::map::Key;
use crate::store::{Digest, Journal, Map, Store, TableId};
use crate::units::{PAGE_SIZE, VirtAddr, index, low32};
use crate::virt::{MmId, Vma, VmaKey};

/// Areas past which a block is cut in two.
const BLOCK_AREAS: u32 = 256;

/// Areas that follow each other, from one key to that of the next block.
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

/// All areas by address space and start.
#[derive(Clone, Debug)]
pub struct Areas {
    map: Map<VmaKey, Vma>,
    blocks: RefCell<BTreeMap<u64, Block>>,
}

impl Deref for Areas {
    type Target = Map<VmaKey, Vma>;

    fn deref(&self) -> &Map<VmaKey, Vma> {
        &self.map
    }
}

impl Areas {
    pub(in crate::virt) fn new() -> Areas {
        Areas { map: Map::new(TableId::Vma), blocks: RefCell::default() }
    }

    /// Stores an area under its key.
    pub fn set(&mut self, key: VmaKey, vma: Vma, journal: &mut Journal) {
        let before = self.map.len();
        self.map.set(key, vma, journal);
        self.changed(key.pack(), before);
    }

    /// Takes the area under `key` out, if there is one.
    pub fn remove(&mut self, key: VmaKey, journal: &mut Journal) {
        let before = self.map.len();
        self.map.remove(key, journal);
        self.changed(key.pack(), before);
    }

    /// Changes the area under `key` through a copy.
    ///
    /// # Panics
    /// When there is no such area.
    pub fn update(&mut self, key: VmaKey, journal: &mut Journal, change: impl FnOnce(&mut Vma)) {
        self.map.update(key, journal, change);
        self.changed(key.pack(), self.map.len());
    }

    /// Forgets the gaps at the area of a key, and keeps blocks small.
    fn changed(&mut self, packed: u64, areas_before: u32) {
        let blocks = self.blocks.get_mut();
        let first = VmaKey::of_mm(packed).pack();
        blocks.entry(first).or_default();
        let (&start, block) = blocks.range_mut(..=packed).next_back().expect("the block put in just now");
        block.gaps = None;
        block.areas = (block.areas + self.map.len()).saturating_sub(areas_before);
        let is_long = block.areas > BLOCK_AREAS;
        let next = blocks.range_mut(packed + 1..).next();
        let end = next.as_ref().map_or(u64::MAX, |(start, _)| **start);
        if let Some((_, next)) = next {
            // The gap below its first area may begin at the area that changed.
            next.gaps = None;
        }
        if is_long {
            self.cut(start, end);
        }
    }

    fn cut(&mut self, start: u64, end: u64) {
        let half = index(BLOCK_AREAS / 2);
        let within = || self.map.range(start..end).map(|(key, _)| key.pack());
        let (Some(middle), all) = (within().nth(half), within().count()) else { return };
        let blocks = self.blocks.get_mut();
        let lower = BLOCK_AREAS / 2;
        blocks.insert(start, Block { areas: lower, gaps: None });
        blocks.insert(middle, Block { areas: crate::units::count(all) - lower, gaps: None });
    }

    /// Returns the highest aligned address below `limit` from which `len` bytes are free.
    pub(in crate::virt) fn gap_below(&self, mm: MmId, limit: u64, len: u64, align: u64) -> Option<VirtAddr> {
        let low = VmaKey { mm, page: 0 }.pack();
        let high = VmaKey { mm, page: limit.div_ceil(PAGE_SIZE) }.pack();
        let end_before =
            |key: u64| self.map.range(low..key).next_back().map_or(PAGE_SIZE, |(_, vma)| vma.end.0);
        let mut top = limit;
        if let Some(found) = fit_high(end_before(high), top, len, align) {
            return Some(found);
        }
        let mut blocks = self.blocks.borrow_mut();
        let mut block_end = high;
        for (&start, block) in blocks.range_mut(low..high).rev() {
            // A block that the limit cuts is looked at as far as it goes; so is one of unknown gaps.
            let whole = block_end != high;
            let gaps = if whole {
                Some(*block.gaps.get_or_insert_with(|| self.gaps(low, start, block_end)))
            } else {
                None
            };
            match gaps {
                Some(gaps) if gaps.widest < len => top = top.min(gaps.floor),
                Some(_) | None => {
                    for (key, vma) in self.map.range(start..block_end).rev() {
                        top = top.min(vma.gap_start());
                        if let Some(found) = fit_high(end_before(key.pack()), top, len, align) {
                            return Some(found);
                        }
                    }
                }
            }
            block_end = start;
        }
        None
    }

    /// Derives the gaps of the areas of an address space, which starts at `low`, in
    /// `start..end`.
    fn gaps(&self, low: u64, start: u64, end: u64) -> Gaps {
        let mut gaps = Gaps { widest: 0, floor: u64::MAX };
        let mut free_from = self.map.range(low..start).next_back().map_or(PAGE_SIZE, |(_, vma)| vma.end.0);
        for (_, vma) in self.map.range(start..end) {
            gaps.widest = gaps.widest.max(vma.gap_start().saturating_sub(free_from));
            gaps.floor = gaps.floor.min(vma.gap_start());
            free_from = vma.end.0;
        }
        gaps
    }
}

impl VmaKey {
    /// Returns the lowest key of the address space that a packed key belongs to.
    fn of_mm(packed: u64) -> VmaKey {
        VmaKey { mm: MmId(low32(packed >> super::vma::PAGE_NUMBER_BITS)), page: 0 }
    }
}

impl Store for Areas {
    fn restore(&mut self, packed: u64, word: u64, versions: &Versions) {
        let before = self.map.len();
        self.map.restore(packed, word, versions);
        self.changed(packed, before);
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
    use crate::store::map::below;
    use crate::virt::area::vma::{Backing, VmFlags};

    fn searched(areas: &Areas, mm: MmId, limit: u64, len: u64, align: u64) -> Option<VirtAddr> {
        let mut top = limit;
        let of_mm = below(VmaKey { mm, page: 0 }, VmaKey { mm: MmId(mm.0 + 1), page: 0 });
        for (_, vma) in areas.range(of_mm).rev().filter(|(_, vma)| vma.start.0 < limit) {
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
            let at = VmaKey { mm, page };
            let start = VirtAddr(page * PAGE_SIZE);
            let flags = if rng.below(50) == 0 { VmFlags::GROWSDOWN } else { VmFlags::NONE };
            let end = VirtAddr(start.0 + (1 + rng.below(4)) * PAGE_SIZE);
            let vma = Vma { start, end, flags, pgoff: 0, backing: Backing::Anon, anon_vma: None };
            if rng.below(4) == 0 {
                areas.remove(at, &mut off);
            } else {
                areas.set(at, vma, &mut off);
            }
            let limit =
                if rng.below(3) == 0 { (1 + rng.below(18_000)) * PAGE_SIZE } else { 20_000 * PAGE_SIZE };
            let (len, align) = ((1 + rng.below(40)) * PAGE_SIZE, PAGE_SIZE << rng.below(5));
            let expected = searched(&areas, mm, limit, len, align);
            assert_eq!(areas.gap_below(mm, limit, len, align), expected, "round {round}");
        }
    }
}
