//! `/proc/vmstat`, 6.1 `mm/vmstat.c: vmstat_start`.
//!
//! The counters of zones and nodes are sums without what the processors still hold. Items
//! that nothing in the model can change are left out.

use core::fmt::Write as _;

use mm::phys::vmstat::{NodeStat, NumaStat, VmEvent, ZoneStat};
use mm::world::World;

pub(super) fn vmstat(world: &World) -> String {
    let mut out = String::new();
    let phys = &world.phys;
    for item in ZONE_ITEMS {
        let total: i64 = phys.zones().iter().map(|(id, _)| phys.vmstat.zone_total(id, *item)).sum();
        line(&mut out, item.name(), u64::try_from(total).unwrap_or(0));
    }
    if phys.has_numa_stats() {
        for item in NumaStat::ALL.iter().filter(|item| **item != NumaStat::NumaInterleave) {
            line(&mut out, item.name(), phys.zones().iter().map(|(id, _)| phys.vmstat.numa(id, *item)).sum());
        }
    }
    for item in NODE_ITEMS {
        line(&mut out, item.name(), node_total(world, *item));
    }
    for event in events(world) {
        line(&mut out, event.name(), phys.vmstat.event(event));
    }
    out
}

fn node_total(world: &World, item: NodeStat) -> u64 {
    let huge = world.virt.mode.huge_order();
    world.phys.nodes().iter().map(|node| world.phys.vmstat.node_printed(node.id, item, huge)).sum()
}

fn line(out: &mut String, name: &str, value: u64) {
    let _ = writeln!(out, "{name} {value}");
}

/// Statistics of zones that the model keeps.
pub(super) const ZONE_ITEMS: &[ZoneStat] =
    &[ZoneStat::NrFreePages, ZoneStat::NrZoneInactiveAnon, ZoneStat::NrFreeCma];

/// Statistics of nodes that the model keeps.
pub(super) const NODE_ITEMS: &[NodeStat] = &[
    NodeStat::NrInactiveAnon,
    NodeStat::NrSlabReclaimable,
    NodeStat::NrSlabUnreclaimable,
    NodeStat::NrAnonPages,
    NodeStat::NrAnonTransparentHugepages,
    NodeStat::NrPageTablePages,
];

/// Returns the events that the model counts: allocations of the zones there are, and faults.
fn events(world: &World) -> impl Iterator<Item = VmEvent> + '_ {
    let allocs: Vec<VmEvent> = world.phys.kinds().iter().map(|&kind| VmEvent::pgalloc(kind)).collect();
    let kept = [
        VmEvent::Pgfree,
        VmEvent::Pgfault,
        VmEvent::Pgmajfault,
        VmEvent::Pgreuse,
        VmEvent::ThpFaultAlloc,
        VmEvent::ThpFaultFallback,
        VmEvent::ThpDeferredSplitPage,
        VmEvent::ThpSplitPmd,
        VmEvent::ThpZeroPageAlloc,
        VmEvent::ThpZeroPageAllocFailed,
    ];
    VmEvent::ALL.iter().copied().filter(move |event| allocs.contains(event) || kept.contains(event))
}
