//! Advice about memory: `madvise`.
//!
//! Most advice is a flag of the area, which cuts and joins areas as rights do; `DONTNEED` takes
//! the pages away at once and leaves the area. Pieces without an area are passed over and make
//! the call end with `ENOMEM`. Mirrors 6.1 `mm/madvise.c`: `do_madvise`, `madvise_walk_vmas`,
//! `madvise_update_vma`, and `mm/huge_memory.c: hugepage_madvise`.

use super::mmap::Event as MmapEvent;
use super::mmu_gather::{MmuGather, Scope};
use super::vma::VmFlags;
use super::{Ctx, MmCounter, MmId, PagingMode, Vma};
use crate::cost::Cost;
use crate::errno::Errno;
use crate::func::Func;
use crate::task::TaskId;
use crate::trace::Trace;
use crate::units::{Bytes, VirtAddr};

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
        let mm = self.virt.mm_of(task);
        tr.enter(Func::DoMadvise);
        tr.spend(Cost::Syscall);
        let result = match advised_range(self.virt.mode, start, len) {
            Ok(None) => Ok(()),
            Ok(Some(end)) => self.advise_areas(mm, (start, end), advice, tr),
            Err(errno) => Err(errno),
        };
        if let Err(errno) = result {
            tr.emit(MmapEvent::Refused { mm, errno });
        }
        tr.leave();
        result
    }

    fn advise_areas(
        &mut self,
        mm: MmId,
        (start, end): (VirtAddr, VirtAddr),
        advice: Advice,
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        let (mut at, mut result) = (start, Ok(()));
        while at < end {
            let vma = self.virt.find_vma(mm, at).filter(|vma| vma.start < end).cloned();
            let begin = vma.as_ref().map_or(end, |vma| vma.start.max(at));
            if begin > at {
                tr.emit(Event::Hole { mm, start: at, end: begin });
                result = Err(Errno::ENOMEM);
            }
            let Some(vma) = vma else { break };
            let until = vma.end.min(end);
            at = self.advise_area(mm, &vma, (begin, until), advice, tr)?.max(until);
        }
        result
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
            Advice::Dontneed => {
                self.zap_advised(mm, vma, (start, end), tr)?;
                return Ok(vma.end);
            }
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
        Ok(self.virt.find_vma(mm, start).map_or(end, |vma| vma.end))
    }

    /// Takes the pages of a range away (`madvise_dontneed_single_vma`).
    fn zap_advised(
        &mut self,
        mm: MmId,
        vma: &Vma,
        (start, end): (VirtAddr, VirtAddr),
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        if vma.flags.intersects(VmFlags::LOCKED.with(VmFlags::PFNMAP)) {
            return Err(Errno::EINVAL);
        }
        self.lru_add_drain(tr);
        let mut gather = MmuGather::new(mm, Scope::Part);
        let rss = self.virt.rss(mm);
        self.virt.raise_mm(mm, MmCounter::HiwaterRss, rss, tr);
        self.zap_range(&mut gather, mm, start, end, tr);
        let pages = rss - self.virt.rss(mm);
        tr.emit(Event::Zapped { mm, start, end, pages });
        gather.finish(self, tr);
        Ok(())
    }
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
