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
use crate::phys::alloc::page_alloc::AllocRequest;
use crate::phys::relief::NoRelief;
use crate::trace::Trace;
use crate::units::{Order, Pfn};

/// Blocks that are pinned.
#[derive(Debug)]
pub struct Pinning {
    order: Order,
    blocks: Vec<Pfn>,
    /// Blocks given back but for their first page, once all are taken.
    split: Option<usize>,
}

/// Units that a block which is split counts as.
const SPLIT_UNITS: u32 = 16;

impl Pinning {
    /// Pins the first page of every free block of `order`.
    pub fn new(order: Order) -> Pinning {
        Pinning { order, blocks: Vec::new(), split: None }
    }

    /// Returns the pages, in the order in which the allocator gave the blocks.
    pub fn pages(self) -> Vec<Pfn> {
        self.blocks
    }
}

impl Phys {
    /// Goes on for about `units` units of work; returns whether there is more to do.
    pub fn pin_some(&mut self, pinning: &mut Pinning, units: u32, tr: &mut Trace) -> bool {
        let mut left = units;
        while left > 0 {
            let Some(split) = &mut pinning.split else {
                self.take_one(pinning, tr);
                left -= 1;
                continue;
            };
            let Some(&pfn) = pinning.blocks.get(*split) else {
                self.drain_all_pages(tr);
                return false;
            };
            self.split_in_use(pfn, Order::ZERO, tr);
            for part in Order::ZERO.and_up().take_while(|part| *part < pinning.order) {
                self.free_pages(pfn.add(part.pages()), part, CpuId(0), tr);
            }
            *split += 1;
            left = left.saturating_sub(SPLIT_UNITS);
        }
        true
    }

    fn take_one(&mut self, pinning: &mut Pinning, tr: &mut Trace) {
        if pinning.blocks.is_empty() {
            // What the processors keep could still make up a block.
            self.drain_all_pages(tr);
        }
        // To the last block: no mark is kept, and nobody is to be woken.
        let gfp = Gfp::USER.with(Gfp::MOVABLE).with(Gfp::MEMALLOC).without(Gfp::RECLAIM);
        match self.alloc_pages(AllocRequest::new(pinning.order, gfp), &mut NoRelief, tr) {
            Some(pfn) => pinning.blocks.push(pfn),
            None => pinning.split = Some(0),
        }
    }
}
