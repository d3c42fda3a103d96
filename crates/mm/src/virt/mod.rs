//! Virtual memory: page tables, translation caches, address spaces, faults.
//!
//! [`Virt`] holds the stores; algorithms take a [`Ctx`](crate::rest::Ctx), the machine as code
//! above the page allocator sees it. One folder per part: entries, tables and the hardware's walk ([`paging`]), what
//! is remembered of walks ([`tlb`]), what is mapped and how that changes ([`area`]), what a fault does ([`fault`]), which
//! entries map a page ([`rmap`]), who runs ([`task`]), the kernel's own areas ([`vmalloc`]). An address space ([`mm_struct`])
//! and its counters belong to all of them. What may name what: `tlb` <- `paging` <- `rmap` <- `area` <- `fault`, `vmalloc` <- `task`.

pub mod area;
pub mod bands;
mod counters;
pub mod fault;
pub mod mm_struct;
pub mod paging;
pub mod rmap;
pub mod task;
pub mod tlb;
pub mod vmalloc;

use std::sync::Arc;

use crate::config::{Arch, MachineConfig};
use crate::store::map::Weigh;
use crate::store::{Map, Table, TableId, Words};
use crate::units::VirtAddr;

pub use crate::identity::TaskId;
pub use area::areas::{Areas, VmaId};
pub use area::vma::Vma;
pub use bands::{Band, BandKind};
pub use counters::{TaskCounter, VirtCounter};
pub use mm_struct::{AddressLayout, MmCounter, MmId, MmStruct};
pub use paging::highmem::Pkmap;
pub use paging::kernel_map::KernelMap;
pub use paging::page_table::PageTables;
pub use paging::paging_mode::PagingMode;
use task::{Program, Task};
pub use tlb::{Tlb, TlbGeometry};
pub use vmalloc::VmapAreas;

impl Weigh for MmStruct {}
impl Weigh for Task {}

/// All state of virtual memory.
#[derive(Clone, Debug)]
pub struct Virt {
    /// Instruction set.
    pub arch: Arch,
    /// How addresses are translated.
    pub mode: &'static PagingMode,
    /// Where the architecture puts things.
    pub layout: &'static AddressLayout,
    /// What a process runs. As the machine was made: nothing changes it.
    pub program: Arc<Program>,
    /// The kernel's own half, shared by all address spaces.
    pub kernel: KernelMap,
    /// Contents of page-table pages.
    pub tables: PageTables,
    /// Translation caches.
    pub tlb: Tlb,
    /// Address spaces.
    pub mms: Map<MmId, MmStruct>,
    /// Areas of all address spaces.
    pub vmas: Areas,
    /// Processes, the dead ones too: their counters stay readable.
    pub tasks: Map<TaskId, Task>,
    pub(crate) mm_counters: Words,
    pub(crate) task_counters: Words,
    pub(crate) counters: Words,
    pub(crate) cpu_mm: Table,
    pub(crate) lru_add: Table,
    pub(crate) current: Table,
    /// The kernel's own areas.
    pub vmap: VmapAreas,
    /// Slots for frames without an address.
    pub pkmap: Pkmap,
}

impl Virt {
    /// Makes the virtual memory of a machine that has just booted: the kernel's half, no
    /// process. `ram` are the frames that are memory.
    pub fn boot(config: &MachineConfig, ram: &[crate::config::MemoryRange]) -> Virt {
        let mode = PagingMode::of(config.arch);
        let layout = AddressLayout::of(config.arch);
        let mut tables = PageTables::new();
        let kernel = KernelMap::build(mode, layout, ram, &mut tables);
        Virt {
            arch: config.arch,
            mode,
            layout,
            program: Arc::new(Program::of(config.arch)),
            kernel,
            tables,
            tlb: Tlb::new(TlbGeometry::of(config.arch), config.cpus),
            mms: Map::new(TableId::Mm),
            vmas: Areas::new(),
            tasks: Map::new(TableId::Task),
            mm_counters: Words::new(TableId::MmCounter),
            task_counters: Words::new(TableId::TaskCounter),
            counters: Words::new(TableId::VirtCounter),
            cpu_mm: tlb::switch_mm::table(config.cpus),
            lru_add: fault::lru_add::table(config.cpus),
            current: Table::new(TableId::CurrentTask, u64::from(config.cpus)),
            vmap: VmapAreas::boot(layout),
            pkmap: Pkmap::new(),
        }
    }

    /// Returns the area that contains `va`, any address, or the next one above it (`find_vma`).
    pub fn find_vma(&self, mm: MmId, va: VirtAddr) -> Option<&Vma> {
        self.find_vma_prev(mm, va).1
    }

    /// Returns the area before and the one that contains `va`, any address, or lies above it.
    pub fn find_vma_prev(&self, mm: MmId, va: VirtAddr) -> (Option<&Vma>, Option<&Vma>) {
        let mut below = self.vmas.starting_in(mm, VirtAddr(0), va).rev();
        let nearest = below.next();
        if let Some(vma) = nearest
            && vma.end > va
        {
            return (below.next(), nearest);
        }
        let above = va.0.checked_add(1).map(VirtAddr);
        (nearest, above.and_then(|above| self.vmas.starting_in(mm, above, VirtAddr(u64::MAX)).next()))
    }

    /// Iterates over the areas of `mm` in address order.
    pub fn areas(&self, mm: MmId) -> impl DoubleEndedIterator<Item = &Vma> {
        self.vmas.starting_in(mm, VirtAddr(0), VirtAddr(u64::MAX))
    }

    /// Returns the first address of the kernel's half: where addresses are written wider than they
    /// are translated, all whose highest translated bit is set.
    pub fn kernel_half(&self) -> u64 {
        let is_split = self.mode.address_bits > self.mode.va_bits;
        if is_split { u64::MAX << (self.mode.va_bits - 1) } else { self.layout.task_size }
    }

    /// Returns the root table of an address space.
    ///
    /// # Panics
    /// When there is no such address space.
    pub fn root(&self, mm: MmId) -> crate::units::Pfn {
        self.mms.get(mm).expect("an address space that exists").pgd
    }
}
