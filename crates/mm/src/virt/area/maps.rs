//! What `/proc/PID/maps` and `pages` list: rows as data, without their text.
//!
//! Mirrors 6.1 `fs/proc/task_mmu.c: show_map_vma`.

use super::vma::{Backing, SpecialMapping, VmFlags, Vma};
use crate::phys::Phys;
use crate::store::{Kind, PageFlags};
use crate::units::{PAGE_SIZE, Pfn, VirtAddr};
use crate::virt::paging::pte::{Entry, PteFlags};
use crate::virt::rmap::compound::page_mappings;
use crate::virt::{MmId, Virt};

/// Name at the end of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MapName<'a> {
    /// Nothing.
    None,
    /// Path of a file.
    File(&'a str),
    /// A shared object without a name.
    DevZero,
    /// `[heap]`.
    Heap,
    /// `[stack]`.
    Stack,
    /// `[vvar]` or `[vdso]`.
    Special(SpecialMapping),
}

impl MapName<'_> {
    /// Returns the text in the row, `None` where there is none.
    pub fn text(&self) -> Option<&str> {
        match self {
            MapName::None => None,
            MapName::File(name) => Some(name),
            MapName::DevZero => Some("/dev/zero (deleted)"),
            MapName::Heap => Some("[heap]"),
            MapName::Stack => Some("[stack]"),
            MapName::Special(special) => Some(special.name()),
        }
    }
}

/// One row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MapRow<'a> {
    /// First address.
    pub start: VirtAddr,
    /// First address after it.
    pub end: VirtAddr,
    /// Rights; `SHARED` decides between `p` and `s`.
    pub flags: VmFlags,
    /// Offset in the file, in bytes; zero without a file.
    pub offset: u64,
    /// Major and minor number of the device.
    pub dev: (u8, u8),
    /// Inode number, zero without a file.
    pub inode: u64,
    /// Name.
    pub name: MapName<'a>,
}

/// What is behind a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageUse {
    /// Nothing yet.
    None,
    /// The shared page of zeroes.
    Zero,
    /// A page of this process only.
    Anon,
    /// An anonymous page that more than one entry maps.
    AnonShared,
    /// Part of a huge page.
    AnonHuge,
    /// A page of a file or of shared memory.
    File,
    /// A slot in a swap area.
    Swap,
}

impl PageUse {
    /// Returns the word that `pages` prints.
    pub const fn name(self) -> &'static str {
        match self {
            PageUse::None => "none",
            PageUse::Zero => "zero",
            PageUse::Anon => "anon",
            PageUse::AnonShared => "anon-shared",
            PageUse::AnonHuge => "anon-huge",
            PageUse::File => "file",
            PageUse::Swap => "swap",
        }
    }
}

/// Neighbouring pages of one use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageRun {
    /// First address.
    pub start: VirtAddr,
    /// Number of pages.
    pub pages: u64,
    /// What is behind them.
    pub page_use: PageUse,
}

impl Virt {
    /// Iterates over the rows of `maps`.
    pub fn maps(&self, mm: MmId) -> impl Iterator<Item = MapRow<'_>> {
        self.areas(mm).map(move |vma| self.map_row(mm, vma))
    }

    /// Returns the row of an area.
    pub fn map_row<'a>(&self, mm: MmId, vma: &'a Vma) -> MapRow<'a> {
        let (offset, dev, inode) = match &vma.backing {
            Backing::File(file) => (vma.pgoff * PAGE_SIZE, file.dev, file.inode),
            Backing::SharedAnon { inode, .. } => (vma.pgoff * PAGE_SIZE, (0, 1), *inode),
            Backing::Anon | Backing::Special(_) => (0, (0, 0), 0),
        };
        let name = match &vma.backing {
            Backing::File(file) => MapName::File(&file.name),
            Backing::SharedAnon { .. } => MapName::DevZero,
            Backing::Special(special) => MapName::Special(*special),
            Backing::Anon => self.anon_name(mm, vma),
        };
        MapRow { start: vma.start, end: vma.end, flags: vma.flags, offset, dev, inode, name }
    }

    /// Heap and stack are names of a place, not of an area.
    fn anon_name(&self, mm: MmId, vma: &Vma) -> MapName<'static> {
        let Some(space) = self.mms.get(mm) else { return MapName::None };
        if vma.start <= space.brk && vma.end >= space.start_brk {
            MapName::Heap
        } else if vma.start <= space.start_stack && vma.end >= space.start_stack {
            MapName::Stack
        } else {
            MapName::None
        }
    }

    /// Returns what is behind each page of a range, neighbours of one use together.
    pub fn page_runs(&self, phys: &Phys, mm: MmId, start: VirtAddr, end: VirtAddr) -> Vec<PageRun> {
        let mut listing = Listing::new(start, end);
        while self.list_pages(phys, mm, &mut listing, u32::MAX) {}
        listing.runs
    }

    /// Goes on with a listing for about `most` entries; returns whether there is more.
    pub fn list_pages(&self, phys: &Phys, mm: MmId, listing: &mut Listing, most: u32) -> bool {
        let end = listing.end;
        let leaves = self.first_leaves(mm, (listing.from, end), crate::units::index(most));
        for leaf in leaves.found {
            let first = leaf.va.max(listing.at);
            listing.reach(first, PageUse::None);
            let page_use = match leaf.entry(self.mode) {
                Entry::Leaf { flags, .. } if flags.contains(PteFlags::SPECIAL) => PageUse::Zero,
                Entry::Leaf { pfn, .. } if self.huge_zero_page() == Some(pfn) => PageUse::Zero,
                Entry::Leaf { pfn, .. } => use_of_frame(phys, pfn),
                Entry::Swap { .. } => PageUse::Swap,
                Entry::None | Entry::Table { .. } => PageUse::None,
            };
            listing.reach(leaf.end(self.mode).min(end), page_use);
        }
        match leaves.next {
            Some(next) => listing.from = next,
            None => listing.reach(end, PageUse::None),
        }
        leaves.next.is_some()
    }
}

/// Runs of pages being listed.
#[derive(Debug)]
pub struct Listing {
    /// The runs so far.
    pub runs: Vec<PageRun>,
    /// Where they end.
    at: VirtAddr,
    /// Where the search for entries goes on.
    from: VirtAddr,
    end: VirtAddr,
}

impl Listing {
    /// Begins at the page of `start`.
    pub fn new(start: VirtAddr, end: VirtAddr) -> Listing {
        let start = start.page_start();
        Listing { runs: Vec::new(), at: start, from: start, end }
    }

    /// Says that all pages up to `until` are of one use.
    fn reach(&mut self, until: VirtAddr, page_use: PageUse) {
        let start = self.at;
        let pages = until.0.saturating_sub(start.0).div_ceil(PAGE_SIZE);
        if pages == 0 {
            return;
        }
        self.at = until;
        match self.runs.last_mut() {
            Some(last) if last.page_use == page_use => last.pages += pages,
            Some(_) | None => self.runs.push(PageRun { start, pages, page_use }),
        }
    }

    /// Returns how many pages were looked at, and how many there are.
    pub fn pages(&self) -> (u64, u64) {
        let first = self.runs.first().map_or(self.from, |run| run.start);
        let pages = |end: VirtAddr| end.0.saturating_sub(first.0).div_ceil(PAGE_SIZE);
        (pages(self.from), pages(self.end))
    }
}

fn use_of_frame(phys: &Phys, pfn: Pfn) -> PageUse {
    let Some((_, state)) = phys.frames.mem_map.block_of(pfn) else { return PageUse::None };
    let mappings = page_mappings(&phys.frames.mem_map, pfn);
    match state.kind() {
        Kind::File => PageUse::File,
        _ if state.flags().contains(PageFlags::HEAD) => PageUse::AnonHuge,
        _ if mappings > 1 => PageUse::AnonShared,
        Kind::Hole
        | Kind::Reserved
        | Kind::Free
        | Kind::Pcp
        | Kind::Unknown
        | Kind::Kernel
        | Kind::PageTable
        | Kind::Anon
        | Kind::Slab => PageUse::Anon,
    }
}
