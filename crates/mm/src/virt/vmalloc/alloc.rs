//! Making an area: addresses first, then frames one by one, then the entries that map them.
//!
//! A [`Vmalloc`] is a request under way, so that a large one can be made in slices. Mirrors
//! 6.1 `mm/vmalloc.c`: `__vmalloc_node_range`, `__get_vm_area_node`, `alloc_vmap_area`,
//! `__vmalloc_area_node`, `vm_area_alloc_pages`.

use super::{AreaKey, Event, Range, VmArea, pieces_of};
use crate::config::Arch;
use crate::cost::Cost;
use crate::errno::Errno;
use crate::func::Func;
use crate::gfp::Gfp;
use crate::identity::Identity;
use crate::phys::AllocRequest;
use crate::rest::Ctx;
use crate::trace::Trace;
use crate::units::{Order, PAGE_SIZE, Pfn, VirtAddr, count, low32};

/// Frames asked for at a time.
const HANDFUL: u32 = 100;
/// Pages mapped in a slice of work.
const MAP_SLICE: u32 = 512;

/// How far a request has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// There is more to do: frames got or mapped, of how many.
    Under {
        /// Pages got and pages mapped.
        done: u32,
        /// Twice the pages.
        total: u32,
    },
    /// The memory is ready.
    Done(VirtAddr),
}

/// A request under way.
#[derive(Debug)]
pub struct Vmalloc {
    start: VirtAddr,
    total: u32,
    frames: Vec<Pfn>,
    by_handful: bool,
    mapped: u32,
}

/// Bytes of a `struct vm_struct`.
const fn vm_struct_bytes(arch: Arch) -> u64 {
    match arch {
        Arch::X86_64 => 64,
        Arch::I386 => 32,
    }
}

/// Bytes of a pointer.
const fn pointer_bytes(arch: Arch) -> u64 {
    match arch {
        Arch::X86_64 => 8,
        Arch::I386 => 4,
    }
}

impl Ctx<'_> {
    /// Allocates `bytes` that are contiguous in addresses.
    ///
    /// # Errors
    /// `ENOMEM` when it is nothing or more than all memory, no range of addresses is that
    /// large, or frames run out.
    pub fn vmalloc(&mut self, bytes: u64, tr: &mut Trace) -> Result<VirtAddr, Errno> {
        let mut job = self.vmalloc_begin(bytes, tr)?;
        loop {
            if let Progress::Done(start) = self.vmalloc_go_on(&mut job, tr)? {
                return Ok(start);
            }
        }
    }

    /// Begins to allocate: finds the addresses and makes the records.
    ///
    /// # Errors
    /// As [`Ctx::vmalloc`]; then nothing is left to do.
    pub fn vmalloc_begin(&mut self, bytes: u64, tr: &mut Trace) -> Result<Vmalloc, Errno> {
        tr.enter(Func::Vmalloc);
        let job = self.begin(bytes, tr);
        if job.is_err() {
            tr.leave();
        }
        job
    }

    /// Does a slice of the work.
    ///
    /// # Errors
    /// As [`Ctx::vmalloc`]; then all is given back.
    pub fn vmalloc_go_on(&mut self, job: &mut Vmalloc, tr: &mut Trace) -> Result<Progress, Errno> {
        let progress = self.go_on(job, tr);
        if progress.is_err() {
            let got = count(job.frames.len());
            tr.emit(Event::Failed { start: job.start, got, total: job.total });
            self.keep_frames(job, tr);
            tr.span(Func::Vfree, |tr| {
                self.unmap_area(job.start, tr);
            });
        }
        if !matches!(progress, Ok(Progress::Under { .. })) {
            tr.leave();
        }
        progress
    }

    fn begin(&mut self, bytes: u64, tr: &mut Trace) -> Result<Vmalloc, Errno> {
        let ram_pages = self.phys.managed_pages();
        if bytes == 0 || bytes / PAGE_SIZE > ram_pages {
            tr.emit(Event::Refused { bytes, ram_pages });
            return Err(Errno::ENOMEM);
        }
        let size = bytes.next_multiple_of(PAGE_SIZE);
        let vm_struct = self.kmalloc(vm_struct_bytes(self.rest.virt.arch), Gfp::KERNEL, tr)?;
        let Some(start) = self.alloc_vmap_area(size + PAGE_SIZE, tr) else {
            self.kfree(vm_struct, tr).expect("a record that kmalloc gave");
            return Err(Errno::ENOMEM);
        };
        let end = VirtAddr(start.0 + size + PAGE_SIZE);
        let area = VmArea { start, end, bytes, pages: [].into(), vm_struct, page_array: None };
        self.rest.virt.vmap.busy.set(AreaKey::of(start), area, tr);
        let total = low32(size / PAGE_SIZE);
        let job = Vmalloc { start, total, frames: Vec::new(), by_handful: true, mapped: 0 };
        match self.page_array(start, total, tr) {
            Ok(at) => {
                self.rest.virt.vmap.busy.update(AreaKey::of(start), tr, |area| area.page_array = Some(at));
                Ok(job)
            }
            Err(errno) => {
                tr.emit(Event::Failed { start, got: 0, total });
                self.unmap_area(start, tr);
                Err(errno)
            }
        }
    }

    /// Takes the lowest free addresses that fit; flushes those that wait if there are none.
    fn alloc_vmap_area(&mut self, bytes: u64, tr: &mut Trace) -> Option<VirtAddr> {
        tr.span(Func::AllocVmapArea, |tr| {
            tr.spend(Cost::VmapArea);
            let mut found = self.rest.virt.vmap.cut_lowest(bytes, tr);
            if found.is_none() && self.rest.virt.vmap.lazy().next().is_some() {
                tr.emit(Event::NoRoom { bytes, largest: self.rest.virt.vmap.largest_free() });
                self.purge_lazy(None, tr);
                found = self.rest.virt.vmap.cut_lowest(bytes, tr);
            }
            match found {
                Some((Range { start, end: free_until }, too_small)) => {
                    let until = VirtAddr(start.0 + bytes);
                    tr.emit(Event::Reserved { start, until, free_until, too_small });
                }
                None => tr.emit(Event::NoRoom { bytes, largest: self.rest.virt.vmap.largest_free() }),
            }
            found.map(|(range, _)| range.start)
        })
    }

    /// Allocates the list of an area's frames: by `kmalloc` up to a page, else by `vmalloc`.
    fn page_array(&mut self, start: VirtAddr, pages: u32, tr: &mut Trace) -> Result<VirtAddr, Errno> {
        let bytes = u64::from(pages) * pointer_bytes(self.rest.virt.arch);
        let is_nested = bytes > PAGE_SIZE;
        let gfp = Gfp::KERNEL | Gfp::ZERO;
        let at = if is_nested { self.vmalloc(bytes, tr)? } else { self.kmalloc(bytes, gfp, tr)? };
        tr.emit(Event::PageArray { start, pages, bytes, list_at: at, is_nested });
        Ok(at)
    }

    fn go_on(&mut self, job: &mut Vmalloc, tr: &mut Trace) -> Result<Progress, Errno> {
        if count(job.frames.len()) < job.total {
            let got = tr.span(Func::VmAreaAllocPages, |tr| self.more_frames(job, tr));
            got?;
        } else {
            if job.mapped == 0 {
                self.keep_frames(job, tr);
            }
            let mapped = tr.span(Func::VmapPagesRange, |tr| self.map_some(job, tr));
            mapped?;
        }
        if job.mapped < job.total {
            return Ok(Progress::Under { done: count(job.frames.len()) + job.mapped, total: 2 * job.total });
        }
        let area = self.rest.virt.vmap.starting_at(job.start).expect("the area under way");
        let (bytes, pieces) = (area.bytes, pieces_of(&area.pages));
        tr.emit(Event::Allocated { start: job.start, bytes, pages: job.total, pieces });
        Ok(Progress::Done(job.start))
    }

    /// Gets frames: a handful, or one where no zone has a handful to give.
    fn more_frames(&mut self, job: &mut Vmalloc, tr: &mut Trace) -> Result<(), Errno> {
        let (have, start, total) = (count(job.frames.len()), job.start, job.total);
        let wanted = (total - have).min(HANDFUL);
        let node = self.phys.node_of_cpu(self.cpu);
        let gfp = Gfp::KERNEL | Gfp::HIGHMEM | Gfp::NOWARN;
        let request = AllocRequest { order: Order::ZERO, gfp, cpu: self.cpu, node };
        if job.by_handful {
            let bulk = self.phys.alloc_pages_bulk(request, wanted, &mut job.frames, self.rest, tr);
            self.own(job, have, tr);
            let (got, zone, have) = (bulk.got, bulk.zone, count(job.frames.len()));
            tr.emit(Event::Bulk { start, want: wanted, got, zone, have, total });
            job.by_handful = got == wanted;
            return Ok(());
        }
        let pfn = self.phys.alloc_pages(request, self.rest, tr).ok_or(Errno::ENOMEM)?;
        job.frames.push(pfn);
        self.own(job, have, tr);
        tr.emit(Event::Single { start, pfn, have: have + 1, total });
        Ok(())
    }

    /// Says whose the frames from `from` on are.
    fn own(&mut self, job: &Vmalloc, from: u32, tr: &mut Trace) {
        for at in from..count(job.frames.len()) {
            let va = VirtAddr(job.start.0 + u64::from(at) * PAGE_SIZE);
            self.phys.frames.mem_map.set_owner(
                job.frames[crate::units::index(at)],
                Identity::Vmalloc { va }.owner(),
                tr,
            );
        }
    }

    /// Puts what frames there are into the area's record.
    fn keep_frames(&mut self, job: &Vmalloc, tr: &mut Trace) {
        let pages = job.frames.as_slice().into();
        self.rest.virt.vmap.busy.update(AreaKey::of(job.start), tr, |area| area.pages = pages);
    }

    fn map_some(&mut self, job: &mut Vmalloc, tr: &mut Trace) -> Result<(), Errno> {
        let area = self.rest.virt.vmap.starting_at(job.start).cloned().expect("the area under way");
        let end = (job.mapped + MAP_SLICE).min(job.total);
        while job.mapped < end {
            self.map_kernel_page(&area, job.mapped, tr)?;
            job.mapped += 1;
        }
        Ok(())
    }
}
