//! Taking mappings away: entries first, then the tables that nobody needs any more.
//!
//! Mirrors 6.1 `mm/memory.c`: `unmap_vmas`, `zap_pte_range`, `free_pgtables`,
//! `free_pgd_range`, and `mm/mmap.c: exit_mmap`.

use super::mmu_gather::{MmuGather, Scope};
use super::pte::{Entry, PteFlags};
use super::{MmCounter, MmId, PagingMode, Virt, Vma, VmaKey};
use crate::func::Func;
use crate::rest::Ctx;
use crate::store::Kind;
use crate::trace::Trace;
use crate::units::{PAGE_SIZE, Pfn, VirtAddr, count, index};

/// How much a leaf maps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LeafSize {
    /// A page: an entry of the last level.
    Page,
    /// A huge page: an entry of the level above.
    Huge,
}

/// An entry of the last level that is not empty, or a leaf of the level above.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LeafPlace {
    /// Address of the page.
    pub va: VirtAddr,
    /// Frame of the table.
    pub table: Pfn,
    /// Index in the table.
    pub index: u16,
    /// Raw entry.
    pub raw: u64,
    /// What it maps.
    pub size: LeafSize,
}

impl LeafPlace {
    /// Decodes the entry.
    pub fn entry(&self, mode: &PagingMode) -> Entry {
        mode.codec.decode(self.raw, self.size == LeafSize::Page)
    }

    /// Returns the first address after the page.
    pub fn end(&self, mode: &PagingMode) -> VirtAddr {
        let bytes = match self.size {
            LeafSize::Page => PAGE_SIZE,
            LeafSize::Huge => mode.huge_size(),
        };
        VirtAddr(self.va.0 + bytes)
    }
}

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
}

/// Entries that are collected before they are cleared.
const LEAVES: usize = 4096;

impl Unmapping {
    /// Returns how many entries are out, and how many pages the address space had.
    pub fn entries(&self) -> (u64, u64) {
        (self.done, self.total.max(self.done))
    }
}

/// A table of some depth and the first address it covers.
#[derive(Clone, Copy)]
struct TableAt {
    table: Pfn,
    depth: usize,
    base: u64,
}

impl Virt {
    /// Collects the entries of the last level in `start..end` that are not empty and the leaves
    /// above it that reach into the range, by address. Beyond the addresses of a process there
    /// are none: the kernel's entries are not its.
    pub fn leaf_entries(&self, mm: MmId, start: VirtAddr, end: VirtAddr) -> Vec<LeafPlace> {
        self.first_leaves(mm, start, end, usize::MAX)
    }

    /// Collects the first of them, at most `most`.
    fn first_leaves(&self, mm: MmId, start: VirtAddr, end: VirtAddr, most: usize) -> Vec<LeafPlace> {
        let mut found = Vec::new();
        let root = TableAt { table: self.root(mm), depth: 0, base: 0 };
        self.collect_leaves(root, (start.0, end.0.min(self.layout.task_size)), most, &mut found);
        found
    }

    fn collect_leaves(&self, at: TableAt, (start, end): (u64, u64), most: usize, found: &mut Vec<LeafPlace>) {
        let level = &self.mode.levels[at.depth];
        let table_end = at.base + (level.span() << level.bits);
        let (start, end) = (start.max(at.base), end.min(table_end));
        let mut va = start & !(level.span() - 1);
        while va < end && found.len() < most {
            let index = self.mode.index(VirtAddr(va), at.depth);
            let raw = self.tables.entry(at.table, index);
            if raw != 0 && at.depth == self.mode.leaf_depth() {
                let size = LeafSize::Page;
                found.push(LeafPlace { va: VirtAddr(va), table: at.table, index, raw, size });
            } else {
                match self.mode.codec.decode(raw, false) {
                    Entry::Table { table, .. } => {
                        let below = TableAt { table, depth: at.depth + 1, base: va };
                        self.collect_leaves(below, (start, end), most, found);
                    }
                    Entry::Leaf { .. } => {
                        let size = LeafSize::Huge;
                        found.push(LeafPlace { va: VirtAddr(va), table: at.table, index, raw, size });
                    }
                    Entry::None | Entry::Swap { .. } => {}
                }
            }
            va += level.span();
        }
    }
}

impl Ctx<'_> {
    /// Begins to clear every entry of the areas and to gather the pages (`unmap_vmas`).
    pub(super) fn unmap_vmas_begin(
        &mut self,
        mm: MmId,
        areas: Vec<Vma>,
        scope: Scope,
        tr: &mut Trace,
    ) -> Unmapping {
        tr.enter(Func::UnmapVmas);
        self.unmapping(mm, areas, scope)
    }

    /// Says what is to be taken out.
    pub(super) fn unmapping(&self, mm: MmId, areas: Vec<Vma>, scope: Scope) -> Unmapping {
        let total = self.rest.virt.rss(mm);
        Unmapping { mm, gather: MmuGather::new(mm, scope), areas, at: 0, next: None, done: 0, total }
    }

    /// Ends it where the areas stay: their tables stay too.
    pub(super) fn zap_end(&mut self, under_way: Unmapping, tr: &mut Trace) {
        under_way.gather.finish(self, tr);
    }

    /// Ends it: frees the tables that no area between `floor` and `ceiling` needs. Returns the
    /// areas, whose pages are out.
    pub(super) fn unmap_vmas_end(
        &mut self,
        under_way: Unmapping,
        limits: (u64, u64),
        tr: &mut Trace,
    ) -> Vec<Vma> {
        tr.leave();
        let Unmapping { mm, mut gather, areas, .. } = under_way;
        self.free_pgtables(&mut gather, mm, &areas, limits, tr);
        gather.finish(self, tr);
        areas
    }

    /// Does it for at most `most` pages; returns whether there may be more.
    pub(crate) fn unmap_some(&mut self, under_way: &mut Unmapping, most: u32, tr: &mut Trace) -> bool {
        let mut left = index(most);
        while let Some(vma) = under_way.areas.get(under_way.at) {
            let from = under_way.next.unwrap_or_else(|| {
                self.split_huge_at(under_way.mm, vma.start, tr);
                self.split_huge_at(under_way.mm, vma.end, tr);
                vma.start
            });
            let leaves = self.rest.virt.first_leaves(under_way.mm, from, vma.end, left.min(LEAVES));
            self.zap_leaves(&mut under_way.gather, under_way.mm, &leaves, tr);
            left -= leaves.len();
            under_way.done += u64::from(count(leaves.len()));
            under_way.next = leaves.last().map(|leaf| leaf.end(self.rest.virt.mode));
            if left == 0 {
                return true;
            }
            if leaves.len() == LEAVES {
                continue;
            }
            (under_way.at, under_way.next) = (under_way.at + 1, None);
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
    pub(super) fn rss_counter(&self, pfn: Pfn) -> MmCounter {
        match self.phys.mem_map.state(self.compound_head(pfn)).kind() {
            Kind::File => MmCounter::FilePages,
            Kind::Hole
            | Kind::Reserved
            | Kind::Free
            | Kind::Pcp
            | Kind::BeforeCapture
            | Kind::Kernel
            | Kind::PageTable
            | Kind::Anon
            | Kind::Slab => MmCounter::AnonPages,
        }
    }

    /// Frees the tables of areas that are going, as far as no area between `floor` and
    /// `ceiling` needs them (`free_pgtables`). Neighbours are taken together.
    pub(super) fn free_pgtables(
        &mut self,
        gather: &mut MmuGather,
        mm: MmId,
        areas: &[Vma],
        (floor, ceiling): (u64, u64),
        tr: &mut Trace,
    ) {
        tr.enter(Func::FreePgtables);
        let near = self.rest.virt.mode.levels[self.rest.virt.mode.leaf_depth() - 1].span();
        let mut at = 0;
        while at < areas.len() {
            let start = areas[at].start.0;
            while at + 1 < areas.len() && areas[at + 1].start.0 <= areas[at].end.0 + near {
                at += 1;
            }
            let end = areas[at].end.0;
            at += 1;
            let limit = areas.get(at).map_or(ceiling, |next| next.start.0);
            self.free_pgd_range(gather, mm, (start, end), (floor, limit), tr);
        }
        tr.leave();
    }

    /// Frees the tables below the root that lie wholly between `floor` and `ceiling`.
    fn free_pgd_range(
        &mut self,
        gather: &mut MmuGather,
        mm: MmId,
        (start, end): (u64, u64),
        (floor, ceiling): (u64, u64),
        tr: &mut Trace,
    ) {
        let near = self.rest.virt.mode.levels[self.rest.virt.mode.leaf_depth() - 1].span();
        let mut start = start & !(near - 1);
        if start < floor {
            start += near;
        }
        let ceiling = self.round_ceiling(ceiling, near);
        let end = if end > ceiling { end.saturating_sub(near) } else { end };
        if start < end {
            let root = TableAt { table: self.rest.virt.root(mm), depth: 0, base: 0 };
            self.free_below(gather, mm, root, (start, end), (floor, ceiling), tr);
        }
    }

    /// Rounds a ceiling down to whole tables; the end of user space is no neighbour.
    fn round_ceiling(&self, ceiling: u64, span: u64) -> u64 {
        if ceiling >= self.rest.virt.layout.task_size { u64::MAX } else { ceiling & !(span - 1) }
    }

    /// Frees the tables that the entries of `at` in the range point to, deepest first.
    fn free_below(
        &mut self,
        gather: &mut MmuGather,
        mm: MmId,
        at: TableAt,
        (start, end): (u64, u64),
        (floor, ceiling): (u64, u64),
        tr: &mut Trace,
    ) {
        let level = self.rest.virt.mode.levels[at.depth];
        let mut va = start;
        while va < end {
            let base = va & !(level.span() - 1);
            let next = (base + level.span()).min(end);
            let index = self.rest.virt.mode.index(VirtAddr(va), at.depth);
            let raw = self.rest.virt.tables.entry(at.table, index);
            if raw & self.rest.virt.mode.codec.hardware.present != 0 {
                let table = Pfn(self.rest.virt.mode.codec.pfn(raw));
                let below = TableAt { table, depth: at.depth + 1, base };
                if below.depth < self.rest.virt.mode.leaf_depth() {
                    self.free_below(gather, mm, below, (va, next), (floor, ceiling), tr);
                }
                let whole = base >= floor && next <= self.round_ceiling(ceiling, level.span());
                if whole || below.depth == self.rest.virt.mode.leaf_depth() {
                    let parent = (at.table, index);
                    let pfn = self.unlink_table(mm, VirtAddr(va), below.depth, parent, tr);
                    gather.add_table(self, VirtAddr(va), pfn, tr);
                }
            }
            va = next;
        }
    }

    /// Begins to take everything out of an address space that ends (`exit_mmap`): pages, then
    /// tables, then areas. The root goes later, with the last reference.
    pub(crate) fn exit_mmap_begin(&mut self, mm: MmId, tr: &mut Trace) -> Unmapping {
        tr.enter(Func::ExitMmap);
        self.lru_add_drain(tr);
        let areas: Vec<Vma> = self.rest.virt.areas(mm).cloned().collect();
        self.unmap_vmas_begin(mm, areas, Scope::Whole, tr)
    }

    /// Takes out tables and areas once the pages are.
    pub(crate) fn exit_mmap_end(&mut self, under_way: Unmapping, tr: &mut Trace) {
        let mm = under_way.mm;
        let areas = self.unmap_vmas_end(under_way, (0, self.rest.virt.layout.task_size), tr);
        for vma in &areas {
            self.rest.virt.vmas.remove(VmaKey::new(mm, vma.start), tr);
            self.rest.virt.add_mm(mm, MmCounter::MapCount, -1, tr);
            self.rest.virt.count_shared_user(&vma.backing, -1, tr);
            tr.emit(super::mmap::Event::Removed { mm, start: vma.start, end: vma.end });
        }
        self.remove_areas(mm, &areas, tr);
        tr.leave();
    }
}
