//! `/proc/vmstat`, 6.1 `mm/vmstat.c: vmstat_start`.

use crate::phys::zone::ZoneKind;
use crate::phys::zone::vmstat::{NodeStat, NumaStat, VmEvent, ZoneStat};
use crate::world::World;

/// A counter of `/proc/vmstat`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counter {
    /// Of zones, summed.
    Zone(ZoneStat),
    /// Of where allocations landed, summed over zones.
    Numa(NumaStat),
    /// Of nodes, summed.
    Node(NodeStat),
    /// Of events.
    Event(VmEvent),
}

/// Statistics of zones that the model keeps.
pub const ZONE_ITEMS: &[ZoneStat] =
    &[ZoneStat::NrFreePages, ZoneStat::NrZoneInactiveAnon, ZoneStat::NrFreeCma];

/// Where allocations can land; pages laid out in turn by a policy are not modelled.
pub const NUMA_ITEMS: &[NumaStat] =
    &[NumaStat::NumaHit, NumaStat::NumaMiss, NumaStat::NumaForeign, NumaStat::NumaLocal, NumaStat::NumaOther];

/// Statistics of nodes that the model keeps.
pub const NODE_ITEMS: &[NodeStat] = &[
    NodeStat::NrInactiveAnon,
    NodeStat::NrSlabReclaimable,
    NodeStat::NrSlabUnreclaimable,
    NodeStat::NrIsolatedAnon,
    NodeStat::NrAnonPages,
    NodeStat::NrAnonTransparentHugepages,
    NodeStat::NrPageTablePages,
];

/// Events that the model counts, beside those of each kind of zone.
const EVENTS: &[VmEvent] = &[
    VmEvent::Pgfree,
    VmEvent::Pgfault,
    VmEvent::Pgmajfault,
    VmEvent::Pgreuse,
    VmEvent::OomKill,
    VmEvent::PgmigrateSuccess,
    VmEvent::PgmigrateFail,
    VmEvent::CompactMigrateScanned,
    VmEvent::CompactFreeScanned,
    VmEvent::CompactIsolated,
    VmEvent::CompactStall,
    VmEvent::CompactFail,
    VmEvent::CompactSuccess,
    VmEvent::CompactDaemonWake,
    VmEvent::CompactDaemonMigrateScanned,
    VmEvent::CompactDaemonFreeScanned,
    VmEvent::ThpFaultAlloc,
    VmEvent::ThpFaultFallback,
    VmEvent::ThpDeferredSplitPage,
    VmEvent::ThpSplitPmd,
    VmEvent::ThpZeroPageAlloc,
    VmEvent::ThpZeroPageAllocFailed,
];

/// Lines that are no statistic of ours: limits of writing back, and one kept for old programs.
const FIXED: &[&str] = &["nr_dirty_threshold", "nr_dirty_background_threshold", "nr_unstable"];

impl Counter {
    /// Iterates over the lines of the file on this machine.
    pub fn lines(world: &World) -> impl Iterator<Item = Counter> {
        let numa = if world.phys.has_numa_stats() { NUMA_ITEMS } else { &[] };
        let kinds = world.phys.kinds();
        let of_zones = |event: &VmEvent| {
            kinds.iter().any(|&kind| [VmEvent::pgalloc(kind), VmEvent::allocstall(kind)].contains(event))
        };
        let events = VmEvent::ALL.iter().filter(move |event| of_zones(event) || EVENTS.contains(event));
        (ZONE_ITEMS.iter().map(|&item| Counter::Zone(item)))
            .chain(numa.iter().map(|&item| Counter::Numa(item)))
            .chain(NODE_ITEMS.iter().map(|&item| Counter::Node(item)))
            .chain(events.map(|&event| Counter::Event(event)))
    }

    /// Returns whether the file of a 6.1 kernel for this machine has a line of this name, though
    /// the model may have nothing that changes it.
    pub(crate) fn is_line(name: &str, world: &World) -> bool {
        let numa = world.phys.has_numa_stats() && NumaStat::ALL.iter().any(|item| item.name() == name);
        let lacks = |kind: &ZoneKind| !world.phys.kinds().contains(kind) && *kind != ZoneKind::Device;
        let of_none = ZoneKind::ALL.iter().filter(|kind| lacks(kind)).any(|&kind| {
            [VmEvent::pgalloc(kind), VmEvent::allocstall(kind)].iter().any(|it| it.name() == name)
        });
        numa || FIXED.contains(&name)
            || ZoneStat::ALL.iter().any(|item| item.name() == name)
            || NodeStat::ALL.iter().any(|item| item.name() == name)
            || (VmEvent::ALL.iter().any(|item| item.name() == name) && !of_none)
    }

    /// Returns the name of the line.
    pub const fn name(self) -> &'static str {
        match self {
            Counter::Zone(item) => item.name(),
            Counter::Numa(item) => item.name(),
            Counter::Node(item) => item.name(),
            Counter::Event(event) => event.name(),
        }
    }

    /// Returns the number. Those of zones and nodes are sums without what processors hold back.
    pub fn value(self, world: &World) -> u64 {
        let stats = &world.phys.frames.vmstat;
        let zones = || world.phys.zones().iter().map(|(id, _)| id);
        match self {
            Counter::Zone(item) => {
                let total: i64 = zones().map(|zone| stats.zone_total(zone, item)).sum();
                u64::try_from(total).unwrap_or(0)
            }
            Counter::Numa(item) => zones().map(|zone| stats.numa(zone, item)).sum(),
            Counter::Node(item) => {
                let huge = world.rest.virt.mode.huge_order();
                world.phys.nodes().iter().map(|node| stats.node_printed(node.id, item, huge)).sum()
            }
            Counter::Event(event) => stats.event(event),
        }
    }
}
