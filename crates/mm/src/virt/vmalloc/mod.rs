//! `vmalloc`: memory that is contiguous in addresses only.
//!
//! [`VmapAreas`] holds three sets of ranges that together are all of `vmalloc`'s addresses:
//! areas in use, addresses that wait until translation caches have forgotten them, and free
//! ones. An area's frames are single ones from anywhere; the kernel's own tables put them in a
//! row, with an unmapped guard page behind. [`alloc`](self) of an area is in `alloc`, entries
//! in `mapping`, `vfree` and the lazy flush in `lazy`. Mirrors 6.1 `mm/vmalloc.c`.

mod alloc;
pub mod event;
mod lazy;
mod mapping;

use std::rc::Rc;

use super::AddressLayout;
use crate::store::map::{Key, Weigh, range};
use crate::store::{Map, Slot, TableId};
use crate::trace::Trace;
use crate::units::{PAGE_SIZE, Pfn, VirtAddr, count};

pub use alloc::{Progress, Vmalloc};
pub use event::Event;
pub use lazy::{Vfree, lazy_max_pages};
pub use mapping::INIT_MM;

/// First address of a range, as a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct AreaKey(u64);

/// Bits of a page number that tell kernel addresses apart.
const PAGE_BITS: u64 = (1 << 36) - 1;

impl AreaKey {
    fn of(va: VirtAddr) -> AreaKey {
        AreaKey(va.page_number() & PAGE_BITS)
    }
}

impl Key for AreaKey {
    fn pack(self) -> u64 {
        self.0
    }
}

/// An area in use, 6.1 `struct vm_struct`.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct VmArea {
    /// First address.
    pub start: VirtAddr,
    /// Address after the guard page.
    pub end: VirtAddr,
    /// Bytes that were asked for.
    pub bytes: u64,
    /// Its frames, in the order of addresses; fewer than its pages while it is being made.
    pub pages: Rc<[Pfn]>,
    /// Where its `vm_struct` is.
    pub vm_struct: VirtAddr,
    /// Where the list of its frames is, once it has one.
    pub page_array: Option<VirtAddr>,
}

impl VmArea {
    /// Returns the first address of the guard page: nothing is ever mapped there.
    pub fn guard(&self) -> VirtAddr {
        VirtAddr(self.end.0 - PAGE_SIZE)
    }

    /// Returns the pages that can be used.
    pub fn mapped_pages(&self) -> u64 {
        (self.guard().0 - self.start.0) / PAGE_SIZE
    }
}

/// A range without frames: free, or waiting for a flush.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Range {
    /// First address.
    pub start: VirtAddr,
    /// Address after the last.
    pub end: VirtAddr,
}

impl Range {
    /// Returns its bytes.
    pub fn bytes(&self) -> u64 {
        self.end.0 - self.start.0
    }

    /// Returns its pages.
    pub fn pages(&self) -> u64 {
        self.bytes() / PAGE_SIZE
    }
}

impl Weigh for VmArea {
    fn bytes_behind(&self) -> u64 {
        u64::from(count(self.pages.len())) * 4
    }
}

impl Weigh for Range {}

/// All addresses of `vmalloc`, by what is there.
#[derive(Clone, Debug)]
pub struct VmapAreas {
    pub(crate) busy: Map<AreaKey, VmArea>,
    pub(crate) lazy: Map<AreaKey, Range>,
    pub(crate) free: Map<AreaKey, Range>,
}

impl VmapAreas {
    /// Makes the areas of a machine that has just booted: all addresses are free.
    pub(super) fn boot(layout: &AddressLayout) -> VmapAreas {
        let band = layout.vmalloc();
        let whole = Range { start: VirtAddr(band.start), end: VirtAddr(band.end).page_start() };
        let mut free = Map::new(TableId::VmapFree);
        free.set(AreaKey::of(whole.start), whole, &mut crate::store::Journal::off());
        VmapAreas { busy: Map::new(TableId::VmapBusy), lazy: Map::new(TableId::VmapLazy), free }
    }

    /// Iterates over the areas in use, in address order.
    pub fn areas(&self) -> impl DoubleEndedIterator<Item = &VmArea> {
        self.busy.iter().map(|(_, area)| area)
    }

    /// Iterates over the addresses that wait for a flush, in address order.
    pub fn lazy(&self) -> impl DoubleEndedIterator<Item = &Range> {
        self.lazy.iter().map(|(_, range)| range)
    }

    /// Iterates over the free addresses, in address order.
    pub fn free(&self) -> impl DoubleEndedIterator<Item = &Range> {
        self.free.iter().map(|(_, range)| range)
    }

    /// Returns the area that begins at `va`.
    pub fn starting_at(&self, va: VirtAddr) -> Option<&VmArea> {
        self.busy.get(AreaKey::of(va)).filter(|area| area.start == va)
    }

    /// Returns the area that contains `va`, its guard page included.
    pub fn find(&self, va: VirtAddr) -> Option<&VmArea> {
        let below = self.busy.range(range(AreaKey(0), AreaKey::of(va))).next_back();
        below.map(|(_, area)| area).filter(|area| area.start <= va && va < area.end)
    }

    /// Returns whether another area keeps the list of its frames in the area at `va`.
    pub fn is_page_array(&self, va: VirtAddr) -> bool {
        self.areas().any(|area| area.page_array == Some(va))
    }

    /// Returns the pages of addresses that wait for a flush (`vmap_lazy_nr`).
    pub fn lazy_pages(&self) -> u64 {
        self.lazy().map(Range::pages).sum()
    }

    /// Returns the frames of all areas (`nr_vmalloc_pages`).
    pub fn used_pages(&self) -> u64 {
        self.areas().map(|area| u64::from(count(area.pages.len()))).sum()
    }

    /// Returns the largest free range's bytes.
    pub fn largest_free(&self) -> u64 {
        self.free().map(Range::bytes).max().unwrap_or(0)
    }

    /// Returns the slot of the area that starts at `va`, to ask whether a step touched it.
    pub fn slot(&self, va: VirtAddr) -> Slot {
        self.busy.slot(AreaKey::of(va))
    }

    /// Adds a range to a set, joined with the neighbours it touches.
    fn merge(set: &mut Map<AreaKey, Range>, add: Range, tr: &mut Trace) {
        let mut merged = add;
        let below = set.range(range(AreaKey(0), AreaKey::of(add.start))).next_back().map(|(_, &range)| range);
        if let Some(below) = below.filter(|below| below.end == add.start) {
            set.remove(AreaKey::of(below.start), tr);
            merged.start = below.start;
        }
        if let Some(&above) = set.get(AreaKey::of(add.end)) {
            set.remove(AreaKey::of(above.start), tr);
            merged.end = above.end;
        }
        set.set(AreaKey::of(merged.start), merged, tr);
    }

    /// Cuts the first `bytes` of the lowest free range that has them; returns the range and how
    /// many below it were too small.
    fn cut_lowest(&mut self, bytes: u64, tr: &mut Trace) -> Option<(Range, u32)> {
        let at = self.free().position(|range| range.bytes() >= bytes)?;
        let whole = self.free().nth(at).copied()?;
        self.free.remove(AreaKey::of(whole.start), tr);
        let rest = Range { start: VirtAddr(whole.start.0 + bytes), end: whole.end };
        if rest.start < rest.end {
            self.free.set(AreaKey::of(rest.start), rest, tr);
        }
        Some((whole, count(at)))
    }
}

/// Counts the pieces of a list of frames that follow each other in memory.
pub fn pieces_of(pages: &[Pfn]) -> u32 {
    let breaks = pages.windows(2).filter(|pair| pair[1].0 != pair[0].0.wrapping_add(1)).count();
    count(breaks) + u32::from(!pages.is_empty())
}
