//! Advice about memory: `madvise`.
//!
//! Most advice is a flag of the area, which cuts and joins areas as rights do; `DONTNEED` takes
//! the pages away at once and leaves the area. Pieces without an area are passed over and make
//! the call end with `ENOMEM`. Mirrors 6.1 `mm/madvise.c`: `do_madvise`, `madvise_walk_vmas`,
//! `madvise_update_vma`, and `mm/huge_memory.c: hugepage_madvise`.

use core::ops::ControlFlow;

use super::mmap::Event as MmapEvent;
use super::unmap::Unmapping;
use super::vma::VmFlags;
use crate::cost::Cost;
use crate::errno::Errno;
use crate::func::Func;
use crate::rest::Ctx;
use crate::trace::Trace;
use crate::units::{Bytes, VirtAddr};
use crate::virt::tlb::mmu_gather::Scope;
use crate::virt::{MmCounter, MmId, PagingMode, TaskId, Vma};

macro_rules! advice {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What a program says about memory (`MADV_*`).
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Advice { $($(#[$doc])* $name),* }

        impl Advice {
            /// Every advice that is modelled.
            pub const ALL: &[Advice] = &[$(Advice::$name),*];

            /// Returns the word of scripts: the kernel's name without `MADV_`, in lower case.
            pub const fn name(self) -> &'static str {
                match self { $(Advice::$name => $word),* }
            }
        }
    };
}

advice! {
    /// Nothing special is to be expected.
    Normal = "normal",
    /// Will be read at random.
    Random = "random",
    /// Will be read in order.
    Sequential = "sequential",
    /// The pages are not needed any more.
    Dontneed = "dontneed",
    /// A child shall not have it.
    Dontfork = "dontfork",
    /// A child shall have it.
    Dofork = "dofork",
    /// Huge pages are wanted.
    Hugepage = "hugepage",
    /// Huge pages are not wanted.
    Nohugepage = "nohugepage",
    /// Not to be in a core dump.
    Dontdump = "dontdump",
    /// To be in a core dump.
    Dodump = "dodump",
}

/// What happened to a call of `madvise`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// An area, or what it became by cutting and joining, got other flags.
    Flagged {
        /// Address space.
        mm: MmId,
        /// First address that changed.
        start: VirtAddr,
        /// First address after it.
        end: VirtAddr,
        /// The advice.
        advice: Advice,
        /// Flags before.
        old: VmFlags,
        /// Flags now.
        new: VmFlags,
    },
    /// The pages of a range are taken away; the area stays.
    Zapped {
        /// Address space.
        mm: MmId,
        /// First address.
        start: VirtAddr,
        /// First address after it.
        end: VirtAddr,
        /// Pages that were resident there.
        pages: u64,
    },
    /// A piece of the range has no area: it is passed over, and the call will fail.
    Hole {
        /// Address space.
        mm: MmId,
        /// First address.
        start: VirtAddr,
        /// First address after it.
        end: VirtAddr,
    },
    /// The advice changes nothing here.
    Unchanged {
        /// Address space.
        mm: MmId,
        /// First address.
        start: VirtAddr,
        /// First address after it.
        end: VirtAddr,
    },
}

/// Pages that an area counts as.
pub(in crate::virt) const AREA_UNITS: u32 = 16;

impl Ctx<'_> {
    /// Takes advice about a range.
    ///
    /// # Errors
    /// `EINVAL` for a start that is not a page's, a length that wraps, and advice that an area
    /// cannot take; `ENOMEM` when parts have no area, after the rest was served; `EAGAIN` when
    /// there would be too many areas.
    pub fn madvise(
        &mut self,
        task: TaskId,
        start: VirtAddr,
        len: Bytes,
        advice: Advice,
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        let mut call = self.madvise_begin(task, (start, len), advice, tr)?;
        loop {
            if let ControlFlow::Break(result) = self.madvise_go_on(&mut call, u32::MAX, tr) {
                return result;
            }
        }
    }

    /// Begins the same, to be done some pages at a time.
    pub fn madvise_begin(
        &mut self,
        task: TaskId,
        (start, len): (VirtAddr, Bytes),
        advice: Advice,
        tr: &mut Trace,
    ) -> Result<Madvising, Errno> {
        let mm = self.rest.virt.mm_of(task);
        tr.enter(Func::DoMadvise);
        tr.spend(Cost::Syscall);
        match advised_range(self.rest.virt.mode, start, len) {
            Ok(end) => {
                let end = end.unwrap_or(start);
                Ok(Madvising { mm, at: start, end, advice, result: Ok(()), zap: None })
            }
            Err(errno) => {
                tr.emit(MmapEvent::Refused { mm, errno });
                tr.leave();
                Err(errno)
            }
        }
    }

    /// Goes on for at most `most` pages, or areas that come to as much; breaks with what the call returns.
    pub fn madvise_go_on(
        &mut self,
        call: &mut Madvising,
        most: u32,
        tr: &mut Trace,
    ) -> ControlFlow<Result<(), Errno>> {
        let mut left = most;
        let result = loop {
            if left == 0 {
                return ControlFlow::Continue(());
            }
            if let Some(zap) = &mut call.zap {
                let before = zap.memory.entries().0;
                if self.unmap_some(&mut zap.memory, left, tr) {
                    return ControlFlow::Continue(());
                }
                left = left.saturating_sub(crate::units::low32(zap.memory.entries().0 - before));
                if let Some(zap) = call.zap.take() {
                    call.at = self.zapped(zap, tr);
                }
            }
            if call.at >= call.end {
                break call.result;
            }
            left = left.saturating_sub(AREA_UNITS);
            match self.advise_next(call, tr) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => break call.result,
                Err(errno) => break Err(errno),
            }
        };
        if let Err(errno) = result {
            tr.emit(MmapEvent::Refused { mm: call.mm, errno });
        }
        tr.leave();
        ControlFlow::Break(result)
    }

    /// Takes the advice about the next area; breaks where there is none.
    fn advise_next(&mut self, call: &mut Madvising, tr: &mut Trace) -> Result<ControlFlow<()>, Errno> {
        let Madvising { mm, at, end, advice, .. } = *call;
        let vma = self.rest.virt.find_vma(mm, at).filter(|vma| vma.start < end).cloned();
        let begin = vma.as_ref().map_or(end, |vma| vma.start.max(at));
        if begin > at {
            tr.emit(Event::Hole { mm, start: at, end: begin });
            call.result = Err(Errno::ENOMEM);
        }
        let Some(vma) = vma else { return Ok(ControlFlow::Break(())) };
        let until = vma.end.min(end);
        if advice == Advice::Dontneed {
            call.zap = Some(self.zap_advised(mm, &vma, (begin, until), tr)?);
        } else {
            call.at = self.advise_area(mm, &vma, (begin, until), advice, tr)?.max(until);
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Takes advice about `start..end` of an area; returns the end of the area it is now in.
    fn advise_area(
        &mut self,
        mm: MmId,
        vma: &Vma,
        (start, end): (VirtAddr, VirtAddr),
        advice: Advice,
        tr: &mut Trace,
    ) -> Result<VirtAddr, Errno> {
        let old = vma.flags;
        let new = match advice {
            Advice::Dontneed => unreachable!("takes pages away, not flags"),
            Advice::Dofork if old.contains(VmFlags::IO) => return Err(Errno::EINVAL),
            Advice::Dodump if old.intersects(VmFlags::SPECIAL) => return Err(Errno::EINVAL),
            Advice::Normal => old.without(VmFlags::RAND_READ.with(VmFlags::SEQ_READ)),
            Advice::Random => old.without(VmFlags::SEQ_READ).with(VmFlags::RAND_READ),
            Advice::Sequential => old.without(VmFlags::RAND_READ).with(VmFlags::SEQ_READ),
            Advice::Dontfork => old.with(VmFlags::DONTCOPY),
            Advice::Dofork => old.without(VmFlags::DONTCOPY),
            Advice::Hugepage => old.without(VmFlags::NOHUGEPAGE).with(VmFlags::HUGEPAGE),
            Advice::Nohugepage => old.without(VmFlags::HUGEPAGE).with(VmFlags::NOHUGEPAGE),
            Advice::Dontdump => old.with(VmFlags::DONTDUMP),
            Advice::Dodump => old.without(VmFlags::DONTDUMP),
        };
        if new == old {
            tr.emit(Event::Unchanged { mm, start, end });
            return Ok(vma.end);
        }
        // Too many areas are a shortage that may pass, says this call.
        let again = |errno| if errno == Errno::ENOMEM { Errno::EAGAIN } else { errno };
        self.reflag(mm, vma, (start, end), new, tr).map_err(again)?;
        tr.emit(Event::Flagged { mm, start, end, advice, old, new });
        Ok(self.rest.virt.find_vma(mm, start).map_or(end, |vma| vma.end))
    }

    /// Begins to take the pages of a range away (`madvise_dontneed_single_vma`).
    fn zap_advised(
        &mut self,
        mm: MmId,
        vma: &Vma,
        (start, end): (VirtAddr, VirtAddr),
        tr: &mut Trace,
    ) -> Result<Zap, Errno> {
        if vma.flags.intersects(VmFlags::LOCKED.with(VmFlags::PFNMAP)) {
            return Err(Errno::EINVAL);
        }
        self.lru_add_drain(tr);
        let rss = self.rest.virt.rss(mm);
        self.rest.virt.raise_mm(mm, MmCounter::HiwaterRss, rss, tr);
        let part = Vma { start, end, ..vma.clone() };
        let memory = self.unmapping(mm, vec![part], Scope::Part);
        Ok(Zap { memory, range: (start, end), rss, next: vma.end })
    }

    /// Says what was taken away; returns where the advice goes on.
    fn zapped(&mut self, zap: Zap, tr: &mut Trace) -> VirtAddr {
        let (mm, (start, end)) = (zap.memory.mm, zap.range);
        let pages = zap.rss - self.rest.virt.rss(mm);
        tr.emit(Event::Zapped { mm, start, end, pages });
        self.zap_end(zap.memory, tr);
        zap.next
    }
}

/// A call of `madvise` under way.
#[derive(Debug)]
pub struct Madvising {
    mm: MmId,
    at: VirtAddr,
    end: VirtAddr,
    advice: Advice,
    result: Result<(), Errno>,
    zap: Option<Zap>,
}

impl Madvising {
    /// Returns how many entries are out of the present area, and how many pages there were.
    pub fn entries(&self) -> (u64, u64) {
        self.zap.as_ref().map_or((0, 0), |zap| zap.memory.entries())
    }
}

/// Pages of an area on their way out.
#[derive(Debug)]
struct Zap {
    memory: Unmapping,
    range: (VirtAddr, VirtAddr),
    rss: u64,
    /// End of the area.
    next: VirtAddr,
}

/// Checks the range; returns its end, `None` when it is empty.
fn advised_range(mode: &PagingMode, start: VirtAddr, len: Bytes) -> Result<Option<VirtAddr>, Errno> {
    if start.page_offset() != 0 {
        return Err(Errno::EINVAL);
    }
    let len = len.page_align().ok_or(Errno::EINVAL)?;
    let end = mode.checked_add(start, len.0).ok_or(Errno::EINVAL)?;
    Ok((end > start).then_some(end))
}
