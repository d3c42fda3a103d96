//! Invariants of slabs: every object is in use or on one freelist, every slab where it belongs.

use crate::identity::Identity;
use std::collections::{BTreeMap, BTreeSet};

use crate::config::{CpuId, NodeId};
use crate::phys::Phys;
use crate::phys::zone::vmstat::NodeStat;
use crate::slab::{
    CacheId, KmemCache, NodeCounter, Object, ObjectIndex, ObjectState, SlabState, Slabs, cpu_list, node_list,
};
use crate::store::Kind;
use crate::units::{Order, Pfn, count, low8, low16};

/// What is wrong with slabs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Violation {
    /// A slab names a cache that does not exist.
    NoCache {
        /// The slab.
        slab: Pfn,
    },
    /// A slab's order is neither the cache's usual nor its least one.
    WrongOrder {
        /// The slab.
        slab: Pfn,
        /// Its order.
        order: Order,
    },
    /// A list, or a processor, has something that is no slab of the cache.
    NotItsSlab {
        /// The cache.
        cache: CacheId,
        /// The page.
        slab: Pfn,
    },
    /// A slab is in two places.
    Twice {
        /// The slab.
        slab: Pfn,
    },
    /// A slab is in no place, and not full.
    Nowhere {
        /// The slab.
        slab: Pfn,
    },
    /// A slab's mark says otherwise whether a processor has it.
    Frozen {
        /// The slab.
        slab: Pfn,
    },
    /// An object is on two freelists, or twice on one.
    ObjectTwice {
        /// The slab.
        slab: Pfn,
        /// The object.
        object: ObjectIndex,
    },
    /// Objects that are free and on no freelist.
    Lost {
        /// The slab.
        slab: Pfn,
        /// Free objects.
        free: u32,
        /// Objects on freelists.
        listed: u32,
    },
    /// A slab's count is not its objects less its own freelist.
    Inuse {
        /// The slab.
        slab: Pfn,
        /// The count.
        counted: u32,
        /// What it should be.
        found: u32,
    },
    /// A node's or processor's counter is not what there is.
    Counter {
        /// The cache.
        cache: CacheId,
        /// The counter.
        counted: u64,
        /// What it should be.
        found: u64,
    },
    /// A node's statistic is not the pages of its slabs and large objects.
    Pages {
        /// The node.
        node: NodeId,
        /// The statistic.
        item: NodeStat,
        /// Its value.
        counted: i64,
        /// The pages.
        found: i64,
    },
}

/// Derives the state of the slab allocator from page structs and links, and returns what
/// disagrees.
pub fn check(phys: &Phys, slabs: &Slabs) -> Vec<Violation> {
    let mut check =
        Check { phys, slabs, blocks: BTreeMap::new(), places: BTreeMap::new(), found: Vec::new() };
    check.blocks();
    for (id, cache) in slabs.caches() {
        check.places(id, cache);
        check.counters(id, cache);
    }
    let blocks: Vec<Pfn> = check.blocks.keys().copied().collect();
    for slab in blocks {
        check.slab(slab);
    }
    check.found
}

/// Where a slab is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Cpu(CpuId),
    CpuPartial,
    Node,
}

struct Check<'a> {
    phys: &'a Phys,
    slabs: &'a Slabs,
    /// Every slab of the machine, with its order.
    blocks: BTreeMap<Pfn, Order>,
    places: BTreeMap<Pfn, Where>,
    found: Vec<Violation>,
}

impl Check<'_> {
    /// Finds all slabs, and holds the pages of nodes against them.
    fn blocks(&mut self) {
        let mut pages: BTreeMap<(NodeId, NodeStat), i64> = BTreeMap::new();
        for (_, zone) in self.phys.zones().iter().filter(|(_, zone)| zone.spanned > 0) {
            for (pfn, state) in self.phys.frames.mem_map.blocks(zone.start, zone.end()) {
                if let Some(item) = self.item(pfn) {
                    *pages.entry((zone.node, item)).or_default() += i64::from(state.order().pages());
                }
                if state.kind() == Kind::Slab {
                    self.blocks.insert(pfn, state.order());
                }
            }
        }
        for node in self.phys.nodes() {
            for item in [NodeStat::NrSlabReclaimable, NodeStat::NrSlabUnreclaimable] {
                let counted = self.phys.frames.vmstat.node_exact(node.id, item);
                let found = pages.get(&(node.id, item)).copied().unwrap_or(0);
                if counted != found {
                    self.found.push(Violation::Pages { node: node.id, item, counted, found });
                }
            }
        }
    }

    /// Returns the statistic that a block counts in.
    fn item(&self, pfn: Pfn) -> Option<NodeStat> {
        match Identity::of(&self.phys.frames.mem_map.page(pfn)) {
            Identity::Kmalloc { .. } => Some(NodeStat::NrSlabUnreclaimable),
            Identity::Slab(slab) => {
                let reclaim = self.slabs.cache(slab.cache).is_some_and(|cache| cache.flags.reclaim);
                Some(if reclaim { NodeStat::NrSlabReclaimable } else { NodeStat::NrSlabUnreclaimable })
            }
            Identity::Nobody
            | Identity::Reserved
            | Identity::Unknown
            | Identity::Kernel
            | Identity::Vmalloc { .. }
            | Identity::Table { .. }
            | Identity::Anon { .. }
            | Identity::File => None,
        }
    }

    /// Notes where each slab of a cache is.
    fn places(&mut self, id: CacheId, cache: &KmemCache) {
        for cpu in (0..self.phys.cpus()).map(CpuId) {
            if let Some(slab) = self.slabs.cpu_slab(cache, cpu) {
                self.place(id, slab, Where::Cpu(cpu));
            }
            let listed = self.list(cpu_list(self.phys.lists(), cache, cpu));
            self.equal(id, u64::from(self.slabs.cpu_partial(cache, cpu)), u64::from(count(listed.len())));
            listed.into_iter().for_each(|slab| self.place(id, slab, Where::CpuPartial));
        }
        for node in self.nodes() {
            let listed = self.list(node_list(self.phys.lists(), cache, node));
            let counted = self.slabs.node_counter(cache, node, NodeCounter::NrPartial);
            self.equal(id, counted, u64::from(count(listed.len())));
            listed.into_iter().for_each(|slab| self.place(id, slab, Where::Node));
        }
    }

    fn place(&mut self, id: CacheId, slab: Pfn, at: Where) {
        let owner = self.phys.frames.mem_map.page(slab).owner();
        if !self.blocks.contains_key(&slab) || SlabState::of(owner).cache != id {
            self.found.push(Violation::NotItsSlab { cache: id, slab });
        }
        if self.places.insert(slab, at).is_some() {
            self.found.push(Violation::Twice { slab });
        }
    }

    fn counters(&mut self, id: CacheId, cache: &KmemCache) {
        for node in self.nodes() {
            let of_node = self.blocks.iter().filter(|(slab, _)| {
                let owner = self.phys.frames.mem_map.page(**slab).owner();
                SlabState::of(owner).cache == id && self.phys.zone(self.phys.zone_of(**slab)).node == node
            });
            let (slabs, objects) = of_node.fold((0_u64, 0_u64), |(slabs, objects), (_, &order)| {
                (slabs + 1, objects + u64::from(cache.geometry.objects(order)))
            });
            self.equal(id, self.slabs.node_counter(cache, node, NodeCounter::NrSlabs), slabs);
            self.equal(id, self.slabs.node_counter(cache, node, NodeCounter::TotalObjects), objects);
        }
    }

    fn slab(&mut self, slab: Pfn) {
        let order = self.blocks[&slab];
        let state = SlabState::of(self.phys.frames.mem_map.page(slab).owner());
        let Some(cache) = self.slabs.cache(state.cache).filter(|cache| cache.alive) else {
            self.found.push(Violation::NoCache { slab });
            return;
        };
        if order != cache.geometry.order && order != cache.geometry.min_order {
            self.found.push(Violation::WrongOrder { slab, order });
        }
        let at = self.places.get(&slab).copied();
        let is_full = state.freelist.is_none();
        match at {
            None if !is_full => self.found.push(Violation::Nowhere { slab }),
            Some(Where::Node | Where::CpuPartial) if is_full => self.found.push(Violation::Nowhere { slab }),
            None | Some(_) => {}
        }
        let frozen = matches!(at, Some(Where::Cpu(_) | Where::CpuPartial));
        if frozen != state.frozen {
            self.found.push(Violation::Frozen { slab });
        }
        self.objects(slab, cache, cache.geometry.objects(order), state, at);
    }

    fn objects(&mut self, slab: Pfn, cache: &KmemCache, objects: u32, state: SlabState, at: Option<Where>) {
        let mut seen = BTreeSet::new();
        let cpu_head = match at {
            Some(Where::Cpu(cpu)) => self.slabs.cpu_freelist(cache, cpu),
            Some(Where::CpuPartial | Where::Node) | None => None,
        };
        let mut own = 0;
        for (head, is_own) in [(state.freelist, true), (cpu_head, false)] {
            let bound = crate::units::index(objects) + 1;
            for object in self.slabs.freelist(slab, head, objects).take(bound) {
                own += u32::from(is_own);
                if !seen.insert(object) {
                    self.found.push(Violation::ObjectTwice { slab, object });
                }
            }
        }
        let all = (0..objects).map(|index| ObjectIndex(low16(u64::from(index))));
        let is_free = |index| self.slabs.object(Object { slab, index }, objects) != ObjectState::Allocated;
        let free = count(all.filter(|&index| is_free(index)).count());
        let listed = count(seen.len());
        if free != listed {
            self.found.push(Violation::Lost { slab, free, listed });
        }
        let counted = u32::from(state.inuse);
        if counted + own != objects {
            self.found.push(Violation::Inuse { slab, counted, found: objects - own.min(objects) });
        }
    }

    fn list(&self, list: crate::store::ListId) -> Vec<Pfn> {
        self.phys.frames.mem_map.list(list).collect()
    }

    fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..low8(u64::from(count(self.phys.nodes().len())))).map(NodeId)
    }

    fn equal(&mut self, cache: CacheId, counted: u64, found: u64) {
        if counted != found {
            self.found.push(Violation::Counter { cache, counted, found });
        }
    }
}
