//! Caches as a whole: made, shrunk, destroyed.
//!
//! Mirrors 6.1 `mm/slab_common.c`: `kmem_cache_create`, `kmem_cache_destroy`, and `mm/slub.c`:
//! `flush_cpu_slab`, `deactivate_slab`, `__kmem_cache_do_shrink`, `__kmem_cache_shutdown`.

use super::event::Event;
use super::kmem_cache::{CacheFlags, Geometry, KmemCache};
use super::{CACHES_MAX, CacheId, NodeCounter, Object, ObjectIndex, SlabState, Slabs, cpu_list, node_list};
use crate::config::{CpuId, NodeId};
use crate::cost::Cost;
use crate::errno::Errno;
use crate::func::Func;
use crate::rest::Ctx;
use crate::store::{End, Journal};
use crate::trace::Trace;
use crate::units::{Bytes, Pfn, count, low16, low32};

/// Slabs with more free objects than this are not sorted by `kmem_cache_shrink`.
const SHRINK_PROMOTE_MAX: u32 = 32;

impl Slabs {
    /// Keeps a new cache; `None` when there are as many as there may be.
    pub(super) fn insert(
        &mut self,
        name: &str,
        geometry: Geometry,
        flags: CacheFlags,
        journal: &mut Journal,
    ) -> Option<CacheId> {
        let taken: Vec<u16> = self.caches().map(|(_, cache)| cache.slot).collect();
        let slot = (0..CACHES_MAX).find(|slot| !taken.contains(slot))?;
        let id = CacheId(low32(self.next_id.get(0)) + 1);
        self.next_id.set(0, u64::from(id.0), journal);
        let cache = KmemCache { name: name.into(), geometry, flags, slot, alive: true };
        self.caches.set(id, cache, journal);
        Some(id)
    }
}

impl Ctx<'_> {
    /// Makes a cache of objects of `size` bytes, 6.1 `kmem_cache_create` with `slab_nomerge`.
    ///
    /// # Errors
    /// `EEXIST` when the name is taken, `EINVAL` when no slab could hold an object, `ENOMEM`
    /// when there are [`CACHES_MAX`] caches.
    pub fn kmem_cache_create(
        &mut self,
        name: &str,
        size: Bytes,
        align: Bytes,
        flags: CacheFlags,
        tr: &mut Trace,
    ) -> Result<CacheId, Errno> {
        let cpus = self.phys.cpus();
        let geometry = Geometry::of(size, align, flags, self.rest.slabs.arch, cpus).ok_or(Errno::EINVAL)?;
        if self.rest.slabs.find(name).is_some() {
            return Err(Errno::EEXIST);
        }
        tr.span(Func::KmemCacheCreate, |tr| {
            let made = self.rest.slabs.insert(name, geometry, flags, tr);
            if let Some(cache) = made {
                let Geometry { object_size, size, order, .. } = geometry;
                tr.spend(Cost::SlabSlow);
                tr.emit(Event::Created { cache, object_size, size, order, objects: geometry.per_slab() });
            }
            made.ok_or(Errno::ENOMEM)
        })
    }

    /// Gives what the processors keep back to the nodes, and empty slabs to the page allocator.
    ///
    /// # Panics
    /// When there is no such cache.
    pub fn kmem_cache_shrink(&mut self, id: CacheId, tr: &mut Trace) {
        tr.span(Func::KmemCacheShrink, |tr| {
            self.flush_all(id, tr);
            for node in self.nodes() {
                self.shrink_node(id, node, tr);
            }
        });
    }

    /// Destroys a cache that has no object in use.
    ///
    /// # Errors
    /// `EBUSY` when it has; its empty slabs are gone then.
    ///
    /// # Panics
    /// When there is no such cache.
    pub fn kmem_cache_destroy(&mut self, id: CacheId, tr: &mut Trace) -> Result<(), Errno> {
        tr.span(Func::KmemCacheDestroy, |tr| {
            self.flush_all(id, tr);
            for node in self.nodes() {
                self.free_partial(id, node, tr);
            }
            let cache = self.cache(id);
            let slabs = self
                .nodes()
                .map(|node| self.rest.slabs.node_counter(&cache, node, NodeCounter::NrSlabs))
                .sum();
            if slabs == 0 {
                self.rest.slabs.caches.update(id, tr, |cache| cache.alive = false);
                tr.emit(Event::Destroyed { cache: id });
                Ok(())
            } else {
                tr.emit(Event::Remaining { cache: id, slabs });
                Err(Errno::EBUSY)
            }
        })
    }

    // ---- giving up what is kept

    /// Takes from every processor what it keeps of a cache.
    fn flush_all(&mut self, id: CacheId, tr: &mut Trace) {
        let cache = self.cache(id);
        for cpu in (0..self.phys.cpus()).map(CpuId) {
            let list = cpu_list(self.phys.lists(), &cache, cpu);
            let slab = self.rest.slabs.cpu_slab(&cache, cpu);
            if slab.is_none() && self.phys.frames.mem_map.first(list).is_none() {
                continue;
            }
            tr.span(Func::FlushCpuSlab, |tr| {
                tr.emit(Event::Flush { cache: id, cpu });
                if let Some(slab) = slab {
                    self.deactivate(id, &cache, slab, cpu, tr);
                }
                self.unfreeze_partials(id, &cache, cpu, tr);
            });
        }
    }

    /// Joins the processor's freelist with its slab's own and lets the slab go.
    fn deactivate(&mut self, id: CacheId, cache: &KmemCache, slab: Pfn, cpu: CpuId, tr: &mut Trace) {
        tr.span(Func::DeactivateSlab, |tr| {
            let own = self.slab(slab);
            let objects = cache.geometry.objects(self.phys.frames.mem_map.state(slab).order());
            let head = self.rest.slabs.cpu_freelist(cache, cpu);
            let loaded: Vec<ObjectIndex> = self.rest.slabs.freelist(slab, head, objects).collect();
            if let Some(&last) = loaded.last() {
                self.rest.slabs.set_free(Object { slab, index: last }, own.freelist, tr);
            }
            let free = low16(u64::from(count(loaded.len())));
            let state =
                SlabState { inuse: own.inuse - free, frozen: false, freelist: head.or(own.freelist), ..own };
            self.phys.frames.mem_map.set_owner(slab, state.owner(), tr);
            self.rest.slabs.set_cpu_slab(cache, cpu, None, tr);
            self.rest.slabs.set_cpu_freelist(cache, cpu, None, tr);
            if state.freelist.is_none() {
                tr.emit(Event::Full { cache: id, cpu, slab });
            } else {
                // A slab that others freed into is not in this processor's cache anyway.
                let end = if own.freelist.is_some() { End::Tail } else { End::Head };
                if !self.keep_or_surplus(id, cache, slab, end, tr) {
                    self.discard(id, cache, slab, tr);
                }
            }
        });
    }

    /// Sorts the node's list by free objects and frees the empty slabs.
    fn shrink_node(&mut self, id: CacheId, node: NodeId, tr: &mut Trace) {
        let cache = self.cache(id);
        let list = node_list(self.phys.lists(), &cache, node);
        let slabs: Vec<Pfn> = self.phys.frames.mem_map.list(list).collect();
        if slabs.is_empty() {
            return;
        }
        let mut empty = Vec::new();
        let mut by_free: Vec<Vec<Pfn>> = vec![Vec::new(); crate::units::index(SHRINK_PROMOTE_MAX)];
        for slab in slabs {
            let objects = cache.geometry.objects(self.phys.frames.mem_map.state(slab).order());
            let free = objects - u32::from(self.slab(slab).inuse);
            if free == objects {
                empty.push(slab);
            } else if free <= SHRINK_PROMOTE_MAX {
                by_free[crate::units::index(free - 1)].push(slab);
            }
        }
        for &slab in &empty {
            self.take_from_node(&cache, node, slab, tr);
        }
        // Each goes to the head, so the fullest, and of equals the last, come to stand first.
        for &slab in by_free.iter().rev().flatten() {
            self.phys.frames.mem_map.list_del(slab, tr);
            self.phys.frames.mem_map.list_add(list, slab, End::Head, tr);
        }
        let partial = self.rest.slabs.node_counter(&cache, node, NodeCounter::NrPartial);
        tr.emit(Event::Shrink { cache: id, node, partial, empty: count(empty.len()) });
        for slab in empty.into_iter().rev() {
            self.discard(id, &cache, slab, tr);
        }
    }

    /// Frees the empty slabs of a node's list.
    fn free_partial(&mut self, id: CacheId, node: NodeId, tr: &mut Trace) {
        let cache = self.cache(id);
        let list = node_list(self.phys.lists(), &cache, node);
        let slabs: Vec<Pfn> = self.phys.frames.mem_map.list(list).collect();
        let empty: Vec<Pfn> = slabs.into_iter().filter(|&slab| self.slab(slab).inuse == 0).collect();
        for &slab in &empty {
            self.take_from_node(&cache, node, slab, tr);
        }
        for slab in empty.into_iter().rev() {
            self.discard(id, &cache, slab, tr);
        }
    }
}
