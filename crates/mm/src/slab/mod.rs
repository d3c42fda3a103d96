//! SLUB: objects smaller than a page, cut from blocks of the page allocator.
//!
//! [`Slabs`] holds the stores: the caches ([`kmem_cache`]), what each processor and node
//! keeps of them, and which objects are free. A slab's own numbers stand in its page struct,
//! as in the kernel; lists of slabs run through page structs. [`slub`] allocates and frees,
//! `slab_common` makes caches and destroys them, [`kmalloc`] chooses one by size. Algorithms take a [`Ctx`](crate::rest::Ctx). Mirrors 6.1 `mm/slub.c`,
//! `mm/slab_common.c`.

pub mod event;
pub mod kmalloc;
pub mod kmem_cache;
mod report;
mod slab_common;
pub mod slub;

use crate::config::{Arch, CpuId, MachineConfig, NodeId};
use crate::phys::Phys;
use crate::phys::zone::lists::Lists;
use crate::store::map::Weigh;
use crate::store::page::Owner;
use crate::store::{Journal, Kind, ListId, Map, Slot, Table, TableId, Words};
use crate::units::{Order, PAGE_SIZE, Pfn, VirtAddr, index64, low16, low32};
use crate::virt::AddressLayout;

pub use event::{Event, Misuse};
pub use kmem_cache::{CacheFlags, Geometry, KmemCache};

/// Caches that a machine may have at once, those of `kmalloc` included.
pub const CACHES_MAX: u16 = crate::phys::zone::lists::SLAB_USERS_MAX;

/// Number of a cache, never used again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct CacheId(pub u32);

/// Number of an object in its slab.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct ObjectIndex(pub u16);

/// All state of the slab allocator.
#[derive(Clone, Debug)]
pub struct Slabs {
    pub(crate) caches: Map<CacheId, KmemCache>,
    pub(crate) cpu_words: Words,
    pub(crate) node_words: Words,
    pub(crate) links: Words,
    pub(crate) next_id: Table,
    arch: Arch,
    cpus: u8,
}

impl Weigh for KmemCache {}

/// What a slab's page struct says of it, 6.1 `struct slab`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SlabState {
    /// Its cache.
    pub cache: CacheId,
    /// Objects that are not on its own freelist; a processor's slab counts as full.
    pub inuse: u16,
    /// Whether a processor has it: as its slab, or on its partial list.
    pub frozen: bool,
    /// First object of its own freelist.
    pub freelist: Option<ObjectIndex>,
}

const INUSE_MASK: u64 = (1 << 15) - 1;
const FROZEN_BIT: u64 = 1 << 15;
const FREELIST_SHIFT: u32 = 16;
const FREELIST_MASK: u64 = (1 << 17) - 1;
const CACHE_SHIFT: u32 = 36;

impl SlabState {
    /// Reads what the owner word of a slab's page struct says.
    pub fn of(owner: Owner) -> SlabState {
        let word = owner.word();
        SlabState {
            cache: CacheId(low32(word >> CACHE_SHIFT)),
            inuse: low16(word & INUSE_MASK),
            frozen: word & FROZEN_BIT != 0,
            freelist: unpack_object(word >> FREELIST_SHIFT & FREELIST_MASK),
        }
    }

    /// Packs it.
    pub fn owner(self) -> Owner {
        let frozen = if self.frozen { FROZEN_BIT } else { 0 };
        let freelist = pack_object(self.freelist) << FREELIST_SHIFT;
        Owner::of_word(u64::from(self.cache.0) << CACHE_SHIFT | freelist | frozen | u64::from(self.inuse))
    }
}

/// Where an object is: a slab, and a number in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Object {
    /// First frame of the slab.
    pub slab: Pfn,
    /// Its number there.
    pub index: ObjectIndex,
}

/// State of an object of a slab.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ObjectState {
    /// Somebody's.
    Allocated,
    /// On a freelist; the next of it.
    Free(Option<ObjectIndex>),
}

/// Links of objects: an untouched word means "free, and the next one follows", so that a new
/// slab is in order without a write.
const ALLOCATED: u64 = 1;
const LAST: u64 = 2;
const LINK_BASE: u64 = 3;
/// Words of links for each frame: objects have eight bytes at least.
const LINKS_PER_FRAME: u64 = PAGE_SIZE / 8;

/// Words of a cache on a processor.
const CPU_STRIDE: u64 = 3;
const CPU_SLAB: u64 = 0;
const CPU_FREELIST: u64 = 1;
const CPU_PARTIAL: u64 = 2;

/// Words of a cache on a node.
const NODE_STRIDE: u64 = 3;
/// Nodes that there may be, so that words of a cache lie together.
const NODES_MAX: u64 = 8;
const CPUS_MAX: u64 = 64;

/// Counter of a cache on a node, 6.1 `struct kmem_cache_node`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeCounter {
    /// Slabs on the partial list.
    NrPartial,
    /// Slabs.
    NrSlabs,
    /// Objects of all slabs.
    TotalObjects,
}

impl NodeCounter {
    const fn word(self) -> u64 {
        match self {
            NodeCounter::NrPartial => 0,
            NodeCounter::NrSlabs => 1,
            NodeCounter::TotalObjects => 2,
        }
    }
}

/// What a cache has, as `/proc/slabinfo` and `/sys/kernel/slab` count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Slabs.
    pub slabs: u64,
    /// Objects of all slabs.
    pub objects: u64,
    /// Free objects of the slabs on nodes' lists; nobody counts those of the processors.
    pub free_objects: u64,
    /// All objects but those.
    pub active_objects: u64,
    /// Slabs on nodes' lists.
    pub partial: u64,
    /// Slabs that processors have.
    pub cpu_slabs: u64,
}

impl Slabs {
    /// Makes the caches that every kernel has: those of `kmalloc`, without a slab.
    pub fn boot(config: &MachineConfig) -> Slabs {
        let mut slabs = Slabs {
            caches: Map::new(TableId::KmemCache),
            cpu_words: Words::new(TableId::KmemCacheCpu),
            node_words: Words::new(TableId::KmemCacheNode),
            links: Words::new(TableId::SlabLink),
            next_id: Table::new(TableId::SlabNextId, 1),
            arch: config.arch,
            cpus: config.cpus,
        };
        kmalloc::create_caches(&mut slabs);
        slabs
    }

    /// Returns a cache, a destroyed one too.
    pub fn cache(&self, id: CacheId) -> Option<&KmemCache> {
        self.caches.get(id)
    }

    /// Iterates over the living caches in the order they were made.
    pub fn caches(&self) -> impl DoubleEndedIterator<Item = (CacheId, &KmemCache)> {
        self.caches.iter().filter(|(_, cache)| cache.alive)
    }

    /// Finds a living cache by name.
    pub fn find(&self, name: &str) -> Option<CacheId> {
        self.caches().find(|(_, cache)| &*cache.name == name).map(|(id, _)| id)
    }

    /// Returns the slot of a cache's record, to ask whether a step touched it.
    pub fn cache_slot(&self, id: CacheId) -> Slot {
        self.caches.slot(id)
    }

    // ---- processors

    /// Returns the slab that `cpu` allocates from.
    pub fn cpu_slab(&self, cache: &KmemCache, cpu: CpuId) -> Option<Pfn> {
        let word = self.cpu_words.get(cpu_word(cache, cpu, CPU_SLAB));
        word.checked_sub(1).map(|pfn| Pfn(low32(pfn)))
    }

    /// Returns the first object of the freelist of `cpu`.
    pub fn cpu_freelist(&self, cache: &KmemCache, cpu: CpuId) -> Option<ObjectIndex> {
        unpack_object(self.cpu_words.get(cpu_word(cache, cpu, CPU_FREELIST)))
    }

    /// Returns how many slabs are on the partial list of `cpu`.
    pub fn cpu_partial(&self, cache: &KmemCache, cpu: CpuId) -> u32 {
        low32(self.cpu_words.get(cpu_word(cache, cpu, CPU_PARTIAL)))
    }

    fn set_cpu_slab(&mut self, cache: &KmemCache, cpu: CpuId, slab: Option<Pfn>, journal: &mut Journal) {
        let word = slab.map_or(0, |pfn| u64::from(pfn.0) + 1);
        self.cpu_words.set(cpu_word(cache, cpu, CPU_SLAB), word, journal);
    }

    fn set_cpu_freelist(
        &mut self,
        cache: &KmemCache,
        cpu: CpuId,
        head: Option<ObjectIndex>,
        journal: &mut Journal,
    ) {
        self.cpu_words.set(cpu_word(cache, cpu, CPU_FREELIST), pack_object(head), journal);
    }

    fn add_cpu_partial(&mut self, cache: &KmemCache, cpu: CpuId, by: i64, journal: &mut Journal) {
        self.cpu_words.add(cpu_word(cache, cpu, CPU_PARTIAL), by, journal);
    }

    // ---- nodes

    /// Returns a counter of a cache on a node.
    pub fn node_counter(&self, cache: &KmemCache, node: NodeId, counter: NodeCounter) -> u64 {
        self.node_words.get(node_word(cache, node, counter))
    }

    fn add_node(
        &mut self,
        cache: &KmemCache,
        node: NodeId,
        counter: NodeCounter,
        by: i64,
        journal: &mut Journal,
    ) {
        self.node_words.add(node_word(cache, node, counter), by, journal);
    }

    /// Counts what a cache has on all nodes and processors.
    pub fn counts(&self, phys: &Phys, cache: &KmemCache) -> Counts {
        let mut counts = Counts::default();
        for node in phys.nodes() {
            counts.slabs += self.node_counter(cache, node.id, NodeCounter::NrSlabs);
            counts.objects += self.node_counter(cache, node.id, NodeCounter::TotalObjects);
            counts.partial += self.node_counter(cache, node.id, NodeCounter::NrPartial);
            for slab in phys.frames.mem_map.list(node_list(phys.lists(), cache, node.id)) {
                let objects = cache.geometry.objects(phys.frames.mem_map.state(slab).order());
                let inuse = SlabState::of(phys.frames.mem_map.page(slab).owner()).inuse;
                counts.free_objects += u64::from(objects) - u64::from(inuse);
            }
        }
        for cpu in (0..phys.cpus()).map(CpuId) {
            counts.cpu_slabs += u64::from(self.cpu_slab(cache, cpu).is_some());
            counts.cpu_slabs += u64::from(self.cpu_partial(cache, cpu));
        }
        counts.active_objects = counts.objects - counts.free_objects;
        counts
    }

    // ---- objects

    /// Returns the state of object `at` of a slab that has `objects` of them.
    pub fn object(&self, at: Object, objects: u32) -> ObjectState {
        match self.links.get(link_word(at)) {
            0 => {
                let next = at.index.0 + 1;
                ObjectState::Free((u32::from(next) < objects).then_some(ObjectIndex(next)))
            }
            ALLOCATED => ObjectState::Allocated,
            LAST => ObjectState::Free(None),
            link => ObjectState::Free(Some(ObjectIndex(low16(link - LINK_BASE)))),
        }
    }

    fn set_allocated(&mut self, at: Object, journal: &mut Journal) {
        self.links.set(link_word(at), ALLOCATED, journal);
    }

    fn set_free(&mut self, at: Object, next: Option<ObjectIndex>, journal: &mut Journal) {
        let link = next.map_or(LAST, |next| u64::from(next.0) + LINK_BASE);
        self.links.set(link_word(at), link, journal);
    }

    /// Forgets the objects of a slab that goes.
    fn clear_links(&mut self, slab: Pfn, objects: u32, journal: &mut Journal) {
        for index in 0..objects {
            let at = Object { slab, index: ObjectIndex(low16(u64::from(index))) };
            self.links.set(link_word(at), 0, journal);
        }
    }

    /// Iterates over a freelist from `head` in a slab that has `objects`.
    pub fn freelist(
        &self,
        slab: Pfn,
        head: Option<ObjectIndex>,
        objects: u32,
    ) -> impl Iterator<Item = ObjectIndex> {
        core::iter::successors(head, move |&index| match self.object(Object { slab, index }, objects) {
            ObjectState::Free(next) => next,
            ObjectState::Allocated => None,
        })
    }

    /// Returns the object whose link a slot holds, to ask what a step touched.
    pub fn slot_object(slot: Slot) -> Option<Object> {
        let at = slot.index();
        (slot.table() == TableId::SlabLink).then(|| Object {
            slab: Pfn(low32(at / LINKS_PER_FRAME)),
            index: ObjectIndex(low16(at % LINKS_PER_FRAME)),
        })
    }

    /// Returns which cache's numbers a slot holds, as its [`KmemCache::slot`].
    pub fn slot_cache(slot: Slot) -> Option<u16> {
        let (table, at) = (slot.table(), slot.index());
        if table == TableId::KmemCacheCpu {
            Some(low16(at / (CPUS_MAX * CPU_STRIDE)))
        } else if table == TableId::KmemCacheNode {
            Some(low16(at / (NODES_MAX * NODE_STRIDE)))
        } else {
            None
        }
    }

    // ---- undo, digest
}

/// Returns the list of a node's slabs with free objects.
pub fn node_list(lists: Lists, cache: &KmemCache, node: NodeId) -> ListId {
    lists.slab_node(node, cache.slot)
}

/// Returns the list of a processor's slabs in reserve.
pub fn cpu_list(lists: Lists, cache: &KmemCache, cpu: CpuId) -> ListId {
    lists.slab_cpu(cpu, cache.slot)
}

/// Returns the slab that contains `pfn`: its first frame, order and numbers.
pub fn slab_at(phys: &Phys, pfn: Pfn) -> Option<(Pfn, Order, SlabState)> {
    if pfn >= phys.frames.mem_map.end() {
        return None;
    }
    let (head, state) = phys.frames.mem_map.block_of(pfn)?;
    let owner = phys.frames.mem_map.page(head).owner();
    (state.kind() == Kind::Slab).then(|| (head, state.order(), SlabState::of(owner)))
}

/// Returns the address of an object in the direct map.
///
/// # Panics
/// When the frame has none, which slabs never have.
pub fn address_of(layout: &AddressLayout, at: Object, size: u32) -> VirtAddr {
    let start = crate::virt::KernelMap::address_of(layout, at.slab).expect("a slab in the direct map");
    VirtAddr(start.0 + u64::from(at.index.0) * u64::from(size))
}

/// Returns the frame behind an address of the direct map.
pub fn frame_of(layout: &AddressLayout, va: VirtAddr) -> Option<Pfn> {
    let offset = va.0.checked_sub(layout.direct_map)?;
    (offset < layout.direct_map_bytes).then(|| Pfn(low32(offset / PAGE_SIZE)))
}

fn cpu_word(cache: &KmemCache, cpu: CpuId, word: u64) -> u64 {
    (u64::from(cache.slot) * CPUS_MAX + u64::from(cpu.0)) * CPU_STRIDE + word
}

fn node_word(cache: &KmemCache, node: NodeId, counter: NodeCounter) -> u64 {
    (u64::from(cache.slot) * NODES_MAX + u64::from(node.0)) * NODE_STRIDE + counter.word()
}

fn link_word(at: Object) -> u64 {
    u64::from(at.slab.0) * LINKS_PER_FRAME + u64::from(at.index.0)
}

fn pack_object(object: Option<ObjectIndex>) -> u64 {
    object.map_or(0, |object| u64::from(object.0) + 1)
}

fn unpack_object(word: u64) -> Option<ObjectIndex> {
    debug_assert!(index64(word) <= 1 << 16, "an object's number has 16 bits");
    word.checked_sub(1).map(|object| ObjectIndex(low16(object)))
}
