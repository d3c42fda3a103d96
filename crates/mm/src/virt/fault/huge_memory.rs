//! Huge pages in faults: one fault, one entry, 512 pages.
//!
//! Each aligned 2 MB piece (4 MB on i386) that lies wholly in an area which may have huge pages
//! is served by one block of order 9 (10), mapped by the level above the last. A spare table is left with the
//! directory, so that the page can be cut without having to find memory. Mirrors 6.1
//! `mm/huge_memory.c`: `hugepage_vma_check`, `do_huge_pmd_anonymous_page`,
//! `vma_thp_gfp_mask`, `do_huge_pmd_wp_page`, and `mm/mempolicy.c: vma_alloc_folio`.

mod split;

use super::{Fault, FaultError, oom, written};
use crate::config::{ThpDefrag, ThpMode};
use crate::cost::Cost;
use crate::func::Func;
use crate::gfp::Gfp;
use crate::phys::zone::vmstat::VmEvent;
use crate::rest::Ctx;
use crate::store::{Kind, PageFlags};
use crate::trace::Trace;
use crate::units::{Order, Pfn, VirtAddr};
use crate::virt::area::mprotect::page_prot;
use crate::virt::area::vma::VmFlags;
use crate::virt::counters::VirtCounter;
use crate::virt::paging::leaf::LeafPlace;
use crate::virt::paging::pte::{Entry, PteFlags};
use crate::virt::rmap::compound::Event;
use crate::virt::{MmCounter, MmId, Virt, Vma};

/// What came of the attempt to serve a fault with a huge page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::virt) enum HugeFault {
    /// The fault is served.
    Served,
    /// Small pages have to do it (`VM_FAULT_FALLBACK`).
    Fallback,
}

impl Virt {
    /// Returns the shared huge page of zeroes, if it was made.
    pub fn huge_zero_page(&self) -> Option<Pfn> {
        let pfn = crate::units::low32(self.counter(VirtCounter::HugeZeroPage));
        (pfn != 0).then_some(Pfn(pfn))
    }
}

impl Ctx<'_> {
    /// Serves a fault by the level above the last, where that is possible (the second half of
    /// `__handle_mm_fault`); `directory` is the table of that level.
    pub(in crate::virt) fn huge_fault(
        &mut self,
        fault: Fault,
        vma: &Vma,
        directory: Pfn,
        tr: &mut Trace,
    ) -> Result<HugeFault, FaultError> {
        let index = self.rest.virt.mode.index(fault.va, self.rest.virt.mode.leaf_depth() - 1);
        let raw = self.rest.virt.tables.entry(directory, index);
        match self.rest.virt.mode.codec.decode(raw, false) {
            Entry::None if may_have_huge_pages(vma, self.rest.sysctl.thp().enabled) => {
                self.do_huge_pmd_anonymous_page(fault, vma, tr)
            }
            Entry::None | Entry::Table { .. } | Entry::Swap { .. } => Ok(HugeFault::Fallback),
            Entry::Leaf { pfn, flags } if fault.write && !flags.contains(PteFlags::WRITE) => {
                let leaf = self.rest.virt.huge_leaf(fault.mm, fault.va).expect("the leaf that was just read");
                let served = tr.span(Func::DoHugePmdWpPage, |tr| {
                    self.do_huge_pmd_wp_page(fault, vma, &leaf, (pfn, flags), tr)
                });
                Ok(served)
            }
            Entry::Leaf { .. } => {
                tr.emit(super::Event::Spurious { va: fault.va });
                Ok(HugeFault::Served)
            }
        }
    }

    fn do_huge_pmd_anonymous_page(
        &mut self,
        fault: Fault,
        vma: &Vma,
        tr: &mut Trace,
    ) -> Result<HugeFault, FaultError> {
        tr.span(Func::DoHugePmdAnonymousPage, |tr| self.map_huge(fault, vma, tr))
    }

    fn map_huge(&mut self, fault: Fault, vma: &Vma, tr: &mut Trace) -> Result<HugeFault, FaultError> {
        let (size, order) = (self.rest.virt.mode.huge_size(), self.rest.virt.mode.huge_order());
        let haddr = VirtAddr(fault.va.0 & !(size - 1));
        if haddr < vma.start || vma.end.0 - haddr.0 < size {
            tr.emit(Event::Unsuitable { haddr, start: vma.start, end: vma.end });
            return Ok(HugeFault::Fallback);
        }
        self.anon_vma_prepare(fault.mm, vma, tr);
        if !fault.write && self.rest.sysctl.thp().use_zero_page {
            return self.map_huge_zero(fault.mm, haddr, vma, tr);
        }
        let Some(pfn) = self.alloc_huge(vma, tr) else {
            return Ok(self.fall_back(haddr, tr));
        };
        let Ok(spare) = self.new_spare_table(fault.mm, haddr, tr) else {
            self.free_block(pfn, order, tr);
            return Err(FaultError::Oom);
        };
        clear_huge_page(order, tr);
        self.add_anon_rmap(pfn, fault.mm, haddr, tr);
        self.lru_add(pfn, tr);
        tr.emit(Event::HugePage { haddr, pfn });
        let flags = written(page_prot(vma.flags), vma.flags);
        self.set_huge_entry(fault.mm, haddr, (pfn, flags), spare, tr);
        self.rest.virt.add_mm(fault.mm, MmCounter::AnonPages, i64::from(order.pages()), tr);
        self.count_event(VmEvent::ThpFaultAlloc, tr);
        Ok(HugeFault::Served)
    }

    fn fall_back(&mut self, haddr: VirtAddr, tr: &mut Trace) -> HugeFault {
        self.count_event(VmEvent::ThpFaultFallback, tr);
        tr.emit(Event::Fallback { haddr });
        HugeFault::Fallback
    }

    /// Maps the shared huge page of zeroes, read-only.
    fn map_huge_zero(
        &mut self,
        mm: MmId,
        haddr: VirtAddr,
        vma: &Vma,
        tr: &mut Trace,
    ) -> Result<HugeFault, FaultError> {
        let spare = self.new_spare_table(mm, haddr, tr).map_err(oom)?;
        let Some(pfn) = self.huge_zero_page(tr) else {
            self.free_block(spare, Order::ZERO, tr);
            return Ok(self.fall_back(haddr, tr));
        };
        tr.emit(Event::ZeroPageMapped { haddr, pfn });
        self.set_huge_entry(mm, haddr, (pfn, page_prot(vma.flags)), spare, tr);
        Ok(HugeFault::Served)
    }

    /// Returns the shared huge page of zeroes, made when it is first needed
    /// (`get_huge_zero_page`).
    fn huge_zero_page(&mut self, tr: &mut Trace) -> Option<Pfn> {
        if let Some(pfn) = self.rest.virt.huge_zero_page() {
            return Some(pfn);
        }
        let gfp = (Gfp::TRANSHUGE | Gfp::ZERO).without(Gfp::MOVABLE);
        tr.span(Func::GetHugeZeroPage, |tr| {
            let pfn = self.alloc_block(self.rest.virt.mode.huge_order(), gfp, tr);
            if let Some(pfn) = pfn {
                let state = self.phys.frames.mem_map.state(pfn);
                let flags = PageFlags::HEAD.with(PageFlags::ZERO_PAGE);
                self.phys.frames.mem_map.set_state(pfn, state.with_flags(flags), tr);
                self.rest.virt.add(VirtCounter::HugeZeroPage, i64::from(pfn.0), tr);
                self.count_event(VmEvent::ThpZeroPageAlloc, tr);
                tr.emit(Event::ZeroPageMade { pfn });
            } else {
                self.count_event(VmEvent::ThpZeroPageAllocFailed, tr);
            }
            pfn
        })
    }

    /// Allocates a block near the running CPU, as hard as the area and `defrag` say: first on
    /// its own node and without reclaim; who may reclaim tries again, on any node
    /// (`vma_alloc_folio`).
    fn alloc_huge(&mut self, vma: &Vma, tr: &mut Trace) -> Option<Pfn> {
        let (gfp, order) = (self.huge_gfp(vma), self.rest.virt.mode.huge_order());
        let near = self.alloc_block(order, gfp | Gfp::THISNODE | Gfp::NORETRY, tr);
        match near {
            None if gfp.contains(Gfp::DIRECT_RECLAIM) => self.alloc_block(order, gfp, tr),
            None | Some(_) => near,
        }
    }

    /// Returns what a fault may do to find a huge page (`vma_thp_gfp_mask`).
    fn huge_gfp(&self, vma: &Vma) -> Gfp {
        let advised = vma.flags.contains(VmFlags::HUGEPAGE);
        let light = Gfp::TRANSHUGE_LIGHT;
        match (self.rest.sysctl.thp().defrag, advised) {
            (ThpDefrag::Always, true) => Gfp::TRANSHUGE,
            (ThpDefrag::Always, false) => Gfp::TRANSHUGE | Gfp::NORETRY,
            (ThpDefrag::DeferMadvise | ThpDefrag::Madvise, true) => light | Gfp::DIRECT_RECLAIM,
            (ThpDefrag::Defer, _) | (ThpDefrag::DeferMadvise, false) => light | Gfp::KSWAPD_RECLAIM,
            (ThpDefrag::Madvise, false) | (ThpDefrag::Never, _) => light,
        }
    }

    /// Answers a write to a huge entry that does not allow it: the page stays if nobody else
    /// uses it, else its entry is cut and small pages serve.
    fn do_huge_pmd_wp_page(
        &mut self,
        fault: Fault,
        vma: &Vma,
        leaf: &LeafPlace,
        (pfn, flags): (Pfn, PteFlags),
        tr: &mut Trace,
    ) -> HugeFault {
        let state = self.phys.frames.mem_map.state(pfn);
        let exclusive = state.flags().contains(PageFlags::ANON_EXCLUSIVE);
        if state.kind() != Kind::Anon || !(exclusive || self.phys.frames.mem_map.refcount(pfn) == 1) {
            self.split_huge(fault.mm, leaf, tr);
            return HugeFault::Fallback;
        }
        let flags_now = state.flags().with(PageFlags::ANON_EXCLUSIVE);
        self.phys.frames.mem_map.set_state(pfn, state.with_flags(flags_now), tr);
        tr.emit(Event::Reused { haddr: leaf.va, pfn });
        let raw = self.rest.virt.mode.codec.encode_large(pfn, written(flags, vma.flags));
        self.rest.virt.set_huge(fault.mm, leaf.va, (leaf.table, leaf.index), raw, tr);
        HugeFault::Served
    }
}

/// Returns whether an area may have huge pages (`hugepage_vma_check`).
pub fn may_have_huge_pages(vma: &Vma, enabled: ThpMode) -> bool {
    let wanted = match enabled {
        ThpMode::Always => true,
        ThpMode::Madvise => vma.flags.contains(VmFlags::HUGEPAGE),
        ThpMode::Never => false,
    };
    let never = VmFlags::NOHUGEPAGE.with(VmFlags::SPECIAL).with(VmFlags::HUGETLB);
    wanted && vma.is_anonymous() && !vma.flags.intersects(never)
}

/// Returns whether an aligned piece of `size` bytes lies in the area, so that a huge page fits
/// (`transhuge_vma_suitable`).
pub fn has_huge_piece(vma: &Vma, size: u64) -> bool {
    vma.start.0.next_multiple_of(size) + size <= vma.end.0
}

/// Pays for writing zeroes over a huge page.
fn clear_huge_page(order: Order, tr: &mut Trace) {
    tr.span(Func::ClearHugePage, |tr| {
        for _ in 0..order.pages() {
            tr.spend(Cost::ClearPage);
        }
    });
}
