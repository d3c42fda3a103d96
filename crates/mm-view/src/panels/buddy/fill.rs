//! The free lists of a zone, and what the command did to them.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "few of the many events move a block; the others say nothing here"
)]

use std::collections::BTreeMap;

use mm::config::CpuId;
use mm::event::Event;
use mm::phys::buddy;
use mm::phys::buddy::pcp;
use mm::phys::zone::migratetype::MigrateType;
use mm::phys::zone::vmstat::ZoneStat;
use mm::phys::zone::{Wmark, ZoneId};
use mm::trace::Step;
use mm::units::{MAX_ORDER, Order, PAGE_SHIFT, Pfn, count};

use crate::panels::Moment;
use crate::panels::buddy::{
    BuddyView, Cell, Changes, CpuRow, MigrateName, Move, OrderRow, Room, Tally, cell,
};
use crate::panels::fill::{migrate, zone_name};

/// A list: of a CPU or of the buddy, by order and type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ListKey {
    Buddy(Order, u8),
    Cpu(u8, u8),
}

/// Fills the view of a zone, given by node and place in the node; else of the zone that the
/// command used last, else of the largest.
pub fn buddy(at: Moment<'_>, zone: Option<(u8, u8)>) -> BuddyView {
    let phys = &at.world.phys;
    let zones: Vec<ZoneId> =
        phys.zones().iter().filter(|(_, zone)| zone.is_populated()).map(|(id, _)| id).collect();
    let named = |&&id: &&ZoneId| {
        let zone_at = phys.zone(id);
        Some((zone_at.node.0, zone_at.class)) == zone
    };
    let used = || at.done().iter().rev().find_map(zone_of).filter(|id| zones.contains(id));
    let largest = || zones.iter().copied().max_by_key(|&id| phys.zone(id).managed);
    let id = zones.iter().find(named).copied().or_else(used).or_else(largest).unwrap_or(ZoneId(0));
    let changes = changes(at.done(), id);
    let types = types(at, id, &changes);
    let free = phys.frames.vmstat.zone(id, ZoneStat::NrFreePages);
    BuddyView {
        zone: zones.iter().position(|&other| other == id).unwrap_or(0),
        zones: zones.iter().map(|&id| zone_name(at.world, id)).collect(),
        free,
        marks: [Wmark::Min, Wmark::Low, Wmark::High].map(|mark| phys.zones().watermark(id, mark)),
        cpus: (0..phys.cpus()).map(|cpu| cpu_row(at, id, CpuId(cpu), &types, &changes)).collect(),
        orders: Order::ZERO
            .and_up()
            .map(|order| order_row(at, (id, order), &types, &changes, free))
            .collect(),
        takes: changes.values().any(|change| !change.taken.is_empty()),
        puts: puts(at.done(), id),
        moves: moves(at.done(), id, &types),
        fallback: crate::panels::fallback::fill::fallback(at, id),
        types,
    }
}

fn zone_of(step: &Step) -> Option<ZoneId> {
    match step.event {
        Event::Buddy(
            buddy::Event::Take { zone, .. }
            | buddy::Event::Split { zone, .. }
            | buddy::Event::Merge { zone, .. }
            | buddy::Event::Insert { zone, .. }
            | buddy::Event::Move { zone, .. },
        )
        | Event::Pcp(pcp::Event::Get { zone, .. } | pcp::Event::Put { zone, .. }) => Some(zone),
        _ => None,
    }
}

/// Replays the events of the command on the names of the blocks alone.
fn changes(done: &[Step], id: ZoneId) -> BTreeMap<ListKey, Changes> {
    let mut changes: BTreeMap<ListKey, Tally> = BTreeMap::new();
    for step in done {
        match step.event {
            Event::Buddy(event) => of_buddy(&mut changes, event, id),
            Event::Pcp(event) => of_cpu(&mut changes, event, id),
            _ => {}
        }
    }
    let net = |(list, tally): (ListKey, Tally)| match list {
        ListKey::Buddy(..) => (list, tally.changes()),
        ListKey::Cpu(..) => (list, tally.gone()),
    };
    changes.into_iter().map(net).collect()
}

fn of_buddy(changes: &mut BTreeMap<ListKey, Tally>, event: buddy::Event, id: ZoneId) {
    let key = |order: Order, mt: MigrateType| ListKey::Buddy(order, mt.code());
    match event {
        buddy::Event::Take { zone, order, mt, pfn } if zone == id => take(changes, key(order, mt), pfn),
        buddy::Event::Split { zone, order, mt, back, .. } if zone == id => put(changes, key(order, mt), back),
        buddy::Event::Merge { zone, order, buddy, buddy_mt, .. } if zone == id => {
            take(changes, key(order, buddy_mt), buddy);
        }
        buddy::Event::Insert { zone, order, mt, pfn, .. } if zone == id => put(changes, key(order, mt), pfn),
        buddy::Event::Move { zone, order, pfn, from, to } if zone == id => {
            take(changes, key(order, from), pfn);
            put(changes, key(order, to), pfn);
        }
        _ => {}
    }
}

fn of_cpu(changes: &mut BTreeMap<ListKey, Tally>, event: pcp::Event, id: ZoneId) {
    let key = |cpu: CpuId, mt: MigrateType| ListKey::Cpu(cpu.0, mt.code());
    match event {
        pcp::Event::Stock { zone, cpu, order: Order::ZERO, mt, pfn }
        | pcp::Event::Put { zone, cpu, order: Order::ZERO, mt, pfn, .. }
            if zone == id =>
        {
            put(changes, key(cpu, mt), pfn);
        }
        pcp::Event::Get { zone, cpu, order: Order::ZERO, mt, pfn, .. }
        | pcp::Event::Drain { zone, cpu, order: Order::ZERO, mt, pfn }
            if zone == id =>
        {
            take(changes, key(cpu, mt), pfn);
        }
        _ => {}
    }
}

fn take(changes: &mut BTreeMap<ListKey, Tally>, list: ListKey, pfn: Pfn) {
    changes.entry(list).or_default().take(pfn.0);
}

fn put(changes: &mut BTreeMap<ListKey, Tally>, list: ListKey, pfn: Pfn) {
    changes.entry(list).or_default().put(pfn.0);
}

/// U, M and R, and every other type that has a block or had one.
fn types(at: Moment<'_>, id: ZoneId, changes: &BTreeMap<ListKey, Changes>) -> Vec<MigrateName> {
    let has_any = |mt: MigrateType| {
        Order::ZERO.and_up().any(|order| {
            changes.contains_key(&ListKey::Buddy(order, mt.code()))
                || at.world.phys.free_list(id, order, mt).next().is_some()
        })
    };
    MigrateType::ALL.into_iter().filter(|&mt| mt.is_on_cpu_lists() || has_any(mt)).map(migrate).collect()
}

fn type_of(name: MigrateName) -> MigrateType {
    MigrateType::ALL.into_iter().find(|&mt| migrate(mt) == name).unwrap_or(MigrateType::Movable)
}

fn cpu_row(
    at: Moment<'_>,
    id: ZoneId,
    cpu: CpuId,
    types: &[MigrateName],
    changes: &BTreeMap<ListKey, Changes>,
) -> CpuRow {
    let phys = &at.world.phys;
    let none = Changes::default();
    let cells: Vec<Cell> = types
        .iter()
        .map(|&name| {
            let mt = type_of(name);
            if !mt.is_on_cpu_lists() {
                return Cell::default();
            }
            let Some(list) = pcp::list_index(Order::ZERO, mt, phys.pageblock_order()) else {
                return Cell::default();
            };
            let changed = changes.get(&ListKey::Cpu(cpu.0, mt.code())).unwrap_or(&none);
            let length = count(phys.pcp_list(id, cpu, list).count());
            let last = phys.frames.mem_map.last(phys.lists().pcp(id, cpu, list)).map(|pfn| pfn.0);
            cell(phys.pcp_list(id, cpu, list).map(|pfn| pfn.0), last, length, changed, Room::of(name))
        })
        .collect();
    let frames = u32::try_from(phys.pcp().count(id, cpu)).unwrap_or(u32::MAX);
    let single: u32 = cells.iter().map(|cell| cell.count).sum();
    CpuRow { cpu: cpu.0, frames, cells, higher_frames: frames.saturating_sub(single) }
}

fn order_row(
    at: Moment<'_>,
    (id, order): (ZoneId, Order),
    types: &[MigrateName],
    changes: &BTreeMap<ListKey, Changes>,
    free: u64,
) -> OrderRow {
    let phys = &at.world.phys;
    let blocks = phys.nr_free(id, order);
    let none = Changes::default();
    // The longest list, nearly always the movable one, is not walked: it is what the others leave.
    let walked = |mt: MigrateType| count(phys.free_list(id, order, mt).count());
    let others: u32 =
        types.iter().filter(|&&name| name != MigrateName::Movable).map(|&name| walked(type_of(name))).sum();
    let cells = types.iter().map(|&name| {
        let mt = type_of(name);
        let length = match name {
            MigrateName::Movable => u32::try_from(blocks).unwrap_or(u32::MAX).saturating_sub(others),
            MigrateName::Unmovable
            | MigrateName::Reclaimable
            | MigrateName::HighAtomic
            | MigrateName::Cma
            | MigrateName::Isolate => walked(mt),
        };
        let changed = changes.get(&ListKey::Buddy(order, mt.code())).unwrap_or(&none);
        let last = phys.frames.mem_map.last(phys.lists().free(id, order, mt)).map(|pfn| pfn.0);
        cell(phys.free_list(id, order, mt).map(|pfn| pfn.0), last, length, changed, Room::of(name))
    });
    let frames = blocks << order.get();
    OrderRow {
        order: order.get(),
        bytes: 1 << (PAGE_SHIFT + u32::from(order.get())),
        blocks,
        cells: cells.collect(),
        permille: (frames * 1000 + free / 2)
            .checked_div(free)
            .and_then(|part| u32::try_from(part).ok())
            .unwrap_or(0),
    }
}

/// Names the function that put blocks on lists last.
fn puts(done: &[Step], id: ZoneId) -> Option<&'static str> {
    done.iter().rev().find_map(|step| match step.event {
        Event::Buddy(buddy::Event::Split { zone, .. }) if zone == id => Some("expand"),
        Event::Buddy(buddy::Event::Insert { zone, .. }) if zone == id => Some("__free_one_page"),
        _ => None,
    })
}

/// The last chain of splits after one take, or the last merge, among the steps that are done.
fn moves(done: &[Step], id: ZoneId, types: &[MigrateName]) -> Vec<Move> {
    let mut chain: Vec<Move> = Vec::new();
    let mut from: Option<(Order, u32)> = None;
    for step in done.iter().rev().take(4 * MAX_ORDER).rev() {
        let Event::Buddy(event) = step.event else { continue };
        match event {
            buddy::Event::Take { zone, order, pfn, .. } if zone == id => {
                from = Some((order, pfn.0));
                chain.clear();
            }
            buddy::Event::Split { zone, order, mt, back, .. } if zone == id => {
                if let (Some((from_order, from_pfn)), Some(column)) =
                    (from, types.iter().position(|&name| name == migrate(mt)))
                {
                    let (from_order, to_order) = (from_order.get(), order.get());
                    chain.push(Move { from_order, from_pfn, to_order, to_pfn: back.0, column });
                }
                from = Some((order, back.0));
            }
            buddy::Event::Merge { zone, order, buddy, .. } if zone == id => {
                chain.clear();
                from = Some((order, buddy.0));
            }
            buddy::Event::Insert { zone, order, mt, pfn, .. } if zone == id => {
                chain.clear();
                if let (Some((from_order, from_pfn)), Some(column)) =
                    (from.take(), types.iter().position(|&name| name == migrate(mt)))
                {
                    chain.push(Move {
                        from_order: from_order.get(),
                        from_pfn,
                        to_order: order.get(),
                        to_pfn: pfn.0,
                        column,
                    });
                }
            }
            _ => {}
        }
    }
    chain
}
