//! Nodes: memory that is near to some processors, and the order in which zones are tried.
//!
//! A node's zonelist names the zones with memory of all nodes, nearest node first, highest
//! zone first in each. Mirrors 6.1 `mm/page_alloc.c: build_zonelists`.

use crate::config::NodeId;
use crate::gfp::Gfp;
use crate::phys::zone::{ZoneId, ZoneKind, Zones};

/// A memory node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// Its number.
    pub id: NodeId,
    /// Zones with memory, in the order in which an allocation on this node tries them.
    pub zonelist: Vec<ZoneId>,
    /// How many zones at the head of the list are the node's own.
    pub own: usize,
}

impl Node {
    /// Makes the nodes of a machine with these zones.
    pub fn build(zones: &Zones) -> Vec<Node> {
        let nodes = u8::try_from(zones.len() / u32::from(zones.per_node())).expect("fewer than 256 nodes");
        let own = |node: u8| {
            let class = (0..zones.per_node()).rev();
            class
                .map(move |class| zones.of_node(NodeId(node), class))
                .filter(|&id| zones.get(id).is_managed())
        };
        // All nodes are equally far: the next ones up come first, then round from node 0.
        (0..nodes)
            .map(|id| Node {
                id: NodeId(id),
                zonelist: (id..nodes).chain(0..id).flat_map(own).collect(),
                own: own(id).count(),
            })
            .collect()
    }

    /// Returns the zones that an allocation with these flags tries, before the class is looked at.
    #[inline]
    pub fn zonelist(&self, gfp: Gfp) -> &[ZoneId] {
        if gfp.contains(Gfp::THISNODE) { &self.zonelist[..self.own] } else { &self.zonelist }
    }
}

/// Returns the class of the highest zone that `gfp` allows, 6.1 `gfp_zone`.
#[inline]
pub fn highest_class(gfp: Gfp, kinds: &[ZoneKind]) -> u8 {
    let wanted = if gfp.contains(Gfp::DMA) {
        ZoneKind::Dma
    } else if gfp.contains(Gfp::HIGHMEM.with(Gfp::MOVABLE)) {
        ZoneKind::Movable
    } else if gfp.contains(Gfp::HIGHMEM) {
        ZoneKind::HighMem
    } else if gfp.contains(Gfp::DMA32) {
        ZoneKind::Dma32
    } else {
        ZoneKind::Normal
    };
    // A kind that the architecture lacks stands for the normal zone.
    let class = kinds.iter().position(|&kind| kind == wanted);
    let class = class.or_else(|| kinds.iter().position(|&kind| kind == ZoneKind::Normal));
    small_number(class.expect("every machine has a normal zone"))
}

/// Converts a place among a node's zones, or among the nodes, to its number.
pub fn small_number(at: usize) -> u8 {
    u8::try_from(at).expect("a machine has few zones and nodes")
}
