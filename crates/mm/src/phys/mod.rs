//! Physical memory: frames, zones, nodes, and the page allocator over them.
//!
//! [`Phys`] owns all of it and knows nothing of addresses, processes or files. The allocator
//! comes in layers: [`zone`] has marks, counters and lists, [`buddy`] splits and merges, keeps a stock for each processor and
//! borrows from other migrate types, [`compaction`] makes large blocks of small ones, [`alloc`] chooses the zone and insists
//! when none can give. [`boot`] makes a machine that has just started. Each names those before it alone. Mirrors 6.1 `mm/page_alloc.c`, `mm/mmzone.c`, `mm/vmstat.c`.

pub mod alloc;
pub mod boot;
pub mod buddy;
pub mod compaction;
pub mod kpageflags;
pub mod relief;
pub mod zone;

use crate::config::{Arch, CpuId, MachineConfig, NodeId, Topology};
use crate::store::MemMap;
use crate::trace::Trace;
use crate::units::{Order, Pfn};

pub use alloc::page_alloc::AllocRequest;
use buddy::pcp::PerCpuPages;
use compaction::Compaction;
pub use relief::{NoRelief, Relief};
use zone::frames::Frames;
use zone::lists::Lists;
use zone::migratetype::{MIGRATE_TYPES, MigrateType};
use zone::node::{self, Node};
use zone::vmstat::{VmEvent, VmStat};
use zone::{Zone, ZoneId, ZoneKind, Zones};

/// All of a machine's memory and its allocator.
#[derive(Clone, Debug)]
pub struct Phys {
    /// Page structs, zones and counters.
    pub frames: Frames,
    pub(crate) pcp: PerCpuPages,
    pub(crate) compaction: Compaction,
    nodes: Vec<Node>,
    /// Class of the highest zone by the zone bits of a request's flags.
    classes: [u8; 16],
    topology: Topology,
    arch: Arch,
    cpus: u8,
}

impl Phys {
    /// Makes a machine of these zones, with no frame in use and nothing free.
    pub(crate) fn empty(zones: Vec<Zone>, config: &MachineConfig) -> Phys {
        let mut phys = Phys::begin(zones, config);
        phys.frames.mem_map.grow(usize::MAX);
        phys
    }

    /// Begins to make such a machine, whose map has to grow to its end.
    fn begin(zones: Vec<Zone>, config: &MachineConfig) -> Phys {
        let kinds = ZoneKind::of_arch(config.arch);
        let zones = Zones::new(zones, node::small_number(kinds.len()));
        let (cpus, nodes) = (u32::from(config.cpus), zones.len() / u32::from(zones.per_node()));
        let lists = Lists::new(zones.len(), cpus, nodes);
        let end = zones.iter().map(|(_, zone)| zone.end()).max().expect("a machine has zones");
        Phys {
            pcp: PerCpuPages::new(zones.len(), cpus),
            nodes: Node::build(&zones, config.topology),
            classes: node::highest_classes(kinds),
            topology: config.topology,
            compaction: Compaction::new(zones.len(), nodes, end, config.arch.pageblock_order()),
            frames: Frames {
                mem_map: MemMap::begin(end, lists.len(), config.arch.pageblock_order()),
                vmstat: VmStat::new(zones.len(), nodes, cpus),
                zones,
                lists,
                capture: None,
            },
            arch: config.arch,
            cpus: config.cpus,
        }
    }

    /// Returns the zone that `pfn` belongs to.
    ///
    /// # Panics
    /// When no zone spans it.
    #[inline]
    pub fn zone_of(&self, pfn: Pfn) -> ZoneId {
        self.frames.zone_of(pfn)
    }

    /// Returns all zones: geometry, marks, flags and tunables.
    pub fn zones(&self) -> &Zones {
        &self.frames.zones
    }

    /// Returns the geometry of a zone.
    pub fn zone(&self, id: ZoneId) -> &Zone {
        self.frames.zones.get(id)
    }

    /// Finds a zone by node and kind.
    pub fn find_zone(&self, node: NodeId, kind: ZoneKind) -> Option<ZoneId> {
        self.frames.zones.iter().find(|(_, zone)| zone.node == node && zone.kind == kind).map(|(id, _)| id)
    }

    /// Returns the frames that the allocator manages (`totalram_pages`).
    pub fn managed_pages(&self) -> u64 {
        self.frames.zones.iter().map(|(_, zone)| u64::from(zone.managed)).sum()
    }

    /// Returns the nodes.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Returns how far two nodes are from each other, 10 for a node and itself.
    pub fn distance(&self, from: NodeId, to: NodeId) -> u8 {
        self.topology.distance(from, to)
    }

    /// Returns the kinds of zones that every node has, lowest first.
    #[inline]
    pub fn kinds(&self) -> &'static [ZoneKind] {
        ZoneKind::of_arch(self.arch)
    }

    /// Returns the number of processors.
    pub fn cpus(&self) -> u8 {
        self.cpus
    }

    /// Returns the node that a processor belongs to: processors are dealt out in turn.
    #[inline]
    pub fn node_of_cpu(&self, cpu: CpuId) -> NodeId {
        if self.nodes.len() == 1 { NodeId(0) } else { NodeId(cpu.0 % node::small_number(self.nodes.len())) }
    }

    /// Returns whether the kernel counts where allocations land (`CONFIG_NUMA`).
    #[inline]
    pub fn has_numa_stats(&self) -> bool {
        self.arch == Arch::X86_64
    }

    /// Returns the counters of the per-CPU lists.
    pub fn pcp(&self) -> &PerCpuPages {
        &self.pcp
    }

    /// Returns what compaction remembers.
    pub fn compaction(&self) -> &Compaction {
        &self.compaction
    }

    /// Returns the layout of list numbers.
    pub fn lists(&self) -> Lists {
        self.frames.lists
    }

    /// Returns the binary logarithm of a pageblock's frames.
    #[inline]
    pub fn pageblock_order(&self) -> Order {
        self.frames.mem_map.pageblock_order()
    }

    /// Returns the migrate type of the pageblock that contains `pfn`.
    #[inline]
    pub fn pageblock_type(&self, pfn: Pfn) -> MigrateType {
        self.frames.pageblock_type(pfn)
    }

    /// Counts the pageblocks `first..last` by migrate type, in the order of [`MigrateType::ALL`].
    pub fn pageblock_types_in(&self, first: u32, last: u32) -> [u32; MIGRATE_TYPES] {
        self.frames.mem_map.pageblock_types_in(first, last)
    }

    /// Returns the free blocks of `order` in the buddy lists of `zone`.
    pub fn nr_free(&self, zone: ZoneId, order: Order) -> u64 {
        self.frames.zones.nr_free(zone, order)
    }

    /// Iterates over a free list from its head.
    pub fn free_list(&self, zone: ZoneId, order: Order, mt: MigrateType) -> impl Iterator<Item = Pfn> {
        self.frames.mem_map.list(self.frames.lists.free(zone, order, mt))
    }

    /// Iterates over a processor's list from its head; [`list_index`](buddy::pcp::list_index) gives the index.
    pub fn pcp_list(&self, zone: ZoneId, cpu: CpuId, index: u8) -> impl Iterator<Item = Pfn> {
        self.frames.mem_map.list(self.frames.lists.pcp(zone, cpu, index))
    }

    /// Counts an event of `/proc/vmstat`.
    #[inline]
    pub fn count(&mut self, event: VmEvent, n: u32, tr: &mut Trace) {
        self.frames.vmstat.count(event, n, tr);
    }
}

#[cfg(test)]
mod tests;
