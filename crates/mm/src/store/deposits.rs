//! Spare tables that wait for a huge page to be cut: a ring through their own page structs.
//!
//! The page struct of the directory names the one that was deposited last, which is withdrawn
//! first; after it they come in the order in which they were deposited. Mirrors 6.1
//! `mm/pgtable-generic.c: pgtable_trans_huge_deposit`, `pgtable_trans_huge_withdraw`.

use super::page::{Links, NO_LINK};
use super::{Journal, MemMap};
use crate::units::{Pfn, high32, low32};

impl MemMap {
    /// Returns the spare table that `directory` would give next (`pmd_huge_pte`).
    pub fn deposited(&self, directory: Pfn) -> Option<Pfn> {
        let link = high32(self.page(directory).links().0);
        (link != NO_LINK).then_some(Pfn(link))
    }

    /// Iterates over the spare tables of `directory` in the order of their ring.
    pub fn deposits(&self, directory: Pfn) -> impl Iterator<Item = Pfn> {
        let first = self.deposited(directory);
        core::iter::successors(first, move |&at| Some(self.after(at)).filter(|&next| Some(next) != first))
    }

    /// Leaves `spare`, a table on no list, with `directory`.
    pub fn deposit(&mut self, directory: Pfn, spare: Pfn, journal: &mut Journal) {
        match self.deposited(directory) {
            None => self.set_links(spare, Links::pack(spare.0, spare.0), journal),
            Some(last) => {
                let next = self.after(last);
                self.set_links(spare, Links::pack(next.0, last.0), journal);
                self.set_prev(next.0, spare.0, journal);
                self.set_next(last.0, spare.0, journal);
            }
        }
        self.set_links(directory, Links::pack(NO_LINK, spare.0), journal);
    }

    /// Takes a spare table back, `None` when there is none.
    pub fn withdraw(&mut self, directory: Pfn, journal: &mut Journal) -> Option<Pfn> {
        let spare = self.deposited(directory)?;
        let next = self.after(spare);
        if next == spare {
            self.set_links(spare, Links::POISON, journal);
            self.set_links(directory, Links::POISON, journal);
        } else {
            self.list_del(spare, journal);
            self.set_links(directory, Links::pack(NO_LINK, next.0), journal);
        }
        Some(spare)
    }

    fn after(&self, spare: Pfn) -> Pfn {
        Pfn(low32(self.page(spare).links().0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Trace;
    use crate::units::Order;

    #[test]
    fn the_last_deposit_comes_first_then_the_others_in_order() {
        // Frees of 6.1 when four huge pages go at once (the capture of 3000 pages): 4 1 2 3.
        let mut map = MemMap::new(Pfn(512), 1, Order::new(9));
        let mut tr = Trace::default();
        let directory = Pfn(1);
        for spare in 11..15 {
            map.deposit(directory, Pfn(spare), &mut tr);
        }
        assert_eq!(map.deposits(directory).count(), 4);
        let order: Vec<u32> =
            core::iter::from_fn(|| map.withdraw(directory, &mut tr)).map(|pfn| pfn.0).collect();
        assert_eq!(order, [14, 11, 12, 13]);
        assert_eq!(map.page(directory).links(), Links::POISON);
        assert_eq!(map.page(Pfn(13)).links(), Links::POISON);
    }
}
