//! Fragmented memory: one page pinned in every block of free memory.
//!
//! A machine that has run for long has pages that stay where they are, scattered over memory
//! that is otherwise free. The page allocator itself makes this here: every block of the order
//! that a request of the kernel could have is taken, split (6.1 `mm/page_alloc.c: split_page`)
//! and given back but for its first page. The blocks are asked for as movable, so pageblocks
//! keep their types: each page is one that was pinned after it had been allocated, as those of
//! a device that reads user memory are. What high memory or zone Movable hold stays whole.

use crate::config::CpuId;
use crate::gfp::Gfp;
use crate::phys::Phys;
use crate::phys::page_alloc::AllocRequest;
use crate::phys::relief::NoRelief;
use crate::trace::Trace;
use crate::units::{Order, Pfn};

impl Phys {
    /// Pins the first page of every free block of `order`. Returns the pages, in the order in
    /// which the allocator gave the blocks.
    pub fn pin_one_in_each(&mut self, order: Order, tr: &mut Trace) -> Vec<Pfn> {
        // To the last block: no mark is kept, and nobody is to be woken.
        let gfp = Gfp::USER.with(Gfp::MOVABLE).with(Gfp::MEMALLOC).without(Gfp::RECLAIM);
        let mut blocks = Vec::new();
        // What the processors keep could still make up a block.
        self.drain_all_pages(tr);
        while let Some(pfn) = self.alloc_pages(AllocRequest::new(order, gfp), &mut NoRelief, tr) {
            blocks.push(pfn);
        }
        for &pfn in &blocks {
            self.split_in_use(pfn, Order::ZERO, tr);
            for part in Order::ZERO.and_up().take_while(|part| *part < order) {
                self.free_pages(pfn.add(part.pages()), part, CpuId(0), tr);
            }
        }
        self.drain_all_pages(tr);
        blocks
    }
}
