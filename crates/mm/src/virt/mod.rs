//! Virtual memory: page tables, translation caches, address spaces, faults.
//!
//! [`Virt`] holds the stores; algorithms take a [`Ctx`](crate::rest::Ctx), the machine as code
//! above the page allocator sees it. One file per piece: what an entry is ([`pte`], [`paging_mode`]),
//! where entries are kept ([`page_table`], [`kernel_map`]), how the hardware reads them
//! ([`walk`], [`tlb`], [`mmu`]), what is mapped ([`vma`], [`mmap`], [`mprotect`]), what a
//! fault does ([`fault`], [`huge_memory`], [`access`]) and how mappings go ([`unmap`], [`mmu_gather`]).

pub mod access;
mod areas;
pub mod bands;
pub mod compound;
mod counters;
pub mod direct_map;
pub mod fault;
pub mod frames;
pub mod highmem;
pub mod huge_memory;
pub mod kernel_map;
pub mod lru_add;
pub mod madvise;
pub mod maps;
mod migrate;
pub mod mm_struct;
pub mod mmap;
pub mod mmu;
pub mod mmu_gather;
pub mod mprotect;
pub mod oom_kill;
pub mod page_table;
pub mod paging_mode;
pub mod pte;
pub mod smaps;
pub mod switch_mm;
pub mod tlb;
pub mod unmap;
pub mod unmapped_area;
pub mod vma;
pub mod vma_merge;
pub mod vmalloc;
pub mod walk;

use std::sync::Arc;

use crate::config::{Arch, MachineConfig};
use crate::store::map::Weigh;
use crate::store::{Digest, Map, Slot, Table, TableId, Words};
use crate::task::{Program, Task, TaskId};
use crate::units::VirtAddr;

pub use areas::Areas;
pub use bands::{Band, BandKind};
pub use counters::{TaskCounter, VirtCounter};
pub use highmem::Pkmap;
pub use kernel_map::KernelMap;
pub use mm_struct::{AddressLayout, MmCounter, MmId, MmStruct};
pub use page_table::PageTables;
pub use paging_mode::PagingMode;
pub use tlb::{Tlb, TlbGeometry};
pub use vma::{Vma, VmaKey};
pub use vmalloc::VmapAreas;

impl Weigh for MmStruct {}
impl Weigh for Vma {}
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
    mm_counters: Words,
    task_counters: Words,
    counters: Words,
    cpu_mm: Table,
    lru_add: Table,
    current: Table,
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
            cpu_mm: switch_mm::table(config.cpus),
            lru_add: lru_add::table(config.cpus),
            current: Table::new(TableId::CurrentTask, u64::from(config.cpus)),
            vmap: VmapAreas::boot(layout),
            pkmap: Pkmap::new(),
        }
    }

    /// Lets copies made from now on share what is not written again.
    pub(crate) fn share(&mut self) {
        self.tables.share();
        self.mm_counters.share();
        self.task_counters.share();
        self.counters.share();
    }

    /// Returns the words that copies may share.
    fn words(&self) -> [&Words; 4] {
        [self.tables.words(), &self.mm_counters, &self.task_counters, &self.counters]
    }

    /// Returns the bytes of its own: what no copy shares.
    pub(crate) fn bytes(&self) -> u64 {
        let words: u64 = self.words().iter().map(|words| words.bytes()).sum();
        let maps = self.mms.bytes() + self.vmas.bytes() + self.tasks.bytes();
        words + maps + self.tlb.bytes() + self.vmap.bytes()
    }

    /// Returns the bytes that copies may share and `older` does not.
    pub(crate) fn shared_bytes(&self, older: Option<&Virt>) -> u64 {
        let older = older.map(Virt::words);
        let words = self.words().into_iter().enumerate();
        words.map(|(at, words)| words.shared_bytes(older.map(|older| older[at]))).sum()
    }

    /// Returns the bytes of records that all copies share.
    pub(crate) fn versions_bytes(&self) -> u64 {
        let maps = self.mms.versions_bytes() + self.vmas.versions_bytes() + self.tasks.versions_bytes();
        maps + self.vmap.versions_bytes()
    }

    /// Returns the area that contains `va`, any address, or the next one above it (`find_vma`).
    pub fn find_vma(&self, mm: MmId, va: VirtAddr) -> Option<&Vma> {
        self.find_vma_prev(mm, va).1
    }

    /// Returns the area before and the one that contains `va`, any address, or lies above it.
    pub fn find_vma_prev(&self, mm: MmId, va: VirtAddr) -> (Option<&Vma>, Option<&Vma>) {
        let here = VmaKey::at_or_below(mm, va);
        let first = VmaKey { mm, page: 0 };
        let mut below = self.vmas.range(crate::store::map::range(first, here)).map(|(_, vma)| vma).rev();
        let nearest = below.next();
        if let Some(vma) = nearest
            && vma.end > va
        {
            return (below.next(), nearest);
        }
        (nearest, self.next_vma(mm, here))
    }

    /// Iterates over the areas of `mm` in address order.
    pub fn areas(&self, mm: MmId) -> impl DoubleEndedIterator<Item = &Vma> {
        let (first, last) = (VmaKey { mm, page: 0 }, VmaKey { mm: MmId(mm.0 + 1), page: 0 });
        self.vmas.range(crate::store::map::below(first, last)).map(|(_, vma)| vma)
    }

    /// Returns the first area that starts above `key`.
    fn next_vma(&self, mm: MmId, key: VmaKey) -> Option<&Vma> {
        let end = VmaKey { mm: MmId(mm.0 + 1), page: 0 };
        self.vmas.range(crate::store::map::between(key, end)).map(|(_, vma)| vma).next()
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

    /// Returns whether `table` is one of this folder's stores.
    pub fn owns(table: TableId) -> bool {
        matches!(
            table,
            TableId::PageTable
                | TableId::Tlb
                | TableId::TlbStat
                | TableId::Vma
                | TableId::Mm
                | TableId::Task
                | TableId::MmCounter
                | TableId::TaskCounter
                | TableId::VirtCounter
                | TableId::CpuMm
                | TableId::LruAdd
                | TableId::CurrentTask
                | TableId::VmapBusy
                | TableId::VmapLazy
                | TableId::VmapFree
                | TableId::Pkmap
        )
    }

    /// Puts back a word without recording it: for undo and redo only.
    ///
    /// # Panics
    /// When the slot is in no store of this folder.
    pub fn restore(&mut self, slot: Slot, value: u64) {
        let (table, at) = (slot.table(), slot.index());
        match table {
            TableId::PageTable => self.tables.restore(at, value),
            TableId::Tlb | TableId::TlbStat => self.tlb.restore(table, at, value),
            TableId::Vma => self.vmas.restore(at, value),
            TableId::Mm => self.mms.restore(at, value),
            TableId::Task => self.tasks.restore(at, value),
            TableId::MmCounter => self.mm_counters.restore(at, value),
            TableId::TaskCounter => self.task_counters.restore(at, value),
            TableId::VirtCounter => self.counters.restore(at, value),
            TableId::CpuMm => self.cpu_mm.restore(at, value),
            TableId::LruAdd => self.lru_add.restore(at, value),
            TableId::CurrentTask => self.current.restore(at, value),
            TableId::VmapBusy | TableId::VmapLazy | TableId::VmapFree => self.vmap.restore(slot, value),
            TableId::Pkmap => self.pkmap.restore(at, value),
            TableId::Page
            | TableId::ListHead
            | TableId::PageblockType
            | TableId::Zone
            | TableId::ZoneStat
            | TableId::Pcp
            | TableId::NodeStat
            | TableId::VmEvent
            | TableId::Sysctl
            | TableId::Clock
            | TableId::KernelLog
            | TableId::Label
            | TableId::KmemCache
            | TableId::KmemCacheCpu
            | TableId::KmemCacheNode
            | TableId::SlabLink
            | TableId::SlabNextId
            | TableId::Compaction => unreachable!("{table:?} is no store of virtual memory"),
        }
    }

    /// Mixes all state into `digest`.
    pub fn digest(&self, digest: &mut Digest) {
        self.tables.digest(digest);
        self.tlb.digest(digest);
        self.vmas.digest(digest);
        self.mms.digest(digest);
        self.tasks.digest(digest);
        self.mm_counters.digest(digest);
        self.task_counters.digest(digest);
        self.counters.digest(digest);
        self.cpu_mm.digest(digest);
        self.lru_add.digest(digest);
        self.current.digest(digest);
        self.vmap.digest(digest);
        self.pkmap.digest(digest);
    }
}
