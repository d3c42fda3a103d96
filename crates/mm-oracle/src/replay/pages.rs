//! What can be done with the pages of a dump that tells what every frame is used for.
//!
//! Nobody's address space is known, only what moving a page needs: what it belongs to, and how
//! many references and entries it has. What the real machine reclaimed for itself is input: it is
//! freed here when the model reclaims.

use std::collections::VecDeque;

use mm::config::CpuId;
use mm::import::compaction::{CompactionState, PageMapping};
use mm::phys::Phys;
use mm::phys::relief::{Isolation, MigrateMode, ReclaimRequest, Relief, Unmovable};
use mm::store::{Kind, PageFlags};
use mm::trace::Trace;
use mm::units::{Order, Pfn, count};
use mm::virt::fault::lru_add::BATCH_PAGES;

/// A block that was freed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FreedBlock {
    /// The block.
    pub pfn: Pfn,
    /// Its order.
    pub order: Order,
}

/// What a direct reclaim did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reclaimed {
    /// What it freed, in order.
    pub freed: Vec<FreedBlock>,
    /// How many pages it says it reclaimed.
    pub number: u64,
}

/// The pages of a dump.
#[derive(Clone, Debug)]
pub struct CapturedPages {
    /// What a page belongs to, by the class that its owner word names.
    mappings: Vec<PageMapping>,
    /// Pages that wait to be put on an LRU list.
    batch: Vec<Pfn>,
    /// What each reclaim to come will do.
    reclaims: VecDeque<Reclaimed>,
    /// Whether the process that asks is scheduled in real time.
    real_time: bool,
    /// The first block that reclaim could not free, since it is free here.
    pub not_in_use: Option<FreedBlock>,
}

impl CapturedPages {
    /// Makes the pages of `state`; `reclaims` are what direct reclaim did, in order. Whoever dumps
    /// such states runs in real time, so that nobody else does.
    pub fn new(state: &CompactionState, reclaims: Vec<Reclaimed>) -> CapturedPages {
        CapturedPages {
            mappings: state.classes.iter().map(|class| class.mapping).collect(),
            batch: state.batch.clone(),
            reclaims: reclaims.into(),
            real_time: true,
            not_in_use: None,
        }
    }

    fn mapping(&self, phys: &Phys, pfn: Pfn) -> PageMapping {
        let class = phys.captured_class(pfn);
        class.and_then(|class| self.mappings.get(class).copied()).unwrap_or(PageMapping::None)
    }

    fn drain_batch(&mut self, phys: &mut Phys, tr: &mut Trace) {
        for pfn in core::mem::take(&mut self.batch) {
            let state = phys.frames.mem_map.state(pfn);
            if !state.flags().contains(PageFlags::LRU_BATCH) {
                continue;
            }
            let flags = state.flags().without(PageFlags::LRU_BATCH).with(PageFlags::LRU);
            let (refcount, mappings) = (phys.frames.mem_map.refcount(pfn), phys.frames.mem_map.mappings(pfn));
            let state = state.with_flags(flags);
            phys.frames.mem_map.set_counted(pfn, state, refcount.saturating_sub(1), mappings, tr);
        }
    }
}

/// Frees a block that the real machine freed; `false` when it is not in use here.
pub fn free_in_use(phys: &mut Phys, block: FreedBlock, cpu: CpuId, tr: &mut Trace) -> bool {
    let is_in_use = phys.split_in_use(block.pfn, block.order, tr);
    if is_in_use {
        phys.free_pages(block.pfn, block.order, cpu, tr);
    }
    is_in_use
}

impl Relief for CapturedPages {
    fn lru_add_drain(&mut self, phys: &mut Phys, _cpu: CpuId, tr: &mut Trace) {
        self.drain_batch(phys, tr);
    }

    fn lru_add_drain_all(&mut self, phys: &mut Phys, _cpu: CpuId, tr: &mut Trace) {
        self.drain_batch(phys, tr);
    }

    fn isolate_page(
        &mut self,
        phys: &mut Phys,
        pfn: Pfn,
        mode: MigrateMode,
        _cpu: CpuId,
        tr: &mut Trace,
    ) -> Isolation {
        let state = phys.frames.mem_map.state(pfn);
        // Such a page has to be written before it moves: only who may wait for that takes it.
        let must_be_written =
            state.flags().contains(PageFlags::DIRTY) && self.mapping(phys, pfn) == PageMapping::Stays;
        if must_be_written && mode != MigrateMode::Sync {
            return Isolation::Refused;
        }
        let state = state.with_flags(state.flags().without(PageFlags::LRU));
        phys.frames.mem_map.set_state(pfn, state, tr);
        phys.frames.mem_map.set_refcount(pfn, phys.frames.mem_map.refcount(pfn) + 1, tr);
        Isolation::Taken
    }

    fn putback_page(&mut self, phys: &mut Phys, pfn: Pfn, _cpu: CpuId, tr: &mut Trace) {
        let state = phys.frames.mem_map.state(pfn);
        let state = state.with_flags(state.flags().with(PageFlags::LRU));
        phys.frames.mem_map.set_state(pfn, state, tr);
        phys.frames.mem_map.set_refcount(pfn, phys.frames.mem_map.refcount(pfn).saturating_sub(1), tr);
    }

    fn migrate_page(
        &mut self,
        phys: &mut Phys,
        from: Pfn,
        to: Pfn,
        _cpu: CpuId,
        tr: &mut Trace,
    ) -> Result<(), Unmovable> {
        let (page, mapping) = (phys.frames.mem_map.page(from), self.mapping(phys, from));
        if mapping == PageMapping::Stays {
            return Err(Unmovable::Kind);
        }
        let state = page.state();
        let flags = state.flags().with(PageFlags::LRU_BATCH);
        let (refcount, mappings) = (phys.frames.mem_map.refcount(from), phys.frames.mem_map.mappings(from));
        phys.frames.mem_map.set_counted(to, state.with_flags(flags), refcount, mappings, tr);
        phys.frames.mem_map.set_owner(to, page.owner(), tr);
        let bare = state.with_kind(Kind::Kernel).with_flags(PageFlags::NONE);
        phys.frames.mem_map.set_counted(from, bare, 1, 0, tr);
        self.batch.push(to);
        if mappings > 0 || count(self.batch.len()) == BATCH_PAGES {
            self.drain_batch(phys, tr);
        }
        Ok(())
    }

    fn try_to_free_pages(&mut self, phys: &mut Phys, request: ReclaimRequest, tr: &mut Trace) -> u64 {
        let Some(reclaimed) = self.reclaims.pop_front() else { return 0 };
        for block in reclaimed.freed {
            if !free_in_use(phys, block, request.cpu, tr) {
                self.not_in_use.get_or_insert(block);
            }
        }
        reclaimed.number
    }

    fn is_real_time(&self, _cpu: CpuId) -> bool {
        self.real_time
    }
}
