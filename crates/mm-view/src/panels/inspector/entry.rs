//! Entries of page tables.

use mm::identity::Identity;
use mm::units::{Pfn, low16};
use mm::virt::paging::pte::Entry;
use mm::world::World;

use crate::panels::fill::process_of;
use crate::panels::inspector::{EntryView, TableRow, TableUse, fields};
use crate::panels::translate::Target;
use crate::panels::translate::fill::{level_name, runs};
use crate::panels::{Moment, Run};

/// Rows of a table that the inspector lists.
const ROWS: usize = 12;

/// Decodes what an entry at a depth names.
pub(in crate::panels) fn target(world: &World, raw: u64, depth: usize) -> Target {
    let mode = world.rest.virt.mode;
    let entry = mode.codec.decode(raw, depth == mode.leaf_depth());
    match entry {
        Entry::Swap { .. } if let Some(pfn) = entry.migrating() => Target::Moving(pfn.0),
        Entry::None => Target::None,
        Entry::Table { table, .. } => Target::Table(table.0),
        Entry::Leaf { pfn, .. } => Target::Page(pfn.0),
        Entry::Swap { kind, offset, .. } => Target::Swap { area: u32::from(kind), slot: offset },
    }
}

/// Lists the entries of a table that are in use, as runs.
pub(in crate::panels) fn in_use(world: &World, table: Pfn, entries: u16) -> Vec<Run> {
    runs(world.rest.virt.tables.entries(table, entries).map(|(index, _)| u32::from(index)))
}

/// Returns the depth of the table that a frame holds, `None` when it holds none.
pub(in crate::panels) fn depth_of(world: &World, table: Pfn) -> Option<usize> {
    if table == world.rest.virt.kernel.root {
        return Some(0);
    }
    let map = &world.phys.frames.mem_map;
    let page = (table < map.end()).then(|| map.page(table))?;
    Identity::of(&page).table().map(|(_, depth)| depth)
}

/// Fills an entry, `None` when the frame holds no table or the table no such entry.
pub(in crate::panels) fn entry(at: Moment<'_>, table: Pfn, index: u32) -> Option<EntryView> {
    let virt = &at.world.rest.virt;
    let depth = depth_of(at.world, table)?;
    let level = level_name(at, depth)?;
    if index >= u32::from(virt.mode.levels[depth].entries()) {
        return None;
    }
    let index16 = low16(u64::from(index));
    let raw = virt.tables.entry(table, index16);
    let width = virt.mode.entry_bytes * 8;
    let (fields, clear) = fields(virt.mode.codec, raw, depth == virt.mode.leaf_depth());
    Some(EntryView {
        table: table.0,
        index,
        level,
        raw,
        before: at.overwritten().get(&virt.tables.slot(table, index16)).copied(),
        width,
        target: target(at.world, raw, depth),
        fields,
        clear,
    })
}

/// Fills what a frame says as a page table.
pub(in crate::panels) fn table(at: Moment<'_>, pfn: Pfn) -> Option<TableUse> {
    let world = at.world;
    let depth = depth_of(world, pfn)?;
    let entries = world.rest.virt.mode.levels.get(depth)?.entries();
    let in_use = in_use(world, pfn, entries);
    let rows = world.rest.virt.tables.entries(pfn, entries).take(ROWS);
    Some(TableUse {
        level: level_name(at, depth)?,
        process: Identity::of(&world.phys.frames.mem_map.page(pfn))
            .table()
            .and_then(|(mm, _)| process_of(world, mm)),
        used: in_use.iter().map(|run| run.end - run.start).sum(),
        entries: u32::from(entries),
        rows: rows
            .map(|(index, raw)| TableRow { index: u32::from(index), target: target(world, raw, depth) })
            .collect(),
        in_use,
    })
}
