//! What the slab allocator writes into the kernel's log.
//!
//! Mirrors 6.1 `mm/slub.c: slab_out_of_memory` and `mm/slab_common.c: kmalloc_fix_flags`.

use super::kmem_cache::KmemCache;
use super::{CacheId, NodeCounter, SlabState, node_list};
use crate::config::NodeId;
use crate::gfp::Gfp;
use crate::klog::{Record, SlabFailure, SlabNode};
use crate::rest::Ctx;
use crate::trace::Trace;

/// Zones that objects never come from, `GFP_SLAB_BUG_MASK`: caches have their own.
const NOT_FOR_SLABS: Gfp = Gfp::DMA32.with(Gfp::HIGHMEM);

impl Ctx<'_> {
    /// Leaves out the flags that no slab can serve, and says so in the log.
    pub(super) fn fix_flags(&mut self, gfp: Gfp, tr: &mut Trace) -> Gfp {
        let fixed = gfp.without(NOT_FOR_SLABS);
        if fixed != gfp {
            let invalid = gfp.without(fixed);
            self.rest.print(Record::UnexpectedGfp { invalid, fixed }, tr);
        }
        fixed
    }

    /// Writes down that a cache got no slab, unless the caller wants no report.
    pub(super) fn log_slab_failure(&mut self, id: CacheId, gfp: Gfp, tr: &mut Trace) {
        if gfp.contains(Gfp::NOWARN) {
            return;
        }
        let cache = self.cache(id);
        let nodes = self.nodes().map(|node| self.node_state(&cache, node)).collect();
        self.rest.print(Record::SlabFailure(Box::new(SlabFailure { gfp, cache, nodes })), tr);
    }

    fn node_state(&self, cache: &KmemCache, node: NodeId) -> SlabNode {
        let count = |counter| self.rest.slabs.node_counter(cache, node, counter);
        let partial = self.phys.frames.mem_map.list(node_list(self.phys.lists(), cache, node));
        let free = partial.map(|slab| {
            let page = self.phys.frames.mem_map.page(slab);
            let objects = cache.geometry.objects(page.state().order());
            u64::from(objects) - u64::from(SlabState::of(page.owner()).inuse)
        });
        SlabNode {
            node,
            slabs: count(NodeCounter::NrSlabs),
            objects: count(NodeCounter::TotalObjects),
            free: free.sum(),
        }
    }
}
