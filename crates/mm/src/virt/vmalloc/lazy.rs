//! `vfree`, and the flush that comes later.
//!
//! A flush of kernel addresses interrupts every processor, so freed addresses wait until many
//! of them can share one; until then nobody gets them again. The frames go back at once: no
//! stale translation can reach them by an address that is still somebody's. Mirrors 6.1
//! `mm/vmalloc.c: __vunmap, free_vmap_area_noflush, __purge_vmap_area_lazy`.

use super::{AreaKey, Event, Range, VmArea, VmapAreas};
use crate::config::CpuId;
use crate::cost::Cost;
use crate::errno::Errno;
use crate::func::Func;
use crate::rest::Ctx;
use crate::trace::Trace;
use crate::units::{Order, PAGE_SIZE, VirtAddr, count};
use crate::virt::Virt;
use crate::virt::tlb::switch_mm::FLUSH_CEILING;
use crate::virt::tlb::{self, TlbCounter};

/// Returns the pages of addresses that may wait for a flush: 32 MB for each doubling of the
/// processors.
pub fn lazy_max_pages(cpus: u8) -> u64 {
    u64::from(u8::BITS - cpus.leading_zeros()) * ((32 << 20) / PAGE_SIZE)
}

/// Pages of an area that are done in one go.
const SLICE: u32 = 512;

/// A call of `vfree` under way.
#[derive(Debug)]
pub struct Vfree {
    areas: Vec<Unmapping>,
}

impl Vfree {
    /// Returns how many pages are out, and how many there are: each once for its entry and once
    /// for its frame.
    pub fn pages(&self) -> (u64, u64) {
        let Some(Unmapping { area, stage }) = self.areas.first() else { return (0, 0) };
        let done = match stage {
            Stage::Entries { from, .. } => (from - area.start.0) / PAGE_SIZE / 2,
            Stage::Frames { freed } => (area.mapped_pages() + u64::from(count(*freed))) / 2,
            Stage::Records => area.mapped_pages(),
        };
        (done, area.mapped_pages())
    }
}

/// An area on its way out.
#[derive(Debug)]
struct Unmapping {
    area: VmArea,
    stage: Stage,
}

/// What goes next.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// Its entries, from an address on.
    Entries { from: u64, cleared: u32 },
    /// Its frames.
    Frames { freed: usize },
    /// Its `vm_struct`.
    Records,
}

/// How much of an area is out.
enum Unmapped {
    /// Some.
    Some,
    /// All frames; the list of them goes next, if it has an area of its own.
    Frames { array: Option<Unmapping> },
    /// All of it.
    All,
}

impl Unmapping {
    fn new(area: &VmArea) -> Unmapping {
        Unmapping { area: area.clone(), stage: Stage::Entries { from: area.start.0, cleared: 0 } }
    }
}

impl Ctx<'_> {
    /// Frees the area that begins at `va`.
    ///
    /// # Errors
    /// `EINVAL` when none does; the kernel warns and does nothing.
    pub fn vfree(&mut self, va: VirtAddr, tr: &mut Trace) -> Result<(), Errno> {
        let begun = self.vfree_begin(va, tr);
        if let Ok(mut freeing) = begun {
            while self.vfree_go_on(&mut freeing, u32::MAX, tr) {}
            return Ok(());
        }
        begun.map(drop)
    }

    /// Begins the same, to be done some pages at a time.
    pub fn vfree_begin(&mut self, va: VirtAddr, tr: &mut Trace) -> Result<Vfree, Errno> {
        tr.enter(Func::Vfree);
        let area = self.rest.virt.vmap.starting_at(va).filter(|_| !self.rest.virt.vmap.is_page_array(va));
        if let Some(area) = area {
            return Ok(Vfree { areas: vec![Unmapping::new(area)] });
        }
        tr.emit(Event::NotFound { va });
        self.vfree_end(tr);
        Err(Errno::EINVAL)
    }

    /// Goes on for about `most` pages; returns whether there is more.
    pub fn vfree_go_on(&mut self, freeing: &mut Vfree, most: u32, tr: &mut Trace) -> bool {
        let goes_on = self.unmap_areas(&mut freeing.areas, most, tr);
        if !goes_on {
            self.vfree_end(tr);
        }
        goes_on
    }

    fn vfree_end(&mut self, tr: &mut Trace) {
        tr.leave();
        // A worker does this as soon as it gets a processor.
        if self.rest.virt.vmap.lazy_pages() > lazy_max_pages(self.phys.cpus()) {
            tr.span(Func::DrainVmapAreaWork, |tr| {
                self.purge_lazy(None, tr);
            });
        }
    }

    /// Flushes what waits, so that no processor knows an old address of any frame.
    pub fn vm_unmap_aliases(&mut self, tr: &mut Trace) {
        tr.span(Func::VmUnmapAliases, |tr| {
            self.purge_lazy(None, tr);
        });
    }

    /// Takes the mappings of an area away, then its frames and records.
    pub(super) fn unmap_area(&mut self, va: VirtAddr, tr: &mut Trace) {
        let area = self.rest.virt.vmap.starting_at(va).expect("an area that exists");
        let mut areas = vec![Unmapping::new(area)];
        while self.unmap_areas(&mut areas, u32::MAX, tr) {}
    }

    /// Does it for about `most` pages, the last area first: the list of an area's frames may be in
    /// one of its own. Returns whether there is more.
    fn unmap_areas(&mut self, areas: &mut Vec<Unmapping>, most: u32, tr: &mut Trace) -> bool {
        let mut left = most;
        while let Some(top) = areas.last_mut() {
            if left == 0 {
                return true;
            }
            let slice = left.min(SLICE);
            left -= slice;
            match self.unmap_area_some(top, slice, tr) {
                Unmapped::Some => {}
                Unmapped::Frames { array: Some(array) } => areas.push(array),
                Unmapped::Frames { array: None } => {}
                Unmapped::All => {
                    areas.pop();
                }
            }
        }
        false
    }

    /// Goes on with one area for `pages` pages.
    fn unmap_area_some(&mut self, under_way: &mut Unmapping, pages: u32, tr: &mut Trace) -> Unmapped {
        let Unmapping { area, .. } = under_way;
        match under_way.stage {
            Stage::Entries { from, cleared } => {
                let until = from.saturating_add(u64::from(pages) * PAGE_SIZE).min(area.guard().0);
                let (start, end) = (VirtAddr(from), VirtAddr(until));
                let cleared = cleared + self.rest.virt.clear_kernel_entries(start, end, tr);
                under_way.stage = if until < area.guard().0 {
                    Stage::Entries { from: until, cleared }
                } else {
                    self.area_unmapped(area, cleared, tr);
                    Stage::Frames { freed: 0 }
                };
                Unmapped::Some
            }
            Stage::Frames { freed } => {
                let rest = &area.pages[freed..];
                let some = &rest[..rest.len().min(crate::units::index(pages))];
                for &pfn in some {
                    self.phys.free_pages(pfn, Order::ZERO, self.cpu, tr);
                }
                under_way.stage = Stage::Frames { freed: freed + some.len() };
                if some.len() < rest.len() {
                    return Unmapped::Some;
                }
                // What is either from `vmalloc` or from `kmalloc`.
                let array = area.page_array.and_then(|array| {
                    let own = self.rest.virt.vmap.starting_at(array).map(Unmapping::new);
                    if own.is_none() {
                        self.give_back(array, tr);
                    }
                    own
                });
                under_way.stage = Stage::Records;
                Unmapped::Frames { array }
            }
            Stage::Records => {
                self.give_back(area.vm_struct, tr);
                Unmapped::All
            }
        }
    }

    /// Lets the addresses of an area wait, whose entries are clear.
    fn area_unmapped(&mut self, area: &VmArea, pages: u32, tr: &mut Trace) {
        tr.emit(Event::Unmapped { start: area.start, until: area.guard(), pages });
        self.rest.virt.vmap.busy.remove(AreaKey::of(area.start), tr);
        let range = Range { start: area.start, end: area.end };
        VmapAreas::merge(&mut self.rest.virt.vmap.lazy, range, tr);
        tr.spend(Cost::VmapArea);
        let (lazy, max) = (self.rest.virt.vmap.lazy_pages(), lazy_max_pages(self.phys.cpus()));
        tr.emit(Event::Lazy { start: area.start, until: area.end, lazy, max });
    }

    /// Frees memory of `kmalloc`. A script may have freed it before, by a label that is out of
    /// date; then the step says so.
    fn give_back(&mut self, va: VirtAddr, tr: &mut Trace) {
        let _ = self.kfree(va, tr);
    }

    /// Flushes the addresses that wait, of `at_least` too if given, and makes them free.
    pub(super) fn purge_lazy(&mut self, at_least: Option<Range>, tr: &mut Trace) {
        let waiting: Vec<Range> = self.rest.virt.vmap.lazy().copied().collect();
        let all = waiting.iter().copied().chain(at_least);
        let (Some(start), Some(end)) =
            (all.clone().map(|range| range.start).min(), all.map(|range| range.end).max())
        else {
            return;
        };
        tr.span(Func::PurgeVmapAreaLazy, |tr| {
            self.rest.virt.flush_tlb_kernel_range(self.cpu, start, end, tr);
            for range in waiting {
                self.rest.virt.vmap.lazy.remove(AreaKey::of(range.start), tr);
                VmapAreas::merge(&mut self.rest.virt.vmap.free, range, tr);
                tr.spend(Cost::VmapArea);
                let lazy = self.rest.virt.vmap.lazy_pages();
                tr.emit(Event::Purged { start: range.start, until: range.end, lazy });
            }
        });
    }
}

impl Virt {
    /// Drops kernel addresses from the caches of every processor: one by one up to 33 pages,
    /// everything beyond.
    pub(in crate::virt) fn flush_tlb_kernel_range(
        &mut self,
        cpu: CpuId,
        start: VirtAddr,
        end: VirtAddr,
        tr: &mut Trace,
    ) {
        tr.span(Func::FlushTlbKernelRange, |tr| {
            let pages = (end.0 - start.0) / PAGE_SIZE;
            let all = pages > FLUSH_CEILING;
            tr.emit(Event::Flush { start, until: end, pages, all });
            let others = (0..self.tlb.cpus()).map(CpuId).filter(|&other| other != cpu);
            for on in core::iter::once(cpu).chain(others) {
                if on != cpu {
                    self.tlb.count(cpu, TlbCounter::Shootdown, 1, tr);
                    tr.emit(tlb::Event::Shootdown { from: cpu, to: on });
                }
                if all {
                    self.tlb.flush_everything(on, tr);
                    tr.spend(Cost::FlushAll);
                    continue;
                }
                for page in 0..pages {
                    self.tlb.flush_page(on, 0, VirtAddr(start.0 + page * PAGE_SIZE), tr);
                    tr.spend(Cost::FlushPage);
                }
            }
        });
    }
}
