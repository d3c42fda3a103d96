//! What `/proc/PID/smaps` counts of an area: its pages by how they are used.
//!
//! Mirrors 6.1 `fs/proc/task_mmu.c`: `smaps_pte_entry`, `smaps_pmd_entry`, `smaps_account`.

use super::vma::{VmFlags, Vma};
use crate::phys::Phys;
use crate::store::{Kind, PageFlags};
use crate::units::{Order, PAGE_SIZE, Pfn};
use crate::virt::paging::leaf::{LeafPlace, LeafSize};
use crate::virt::paging::pte::{Entry, PteFlags};
use crate::virt::rmap::compound::{compound_head, frame_mappings};
use crate::virt::{MmId, Virt};

/// Bits below the point of a share of a page (`PSS_SHIFT`).
const PSS_SHIFT: u32 = 12;

/// Entries that are collected before they are counted.
const LEAVES: usize = 1024;

/// Sums over the pages of an area, in bytes; zeroes that are shared by all count nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MemSize {
    /// Mapped, present or not.
    pub size: u64,
    /// Present.
    pub rss: u64,
    /// The same, each page divided by the number of entries that map it, times 2^12.
    pss: u64,
    /// The dirty part of that.
    pss_dirty: u64,
    /// The part of it in areas that are locked.
    pss_locked: u64,
    /// Mapped more than once, not written.
    pub shared_clean: u64,
    /// Mapped more than once, written.
    pub shared_dirty: u64,
    /// Mapped once, not written.
    pub private_clean: u64,
    /// Mapped once, written.
    pub private_dirty: u64,
    /// Used since the marks were last cleared.
    pub referenced: u64,
    /// Of no file.
    pub anonymous: u64,
    /// Given up with `MADV_FREE`.
    pub lazyfree: u64,
    /// Mapped by entries of huge pages.
    pub anon_huge: u64,
}

impl MemSize {
    /// Returns the proportional share.
    pub fn pss(&self) -> u64 {
        self.pss >> PSS_SHIFT
    }

    /// Returns the proportional share of what is dirty.
    pub fn pss_dirty(&self) -> u64 {
        self.pss_dirty >> PSS_SHIFT
    }

    /// Returns the proportional share of what is locked.
    pub fn locked(&self) -> u64 {
        self.pss_locked >> PSS_SHIFT
    }

    /// Adds another area's sums.
    #[must_use]
    pub fn plus(&self, other: &MemSize) -> MemSize {
        MemSize {
            size: self.size + other.size,
            rss: self.rss + other.rss,
            pss: self.pss + other.pss,
            pss_dirty: self.pss_dirty + other.pss_dirty,
            pss_locked: self.pss_locked + other.pss_locked,
            shared_clean: self.shared_clean + other.shared_clean,
            shared_dirty: self.shared_dirty + other.shared_dirty,
            private_clean: self.private_clean + other.private_clean,
            private_dirty: self.private_dirty + other.private_dirty,
            referenced: self.referenced + other.referenced,
            anonymous: self.anonymous + other.anonymous,
            lazyfree: self.lazyfree + other.lazyfree,
            anon_huge: self.anon_huge + other.anon_huge,
        }
    }

    fn add(
        &mut self,
        phys: &Phys,
        leaf: &LeafPlace,
        (pfn, flags): (Pfn, PteFlags),
        pages: u32,
        area: VmFlags,
    ) {
        let head = compound_head(&phys.frames.mem_map, pfn);
        let state = phys.frames.mem_map.state(head);
        let (is_compound, whole) = (state.order() > Order::ZERO, phys.frames.mem_map.mappings(head));
        let bytes = u64::from(pages) * PAGE_SIZE;
        let dirty = flags.contains(PteFlags::DIRTY) || state.flags().contains(PageFlags::DIRTY);
        self.rss += bytes;
        if state.kind() == Kind::Anon {
            self.anonymous += bytes;
            if !state.flags().contains(PageFlags::SWAPBACKED) && !dirty {
                self.lazyfree += bytes;
            }
            if leaf.size == LeafSize::Huge {
                self.anon_huge += bytes;
            }
        }
        if flags.contains(PteFlags::ACCESSED) || state.flags().contains(PageFlags::REFERENCED) {
            self.referenced += bytes;
        }
        for at in 0..pages {
            let own = if is_compound { frame_mappings(&phys.frames.mem_map, pfn.add(at)) } else { 0 };
            let mappings = (own + whole).max(1);
            let pss = (PAGE_SIZE << PSS_SHIFT) / u64::from(mappings);
            self.pss += pss;
            if area.contains(VmFlags::LOCKED) {
                self.pss_locked += pss;
            }
            if dirty {
                self.pss_dirty += pss;
            }
            let sum = match (dirty, mappings > 1) {
                (true, true) => &mut self.shared_dirty,
                (true, false) => &mut self.private_dirty,
                (false, true) => &mut self.shared_clean,
                (false, false) => &mut self.private_clean,
            };
            *sum += PAGE_SIZE;
        }
    }
}

impl Virt {
    /// Counts the pages of an area.
    pub fn mem_size(&self, phys: &Phys, mm: MmId, vma: &Vma) -> MemSize {
        let mut sum = MemSize { size: vma.end.0 - vma.start.0, ..MemSize::default() };
        let mut from = Some(vma.start);
        while let Some(start) = from {
            let leaves = self.first_leaves(mm, (start, vma.end), LEAVES);
            from = leaves.next;
            for leaf in &leaves.found {
                let Entry::Leaf { pfn, flags } = leaf.entry(self.mode) else { continue };
                let zeroes = flags.contains(PteFlags::SPECIAL) || self.huge_zero_page() == Some(pfn);
                if !zeroes {
                    let pages = match leaf.size {
                        LeafSize::Page => 1,
                        LeafSize::Huge => self.mode.huge_order().pages(),
                    };
                    sum.add(phys, leaf, (pfn, flags), pages, vma.flags);
                }
            }
        }
        sum
    }
}
