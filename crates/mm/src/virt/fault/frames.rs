//! Frames as this folder takes and gives them: the only calls into the page allocator.

use crate::cost::Cost;
use crate::gfp::Gfp;
use crate::identity::Identity;
use crate::phys::AllocRequest;
use crate::phys::zone::lru_list::LruList;
use crate::phys::zone::vmstat::{NodeStat, VmEvent};
use crate::rest::Ctx;
use crate::store::{Kind, PageFlags};
use crate::trace::Trace;
use crate::units::{Order, Pfn};

impl Ctx<'_> {
    /// Allocates a block near the running CPU; pays for zeroing if `gfp` asks for zeroes.
    pub(in crate::virt) fn alloc_block(&mut self, order: Order, gfp: Gfp, tr: &mut Trace) -> Option<Pfn> {
        let node = self.phys.node_of_cpu(self.cpu);
        let pfn = self.phys.alloc_pages(AllocRequest { order, gfp, cpu: self.cpu, node }, self.rest, tr)?;
        if gfp.contains(Gfp::ZERO) {
            for _ in 0..order.pages() {
                tr.spend(Cost::ClearPage);
            }
        }
        Some(pfn)
    }

    /// Gives a block back.
    pub(in crate::virt) fn free_block(&mut self, pfn: Pfn, order: Order, tr: &mut Trace) {
        self.phys.free_pages(pfn, order, self.cpu, tr);
    }

    /// Says what a block just allocated is for.
    pub(in crate::virt) fn claim(&mut self, pfn: Pfn, kind: Kind, identity: Identity, tr: &mut Trace) {
        let state = self.phys.frames.mem_map.state(pfn).with_kind(kind);
        self.phys.frames.mem_map.set_state(pfn, state, tr);
        self.phys.frames.mem_map.set_owner(pfn, identity.owner(), tr);
    }

    /// Adds a reference to the page that `pfn` is, or is part of.
    pub(in crate::virt) fn get_page(&mut self, pfn: Pfn, tr: &mut Trace) {
        let pfn = self.compound_head(pfn);
        let refcount = self.phys.frames.mem_map.refcount(pfn) + 1;
        self.phys.frames.mem_map.set_refcount(pfn, refcount, tr);
    }

    /// Drops a reference; returns whether it was the last and the page must be freed.
    #[must_use]
    pub(in crate::virt) fn put_page(&mut self, pfn: Pfn, tr: &mut Trace) -> bool {
        let pfn = self.compound_head(pfn);
        let refcount =
            self.phys.frames.mem_map.refcount(pfn).checked_sub(1).expect("a page put no more than got");
        self.phys.frames.mem_map.set_refcount(pfn, refcount, tr);
        refcount == 0
    }

    /// Takes a page that nobody refers to off its LRU list, before it is freed.
    pub(in crate::virt) fn leave_lru(&mut self, pfn: Pfn, tr: &mut Trace) {
        let state = self.phys.frames.mem_map.state(pfn);
        if state.flags().contains(PageFlags::LRU) {
            self.phys.frames.mem_map.set_state(
                pfn,
                state.with_flags(state.flags().without(PageFlags::LRU)),
                tr,
            );
            self.count_lru(pfn, -1, tr);
        }
    }

    /// Counts a page, all its frames, that came to, or left, its LRU list: `by` is 1 or -1.
    pub(in crate::virt) fn count_lru(&mut self, pfn: Pfn, by: i64, tr: &mut Trace) {
        let state = self.phys.frames.mem_map.state(pfn);
        let (node_stat, zone_stat) = LruList::of(state.flags()).stats();
        let by = by * i64::from(state.order().pages());
        self.mod_node(pfn, node_stat, by, tr);
        let zone = self.phys.zone_of(pfn);
        self.phys.frames.vmstat.mod_zone(zone, zone_stat, by, self.cpu, tr);
    }

    /// Adds to a statistic of the node that `pfn` belongs to.
    pub(in crate::virt) fn mod_node(&mut self, pfn: Pfn, item: NodeStat, by: i64, tr: &mut Trace) {
        let node = self.phys.zone(self.phys.zone_of(pfn)).node;
        self.phys.frames.vmstat.mod_node(node, item, by, self.cpu, tr);
    }

    /// Counts an event of `/proc/vmstat`.
    pub(in crate::virt) fn count_event(&mut self, event: VmEvent, tr: &mut Trace) {
        self.phys.count(event, 1, tr);
    }
}
