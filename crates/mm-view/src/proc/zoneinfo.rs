//! `/proc/zoneinfo`, 6.1 `mm/vmstat.c: zoneinfo_show_print`.

use core::fmt::Write as _;

use mm::config::{CpuId, NodeId};
use mm::phys::zone::ZoneId;
use mm::world::World;

use mm::quantity::{NODE_ITEMS, NUMA_ITEMS, ZONE_ITEMS, ZoneField};

pub(super) fn zoneinfo(world: &World) -> String {
    let mut out = String::new();
    let mut told: Option<NodeId> = None;
    for (id, zone) in world.phys.zones().iter() {
        let _ = writeln!(out, "Node {}, zone {:>8}", zone.node.0, zone.kind.name());
        // The node's own numbers stand with its first zone that has memory.
        if zone.is_populated() && told != Some(zone.node) {
            told = Some(zone.node);
            per_node(world, id, &mut out);
        }
        numbers(world, id, &mut out);
        if zone.is_populated() {
            populated(world, id, &mut out);
        }
    }
    out
}

fn per_node(world: &World, zone: ZoneId, out: &mut String) {
    out.push_str("  per-node stats");
    for item in NODE_ITEMS {
        let _ = write!(out, "\n      {:<12} {}", item.name(), ZoneField::Node(*item).number(world, zone));
    }
    out.push('\n');
}

fn numbers(world: &World, id: ZoneId, out: &mut String) {
    let zones = world.phys.zones();
    let _ = write!(out, "  pages free     {}", ZoneField::Free.number(world, id));
    for field in ZoneField::NUMBERS {
        let _ = write!(out, "\n        {:<8} {}", field.name(), field.number(world, id));
    }
    out.push_str("\n        protection: (");
    for class in 0..zones.per_node() {
        let comma = if class == 0 { "" } else { ", " };
        let _ = write!(out, "{comma}{}", zones.lowmem_reserve(id, class));
    }
    out.push_str(")\n");
}

fn populated(world: &World, id: ZoneId, out: &mut String) {
    let phys = &world.phys;
    for item in ZONE_ITEMS {
        let _ = writeln!(out, "      {:<12} {}", item.name(), ZoneField::Zone(*item).number(world, id));
    }
    if phys.has_numa_stats() {
        for item in NUMA_ITEMS {
            let _ = writeln!(out, "      {:<12} {}", item.name(), ZoneField::Numa(*item).number(world, id));
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
        let _ = write!(out, "\n  vm stats threshold: {}", ZoneField::Threshold.number(world, id));
    }
    let _ = writeln!(out, "\n  start_pfn:           {}", ZoneField::StartPfn.number(world, id));
}
