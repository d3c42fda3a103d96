//! `kmalloc`: a cache for each size, and whole frames above the largest.
//!
//! Powers of two from 8 bytes to two frames, and 96 and 192 between them, in four kinds: for
//! anything, charged to a memory cgroup, reclaimable, and within reach of old DMA. Mirrors
//! 6.1 `mm/slab_common.c`: `kmalloc_slab`, `create_kmalloc_caches`, `__kmalloc_large_node`.

use super::event::{Event, Misuse};
use super::kmem_cache::{CacheFlags, Geometry, order_of};
use super::{CacheId, Slabs, frame_of};
use crate::cost::Cost;
use crate::errno::Errno;
use crate::func::Func;
use crate::gfp::Gfp;
use crate::identity::Identity;
use crate::phys::AllocRequest;
use crate::phys::zone::vmstat::NodeStat;
use crate::rest::Ctx;
use crate::store::{Journal, PageFlags};
use crate::trace::Trace;
use crate::units::{Bytes, Order, PAGE_SIZE, Pfn, VirtAddr, count};
use crate::virt::KernelMap;

/// What `kmalloc(0)` returns: an address that nobody may use, `ZERO_SIZE_PTR`.
pub const ZERO_SIZE_PTR: VirtAddr = VirtAddr(16);
/// Largest size that comes from a cache, `KMALLOC_MAX_CACHE_SIZE`.
pub const CACHE_SIZE_MAX: u64 = 2 * PAGE_SIZE;

/// Sizes in the order in which their caches are made, with their names.
const SIZES: [(u64, &str); 13] = [
    (8, "8"),
    (16, "16"),
    (32, "32"),
    (64, "64"),
    (96, "96"),
    (128, "128"),
    (192, "192"),
    (256, "256"),
    (512, "512"),
    (1024, "1k"),
    (2048, "2k"),
    (4096, "4k"),
    (8192, "8k"),
];

/// Kinds of caches, in the order in which they are made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum KmallocType {
    /// Everything without a special wish.
    Normal,
    /// `__GFP_ACCOUNT`.
    Cgroup,
    /// `__GFP_RECLAIMABLE`.
    Reclaim,
    /// `__GFP_DMA`.
    Dma,
}

impl KmallocType {
    const ALL: [KmallocType; 4] =
        [KmallocType::Normal, KmallocType::Cgroup, KmallocType::Reclaim, KmallocType::Dma];

    /// Returns the kind that serves a request.
    pub fn of(gfp: Gfp) -> KmallocType {
        if gfp.contains(Gfp::DMA) {
            KmallocType::Dma
        } else if gfp.contains(Gfp::RECLAIMABLE) {
            KmallocType::Reclaim
        } else if gfp.contains(Gfp::ACCOUNT) {
            KmallocType::Cgroup
        } else {
            KmallocType::Normal
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            KmallocType::Normal => "kmalloc-",
            KmallocType::Cgroup => "kmalloc-cg-",
            KmallocType::Reclaim => "kmalloc-rcl-",
            KmallocType::Dma => "dma-kmalloc-",
        }
    }

    fn flags(self) -> CacheFlags {
        CacheFlags {
            reclaim: self == KmallocType::Reclaim,
            dma: self == KmallocType::Dma,
            ..CacheFlags::default()
        }
    }

    const fn index(self) -> usize {
        match self {
            KmallocType::Normal => 0,
            KmallocType::Cgroup => 1,
            KmallocType::Reclaim => 2,
            KmallocType::Dma => 3,
        }
    }
}

/// Makes the caches of all kinds and sizes; their numbers are those of [`cache_for`].
pub(super) fn create_caches(slabs: &mut Slabs) {
    for kind in KmallocType::ALL {
        for (size, name) in SIZES {
            let align = if size.is_power_of_two() { size } else { 0 };
            let flags = kind.flags();
            let geometry = Geometry::of(Bytes(size), Bytes(align), flags, slabs.arch, slabs.cpus);
            let geometry = geometry.expect("a size of at most two frames");
            slabs.insert(&format!("{}{name}", kind.prefix()), geometry, flags, &mut Journal::off());
        }
    }
}

/// Returns the cache for `bytes`, `None` above the largest.
pub fn cache_for(bytes: u64, kind: KmallocType) -> Option<CacheId> {
    let size = SIZES.iter().position(|&(size, _)| size >= bytes)?;
    Some(CacheId(count(kind.index() * SIZES.len() + size) + 1))
}

/// Returns whether a cache is one of those that every kernel has for `kmalloc`.
pub fn is_general(cache: CacheId) -> bool {
    cache.0 <= count(KmallocType::ALL.len() * SIZES.len())
}

/// Returns the bytes of the objects of the caches, smallest first.
pub fn sizes() -> impl Iterator<Item = u64> {
    SIZES.iter().map(|&(size, _)| size)
}

impl Ctx<'_> {
    /// Allocates `bytes`.
    ///
    /// # Errors
    /// `ENOMEM` when there is no memory, or no block is that large.
    pub fn kmalloc(&mut self, bytes: u64, gfp: Gfp, tr: &mut Trace) -> Result<VirtAddr, Errno> {
        let address = tr.span(Func::Kmalloc, |tr| {
            if bytes == 0 {
                Some(ZERO_SIZE_PTR)
            } else if let Some(cache) = cache_for(bytes, KmallocType::of(gfp)) {
                let size = self.rest.slabs.cache(cache).expect("caches of kmalloc stay").geometry.size;
                tr.emit(Event::Class { bytes, cache, size });
                self.slab_alloc(cache, gfp, tr)
            } else {
                self.kmalloc_large(bytes, gfp, tr)
            }
        });
        address.ok_or(Errno::ENOMEM)
    }

    /// Frees what [`Ctx::kmalloc`], or a cache, gave.
    ///
    /// # Errors
    /// `EINVAL` when nothing that can be freed begins there.
    pub fn kfree(&mut self, address: VirtAddr, tr: &mut Trace) -> Result<(), Errno> {
        if address == ZERO_SIZE_PTR {
            return Ok(());
        }
        tr.span(Func::Kfree, |tr| match self.large_block(address) {
            Some((pfn, order)) => {
                self.free_large(pfn, order, tr);
                Ok(())
            }
            None => self.slab_free(None, address, tr),
        })
    }

    /// Returns the bytes that may be used at an address that `kmalloc` or a cache gave.
    pub fn ksize(&self, address: VirtAddr) -> Option<u64> {
        self.rest.slabs.ksize(self.phys, self.rest.virt.layout, address)
    }

    /// Takes whole frames, 6.1 `__kmalloc_large_node`.
    fn kmalloc_large(&mut self, bytes: u64, gfp: Gfp, tr: &mut Trace) -> Option<VirtAddr> {
        tr.span(Func::KmallocLarge, |tr| {
            order_of(bytes).and_then(|order| {
                let node = self.phys.node_of_cpu(self.cpu);
                let gfp = self.fix_flags(gfp, tr) | Gfp::COMP;
                let pfn =
                    self.phys.alloc_pages(AllocRequest { order, gfp, cpu: self.cpu, node }, self.rest, tr)?;
                self.phys.frames.mem_map.set_owner(pfn, Identity::Kmalloc { bytes }.owner(), tr);
                if order > Order::ZERO {
                    let state = self.phys.frames.mem_map.state(pfn).with_flags(PageFlags::HEAD);
                    self.phys.frames.mem_map.set_state(pfn, state, tr);
                }
                self.mod_slab_pages(pfn, NodeStat::NrSlabUnreclaimable, i64::from(order.pages()), tr);
                tr.emit(Event::Large { bytes, pfn, order });
                KernelMap::address_of(self.rest.virt.layout, pfn)
            })
        })
    }

    /// Returns the block of `kmalloc` that begins at `address`.
    fn large_block(&self, address: VirtAddr) -> Option<(Pfn, Order)> {
        large_block(self.phys, frame_of(self.rest.virt.layout, address)?)
            .filter(|_| address.page_offset() == 0)
    }

    fn free_large(&mut self, pfn: Pfn, order: Order, tr: &mut Trace) {
        self.mod_slab_pages(pfn, NodeStat::NrSlabUnreclaimable, -i64::from(order.pages()), tr);
        tr.emit(Event::LargeFreed { pfn, order });
        tr.spend(Cost::SlabSlow);
        self.phys.free_pages(pfn, order, self.cpu, tr);
    }

    /// Says why nothing was freed.
    pub(super) fn misused(&self, address: VirtAddr, why: Misuse, tr: &mut Trace) -> Errno {
        tr.emit(Event::Misused { address, why });
        Errno::EINVAL
    }
}

/// Returns the block of `kmalloc` that `pfn` heads.
fn large_block(phys: &crate::phys::Phys, pfn: Pfn) -> Option<(Pfn, Order)> {
    if pfn >= phys.frames.mem_map.end() {
        return None;
    }
    let page = phys.frames.mem_map.page(pfn);
    let state = page.state();
    (state.is_head() && matches!(Identity::of(&page), Identity::Kmalloc { .. })).then(|| (pfn, state.order()))
}

impl Slabs {
    /// Returns the bytes that may be used at an address that `kmalloc` or a cache gave.
    pub fn ksize(
        &self,
        phys: &crate::phys::Phys,
        layout: &crate::virt::AddressLayout,
        address: VirtAddr,
    ) -> Option<u64> {
        if address == ZERO_SIZE_PTR {
            return Some(0);
        }
        let pfn = frame_of(layout, address)?;
        if let Some((_, order)) = large_block(phys, pfn) {
            return Some(PAGE_SIZE << order.get());
        }
        let (_, _, slab) = super::slab_at(phys, pfn)?;
        let cache = self.cache(slab.cache)?;
        let Geometry { object_size, size, .. } = cache.geometry;
        // Behind a freed object that others may still read lies its link.
        let usable = if cache.flags.rcu { object_size.next_multiple_of(8) } else { size };
        Some(u64::from(usable))
    }
}
