//! Pages and tables on their way out: first flushed from the TLB, then freed.
//!
//! A batch on the stack holds 8; more need frames of their own to be noted in, 510 pages
//! each, so that a large `munmap` allocates before it frees. Freeing goes batch by batch, the
//! last gathered first. Mirrors 6.1 `mm/mmu_gather.c`.

use crate::func::Func;
use crate::gfp::Gfp;
use crate::rest::Ctx;
use crate::trace::Trace;
use crate::units::{Order, PAGE_SIZE, Pfn, VirtAddr};
use crate::virt::MmId;

/// Pages in the batch on the stack (`MMU_GATHER_BUNDLE`).
const LOCAL_PAGES: usize = 8;
/// Pages that one frame can note (`MAX_GATHER_BATCH`).
const BATCH_PAGES: usize = 510;
/// Frames for notes in one gathering (`MAX_GATHER_BATCH_COUNT`).
const BATCH_LIMIT: usize = 19;
/// Pages freed in one go (`tlb_batch_pages_flush`).
const FREE_PAGES: usize = 512;

/// What is gathered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::virt) enum Gathered {
    /// A page that loses the reference of a mapping.
    Page(Pfn),
    /// A page-table page, empty.
    Table(Pfn),
}

/// How much of the address space goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::virt) enum Scope {
    /// Some of it.
    Part,
    /// All of it: the process exits.
    Whole,
}

/// Pages and tables of one unmapping.
#[must_use = "what is gathered must be flushed, and freed after that"]
#[derive(Debug)]
pub(in crate::virt) struct MmuGather {
    mm: MmId,
    scope: Scope,
    batches: Vec<Vec<Gathered>>,
    frames: Vec<Pfn>,
    active: usize,
    range: Option<(VirtAddr, VirtAddr)>,
    cleared_pages: bool,
    freed_tables: bool,
}

impl MmuGather {
    pub(in crate::virt) fn new(mm: MmId, scope: Scope) -> MmuGather {
        MmuGather {
            mm,
            scope,
            batches: vec![Vec::new()],
            frames: Vec::new(),
            active: 0,
            range: None,
            cleared_pages: false,
            freed_tables: false,
        }
    }

    /// Notes that the entry of the page at `va` was cleared or changed.
    pub(in crate::virt) fn note_page(&mut self, va: VirtAddr) {
        self.cleared_pages = true;
        self.note(va.page_start(), PAGE_SIZE);
    }

    /// Notes that the entry of the huge page of `bytes` at `va` was cleared or changed.
    pub(in crate::virt) fn note_huge(&mut self, va: VirtAddr, bytes: u64) {
        self.note(va, bytes);
    }

    fn note(&mut self, start: VirtAddr, bytes: u64) {
        let end = VirtAddr(start.0 + bytes);
        self.range = Some(match self.range {
            Some((low, high)) => (low.min(start), high.max(end)),
            None => (start, end),
        });
    }

    /// Takes a page whose entry at `va` was cleared.
    pub(in crate::virt) fn add_page(&mut self, ctx: &mut Ctx, va: VirtAddr, pfn: Pfn, tr: &mut Trace) {
        self.note_page(va);
        self.add(ctx, Gathered::Page(pfn), tr);
    }

    /// Takes a huge page whose entry at `va` was cleared.
    pub(in crate::virt) fn add_huge(&mut self, ctx: &mut Ctx, va: VirtAddr, pfn: Pfn, tr: &mut Trace) {
        self.note_huge(va, ctx.rest.virt.mode.huge_size());
        self.add(ctx, Gathered::Page(pfn), tr);
    }

    /// Takes a table that was unlinked at `va`.
    pub(in crate::virt) fn add_table(&mut self, ctx: &mut Ctx, va: VirtAddr, pfn: Pfn, tr: &mut Trace) {
        self.note(va.page_start(), PAGE_SIZE);
        self.freed_tables = true;
        self.add(ctx, Gathered::Table(pfn), tr);
    }

    fn add(&mut self, ctx: &mut Ctx, item: Gathered, tr: &mut Trace) {
        self.batches[self.active].push(item);
        let limit = if self.active == 0 { LOCAL_PAGES } else { BATCH_PAGES };
        if self.batches[self.active].len() == limit && !self.next_batch(ctx, tr) {
            self.flush(ctx, tr);
        }
    }

    /// Goes to the next batch, allocating a frame for it unless one is left from before.
    fn next_batch(&mut self, ctx: &mut Ctx, tr: &mut Trace) -> bool {
        if self.active < self.frames.len() {
            self.active += 1;
            return true;
        }
        if self.frames.len() == BATCH_LIMIT {
            return false;
        }
        let Some(frame) = ctx.alloc_block(Order::ZERO, Gfp::NOWAIT | Gfp::NOWARN, tr) else { return false };
        self.frames.push(frame);
        self.batches.push(Vec::new());
        self.active += 1;
        true
    }

    /// Flushes the TLB, then frees what was gathered (`tlb_flush_mmu`).
    fn flush(&mut self, ctx: &mut Ctx, tr: &mut Trace) {
        if self.scope == Scope::Whole {
            if self.range.take().is_some() {
                ctx.rest.virt.flush_mm(ctx.cpu, self.mm, tr);
            }
        } else if let Some((start, end)) = self.range.take() {
            // Pages are flushed one by one; where only huge ones went, one of those at a time.
            let stride = if self.cleared_pages { PAGE_SIZE } else { ctx.rest.virt.mode.huge_size() };
            ctx.rest.virt.flush_strides(ctx.cpu, self.mm, (start, end), stride, tr);
        }
        self.cleared_pages = false;
        for batch in &mut self.batches {
            for items in batch.chunks(FREE_PAGES) {
                free_items(ctx, items, tr);
            }
            batch.clear();
        }
        self.active = 0;
    }

    /// Flushes, frees, and gives the frames of the notes back (`tlb_finish_mmu`).
    pub(in crate::virt) fn finish(mut self, ctx: &mut Ctx, tr: &mut Trace) {
        tr.span(Func::TlbFinishMmu, |tr| {
            self.flush(ctx, tr);
            for &frame in &self.frames {
                ctx.free_block(frame, Order::ZERO, tr);
            }
        });
    }
}

/// Drops the references; pages without any left and tables are freed together.
fn free_items(ctx: &mut Ctx, items: &[Gathered], tr: &mut Trace) {
    ctx.lru_add_drain(tr);
    let mut free = Vec::with_capacity(items.len());
    for &item in items {
        match item {
            Gathered::Table(pfn) => free.push(pfn),
            Gathered::Page(pfn) => {
                if ctx.put_page(pfn, tr) {
                    let head = ctx.compound_head(pfn);
                    ctx.leave_lru(head, tr);
                    ctx.collect_free(head, &mut free, tr);
                }
            }
        }
    }
    if !free.is_empty() {
        ctx.phys.free_page_list(&free, ctx.cpu, tr);
    }
}
