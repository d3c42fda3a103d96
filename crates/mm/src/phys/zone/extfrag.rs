//! Fragmentation indexes: does a large request fail for lack of memory, or of whole blocks?
//!
//! Both are in thousandths and follow from the numbers of free blocks alone. Mirrors 6.1
//! `mm/vmstat.c`: `fill_contig_page_info`, `__fragmentation_index`, `unusable_free_index`,
//! `extfrag_for_order`.

use crate::phys::zone::ZoneId;
use crate::phys::zone::frames::Frames;
use crate::units::{Order, signed};

/// What free blocks of a zone are worth to requests of one order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ContigPageInfo {
    /// Free pages in the buddy.
    pub free_pages: u64,
    /// Free blocks of all orders.
    pub free_blocks: u64,
    /// Blocks of the wanted order that the free ones hold.
    pub suitable_blocks: u64,
}

impl ContigPageInfo {
    /// Counts from the number of free blocks of each order.
    pub fn count(order: Order, nr_free: impl Fn(Order) -> u64) -> ContigPageInfo {
        let mut info = ContigPageInfo { free_pages: 0, free_blocks: 0, suitable_blocks: 0 };
        for each in Order::ZERO.and_up() {
            let blocks = nr_free(each);
            info.free_blocks += blocks;
            info.free_pages += blocks << each.get();
            if each >= order {
                info.suitable_blocks += blocks << (each.get() - order.get());
            }
        }
        info
    }

    /// Returns the fragmentation index in thousandths: -1000 when a block fits; towards 0 a
    /// request fails for lack of memory, towards 1000 for fragmentation.
    pub fn fragmentation_index(&self, order: Order) -> i64 {
        if self.free_blocks == 0 {
            return 0;
        }
        if self.suitable_blocks > 0 {
            return -1000;
        }
        let whole = self.free_pages * 1000 / u64::from(order.pages());
        1000 - signed((1000 + whole) / self.free_blocks)
    }

    /// Returns the part of free memory, in thousandths, that requests of the order cannot use.
    pub fn unusable_index(&self, order: Order) -> u64 {
        if self.free_pages == 0 {
            return 1000;
        }
        self.unusable_pages(order) * 1000 / self.free_pages
    }

    /// Returns the same part in percent: 0 without any free memory.
    pub fn unusable_percent(&self, order: Order) -> u64 {
        (self.unusable_pages(order) * 100).checked_div(self.free_pages).unwrap_or(0)
    }

    fn unusable_pages(&self, order: Order) -> u64 {
        self.free_pages - (self.suitable_blocks << order.get())
    }
}

impl Frames {
    /// Returns what the free blocks of `zone` are worth to requests of `order`.
    pub fn contig_page_info(&self, zone: ZoneId, order: Order) -> ContigPageInfo {
        ContigPageInfo::count(order, |each| self.zones.nr_free(zone, each))
    }

    /// Returns the fragmentation index of a zone, in thousandths.
    pub fn fragmentation_index(&self, zone: ZoneId, order: Order) -> i64 {
        self.contig_page_info(zone, order).fragmentation_index(order)
    }

    /// Returns the unusable free space index of a zone, in thousandths.
    pub fn unusable_index(&self, zone: ZoneId, order: Order) -> u64 {
        self.contig_page_info(zone, order).unusable_index(order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_free_memory_is_not_fragmented() {
        let info = ContigPageInfo::count(Order::new(9), |_| 0);
        assert_eq!(info.fragmentation_index(Order::new(9)), 0);
        assert_eq!(info.unusable_index(Order::new(9)), 1000);
        assert_eq!(info.unusable_percent(Order::new(9)), 0);
    }

    #[test]
    fn single_pages_are_useless_to_large_requests() {
        let singles = |order: Order| if order == Order::ZERO { 2048 } else { 0 };
        let info = ContigPageInfo::count(Order::new(9), singles);
        // (1000 + 2048 * 1000 / 512) / 2048 = 2
        assert_eq!(info.fragmentation_index(Order::new(9)), 998);
        assert_eq!(info.unusable_index(Order::new(9)), 1000);
    }

    #[test]
    fn a_block_that_fits_is_no_failure() {
        let one = |order: Order| u64::from(order == Order::new(10));
        let info = ContigPageInfo::count(Order::new(9), one);
        assert_eq!(info.suitable_blocks, 2);
        assert_eq!(info.fragmentation_index(Order::new(9)), -1000);
        assert_eq!(info.unusable_index(Order::new(9)), 0);
    }
}
