//! Address spaces: one `mm_struct` each, its counters, and where an architecture puts things.
//!
//! The record changes rarely (brk); what every fault moves is in counters beside it.
//! Mirrors 6.1 `include/linux/mm_types.h: struct mm_struct`.

use super::bands::{Band, I386_BANDS, X86_64_BANDS};
use crate::config::Arch;
use crate::kernels::{Kernel, LOW_MEMORY_END};
use crate::store::map::Key;
use crate::units::{Pfn, VirtAddr};

/// Number of an address space, from 1 in the order of their making; the kernel has none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct MmId(pub u32);

/// Address spaces that one machine may make: their numbers are part of packed keys.
pub const MM_LIMIT: u32 = 1 << 20;

impl Key for MmId {
    fn pack(self) -> u64 {
        u64::from(self.0)
    }
}

/// An address space.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct MmStruct {
    /// Frame of the root table; CR3 holds its address and a tag.
    pub pgd: Pfn,
    /// Where the search for free space starts, downwards.
    pub mmap_base: VirtAddr,
    /// First byte of the heap, fixed at exec.
    pub start_brk: VirtAddr,
    /// First byte after the heap.
    pub brk: VirtAddr,
    /// Address in the first stack area.
    pub start_stack: VirtAddr,
    /// First and last byte + 1 of the program's code, for `VmExe`.
    pub code: (VirtAddr, VirtAddr),
}

/// A number that an address space keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MmCounter {
    /// Anonymous pages mapped (`MM_ANONPAGES`).
    AnonPages,
    /// File pages mapped (`MM_FILEPAGES`).
    FilePages,
    /// Shared-memory pages mapped (`MM_SHMEMPAGES`).
    ShmemPages,
    /// Entries that point to swap slots (`MM_SWAPENTS`).
    SwapEntries,
    /// Pages in areas.
    TotalVm,
    /// Pages in private writable areas.
    DataVm,
    /// Pages in executable, not writable areas.
    ExecVm,
    /// Pages in stacks.
    StackVm,
    /// Pages locked.
    LockedVm,
    /// Bytes of page tables below the root.
    PgtablesBytes,
    /// Highest resident size so far, in pages, as of the last unmapping.
    HiwaterRss,
    /// Highest total size so far, in pages, as of the last unmapping.
    HiwaterVm,
    /// Areas.
    MapCount,
}

impl MmCounter {
    /// Every counter, in the order of their words.
    pub const ALL: [MmCounter; 13] = [
        MmCounter::AnonPages,
        MmCounter::FilePages,
        MmCounter::ShmemPages,
        MmCounter::SwapEntries,
        MmCounter::TotalVm,
        MmCounter::DataVm,
        MmCounter::ExecVm,
        MmCounter::StackVm,
        MmCounter::LockedVm,
        MmCounter::PgtablesBytes,
        MmCounter::HiwaterRss,
        MmCounter::HiwaterVm,
        MmCounter::MapCount,
    ];

    /// Returns the position of the counter's word within an address space's sixteen.
    pub(super) const fn word(self) -> u64 {
        match self {
            MmCounter::AnonPages => 0,
            MmCounter::FilePages => 1,
            MmCounter::ShmemPages => 2,
            MmCounter::SwapEntries => 3,
            MmCounter::TotalVm => 4,
            MmCounter::DataVm => 5,
            MmCounter::ExecVm => 6,
            MmCounter::StackVm => 7,
            MmCounter::LockedVm => 8,
            MmCounter::PgtablesBytes => 9,
            MmCounter::HiwaterRss => 10,
            MmCounter::HiwaterVm => 11,
            MmCounter::MapCount => 12,
        }
    }
}

/// Where an architecture puts the parts of an address space, without randomisation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AddressLayout {
    /// First address that is not the user's (`TASK_SIZE`).
    pub task_size: u64,
    /// Highest address of the stack (`STACK_TOP`).
    pub stack_top: u64,
    /// Where the search for free space starts, downwards: 128 MB below the stack's top.
    pub mmap_base: u64,
    /// Where the kernel maps all (x86-64) or low (i386) memory (`PAGE_OFFSET`).
    pub direct_map: u64,
    /// Bytes of memory that the direct map can hold.
    pub direct_map_bytes: u64,
    /// What the kernel's half is divided into, in address order.
    pub bands: &'static [Band],
    /// Where the kernel's own image is mapped a second time, if it is.
    pub kernel_text: Option<u64>,
    /// The shared frame of zeroes (`empty_zero_page`).
    pub zero_page: Pfn,
    /// The kernel's root table (`init_top_pgt`, `swapper_pg_dir`).
    pub kernel_root: Pfn,
    /// First frame of the kernel's other tables.
    pub kernel_tables: Pfn,
}

/// x86-64 as 6.1 lays it out; frames are those of the captured kernel's image.
static X86_64_LAYOUT: AddressLayout = AddressLayout {
    task_size: 0x7fff_ffff_f000,
    stack_top: 0x7fff_ffff_f000,
    mmap_base: 0x7fff_f7ff_f000,
    direct_map: 0xffff_8880_0000_0000,
    direct_map_bytes: 1 << 46,
    bands: X86_64_BANDS,
    kernel_text: Some(0xffff_ffff_8000_0000),
    zero_page: Kernel::of(Arch::X86_64).zero_page,
    kernel_root: Kernel::of(Arch::X86_64).root,
    kernel_tables: Kernel::of(Arch::X86_64).tables,
};

/// i386 with 3 GB for the user; low memory ends a little under 896 MB.
static I386_LAYOUT: AddressLayout = AddressLayout {
    task_size: 0xc000_0000,
    stack_top: 0xc000_0000,
    mmap_base: 0xb800_0000,
    direct_map: 0xc000_0000,
    direct_map_bytes: LOW_MEMORY_END.addr().0,
    bands: I386_BANDS,
    kernel_text: None,
    zero_page: Kernel::of(Arch::I386).zero_page,
    kernel_root: Kernel::of(Arch::I386).root,
    kernel_tables: Kernel::of(Arch::I386).tables,
};

impl AddressLayout {
    /// Returns the layout of `arch`.
    pub fn of(arch: Arch) -> &'static AddressLayout {
        match arch {
            Arch::X86_64 => &X86_64_LAYOUT,
            Arch::I386 => &I386_LAYOUT,
        }
    }
}
