//! `vfree`, and the flush that comes later.
//!
//! A flush of kernel addresses interrupts every processor, so freed addresses wait until many
//! of them can share one; until then nobody gets them again. The frames go back at once: no
//! stale translation can reach them by an address that is still somebody's. Mirrors 6.1
//! `mm/vmalloc.c: __vunmap, free_vmap_area_noflush, __purge_vmap_area_lazy`.

use super::{AreaKey, Event, Range, VmapAreas};
use crate::config::CpuId;
use crate::cost::Cost;
use crate::errno::Errno;
use crate::func::Func;
use crate::rest::Ctx;
use crate::trace::Trace;
use crate::units::{Order, PAGE_SIZE, VirtAddr};
use crate::virt::Virt;
use crate::virt::switch_mm::FLUSH_CEILING;
use crate::virt::tlb::{self, TlbCounter};

/// Returns the pages of addresses that may wait for a flush: 32 MB for each doubling of the
/// processors.
pub fn lazy_max_pages(cpus: u8) -> u64 {
    u64::from(u8::BITS - cpus.leading_zeros()) * ((32 << 20) / PAGE_SIZE)
}

impl Ctx<'_> {
    /// Frees the area that begins at `va`.
    ///
    /// # Errors
    /// `EINVAL` when none does; the kernel warns and does nothing.
    pub fn vfree(&mut self, va: VirtAddr, tr: &mut Trace) -> Result<(), Errno> {
        tr.enter(Func::Vfree);
        let is_own = self.rest.virt.vmap.starting_at(va).is_some() && !self.rest.virt.vmap.is_page_array(va);
        let freed = if is_own {
            self.unmap_area(va, tr);
            Ok(())
        } else {
            tr.emit(Event::NotFound { va });
            Err(Errno::EINVAL)
        };
        tr.leave();
        // A worker does this as soon as it gets a processor.
        if self.rest.virt.vmap.lazy_pages() > lazy_max_pages(self.phys.cpus()) {
            tr.enter(Func::DrainVmapAreaWork);
            self.purge_lazy(None, tr);
            tr.leave();
        }
        freed
    }

    /// Flushes what waits, so that no processor knows an old address of any frame.
    pub fn vm_unmap_aliases(&mut self, tr: &mut Trace) {
        tr.enter(Func::VmUnmapAliases);
        self.purge_lazy(None, tr);
        tr.leave();
    }

    /// Takes the mappings of an area away, then its frames and records.
    pub(super) fn unmap_area(&mut self, va: VirtAddr, tr: &mut Trace) {
        let area = self.rest.virt.vmap.starting_at(va).cloned().expect("an area that exists");
        let pages = self.rest.virt.clear_kernel_entries(area.start, area.guard(), tr);
        tr.emit(Event::Unmapped { start: area.start, until: area.guard(), pages });
        self.rest.virt.vmap.busy.remove(AreaKey::of(va), tr);
        let range = Range { start: area.start, end: area.end };
        VmapAreas::merge(&mut self.rest.virt.vmap.lazy, range, tr);
        tr.spend(Cost::VmapArea);
        let (lazy, max) = (self.rest.virt.vmap.lazy_pages(), lazy_max_pages(self.phys.cpus()));
        tr.emit(Event::Lazy { start: area.start, until: area.end, lazy, max });
        for &pfn in &*area.pages {
            self.phys.free_pages(pfn, Order::ZERO, self.cpu, tr);
        }
        if let Some(array) = area.page_array {
            self.kvfree(array, tr);
        }
        self.give_back(area.vm_struct, tr);
    }

    /// Frees what is either from `vmalloc` or from `kmalloc`.
    fn kvfree(&mut self, va: VirtAddr, tr: &mut Trace) {
        if self.rest.virt.vmap.starting_at(va).is_some() {
            self.unmap_area(va, tr);
        } else {
            self.give_back(va, tr);
        }
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
        tr.enter(Func::PurgeVmapAreaLazy);
        self.rest.virt.flush_tlb_kernel_range(self.cpu, start, end, tr);
        for range in waiting {
            self.rest.virt.vmap.lazy.remove(AreaKey::of(range.start), tr);
            VmapAreas::merge(&mut self.rest.virt.vmap.free, range, tr);
            tr.spend(Cost::VmapArea);
            let lazy = self.rest.virt.vmap.lazy_pages();
            tr.emit(Event::Purged { start: range.start, until: range.end, lazy });
        }
        tr.leave();
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
        tr.enter(Func::FlushTlbKernelRange);
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
        tr.leave();
    }
}
