//! Freeing the tables that no area needs any more, some at a time.
//!
//! Mirrors 6.1 `mm/memory.c`: `free_pgtables`, `free_pgd_range` and what it calls, level by level,
//! the deepest tables first.

use crate::rest::Ctx;
use crate::trace::Trace;
use crate::units::{Pfn, VirtAddr};
use crate::virt::paging::leaf::TableAt;
use crate::virt::tlb::mmu_gather::MmuGather;
use crate::virt::{MmId, Vma};

/// Entries that are looked at for a unit of work.
const UNIT_ENTRIES: u64 = 16;
/// Entries that a table which is freed counts as.
const TABLE_ENTRIES: u64 = 32;

/// Tables on their way out.
#[derive(Debug)]
pub(in crate::virt) struct FreePgtables {
    floor: u64,
    ceiling: u64,
    /// Areas whose tables are done or being freed.
    areas: usize,
    /// First address of what lies behind those areas.
    limit: u64,
    /// Tables from the root down to the one whose entries are being looked at.
    path: Vec<Level>,
}

/// A table whose entries are being looked at.
#[derive(Debug)]
struct Level {
    at: TableAt,
    va: u64,
    end: u64,
    /// Whether all below the entry of `va` is done.
    is_below_done: bool,
}

impl FreePgtables {
    /// Frees what no area between `floor` and `ceiling` needs.
    pub(in crate::virt) fn new((floor, ceiling): (u64, u64)) -> FreePgtables {
        FreePgtables { floor, ceiling, areas: 0, limit: floor, path: Vec::new() }
    }
}

impl Ctx<'_> {
    /// Goes on for about `units` units; returns whether there is more to do.
    pub(in crate::virt) fn free_pgtables_some(
        &mut self,
        freeing: &mut FreePgtables,
        (gather, mm, areas): (&mut MmuGather, MmId, &[Vma]),
        units: u32,
        tr: &mut Trace,
    ) -> bool {
        let mut left = u64::from(units) * UNIT_ENTRIES;
        loop {
            if freeing.path.is_empty() && !self.next_range(freeing, mm, areas) {
                return false;
            }
            if left == 0 {
                return true;
            }
            left = left.saturating_sub(self.next_entry(freeing, (gather, mm), tr));
        }
    }

    /// Takes up the next areas whose tables may be shared; `false` when there are none.
    fn next_range(&mut self, freeing: &mut FreePgtables, mm: MmId, areas: &[Vma]) -> bool {
        let near = self.rest.virt.mode.levels[self.rest.virt.mode.leaf_depth() - 1].span();
        while let Some(first) = areas.get(freeing.areas) {
            let mut at = freeing.areas;
            while at + 1 < areas.len() && areas[at + 1].start.0 <= areas[at].end.0 + near {
                at += 1;
            }
            let end = areas[at].end.0;
            freeing.areas = at + 1;
            freeing.limit = areas.get(at + 1).map_or(freeing.ceiling, |next| next.start.0);
            let mut va = first.start.0 & !(near - 1);
            if va < freeing.floor {
                va += near;
            }
            let ceiling = self.round_ceiling(freeing.limit, near);
            let end = if end > ceiling { end.saturating_sub(near) } else { end };
            if va < end {
                let at = TableAt { table: self.rest.virt.root(mm), depth: 0, base: 0 };
                freeing.path.push(Level { at, va, end, is_below_done: false });
                return true;
            }
        }
        false
    }

    /// Looks at one entry: goes down, or frees the table that it points to. Returns how many
    /// entries that counts as.
    fn next_entry(
        &mut self,
        freeing: &mut FreePgtables,
        (gather, mm): (&mut MmuGather, MmId),
        tr: &mut Trace,
    ) -> u64 {
        let Some(top) = freeing.path.last_mut().filter(|top| top.va < top.end) else {
            freeing.path.pop();
            if let Some(above) = freeing.path.last_mut() {
                above.is_below_done = true;
            }
            return 1;
        };
        let (mode, level) = (self.rest.virt.mode, self.rest.virt.mode.levels[top.at.depth]);
        let (va, base) = (top.va, top.va & !(level.span() - 1));
        let next = (base + level.span()).min(top.end);
        let index = mode.index(VirtAddr(va), top.at.depth);
        let raw = self.rest.virt.tables.entry(top.at.table, index);
        let is_table = raw & mode.codec.hardware.present != 0;
        let below = TableAt { table: Pfn(mode.codec.pfn(raw)), depth: top.at.depth + 1, base };
        let is_last = below.depth == mode.leaf_depth();
        if is_table && !is_last && !top.is_below_done {
            freeing.path.push(Level { at: below, va, end: next, is_below_done: false });
            return 1;
        }
        (top.va, top.is_below_done) = (next, false);
        if !is_table {
            return 1;
        }
        let parent = (top.at.table, index);
        let whole = base >= freeing.floor && next <= self.round_ceiling(freeing.limit, level.span());
        if whole || is_last {
            let pfn = self.unlink_table(mm, VirtAddr(va), below.depth, parent, tr);
            gather.add_table(self, VirtAddr(va), pfn, tr);
        }
        TABLE_ENTRIES
    }

    /// Rounds a ceiling down to whole tables; the end of user space is no neighbour.
    fn round_ceiling(&self, ceiling: u64, span: u64) -> u64 {
        if ceiling >= self.rest.virt.layout.task_size { u64::MAX } else { ceiling & !(span - 1) }
    }
}
