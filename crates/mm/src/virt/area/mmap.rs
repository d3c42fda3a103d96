//! Making and removing areas: `mmap` and `munmap`.
//!
//! Nothing here gives memory; a page comes with its first fault. Mirrors 6.1 `mm/mmap.c`:
//! `do_mmap`, `mmap_region`, `do_mas_munmap`, and `mm/util.c: __vm_enough_memory`.

use std::collections::BTreeMap;

use super::unmap::Unmapping;
use super::unmapped_area::Placement;
use super::vma::{Backing, Candidate, MappedFile, VmFlags};
use super::vma_merge::{MergeSide, pages_between};
use crate::cost::Cost;
use crate::errno::Errno;
use crate::func::Func;
use crate::rest::Ctx;
use crate::sysctl::Overcommit;
use crate::trace::Trace;
use crate::units::{Bytes, PAGE_SIZE, VirtAddr, signed};
use crate::virt::tlb::mmu_gather::Scope;
use crate::virt::{MmCounter, MmId, TaskId, VirtCounter, Vma};

/// What happened to areas.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Room was found, or the caller's choice accepted.
    Placed {
        /// Address space.
        mm: MmId,
        /// First address.
        start: VirtAddr,
        /// Size.
        len: Bytes,
        /// What the caller wanted.
        placement: Placement,
    },
    /// Private writable pages, or those of a shared object, were counted against memory.
    Charged {
        /// Pages asked for.
        pages: u64,
        /// Pages promised in all, these included.
        committed: u64,
        /// Pages above which the rule in force refuses, if there is such a number.
        limit: Option<u64>,
        /// Whether it allowed them.
        ok: bool,
    },
    /// An area was made.
    Created {
        /// Address space.
        mm: MmId,
        /// First address.
        start: VirtAddr,
        /// First address after it.
        end: VirtAddr,
        /// Rights and behaviour.
        flags: VmFlags,
    },
    /// A range became part of its neighbours; these are the bounds of the result.
    Merged {
        /// Address space.
        mm: MmId,
        /// First address.
        start: VirtAddr,
        /// First address after it.
        end: VirtAddr,
        /// Which neighbours.
        side: MergeSide,
    },
    /// An area was cut in two.
    Split {
        /// Address space.
        mm: MmId,
        /// First address of the lower part.
        start: VirtAddr,
        /// Where the upper part starts.
        at: VirtAddr,
        /// First address after the upper part.
        end: VirtAddr,
    },
    /// An area was removed.
    Removed {
        /// Address space.
        mm: MmId,
        /// First address.
        start: VirtAddr,
        /// First address after it.
        end: VirtAddr,
    },
    /// An area, or what it became by merging, got other rights.
    Protected {
        /// Address space.
        mm: MmId,
        /// First address that changed.
        start: VirtAddr,
        /// First address after it.
        end: VirtAddr,
        /// Flags before.
        old: VmFlags,
        /// Flags now.
        new: VmFlags,
    },
    /// A stack grew down to a fault.
    Grown {
        /// Address space.
        mm: MmId,
        /// First address before.
        from: VirtAddr,
        /// First address now.
        start: VirtAddr,
    },
    /// The call ends with an error.
    Refused {
        /// Address space.
        mm: MmId,
        /// The error.
        errno: Errno,
    },
}

/// What an area shall show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MapSource {
    /// Zeroes.
    Anonymous,
    /// A file from a page on.
    File {
        /// The file.
        file: MappedFile,
        /// First page of it.
        pgoff: u64,
    },
}

/// Whether writes are the caller's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sharing {
    /// `MAP_PRIVATE`.
    #[default]
    Private,
    /// `MAP_SHARED`.
    Shared,
}

/// A call of `mmap`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MmapRequest {
    /// Size.
    pub len: Bytes,
    /// Rights: a subset of [`VmFlags::ACCESS`].
    pub prot: VmFlags,
    /// Where.
    pub placement: Placement,
    /// Alignment wanted when the kernel chooses the place: ours, no flag of the kernel.
    pub align: Bytes,
    /// What it shows.
    pub source: MapSource,
    /// Private or shared.
    pub sharing: Sharing,
    /// Further flags: `NORESERVE`, `LOCKED`, `GROWSDOWN`.
    pub flags: VmFlags,
    /// Whether all pages are to be given at once (`MAP_POPULATE`).
    pub populate: bool,
}

impl MmapRequest {
    /// Asks for `len` bytes of private, readable and writable zeroes anywhere.
    pub fn anonymous(len: Bytes) -> MmapRequest {
        MmapRequest {
            len,
            prot: VmFlags::READ.with(VmFlags::WRITE),
            placement: Placement::Anywhere,
            align: Bytes(PAGE_SIZE),
            source: MapSource::Anonymous,
            sharing: Sharing::Private,
            flags: VmFlags::NONE,
            populate: false,
        }
    }
}

/// Flags of every new area on x86.
const NEW_AREA: VmFlags = VmFlags::MAY_ACCESS;

/// Pages of a new area on their way in.
#[derive(Debug)]
pub struct Populating {
    pub(in crate::virt) task: TaskId,
    pub(in crate::virt) start: VirtAddr,
    pub(in crate::virt) at: VirtAddr,
    pub(in crate::virt) end: VirtAddr,
}

impl Populating {
    /// Returns how many pages were given, and how many there are.
    pub fn pages(&self) -> (u64, u64) {
        let first = self.start.page_number();
        (self.at.page_number() - first, self.end.page_number() - first)
    }
}

/// A call of `mmap` under way: the area is there, its pages may not be.
#[derive(Debug)]
pub struct Mapping {
    /// Where the area begins.
    pub start: VirtAddr,
    /// The pages on their way in.
    pub populating: Option<Populating>,
}

/// A call of `munmap` under way: the areas are out, their pages may not be.
#[derive(Debug)]
pub struct Munmapping {
    /// The pages on their way out.
    pub memory: Unmapping,
}

impl Ctx<'_> {
    /// Makes an area; with `populate` or locked, gives its pages too.
    pub fn mmap(&mut self, task: TaskId, req: &MmapRequest, tr: &mut Trace) -> Result<VirtAddr, Errno> {
        let mut mapping = self.mmap_begin(task, req, tr)?;
        while self.mmap_go_on(&mut mapping, u32::MAX, tr) {}
        Ok(mapping.start)
    }

    /// Makes an area; the pages that it is to have are given by [`Ctx::mmap_go_on`], to be called
    /// until there are no more.
    pub fn mmap_begin(&mut self, task: TaskId, req: &MmapRequest, tr: &mut Trace) -> Result<Mapping, Errno> {
        let mm = self.rest.virt.mm_of(task);
        tr.enter(Func::DoMmap);
        tr.spend(Cost::Syscall);
        match self.do_mmap(mm, req, tr) {
            Ok(start) => {
                let populates = req.populate || req.flags.contains(VmFlags::LOCKED);
                let end = VirtAddr(start.0 + req.len.page_align().map_or(0, |len| len.0));
                let populating = populates.then(|| self.populate_begin(task, start, end, tr));
                Ok(Mapping { start, populating })
            }
            Err(errno) => {
                tr.emit(Event::Refused { mm, errno });
                tr.leave();
                Err(errno)
            }
        }
    }

    /// Gives at most `most` pages to a new area; returns whether there may be more.
    pub fn mmap_go_on(&mut self, mapping: &mut Mapping, most: u32, tr: &mut Trace) -> bool {
        if let Some(populating) = &mut mapping.populating
            && self.populate_go_on(populating, most, tr)
        {
            return true;
        }
        tr.leave();
        false
    }

    fn do_mmap(&mut self, mm: MmId, req: &MmapRequest, tr: &mut Trace) -> Result<VirtAddr, Errno> {
        if req.len.0 == 0 {
            return Err(Errno::EINVAL);
        }
        let len = req.len.page_align().ok_or(Errno::ENOMEM)?;
        if self.rest.virt.map_count(mm) > self.rest.sysctl.max_map_count() {
            return Err(Errno::ENOMEM);
        }
        let placement = self.raise_hint(req.placement);
        let align = if req.align.0.is_power_of_two() { req.align.0.max(PAGE_SIZE) } else { PAGE_SIZE };
        let start = self.rest.virt.unmapped_area(mm, len.0, align, placement)?;
        let end = VirtAddr(start.0 + len.0);
        if matches!(placement, Placement::NoReplace(_))
            && self.rest.virt.find_vma(mm, start).is_some_and(|vma| vma.start < end)
        {
            return Err(Errno::EEXIST);
        }
        // Only private memory without a file can be a stack.
        let private = req.source == MapSource::Anonymous && req.sharing == Sharing::Private;
        if req.flags.contains(VmFlags::GROWSDOWN) && !private {
            return Err(Errno::EINVAL);
        }
        tr.emit(Event::Placed { mm, start, len, placement });
        self.mmap_region(mm, (start, end), req, tr)?;
        Ok(start)
    }

    /// Raises a hint below `vm.mmap_min_addr` to it (`round_hint_to_min`).
    fn raise_hint(&self, placement: Placement) -> Placement {
        let min = self.rest.sysctl.mmap_min_addr().next_multiple_of(PAGE_SIZE);
        match placement {
            Placement::Hint(hint) if hint.page_start().0 == 0 => Placement::Anywhere,
            Placement::Hint(hint) if hint.0 < min => Placement::Hint(VirtAddr(min)),
            Placement::Hint(_) | Placement::Anywhere | Placement::Fixed(_) | Placement::NoReplace(_) => {
                placement
            }
        }
    }

    fn mmap_region(
        &mut self,
        mm: MmId,
        (start, end): (VirtAddr, VirtAddr),
        req: &MmapRequest,
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        tr.span(Func::MmapRegion, |tr| self.fill_region(mm, (start, end), req, tr))
    }

    fn fill_region(
        &mut self,
        mm: MmId,
        (start, end): (VirtAddr, VirtAddr),
        req: &MmapRequest,
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        self.do_munmap(mm, start, end, tr).map_err(|_| Errno::ENOMEM)?;
        let pages = pages_between(start, end);
        let mut flags = self.area_flags(req);
        if is_accountable(flags) {
            self.charge(pages, tr)?;
            flags = flags.with(VmFlags::ACCOUNT);
        }
        let (backing, pgoff) = self.backing_of((start, end), flags, req, tr)?;
        let range = Candidate { start, end, flags, pgoff, backing: &backing, anon_vma: None };
        if !self.rest.virt.expand_over(mm, &range, tr) {
            let flags = flags.with(VmFlags::SOFTDIRTY.on(self.rest.virt.arch));
            self.rest.virt.put_vma(mm, Vma { start, end, flags, pgoff, backing, anon_vma: None }, tr);
            tr.emit(Event::Created { mm, start, end, flags });
        }
        self.rest.virt.account_vm(mm, flags, pages, tr);
        if flags.contains(VmFlags::LOCKED) {
            self.rest.virt.add_mm(mm, MmCounter::LockedVm, pages, tr);
        }
        Ok(())
    }

    /// Returns the flags of the area that `req` asks for.
    fn area_flags(&self, req: &MmapRequest) -> VmFlags {
        let mut flags = NEW_AREA.with(req.prot).with(req.flags.without(VmFlags::NORESERVE));
        if req.sharing == Sharing::Shared {
            flags = flags.with(VmFlags::SHARED).with(VmFlags::MAYSHARE);
        }
        if req.flags.contains(VmFlags::NORESERVE) && self.rest.sysctl.overcommit() != Overcommit::Never {
            flags = flags.with(VmFlags::NORESERVE);
        }
        flags
    }

    /// Makes what the area will show. Shared memory is counted as one object, once and whole,
    /// whatever may be done with it, unless nothing is to be reserved (`shmem_zero_setup`).
    fn backing_of(
        &mut self,
        (start, end): (VirtAddr, VirtAddr),
        flags: VmFlags,
        req: &MmapRequest,
        tr: &mut Trace,
    ) -> Result<(Backing, u64), Errno> {
        Ok(match (&req.source, req.sharing) {
            (MapSource::File { file, pgoff }, _) => (Backing::File(file.clone()), *pgoff),
            (MapSource::Anonymous, Sharing::Private) => (Backing::Anon, start.page_number()),
            (MapSource::Anonymous, Sharing::Shared) => {
                let reserved = !flags.contains(VmFlags::NORESERVE);
                let charged = if reserved { pages_between(start, end) } else { 0 };
                if reserved {
                    self.charge(charged, tr)?;
                }
                let inode = u64::from(self.rest.virt.next_number(VirtCounter::SharedObjects, tr)) + 1;
                (Backing::SharedAnon { inode, charged: charged.unsigned_abs() }, 0)
            }
        })
    }

    /// Counts pages that memory may have to be found for, or refuses (`__vm_enough_memory`,
    /// for root: no reserve is kept back from it).
    pub(in crate::virt) fn charge(&mut self, pages: i64, tr: &mut Trace) -> Result<(), Errno> {
        let asked = pages.unsigned_abs();
        let committed = self.rest.virt.counter(VirtCounter::Committed) + asked;
        let (limit, ok) = match self.rest.sysctl.overcommit() {
            Overcommit::Always => (None, true),
            Overcommit::Guess => {
                let limit = self.phys.managed_pages();
                (Some(limit), asked <= limit)
            }
            Overcommit::Never => {
                let limit = self.rest.sysctl.commit_limit(self.phys.managed_pages());
                (Some(limit), committed < limit)
            }
        };
        if ok {
            self.rest.virt.add(VirtCounter::Committed, pages, tr);
        }
        tr.emit(Event::Charged { pages: asked, committed, limit, ok });
        if ok { Ok(()) } else { Err(Errno::ENOMEM) }
    }

    /// Puts an area of a new program in place, where nothing is mapped yet.
    pub(crate) fn map_exec_area(&mut self, mm: MmId, mut vma: Vma, tr: &mut Trace) {
        vma.flags = vma.flags.on(self.rest.virt.arch);
        let (start, end, flags, pages) = (vma.start, vma.end, vma.flags, signed(vma.pages()));
        self.rest.virt.put_vma(mm, vma, tr);
        self.rest.virt.account_vm(mm, flags, pages, tr);
        if flags.contains(VmFlags::ACCOUNT) {
            self.rest.virt.add(VirtCounter::Committed, pages, tr);
        }
        tr.emit(Event::Created { mm, start, end, flags });
    }

    /// Removes what is mapped between two addresses, pages and all.
    pub fn munmap(&mut self, task: TaskId, start: VirtAddr, len: Bytes, tr: &mut Trace) -> Result<(), Errno> {
        if let Some(mut under_way) = self.munmap_begin(task, start, len, tr)? {
            while self.munmap_go_on(&mut under_way, u32::MAX, tr) {}
            self.munmap_end(under_way, tr);
        }
        Ok(())
    }

    /// Begins the same, to be done some pages at a time; `None` when there is nothing to unmap.
    pub fn munmap_begin(
        &mut self,
        task: TaskId,
        start: VirtAddr,
        len: Bytes,
        tr: &mut Trace,
    ) -> Result<Option<Munmapping>, Errno> {
        let mm = self.rest.virt.mm_of(task);
        tr.enter(Func::DoMunmap);
        tr.spend(Cost::Syscall);
        let begun = self.munmap_range(start, len).and_then(|end| self.do_munmap_begin(mm, (start, end), tr));
        if let Err(errno) = begun {
            tr.emit(Event::Refused { mm, errno });
        }
        if !matches!(begun, Ok(Some(_))) {
            tr.leave();
        }
        begun
    }

    /// Takes out at most `most` pages; returns whether there may be more.
    pub fn munmap_go_on(&mut self, under_way: &mut Munmapping, most: u32, tr: &mut Trace) -> bool {
        self.unmap_vmas_go_on(&mut under_way.memory, most, tr)
    }

    /// Ends the call once the pages are out.
    pub fn munmap_end(&mut self, under_way: Munmapping, tr: &mut Trace) {
        self.do_munmap_end(under_way, tr);
        tr.leave();
    }

    /// Checks the arguments of `munmap`; returns the end of the range.
    fn munmap_range(&self, start: VirtAddr, len: Bytes) -> Result<VirtAddr, Errno> {
        let task_size = self.rest.virt.layout.task_size;
        if start.page_offset() != 0 || start.0 > task_size || len.0 > task_size - start.0 {
            return Err(Errno::EINVAL);
        }
        match len.page_align() {
            Some(Bytes(0)) | None => Err(Errno::EINVAL),
            Some(len) => Ok(VirtAddr(start.0 + len.0)),
        }
    }

    /// Cuts areas at the ends of the range, takes those within out, and unmaps them. What was
    /// cut stays cut when a later part refuses.
    pub(in crate::virt) fn do_munmap(
        &mut self,
        mm: MmId,
        start: VirtAddr,
        end: VirtAddr,
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        if let Some(mut under_way) = self.do_munmap_begin(mm, (start, end), tr)? {
            while self.munmap_go_on(&mut under_way, u32::MAX, tr) {}
            self.do_munmap_end(under_way, tr);
        }
        Ok(())
    }

    fn do_munmap_begin(
        &mut self,
        mm: MmId,
        (start, end): (VirtAddr, VirtAddr),
        tr: &mut Trace,
    ) -> Result<Option<Munmapping>, Errno> {
        let Some(first) = self.rest.virt.find_vma(mm, start).filter(|vma| vma.start < end) else {
            return Ok(None);
        };
        if first.start < start {
            let full = self.rest.virt.map_count(mm) >= self.rest.sysctl.max_map_count();
            if end < first.end && full {
                return Err(Errno::ENOMEM);
            }
            let at = first.start;
            self.split_vma(mm, at, start, tr)?;
        }
        let reaching =
            self.rest.virt.find_vma(mm, VirtAddr(end.0 - 1)).filter(|vma| vma.start < end && vma.end > end);
        if let Some(last) = reaching {
            let at = last.start;
            self.split_vma(mm, at, end, tr)?;
        }
        let areas = self.detach(mm, start, end, tr);
        Ok(Some(self.unmap_region_begin(mm, areas, (start, end), tr)))
    }

    fn do_munmap_end(&mut self, under_way: Munmapping, tr: &mut Trace) {
        let mm = under_way.memory.mm;
        let areas = self.unmap_vmas_end(under_way.memory, tr);
        self.remove_areas(mm, &areas, tr);
    }

    fn detach(&mut self, mm: MmId, start: VirtAddr, end: VirtAddr, tr: &mut Trace) -> Vec<Vma> {
        let last = VirtAddr(end.0 - 1);
        let within: Vec<Vma> = self.rest.virt.vmas.starting_in(mm, start, last).cloned().collect();
        for vma in &within {
            self.rest.virt.take_vma(mm, vma.start, tr);
            if vma.flags.contains(VmFlags::LOCKED) {
                self.rest.virt.add_mm(mm, MmCounter::LockedVm, -signed(vma.pages()), tr);
            }
            tr.emit(Event::Removed { mm, start: vma.start, end: vma.end });
        }
        within
    }

    /// Begins to zap the pages of areas just taken out; tables that no other area needs go with
    /// them.
    fn unmap_region_begin(
        &mut self,
        mm: MmId,
        areas: Vec<Vma>,
        (start, end): (VirtAddr, VirtAddr),
        tr: &mut Trace,
    ) -> Munmapping {
        let (prev, next) = self.rest.virt.find_vma_prev(mm, start);
        let floor = prev.map_or(0, |vma| vma.end.0);
        let ceiling = next.map_or(self.rest.virt.layout.task_size, |vma| vma.start.0);
        debug_assert!(floor <= start.0 && ceiling >= end.0, "neighbours lie outside the range");
        self.lru_add_drain(tr);
        let rss = self.rest.virt.rss(mm);
        self.rest.virt.raise_mm(mm, MmCounter::HiwaterRss, rss, tr);
        let memory = self.unmap_vmas_begin(mm, areas, (Scope::Part, (floor, ceiling)), tr);
        Munmapping { memory }
    }

    /// Takes removed areas out of the counters (`remove_mt`).
    pub(in crate::virt) fn remove_areas(&mut self, mm: MmId, areas: &[Vma], tr: &mut Trace) {
        let total = self.rest.virt.mm_counter(mm, MmCounter::TotalVm);
        self.rest.virt.raise_mm(mm, MmCounter::HiwaterVm, total, tr);
        for vma in areas {
            let pages = signed(vma.pages());
            if vma.flags.contains(VmFlags::ACCOUNT) {
                self.rest.virt.add(VirtCounter::Committed, -pages, tr);
            }
            self.rest.virt.account_vm(mm, vma.flags, -pages, tr);
        }
        self.evict_shared(areas, tr);
    }

    /// Gives back what shared objects were counted as, with the last area that shows any of one
    /// (`shmem_evict_inode`).
    fn evict_shared(&mut self, areas: &[Vma], tr: &mut Trace) {
        let mut gone = BTreeMap::new();
        for vma in areas {
            if let Backing::SharedAnon { inode, charged } = vma.backing
                && self.rest.virt.users_of_shared(inode) == 0
            {
                gone.insert(inode, charged);
            }
        }
        for charged in gone.into_values() {
            self.rest.virt.add(VirtCounter::Committed, -signed(charged), tr);
        }
    }
}

/// Returns whether pages of such an area may all need memory of their own
/// (`accountable_mapping`).
pub(in crate::virt) fn is_accountable(flags: VmFlags) -> bool {
    let deciding = VmFlags::NORESERVE.with(VmFlags::SHARED).with(VmFlags::WRITE);
    flags.and(deciding) == VmFlags::WRITE
}
