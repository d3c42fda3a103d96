//! Sums over parts of the memory map: what a picture of the whole machine is drawn from.
//!
//! They read the counts that writing keeps up, 20 bytes for 512 frames, and no page struct. None
//! is inlined: a caller that is compiled for size would take the loop in and make it slow.

use super::{CHUNK_PAGES, KindCounts, MemMap};
use crate::store::Kind;
use crate::units::{Pfn, index, index64};

impl MemMap {
    /// Sums the frames of each kind, by [`Kind::index`], over the chunks of `start..end`; holes
    /// are not counted.
    #[inline(never)]
    pub fn kind_counts_in(&self, start: Pfn, end: Pfn) -> [u32; Kind::ALL.len()] {
        let mut sum = [0; Kind::ALL.len()];
        for chunk in self.counts_of(start, end) {
            for (total, &part) in sum.iter_mut().zip(chunk) {
                *total += u32::from(part);
            }
        }
        sum
    }

    /// Returns the kind of all frames of `start..end`, whole chunks; `None` when they differ or
    /// some are holes.
    #[inline(never)]
    pub fn single_kind(&self, start: Pfn, end: Pfn) -> Option<Kind> {
        let chunks = self.counts_of(start, end);
        let is_full = |chunk: &KindCounts, kind: usize| u32::from(chunk[kind]) == CHUNK_PAGES;
        let kind = (0..Kind::ALL.len()).find(|&kind| is_full(&chunks[0], kind))?;
        chunks.iter().all(|chunk| is_full(chunk, kind)).then(|| Kind::ALL[kind])
    }

    /// Counts the pageblocks `first..last` by the code of their migrate type, of which there are `TYPES`.
    #[inline(never)]
    pub fn pageblock_types_in<const TYPES: usize>(&self, first: u32, last: u32) -> [u32; TYPES] {
        let mut sum = [0; TYPES];
        for &code in self.types.words(first, last - first) {
            sum[index64(code)] += 1;
        }
        sum
    }

    fn counts_of(&self, start: Pfn, end: Pfn) -> &[KindCounts] {
        &self.counts[index(start.0 / CHUNK_PAGES)..index(end.0.div_ceil(CHUNK_PAGES))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Journal, PageState};
    use crate::units::Order;

    #[test]
    fn sums_are_those_of_the_blocks() {
        let order = Order::new(9);
        let mut map = MemMap::new(Pfn(4 * 512), 1, order);
        let journal = &mut Journal::default();
        let block = |kind| PageState::head(kind, order);
        map.set_state(Pfn(0), block(Kind::Free), journal);
        map.set_state(Pfn(512), block(Kind::Free), journal);
        map.set_state(Pfn(1024), PageState::head(Kind::Anon, Order::ZERO), journal);
        map.set_pageblock_type(Pfn(512), 2, journal);
        let sum = map.kind_counts_in(Pfn(512), Pfn(2048));
        assert_eq!([sum[Kind::Free.index()], sum[Kind::Anon.index()]], [512, 1]);
        assert_eq!(map.kind_counts_in(Pfn(0), map.end()), map.total_counts());
        assert_eq!(map.single_kind(Pfn(0), Pfn(1024)), Some(Kind::Free));
        assert_eq!(map.single_kind(Pfn(512), Pfn(1536)), None);
        assert_eq!(map.pageblock_types_in::<3>(0, 4), [3, 0, 1]);
    }

    #[test]
    fn tails_are_the_frames_behind_one_head() {
        let mut map = MemMap::new(Pfn(4 * 512), 1, Order::new(9));
        let journal = &mut Journal::default();
        map.set_state(Pfn(0), PageState::head(Kind::Free, Order::new(10)), journal);
        map.set_state(Pfn(1032), PageState::head(Kind::Anon, Order::new(3)), journal);
        for at in (0..2048).map(Pfn) {
            let is_tail = |pfn: Pfn| map.block_of(pfn).is_some_and(|(head, _)| head != pfn);
            let head = |pfn: Pfn| map.block_of(pfn).map(|(head, _)| head);
            let run = (at.0..2000).map(Pfn).take_while(|&pfn| is_tail(pfn) && head(pfn) == head(at));
            let found = map.tails(at, Pfn(2000)).map_or(0, |(pages, _)| pages);
            assert_eq!(found, crate::units::count(run.count()), "{at}");
        }
    }
}
