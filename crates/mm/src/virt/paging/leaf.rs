//! Leaves: entries that map something, found by address.

use super::pte::Entry;
use crate::units::{PAGE_SIZE, Pfn, VirtAddr};
use crate::virt::{MmId, PagingMode, Virt};

/// Entries that are looked at for each that is to be found.
const LEAF_ENTRIES: usize = 16;

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

/// The first entries of a range, by address.
pub(in crate::virt) struct Leaves {
    /// Those that are not empty.
    pub(in crate::virt) found: Vec<LeafPlace>,
    /// Where the search goes on; `None` at the end of the range.
    pub(in crate::virt) next: Option<VirtAddr>,
}

/// A table of some depth and the first address it covers.
#[derive(Clone, Copy, Debug)]
pub(in crate::virt) struct TableAt {
    pub(in crate::virt) table: Pfn,
    pub(in crate::virt) depth: usize,
    pub(in crate::virt) base: u64,
}

impl Virt {
    /// Collects the entries of the last level in `start..end` that are not empty and the leaves
    /// above it that reach into the range, by address. Beyond the addresses of a process there
    /// are none: the kernel's entries are not its.
    pub fn leaf_entries(&self, mm: MmId, start: VirtAddr, end: VirtAddr) -> Vec<LeafPlace> {
        self.first_leaves(mm, (start, end), usize::MAX).found
    }

    /// Collects the first of them, at most `most`, looking at some entries for each.
    pub(in crate::virt) fn first_leaves(
        &self,
        mm: MmId,
        (start, end): (VirtAddr, VirtAddr),
        most: usize,
    ) -> Leaves {
        let mut leaves = Leaves { found: Vec::new(), next: None };
        let root = TableAt { table: self.root(mm), depth: 0, base: 0 };
        let mut entries = most.saturating_mul(LEAF_ENTRIES);
        let range = (start.0, end.0.min(self.layout.task_size));
        self.collect_leaves(root, range, (most, &mut entries), &mut leaves);
        leaves
    }

    fn collect_leaves(
        &self,
        at: TableAt,
        (start, end): (u64, u64),
        (most, entries): (usize, &mut usize),
        leaves: &mut Leaves,
    ) {
        let level = &self.mode.levels[at.depth];
        let table_end = at.base + (level.span() << level.bits);
        let (start, end) = (start.max(at.base), end.min(table_end));
        if at.depth == self.mode.leaf_depth() {
            return self.collect_pages(at, (start, end), (most, entries), leaves);
        }
        let mut va = start & !(level.span() - 1);
        while va < end && leaves.next.is_none() {
            if *entries == 0 || leaves.found.len() == most {
                leaves.next = Some(VirtAddr(va.max(start)));
                return;
            }
            *entries -= 1;
            let index = self.mode.index(VirtAddr(va), at.depth);
            let raw = self.tables.entry(at.table, index);
            match self.mode.codec.decode(raw, false) {
                Entry::Table { table, .. } => {
                    let below = TableAt { table, depth: at.depth + 1, base: va };
                    self.collect_leaves(below, (start, end), (most, entries), leaves);
                }
                Entry::Leaf { .. } => {
                    let size = LeafSize::Huge;
                    leaves.found.push(LeafPlace { va: VirtAddr(va), table: at.table, index, raw, size });
                }
                Entry::None | Entry::Swap { .. } => {}
            }
            va += level.span();
        }
    }

    /// Collects entries of one table of the last level.
    fn collect_pages(
        &self,
        at: TableAt,
        (start, end): (u64, u64),
        (most, entries): (usize, &mut usize),
        leaves: &mut Leaves,
    ) {
        let mut va = start & !(PAGE_SIZE - 1);
        let [first, last] = [va, end - 1].map(|va| self.mode.index(VirtAddr(va), at.depth));
        for (index, raw) in self.tables.raw_entries(at.table, first..last + 1) {
            if *entries == 0 || leaves.found.len() == most {
                leaves.next = Some(VirtAddr(va.max(start)));
                return;
            }
            *entries -= 1;
            if raw != 0 {
                let size = LeafSize::Page;
                leaves.found.push(LeafPlace { va: VirtAddr(va), table: at.table, index, raw, size });
            }
            va += PAGE_SIZE;
        }
    }
}
