//! Migration: a page moves to another frame while its processes go on.
//!
//! Every entry that maps the page is replaced by a migration entry and its translation
//! flushed, then the contents are copied, then the entries point to the new frame with the
//! rights they had. Mirrors 6.1 `mm/migrate.c` (`__unmap_and_move`, `remove_migration_pte`),
//! `mm/rmap.c: try_to_migrate_one`, `mm/vmscan.c: putback_lru_page`.

use super::Mapping;
use crate::config::Arch;
use crate::phys::relief::{Isolation, Unmovable};
use crate::phys::zone::vmstat::NodeStat;
use crate::rest::Ctx;
use crate::store::{Kind, PageFlags};
use crate::trace::Trace;
use crate::units::{PAGE_SIZE, Pfn, VirtAddr, low32};
use crate::virt::paging::pte::{Entry, PteFlags, SwapMarks};

/// Kinds of migration entries: behind the 23 that swap areas can have, and a poisoned page's
/// (`SWP_MIGRATION_READ` and those after it, with Debian's configuration).
const MIGRATION_READ: u8 = 24;
const MIGRATION_READ_EXCLUSIVE: u8 = 25;
const MIGRATION_WRITE: u8 = 26;
/// Bits of a migration entry above the frame number, where entries are wide enough.
const MIGRATION_YOUNG: u64 = 1 << 34;
const MIGRATION_DIRTY: u64 = 1 << 35;

impl Entry {
    /// Returns the frame whose page is moving, of a migration entry.
    pub fn migrating(self) -> Option<Pfn> {
        match self {
            Entry::Swap { kind: MIGRATION_READ..=MIGRATION_WRITE, offset, .. } => Some(Pfn(low32(offset))),
            Entry::None | Entry::Table { .. } | Entry::Leaf { .. } | Entry::Swap { .. } => None,
        }
    }
}

impl Ctx<'_> {
    /// Takes a page off its LRU list for somebody who is to move it.
    pub(crate) fn isolate_lru_page(&mut self, pfn: Pfn, tr: &mut Trace) -> Isolation {
        let state = self.phys.frames.mem_map.state(pfn);
        if state.kind() != Kind::Anon || !state.flags().contains(PageFlags::LRU) {
            return Isolation::Refused;
        }
        self.leave_lru(pfn, tr);
        self.get_page(pfn, tr);
        self.mod_node(pfn, NodeStat::NrIsolatedAnon, 1, tr);
        Isolation::Taken
    }

    /// Puts a page that was isolated back on its list; one that lost its last user meanwhile
    /// is freed.
    pub(crate) fn putback_lru_page(&mut self, pfn: Pfn, tr: &mut Trace) {
        self.mod_node(pfn, NodeStat::NrIsolatedAnon, -1, tr);
        let state = self.phys.frames.mem_map.state(pfn);
        self.phys.frames.mem_map.set_state(pfn, state.with_flags(state.flags().with(PageFlags::LRU)), tr);
        self.count_lru(pfn, 1, tr);
        if self.put_page(pfn, tr) {
            self.leave_lru(pfn, tr);
            self.phys.free_page_list(&[pfn], self.cpu, tr);
        }
    }

    /// Moves an isolated page to the allocated frame `to`.
    pub(crate) fn migrate_anon_page(&mut self, from: Pfn, to: Pfn, tr: &mut Trace) -> Result<(), Unmovable> {
        let state = self.phys.frames.mem_map.state(from);
        if state.kind() != Kind::Anon {
            return Err(Unmovable::Kind);
        }
        let map = &self.phys.frames.mem_map;
        let mappings: Vec<Mapping> = self.rest.virt.rmap(map, from).collect();
        let mapped = u32::try_from(mappings.len()).unwrap_or(u32::MAX);
        // One reference is the isolation's.
        if mapped != map.mappings(from) || map.refcount(from) != mapped + 1 {
            return Err(Unmovable::Busy);
        }
        for mapping in &mappings {
            self.unmap_for_migration(mapping, from, tr);
        }
        self.take_over_page(from, to, tr);
        for mapping in &mappings {
            let raw = self.rest.virt.mode.codec.encode_page(to, mapping.flags);
            self.rest.virt.set_leaf(mapping.mm, mapping.va, (mapping.table, mapping.index), raw, tr);
        }
        Ok(())
    }

    /// Replaces an entry by one that makes a fault wait, and flushes its translation.
    fn unmap_for_migration(&mut self, mapping: &Mapping, from: Pfn, tr: &mut Trace) {
        let flags = mapping.flags;
        let exclusive = self.phys.frames.mem_map.state(from).flags().contains(PageFlags::ANON_EXCLUSIVE);
        let kind = match () {
            () if flags.contains(PteFlags::WRITE) => MIGRATION_WRITE,
            () if exclusive => MIGRATION_READ_EXCLUSIVE,
            () => MIGRATION_READ,
        };
        let mut offset = u64::from(from.0);
        if self.rest.virt.arch == Arch::X86_64 {
            offset |= if flags.contains(PteFlags::ACCESSED) { MIGRATION_YOUNG } else { 0 };
            offset |= if flags.contains(PteFlags::DIRTY) { MIGRATION_DIRTY } else { 0 };
        }
        let marks = SwapMarks { exclusive: false, soft_dirty: flags.contains(PteFlags::SOFT_DIRTY) };
        let raw = self.rest.virt.mode.codec.encode_swap(kind, offset, marks);
        debug_assert!(mapping.raw != raw, "a page is mapped by a present entry");
        self.rest.virt.set_leaf(mapping.mm, mapping.va, (mapping.table, mapping.index), raw, tr);
        let end = VirtAddr(mapping.va.0 + PAGE_SIZE);
        self.rest.virt.flush_range(self.cpu, mapping.mm, mapping.va, end, tr);
    }

    /// Makes `to` the page that `from` was: owner, flags, mappings, place on the LRU list.
    fn take_over_page(&mut self, from: Pfn, to: Pfn, tr: &mut Trace) {
        let page = self.phys.frames.mem_map.page(from);
        let (old, owner) = (page.state(), page.owner());
        let mappings = self.phys.frames.mem_map.mappings(from);
        let new = self.phys.frames.mem_map.state(to).with_kind(Kind::Anon).with_flags(old.flags());
        self.phys.frames.mem_map.set_counted(to, new, mappings, mappings, tr);
        self.phys.frames.mem_map.set_owner(to, owner, tr);
        for (pfn, by) in [(from, -1), (to, 1)] {
            self.mod_node(pfn, NodeStat::NrAnonPages, by, tr);
        }
        self.phys.frames.mem_map.set_counted(from, old.with_flags(PageFlags::NONE), 1, 0, tr);
        self.mod_node(from, NodeStat::NrIsolatedAnon, -1, tr);
        self.lru_add(to, tr);
        if mappings > 0 {
            self.lru_add_drain(tr);
        }
    }
}
