//! Nodes: what `/sys/devices/system/node` tells of each, and where memory comes from when a
//! node is used up.

use crate::replay::state::of_number;
use crate::replay::{Booted, booted_like};
use mm::config::{CpuId, NodeId};
use mm::phys::zone::vmstat::{NumaStat, ZoneStat};
use mm::phys::zone::{Wmark, ZoneId, ZoneKind};
use mm::phys::{AllocRequest, NoRelief, Phys};
use mm::trace::{Detail, Trace};
use mm::units::Order;
use mm::world::World;

use super::{Capture, Class, Comparison, Part, Skipped, Stop, Tally, form, identities};
use mm_view::proc;

/// Files of each node, one after the other behind their paths.
pub const NODES: Comparison = Comparison {
    kind: "nodes",
    recognises: |capture| capture.text.lines().any(|line| line.starts_with(HEAD)),
    compare: nodes,
};

/// A process that takes memory until the other node must give some.
pub const SPILL: Comparison = Comparison {
    kind: "numa",
    recognises: |capture| capture.text.lines().any(|line| line.starts_with(SPILLED)),
    compare: spill,
};

const HEAD: &str = "==> /sys/devices/system/node/node";
const SPILLED: &str = "default policy: first page from node ";

fn nodes(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let world = World::boot(capture.folder.machine()?);
    let mut tally = Tally::default();
    let mut lines = (1..).zip(capture.text.lines()).peekable();
    while let Some((at, line)) = lines.next() {
        let Some(path) = line.strip_prefix("==> ").map(str::trim_end) else { continue };
        let mut section = Vec::new();
        while let Some((_, line)) = lines.next_if(|(_, line)| !line.starts_with("==> ")) {
            section.push(line);
        }
        let Some(ours) = proc::text(&world, path) else {
            tally.compare(Class::Form, at, path, "a file", "none");
            continue;
        };
        identities::compare(&mut tally, (at + 1..).zip(section.iter().copied()));
        file(&mut tally, at, path, &section, &ours);
    }
    tally.skipped.push(Part::Programs.into());
    Ok(tally)
}

/// Compares one file: all of those that only the machine decides, else the form and what only
/// the machine decides.
fn file(tally: &mut Tally, at: u32, path: &str, real: &[&str], ours: &str) {
    let name = path.rsplit('/').next().unwrap_or(path);
    if ["cpulist", "distance"].contains(&name) {
        tally.compare(Class::Informative, at + 1, name, real.join("\n").trim(), ours.trim());
        return;
    }
    form::compare(tally, ours, &real.join("\n"));
    let total = |line: &&&str| line.contains(" MemTotal:");
    if let Some(real) = real.iter().find(total) {
        let ours = ours.lines().find(|line| line.contains(" MemTotal:")).unwrap_or("-");
        tally.compare_line(Class::Informative, at + 1, name, real, ours);
    }
}

/// Returns the zones that `line` and those behind it print, with their numbers: `Node 0, zone
/// DMA`, `pages free 460`, `min 14` ...
fn zone_numbers(text: &str) -> Vec<(u32, NodeId, ZoneKind, &str, u64)> {
    let mut zone = None;
    let mut numbers = Vec::new();
    for (at, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        match (words.as_slice(), zone) {
            (["Node", node, "zone", kind], _) => {
                let node = node.trim_end_matches(',').parse().ok().map(NodeId);
                zone = node.zip(ZoneKind::from_name(kind));
            }
            (["pages", name, value] | [name @ ("min" | "low" | "high"), value], Some((node, kind))) => {
                if let Ok(value) = value.parse() {
                    numbers.push((at, node, kind, *name, value));
                }
            }
            _ => zone = None,
        }
    }
    numbers
}

fn mark(name: &str) -> Option<Wmark> {
    match name {
        "min" => Some(Wmark::Min),
        "low" => Some(Wmark::Low),
        "high" => Some(Wmark::High),
        _ => None,
    }
}

fn spill(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let config = capture.folder.machine()?;
    let numbers = zone_numbers(capture.text);
    let has = |phys: &Phys, &(_, node, kind, name, real): &(u32, NodeId, ZoneKind, &str, u64)| {
        let zone = phys.find_zone(node, kind);
        let ours = zone.zip(mark(name)).map(|(zone, mark)| phys.zones().watermark(zone, mark));
        ours.is_none_or(|ours| ours == real)
    };
    let Booted { phys, marks } = booted_like(&config, |phys| numbers.iter().all(|number| has(phys, number)));
    let mut world = World { phys, ..World::boot(config) };
    // The run before this one read every tunable, which computes the reserves anew.
    world.phys.renew_lowmem_reserve(&mut Trace::new(Detail::Off));
    let mut tally = Tally::default();
    for (at, node, kind, name, real) in &numbers {
        let zone = world.phys.find_zone(*node, *kind);
        if let Some((zone, mark)) = zone.zip(mark(name)) {
            let ours = world.phys.zones().watermark(zone, mark);
            let what = format_args!("node {} {} {name}", node.0, kind.name());
            tally.compare(of_number(marks, *real), *at, what, real, &ours);
        }
    }
    distances(&mut tally, capture.text, &world);
    touch(&mut tally, capture.text, &mut world);
    used_up(&mut tally, &numbers, &mut world);
    counters(&mut tally, capture.text, &world);
    tally.skipped.push(Part::Policies.into());
    tally.skipped.push(Skipped::WithinBatch);
    Ok(tally)
}

/// Compares the lines of distances at the head of the file.
fn distances(tally: &mut Tally, text: &str, world: &World) {
    let is_row = |line: &str| line.split(' ').all(|word| word.parse::<u32>().is_ok());
    let rows = (1..).zip(text.lines()).filter(|(_, line)| is_row(line));
    for ((at, real), node) in rows.zip(world.phys.nodes()) {
        let path = format!("/sys/devices/system/node/node{}/distance", node.id.0);
        let ours = proc::text(world, &path).unwrap_or_default();
        tally.compare(Class::Informative, at, "distance", real, ours.trim());
    }
}

fn user_page() -> AllocRequest {
    AllocRequest::new(Order::ZERO, mm::gfp::Gfp::HIGHUSER_MOVABLE)
}

/// Compares where the pages of a process without a policy lie.
fn touch(tally: &mut Tally, text: &str, world: &mut World) {
    let line = (1..).zip(text.lines()).find(|(_, line)| line.starts_with("default: node0="));
    let Some((at, real)) = line else { return };
    let counts = real.split_once(" none=").map_or(real, |(counts, _)| counts);
    let numbers = counts.split(' ').filter_map(|word| word.split_once('=')?.1.parse::<u64>().ok());
    let pages = numbers.fold(0, u64::saturating_add);
    let mut tr = Trace::new(Detail::Off);
    let mut by_node = vec![0_u64; world.phys.nodes().len()];
    for _ in 0..pages {
        let Some(pfn) = world.phys.alloc_pages(user_page(), &mut NoRelief, &mut tr) else { break };
        let node = world.phys.zone(world.phys.zone_of(pfn)).node;
        by_node[usize::from(node.0)] += 1;
    }
    let ours = by_node.iter().enumerate().map(|(node, pages)| format!(" node{node}={pages}"));
    let ours = format!("default:{}", ours.collect::<String>());
    tally.compare(Class::Informative, at, "pages by node", counts, &ours);
}

/// Takes pages until one comes from another node, and compares how far the own zones were used.
fn used_up(tally: &mut Tally, numbers: &[(u32, NodeId, ZoneKind, &str, u64)], world: &mut World) {
    let mut tr = Trace::new(Detail::Off);
    while let Some(pfn) = world.phys.alloc_pages(user_page(), &mut NoRelief, &mut tr) {
        if world.phys.zone(world.phys.zone_of(pfn)).node != NodeId(0) {
            break;
        }
    }
    for &(at, node, kind, name, real) in numbers {
        let Some(zone) = world.phys.find_zone(node, kind).filter(|_| name == "free" && node == NodeId(0))
        else {
            continue;
        };
        let what = format!("node {} {} free, then another node", node.0, kind.name());
        // A processor takes a batch at once: where in the last one a zone stops is chance.
        let stop = |free: u64| {
            free.saturating_sub(bound(world, zone)).div_ceil(world.phys.pcp().batch(zone, CpuId(0)))
        };
        let ours = world.phys.frames.vmstat.zone(zone, ZoneStat::NrFreePages);
        if world.phys.zone(zone).is_populated() {
            tally.compare(Class::Informative, at, &what, &stop(real), &stop(ours));
            let batch = world.phys.pcp().batch(zone, CpuId(0));
            let above = |free: u64| free.saturating_add(batch) > bound(world, zone);
            tally.compare(Class::Informative, at, &what, &above(real), &above(ours));
        } else {
            tally.compare(of_number(Class::Informative, real), at, &what, &real, &ours);
        }
    }
}

/// Returns the free pages that a zone keeps from a process's pages before the slow path.
fn bound(world: &World, zone: ZoneId) -> u64 {
    let class = world.phys.kinds().iter().position(|&kind| kind == ZoneKind::Movable).unwrap_or(0);
    let class = u8::try_from(class).unwrap_or(0);
    world.phys.zones().watermark(zone, Wmark::Low) + world.phys.zones().lowmem_reserve(zone, class)
}

/// Compares the last counters of the file, those of the own node: it missed nothing, all its
/// pages were local, and others stood in for it.
fn counters(tally: &mut Tally, text: &str, world: &World) {
    let lines: Vec<(u32, &str)> = (1..).zip(text.lines()).collect();
    let Some(start) = lines.iter().rposition(|(_, line)| line.starts_with("numa_hit ")) else { return };
    identities::compare(tally, lines[start..].iter().copied());
    let zones = || world.phys.zones().iter().filter(|(_, zone)| zone.node == NodeId(0)).map(|(id, _)| id);
    let ours = |item| -> u64 { zones().map(|zone| world.phys.frames.vmstat.numa(zone, item)).sum() };
    for (name, item) in [
        ("numa_miss", NumaStat::NumaMiss),
        ("numa_foreign", NumaStat::NumaForeign),
        ("other_node", NumaStat::NumaOther),
    ] {
        let real = lines[start..].iter().find_map(|(at, line)| {
            let (found, value) = line.split_once(' ')?;
            (found == name).then_some((*at, value.parse::<u64>().ok()?))
        });
        if let Some((at, real)) = real {
            let (real, ours) = (real > 0, ours(item) > 0);
            tally.compare(Class::against(&false, &real), at, format_args!("{name} > 0"), &real, &ours);
        }
    }
}
