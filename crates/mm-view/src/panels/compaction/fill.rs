//! A zone as compaction sees it.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many events those of compaction say where the scanners are"
)]

use std::collections::BTreeSet;

use mm::event::Event;
use mm::gfp::Gfp;
use mm::phys::compaction::{
    CompactResult, CompactTunable, Demand, Event as Said, NodeField, Suitability, ZoneField,
};
use mm::phys::zone::node::highest_class;
use mm::phys::zone::watermark::Privileges;
use mm::phys::zone::{Wmark, ZoneId};
use mm::store::mem_map::CHUNK_PAGES;
use mm::store::{Kind, MemMap};
use mm::units::{Order, Pfn, low8};

use crate::panels::compaction::{
    Answer, BlockCell, CELLS_MAX, CachedPositions, CompactOutlook, CompactionView, Deferral, MOVES_MAX,
    OrderIndex, RunView,
};
use crate::panels::fill::{migrate, zone_name};
use crate::panels::{Moment, Run};

/// Steps of the command that are looked back through for a run.
const LOOK_BACK: usize = 100_000;

/// Fills the view of a zone, given by node and place in the node; else of the zone that was
/// compacted last, else of the largest. `order` is that of the request that is asked about.
pub fn compaction(at: Moment<'_>, zone: Option<(u8, u8)>, order: Option<u8>) -> CompactionView {
    let phys = &at.world.phys;
    let zones: Vec<ZoneId> =
        phys.zones().iter().filter(|(_, zone)| zone.is_populated()).map(|(id, _)| id).collect();
    let named = |&&id: &&ZoneId| Some((phys.zone(id).node.0, phys.zone(id).class)) == zone;
    let begun = || {
        at.done().iter().rev().take(LOOK_BACK).find_map(|step| match step.event {
            Event::Compaction(Said::Begin { zone, .. }) => Some(zone),
            _ => None,
        })
    };
    let largest = || zones.iter().copied().max_by_key(|&id| phys.zone(id).managed);
    let id = zones.iter().find(named).copied().or_else(begun).or_else(largest).unwrap_or(ZoneId(0));
    let geometry = phys.zone(id);
    let memory = phys.compaction();
    let deferral = phys.deferral(id);
    let (low, high) = phys.fragmentation_score_marks();
    let asked = low8(memory.node(geometry.node, NodeField::MaxOrder));
    let (per_cell, cells) = cells(at, id);
    CompactionView {
        zone: zones.iter().position(|&other| other == id).unwrap_or(0),
        zones: zones.iter().map(|&id| zone_name(at.world, id)).collect(),
        span: Run { start: geometry.start.0, end: geometry.end().0 },
        pageblock_frames: phys.pageblock_order().pages(),
        per_cell,
        cells,
        cached: cached(at, id),
        run: run(at, id),
        orders: Order::ZERO.and_up().map(|order| index_of(at, id, order)).collect(),
        threshold: memory.tunable(CompactTunable::ExtfragThreshold),
        outlook: outlook(at, id, order.unwrap_or(phys.pageblock_order().get())),
        deferral: Deferral {
            order_failed: deferral.order_failed,
            considered: deferral.considered,
            limit: deferral.limit,
        },
        score: (phys.fragmentation_score(geometry.node), low, high),
        kcompactd: (asked > 0).then_some(asked),
    }
}

/// Pageblocks of the zone, several to a cell where there are many.
fn cells(at: Moment<'_>, id: ZoneId) -> (u32, Vec<BlockCell>) {
    let phys = &at.world.phys;
    let (zone, size) = (phys.zone(id), phys.pageblock_order().pages());
    let (first, last) = (zone.start.0 / size, (zone.end().0 - 1) / size);
    let per_cell = (last - first + 1).div_ceil(CELLS_MAX).max(1);
    let mut touched = BTreeSet::new();
    touched.extend(
        at.step_deltas().iter().filter_map(|delta| MemMap::slot_pfn(delta.slot)).map(|pfn| pfn.0 / size),
    );
    let cell = |nth: u32| {
        let start = first + nth * per_cell;
        let end = (start + per_cell).min(last + 1);
        let mut cell = BlockCell {
            block: start,
            migrate: migrate(phys.pageblock_type(Pfn(start * size))),
            skipped: 0,
            movable: 0,
            free: 0,
            fixed: 0,
            changed: touched.range(start..end).next().is_some(),
        };
        for block in start..end {
            cell.skipped += u32::from(phys.compaction().skips(Pfn(block * size)));
            add(
                &mut cell,
                &phys.frames.mem_map,
                block * size,
                ((block + 1) * size).min(phys.frames.mem_map.end().0),
            );
        }
        cell
    };
    (per_cell, (0..(last - first + 1).div_ceil(per_cell)).map(cell).collect())
}

/// Adds the frames `start..end` by their use, from the counts of the chunks.
fn add(cell: &mut BlockCell, map: &MemMap, start: u32, end: u32) {
    let mut at = start;
    while at < end {
        for (kind, &part) in Kind::ALL.iter().zip(map.kind_counts(Pfn(at))) {
            let part = u32::from(part);
            match kind {
                Kind::Anon | Kind::File => cell.movable += part,
                Kind::Free | Kind::Pcp => cell.free += part,
                Kind::Hole => {}
                Kind::Reserved | Kind::Unknown | Kind::Kernel | Kind::PageTable | Kind::Slab => {
                    cell.fixed += part;
                }
            }
        }
        at += CHUNK_PAGES;
    }
}

/// What is cached, as far as the zone contains it.
fn cached(at: Moment<'_>, id: ZoneId) -> CachedPositions {
    let phys = &at.world.phys;
    let position = |field| {
        let pfn = phys.compaction().position(id, field);
        phys.zone(id).contains(pfn).then_some(pfn.0)
    };
    CachedPositions {
        migrate_async: position(ZoneField::CachedMigrateAsync),
        migrate_sync: position(ZoneField::CachedMigrateSync),
        free: position(ZoneField::CachedFree),
    }
}

/// The last run of the command over the zone.
fn run(at: Moment<'_>, id: ZoneId) -> Option<RunView> {
    let done = at.done();
    let begun = |step: &mm::trace::Step| matches!(step.event, Event::Compaction(Said::Begin { zone, .. }) if zone == id);
    let back = done.iter().rev().take(LOOK_BACK).position(begun)?;
    let mut run: Option<RunView> = None;
    for step in &done[done.len() - 1 - back..] {
        let Event::Compaction(event) = step.event else { continue };
        match (event, run.as_mut()) {
            (Said::Begin { migrate_pfn, free_pfn, mode, .. }, None) => {
                run = Some(RunView {
                    migrate: (migrate_pfn.0, migrate_pfn.0),
                    free: (free_pfn.0, free_pfn.0),
                    mode: mode.name(),
                    scanned: (0, 0),
                    moved: (0, 0),
                    isolated: 0,
                    last: Vec::new(),
                    result: None,
                });
            }
            (Said::Begin { .. }, Some(_)) => break,
            (event, Some(run)) => follow(run, event, id),
            (_, None) => {}
        }
    }
    run
}

fn follow(run: &mut RunView, event: Said, id: ZoneId) {
    match event {
        Said::IsolateMigratepages { end, scanned, taken, .. } => {
            run.migrate.1 = end.0;
            run.scanned.0 += scanned;
            run.isolated += taken;
        }
        Said::IsolateFreepages { start, scanned, .. } => {
            run.free.1 = start.0;
            run.scanned.1 += scanned;
        }
        Said::Moved { from, to } => {
            if run.last.len() == MOVES_MAX {
                run.last.remove(0);
            }
            run.last.push((from.0, to.0));
        }
        Said::Migratepages { migrated, failed } => {
            run.moved = (run.moved.0 + migrated, run.moved.1 + failed);
            run.isolated = 0;
        }
        Said::End { zone, migrate_pfn, free_pfn, result, .. } if zone == id => {
            (run.migrate.1, run.free.1) = (migrate_pfn.0, free_pfn.0);
            run.result = Some(result.name());
        }
        _ => {}
    }
}

fn index_of(at: Moment<'_>, id: ZoneId, order: Order) -> OrderIndex {
    let info = at.world.phys.frames.contig_page_info(id, order);
    OrderIndex {
        order: order.get(),
        fits: info.suitable_blocks,
        unusable: info.unusable_index(order),
        fragmentation: info.fragmentation_index(order),
    }
}

/// Asks the kernel's own test whether compaction could help a movable request.
fn outlook(at: Moment<'_>, id: ZoneId, order: u8) -> CompactOutlook {
    let phys = &at.world.phys;
    let order = Order::new(order.min(Order::MAX.get()));
    let class = highest_class(Gfp::HIGHUSER_MOVABLE, phys.kinds());
    let demand = Demand { order, level: Some(Wmark::Low), privileges: Privileges::default(), class };
    let Suitability { result, free, needed, index } = phys.compaction_suitable(id, demand);
    let answer = match result {
        CompactResult::Success => Answer::NotNeeded,
        CompactResult::Continue => Answer::Helps,
        CompactResult::NotSuitableZone => Answer::NotFragmented,
        CompactResult::Skipped
        | CompactResult::Deferred
        | CompactResult::NoSuitablePage
        | CompactResult::Complete
        | CompactResult::PartialSkipped
        | CompactResult::Contended => Answer::TooLittle,
    };
    let deferred = phys.deferral(id).leaves_out(order);
    CompactOutlook { order: order.get(), free, needed, index, answer, deferred }
}
