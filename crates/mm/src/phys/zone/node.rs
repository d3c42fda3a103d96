//! Nodes: memory that is near to some processors, and the order in which zones are tried.
//!
//! A node's zonelist names the zones with memory of all nodes, nearest node first, highest
//! zone first in each. Mirrors 6.1 `mm/page_alloc.c`: `build_zonelists`,
//! `find_next_best_node`.

use crate::config::{NodeId, Topology};
use crate::gfp::Gfp;
use crate::phys::Phys;
use crate::phys::zone::{Wmark, ZoneId, ZoneKind, Zones};
use crate::units::{Pfn, count, index};

/// A memory node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// Its number.
    pub id: NodeId,
    /// All nodes, itself first, in the order in which an allocation on it tries them.
    pub order: Vec<NodeId>,
    /// Zones with memory, in the order in which an allocation on this node tries them.
    pub zonelist: Vec<ZoneId>,
    /// How many zones at the head of the list are the node's own.
    pub own: usize,
}

impl Node {
    /// Makes the nodes of a machine with these zones.
    pub fn build(zones: &Zones, topology: Topology) -> Vec<Node> {
        let nodes = u8::try_from(zones.len() / u32::from(zones.per_node())).expect("fewer than 256 nodes");
        let own = |node: u8| {
            let class = (0..zones.per_node()).rev();
            class
                .map(move |class| zones.of_node(NodeId(node), class))
                .filter(|&id| zones.get(id).is_managed())
        };
        let orders = fallback_orders(nodes, topology);
        (0..nodes)
            .zip(orders)
            .map(|(id, order)| Node {
                id: NodeId(id),
                zonelist: order.iter().flat_map(|node| own(node.0)).collect(),
                own: own(id).count(),
                order,
            })
            .collect()
    }

    /// Returns the zones that an allocation with these flags tries, before the class is looked at.
    #[inline]
    pub fn zonelist(&self, gfp: Gfp) -> &[ZoneId] {
        if gfp.contains(Gfp::THISNODE) { &self.zonelist[..self.own] } else { &self.zonelist }
    }
}

/// Where a node's memory lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeSpan {
    /// First frame.
    pub start: Pfn,
    /// Frames from the first to the last, holes included.
    pub spanned: u32,
    /// Frames that exist.
    pub present: u32,
}

impl Phys {
    /// Returns the class of the highest zone that `gfp` allows.
    #[inline]
    pub(in crate::phys) fn highest_class(&self, gfp: Gfp) -> u8 {
        self.classes[index(gfp.bits() & 0xf)]
    }

    /// Returns where the memory of `node` lies.
    pub fn node_span(&self, node: NodeId) -> NodeSpan {
        let zones = self.zones().iter().filter(|(_, zone)| zone.node == node && zone.is_populated());
        let empty = NodeSpan { start: Pfn(0), spanned: 0, present: 0 };
        zones.fold(empty, |span, (_, zone)| {
            let start = if span.present == 0 { zone.start } else { span.start.min(zone.start) };
            NodeSpan { start, spanned: zone.end().0 - start.0, present: span.present + zone.present }
        })
    }

    /// Returns the pages of `node` that user space cannot get: of each zone the high mark and the
    /// largest reserve, 6.1 `calculate_totalreserve_pages`.
    pub fn totalreserve_pages(&self, node: NodeId) -> u64 {
        let zones = self.zones();
        let own = zones.iter().filter(|(_, zone)| zone.node == node);
        own.map(|(id, zone)| {
            let above = zone.class..zones.per_node();
            let reserve = above.map(|class| zones.lowmem_reserve(id, class)).max().unwrap_or(0);
            (reserve + zones.watermark(id, Wmark::High)).min(u64::from(zone.managed))
        })
        .sum()
    }

    /// Returns `percent` of what the zones of `node` had to manage at boot, zone by zone: the
    /// limits of node reclaim, 6.1 `setup_min_unmapped_ratio`, `setup_min_slab_ratio`.
    pub fn share_of_node(&self, node: NodeId, percent: u64) -> u64 {
        let own = self.zones().iter().filter(|(_, zone)| zone.node == node);
        own.map(|(_, zone)| u64::from(zone.managed_at_marks) * percent / 100).sum()
    }
}

/// Returns for each node all nodes from the nearest to the farthest. Of several that are equally
/// far the one comes first that fewer others have at the head of such a group so far, then the
/// next one up: so that not all of them fall back on the same.
fn fallback_orders(nodes: u8, topology: Topology) -> Vec<Vec<NodeId>> {
    let mut load = vec![0_u32; usize::from(nodes)];
    let all = || (0..nodes).map(NodeId);
    let order_of = |local: NodeId| {
        let mut order = vec![local];
        while let Some(next) = all().filter(|node| !order.contains(node)).min_by_key(|&node| {
            // Nodes below count as a little farther. At this moment of the boot no node has
            // processors yet, which would make it a little farther too.
            let distance = topology.distance(local, node) + u8::from(node < local);
            (distance, load[usize::from(node.0)], node)
        }) {
            let last = *order.last().expect("the node itself");
            if topology.distance(local, next) != topology.distance(local, last) {
                load[usize::from(next.0)] += 1;
            }
            order.push(next);
        }
        order
    };
    all().map(order_of).collect()
}

/// Returns the class of the highest zone that `gfp` allows, 6.1 `gfp_zone`.
///
/// Of the sixteen sets of zone bits eight mean something. The others are mistakes of the caller
/// that only a kernel with `CONFIG_DEBUG_VM` stops at; `GFP_ZONE_TABLE` has nothing for them,
/// which is the lowest zone.
#[inline]
pub fn highest_class(gfp: Gfp, kinds: &[ZoneKind]) -> u8 {
    const DMA: u32 = Gfp::DMA.bits();
    const HIGHMEM: u32 = Gfp::HIGHMEM.bits();
    const DMA32: u32 = Gfp::DMA32.bits();
    const MOVABLE: u32 = Gfp::MOVABLE.bits();
    const MOVABLE_DMA: u32 = MOVABLE | DMA;
    const MOVABLE_DMA32: u32 = MOVABLE | DMA32;
    const MOVABLE_HIGHMEM: u32 = MOVABLE | HIGHMEM;
    let wanted = match gfp.bits() & (DMA | HIGHMEM | DMA32 | MOVABLE) {
        0 | MOVABLE => ZoneKind::Normal,
        DMA | MOVABLE_DMA => ZoneKind::Dma,
        HIGHMEM => ZoneKind::HighMem,
        DMA32 | MOVABLE_DMA32 => ZoneKind::Dma32,
        MOVABLE_HIGHMEM => ZoneKind::Movable,
        _ => return 0,
    };
    // A kind that the architecture lacks stands for the normal zone.
    let class = kinds.iter().position(|&kind| kind == wanted);
    let class = class.or_else(|| kinds.iter().position(|&kind| kind == ZoneKind::Normal));
    small_number(class.expect("every machine has a normal zone"))
}

/// Returns [`highest_class`] by the zone bits of flags, 6.1 `GFP_ZONE_TABLE`.
pub(in crate::phys) fn highest_classes(kinds: &[ZoneKind]) -> [u8; 16] {
    core::array::from_fn(|bits| {
        highest_class(Gfp::from_bits(count(bits)).expect("the zone bits are flags"), kinds)
    })
}

/// Converts a place among a node's zones, or among the nodes, to its number.
pub fn small_number(at: usize) -> u8 {
    u8::try_from(at).expect("a machine has few zones and nodes")
}

#[cfg(test)]
mod tests {
    use super::ZoneKind::{Dma, Dma32, HighMem, Movable, Normal};
    use super::*;

    /// The zone of each set of zone bits, from none to all: DMA is 1, HIGHMEM 2, DMA32 4, MOVABLE 8.
    #[track_caller]
    fn check_zones(kinds: &[ZoneKind], expected: [ZoneKind; 16]) {
        let zones = highest_classes(kinds).map(|class| kinds[usize::from(class)]);
        assert_eq!(zones, expected);
    }

    #[test]
    fn each_set_of_zone_bits_has_its_zone() {
        // 6.1 include/linux/gfp.h: GFP_ZONE_TABLE; what GFP_ZONE_BAD lists is zone 0.
        check_zones(
            &[Dma, Dma32, Normal, Movable],
            [
                Normal, Dma, Normal, Dma, Dma32, Dma, Dma, Dma, //
                Normal, Dma, Movable, Dma, Dma32, Dma, Dma, Dma,
            ],
        );
        check_zones(
            &[Dma, Normal, HighMem, Movable],
            [
                Normal, Dma, HighMem, Dma, Normal, Dma, Dma, Dma, //
                Normal, Dma, Movable, Dma, Normal, Dma, Dma, Dma,
            ],
        );
        check_zones(
            &[Dma, Normal, Movable],
            [
                Normal, Dma, Normal, Dma, Normal, Dma, Dma, Dma, //
                Normal, Dma, Movable, Dma, Normal, Dma, Dma, Dma,
            ],
        );
    }

    #[track_caller]
    fn check(topology: Topology, expected: &[&[u8]]) {
        let nodes = small_number(expected.len());
        let orders = fallback_orders(nodes, topology);
        let orders: Vec<Vec<u8>> =
            orders.iter().map(|order| order.iter().map(|node| node.0).collect()).collect();
        assert_eq!(orders, expected);
    }

    #[test]
    fn the_nearest_node_comes_first_and_the_next_one_up_of_equals() {
        check(Topology::Flat, &[&[0]]);
        check(Topology::Flat, &[&[0, 1], &[1, 0]]);
        check(Topology::Flat, &[&[0, 1, 2], &[1, 2, 0], &[2, 0, 1]]);
        check(Topology::Flat, &[&[0, 1, 2, 3], &[1, 2, 3, 0], &[2, 3, 0, 1], &[3, 0, 1, 2]]);
        check(Topology::Sockets, &[&[0, 1, 2, 3], &[1, 0, 3, 2], &[2, 3, 0, 1], &[3, 2, 1, 0]]);
    }
}
