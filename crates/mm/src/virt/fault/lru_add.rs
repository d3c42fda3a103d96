//! Each CPU's batch of new pages that wait to be put on an LRU list.
//!
//! A new page is held in a batch of 15; until the batch is full, or somebody drains it, the
//! page is on no list, which is why a process's last pages carry no `lru` flag. Mirrors 6.1
//! `mm/swap.c`: `folio_add_lru`, `lru_add_drain`.

use crate::config::CpuId;
use crate::rest::Ctx;
use crate::store::{PageFlags, Table, TableId};
use crate::trace::Trace;
use crate::units::{Order, Pfn, low32};

/// Pages that a batch holds (`PAGEVEC_SIZE`).
pub const BATCH_PAGES: u32 = 15;
const WORDS: u32 = 1 + BATCH_PAGES;

pub(in crate::virt) fn table(cpus: u8) -> Table {
    Table::new(TableId::LruAdd, u64::from(WORDS) * u64::from(cpus))
}

impl Ctx<'_> {
    /// Hands a new page over; a batch that becomes full, or gets a huge page, goes to the list.
    pub(in crate::virt) fn lru_add(&mut self, pfn: Pfn, tr: &mut Trace) {
        self.get_page(pfn, tr);
        let state = self.phys.frames.mem_map.state(pfn);
        let flags = state.flags().with(PageFlags::LRU_BATCH);
        self.phys.frames.mem_map.set_state(pfn, state.with_flags(flags), tr);
        let base = u32::from(self.cpu.0) * WORDS;
        let held = low32(self.rest.virt.lru_add.get(base));
        self.rest.virt.lru_add.set(base + 1 + held, u64::from(pfn.0), tr);
        self.rest.virt.lru_add.set(base, u64::from(held + 1), tr);
        if held + 1 == BATCH_PAGES || state.order() > Order::ZERO {
            self.lru_add_drain(tr);
        }
    }

    /// Puts the pages of the running CPU's batch on the list of inactive anonymous pages. One
    /// that another CPU unmapped meanwhile has no user left but the batch: it is freed.
    pub(crate) fn lru_add_drain(&mut self, tr: &mut Trace) {
        let base = u32::from(self.cpu.0) * WORDS;
        let held = low32(self.rest.virt.lru_add.get(base));
        let mut unused = Vec::new();
        for at in 0..held {
            let pfn = Pfn(low32(self.rest.virt.lru_add.get(base + 1 + at)));
            let state = self.phys.frames.mem_map.state(pfn);
            let flags = state.flags().without(PageFlags::LRU_BATCH).with(PageFlags::LRU);
            self.phys.frames.mem_map.set_state(pfn, state.with_flags(flags), tr);
            self.count_lru(pfn, 1, tr);
            self.rest.virt.lru_add.set(base + 1 + at, 0, tr);
            if self.put_page(pfn, tr) {
                self.leave_lru(pfn, tr);
                self.collect_free(pfn, &mut unused, tr);
            }
        }
        self.rest.virt.lru_add.set(base, 0, tr);
        if !unused.is_empty() {
            self.phys.free_page_list(&unused, self.cpu, tr);
        }
    }
}

impl crate::virt::Virt {
    /// Iterates over the pages in a CPU's batch, oldest first.
    pub fn lru_batch(&self, cpu: CpuId) -> impl Iterator<Item = Pfn> + '_ {
        let base = u32::from(cpu.0) * WORDS;
        (0..low32(self.lru_add.get(base))).map(move |at| Pfn(low32(self.lru_add.get(base + 1 + at))))
    }
}
