//! Entries of huge pages when they change or go: spare tables, cutting, unmapping, rights.
//!
//! Cutting an entry gives each frame an entry of its own; the frames stay one page, which is
//! freed as a whole when its last frame is unmapped. Mirrors 6.1 `mm/huge_memory.c`:
//! `__split_huge_pmd`, `zap_huge_pmd`, `change_huge_pmd`, `vma_adjust_trans_huge`.

use crate::errno::Errno;
use crate::func::Func;
use crate::identity::Identity;
use crate::phys::zone::vmstat::VmEvent;
use crate::rest::Ctx;
use crate::store::PageFlags;
use crate::trace::Trace;
use crate::units::{Order, Pfn, VirtAddr};
use crate::virt::MmId;
use crate::virt::paging::leaf::LeafPlace;
use crate::virt::paging::page_table::Event as TableEvent;
use crate::virt::paging::pte::{Entry, PteFlags};
use crate::virt::rmap::compound::Event;
use crate::virt::tlb::mmu_gather::MmuGather;

impl Ctx<'_> {
    /// Allocates the table that a huge page will leave with its directory.
    pub(super) fn new_spare_table(
        &mut self,
        mm: MmId,
        haddr: VirtAddr,
        tr: &mut Trace,
    ) -> Result<Pfn, Errno> {
        tr.span(Func::PteAlloc, |tr| self.new_table(mm, haddr, self.rest.virt.mode.leaf_depth(), tr))
    }

    /// Leaves the spare table with the directory and writes the entry of a huge page.
    pub(super) fn set_huge_entry(
        &mut self,
        mm: MmId,
        haddr: VirtAddr,
        (pfn, flags): (Pfn, PteFlags),
        spare: Pfn,
        tr: &mut Trace,
    ) {
        let depth = self.rest.virt.mode.leaf_depth();
        let directory = self.rest.virt.table_at(mm, haddr, depth - 1).expect("the directory of a huge page");
        self.phys.frames.mem_map.deposit(directory, spare, tr);
        self.count_table(mm, spare, depth, 1, tr);
        tr.emit(TableEvent::Deposited { directory, pfn: spare });
        let raw = self.rest.virt.mode.codec.encode_large(pfn, flags);
        self.rest.virt.set_huge(mm, haddr, (directory, self.rest.virt.mode.index(haddr, depth - 1)), raw, tr);
    }

    fn withdraw(&mut self, directory: Pfn, tr: &mut Trace) -> Pfn {
        let spare =
            self.phys.frames.mem_map.withdraw(directory, tr).expect("a spare table for each huge page");
        tr.emit(TableEvent::Withdrawn { directory, pfn: spare });
        spare
    }

    /// Cuts the entry of the huge page that reaches over `at`, if one does.
    pub(in crate::virt) fn split_huge_at(&mut self, mm: MmId, at: VirtAddr, tr: &mut Trace) {
        if at.0.is_multiple_of(self.rest.virt.mode.huge_size()) || at.0 >= self.rest.virt.layout.task_size {
            return;
        }
        if let Some(leaf) = self.rest.virt.huge_leaf(mm, at) {
            self.split_huge(mm, &leaf, tr);
        }
    }

    /// Cuts the entries of huge pages that reach over a border of areas at either address: an
    /// area has all of a huge page or nothing of it (`vma_adjust_trans_huge`).
    pub(in crate::virt) fn split_at_borders(
        &mut self,
        mm: MmId,
        (start, end): (VirtAddr, VirtAddr),
        tr: &mut Trace,
    ) {
        for at in [start, end] {
            if self.rest.virt.find_vma(mm, at).is_none_or(|vma| vma.start >= at) {
                self.split_huge_at(mm, at, tr);
            }
        }
    }

    /// Replaces the entry of a huge page by a table of entries (`__split_huge_pmd`).
    pub(in crate::virt) fn split_huge(&mut self, mm: MmId, leaf: &LeafPlace, tr: &mut Trace) {
        tr.span(Func::SplitHugePmd, |tr| {
            self.count_event(VmEvent::ThpSplitPmd, tr);
            let Entry::Leaf { pfn, flags } = leaf.entry(self.rest.virt.mode) else { unreachable!("a leaf") };
            self.rest.virt.flush_range(self.cpu, mm, leaf.va, leaf.end(self.rest.virt.mode), tr);
            let zeroes = self.rest.virt.huge_zero_page() == Some(pfn);
            if !zeroes {
                if flags.contains(PteFlags::DIRTY) {
                    let state = self.phys.frames.mem_map.state(pfn);
                    let dirty = state.with_flags(state.flags().with(PageFlags::DIRTY));
                    self.phys.frames.mem_map.set_state(pfn, dirty, tr);
                }
                self.split_rmap(pfn, tr);
            }
            let table = self.withdraw(leaf.table, tr);
            let depth = self.rest.virt.mode.leaf_depth();
            self.phys.frames.mem_map.set_owner(
                table,
                Identity::Table { mm, depth, start: leaf.va }.owner(),
                tr,
            );
            let codec = self.rest.virt.mode.codec;
            for index in 0..self.rest.virt.mode.levels[depth].entries() {
                let raw = if zeroes {
                    codec.encode_page(self.rest.virt.layout.zero_page, flags.with(PteFlags::SPECIAL))
                } else {
                    codec.encode_page(pfn.add(u32::from(index)), flags)
                };
                self.rest.virt.tables.set_page(table, index, raw, tr);
            }
            self.rest.virt.tables.set(leaf.table, leaf.index, codec.encode_table(table), tr);
            tr.emit(Event::Split { mm, haddr: leaf.va, pfn, table });
        });
    }

    /// Clears the entry of a huge page and gathers it; the spare table goes at once
    /// (`zap_huge_pmd`).
    pub(in crate::virt) fn zap_huge(
        &mut self,
        gather: &mut MmuGather,
        mm: MmId,
        leaf: &LeafPlace,
        tr: &mut Trace,
    ) {
        tr.span(Func::ZapHugePmd, |tr| {
            let Entry::Leaf { pfn, .. } = leaf.entry(self.rest.virt.mode) else { unreachable!("a leaf") };
            self.rest.virt.set_huge(mm, leaf.va, (leaf.table, leaf.index), 0, tr);
            gather.note_huge(leaf.va, self.rest.virt.mode.huge_size());
            let zeroes = self.rest.virt.huge_zero_page() == Some(pfn);
            if !zeroes {
                self.remove_huge_rmap(pfn, tr);
            }
            let spare = self.withdraw(leaf.table, tr);
            self.count_table(mm, spare, self.rest.virt.mode.leaf_depth(), -1, tr);
            self.free_block(spare, Order::ZERO, tr);
            if !zeroes {
                let pages = i64::from(self.rest.virt.mode.huge_order().pages());
                self.rest.virt.add_mm(mm, self.rss_counter(pfn), -pages, tr);
                gather.add_huge(self, leaf.va, pfn, tr);
            }
        });
    }
}
