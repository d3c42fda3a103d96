//! The kernel's half of every address space: the direct map, in the largest leaves that fit.
//!
//! Built once at boot in frames of the kernel's image; each process's root gets a copy of
//! the root's entries, so the tables below are shared. Mirrors 6.1 `arch/x86/mm/init.c:
//! init_mem_mapping`, `preallocate_vmalloc_pages`, `arch/x86/mm/init_32.c:
//! permanent_kmaps_init`; modules are not mapped here.

use super::page_table::PageTables;
use super::paging_mode::PagingMode;
use super::pte::PteFlags;
use crate::config::MemoryRange;
use crate::units::{PAGE_SHIFT, PAGE_SIZE, Pfn, PhysAddr, VirtAddr, low32};
use crate::virt::{AddressLayout, BandKind};

/// The kernel's tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KernelMap {
    /// Its root (`init_top_pgt`, `swapper_pg_dir`).
    pub root: Pfn,
    /// Frame after its last table.
    pub tables_end: Pfn,
}

/// Rights of the direct map: `PAGE_KERNEL`.
pub(in crate::virt) const KERNEL_DATA: PteFlags = PteFlags::PRESENT
    .with(PteFlags::WRITE)
    .with(PteFlags::ACCESSED)
    .with(PteFlags::DIRTY)
    .with(PteFlags::GLOBAL)
    .with(PteFlags::NO_EXEC);

struct Builder<'a> {
    mode: &'static PagingMode,
    layout: &'static AddressLayout,
    tables: &'a mut PageTables,
    map: KernelMap,
}

impl KernelMap {
    /// Builds the direct map of `ram`, and the image's second mapping where there is one.
    pub(in crate::virt) fn build(
        mode: &'static PagingMode,
        layout: &'static AddressLayout,
        ram: &[MemoryRange],
        tables: &mut PageTables,
    ) -> KernelMap {
        let map = KernelMap { root: layout.kernel_root, tables_end: layout.kernel_tables };
        let mut builder = Builder { mode, layout, tables, map };
        for range in ram {
            // The first megabyte is mapped whole, holes and all.
            let low = if range.start.0 <= 0x100 { 0 } else { range.start.addr().0 };
            let end = range.end.addr().0.min(layout.direct_map_bytes);
            builder.map_range(low, end);
        }
        if let Some(text) = layout.kernel_text {
            let image = 16 << 20;
            for offset in (0..48 << 20).step_by(2 << 20) {
                builder.map_leaf(VirtAddr(text + image + offset), PhysAddr(image + offset), 2 << 20);
            }
        }
        builder.preallocate();
        builder.map
    }

    /// Returns the address of a frame in the direct map, `None` where it has none (HighMem).
    pub fn address_of(layout: &AddressLayout, pfn: Pfn) -> Option<VirtAddr> {
        let pa = pfn.addr().0;
        (pa < layout.direct_map_bytes).then(|| VirtAddr(layout.direct_map + pa))
    }
}

impl Builder<'_> {
    /// Maps physical memory from `at` to `end`, each piece with the largest leaf that fits.
    fn map_range(&mut self, mut at: u64, end: u64) {
        while at < end {
            let size = self
                .mode
                .levels
                .iter()
                .filter(|level| level.may_be_leaf)
                .map(|level| level.span())
                .find(|&span| at.is_multiple_of(span) && at + span <= end)
                .unwrap_or(PAGE_SIZE);
            self.map_leaf(VirtAddr(self.layout.direct_map + at), PhysAddr(at), size);
            at += size;
        }
    }

    fn map_leaf(&mut self, va: VirtAddr, pa: PhysAddr, size: u64) {
        let mut table = self.map.root;
        for (depth, level) in self.mode.levels.iter().enumerate() {
            let index = self.mode.index(va, depth);
            if level.span() == size {
                let pfn = Pfn(low32(pa.0 >> PAGE_SHIFT));
                let raw = if depth == self.mode.leaf_depth() {
                    self.mode.codec.encode_page(pfn, KERNEL_DATA)
                } else {
                    self.mode.codec.encode_large(pfn, KERNEL_DATA)
                };
                self.tables.init(table, index, raw);
                return;
            }
            let raw = self.tables.entry(table, index);
            table = if raw == 0 { self.new_table(table, index) } else { Pfn(self.mode.codec.pfn(raw)) };
        }
    }

    /// Makes the tables that must be there before the first process copies the root: those of
    /// `vmalloc` below a root that is not the last but one level, and those of `kmap`.
    fn preallocate(&mut self) {
        let vmalloc = self.layout.vmalloc();
        let kmap = self.layout.band(BandKind::Pkmap);
        let bands = (self.mode.levels.len() > 2).then_some(vmalloc).into_iter().chain(kmap);
        for band in bands {
            for index in self.mode.index(VirtAddr(band.start), 0)..=self.mode.index(VirtAddr(band.end - 1), 0)
            {
                if self.tables.entry(self.map.root, index) == 0 {
                    self.new_table(self.map.root, index);
                }
            }
        }
    }

    fn new_table(&mut self, parent: Pfn, index: u16) -> Pfn {
        let table = self.map.tables_end;
        self.map.tables_end = table.add(1);
        self.tables.init(parent, index, self.mode.codec.encode_table(table));
        table
    }
}
