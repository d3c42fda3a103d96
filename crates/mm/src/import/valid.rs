//! What a dump must satisfy beyond its syntax, so that a machine can be made of it.

use std::collections::BTreeSet;

use crate::config::Arch;
use crate::import::freelists::{FreelistsState, ZoneState};
use crate::import::text::{DumpError, Expected};
use crate::phys::buddy::pcp::list_order;
use crate::phys::zone::ZoneKind;
use crate::sort::sort_by_number;
use crate::units::{Order, Pfn, count};

/// Frames a machine of ours may have: 1 TB.
const FRAMES_MAX: u32 = 1 << 28;
/// Nodes a dump may name.
const NODES_MAX: u8 = 16;
/// Processors a dump may name.
const CPUS_MAX: u8 = 64;
/// Largest `free_factor`, `CONFIG_PCP_BATCH_SCALE_MAX`.
const FREE_FACTOR_MAX: u64 = 5;

/// Tests a dump as a whole.
pub(super) fn validate(state: &FreelistsState) -> Result<(), DumpError> {
    let arch = state.machine().arch;
    let mut names = BTreeSet::new();
    let mut spans: Vec<(Pfn, Pfn)> = Vec::new();
    for zone in &state.zones {
        validate_numbers(zone)?;
        let is_new = names.insert((zone.node, zone.kind));
        if !is_new || !ZoneKind::of_arch(arch).contains(&zone.kind) || zone.node.0 >= NODES_MAX {
            return Err(lacks(zone, Expected::ZoneName));
        }
        let span = (zone.start, Pfn(zone.start.0 + zone.spanned));
        if spans.iter().any(|other| span.0 < other.1 && other.0 < span.1) {
            return Err(lacks(zone, Expected::Number("start_pfn")));
        }
        spans.push(span);
        validate_types(zone, arch)?;
        validate_blocks(zone, arch)?;
    }
    Ok(())
}

fn lacks(zone: &ZoneState, expected: Expected) -> DumpError {
    DumpError { line: zone.line, expected }
}

/// Tests that the numbers of a zone are of a machine that we can hold.
fn validate_numbers(zone: &ZoneState) -> Result<(), DumpError> {
    let end = u64::from(zone.start.0) + u64::from(zone.spanned);
    let frames = u64::from(FRAMES_MAX);
    let is_small = |numbers: &[u64]| numbers.iter().all(|&number| number <= frames);
    let tests = [
        ("spanned", zone.spanned > 0 && end <= frames),
        ("present", zone.present <= zone.spanned),
        ("managed", zone.managed <= zone.present),
        ("free", zone.free.unsigned_abs() <= frames),
        ("min", is_small(&zone.marks)),
        ("boost", zone.boost <= frames),
        ("lowmem_reserve", is_small(&zone.lowmem_reserve)),
        ("highatomic", zone.highatomic <= frames),
        ("stat_threshold", zone.stat_threshold <= frames),
        ("diff", zone.diffs.iter().all(|diff| diff.unsigned_abs() <= frames)),
        ("cpu", zone.cpus.iter().all(|pcp| pcp.cpu.0 < CPUS_MAX)),
        ("count", zone.cpus.iter().all(|pcp| is_small(&[pcp.count, pcp.high, pcp.batch]))),
        ("free_factor", zone.cpus.iter().all(|pcp| pcp.free_factor <= FREE_FACTOR_MAX)),
    ];
    match tests.iter().find(|(_, holds)| !holds) {
        Some((name, _)) => Err(lacks(zone, Expected::Number(name))),
        None => Ok(()),
    }
}

/// Tests that pageblocks are of the architecture's size and lie within memory that we can hold.
fn validate_types(zone: &ZoneState, arch: Arch) -> Result<(), DumpError> {
    let Some(blocks) = &zone.pageblocks else { return Ok(()) };
    if blocks.order != arch.pageblock_order() {
        return Err(lacks(zone, Expected::Order));
    }
    let pages = u64::from(blocks.order.pages()) * u64::from(count(blocks.types.len()));
    let is_held = u64::from(blocks.first.0) + pages <= u64::from(FRAMES_MAX);
    if is_held { Ok(()) } else { Err(lacks(zone, Expected::Number("first_pfn"))) }
}

/// Tests that no frame is free twice, and that lists keep blocks of their own order.
fn validate_blocks(zone: &ZoneState, arch: Arch) -> Result<(), DumpError> {
    let mut blocks: Vec<(Pfn, Order)> = Vec::new();
    for list in &zone.free_lists {
        blocks.extend(list.blocks.iter().map(|&pfn| (pfn, list.order)));
    }
    for list in zone.cpus.iter().flat_map(|pcp| &pcp.lists) {
        if list_order(list.index, arch.pageblock_order()) != list.order {
            return Err(lacks(zone, Expected::Order));
        }
        blocks.extend(list.blocks.iter().map(|&pfn| (pfn, list.order)));
    }
    sort_by_number(&mut blocks, |&(pfn, _)| pfn.0.into());
    let is_apart = |pair: &[(Pfn, Order)]| pair[0].0.0 + pair[0].1.pages() <= pair[1].0.0;
    if !blocks.windows(2).all(is_apart) {
        return Err(lacks(zone, Expected::DisjointBlocks));
    }
    // What a processor counts it must find: it drains until it has.
    for pcp in &zone.cpus {
        let pages = |order: Order, blocks: &[Pfn]| u64::from(order.pages()) * u64::from(count(blocks.len()));
        let listed: u64 = pcp.lists.iter().map(|list| pages(list.order, &list.blocks)).sum();
        if listed != pcp.count {
            return Err(lacks(zone, Expected::Number("count")));
        }
    }
    let mut lists = BTreeSet::new();
    let is_once = zone.free_lists.iter().all(|list| lists.insert((list.order, list.mt)));
    if is_once { Ok(()) } else { Err(lacks(zone, Expected::Line("free"))) }
}
