//! `/proc/zoneinfo`, 6.1 `mm/vmstat.c: zoneinfo_show_print`.

use core::fmt::Write as _;

use mm::config::{CpuId, NodeId};
use mm::phys::vmstat::{NumaStat, ZoneStat};
use mm::phys::zone::{Wmark, Zone, ZoneId};
use mm::world::World;

use super::vmstat::{NODE_ITEMS, ZONE_ITEMS};

pub(super) fn zoneinfo(world: &World) -> String {
    let mut out = String::new();
    let mut told: Option<NodeId> = None;
    for (id, zone) in world.phys.zones().iter() {
        let _ = writeln!(out, "Node {}, zone {:>8}", zone.node.0, zone.kind.name());
        // The node's own numbers stand with its first zone that has memory.
        if zone.is_populated() && told != Some(zone.node) {
            told = Some(zone.node);
            per_node(world, zone.node, &mut out);
        }
        numbers(world, id, zone, &mut out);
        if zone.is_populated() {
            populated(world, id, zone, &mut out);
        }
    }
    out
}

fn per_node(world: &World, node: NodeId, out: &mut String) {
    out.push_str("  per-node stats");
    for item in NODE_ITEMS {
        let huge = world.virt.mode.huge_order();
        let value = world.phys.vmstat.node_printed(node, *item, huge);
        let _ = write!(out, "\n      {:<12} {value}", item.name());
    }
    out.push('\n');
}

fn numbers(world: &World, id: ZoneId, zone: &Zone, out: &mut String) {
    let zones = world.phys.zones();
    let free = world.phys.vmstat.zone(id, ZoneStat::NrFreePages);
    let _ = write!(out, "  pages free     {free}\n        boost    {}", zones.boost(id));
    for (name, mark) in [("min", Wmark::Min), ("low", Wmark::Low), ("high", Wmark::High)] {
        // The marks as printed have the boost in them, as `min_wmark_pages` gives them.
        let _ = write!(out, "\n        {name:<8} {}", zones.watermark(id, mark) + zones.boost(id));
    }
    let _ = write!(
        out,
        "\n        spanned  {}\n        present  {}\n        managed  {}\n        cma      {}",
        zone.spanned,
        zone.present,
        zone.managed,
        world.phys.vmstat.zone(id, ZoneStat::NrFreeCma)
    );
    out.push_str("\n        protection: (");
    for class in 0..zones.per_node() {
        let comma = if class == 0 { "" } else { ", " };
        let _ = write!(out, "{comma}{}", zones.lowmem_reserve(id, class));
    }
    out.push_str(")\n");
}

fn populated(world: &World, id: ZoneId, zone: &Zone, out: &mut String) {
    let phys = &world.phys;
    for item in ZONE_ITEMS {
        let _ = writeln!(out, "      {:<12} {}", item.name(), phys.vmstat.zone(id, *item));
    }
    if phys.has_numa_stats() {
        for item in NumaStat::ALL.iter().filter(|item| **item != NumaStat::NumaInterleave) {
            let _ = writeln!(out, "      {:<12} {}", item.name(), phys.vmstat.numa(id, *item));
        }
    }
    out.push_str("  pagesets");
    for cpu in (0..phys.cpus()).map(CpuId) {
        let pcp = phys.pcp();
        let _ = write!(
            out,
            "\n    cpu: {}\n              count: {}\n              high:  {}\n              batch: {}",
            cpu.0,
            pcp.count(id, cpu),
            pcp.high(id, cpu),
            pcp.batch(id, cpu)
        );
        let _ = write!(out, "\n  vm stats threshold: {}", phys.vmstat.threshold(id));
    }
    let _ = writeln!(out, "\n  start_pfn:           {}", zone.start);
}
