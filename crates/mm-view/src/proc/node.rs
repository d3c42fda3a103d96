//! Files of `/sys/devices/system/node`, 6.1 `drivers/base/node.c`.
//!
//! A kernel without NUMA, i386's, has none of them.

use core::fmt::Write as _;

use mm::config::{CpuId, NodeId};
use mm::phys::zone::ZoneId;
use mm::phys::zone::vmstat::{NodeStat, NumaStat, ZoneStat};
use mm::world::World;

use mm::quantity::{MeminfoLine, NODE_ITEMS, NUMA_ITEMS, ZONE_ITEMS};

const ROOT: &str = "/sys/devices/system/node/";

/// Writes a file of all nodes.
type Print = fn(&World) -> String;
/// Writes a file of one node.
type PrintNode = fn(&World, NodeId) -> String;

/// Every node of ours has memory and is online.
const FILES: &[(&str, Print)] = &[
    ("has_cpu", has_cpu),
    ("has_memory", all_nodes),
    ("has_normal_memory", all_nodes),
    ("online", all_nodes),
    ("possible", all_nodes),
];

const NODE_FILES: &[(&str, PrintNode)] = &[
    ("cpulist", cpulist),
    ("distance", distance),
    ("meminfo", meminfo),
    ("numastat", numastat),
    ("vmstat", vmstat),
];

/// Lists the files that there are.
pub(super) fn files(world: &World) -> Vec<String> {
    if !world.phys.has_numa_stats() {
        return Vec::new();
    }
    let of_all = FILES.iter().map(|(file, _)| format!("{ROOT}{file}"));
    let nodes = world.phys.nodes().iter();
    let of_each = nodes
        .flat_map(|node| NODE_FILES.iter().map(move |(file, _)| format!("{ROOT}node{}/{file}", node.id.0)));
    of_all.chain(of_each).collect()
}

/// Returns the text of a file, `None` when there is none of this path.
pub(super) fn text(world: &World, path: &str) -> Option<String> {
    let path = path.strip_prefix(ROOT).filter(|_| world.phys.has_numa_stats())?;
    if let Some((_, print)) = FILES.iter().find(|(file, _)| *file == path) {
        return Some(print(world));
    }
    let (node, file) = path.strip_prefix("node")?.split_once('/')?;
    let node = world.phys.nodes().iter().find(|known| known.id.0.to_string() == node)?.id;
    let (_, print) = NODE_FILES.iter().find(|(known, _)| *known == file)?;
    Some(print(world, node))
}

/// Writes numbers as the kernel's `%*pbl`: `0-1,3`.
fn list(numbers: impl Iterator<Item = u8>) -> String {
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            Some(_) | None => runs.push((number, number)),
        }
    }
    let run = |(first, last): (u8, u8)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    runs.into_iter().map(run).collect::<Vec<_>>().join(",") + "\n"
}

fn all_nodes(world: &World) -> String {
    list(world.phys.nodes().iter().map(|node| node.id.0))
}

fn has_cpu(world: &World) -> String {
    let nodes = world.phys.nodes().iter().map(|node| node.id);
    list(nodes.filter(|&node| cpus(world, node).next().is_some()).map(|node| node.0))
}

fn cpus(world: &World, node: NodeId) -> impl Iterator<Item = u8> + '_ {
    (0..world.phys.cpus()).filter(move |&cpu| world.phys.node_of_cpu(CpuId(cpu)) == node)
}

fn cpulist(world: &World, node: NodeId) -> String {
    list(cpus(world, node))
}

fn distance(world: &World, node: NodeId) -> String {
    let to = world.phys.nodes().iter().map(|other| world.phys.distance(node, other.id).to_string());
    to.collect::<Vec<_>>().join(" ") + "\n"
}

fn zones(world: &World, node: NodeId) -> impl Iterator<Item = ZoneId> + '_ {
    world.phys.zones().iter().filter(move |(_, zone)| zone.node == node).map(|(id, _)| id)
}

/// The lines that the model has, 6.1 `node_read_meminfo`.
fn meminfo(world: &World, node: NodeId) -> String {
    let phys = &world.phys;
    let stat = |item| phys.frames.vmstat.node(node, item);
    let total: u64 = zones(world, node).map(|zone| u64::from(phys.zone(zone).managed)).sum();
    let free: u64 = zones(world, node).map(|zone| phys.frames.vmstat.zone(zone, ZoneStat::NrFreePages)).sum();
    let (reclaimable, unreclaimable) =
        (stat(NodeStat::NrSlabReclaimable), stat(NodeStat::NrSlabUnreclaimable));
    let lines = [
        (MeminfoLine::MemTotal.name(), total),
        (MeminfoLine::MemFree.name(), free),
        ("MemUsed", total - free),
        (MeminfoLine::InactiveAnon.name(), stat(NodeStat::NrInactiveAnon)),
        (MeminfoLine::AnonPages.name(), stat(NodeStat::NrAnonPages)),
        (MeminfoLine::PageTables.name(), stat(NodeStat::NrPageTablePages)),
        (MeminfoLine::KReclaimable.name(), reclaimable + stat(NodeStat::NrKernelMiscReclaimable)),
        (MeminfoLine::Slab.name(), reclaimable + unreclaimable),
        (MeminfoLine::SReclaimable.name(), reclaimable),
        (MeminfoLine::SUnreclaim.name(), unreclaimable),
    ];
    let mut out = String::new();
    for (name, pages) in lines {
        let _ = writeln!(out, "Node {} {:<16}{:>8} kB", node.0, format!("{name}:"), pages * 4);
    }
    out
}

fn numa(world: &World, node: NodeId, item: NumaStat) -> u64 {
    zones(world, node).map(|zone| world.phys.frames.vmstat.numa(zone, item)).sum()
}

/// 6.1 `node_read_numastat`; pages laid out in turn by a policy are not modelled.
fn numastat(world: &World, node: NodeId) -> String {
    let lines = [
        ("numa_hit", NumaStat::NumaHit),
        ("numa_miss", NumaStat::NumaMiss),
        ("numa_foreign", NumaStat::NumaForeign),
        ("local_node", NumaStat::NumaLocal),
        ("other_node", NumaStat::NumaOther),
    ];
    let line = |(name, item)| format!("{name} {}\n", numa(world, node, item));
    lines.map(line).concat()
}

/// 6.1 `node_read_vmstat`: a node's share of the first part of `/proc/vmstat`.
fn vmstat(world: &World, node: NodeId) -> String {
    let phys = &world.phys;
    let mut out = String::new();
    for item in ZONE_ITEMS {
        let pages: u64 = zones(world, node).map(|zone| phys.frames.vmstat.zone(zone, *item)).sum();
        let _ = writeln!(out, "{} {pages}", item.name());
    }
    for item in NUMA_ITEMS {
        let _ = writeln!(out, "{} {}", item.name(), numa(world, node, *item));
    }
    for item in NODE_ITEMS {
        let _ = writeln!(out, "{} {}", item.name(), phys.frames.vmstat.node(node, *item));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_a_row_are_one_run() {
        for (numbers, expected) in
            [(&[] as &[u8], "\n"), (&[0], "0\n"), (&[0, 1, 3], "0-1,3\n"), (&[1, 2, 3], "1-3\n")]
        {
            assert_eq!(list(numbers.iter().copied()), expected);
        }
    }
}
