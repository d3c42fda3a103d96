//! What is one particular kernel and one particular machine: the builds that made the captures, as data.
//!
//! Rules stand elsewhere; here are the numbers they are given, plain and in the units that each says. Each says in a
//! note where it is from: *documented* (6.1's sources, its documentation, or what its configuration implies), *boot
//! log* (a capture's `dmesg`, `/proc/iomem`, `/proc/zoneinfo` or `/proc/PID/maps` prints it), or *fitted* (chosen so that
//! captures come out, because nothing prints it). What differs from boot to boot of one kernel is a parameter of
//! [`MachineConfig`](crate::config::MachineConfig), as `initrd=` is.

mod i386;
pub mod pc;
mod x86_64;

use crate::config::Arch;
use crate::units::{Pfn, Span};

pub use i386::LOW_MEMORY_END;

/// A build of the kernel: where its parts lie, what it takes early, and what runs on it first.
#[derive(Debug)]
pub struct Kernel {
    /// Its image and what it keeps of memory while it starts.
    pub image: Image,
    /// Parts of the image as `/proc/iomem` names them, first and last byte.
    pub parts: Parts,
    /// The shared frame of zeroes (`empty_zero_page`).
    pub zero_page: Pfn,
    /// The root table (`init_top_pgt`, `swapper_pg_dir`).
    pub root: Pfn,
    /// First frame of the kernel's other tables.
    pub tables: Pfn,
    /// Large leaves of the direct map that it splits while it starts.
    pub splits: u64,
    /// The first program.
    pub program: Program,
}

/// What a kernel takes of memory before the page allocator runs.
#[derive(Debug)]
pub struct Image {
    /// From the first to the last frame, init sections and gaps included.
    pub whole: Span,
    /// Freed one by one before the marks are computed: tables of SMP alternatives.
    pub freed_early: Span,
    /// Freed when the kernel has started, in this order.
    pub freed_late: &'static [Span],
    /// Frames of the initial RAM disk, freed in the end.
    pub initrd: u32,
    /// Frames of one sparse section.
    pub section: u32,
    /// Frames of page structs of one section.
    pub section_memmap: u32,
    /// Frames of a node's own record, `pg_data_t`.
    pub node_data: u32,
    /// Frames on the first node: the first root of sections, tables that map page structs.
    pub first_node: u32,
    /// Bytes of a section's record of use, `mem_section_usage`.
    pub section_usage: u32,
    /// Whole frames that are of no node: the table of roots, tables of the entry area, records
    /// of firmware and of the first processors' data.
    pub general: u32,
    /// Bytes of such records that fill a last frame, with the records of sections.
    pub general_rest: u32,
    /// Frames of a processor in the entry area, 0 where no table is needed for them.
    pub entry_area: u32,
    /// Frames of a processor's own data.
    pub percpu: u32,
    /// Bytes of a hash bucket.
    pub bucket: u64,
}

/// First and last byte of the parts of an image.
#[derive(Debug)]
pub struct Parts {
    /// Instructions.
    pub code: (u64, u64),
    /// Constants.
    pub rodata: (u64, u64),
    /// Variables.
    pub data: (u64, u64),
    /// Variables that start as zero.
    pub bss: (u64, u64),
}

/// A program as `exec` leaves it.
#[derive(Debug)]
pub struct Program {
    /// Its areas in address order.
    pub areas: &'static [Area],
    /// First and last byte + 1 of its code.
    pub code: (u64, u64),
    /// First byte of its heap.
    pub start_brk: u64,
    /// First byte after the heap.
    pub brk: u64,
    /// Address in the stack that the first instruction finds.
    pub start_stack: u64,
}

/// An area of the first program.
#[derive(Debug)]
pub struct Area {
    /// First address.
    pub start: u64,
    /// Address after the last.
    pub end: u64,
    /// What it is.
    pub part: Part,
}

/// What an area of a program is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Constants, from this page of the file on.
    Constants(u64),
    /// Instructions, from this page of the file on.
    Code(u64),
    /// Made writable first and read-only by the program's start-up code, from this page of the file on.
    Relro(u64),
    /// Variables, from this page of the file on.
    Data(u64),
    /// Memory of nobody's file.
    Zeroes,
    /// The kernel's variables for the vDSO.
    Vvar,
    /// The kernel's code that programs may call.
    Vdso,
    /// The stack.
    Stack,
}

/// Name of the first program's file.
pub const PROGRAM_FILE: &str = "/bin/t"; // boot log: maps
/// Inode of the first program's file.
pub const PROGRAM_INODE: u64 = 9828; // boot log: maps
/// Device of the first program's file: the initial RAM disk.
pub const PROGRAM_DEVICE: (u8, u8) = (0, 2); // boot log: maps

impl Kernel {
    /// Returns the kernel of an architecture.
    pub const fn of(arch: Arch) -> &'static Kernel {
        match arch {
            Arch::X86_64 => &x86_64::KERNEL,
            Arch::I386 => &i386::KERNEL,
        }
    }
}

const fn area(start: u64, end: u64, part: Part) -> Area {
    Area { start, end, part }
}
