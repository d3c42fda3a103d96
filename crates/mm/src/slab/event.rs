//! What happens in the slab allocator, for traces.

use super::{CacheId, ObjectIndex};
use crate::config::{CpuId, NodeId};
use crate::gfp::Gfp;
use crate::store::End;
use crate::units::{Order, Pfn, VirtAddr};

/// What happened to a cache, a slab or an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A cache was made.
    Created {
        /// The cache.
        cache: CacheId,
        /// Bytes of an object.
        object_size: u32,
        /// Bytes from one object to the next.
        size: u32,
        /// Order of its slabs.
        order: Order,
        /// Objects of a slab.
        objects: u32,
    },
    /// The object at the head of the processor's freelist was handed out.
    Take {
        /// The cache.
        cache: CacheId,
        /// The processor.
        cpu: CpuId,
        /// The processor's slab.
        slab: Pfn,
        /// The object.
        object: ObjectIndex,
        /// The freelist's head from now on.
        next: Option<ObjectIndex>,
    },
    /// The processor took over what others had freed into its slab.
    Reload {
        /// The cache.
        cache: CacheId,
        /// The processor.
        cpu: CpuId,
        /// The processor's slab.
        slab: Pfn,
        /// Free objects it gained.
        objects: u32,
    },
    /// The processor let go of its slab: all of its objects are in use, no list has it.
    Full {
        /// The cache.
        cache: CacheId,
        /// The processor.
        cpu: CpuId,
        /// The slab.
        slab: Pfn,
    },
    /// The first slab of the processor's partial list became its slab.
    FromCpuPartial {
        /// The cache.
        cache: CacheId,
        /// The processor.
        cpu: CpuId,
        /// The slab.
        slab: Pfn,
        /// Slabs left on the list.
        slabs: u32,
    },
    /// A slab left the node's partial list for a processor.
    FromNode {
        /// The cache.
        cache: CacheId,
        /// The node.
        node: NodeId,
        /// The slab.
        slab: Pfn,
        /// Slabs left on the list.
        partial: u64,
    },
    /// A slab was put on the processor's partial list.
    ToCpuPartial {
        /// The cache.
        cache: CacheId,
        /// The processor.
        cpu: CpuId,
        /// The slab.
        slab: Pfn,
        /// Slabs on the list now.
        slabs: u32,
        /// Slabs that it may have.
        limit: u32,
    },
    /// A block of frames became a slab.
    NewSlab {
        /// The cache.
        cache: CacheId,
        /// The processor that has it.
        cpu: CpuId,
        /// The slab.
        slab: Pfn,
        /// Its order.
        order: Order,
        /// Its objects.
        objects: u32,
    },
    /// There was no block of the usual order: a smaller slab will do.
    LowerOrder {
        /// The cache.
        cache: CacheId,
        /// The usual order.
        order: Order,
        /// The order of one object.
        min_order: Order,
    },
    /// There was no block for a slab.
    OutOfMemory {
        /// The cache.
        cache: CacheId,
        /// Flags of the request.
        gfp: Gfp,
    },
    /// An object of the processor's own slab went to the head of its freelist.
    FreeFast {
        /// The cache.
        cache: CacheId,
        /// The processor.
        cpu: CpuId,
        /// The slab.
        slab: Pfn,
        /// The object.
        object: ObjectIndex,
    },
    /// An object went to the freelist of its slab.
    FreeSlow {
        /// The cache.
        cache: CacheId,
        /// The slab.
        slab: Pfn,
        /// The object.
        object: ObjectIndex,
        /// Objects in use afterwards.
        inuse: u32,
        /// Whether a processor has the slab.
        frozen: bool,
    },
    /// The processor's partial list is full: all of it goes to the nodes.
    Drain {
        /// The cache.
        cache: CacheId,
        /// The processor.
        cpu: CpuId,
        /// Slabs on the list.
        slabs: u32,
        /// Slabs that it may have.
        limit: u32,
    },
    /// A slab was put on the node's partial list.
    ToNode {
        /// The cache.
        cache: CacheId,
        /// The node.
        node: NodeId,
        /// The slab.
        slab: Pfn,
        /// Which end of the list.
        end: End,
        /// Its objects in use.
        inuse: u32,
        /// Slabs on the list now.
        partial: u64,
    },
    /// A slab is empty and the node has enough of them.
    Surplus {
        /// The cache.
        cache: CacheId,
        /// The node.
        node: NodeId,
        /// The slab.
        slab: Pfn,
        /// Slabs on the node's list.
        partial: u64,
        /// Slabs that the node keeps.
        min_partial: u32,
    },
    /// A slab's block goes back to the page allocator.
    Discard {
        /// The cache.
        cache: CacheId,
        /// The slab.
        slab: Pfn,
        /// Its order.
        order: Order,
    },
    /// A processor gives up its slab and its partial list.
    Flush {
        /// The cache.
        cache: CacheId,
        /// The processor.
        cpu: CpuId,
    },
    /// The node's list was sorted, the fullest slabs first, and the empty ones taken off.
    Shrink {
        /// The cache.
        cache: CacheId,
        /// The node.
        node: NodeId,
        /// Slabs that stay on the list.
        partial: u64,
        /// Slabs that go.
        empty: u32,
    },
    /// A cache that still has objects was to be destroyed.
    Remaining {
        /// The cache.
        cache: CacheId,
        /// Slabs that cannot go.
        slabs: u64,
    },
    /// A cache is gone.
    Destroyed {
        /// The cache.
        cache: CacheId,
    },
    /// An object that cannot be freed was to be freed.
    Misused {
        /// Its address.
        address: VirtAddr,
        /// Why it cannot.
        why: Misuse,
    },
    /// `kmalloc` chose a cache by size and flags.
    Class {
        /// Bytes asked for.
        bytes: u64,
        /// The cache.
        cache: CacheId,
        /// Bytes of its objects.
        size: u32,
    },
    /// `kmalloc` gave whole frames: no cache is that large.
    Large {
        /// Bytes asked for.
        bytes: u64,
        /// The block.
        pfn: Pfn,
        /// Its order.
        order: Order,
    },
    /// `kfree` gave whole frames back.
    LargeFreed {
        /// The block.
        pfn: Pfn,
        /// Its order.
        order: Order,
    },
}

/// Why an object cannot be freed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Misuse {
    /// It is free.
    AlreadyFree {
        /// Its cache.
        cache: CacheId,
    },
    /// It is another cache's.
    WrongCache {
        /// The cache it was given to.
        cache: CacheId,
        /// The cache it is from.
        owner: CacheId,
    },
    /// No object begins there.
    InvalidPointer {
        /// The cache whose slab it is.
        cache: CacheId,
    },
    /// No slab is there.
    NotSlab,
}
