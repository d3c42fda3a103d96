//! Taking mappings away: entries first, then the tables that nobody needs any more.
//!
//! Mirrors 6.1 `mm/memory.c`: `unmap_vmas`, `zap_pte_range`, and `mm/mmap.c: exit_mmap`.

use super::free_pgtables::FreePgtables;
use crate::func::Func;
use crate::rest::Ctx;
use crate::store::Kind;
use crate::trace::Trace;
use crate::units::{Pfn, VirtAddr, count, index};
use crate::virt::paging::leaf::{LeafPlace, LeafSize};
use crate::virt::paging::pte::{Entry, PteFlags};
use crate::virt::tlb::mmu_gather::{MmuGather, Scope};
use crate::virt::{MmCounter, MmId, Vma};

/// Areas whose pages are on their way out.
#[derive(Debug)]
pub struct Unmapping {
    /// The address space.
    pub mm: MmId,
    gather: MmuGather,
    areas: Vec<Vma>,
    at: usize,
    /// Where to go on in the area; `None` before its first page.
    next: Option<VirtAddr>,
    /// Entries that are out: a huge page is one.
    done: u64,
    /// Pages that were resident at first.
    pub total: u64,
    tables: Tables,
}

/// What becomes of the tables of areas that are going.
#[derive(Debug)]
enum Tables {
    /// They stay, or have gone.
    Stay,
    /// Those that no area between these addresses needs go once the pages are out.
    Within((u64, u64)),
    /// They are going.
    Going(FreePgtables),
}

/// Entries that are collected before they are cleared.
const LEAVES: usize = 4096;
/// Entries that an area counts as.
const AREA_ENTRIES: usize = 8;

impl Unmapping {
    /// Returns how many entries are out, and how many pages the address space had.
    pub fn entries(&self) -> (u64, u64) {
        (self.done, self.total.max(self.done))
    }
}

impl Ctx<'_> {
    /// Begins to clear every entry of the areas and to gather the pages (`unmap_vmas`); the tables
    /// that no area between the limits needs go after them.
    pub(in crate::virt) fn unmap_vmas_begin(
        &mut self,
        mm: MmId,
        areas: Vec<Vma>,
        (scope, limits): (Scope, (u64, u64)),
        tr: &mut Trace,
    ) -> Unmapping {
        tr.enter(Func::UnmapVmas);
        let mut under_way = self.unmapping(mm, areas, scope);
        under_way.tables = Tables::Within(limits);
        under_way
    }

    /// Says what is to be taken out.
    pub(in crate::virt) fn unmapping(&self, mm: MmId, areas: Vec<Vma>, scope: Scope) -> Unmapping {
        let total = self.rest.virt.rss(mm);
        let gather = MmuGather::new(mm, scope);
        Unmapping { mm, gather, areas, at: 0, next: None, done: 0, total, tables: Tables::Stay }
    }

    /// Ends it where the areas stay: their tables stay too.
    pub(in crate::virt) fn zap_end(&mut self, under_way: Unmapping, tr: &mut Trace) {
        under_way.gather.finish(self, tr);
    }

    /// Ends it once pages and tables are out; returns the areas.
    pub(in crate::virt) fn unmap_vmas_end(&mut self, under_way: Unmapping, tr: &mut Trace) -> Vec<Vma> {
        let Unmapping { gather, areas, .. } = under_way;
        gather.finish(self, tr);
        areas
    }

    /// Takes out at most `most` pages, or tables that come to about as much work; returns whether
    /// there may be more.
    pub(crate) fn unmap_vmas_go_on(&mut self, under_way: &mut Unmapping, most: u32, tr: &mut Trace) -> bool {
        if let Tables::Within(limits) = under_way.tables {
            if self.unmap_some(under_way, most, tr) {
                return true;
            }
            tr.leave();
            tr.enter(Func::FreePgtables);
            under_way.tables = Tables::Going(FreePgtables::new(limits));
        }
        let Unmapping { mm, gather, areas, tables, .. } = under_way;
        if let Tables::Going(freeing) = tables {
            if self.free_pgtables_some(freeing, (gather, *mm, areas), most, tr) {
                return true;
            }
            tr.leave();
            *tables = Tables::Stay;
        }
        false
    }

    /// Does it for at most `most` pages; returns whether there may be more.
    pub(in crate::virt) fn unmap_some(
        &mut self,
        under_way: &mut Unmapping,
        most: u32,
        tr: &mut Trace,
    ) -> bool {
        let mut left = index(most);
        while let Some(vma) = under_way.areas.get(under_way.at) {
            if left == 0 {
                return true;
            }
            let from = under_way.next.unwrap_or_else(|| {
                self.split_huge_at(under_way.mm, vma.start, tr);
                self.split_huge_at(under_way.mm, vma.end, tr);
                vma.start
            });
            let leaves = self.rest.virt.first_leaves(under_way.mm, (from, vma.end), left.min(LEAVES));
            self.zap_leaves(&mut under_way.gather, under_way.mm, &leaves.found, tr);
            let found = leaves.found.len();
            under_way.done += u64::from(count(found));
            under_way.next = leaves.next;
            // Fewer than asked for: the search was as long as if it had found them.
            left = left.saturating_sub(if leaves.next.is_some() {
                left.min(LEAVES)
            } else {
                found + AREA_ENTRIES
            });
            if leaves.next.is_none() {
                under_way.at += 1;
            }
        }
        false
    }

    fn zap_leaves(&mut self, gather: &mut MmuGather, mm: MmId, leaves: &[LeafPlace], tr: &mut Trace) {
        for leaf in leaves {
            if leaf.size == LeafSize::Huge {
                self.zap_huge(gather, mm, leaf, tr);
            } else if let Entry::Leaf { pfn, flags } = leaf.entry(self.rest.virt.mode)
                && !flags.contains(PteFlags::SPECIAL)
            {
                self.rest.virt.add_mm(mm, self.rss_counter(pfn), -1, tr);
                self.remove_rmap(pfn, tr);
                self.rest.virt.set_leaf(mm, leaf.va, (leaf.table, leaf.index), 0, tr);
                gather.add_page(self, leaf.va, pfn, tr);
            } else {
                self.rest.virt.set_leaf(mm, leaf.va, (leaf.table, leaf.index), 0, tr);
                gather.note_page(leaf.va);
            }
        }
    }

    /// Returns which resident counter a mapped frame belongs to (`mm_counter`).
    pub(in crate::virt) fn rss_counter(&self, pfn: Pfn) -> MmCounter {
        match self.phys.frames.mem_map.state(self.compound_head(pfn)).kind() {
            Kind::File => MmCounter::FilePages,
            Kind::Hole
            | Kind::Reserved
            | Kind::Free
            | Kind::Pcp
            | Kind::Unknown
            | Kind::Kernel
            | Kind::PageTable
            | Kind::Anon
            | Kind::Slab => MmCounter::AnonPages,
        }
    }

    /// Begins to take everything out of an address space that ends (`exit_mmap`): pages, then
    /// tables, then areas. The root goes later, with the last reference.
    pub(crate) fn exit_mmap_begin(&mut self, mm: MmId, tr: &mut Trace) -> Unmapping {
        tr.enter(Func::ExitMmap);
        self.lru_add_drain(tr);
        let areas: Vec<Vma> = self.rest.virt.areas(mm).cloned().collect();
        self.unmap_vmas_begin(mm, areas, (Scope::Whole, (0, self.rest.virt.layout.task_size)), tr)
    }

    /// Takes out the areas once pages and tables are.
    pub(crate) fn exit_mmap_end(&mut self, under_way: Unmapping, tr: &mut Trace) {
        let mm = under_way.mm;
        let areas = self.unmap_vmas_end(under_way, tr);
        for vma in &areas {
            self.rest.virt.vmas.remove(mm, vma.start, tr);
            self.rest.virt.add_mm(mm, MmCounter::MapCount, -1, tr);
            self.rest.virt.count_shared_user(&vma.backing, -1, tr);
            tr.emit(super::mmap::Event::Removed { mm, start: vma.start, end: vma.end });
        }
        self.remove_areas(mm, &areas, tr);
        tr.leave();
    }
}
