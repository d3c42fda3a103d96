//! References and mappings of a page.
//!
//! Both stand in the state word, 16 bits each. A count that they do not hold stands in a word beside,
//! where such a page has one, and the bits are all set: 24 bytes a frame stay.

use super::{MemMap, Pfn};
use crate::store::page::SPILLED;
use crate::store::{Journal, PageState};
use crate::units::low32;

const REFCOUNT: u64 = 0;
const MAPPINGS: u64 = 1;
const COUNTS: u64 = 2;

impl MemMap {
    /// Returns `_refcount` of a page by its head.
    #[inline]
    pub fn refcount(&self, head: Pfn) -> u32 {
        self.whole(head, self.state(head).refcount_bits(), REFCOUNT)
    }

    /// Returns how many entries map a page by its head, of several frames those that map all of it:
    /// `_mapcount` + 1.
    #[inline]
    pub fn mappings(&self, head: Pfn) -> u32 {
        self.whole(head, self.state(head).mappings_bits(), MAPPINGS)
    }

    /// Writes `_refcount`.
    pub fn set_refcount(&mut self, head: Pfn, count: u32, journal: &mut Journal) {
        let state = self.state(head);
        self.spill(head, state.refcount_bits(), count, REFCOUNT, journal);
        self.set_state(head, state.with_refcount(count), journal);
    }

    /// Writes how many entries map a page.
    pub fn set_mappings(&mut self, head: Pfn, count: u32, journal: &mut Journal) {
        let state = self.state(head);
        self.spill(head, state.mappings_bits(), count, MAPPINGS, journal);
        self.set_state(head, state.with_mappings(count), journal);
    }

    /// Writes a state with these counts in the place of its own.
    pub fn set_counted(
        &mut self,
        head: Pfn,
        state: PageState,
        refcount: u32,
        mappings: u32,
        journal: &mut Journal,
    ) {
        let old = self.state(head);
        self.spill(head, old.refcount_bits(), refcount, REFCOUNT, journal);
        self.spill(head, old.mappings_bits(), mappings, MAPPINGS, journal);
        self.set_state(head, state.with_refcount(refcount).with_mappings(mappings), journal);
    }

    #[inline]
    fn whole(&self, head: Pfn, bits: u32, which: u64) -> u32 {
        if bits == SPILLED { low32(self.spilled.get(word(head, which))) } else { bits }
    }

    fn spill(&mut self, head: Pfn, bits: u32, count: u32, which: u64, journal: &mut Journal) {
        if bits == SPILLED || count >= SPILLED {
            let beside = if count >= SPILLED { u64::from(count) } else { 0 };
            self.spilled.set(word(head, which), beside, journal);
        }
    }
}

fn word(head: Pfn, which: u64) -> u64 {
    u64::from(head.0) * COUNTS + which
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Kind, Store};
    use crate::units::Order;

    #[test]
    fn counts_of_any_size_go_up_and_down_and_back() {
        let mut map = MemMap::new(Pfn(8), 1, Order::new(9));
        let mut journal = Journal::recording();
        let pfn = Pfn(3);
        map.set_state(pfn, PageState::head(Kind::Anon, Order::ZERO), &mut journal);
        let way = [1, 65_534, 65_535, 65_536, 1 << 20, u32::MAX, 65_535, 65_534, 0];
        for count in way {
            map.set_refcount(pfn, count, &mut journal);
            map.set_mappings(pfn, count / 2, &mut journal);
            assert_eq!((map.refcount(pfn), map.mappings(pfn)), (count, count / 2));
            assert_eq!(map.state(pfn).kind(), Kind::Anon);
        }
        assert_eq!(
            [REFCOUNT, MAPPINGS].map(|which| map.spilled.get(word(pfn, which))),
            [0, 0],
            "nothing stays"
        );
        map.set_refcount(pfn, 1 << 20, &mut journal);
        for delta in journal.deltas().rev() {
            let (table, index) = (delta.slot.table(), delta.slot.index());
            if table == crate::store::TableId::PageCount {
                map.spilled.restore(index, delta.old, journal.versions());
            } else {
                map.restore(index, delta.old, journal.versions());
            }
        }
        assert_eq!(map.refcount(pfn), 0);
    }
}
