//! Objects: taken from a processor's slab, given back to their slab.
//!
//! Each processor allocates from one slab at a time without a lock. When that is used up it
//! takes the next from its own partial list, then some from its node's, then a new block. A
//! full slab is on no list; its first freed object brings it to the partial list of the
//! processor that frees. Mirrors 6.1 `mm/slub.c`: `___slab_alloc`, `get_partial_node`,
//! `allocate_slab`, `__slab_free`, `put_cpu_partial`, `__unfreeze_partials`.

use super::event::{Event, Misuse};
use super::kmem_cache::{Geometry, KmemCache};
use super::{
    CacheId, NodeCounter, Object, ObjectIndex, ObjectState, SlabState, address_of, cpu_list, frame_of,
    node_list, slab_at,
};
use crate::config::{CpuId, NodeId};
use crate::cost::Cost;
use crate::errno::Errno;
use crate::func::Func;
use crate::gfp::Gfp;
use crate::phys::AllocRequest;
use crate::phys::zone::vmstat::NodeStat;
use crate::rest::Ctx;
use crate::store::{End, Kind, PageFlags};
use crate::trace::Trace;
use crate::units::{Order, Pfn, VirtAddr, count, low8, low16};

/// Flags of a request that reach the page allocator, `GFP_RECLAIM_MASK | GFP_CONSTRAINT_MASK`.
const SLAB_GFP: Gfp = Gfp::RECLAIM
    .with(Gfp::HIGH)
    .with(Gfp::IO)
    .with(Gfp::FS)
    .with(Gfp::NOWARN)
    .with(Gfp::RETRY_MAYFAIL)
    .with(Gfp::NOFAIL)
    .with(Gfp::NORETRY)
    .with(Gfp::MEMALLOC)
    .with(Gfp::NOMEMALLOC)
    .with(Gfp::ATOMIC_BIT)
    .with(Gfp::HARDWALL)
    .with(Gfp::THISNODE);

impl Ctx<'_> {
    /// Takes an object of a cache.
    ///
    /// # Errors
    /// `ENOMEM` when there is no memory for a slab.
    ///
    /// # Panics
    /// When there is no such cache.
    pub fn kmem_cache_alloc(&mut self, cache: CacheId, gfp: Gfp, tr: &mut Trace) -> Result<VirtAddr, Errno> {
        let address = tr.span(Func::KmemCacheAlloc, |tr| self.slab_alloc(cache, gfp, tr));
        address.ok_or(Errno::ENOMEM)
    }

    /// Gives an object back to its cache; `cache` is the one it is said to be from, if any is.
    ///
    /// # Errors
    /// `EINVAL` when no object in use begins there, or it is another cache's.
    pub fn kmem_cache_free(
        &mut self,
        cache: Option<CacheId>,
        address: VirtAddr,
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        tr.span(Func::KmemCacheFree, |tr| self.slab_free(cache, address, tr))
    }

    // ---- allocation

    /// Takes the object at the head of the processor's freelist, filled first if it is empty.
    pub(super) fn slab_alloc(&mut self, id: CacheId, gfp: Gfp, tr: &mut Trace) -> Option<VirtAddr> {
        let cache = self.cache(id);
        tr.spend(Cost::SlabFast);
        if self.rest.slabs.cpu_freelist(&cache, self.cpu).is_none() {
            let found = tr.span(Func::SlabAllocSlow, |tr| {
                tr.spend(Cost::SlabSlow);
                self.refill(id, &cache, gfp, tr)
            });
            found?;
        }
        let slab = self.rest.slabs.cpu_slab(&cache, self.cpu)?;
        let object = self.rest.slabs.cpu_freelist(&cache, self.cpu)?;
        let at = Object { slab, index: object };
        let objects = cache.geometry.objects(self.phys.frames.mem_map.state(slab).order());
        let ObjectState::Free(next) = self.rest.slabs.object(at, objects) else {
            unreachable!("an object on a freelist is free");
        };
        self.rest.slabs.set_cpu_freelist(&cache, self.cpu, next, tr);
        self.rest.slabs.set_allocated(at, tr);
        tr.emit(Event::Take { cache: id, cpu: self.cpu, slab, object, next });
        Some(address_of(self.rest.virt.layout, at, cache.geometry.size))
    }

    /// Gives the processor a slab with free objects, 6.1 `___slab_alloc`.
    fn refill(&mut self, id: CacheId, cache: &KmemCache, gfp: Gfp, tr: &mut Trace) -> Option<()> {
        let cpu = self.cpu;
        if let Some(slab) = self.rest.slabs.cpu_slab(cache, cpu) {
            if self.load_freelist(cache, slab, tr) {
                let objects = self.on_freelist(cache, slab);
                tr.emit(Event::Reload { cache: id, cpu, slab, objects });
                return Some(());
            }
            self.rest.slabs.set_cpu_slab(cache, cpu, None, tr);
            tr.emit(Event::Full { cache: id, cpu, slab });
        }
        if let Some(slab) = self.phys.frames.mem_map.first(cpu_list(self.phys.lists(), cache, cpu)) {
            self.phys.frames.mem_map.list_del(slab, tr);
            self.rest.slabs.add_cpu_partial(cache, cpu, -1, tr);
            self.rest.slabs.set_cpu_slab(cache, cpu, Some(slab), tr);
            self.load_freelist(cache, slab, tr);
            let slabs = self.rest.slabs.cpu_partial(cache, cpu);
            tr.emit(Event::FromCpuPartial { cache: id, cpu, slab, slabs });
            return Some(());
        }
        if self.get_partial(id, cache, tr) { Some(()) } else { self.new_slab(id, cache, gfp, tr) }
    }

    /// Makes the freelist of `slab`, which the processor has, the processor's; a slab that has
    /// none is let go of. Returns whether there was one.
    fn load_freelist(&mut self, cache: &KmemCache, slab: Pfn, tr: &mut Trace) -> bool {
        let state = self.slab(slab);
        let objects = cache.geometry.objects(self.phys.frames.mem_map.state(slab).order());
        let found = state.freelist.is_some();
        let taken = SlabState { inuse: low16(u64::from(objects)), frozen: found, freelist: None, ..state };
        self.phys.frames.mem_map.set_owner(slab, taken.owner(), tr);
        self.rest.slabs.set_cpu_freelist(cache, self.cpu, state.freelist, tr);
        found
    }

    fn on_freelist(&self, cache: &KmemCache, slab: Pfn) -> u32 {
        let objects = cache.geometry.objects(self.phys.frames.mem_map.state(slab).order());
        count(self.rest.slabs.freelist(slab, self.rest.slabs.cpu_freelist(cache, self.cpu), objects).count())
    }

    /// Takes slabs with free objects from the node, or from another that has plenty.
    fn get_partial(&mut self, id: CacheId, cache: &KmemCache, tr: &mut Trace) -> bool {
        let own = self.phys.node_of_cpu(self.cpu);
        if self.get_partial_node(id, cache, own, tr) {
            return true;
        }
        let others = self.nodes().filter(|&node| node != own);
        let plenty = others.into_iter().find(|&node| {
            self.rest.slabs.node_counter(cache, node, NodeCounter::NrPartial)
                > u64::from(cache.geometry.min_partial)
        });
        plenty.is_some_and(|node| self.get_partial_node(id, cache, node, tr))
    }

    /// Takes the first slab of the node's list, and some more for the processor's own: half of
    /// what that may hold, and one.
    fn get_partial_node(&mut self, id: CacheId, cache: &KmemCache, node: NodeId, tr: &mut Trace) -> bool {
        let list = node_list(self.phys.lists(), cache, node);
        let Some(slab) = self.phys.frames.mem_map.first(list) else { return false };
        tr.span(Func::GetPartialNode, |tr| {
            self.take_from_node(cache, node, slab, tr);
            self.rest.slabs.set_cpu_slab(cache, self.cpu, Some(slab), tr);
            self.load_freelist(cache, slab, tr);
            let partial = self.rest.slabs.node_counter(cache, node, NodeCounter::NrPartial);
            tr.emit(Event::FromNode { cache: id, node, slab, partial });
            for _ in 0..=cache.geometry.cpu_partial_slabs / 2 {
                let Some(slab) = self.phys.frames.mem_map.first(list) else { break };
                self.take_from_node(cache, node, slab, tr);
                let frozen = SlabState { frozen: true, ..self.slab(slab) };
                self.phys.frames.mem_map.set_owner(slab, frozen.owner(), tr);
                let partial = self.rest.slabs.node_counter(cache, node, NodeCounter::NrPartial);
                tr.emit(Event::FromNode { cache: id, node, slab, partial });
                self.put_cpu_partial(id, cache, slab, tr);
            }
        });
        true
    }

    pub(super) fn take_from_node(&mut self, cache: &KmemCache, node: NodeId, slab: Pfn, tr: &mut Trace) {
        self.phys.frames.mem_map.list_del(slab, tr);
        self.rest.slabs.add_node(cache, node, NodeCounter::NrPartial, -1, tr);
    }

    /// Makes a block of frames the processor's slab.
    fn new_slab(&mut self, id: CacheId, cache: &KmemCache, gfp: Gfp, tr: &mut Trace) -> Option<()> {
        tr.span(Func::AllocateSlab, |tr| {
            let fixed = self.fix_flags(gfp, tr);
            let block = self.slab_block(id, cache, fixed, tr);
            if let Some((slab, order)) = block {
                let objects = cache.geometry.objects(order);
                let flags = if order > Order::ZERO { PageFlags::HEAD } else { PageFlags::NONE };
                let page = self.phys.frames.mem_map.state(slab).with_kind(Kind::Slab).with_flags(flags);
                self.phys.frames.mem_map.set_state(slab, page, tr);
                // Allocating from it right away, the processor has all of its objects.
                let state =
                    SlabState { cache: id, inuse: low16(u64::from(objects)), frozen: true, freelist: None };
                self.phys.frames.mem_map.set_owner(slab, state.owner(), tr);
                self.mod_slab_pages(slab, pages_item(cache), i64::from(order.pages()), tr);
                let node = self.node_of(slab);
                self.rest.slabs.add_node(cache, node, NodeCounter::NrSlabs, 1, tr);
                self.rest.slabs.add_node(cache, node, NodeCounter::TotalObjects, i64::from(objects), tr);
                self.rest.slabs.set_cpu_slab(cache, self.cpu, Some(slab), tr);
                self.rest.slabs.set_cpu_freelist(cache, self.cpu, Some(ObjectIndex(0)), tr);
                tr.emit(Event::NewSlab { cache: id, cpu: self.cpu, slab, order, objects });
            } else {
                tr.emit(Event::OutOfMemory { cache: id, gfp });
                self.log_slab_failure(id, gfp, tr);
            }
            block.map(|_| ())
        })
    }

    /// Allocates a block of the usual order without insisting, then one that holds an object.
    fn slab_block(
        &mut self,
        id: CacheId,
        cache: &KmemCache,
        gfp: Gfp,
        tr: &mut Trace,
    ) -> Option<(Pfn, Order)> {
        let Geometry { order, min_order, .. } = cache.geometry;
        let flags = Gfp::from_bits(gfp.bits() & SLAB_GFP.bits()).unwrap_or(Gfp::NONE) | cache_gfp(cache);
        let mut easy = (flags | Gfp::NOWARN | Gfp::NORETRY).without(Gfp::NOFAIL);
        if easy.contains(Gfp::DIRECT_RECLAIM) && order > min_order {
            easy = (easy | Gfp::NOMEMALLOC).without(Gfp::RECLAIM);
        }
        let node = self.phys.node_of_cpu(self.cpu);
        let first = AllocRequest { order, gfp: easy, cpu: self.cpu, node };
        if let Some(pfn) = self.phys.alloc_pages(first, self.rest, tr) {
            return Some((pfn, order));
        }
        tr.emit(Event::LowerOrder { cache: id, order, min_order });
        let second = AllocRequest { order: min_order, gfp: flags, cpu: self.cpu, node };
        self.phys.alloc_pages(second, self.rest, tr).map(|pfn| (pfn, min_order))
    }

    // ---- freeing

    /// Gives an object back.
    pub(super) fn slab_free(
        &mut self,
        said: Option<CacheId>,
        address: VirtAddr,
        tr: &mut Trace,
    ) -> Result<(), Errno> {
        let (id, at) = self.object_at(said, address).map_err(|why| self.misused(address, why, tr))?;
        let cache = self.cache(id);
        tr.spend(Cost::SlabFast);
        if self.rest.slabs.cpu_slab(&cache, self.cpu) == Some(at.slab) {
            let head = self.rest.slabs.cpu_freelist(&cache, self.cpu);
            self.rest.slabs.set_free(at, head, tr);
            self.rest.slabs.set_cpu_freelist(&cache, self.cpu, Some(at.index), tr);
            tr.emit(Event::FreeFast { cache: id, cpu: self.cpu, slab: at.slab, object: at.index });
        } else {
            tr.span(Func::SlabFreeSlow, |tr| {
                tr.spend(Cost::SlabSlow);
                self.free_slow(id, &cache, at, tr);
            });
        }
        Ok(())
    }

    /// Finds the object in use that begins at `address`.
    fn object_at(&self, said: Option<CacheId>, address: VirtAddr) -> Result<(CacheId, Object), Misuse> {
        let pfn = frame_of(self.rest.virt.layout, address).ok_or(Misuse::NotSlab)?;
        let (slab, order, state) = slab_at(self.phys, pfn).ok_or(Misuse::NotSlab)?;
        let owner = state.cache;
        let geometry = self.cache(owner).geometry;
        let start = address_of(self.rest.virt.layout, Object { slab, index: ObjectIndex(0) }, geometry.size);
        let offset = address.0 - start.0;
        let (index, rest) = (offset / u64::from(geometry.size), offset % u64::from(geometry.size));
        if rest != 0 || index >= u64::from(geometry.objects(order)) {
            return Err(Misuse::InvalidPointer { cache: owner });
        }
        if let Some(cache) = said
            && cache != owner
        {
            return Err(Misuse::WrongCache { cache, owner });
        }
        let at = Object { slab, index: ObjectIndex(low16(index)) };
        match self.rest.slabs.object(at, geometry.objects(order)) {
            ObjectState::Allocated => Ok((owner, at)),
            ObjectState::Free(_) => Err(Misuse::AlreadyFree { cache: owner }),
        }
    }

    /// Gives an object to its slab's own freelist, 6.1 `__slab_free`.
    fn free_slow(&mut self, id: CacheId, cache: &KmemCache, at: Object, tr: &mut Trace) {
        let before = self.slab(at.slab);
        let was_full = before.freelist.is_none() && !before.frozen;
        let inuse = before.inuse - 1;
        let frozen = before.frozen || was_full;
        self.rest.slabs.set_free(at, before.freelist, tr);
        let after = SlabState { inuse, frozen, freelist: Some(at.index), ..before };
        self.phys.frames.mem_map.set_owner(at.slab, after.owner(), tr);
        let (slab, object) = (at.slab, at.index);
        tr.emit(Event::FreeSlow { cache: id, slab, object, inuse: u32::from(inuse), frozen });
        if was_full {
            self.drain_if_many(id, cache, tr);
            self.put_cpu_partial(id, cache, slab, tr);
        } else if inuse == 0 && !frozen {
            let node = self.node_of(slab);
            let (partial, min_partial) = self.partial(cache, node);
            if partial >= u64::from(min_partial) {
                self.take_from_node(cache, node, slab, tr);
                let partial = partial - 1;
                tr.emit(Event::Surplus { cache: id, node, slab, partial, min_partial });
                self.discard(id, cache, slab, tr);
            }
        }
    }

    /// Empties a partial list of the processor that holds as many slabs as it may.
    fn drain_if_many(&mut self, id: CacheId, cache: &KmemCache, tr: &mut Trace) {
        let slabs = self.rest.slabs.cpu_partial(cache, self.cpu);
        let limit = cache.geometry.cpu_partial_slabs;
        if slabs >= limit {
            tr.emit(Event::Drain { cache: id, cpu: self.cpu, slabs, limit });
            self.unfreeze_partials(id, cache, self.cpu, tr);
        }
    }

    fn put_cpu_partial(&mut self, id: CacheId, cache: &KmemCache, slab: Pfn, tr: &mut Trace) {
        let list = cpu_list(self.phys.lists(), cache, self.cpu);
        self.phys.frames.mem_map.list_add(list, slab, End::Head, tr);
        self.rest.slabs.add_cpu_partial(cache, self.cpu, 1, tr);
        let slabs = self.rest.slabs.cpu_partial(cache, self.cpu);
        let limit = cache.geometry.cpu_partial_slabs;
        tr.emit(Event::ToCpuPartial { cache: id, cpu: self.cpu, slab, slabs, limit });
    }

    /// Sends the partial list of `cpu` to the nodes; what is empty there and too much goes back
    /// to the page allocator, last found first, 6.1 `__unfreeze_partials`.
    pub(super) fn unfreeze_partials(&mut self, id: CacheId, cache: &KmemCache, cpu: CpuId, tr: &mut Trace) {
        tr.span(Func::UnfreezePartials, |tr| {
            let list = cpu_list(self.phys.lists(), cache, cpu);
            let mut surplus = Vec::new();
            while let Some(slab) = self.phys.frames.mem_map.first(list) {
                self.phys.frames.mem_map.list_del(slab, tr);
                self.rest.slabs.add_cpu_partial(cache, cpu, -1, tr);
                let state = SlabState { frozen: false, ..self.slab(slab) };
                self.phys.frames.mem_map.set_owner(slab, state.owner(), tr);
                if !self.keep_or_surplus(id, cache, slab, End::Tail, tr) {
                    surplus.push(slab);
                }
            }
            for slab in surplus.into_iter().rev() {
                self.discard(id, cache, slab, tr);
            }
        });
    }

    /// Puts a slab on its node's list, unless it is empty and the node has enough; returns
    /// whether it was put there.
    pub(super) fn keep_or_surplus(
        &mut self,
        id: CacheId,
        cache: &KmemCache,
        slab: Pfn,
        end: End,
        tr: &mut Trace,
    ) -> bool {
        let node = self.node_of(slab);
        let inuse = u32::from(self.slab(slab).inuse);
        let (partial, min_partial) = self.partial(cache, node);
        if inuse == 0 && partial >= u64::from(min_partial) {
            tr.emit(Event::Surplus { cache: id, node, slab, partial, min_partial });
            return false;
        }
        self.phys.frames.mem_map.list_add(node_list(self.phys.lists(), cache, node), slab, end, tr);
        self.rest.slabs.add_node(cache, node, NodeCounter::NrPartial, 1, tr);
        tr.emit(Event::ToNode { cache: id, node, slab, end, inuse, partial: partial + 1 });
        true
    }

    /// Gives a slab without objects in use back to the page allocator.
    pub(super) fn discard(&mut self, id: CacheId, cache: &KmemCache, slab: Pfn, tr: &mut Trace) {
        tr.span(Func::DiscardSlab, |tr| {
            let order = self.phys.frames.mem_map.state(slab).order();
            let objects = cache.geometry.objects(order);
            let node = self.node_of(slab);
            self.rest.slabs.clear_links(slab, objects, tr);
            self.rest.slabs.add_node(cache, node, NodeCounter::NrSlabs, -1, tr);
            self.rest.slabs.add_node(cache, node, NodeCounter::TotalObjects, -i64::from(objects), tr);
            self.mod_slab_pages(slab, pages_item(cache), -i64::from(order.pages()), tr);
            tr.emit(Event::Discard { cache: id, slab, order });
            self.phys.free_pages(slab, order, self.cpu, tr);
        });
    }

    // ---- what is where

    pub(super) fn cache(&self, id: CacheId) -> KmemCache {
        self.rest.slabs.cache(id).expect("a cache that was made").clone()
    }

    pub(super) fn slab(&self, slab: Pfn) -> SlabState {
        SlabState::of(self.phys.frames.mem_map.page(slab).owner())
    }

    fn node_of(&self, pfn: Pfn) -> NodeId {
        self.phys.zone(self.phys.zone_of(pfn)).node
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..low8(u64::from(count(self.phys.nodes().len())))).map(NodeId)
    }

    fn partial(&self, cache: &KmemCache, node: NodeId) -> (u64, u32) {
        (self.rest.slabs.node_counter(cache, node, NodeCounter::NrPartial), cache.geometry.min_partial)
    }

    pub(super) fn mod_slab_pages(&mut self, pfn: Pfn, item: NodeStat, pages: i64, tr: &mut Trace) {
        let node = self.node_of(pfn);
        self.phys.frames.vmstat.mod_node(node, item, pages, self.cpu, tr);
    }
}

/// Returns the statistic that counts the pages of a cache's slabs.
fn pages_item(cache: &KmemCache) -> NodeStat {
    if cache.flags.reclaim { NodeStat::NrSlabReclaimable } else { NodeStat::NrSlabUnreclaimable }
}

/// Returns the flags that a cache adds to every request for a slab, `allocflags`.
fn cache_gfp(cache: &KmemCache) -> Gfp {
    let when = |set: bool, flag: Gfp| if set { flag } else { Gfp::NONE };
    when(cache.geometry.order > Order::ZERO, Gfp::COMP)
        | when(cache.flags.dma, Gfp::DMA)
        | when(cache.flags.reclaim, Gfp::RECLAIMABLE)
}
