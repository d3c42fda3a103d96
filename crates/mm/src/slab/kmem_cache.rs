//! What a cache is: how large its objects and slabs are, and how much it keeps.
//!
//! A slab is a block of frames cut into objects of one size. The order is the smallest that
//! holds enough objects for the processors and wastes little; how many slabs a processor and
//! a node keep follows from the size. Mirrors 6.1 `mm/slub.c`: `calculate_sizes`,
//! `calculate_order`, `set_cpu_partial`, and `mm/slab_common.c`: `calculate_alignment`.

use std::rc::Rc;

use super::CacheId;
use crate::config::Arch;
use crate::store::map::Key;
use crate::units::{Bytes, Order, PAGE_SIZE, low32};

/// Largest order of a slab that keeps several objects, `slub_max_order`.
const SLAB_ORDER_MAX: Order = Order::new(3);
/// Largest object, `KMALLOC_MAX_SIZE`: a block of the largest order.
pub const OBJECT_SIZE_MAX: Bytes = Bytes(4 << 20);
/// Least alignment of objects, `ARCH_SLAB_MINALIGN`.
const ALIGN_MIN: u64 = 8;
/// Bounds of the empty or partial slabs that a node keeps, `MIN_PARTIAL` and `MAX_PARTIAL`.
const MIN_PARTIAL: (u32, u32) = (5, 10);

/// What is asked of a new cache, beside its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct CacheFlags {
    /// Objects are built once by a constructor and keep their contents while they are free.
    pub ctor: bool,
    /// Slabs outlive their objects by a grace period, `SLAB_TYPESAFE_BY_RCU`.
    pub rcu: bool,
    /// A shrinker can drop the objects, `SLAB_RECLAIM_ACCOUNT`.
    pub reclaim: bool,
    /// Objects do not share cache lines, `SLAB_HWCACHE_ALIGN`.
    pub hwcache_align: bool,
    /// Slabs lie in the DMA zone, `SLAB_CACHE_DMA`.
    pub dma: bool,
}

impl CacheFlags {
    /// Returns whether a free object's contents must be kept: its link then lies behind it.
    fn keeps_contents(self) -> bool {
        self.ctor || self.rcu
    }
}

/// Sizes and limits of a cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Geometry {
    /// Bytes of an object as its user sees it.
    pub object_size: u32,
    /// Bytes from one object to the next.
    pub size: u32,
    /// Bytes that objects are aligned to.
    pub align: u32,
    /// Order of a slab.
    pub order: Order,
    /// Order of a slab when memory has no better: one object.
    pub min_order: Order,
    /// Slabs with free objects that a node keeps although they are empty.
    pub min_partial: u32,
    /// Objects that the slabs of a processor's partial list are meant to have free.
    pub cpu_partial: u32,
    /// Slabs on a processor's partial list.
    pub cpu_partial_slabs: u32,
}

impl Geometry {
    /// Works out a cache of objects of `object_size` bytes on a machine with `cpus` processors,
    /// `None` when no block holds one.
    pub fn of(object_size: Bytes, align: Bytes, flags: CacheFlags, arch: Arch, cpus: u8) -> Option<Geometry> {
        if object_size.0 == 0 || object_size > OBJECT_SIZE_MAX {
            return None;
        }
        let word = word_bytes(arch);
        let align = alignment(object_size.0, align.0, flags, arch);
        let link = if flags.keeps_contents() { word } else { 0 };
        let size = (object_size.0.next_multiple_of(word) + link).next_multiple_of(align);
        Geometry::of_slab_size(object_size, size, align, cpus)
    }

    /// Works out what follows once the distance between objects is known; `None` when no block
    /// holds one.
    pub fn of_slab_size(object_size: Bytes, size: u64, align: u64, cpus: u8) -> Option<Geometry> {
        if size < ALIGN_MIN || size < object_size.0 {
            return None;
        }
        let order = slab_order(size, cpus)?;
        let cpu_partial = cpu_partial(size);
        let objects = objects_in(order, size);
        Some(Geometry {
            object_size: low32(object_size.0),
            size: low32(size),
            align: low32(align),
            order,
            min_order: order_of(size)?,
            min_partial: (size.ilog2() / 2).clamp(MIN_PARTIAL.0, MIN_PARTIAL.1),
            cpu_partial,
            cpu_partial_slabs: (cpu_partial * 2).div_ceil(low32(objects)),
        })
    }

    /// Returns the objects of a slab of the usual order.
    pub fn per_slab(&self) -> u32 {
        self.objects(self.order)
    }

    /// Returns the objects of a slab of `order`.
    pub fn objects(&self, order: Order) -> u32 {
        low32(objects_in(order, u64::from(self.size)))
    }
}

/// A cache.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct KmemCache {
    /// Its name in `/proc/slabinfo`.
    pub name: Rc<str>,
    /// Sizes and limits.
    pub geometry: Geometry,
    /// What was asked of it.
    pub flags: CacheFlags,
    /// Which lists and counters are its own, below [`super::CACHES_MAX`].
    pub slot: u16,
    /// Whether it is still there; destroyed caches are remembered for their name.
    pub alive: bool,
}

impl Key for CacheId {
    fn pack(self) -> u64 {
        u64::from(self.0)
    }
}

/// Bytes of a pointer.
fn word_bytes(arch: Arch) -> u64 {
    match arch {
        Arch::X86_64 => 8,
        Arch::I386 => 4,
    }
}

/// Bytes of a cache line as the processor tells: the captured 32-bit one has no `CLFLUSH` to ask.
fn cache_line(arch: Arch) -> u64 {
    match arch {
        Arch::X86_64 => 64,
        Arch::I386 => 32,
    }
}

/// Objects that want their own lines get the largest power of two that still fits several of
/// them into a line.
fn alignment(object_size: u64, align: u64, flags: CacheFlags, arch: Arch) -> u64 {
    let mut line = cache_line(arch);
    while object_size <= line / 2 {
        line /= 2;
    }
    let wanted = if flags.hwcache_align { align.max(line) } else { align };
    wanted.max(ALIGN_MIN).next_multiple_of(word_bytes(arch))
}

fn block_bytes(order: Order) -> u64 {
    PAGE_SIZE << order.get()
}

fn objects_in(order: Order, size: u64) -> u64 {
    block_bytes(order) / size
}

/// Returns the smallest order whose blocks hold `bytes`, `get_order`.
pub fn order_of(bytes: u64) -> Option<Order> {
    Order::ZERO.and_up().find(|&order| block_bytes(order) >= bytes)
}

/// Chooses the order of a slab. More processors want more objects, so that each comes by for a
/// new slab less often; waste of a sixteenth is fine, then of an eighth, then of a quarter,
/// and only then fewer objects.
fn slab_order(size: u64, cpus: u8) -> Option<Order> {
    let wanted = 4 * u64::from(u8::BITS - cpus.leading_zeros() + 1);
    let most = wanted.min(objects_in(SLAB_ORDER_MAX, size));
    let thrifty = (2..=most)
        .rev()
        .find_map(|objects| [16, 8, 4].into_iter().find_map(|share| order_within(size, objects, share)));
    thrifty.or_else(|| order_within(size, 1, 1)).or_else(|| order_of(size))
}

/// Returns the smallest order that holds `objects` and wastes at most one part in `share`.
fn order_within(size: u64, objects: u64, share: u64) -> Option<Order> {
    let mut orders = order_of(objects * size)?.and_up().take_while(|&order| order <= SLAB_ORDER_MAX);
    orders.find(|&order| block_bytes(order) % size <= block_bytes(order) / share)
}

/// Objects that a processor may keep in reserve: the larger, the fewer.
fn cpu_partial(size: u64) -> u32 {
    if size >= PAGE_SIZE {
        6
    } else if size >= 1024 {
        24
    } else if size >= 256 {
        52
    } else {
        120
    }
}
