//! Processes: spawned with the layout of a static program, or with nothing; and their end.
//!
//! Mirrors what 6.1 does in `fork`, `execve` and `exit` to memory, and nothing else of them:
//! `kernel/fork.c: mm_init`, `fs/exec.c`, `fs/binfmt_elf.c`.

pub mod oom_kill;

use std::sync::Arc;

use crate::config::{Arch, CpuId};
use crate::errno::{Errno, Signal};
use crate::func::Func;
use crate::kernels::{self, Kernel, PROGRAM_DEVICE, PROGRAM_FILE, PROGRAM_INODE, Part};
use crate::rest::Ctx;
use crate::trace::Trace;
use crate::units::{PAGE_SHIFT, PAGE_SIZE, Pfn, VirtAddr};
use crate::virt::area::unmap::Unmapping;
use crate::virt::area::vma::{Backing, MappedFile, SpecialMapping, VmFlags};
use crate::virt::mm_struct::MM_LIMIT;
use crate::virt::{AddressLayout, MmId, MmStruct, TaskId, Virt, VirtCounter, Vma};

/// What happened to processes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A process was made.
    Spawned {
        /// Its number.
        task: TaskId,
        /// Its address space.
        mm: MmId,
        /// Root of its tables.
        pgd: Pfn,
    },
    /// A process ended.
    Exited {
        /// Its number.
        task: TaskId,
        /// Its address space, which nobody uses any more.
        mm: MmId,
    },
}

/// A process.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Task {
    /// Name in scripts.
    pub name: Arc<str>,
    /// Its address space.
    pub mm: MmId,
    /// Whether it still runs.
    pub alive: bool,
    /// Whether it was chosen to die for want of memory; it dies when it next runs in user mode.
    pub oom_victim: bool,
    /// How much the OOM killer spares it or not, in thousandths of memory.
    pub oom_score_adj: i16,
    /// The last signal that it got.
    pub last_signal: Option<Signal>,
}

/// What a new process has mapped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Layout {
    /// A static program, its heap, vDSO and stack.
    #[default]
    Usual,
    /// Nothing.
    Bare,
}

/// First pid handed out; those below belong to the kernel's threads and init.
const FIRST_PID: u32 = 100;

/// A program: its areas as exec leaves them, and what exec tells the address space.
///
/// Made from a process of a real machine by [`crate::import::maps`], or one of the two built in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Program {
    /// Its areas in address order, a stack among them.
    pub areas: Vec<Vma>,
    /// First and last byte + 1 of its code.
    pub code: (VirtAddr, VirtAddr),
    /// First byte of its heap.
    pub start_brk: VirtAddr,
    /// First byte after the heap.
    pub brk: VirtAddr,
    /// Address in the stack that the first instruction finds.
    pub start_stack: VirtAddr,
    /// Where the search for free space starts, downwards.
    pub mmap_base: VirtAddr,
}

pub(crate) const R: VmFlags = VmFlags::READ.with(VmFlags::MAY_ACCESS).with(VmFlags::SOFTDIRTY);
pub(crate) const RX: VmFlags = R.with(VmFlags::EXEC);
pub(crate) const RW: VmFlags = R.with(VmFlags::WRITE).with(VmFlags::ACCOUNT);
/// Made writable first and read-only by the program's start-up code.
pub(crate) const RELRO: VmFlags = R.with(VmFlags::ACCOUNT);
pub(crate) const STACK: VmFlags = RW.with(VmFlags::GROWSDOWN).without(VmFlags::SOFTDIRTY);
pub(crate) const VVAR: VmFlags = VmFlags::READ
    .with(VmFlags::MAYREAD)
    .with(VmFlags::PFNMAP)
    .with(VmFlags::IO)
    .with(VmFlags::DONTEXPAND)
    .with(VmFlags::DONTDUMP)
    .with(VmFlags::SOFTDIRTY);
pub(crate) const VDSO: VmFlags = RX.with(VmFlags::DONTEXPAND);

impl Program {
    /// Returns the first program of the kernel of `arch`.
    pub fn of(arch: Arch) -> Program {
        let program = &Kernel::of(arch).program;
        Program {
            areas: program.areas.iter().map(first_area).collect(),
            code: (VirtAddr(program.code.0), VirtAddr(program.code.1)),
            start_brk: VirtAddr(program.start_brk),
            brk: VirtAddr(program.brk),
            start_stack: VirtAddr(program.start_stack),
            mmap_base: VirtAddr(AddressLayout::of(arch).mmap_base),
        }
    }
}

/// Returns an area of the first program as exec leaves it.
fn first_area(area: &kernels::Area) -> Vma {
    let file = || {
        let name = Arc::from(PROGRAM_FILE);
        Backing::File(MappedFile { name, inode: PROGRAM_INODE, dev: PROGRAM_DEVICE })
    };
    let of_nobody = area.start >> PAGE_SHIFT;
    let (pgoff, flags, backing) = match area.part {
        Part::Constants(page) => (page, R, file()),
        Part::Code(page) => (page, RX, file()),
        Part::Relro(page) => (page, RELRO, file()),
        Part::Data(page) => (page, RW, file()),
        Part::Zeroes => (of_nobody, RW, Backing::Anon),
        Part::Stack => (of_nobody, STACK, Backing::Anon),
        Part::Vvar => (0, VVAR, Backing::Special(SpecialMapping::Vvar)),
        Part::Vdso => (0, VDSO, Backing::Special(SpecialMapping::Vdso)),
    };
    Vma { start: VirtAddr(area.start), end: VirtAddr(area.end), flags, pgoff, backing, anon_vma: None }
}

impl Virt {
    /// Returns the address space of a process.
    ///
    /// # Panics
    /// When there is no such process.
    #[inline]
    pub fn mm_of(&self, task: TaskId) -> MmId {
        self.tasks.get(task).expect("a process that exists").mm
    }

    /// Finds a process by its name; the newest, if several had it.
    pub fn task_named(&self, name: &str) -> Option<TaskId> {
        self.tasks.iter().rev().find(|(_, task)| &*task.name == name).map(|(id, _)| id)
    }

    /// Notes the signal that a process got.
    pub(crate) fn note_signal(&mut self, task: TaskId, signal: Signal, tr: &mut Trace) {
        self.tasks.update(task, tr, |task| task.last_signal = Some(signal));
    }
}

impl Ctx<'_> {
    /// Makes a process. A usual one has touched its stack: exec puts the arguments there.
    ///
    /// # Errors
    /// `ENOMEM` when there are no frames for its tables, `EAGAIN` at the limit of processes.
    pub fn spawn(&mut self, name: &str, layout: Layout, tr: &mut Trace) -> Result<TaskId, Errno> {
        tr.span(Func::Execve, |tr| self.do_spawn(name, layout, tr))
    }

    fn do_spawn(&mut self, name: &str, layout: Layout, tr: &mut Trace) -> Result<TaskId, Errno> {
        if self.rest.virt.counter(VirtCounter::Mms) + 2 >= u64::from(MM_LIMIT) {
            return Err(Errno::EAGAIN);
        }
        let mm = MmId(self.rest.virt.next_number(VirtCounter::Mms, tr));
        let pgd = self.alloc_root(mm, tr)?;
        let program = Arc::clone(&self.rest.virt.program);
        self.rest.virt.mms.set(mm, new_mm(pgd, &program, layout), tr);
        let pid = FIRST_PID + self.rest.virt.next_number(VirtCounter::Tasks, tr) - 1;
        let (task, name) = (TaskId(pid), Arc::from(name));
        let new = Task { name, mm, alive: true, oom_victim: false, oom_score_adj: 0, last_signal: None };
        self.rest.virt.tasks.set(task, new, tr);
        // What exec still needs is asked for by the new process.
        self.rest.virt.set_current(self.cpu, Some(task), tr);
        tr.emit(Event::Spawned { task, mm, pgd });
        if layout == Layout::Usual {
            for vma in &program.areas {
                self.map_exec_area(mm, vma.clone(), tr);
            }
            // The arguments end with the page that the first instruction's stack is in.
            let top = VirtAddr(program.start_stack.page_start().0 + PAGE_SIZE - 8);
            if let Err(errno) = self.write_arguments(mm, top, tr) {
                self.exit(task, tr);
                return Err(errno);
            }
        }
        Ok(task)
    }

    /// Ends a process: its pages, tables and areas go, its counters stay readable.
    pub fn exit(&mut self, task: TaskId, tr: &mut Trace) {
        let mut exiting = self.exit_begin(task, tr);
        while self.exit_go_on(&mut exiting, u32::MAX, tr) {}
        self.exit_end(exiting, tr);
    }

    /// Begins the same, to be done some pages at a time.
    pub fn exit_begin(&mut self, task: TaskId, tr: &mut Trace) -> Exiting {
        let mm = self.rest.virt.mm_of(task);
        Exiting { task, left: self.rest.virt.rss(mm), memory: self.exit_mmap_begin(mm, tr) }
    }

    /// Takes out at most `most` pages; returns whether there may be more.
    pub fn exit_go_on(&mut self, exiting: &mut Exiting, most: u32, tr: &mut Trace) -> bool {
        let goes_on = self.unmap_vmas_go_on(&mut exiting.memory, most, tr);
        exiting.left = self.rest.virt.rss(exiting.memory.mm);
        goes_on
    }

    /// Ends the process once its pages are out.
    pub fn exit_end(&mut self, exiting: Exiting, tr: &mut Trace) {
        let (task, mm) = (exiting.task, exiting.memory.mm);
        self.exit_mmap_end(exiting.memory, tr);
        self.rest.virt.forget_mm(mm, tr);
        self.free_root(mm, tr);
        self.rest.virt.mms.remove(mm, tr);
        self.rest.virt.tasks.update(task, tr, |task| task.alive = false);
        for cpu in (0..self.phys.cpus()).map(CpuId) {
            if self.rest.virt.current(cpu) == Some(task) {
                self.rest.virt.set_current(cpu, None, tr);
            }
        }
        tr.emit(Event::Exited { task, mm });
    }
}

/// A process on its way out.
#[derive(Debug)]
pub struct Exiting {
    task: TaskId,
    left: u64,
    memory: Unmapping,
}

impl Exiting {
    /// Returns how many of its pages are out, and how many there were.
    pub fn pages(&self) -> (u64, u64) {
        (self.memory.total.saturating_sub(self.left), self.memory.total)
    }
}

fn new_mm(pgd: Pfn, program: &Program, layout: Layout) -> MmStruct {
    let bare = layout == Layout::Bare;
    let at = |va: VirtAddr| if bare { VirtAddr(0) } else { va };
    MmStruct {
        pgd,
        mmap_base: program.mmap_base,
        start_brk: at(program.start_brk),
        brk: at(program.brk),
        start_stack: at(program.start_stack),
        code: (at(program.code.0), at(program.code.1)),
    }
}
