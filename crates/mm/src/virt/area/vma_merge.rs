//! Writing areas: make, cut, join, remove, with the counters that follow.
//!
//! Mirrors 6.1 `mm/mmap.c`: `vma_merge`, `__split_vma`, `vma_expand`, `vm_stat_account`.

use super::mmap::Event;
use super::vma::{Candidate, VmFlags, anon_vmas_agree};
use crate::cost::Cost;
use crate::errno::Errno;
use crate::trace::Trace;
use crate::units::{PAGE_SHIFT, VirtAddr, signed};
use crate::virt::{MmCounter, MmId, Virt, Vma};

/// Which neighbours a range was joined with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MergeSide {
    /// The range became part of the area below.
    Below,
    /// The range became part of the area above.
    Above,
    /// The range joined the areas below and above.
    Both,
}

impl Virt {
    /// Stores an area under its own start.
    pub(in crate::virt) fn put_vma(&mut self, mm: MmId, vma: Vma, tr: &mut Trace) {
        debug_assert!(vma.start < vma.end, "an area without pages");
        if self.vmas.get(mm, vma.start).is_none() {
            self.add_mm(mm, MmCounter::MapCount, 1, tr);
            self.count_shared_user(&vma.backing, 1, tr);
        }
        self.vmas.set(mm, vma, tr);
        tr.spend(Cost::VmaUpdate);
    }

    /// Takes the area that starts at `start` out.
    pub(in crate::virt) fn take_vma(&mut self, mm: MmId, start: VirtAddr, tr: &mut Trace) -> Vma {
        let vma = self.vmas.get(mm, start).expect("an area to remove").clone();
        self.vmas.remove(mm, start, tr);
        self.add_mm(mm, MmCounter::MapCount, -1, tr);
        self.count_shared_user(&vma.backing, -1, tr);
        vma
    }

    /// Moves the start of an area, its offset with it.
    pub(in crate::virt) fn move_start(&mut self, mm: MmId, start: VirtAddr, to: VirtAddr, tr: &mut Trace) {
        self.vmas.update(mm, start, tr, |vma| {
            vma.pgoff = vma.pgoff.wrapping_add(to.page_number()).wrapping_sub(vma.start.page_number());
            vma.start = to;
        });
        tr.spend(Cost::VmaUpdate);
    }

    /// Moves the end of an area.
    pub(in crate::virt) fn move_end(&mut self, mm: MmId, start: VirtAddr, to: VirtAddr, tr: &mut Trace) {
        self.vmas.update(mm, start, tr, |vma| vma.end = to);
        tr.spend(Cost::VmaUpdate);
    }

    /// Cuts the area that starts at `start` in two at `at` (`__split_vma`).
    pub(in crate::virt) fn split_vma(
        &mut self,
        mm: MmId,
        start: VirtAddr,
        at: VirtAddr,
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        let vma = self.vmas.get(mm, start).expect("an area to cut").clone();
        if !vma.may_split() {
            return Err(Errno::EINVAL);
        }
        let upper = Vma { start: at, pgoff: vma.pgoff_of(at), ..vma.clone() };
        self.move_end(mm, start, at, tr);
        self.put_vma(mm, upper, tr);
        tr.emit(Event::Split { mm, start, at, end: vma.end });
        Ok(())
    }

    /// Gives a range that has an area, or is part of one, to a neighbour it now equals
    /// (`vma_merge`). `prev` is the area before the range, or the one it is the end of.
    /// Returns the start of the area that has the range now.
    pub(in crate::virt) fn merge_range(
        &mut self,
        mm: MmId,
        prev: Option<&Vma>,
        range: &Candidate,
        tr: &mut Trace,
    ) -> Option<VirtAddr> {
        let after = prev.map_or(VirtAddr(0), |prev| prev.end);
        let mid = self.find_vma(mm, after).cloned();
        let next = match &mid {
            Some(mid) if mid.end == range.end => self.find_vma(mm, mid.end).cloned(),
            _ => mid.clone(),
        };
        let mid = mid.filter(|mid| mid.start < range.end);
        let below = prev.filter(|prev| range.may_follow(prev));
        let above = next.filter(|next| range.may_precede(next));
        match (below, above) {
            (Some(prev), Some(next)) if anon_vmas_agree(prev.anon_vma, next.anon_vma, None) => {
                let anon_vma = prev.anon_vma.or(mid.as_ref().and_then(|mid| mid.anon_vma)).or(next.anon_vma);
                if let Some(mid) = mid {
                    self.take_vma(mm, mid.start, tr);
                }
                self.take_vma(mm, next.start, tr);
                self.put_vma(mm, Vma { end: next.end, anon_vma, ..prev.clone() }, tr);
                Some(self.merged(mm, prev.start, next.end, MergeSide::Both, tr))
            }
            (Some(prev), _) => {
                let anon_vma = prev.anon_vma.or(mid.as_ref().and_then(|mid| mid.anon_vma));
                match mid {
                    Some(mid) if mid.end > range.end => self.move_start(mm, mid.start, range.end, tr),
                    Some(mid) => drop(self.take_vma(mm, mid.start, tr)),
                    None => {}
                }
                self.put_vma(mm, Vma { end: range.end, anon_vma, ..prev.clone() }, tr);
                Some(self.merged(mm, prev.start, range.end, MergeSide::Below, tr))
            }
            (None, Some(next)) => {
                let shrinks = prev.filter(|prev| range.start < prev.end);
                let exporter = shrinks.or(mid.as_ref());
                let anon_vma = next.anon_vma.or(exporter.and_then(|vma| vma.anon_vma));
                if let Some(prev) = shrinks {
                    self.move_end(mm, prev.start, range.start, tr);
                } else if let Some(mid) = mid {
                    self.take_vma(mm, mid.start, tr);
                }
                self.move_start(mm, next.start, range.start, tr);
                self.vmas.update(mm, range.start, tr, |vma| vma.anon_vma = anon_vma);
                Some(self.merged(mm, range.start, next.end, MergeSide::Above, tr))
            }
            (None, None) => None,
        }
    }

    /// Gives a range without an area to its neighbours, if one fits (the first half of
    /// `mmap_region`, `vma_expand`). Returns whether it found one.
    pub(in crate::virt) fn expand_over(&mut self, mm: MmId, range: &Candidate, tr: &mut Trace) -> bool {
        let (prev, next) = self.find_vma_prev(mm, range.start);
        let next = next.filter(|next| range.may_precede(next)).cloned();
        let with_next = Candidate { anon_vma: next.as_ref().and_then(|next| next.anon_vma), ..range.clone() };
        let prev = prev.filter(|prev| with_next.may_follow(prev)).cloned();
        match (prev, next) {
            (Some(prev), Some(next)) => {
                let anon_vma = prev.anon_vma.or(next.anon_vma);
                self.take_vma(mm, next.start, tr);
                let start = prev.start;
                self.put_vma(mm, Vma { end: next.end, anon_vma, ..prev }, tr);
                self.merged(mm, start, next.end, MergeSide::Both, tr);
            }
            (Some(prev), None) => {
                self.move_end(mm, prev.start, range.end, tr);
                self.merged(mm, prev.start, range.end, MergeSide::Below, tr);
            }
            (None, Some(next)) => {
                self.move_start(mm, next.start, range.start, tr);
                self.merged(mm, range.start, next.end, MergeSide::Above, tr);
            }
            (None, None) => return false,
        }
        true
    }

    fn merged(
        &mut self,
        mm: MmId,
        start: VirtAddr,
        end: VirtAddr,
        side: MergeSide,
        tr: &mut Trace,
    ) -> VirtAddr {
        tr.emit(Event::Merged { mm, start, end, side });
        start
    }

    /// Counts pages that came to, or left, areas with `flags` (`vm_stat_account`).
    pub(in crate::virt) fn account_vm(&mut self, mm: MmId, flags: VmFlags, pages: i64, tr: &mut Trace) {
        self.add_mm(mm, MmCounter::TotalVm, pages, tr);
        let write_exec = flags.and(VmFlags::EXEC.with(VmFlags::WRITE).with(VmFlags::GROWSDOWN));
        let counter = if write_exec == VmFlags::EXEC {
            MmCounter::ExecVm
        } else if flags.contains(VmFlags::GROWSDOWN) {
            MmCounter::StackVm
        } else if flags.and(VmFlags::WRITE.with(VmFlags::SHARED)) == VmFlags::WRITE {
            MmCounter::DataVm
        } else {
            return;
        };
        self.add_mm(mm, counter, pages, tr);
    }

    /// Returns the number of areas of `mm`.
    pub fn map_count(&self, mm: MmId) -> u64 {
        self.mm_counter(mm, MmCounter::MapCount)
    }
}

/// Returns the pages between two addresses, signed for counters.
pub(in crate::virt) fn pages_between(start: VirtAddr, end: VirtAddr) -> i64 {
    signed((end.0 - start.0) >> PAGE_SHIFT)
}
