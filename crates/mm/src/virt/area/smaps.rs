//! What `/proc/PID/smaps` counts of an area: its pages by how they are used.
//!
//! Mirrors 6.1 `fs/proc/task_mmu.c`: `smaps_pte_entry`, `smaps_pmd_entry`, `smaps_account`.

use super::vma::{VmFlags, Vma};
use crate::phys::Phys;
use crate::store::{Kind, PageFlags, PageState};
use crate::units::{Order, PAGE_SIZE, Pfn, VirtAddr, index};
use crate::virt::paging::leaf::{LeafPlace, LeafSize};
use crate::virt::paging::pte::{Entry, PteFlags};
use crate::virt::rmap::compound::{compound_head, frame_mappings};
use crate::virt::{MmId, PagingMode, Virt};

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

    /// Adds pages that look like this one.
    fn add(&mut self, look: Look, pages: u64, area: VmFlags) {
        let Look { flags, state, mappings, size } = look;
        let bytes = pages * PAGE_SIZE;
        let dirty = flags.contains(PteFlags::DIRTY) || state.flags().contains(PageFlags::DIRTY);
        self.rss += bytes;
        if state.kind() == Kind::Anon {
            self.anonymous += bytes;
            if !state.flags().contains(PageFlags::SWAPBACKED) && !dirty {
                self.lazyfree += bytes;
            }
            if size == LeafSize::Huge {
                self.anon_huge += bytes;
            }
        }
        if flags.contains(PteFlags::ACCESSED) || state.flags().contains(PageFlags::REFERENCED) {
            self.referenced += bytes;
        }
        let pss = (PAGE_SIZE << PSS_SHIFT) / u64::from(mappings) * pages;
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
        *sum += bytes;
    }
}

/// What decides how a page counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Look {
    flags: PteFlags,
    /// Of the head of its block.
    state: PageState,
    /// Entries that map it, 1 at least.
    mappings: u32,
    size: LeafSize,
}

/// An area whose pages are being counted.
#[derive(Debug)]
struct Counting {
    sum: MemSize,
    area: VmFlags,
    /// Pages that all look the same, not in the sum yet: most are like the one before.
    alike: Option<(Look, u64)>,
    /// The attributes of the last entry of a page, as bits and decoded.
    attributes: Option<(u64, PteFlags)>,
    next: Option<VirtAddr>,
    end: VirtAddr,
}

impl Counting {
    /// Begins with an area.
    fn of(vma: &Vma) -> Counting {
        Counting {
            sum: MemSize { size: vma.end.0 - vma.start.0, ..MemSize::default() },
            area: vma.flags,
            alike: None,
            attributes: None,
            next: Some(vma.start),
            end: vma.end,
        }
    }

    /// Returns the sums once all is counted.
    fn sums(mut self) -> MemSize {
        self.close();
        self.sum
    }

    fn close(&mut self) {
        if let Some((look, pages)) = self.alike.take() {
            self.sum.add(look, pages, self.area);
        }
    }

    fn add(&mut self, look: Look) {
        match &mut self.alike {
            Some((before, pages)) if *before == look => *pages += 1,
            Some(_) | None => {
                self.close();
                self.alike = Some((look, 1));
            }
        }
    }

    /// Decodes an entry, whose attributes are those of the last one as a rule; `None` where it
    /// maps nothing.
    fn decode(&mut self, leaf: &LeafPlace, mode: &PagingMode) -> Option<(Pfn, PteFlags)> {
        let bits = mode.codec.attributes(leaf.raw);
        if let Some((before, flags)) = self.attributes
            && leaf.size == LeafSize::Page
            && before == bits
        {
            return Some((mode.codec.frame(leaf.raw), flags));
        }
        let Entry::Leaf { pfn, flags } = leaf.entry(mode) else { return None };
        if leaf.size == LeafSize::Page {
            self.attributes = Some((bits, flags));
        }
        Some((pfn, flags))
    }
}

/// The areas of an address space, being counted one after the other.
#[derive(Debug)]
pub struct Areas {
    mm: MmId,
    /// The end of the last one counted.
    from: VirtAddr,
    /// The one after it, as far as it is counted.
    counting: Option<Counting>,
    /// Pages of those counted, there or not.
    pages: u64,
}

/// What counting on came to.
#[derive(Debug)]
pub enum Counted<'a> {
    /// Pages of an area, for so many units of work.
    Pages {
        /// The units.
        units: u32,
    },
    /// The last page of an area.
    Area(&'a Vma, MemSize),
    /// All areas are counted.
    All,
}

/// Pages that are counted for a unit of work.
const UNIT_PAGES: u32 = 32;

impl Areas {
    /// Begins with the first.
    pub fn of(mm: MmId) -> Areas {
        Areas { mm, from: VirtAddr(0), counting: None, pages: 0 }
    }

    /// Returns whose areas they are.
    pub fn mm(&self) -> MmId {
        self.mm
    }

    /// Returns how many pages the areas counted have, there or not.
    pub fn pages(&self) -> u64 {
        self.pages
    }

    /// Counts on for about `units` units of work, within one area.
    pub fn go_on<'a>(&mut self, virt: &'a Virt, phys: &Phys, units: u32) -> Counted<'a> {
        let Some(vma) = virt.find_vma(self.mm, self.from) else { return Counted::All };
        let counting = self.counting.get_or_insert_with(|| Counting::of(vma));
        let pages = virt.count_pages(phys, self.mm, counting, units.saturating_mul(UNIT_PAGES));
        if pages > 0 {
            return Counted::Pages { units: pages.div_ceil(UNIT_PAGES) };
        }
        self.pages += (vma.end.0 - vma.start.0) / PAGE_SIZE;
        self.from = vma.end;
        let sums = self.counting.take().map(Counting::sums);
        Counted::Area(vma, sums.expect("it was counted"))
    }
}

impl Virt {
    /// Counts the pages of an area.
    pub fn mem_size(&self, phys: &Phys, mm: MmId, vma: &Vma) -> MemSize {
        let mut counting = Counting::of(vma);
        while self.count_pages(phys, mm, &mut counting, u32::MAX) > 0 {}
        counting.sums()
    }

    /// Counts on, about `most` pages; returns how many it looked at, 0 at the end.
    fn count_pages(&self, phys: &Phys, mm: MmId, counting: &mut Counting, most: u32) -> u32 {
        let Some(start) = counting.next else { return 0 };
        let most = LEAVES.min(index(most).max(1));
        let leaves = self.first_leaves(mm, (start, counting.end), most);
        counting.next = leaves.next;
        let mut pages = 1;
        for leaf in &leaves.found {
            let Some((pfn, flags)) = counting.decode(leaf, self.mode) else { continue };
            if flags.contains(PteFlags::SPECIAL) || self.huge_zero_page() == Some(pfn) {
                continue;
            }
            let map = &phys.frames.mem_map;
            let state = map.state(pfn);
            let size = leaf.size;
            if size == LeafSize::Page && state.is_head() && state.order() == Order::ZERO {
                counting.add(Look { flags, state, mappings: map.mappings(pfn).max(1), size });
                pages += 1;
                continue;
            }
            let head = compound_head(map, pfn);
            let (state, whole) = (map.state(head), map.mappings(head));
            let frames = match size {
                LeafSize::Page => 1,
                LeafSize::Huge => self.mode.huge_order().pages(),
            };
            let is_compound = state.order() > Order::ZERO;
            for pfn in (0..frames).map(|at| pfn.add(at)) {
                let own = if is_compound { frame_mappings(map, pfn) } else { 0 };
                counting.add(Look { flags, state, mappings: (own + whole).max(1), size });
            }
            pages += frames;
        }
        pages
    }
}
