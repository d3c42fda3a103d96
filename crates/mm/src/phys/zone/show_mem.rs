//! Memory at one time, for reports: 6.1 `lib/show_mem.c`, `mm/page_alloc.c: show_free_areas`.

use crate::config::{CpuId, NodeId};
use crate::phys::Phys;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::vmstat::{NodeStat, ZoneStat};
use crate::phys::zone::{Wmark, ZoneId, ZoneKind};
use crate::units::Order;

/// What a report says of memory.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct MemInfo {
    /// Statistics of each node, in the order of [`NodeStat::ALL`].
    pub nodes: Vec<NodeMem>,
    /// Every zone with memory.
    pub zones: Vec<ZoneMem>,
}

/// What a report says of a node.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct NodeMem {
    /// The node.
    pub node: NodeId,
    stats: Vec<u64>,
}

/// What a report says of a zone, in pages.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct ZoneMem {
    /// Its kind.
    pub kind: ZoneKind,
    /// The node it belongs to.
    pub node: NodeId,
    /// Pages that exist.
    pub present: u64,
    /// Pages that the allocator hands out.
    pub managed: u64,
    /// What is added to all marks.
    pub boost: u64,
    /// Marks, boost included: min, low, high.
    pub marks: [u64; 3],
    /// Pages held back for urgent requests.
    pub highatomic: u64,
    /// Pages on all processors' lists.
    pub free_pcp: u64,
    /// Pages on the lists of the processor that reports.
    pub local_pcp: u64,
    /// `lowmem_reserve`, by class.
    pub reserve: Vec<u64>,
    /// By order: free blocks, and of which migrate types there are any.
    pub free: Vec<(u64, Vec<MigrateType>)>,
    stats: Vec<u64>,
}

impl NodeMem {
    /// Returns a statistic of the node.
    pub fn get(&self, item: NodeStat) -> u64 {
        let at = NodeStat::ALL.iter().position(|&other| other == item);
        self.stats[at.expect("every statistic is listed")]
    }
}

impl ZoneMem {
    /// Returns a statistic of the zone.
    pub fn get(&self, item: ZoneStat) -> u64 {
        let at = ZoneStat::ALL.iter().position(|&other| other == item);
        self.stats[at.expect("every statistic is listed")]
    }
}

impl Phys {
    /// Notes what a report of `cpu` says of memory.
    pub fn show_mem(&self, cpu: CpuId) -> MemInfo {
        let nodes = self.nodes.iter().map(|node| NodeMem {
            node: node.id,
            stats: NodeStat::ALL.iter().map(|&item| self.frames.vmstat.node(node.id, item)).collect(),
        });
        let populated = self.frames.zones.iter().filter(|(_, zone)| zone.is_populated());
        MemInfo { nodes: nodes.collect(), zones: populated.map(|(id, _)| self.zone_mem(id, cpu)).collect() }
    }

    fn zone_mem(&self, id: ZoneId, cpu: CpuId) -> ZoneMem {
        let zone = self.frames.zones.get(id);
        let boost = self.frames.zones.boost(id);
        let types = |order| -> Vec<MigrateType> {
            let filled = |&mt: &MigrateType| self.free_list(id, order, mt).next().is_some();
            MigrateType::ALL.into_iter().filter(filled).collect()
        };
        ZoneMem {
            kind: zone.kind,
            node: zone.node,
            present: u64::from(zone.present),
            managed: u64::from(zone.managed),
            boost,
            marks: Wmark::ALL.map(|mark| self.frames.zones.watermark(id, mark) + boost),
            highatomic: self.frames.zones.highatomic(id),
            free_pcp: (0..self.cpus).map(|cpu| self.pcp.count(id, CpuId(cpu))).sum(),
            local_pcp: self.pcp.count(id, cpu),
            reserve: (0..self.frames.zones.per_node())
                .map(|class| self.frames.zones.lowmem_reserve(id, class))
                .collect(),
            free: Order::ZERO
                .and_up()
                .map(|order| (self.frames.zones.nr_free(id, order), types(order)))
                .collect(),
            stats: ZoneStat::ALL.iter().map(|&item| self.frames.vmstat.zone(id, item)).collect(),
        }
    }
}
