//! Changing rights: of areas, and of the entries already there.
//!
//! Mirrors 6.1 `mm/mprotect.c`: `do_mprotect_pkey`, `mprotect_fixup`, `change_pte_range`.

use core::ops::ControlFlow;

use super::madvise::AREA_UNITS;
use super::mmap::{Event, is_accountable};
use super::vma::{Candidate, VmFlags};
use crate::cost::Cost;
use crate::errno::Errno;
use crate::func::Func;
use crate::rest::Ctx;
use crate::store::PageFlags;
use crate::trace::Trace;
use crate::units::{Bytes, VirtAddr, count, signed};
use crate::virt::paging::leaf::{LeafPlace, LeafSize};
use crate::virt::paging::pte::{Entry, PteFlags};
use crate::virt::tlb::mmu_gather::{MmuGather, Scope};
use crate::virt::{MmId, TaskId, VirtCounter, Vma};

/// Rights of the entries that an area's pages get (`vm_page_prot`): a private page is never
/// writable from here, so that the first write is seen.
pub(in crate::virt) fn page_prot(flags: VmFlags) -> PteFlags {
    if !flags.intersects(VmFlags::ACCESS) {
        return PteFlags::PROT_NONE.with(PteFlags::ACCESSED);
    }
    let mut prot = PteFlags::PRESENT.with(PteFlags::USER).with(PteFlags::ACCESSED);
    if flags.contains(VmFlags::SHARED.with(VmFlags::WRITE)) {
        prot = prot.with(PteFlags::WRITE);
    }
    if flags.contains(VmFlags::EXEC) { prot } else { prot.with(PteFlags::NO_EXEC) }
}

/// What an entry keeps when its rights change (`_PAGE_CHG_MASK`).
const KEPT: PteFlags = PteFlags::WRITE_THROUGH
    .with(PteFlags::CACHE_DISABLE)
    .with(PteFlags::SPECIAL)
    .with(PteFlags::ACCESSED)
    .with(PteFlags::DIRTY)
    .with(PteFlags::SOFT_DIRTY)
    .with(PteFlags::DEVMAP)
    .with(PteFlags::UFFD_WP);

/// What makes a cached translation wrong when it changes (`pte_needs_flush`).
const FLUSHED: PteFlags = PteFlags::PRESENT
    .with(PteFlags::WRITE)
    .with(PteFlags::USER)
    .with(PteFlags::NO_EXEC)
    .with(PteFlags::GLOBAL);

/// Entries that are collected before they are rewritten.
const LEAVES: u32 = 4096;

/// A call of `mprotect` under way.
#[derive(Debug)]
pub struct Mprotecting {
    mm: MmId,
    gather: MmuGather,
    start: VirtAddr,
    /// Where the next area is.
    at: VirtAddr,
    end: VirtAddr,
    prot: VmFlags,
    result: Result<(), Errno>,
    area: Option<Protecting>,
}

/// An area whose entries are being rewritten.
#[derive(Clone, Copy, Debug)]
struct Protecting {
    at: VirtAddr,
    until: VirtAddr,
    flags: VmFlags,
}

impl Mprotecting {
    /// Returns how many pages of the range are done, and how many there are.
    pub fn pages(&self) -> (u64, u64) {
        let pages = |end: VirtAddr| (end.0 - self.start.0) >> crate::units::PAGE_SHIFT;
        let at = self.area.map_or(self.at, |area| area.at.max(self.start));
        (pages(at), pages(self.end))
    }
}

impl Ctx<'_> {
    /// Gives the pages of a range other rights; `prot` is a subset of [`VmFlags::ACCESS`].
    /// What was changed before a hole or a refusal stays changed.
    pub fn mprotect(
        &mut self,
        task: TaskId,
        start: VirtAddr,
        len: Bytes,
        prot: VmFlags,
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        let mut call = self.mprotect_begin(task, (start, len), prot, tr);
        loop {
            if let ControlFlow::Break(result) = self.mprotect_go_on(&mut call, u32::MAX, tr) {
                return result;
            }
        }
    }

    /// Begins the same, to be done some pages at a time.
    pub fn mprotect_begin(
        &mut self,
        task: TaskId,
        (start, len): (VirtAddr, Bytes),
        prot: VmFlags,
        tr: &mut Trace,
    ) -> Mprotecting {
        let mm = self.rest.virt.mm_of(task);
        tr.spend(Cost::Syscall);
        let (end, result) = match self.protected_range(start, len) {
            Ok(end) => (end, Ok(())),
            Err(errno) => (start, Err(errno)),
        };
        let gather = MmuGather::new(mm, Scope::Part);
        Mprotecting { mm, gather, start, at: start, end, prot, result, area: None }
    }

    /// Returns the end of a range that may be protected.
    fn protected_range(&self, start: VirtAddr, len: Bytes) -> Result<VirtAddr, Errno> {
        if start.page_offset() != 0 {
            return Err(Errno::EINVAL);
        }
        let end = len.page_align().and_then(|len| self.rest.virt.mode.checked_add(start, len.0));
        if len.0 == 0 { Ok(start) } else { end.ok_or(Errno::ENOMEM) }
    }

    /// Goes on for at most `most` pages, or areas that come to as much; breaks with what the call
    /// returns.
    pub fn mprotect_go_on(
        &mut self,
        call: &mut Mprotecting,
        most: u32,
        tr: &mut Trace,
    ) -> ControlFlow<Result<(), Errno>> {
        let mut left = most;
        while call.result.is_ok() && (call.at < call.end || call.area.is_some()) {
            if left == 0 {
                return ControlFlow::Continue(());
            }
            if call.area.is_none() {
                call.result = self.next_protected(call, tr);
                left = left.saturating_sub(AREA_UNITS);
            } else {
                left = left.saturating_sub(self.protect_some(call, left, tr));
            }
        }
        core::mem::replace(&mut call.gather, MmuGather::new(call.mm, Scope::Part)).finish(self, tr);
        if let Err(errno) = call.result {
            tr.emit(Event::Refused { mm: call.mm, errno });
        }
        ControlFlow::Break(call.result)
    }

    /// Gives the next area of the range its rights; its entries are next.
    fn next_protected(&mut self, call: &mut Mprotecting, tr: &mut Trace) -> Result<(), Errno> {
        let Mprotecting { mm, at, end, prot, .. } = *call;
        let vma = self.rest.virt.find_vma(mm, at).filter(|vma| vma.start <= at).ok_or(Errno::ENOMEM)?.clone();
        let flags = vma.flags.without(VmFlags::ACCESS).with(prot);
        if prot.intersects(VmFlags::ACCESS.without(flags.allowed_access())) {
            return Err(Errno::EACCES);
        }
        let until = vma.end.min(end);
        tr.enter(Func::MprotectFixup);
        match self.mprotect_fixup(mm, &vma, (at, until), flags, tr) {
            Ok(Some(flags)) => call.area = Some(Protecting { at, until, flags }),
            Ok(None) => self.protected(call, until, tr),
            Err(errno) => {
                tr.leave();
                return Err(errno);
            }
        }
        Ok(())
    }

    /// Ends with an area.
    fn protected(&mut self, call: &mut Mprotecting, until: VirtAddr, tr: &mut Trace) {
        tr.leave();
        // A merge may have brought more than was asked for; all of it has these rights.
        let joined = self.rest.virt.find_vma(call.mm, VirtAddr(until.0 - 1));
        call.at = joined.map_or(until, |vma| vma.end.max(until).min(call.end));
    }

    /// Changes the area; returns its new flags if they are others than before.
    fn mprotect_fixup(
        &mut self,
        mm: MmId,
        vma: &Vma,
        (start, end): (VirtAddr, VirtAddr),
        flags: VmFlags,
        tr: &mut Trace,
    ) -> Result<Option<VmFlags>, Errno> {
        let old = vma.flags;
        if flags == old {
            return Ok(None);
        }
        let pages = signed((end.0 - start.0) >> crate::units::PAGE_SHIFT);
        let flags = self.charge_protected(old, flags, pages, tr)?;
        if let Err(errno) = self.reflag(mm, vma, (start, end), flags, tr) {
            if flags.contains(VmFlags::ACCOUNT) && !old.contains(VmFlags::ACCOUNT) {
                self.rest.virt.add(VirtCounter::Committed, -pages, tr);
            }
            return Err(errno);
        }
        tr.emit(Event::Protected { mm, start, end, old, new: flags });
        self.rest.virt.account_vm(mm, old, -pages, tr);
        self.rest.virt.account_vm(mm, flags, pages, tr);
        self.split_huge_at(mm, start, tr);
        self.split_huge_at(mm, end, tr);
        Ok(Some(flags))
    }

    /// Rewrites about `most` entries of an area for its rights (`change_protection`); returns how
    /// many that counts as.
    fn protect_some(&mut self, call: &mut Mprotecting, most: u32, tr: &mut Trace) -> u32 {
        let Some(Protecting { at, until, flags }) = call.area.take() else { return 0 };
        let most = most.min(LEAVES);
        let leaves = self.rest.virt.first_leaves(call.mm, (at, until), crate::units::index(most));
        for &leaf in &leaves.found {
            self.change_entry(&mut call.gather, call.mm, leaf, flags, tr);
        }
        match leaves.next {
            Some(at) => {
                call.area = Some(Protecting { at, until, flags });
                most
            }
            None => {
                self.protected(call, until, tr);
                count(leaves.found.len())
            }
        }
    }

    /// Gives `start..end` of an area other flags: joins it with a neighbour that has them
    /// already, or makes it an area of its own. Returns the start of the area it is now in.
    pub(in crate::virt) fn reflag(
        &mut self,
        mm: MmId,
        vma: &Vma,
        (start, end): (VirtAddr, VirtAddr),
        flags: VmFlags,
        tr: &mut Trace,
    ) -> Result<VirtAddr, Errno> {
        let range = Candidate {
            start,
            end,
            flags,
            pgoff: vma.pgoff_of(start),
            backing: &vma.backing,
            anon_vma: vma.anon_vma,
        };
        let before = if start > vma.start {
            Some(vma.clone())
        } else {
            self.rest.virt.find_vma_prev(mm, start).0.cloned()
        };
        let at = match self.rest.virt.merge_range(mm, before.as_ref(), &range, tr) {
            Some(at) => at,
            None => {
                self.cut_out(mm, vma, (start, end), tr)?;
                start
            }
        };
        self.split_at_borders(mm, (start, end), tr);
        self.rest.virt.vmas.update(mm, at, tr, |vma| {
            vma.flags = flags.with(vma.flags.and(VmFlags::SOFTDIRTY));
        });
        Ok(at)
    }

    /// Counts pages that become writable against memory, once.
    fn charge_protected(
        &mut self,
        old: VmFlags,
        flags: VmFlags,
        pages: i64,
        tr: &mut Trace,
    ) -> Result<VmFlags, Errno> {
        let exempt = VmFlags::ACCOUNT.with(VmFlags::WRITE).with(VmFlags::HUGETLB);
        if is_accountable(flags) && !old.intersects(exempt) {
            self.charge(pages, tr)?;
            return Ok(flags.with(VmFlags::ACCOUNT));
        }
        Ok(flags)
    }

    /// Makes `start..end` of an area one of its own.
    fn cut_out(
        &mut self,
        mm: MmId,
        vma: &Vma,
        (start, end): (VirtAddr, VirtAddr),
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        if start > vma.start {
            self.split_counted(mm, vma.start, start, tr)?;
        }
        if end < vma.end {
            self.split_counted(mm, start, end, tr)?;
        }
        Ok(())
    }

    /// Cuts an area unless the limit on their number forbids it (`split_vma`).
    fn split_counted(
        &mut self,
        mm: MmId,
        start: VirtAddr,
        at: VirtAddr,
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        if self.rest.virt.map_count(mm) >= self.rest.sysctl.max_map_count() {
            return Err(Errno::ENOMEM);
        }
        self.split_vma(mm, start, at, tr)
    }

    /// Cuts an area, and the huge page that the cut goes through (`__split_vma`).
    pub(in crate::virt) fn split_vma(
        &mut self,
        mm: MmId,
        start: VirtAddr,
        at: VirtAddr,
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        self.rest.virt.split_vma(mm, start, at, tr)?;
        self.split_huge_at(mm, at, tr);
        Ok(())
    }

    fn change_entry(
        &mut self,
        gather: &mut MmuGather,
        mm: MmId,
        leaf: LeafPlace,
        flags: VmFlags,
        tr: &mut Trace,
    ) {
        let codec = self.rest.virt.mode.codec;
        let Entry::Leaf { pfn, flags: old } = leaf.entry(self.rest.virt.mode) else { return };
        let mut new = old.and(KEPT).with(page_prot(flags));
        if leaf.size == LeafSize::Page
            && flags.contains(VmFlags::WRITE)
            && !new.intersects(PteFlags::WRITE.with(PteFlags::SPECIAL))
            && self.phys.frames.mem_map.state(pfn).flags().contains(PageFlags::ANON_EXCLUSIVE)
        {
            // The process has the page to itself: no fault is needed to find that out.
            new = new.with(PteFlags::WRITE);
        }
        let place = (leaf.table, leaf.index);
        let flushes = old.contains(PteFlags::PRESENT) && old.and(FLUSHED) != new.and(FLUSHED);
        let raw = match leaf.size {
            LeafSize::Page => codec.encode_page(pfn, new),
            LeafSize::Huge => codec.encode_large(pfn, new),
        };
        match leaf.size {
            _ if raw == leaf.raw => {}
            LeafSize::Page => {
                self.rest.virt.set_leaf(mm, leaf.va, place, raw, tr);
                if flushes {
                    gather.note_page(leaf.va);
                }
            }
            // A huge page, even the process's own, waits for a write to become writable.
            LeafSize::Huge => {
                self.rest.virt.set_huge(mm, leaf.va, place, raw, tr);
                if flushes {
                    gather.note_huge(leaf.va, self.rest.virt.mode.huge_size());
                }
            }
        }
    }
}
