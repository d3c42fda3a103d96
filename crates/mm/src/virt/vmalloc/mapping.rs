//! Entries of the kernel's own tables for `vmalloc`, and the tables they need.
//!
//! On x86-64 every root has the same entries for `vmalloc` since boot, so that a new table
//! below is seen by all at once (`preallocate_vmalloc_pages`). On i386 a new table hangs in the
//! root itself: the kernel writes its entry into the root of every process
//! (`arch_sync_kernel_mappings`). Tables are never given back. Mirrors 6.1 `mm/vmalloc.c:
//! vmap_small_pages_range_noflush`, `vunmap_range_noflush`.

use super::{Event, VmArea};
use crate::cost::Cost;
use crate::errno::Errno;
use crate::gfp::Gfp;
use crate::identity::Identity;
use crate::phys::AllocRequest;
use crate::phys::zone::vmstat::NodeStat;
use crate::rest::Ctx;
use crate::store::Kind;
use crate::trace::Trace;
use crate::units::{Order, PAGE_SIZE, Pfn, VirtAddr, count, low8};
use crate::virt::paging::kernel_map::KERNEL_DATA;
use crate::virt::{MmId, Virt};

/// The address space of the kernel's own tables: no process has this number.
pub const INIT_MM: MmId = MmId(0);

impl Virt {
    /// Returns where the kernel's entry of `va` in the last level is: table and index; `None`
    /// when a table on the way is missing.
    pub(in crate::virt) fn kernel_entry(&self, va: VirtAddr) -> Option<(Pfn, u16)> {
        let mut table = self.kernel.root;
        for depth in 0..self.mode.leaf_depth() {
            let raw = self.tables.entry(table, self.mode.index(va, depth));
            if raw & self.mode.codec.hardware.present == 0 {
                return None;
            }
            table = Pfn(self.mode.codec.pfn(raw));
        }
        Some((table, self.mode.index(va, self.mode.leaf_depth())))
    }

    /// Clears the kernel's entries from `start` to `end`; returns how many there were.
    pub(super) fn clear_kernel_entries(&mut self, start: VirtAddr, end: VirtAddr, tr: &mut Trace) -> u32 {
        let mut cleared = 0;
        for va in (start.0..end.0).step_by(4096).map(VirtAddr) {
            if let Some((table, index)) = self.kernel_entry(va)
                && self.tables.entry(table, index) != 0
            {
                self.tables.set_page(table, index, 0, tr);
                tr.spend(Cost::SetPte);
                cleared += 1;
            }
        }
        cleared
    }
}

impl Ctx<'_> {
    /// Maps page `at` of an area to its frame.
    pub(super) fn map_kernel_page(&mut self, area: &VmArea, at: u32, tr: &mut Trace) -> Result<(), Errno> {
        let va = VirtAddr(area.start.0 + u64::from(at) * PAGE_SIZE);
        let pfn = area.pages[crate::units::index(at)];
        let (table, index) = match self.rest.virt.kernel_entry(va) {
            Some(place) => place,
            None => self.kernel_tables(va, tr)?,
        };
        let raw = self.rest.virt.mode.codec.encode_page(pfn, KERNEL_DATA);
        self.rest.virt.tables.set_page(table, index, raw, tr);
        tr.spend(Cost::SetPte);
        tr.emit(Event::Map { va, pfn, table, index });
        Ok(())
    }

    /// Allocates the tables that are missing on the way to `va`.
    fn kernel_tables(&mut self, va: VirtAddr, tr: &mut Trace) -> Result<(Pfn, u16), Errno> {
        let mode = self.rest.virt.mode;
        let mut table = self.rest.virt.kernel.root;
        for depth in 1..=mode.leaf_depth() {
            let index = mode.index(va, depth - 1);
            let raw = self.rest.virt.tables.entry(table, index);
            table = if raw & mode.codec.hardware.present == 0 {
                self.kernel_table(va, depth, (table, index), tr)?
            } else {
                Pfn(mode.codec.pfn(raw))
            };
        }
        Ok((table, mode.index(va, mode.leaf_depth())))
    }

    fn kernel_table(
        &mut self,
        va: VirtAddr,
        depth: usize,
        (parent, index): (Pfn, u16),
        tr: &mut Trace,
    ) -> Result<Pfn, Errno> {
        let node = self.phys.node_of_cpu(self.cpu);
        let gfp = Gfp::KERNEL | Gfp::ZERO;
        let request = AllocRequest { order: Order::ZERO, gfp, cpu: self.cpu, node };
        let pfn = self.phys.alloc_pages(request, self.rest, tr).ok_or(Errno::ENOMEM)?;
        tr.spend(Cost::ClearPage);
        let mode = self.rest.virt.mode;
        let va = VirtAddr(va.0 & !(mode.levels[depth - 1].span() - 1));
        let state = self.phys.frames.mem_map.state(pfn).with_kind(Kind::PageTable);
        self.phys.frames.mem_map.set_state(pfn, state, tr);
        self.phys.frames.mem_map.set_owner(
            pfn,
            Identity::Table { mm: INIT_MM, depth, start: va }.owner(),
            tr,
        );
        // Of the kernel's tables only those of the second lowest level are counted.
        if depth > 0 && depth + 1 == mode.leaf_depth() {
            let node = self.phys.zone(self.phys.zone_of(pfn)).node;
            self.phys.frames.vmstat.mod_node(node, NodeStat::NrPageTablePages, 1, self.cpu, tr);
        }
        let raw = mode.codec.encode_table(pfn);
        self.rest.virt.tables.set(parent, index, raw, tr);
        let synced = if depth == 1 { self.sync_roots(index, raw, tr) } else { 0 };
        tr.spend(Cost::SetPte);
        tr.emit(Event::TableAlloc { depth: low8(u64::from(count(depth))), pfn, va, synced });
        Ok(pfn)
    }

    /// Writes an entry of the kernel's root into the root of every process.
    fn sync_roots(&mut self, index: u16, raw: u64, tr: &mut Trace) -> u32 {
        let roots: Vec<Pfn> = self.rest.virt.mms.iter().map(|(_, space)| space.pgd).collect();
        for &root in &roots {
            self.rest.virt.tables.set(root, index, raw, tr);
            tr.spend(Cost::SetPte);
        }
        count(roots.len())
    }
}
