//! Page faults: who is at fault, and what the kernel does about it.
//!
//! The area decides, not the entry. Mirrors 6.1 `arch/x86/mm/fault.c` (`exc_page_fault`,
//! `do_user_addr_fault`, `access_error`), `mm/memory.c` (`handle_mm_fault`,
//! `do_anonymous_page`, `do_wp_page`), `mm/mmap.c: expand_stack`, `mm/rmap.c:
//! __anon_vma_prepare`.

pub mod access;
pub mod frames;
pub mod huge_memory;
pub mod lru_add;

use huge_memory::HugeFault;

use super::area::mmap::{Event as MmapEvent, Populating};
use super::area::mprotect::page_prot;
use super::area::vma::{AnonVmaId, Backing, STACK_GUARD_PAGES, VmFlags, may_share_anon_vma};
use super::counters::{TaskCounter, VirtCounter};
use super::paging::mmu::error_code;
use super::paging::pte::{Entry, PteFlags};
use super::{MmCounter, MmId, TaskId, Vma};
use crate::cost::Cost;
use crate::errno::{Errno, SiCode, Signal, Signo};
use crate::func::Func;
use crate::gfp::Gfp;
use crate::phys::zone::vmstat::VmEvent;
use crate::rest::Ctx;
use crate::store::{Kind, PageFlags};
use crate::trace::Trace;
use crate::units::{Order, PAGE_SHIFT, PAGE_SIZE, Pfn, VirtAddr, signed};

/// What happened in a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// The CPU raised `#PF`.
    Raised {
        /// Process that runs.
        task: TaskId,
        /// Faulting address, from CR2.
        va: VirtAddr,
        /// P=1 W=2 U=4 RSVD=8 I=16.
        error_code: u32,
    },
    /// The CPU raised `#GP`: the address was not canonical.
    GeneralProtection {
        /// Process that runs.
        task: TaskId,
        /// The address.
        va: VirtAddr,
    },
    /// An area contains the address.
    VmaFound {
        /// First address of the area.
        start: VirtAddr,
        /// First address after it.
        end: VirtAddr,
        /// Its flags.
        flags: VmFlags,
    },
    /// No area contains the address.
    NoVma {
        /// The address.
        va: VirtAddr,
        /// First address of the area above, if there is one.
        above: Option<VirtAddr>,
    },
    /// The area forbids the access.
    AccessError {
        /// Error code of the fault.
        error_code: u32,
        /// Flags of the area.
        flags: VmFlags,
    },
    /// A stack may not grow to the address.
    StackRefused {
        /// Pages that the stack would have.
        pages: u64,
        /// Pages that `RLIMIT_STACK` allows.
        limit: u64,
    },
    /// The area got its `anon_vma`.
    AnonVma {
        /// First address of the area.
        start: VirtAddr,
        /// The `anon_vma`.
        id: AnonVmaId,
        /// Whether it is a neighbour's.
        shared: bool,
    },
    /// A read of fresh memory mapped the shared page of zeroes.
    ZeroPageMapped {
        /// Address of the page.
        va: VirtAddr,
        /// Frame of zeroes.
        pfn: Pfn,
    },
    /// A page of zeroes was allocated and belongs to the process.
    AnonPage {
        /// Address of the page.
        va: VirtAddr,
        /// Its frame.
        pfn: Pfn,
    },
    /// A write to a read-only entry: the page was given to the process instead of copied.
    Reused {
        /// Address of the page.
        va: VirtAddr,
        /// Its frame.
        pfn: Pfn,
    },
    /// A write to a read-only entry: the process got a page of its own.
    Copied {
        /// Address of the page.
        va: VirtAddr,
        /// Frame that was read, which may be the page of zeroes.
        from: Pfn,
        /// Frame that the process has now.
        to: Pfn,
    },
    /// The entry already allows the access: it was changed meanwhile.
    Spurious {
        /// The address.
        va: VirtAddr,
    },
    /// No memory for a page or a table.
    OutOfMemory {
        /// The address.
        va: VirtAddr,
    },
    /// The area's pages cannot be brought in: there is nothing behind this address.
    NoPage {
        /// The address.
        va: VirtAddr,
    },
    /// The fault is served; the instruction runs again.
    Done {
        /// Process.
        task: TaskId,
        /// Faults of the process without I/O, this one included.
        minflt: u64,
    },
    /// The process gets a signal.
    Signalled {
        /// Process.
        task: TaskId,
        /// The signal.
        signal: Signal,
    },
}

/// Pages that a stack may have (`RLIMIT_STACK`, 8 MB).
pub const STACK_LIMIT_PAGES: u64 = (8 << 20) >> PAGE_SHIFT;

/// Why a fault was not served (`VM_FAULT_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FaultError {
    /// Memory could not be found.
    Oom,
    /// There is nothing behind the address.
    Sigbus,
}

/// A fault on its way through the kernel.
#[derive(Clone, Copy)]
pub(super) struct Fault {
    pub(super) mm: MmId,
    pub(super) va: VirtAddr,
    pub(super) write: bool,
}

/// Gfp flags of a page for a process.
const USER_PAGE: Gfp = Gfp::HIGHUSER_MOVABLE.with(Gfp::COMP);

impl Ctx<'_> {
    /// Serves a page fault of a user access (`exc_page_fault`), or says which signal the process gets.
    pub fn page_fault(
        &mut self,
        task: TaskId,
        va: VirtAddr,
        code: u32,
        tr: &mut Trace,
    ) -> Result<(), Signal> {
        tr.span(Func::AsmExcPageFault, |tr| {
            tr.spend(Cost::Exception);
            tr.emit(Event::Raised { task, va, error_code: code });
            let result = if va.0 >= self.rest.virt.layout.task_size {
                self.kernel_address_fault(va, code, tr)
            } else {
                self.user_address_fault(task, va, code, tr)
            };
            if let Err(signal) = result {
                tr.emit(Event::Signalled { task, signal });
            }
            result
        })
    }

    /// Answers an access to an address that is not canonical (`exc_general_protection`).
    pub(super) fn general_protection(&mut self, task: TaskId, va: VirtAddr, tr: &mut Trace) -> Signal {
        tr.span(Func::AsmExcGeneralProtection, |tr| {
            tr.spend(Cost::Exception);
            tr.emit(Event::GeneralProtection { task, va });
            let signal =
                Signal { signo: Signo::Sigsegv, code: SiCode::SiKernel, addr: VirtAddr(0), error_code: 0 };
            tr.emit(Event::Signalled { task, signal });
            signal
        })
    }

    /// The kernel's half is nobody's business; whether it is mapped there is not told.
    fn kernel_address_fault(&mut self, va: VirtAddr, code: u32, tr: &mut Trace) -> Result<(), Signal> {
        tr.span(Func::DoKernAddrFault, |_| Err(segv(SiCode::SegvMaperr, va, code | error_code::PROTECTION)))
    }

    fn user_address_fault(
        &mut self,
        task: TaskId,
        va: VirtAddr,
        code: u32,
        tr: &mut Trace,
    ) -> Result<(), Signal> {
        tr.span(Func::DoUserAddrFault, |tr| self.find_and_handle(task, va, code, tr))
    }

    fn find_and_handle(
        &mut self,
        task: TaskId,
        va: VirtAddr,
        code: u32,
        tr: &mut Trace,
    ) -> Result<(), Signal> {
        let mm = self.rest.virt.mm_of(task);
        let vma = self.vma_for_fault(mm, va, tr).ok_or_else(|| segv(SiCode::SegvMaperr, va, code))?;
        tr.emit(Event::VmaFound { start: vma.start, end: vma.end, flags: vma.flags });
        if is_access_error(code, vma.flags) {
            tr.emit(Event::AccessError { error_code: code, flags: vma.flags });
            return Err(segv(SiCode::SegvAccerr, va, code));
        }
        let fault = Fault { mm, va, write: code & error_code::WRITE != 0 };
        match self.handle_mm_fault(fault, &vma, tr) {
            Ok(()) => {
                self.rest.virt.count_task(task, TaskCounter::Minflt, tr);
                tr.emit(Event::Done { task, minflt: self.rest.virt.task_counter(task, TaskCounter::Minflt) });
                Ok(())
            }
            Err(FaultError::Oom) => {
                tr.emit(Event::OutOfMemory { va });
                Err(Signal { signo: Signo::Sigkill, code: SiCode::SiKernel, addr: va, error_code: code })
            }
            Err(FaultError::Sigbus) => {
                tr.emit(Event::NoPage { va });
                Err(Signal { signo: Signo::Sigbus, code: SiCode::BusAdrerr, addr: va, error_code: code })
            }
        }
    }

    /// Returns the area of a fault, growing a stack down to it if that is what lies above.
    fn vma_for_fault(&mut self, mm: MmId, va: VirtAddr, tr: &mut Trace) -> Option<Vma> {
        tr.spend(Cost::FindVma);
        let vma = self.rest.virt.find_vma(mm, va).cloned();
        match vma {
            Some(vma) if vma.start <= va => Some(vma),
            Some(vma) if vma.flags.contains(VmFlags::GROWSDOWN) => self.expand_stack(mm, &vma, va, tr),
            above => {
                tr.emit(Event::NoVma { va, above: above.map(|vma| vma.start) });
                None
            }
        }
    }

    /// Lets a stack grow down to `va` (`expand_downwards`).
    fn expand_stack(&mut self, mm: MmId, vma: &Vma, va: VirtAddr, tr: &mut Trace) -> Option<Vma> {
        let start = va.page_start();
        if start.0 < self.rest.sysctl.mmap_min_addr() {
            tr.emit(Event::NoVma { va, above: Some(vma.start) });
            return None;
        }
        if let Some(prev) = self.rest.virt.find_vma_prev(mm, va).0
            && !prev.flags.contains(VmFlags::GROWSDOWN)
            && prev.flags.intersects(VmFlags::ACCESS)
            && start.0 - prev.end.0 < STACK_GUARD_PAGES << PAGE_SHIFT
        {
            tr.emit(Event::NoVma { va, above: Some(vma.start) });
            return None;
        }
        let pages = (vma.end.0 - start.0) >> PAGE_SHIFT;
        if pages > STACK_LIMIT_PAGES {
            tr.emit(Event::StackRefused { pages, limit: STACK_LIMIT_PAGES });
            return None;
        }
        let grow = signed((vma.start.0 - start.0) >> PAGE_SHIFT);
        if self.charge(grow, tr).is_err() {
            return None;
        }
        self.rest.virt.move_start(mm, vma.start, start, tr);
        self.rest.virt.account_vm(mm, vma.flags, grow, tr);
        if vma.flags.contains(VmFlags::LOCKED) {
            self.rest.virt.add_mm(mm, MmCounter::LockedVm, grow, tr);
        }
        tr.emit(MmapEvent::Grown { mm, from: vma.start, start });
        self.rest.virt.vmas.get(mm, start).cloned()
    }

    /// Brings the page in, or makes its entry writable.
    fn handle_mm_fault(&mut self, fault: Fault, vma: &Vma, tr: &mut Trace) -> Result<(), FaultError> {
        tr.span(Func::HandleMmFault, |tr| {
            self.count_event(VmEvent::Pgfault, tr);
            self.handle_pte_fault(fault, vma, tr)
        })
    }

    fn handle_pte_fault(&mut self, fault: Fault, vma: &Vma, tr: &mut Trace) -> Result<(), FaultError> {
        let Fault { mm, va, write } = fault;
        // The directories are made before the entry is looked at, the last table only when needed.
        let above = self.rest.virt.mode.leaf_depth() - 1;
        let directory = self.table_alloc(mm, va, above, tr).map_err(oom)?;
        if self.huge_fault(fault, vma, directory, tr)? == HugeFault::Served {
            return Ok(());
        }
        let found = self.rest.virt.leaf_entry(mm, va);
        let raw = found.map_or(0, |(_, _, raw)| raw);
        match self.rest.virt.mode.codec.decode(raw, true) {
            Entry::None => match vma.backing {
                Backing::Anon => self.do_anonymous_page(fault, vma, tr),
                // Pages of files and shared memory come with the page cache.
                Backing::File(_) | Backing::SharedAnon { .. } | Backing::Special(_) => {
                    Err(FaultError::Sigbus)
                }
            },
            Entry::Leaf { pfn, flags } if write && !flags.contains(PteFlags::WRITE) => {
                self.do_wp_page(fault, vma, (pfn, flags), tr)
            }
            Entry::Leaf { .. } => {
                tr.emit(Event::Spurious { va });
                Ok(())
            }
            Entry::Swap { .. } => Err(FaultError::Sigbus),
            Entry::Table { .. } => unreachable!("the last level has no tables below it"),
        }
    }

    /// Gives fresh private memory: the shared zeroes to a reader, a page to a writer.
    fn do_anonymous_page(&mut self, fault: Fault, vma: &Vma, tr: &mut Trace) -> Result<(), FaultError> {
        tr.span(Func::DoAnonymousPage, |tr| self.map_anonymous(fault, vma, tr))
    }

    fn map_anonymous(&mut self, fault: Fault, vma: &Vma, tr: &mut Trace) -> Result<(), FaultError> {
        let Fault { mm, va, write } = fault;
        let depth = self.rest.virt.mode.leaf_depth();
        let table = self.table_alloc(mm, va, depth, tr).map_err(oom)?;
        let place = (table, self.rest.virt.mode.index(va, depth));
        let prot = page_prot(vma.flags);
        if !write {
            let pfn = self.rest.virt.layout.zero_page;
            let raw = self.rest.virt.mode.codec.encode_page(pfn, prot.with(PteFlags::SPECIAL));
            self.rest.virt.set_leaf(mm, va.page_start(), place, raw, tr);
            tr.emit(Event::ZeroPageMapped { va: va.page_start(), pfn });
            return Ok(());
        }
        self.anon_vma_prepare(mm, vma, tr);
        let pfn = self.alloc_block(Order::ZERO, USER_PAGE | Gfp::ZERO, tr).ok_or(FaultError::Oom)?;
        self.rest.virt.add_mm(mm, MmCounter::AnonPages, 1, tr);
        self.add_anon_rmap(pfn, mm, va, tr);
        self.lru_add(pfn, tr);
        tr.emit(Event::AnonPage { va: va.page_start(), pfn });
        let raw = self.rest.virt.mode.codec.encode_page(pfn, written(prot, vma.flags));
        self.rest.virt.set_leaf(mm, va.page_start(), place, raw, tr);
        Ok(())
    }

    /// Gives the area an `anon_vma`, a neighbour's if they may merge one day.
    pub(super) fn anon_vma_prepare(&mut self, mm: MmId, vma: &Vma, tr: &mut Trace) {
        if self.rest.virt.vmas.get(mm, vma.start).is_some_and(|vma| vma.anon_vma.is_some()) {
            return;
        }
        let next = self.rest.virt.find_vma(mm, vma.end).filter(|next| may_share_anon_vma(vma, next));
        let prev = self.rest.virt.find_vma_prev(mm, vma.start).0.filter(|prev| may_share_anon_vma(prev, vma));
        let reused = next.and_then(|next| next.anon_vma).or(prev.and_then(|prev| prev.anon_vma));
        let id = match reused {
            Some(id) => id,
            None => AnonVmaId(self.rest.virt.next_number(VirtCounter::AnonVmas, tr)),
        };
        self.rest.virt.vmas.update(mm, vma.start, tr, |vma| vma.anon_vma = Some(id));
        tr.emit(Event::AnonVma { start: vma.start, id, shared: reused.is_some() });
    }

    /// Answers a write to an entry that does not allow it, in an area that does.
    fn do_wp_page(
        &mut self,
        fault: Fault,
        vma: &Vma,
        (pfn, flags): (Pfn, PteFlags),
        tr: &mut Trace,
    ) -> Result<(), FaultError> {
        tr.span(Func::DoWpPage, |tr| {
            if !flags.contains(PteFlags::SPECIAL) && self.may_reuse(pfn, tr) {
                self.reuse(fault, vma, (pfn, flags), tr);
                Ok(())
            } else {
                tr.span(Func::WpPageCopy, |tr| self.copy_for_write(fault, vma, (pfn, flags), tr))
            }
        })
    }

    /// Returns whether nobody else uses an anonymous page: it may be written in place.
    fn may_reuse(&mut self, pfn: Pfn, tr: &mut Trace) -> bool {
        if self.phys.frames.mem_map.state(pfn).flags().contains(PageFlags::ANON_EXCLUSIVE) {
            return true;
        }
        let pfn = self.compound_head(pfn);
        let state = self.phys.frames.mem_map.state(pfn);
        if state.kind() != Kind::Anon {
            return false;
        }
        if self.phys.frames.mem_map.refcount(pfn) > 3 {
            return false;
        }
        if !state.flags().contains(PageFlags::LRU) {
            self.lru_add_drain(tr);
        }
        self.phys.frames.mem_map.refcount(pfn) == 1
    }

    fn reuse(&mut self, fault: Fault, vma: &Vma, (pfn, flags): (Pfn, PteFlags), tr: &mut Trace) {
        let Fault { mm, va, .. } = fault;
        let state = self.phys.frames.mem_map.state(pfn);
        let exclusive = state.with_flags(state.flags().with(PageFlags::ANON_EXCLUSIVE));
        self.phys.frames.mem_map.set_state(pfn, exclusive, tr);
        self.count_event(VmEvent::Pgreuse, tr);
        tr.emit(Event::Reused { va: va.page_start(), pfn });
        let (table, index, _) = self.rest.virt.leaf_entry(mm, va).expect("the entry that faulted");
        let raw = self.rest.virt.mode.codec.encode_page(pfn, written(flags, vma.flags));
        self.rest.virt.set_leaf(mm, va.page_start(), (table, index), raw, tr);
    }

    fn copy_for_write(
        &mut self,
        fault: Fault,
        vma: &Vma,
        (from, flags): (Pfn, PteFlags),
        tr: &mut Trace,
    ) -> Result<(), FaultError> {
        let Fault { mm, va, .. } = fault;
        self.anon_vma_prepare(mm, vma, tr);
        let zeroes = flags.contains(PteFlags::SPECIAL);
        let gfp = if zeroes { USER_PAGE | Gfp::ZERO } else { USER_PAGE };
        let to = self.alloc_block(Order::ZERO, gfp, tr).ok_or(FaultError::Oom)?;
        if zeroes {
            self.rest.virt.add_mm(mm, MmCounter::AnonPages, 1, tr);
        } else {
            tr.spend(Cost::CopyPage);
        }
        self.rest.virt.flush_range(self.cpu, mm, va.page_start(), VirtAddr(va.page_start().0 + 4096), tr);
        self.add_anon_rmap(to, mm, va, tr);
        self.lru_add(to, tr);
        tr.emit(Event::Copied { va: va.page_start(), from, to });
        let (table, index, _) = self.rest.virt.leaf_entry(mm, va).expect("the entry that faulted");
        let raw = self.rest.virt.mode.codec.encode_page(to, written(page_prot(vma.flags), vma.flags));
        self.rest.virt.set_leaf(mm, va.page_start(), (table, index), raw, tr);
        if !zeroes {
            self.remove_rmap(from, tr);
            if self.put_page(from, tr) {
                let head = self.compound_head(from);
                self.leave_lru(head, tr);
                self.free_page(head, tr);
            }
        }
        Ok(())
    }

    /// Brings the stack's top page in for the arguments of a new program. Nobody's fault is
    /// counted: the process has not run yet.
    pub(crate) fn write_arguments(&mut self, mm: MmId, top: VirtAddr, tr: &mut Trace) -> Result<(), Errno> {
        let stack = self.rest.virt.find_vma(mm, top).expect("a new program has a stack").clone();
        let fault = Fault { mm, va: top, write: true };
        self.handle_mm_fault(fault, &stack, tr).map_err(|_| Errno::ENOMEM)
    }

    /// Begins to give all pages of a range, as if each were written or, where that is forbidden,
    /// read (`populate_vma_page_range`).
    pub(super) fn populate_begin(
        &mut self,
        task: TaskId,
        start: VirtAddr,
        end: VirtAddr,
        tr: &mut Trace,
    ) -> Populating {
        tr.enter(Func::PopulateVmaPageRange);
        Populating { task, start, at: start, end }
    }

    /// Gives at most `most` pages; returns whether there may be more. Stops at the first that cannot be
    /// had, without an error.
    pub(super) fn populate_go_on(&mut self, under_way: &mut Populating, most: u32, tr: &mut Trace) -> bool {
        let Populating { task, end, .. } = *under_way;
        let mm = self.rest.virt.mm_of(task);
        let mut left = u64::from(most);
        while under_way.at < end && left > 0 {
            let at = under_way.at;
            let Some(vma) = self.rest.virt.find_vma(mm, at).filter(|vma| vma.start <= at).cloned() else {
                return self.populate_end(tr);
            };
            let until = VirtAddr(vma.end.min(end).0.min(at.0.saturating_add(left * PAGE_SIZE)));
            if !vma.flags.intersects(VmFlags::ACCESS)
                || self.populate_area(task, &vma, at, until, tr).is_err()
            {
                return self.populate_end(tr);
            }
            left -= until.page_number() - at.page_number();
            under_way.at = until;
        }
        under_way.at < end || self.populate_end(tr)
    }

    /// Ends it: there is no more to do.
    fn populate_end(&mut self, tr: &mut Trace) -> bool {
        tr.leave();
        false
    }

    fn populate_area(
        &mut self,
        task: TaskId,
        vma: &Vma,
        start: VirtAddr,
        end: VirtAddr,
        tr: &mut Trace,
    ) -> Result<(), FaultError> {
        let write = vma.flags.and(VmFlags::WRITE.with(VmFlags::SHARED)) == VmFlags::WRITE;
        for page in start.page_number()..end.page_number() {
            let va = VirtAddr::from_page_number(page);
            let fault = Fault { mm: self.rest.virt.mm_of(task), va, write };
            let present = match self.rest.virt.mapping_entry(fault.mm, va) {
                Entry::Leaf { flags, .. } => !write || flags.contains(PteFlags::WRITE),
                Entry::None | Entry::Swap { .. } | Entry::Table { .. } => false,
            };
            if !present {
                self.handle_mm_fault(fault, vma, tr)?;
                self.rest.virt.count_task(task, TaskCounter::Minflt, tr);
                tr.emit(Event::Done { task, minflt: self.rest.virt.task_counter(task, TaskCounter::Minflt) });
            }
        }
        Ok(())
    }
}

/// Returns the attributes of an entry that is written through: dirty, and writable if the
/// area is.
pub(super) fn written(flags: PteFlags, area: VmFlags) -> PteFlags {
    let dirty = flags
        .without(PteFlags::SPECIAL)
        .with(PteFlags::DIRTY)
        .with(PteFlags::SOFT_DIRTY)
        .with(PteFlags::ACCESSED);
    if area.contains(VmFlags::WRITE) { dirty.with(PteFlags::WRITE) } else { dirty }
}

/// Returns whether an area forbids what a fault with this error code tried.
fn is_access_error(code: u32, flags: VmFlags) -> bool {
    if code & error_code::WRITE != 0 {
        return !flags.contains(VmFlags::WRITE);
    }
    code & error_code::PROTECTION != 0 || !flags.intersects(VmFlags::ACCESS)
}

fn segv(code: SiCode, addr: VirtAddr, error_code: u32) -> Signal {
    Signal { signo: Signo::Sigsegv, code, addr, error_code }
}

pub(super) fn oom(_: Errno) -> FaultError {
    FaultError::Oom
}
