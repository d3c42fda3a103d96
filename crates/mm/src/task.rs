//! Processes: spawned with the layout of a static program, or with nothing; and their end.
//!
//! Mirrors what 6.1 does in `fork`, `execve` and `exit` to memory, and nothing else of them:
//! `kernel/fork.c: mm_init`, `fs/exec.c`, `fs/binfmt_elf.c`.

use std::sync::Arc;

use crate::config::Arch;
use crate::errno::{Errno, Signal};
use crate::func::Func;
use crate::store::map::Key;
use crate::trace::Trace;
use crate::units::{Pfn, VirtAddr};
use crate::virt::mm_struct::MM_LIMIT;
use crate::virt::vma::{Backing, MappedFile, SpecialMapping, VmFlags};
use crate::virt::{Ctx, MmId, MmStruct, Virt, VirtCounter, Vma};

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

/// Number of a process, its pid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct TaskId(pub u32);

impl Key for TaskId {
    fn pack(self) -> u64 {
        u64::from(self.0)
    }
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

/// A piece of the program: bounds, page offset in the file, flags.
struct Piece {
    start: u64,
    end: u64,
    pgoff: u64,
    flags: VmFlags,
    backing: PieceBacking,
}

enum PieceBacking {
    Program,
    Zeroes,
    Special(SpecialMapping),
}

const R: VmFlags = VmFlags::READ.with(VmFlags::MAY_ACCESS).with(VmFlags::SOFTDIRTY);
const RX: VmFlags = R.with(VmFlags::EXEC);
const RW: VmFlags = R.with(VmFlags::WRITE).with(VmFlags::ACCOUNT);
/// Made writable first and read-only by the program's start-up code.
const RELRO: VmFlags = R.with(VmFlags::ACCOUNT);
const STACK: VmFlags = RW.with(VmFlags::GROWSDOWN).without(VmFlags::SOFTDIRTY);
const VVAR: VmFlags = VmFlags::READ
    .with(VmFlags::MAYREAD)
    .with(VmFlags::PFNMAP)
    .with(VmFlags::IO)
    .with(VmFlags::DONTEXPAND)
    .with(VmFlags::DONTDUMP)
    .with(VmFlags::SOFTDIRTY);
const VDSO: VmFlags = RX.with(VmFlags::DONTEXPAND);

const fn program(start: u64, end: u64, pgoff: u64, flags: VmFlags) -> Piece {
    Piece { start, end, pgoff, flags, backing: PieceBacking::Program }
}

const fn zeroes(start: u64, end: u64, flags: VmFlags) -> Piece {
    Piece { start, end, pgoff: start >> 12, flags, backing: PieceBacking::Zeroes }
}

const fn special(start: u64, end: u64, flags: VmFlags, which: SpecialMapping) -> Piece {
    Piece { start, end, pgoff: 0, flags, backing: PieceBacking::Special(which) }
}

/// Where a program lies, and what exec tells the address space.
struct Program {
    name: &'static str,
    inode: u64,
    pieces: &'static [Piece],
    code: (u64, u64),
    start_brk: u64,
    brk: u64,
    start_stack: u64,
}

/// The static program of the captures (`layout-static.txt`).
static X86_64_PROGRAM: Program = Program {
    name: "/bin/t",
    inode: 9828,
    pieces: &[
        program(0x40_0000, 0x40_1000, 0, R),
        program(0x40_1000, 0x48_4000, 0x1, RX),
        program(0x48_4000, 0x4b_0000, 0x84, R),
        program(0x4b_0000, 0x4b_5000, 0xaf, RELRO),
        program(0x4b_5000, 0x4b_8000, 0xb4, RW),
        zeroes(0x4b_8000, 0x92_9000, RW),
        zeroes(0x92_9000, 0x94_b000, RW),
        special(0x7fff_f7ff_9000, 0x7fff_f7ff_d000, VVAR, SpecialMapping::Vvar),
        special(0x7fff_f7ff_d000, 0x7fff_f7ff_f000, VDSO, SpecialMapping::Vdso),
        zeroes(0x7fff_fffd_e000, 0x7fff_ffff_f000, STACK),
    ],
    code: (0x40_1000, 0x48_3f00),
    start_brk: 0x92_9000,
    brk: 0x94_b000,
    start_stack: 0x7fff_ffff_ec10,
};

/// The same program as a 32-bit kernel lays it out.
static I386_PROGRAM: Program = Program {
    name: "/bin/t",
    inode: 9828,
    pieces: &[
        program(0x0804_8000, 0x0804_9000, 0, R),
        program(0x0804_9000, 0x080c_8000, 0x1, RX),
        program(0x080c_8000, 0x080f_4000, 0x80, R),
        program(0x080f_4000, 0x080f_7000, 0xab, RELRO),
        program(0x080f_7000, 0x080f_9000, 0xae, RW),
        zeroes(0x080f_9000, 0x0853_3000, RW),
        zeroes(0x0853_3000, 0x0855_5000, RW),
        special(0xb7ff_9000, 0xb7ff_d000, VVAR, SpecialMapping::Vvar),
        special(0xb7ff_d000, 0xb7ff_f000, VDSO, SpecialMapping::Vdso),
        zeroes(0xbffd_f000, 0xc000_0000, STACK),
    ],
    code: (0x0804_9000, 0x080c_7f00),
    start_brk: 0x0853_3000,
    brk: 0x0855_5000,
    start_stack: 0xbfff_fc10,
};

impl Program {
    fn of(arch: Arch) -> &'static Program {
        match arch {
            Arch::X86_64 => &X86_64_PROGRAM,
            Arch::I386 => &I386_PROGRAM,
        }
    }
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
        tr.enter(Func::Execve);
        let task = self.do_spawn(name, layout, tr);
        tr.leave();
        task
    }

    fn do_spawn(&mut self, name: &str, layout: Layout, tr: &mut Trace) -> Result<TaskId, Errno> {
        if self.virt.counter(VirtCounter::Mms) + 2 >= u64::from(MM_LIMIT) {
            return Err(Errno::EAGAIN);
        }
        let mm = MmId(self.virt.next_number(VirtCounter::Mms, tr));
        let pgd = self.alloc_root(mm, tr)?;
        let program = Program::of(self.virt.arch);
        self.virt.mms.set(mm, new_mm(pgd, self.virt.layout.mmap_base, program, layout), tr);
        let pid = FIRST_PID + self.virt.next_number(VirtCounter::Tasks, tr) - 1;
        let (task, name) = (TaskId(pid), Arc::from(name));
        self.virt.tasks.set(task, Task { name, mm, alive: true, last_signal: None }, tr);
        tr.emit(Event::Spawned { task, mm, pgd });
        if layout == Layout::Usual {
            for piece in program.pieces {
                self.map_piece(mm, piece, program, tr);
            }
            let top = VirtAddr(self.virt.layout.stack_top - 8);
            if let Err(errno) = self.write_arguments(mm, top, tr) {
                self.exit(task, tr);
                return Err(errno);
            }
        }
        Ok(task)
    }

    fn map_piece(&mut self, mm: MmId, piece: &Piece, program: &Program, tr: &mut Trace) {
        let backing = match piece.backing {
            PieceBacking::Zeroes => Backing::Anon,
            PieceBacking::Special(which) => Backing::Special(which),
            PieceBacking::Program => {
                Backing::File(MappedFile { name: Arc::from(program.name), inode: program.inode, dev: (0, 2) })
            }
        };
        let (start, end) = (VirtAddr(piece.start), VirtAddr(piece.end));
        let vma = Vma { start, end, flags: piece.flags, pgoff: piece.pgoff, backing, anon_vma: None };
        self.map_exec_area(mm, vma, tr);
    }

    /// Ends a process: its pages, tables and areas go, its counters stay readable.
    pub fn exit(&mut self, task: TaskId, tr: &mut Trace) {
        let mm = self.virt.mm_of(task);
        self.exit_mmap(mm, tr);
        self.virt.forget_mm(mm, tr);
        self.free_root(mm, tr);
        self.virt.mms.remove(mm, tr);
        self.virt.tasks.update(task, tr, |task| task.alive = false);
        tr.emit(Event::Exited { task, mm });
    }
}

fn new_mm(pgd: Pfn, mmap_base: u64, program: &Program, layout: Layout) -> MmStruct {
    let bare = layout == Layout::Bare;
    let at = |va: u64| VirtAddr(if bare { 0 } else { va });
    MmStruct {
        pgd,
        mmap_base: VirtAddr(mmap_base),
        start_brk: at(program.start_brk),
        brk: at(program.brk),
        start_stack: at(program.start_stack),
        code: (at(program.code.0), at(program.code.1)),
    }
}
