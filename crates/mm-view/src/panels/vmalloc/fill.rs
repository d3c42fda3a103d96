//! Fills the view of the kernel's own mappings.

use mm::label::Label;
use mm::units::{PAGE_SIZE, Pfn, VirtAddr, count, index, index64};
use mm::virt::paging::highmem::LAST_PKMAP;
use mm::virt::paging::walk::{Access, Outcome, Privilege, translate};
use mm::virt::vmalloc::{VmArea, lazy_max_pages, pieces_of};
use mm::virt::{BandKind, KernelMap};
use mm::world::World;

use crate::panels::vmalloc::{
    AREA_ROWS, AreaDetail, AreaRow, BandView, Contiguous, KmapView, PAGE_ROWS, PageRow, SCATTER_COLUMNS,
    SLOT_ROWS, SlotRow, VmallocView, Waiting,
};
use crate::panels::{Moment, Run};
use mm::sort::sort_by_number;

/// Runs of frames that are named.
const RUNS: usize = 12;

/// Fills the view; `area` is the first address of the area to show page by page.
pub fn vmalloc(at: Moment<'_>, area: Option<u64>) -> VmallocView {
    let world = at.world;
    let vmap = &world.rest.virt.vmap;
    let chosen = area.and_then(|start| vmap.starting_at(VirtAddr(start))).or_else(|| newest(world));
    VmallocView {
        digits: if world.rest.virt.mode.address_bits == 64 { 16 } else { 8 },
        kernel_start: kernel_start(world),
        bands: bands(world),
        areas: vmap.areas().take(AREA_ROWS).map(|area| row(at, area)).collect(),
        more_areas: count(vmap.areas().count().saturating_sub(AREA_ROWS)),
        area: chosen.map(|area| detail(at, area)),
        lazy: vmap.lazy().map(|range| Waiting { start: range.start.0, end: range.end.0 }).collect(),
        lazy_pages: vmap.lazy_pages(),
        lazy_max: lazy_max_pages(world.phys.cpus()),
        used_pages: vmap.used_pages(),
        contiguous: contiguous(world),
        kmap: kmap(world),
    }
}

/// The area with the highest address that is no list of another's frames: the last one made,
/// as long as addresses are not given a second time.
fn newest(world: &World) -> Option<&VmArea> {
    let vmap = &world.rest.virt.vmap;
    vmap.areas().rev().find(|area| !vmap.is_page_array(area.start))
}

fn kernel_start(world: &World) -> u64 {
    let layout = world.rest.virt.layout;
    if world.rest.virt.mode.address_bits == 64 { !((1 << 47) - 1) } else { layout.task_size }
}

fn bands(world: &World) -> Vec<BandView> {
    let mut at = kernel_start(world);
    let mut bands = Vec::new();
    for band in world.rest.virt.layout.bands {
        if band.start > at {
            bands.push(BandView { kind: None, start: at, end: band.start });
        }
        bands.push(BandView { kind: Some(band.kind), start: band.start, end: band.end });
        at = band.end;
    }
    bands
}

/// Fills the row of an area.
pub(in crate::panels) fn row(at: Moment<'_>, area: &VmArea) -> AreaRow {
    let world = at.world;
    let named = world.labels.iter().filter_map(|(name, label)| match label {
        Label::Range { start, .. } if *start == area.start => Some(name.to_owned()),
        Label::Range { .. } | Label::Blocks { .. } | Label::Cache(_) | Label::Objects { .. } => None,
    });
    let list_of = world.rest.virt.vmap.areas().find(|other| other.page_array == Some(area.start));
    AreaRow {
        start: area.start.0,
        guard: area.guard().0,
        end: area.end.0,
        bytes: area.bytes,
        frames: count(area.pages.len()),
        pieces: pieces_of(&area.pages),
        label: named.min(),
        list_of: list_of.map(|other| other.start.0),
        changed: at.overwritten().contains_key(&world.rest.virt.vmap.slot(area.start)),
    }
}

fn detail(at: Moment<'_>, area: &VmArea) -> AreaDetail {
    let world = at.world;
    let written = at.overwritten();
    let pages = area.pages.iter().take(PAGE_ROWS).enumerate().map(|(number, pfn)| {
        let va = VirtAddr(area.start.0 + u64::from(count(number)) * PAGE_SIZE);
        let entry = entry(world, va);
        let changed = entry.is_some_and(|(table, index)| {
            written.contains_key(&world.rest.virt.tables.slot(Pfn(table), mm::units::low16(u64::from(index))))
        });
        PageRow { va: va.0, pfn: pfn.0, entry, changed }
    });
    let machine = world.phys.frames.mem_map.end().0;
    let mut scatter = vec![0; index(SCATTER_COLUMNS)];
    for pfn in &*area.pages {
        let column = u64::from(pfn.0) * u64::from(SCATTER_COLUMNS) / u64::from(machine.max(1));
        scatter[index64(column)] += 1;
    }
    AreaDetail {
        row: row(at, area),
        pages: pages.collect(),
        more_pages: count(area.pages.len().saturating_sub(PAGE_ROWS)),
        scatter,
        machine,
        runs: runs(&area.pages),
    }
}

/// The entry of the last level that maps an address of the kernel.
fn entry(world: &World, va: VirtAddr) -> Option<(u32, u32)> {
    let virt = &world.rest.virt;
    let walk = translate(virt.mode, &virt.tables, virt.kernel.root, va, Access::Read, Privilege::Kernel);
    let last = walk.steps().last()?;
    (walk.steps().len() == virt.mode.levels.len()).then_some((last.table.0, u32::from(last.index)))
}

fn runs(pages: &[Pfn]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for &pfn in pages {
        if let Some(last) = runs.last_mut().filter(|last| last.end == pfn.0) {
            last.end += 1;
        } else if runs.len() == RUNS {
            break;
        } else {
            runs.push(Run { start: pfn.0, end: pfn.0 + 1 });
        }
    }
    runs
}

/// Labels whose memory lies in the direct map: blocks, and objects of caches.
fn contiguous(world: &World) -> Vec<Contiguous> {
    let layout = world.rest.virt.layout;
    let first = |label: &Label| match label {
        Label::Blocks { frames, .. } => frames.first().and_then(|pfn| KernelMap::address_of(layout, pfn)),
        Label::Objects { at, .. } => at.first(),
        Label::Range { .. } | Label::Cache(_) => None,
    };
    let row = |(name, label): (&str, &Label)| -> Option<Contiguous> {
        let va = first(label)?;
        let pfn = mm::slab::frame_of(layout, va)?;
        let (head, state) = world.phys.frames.mem_map.block_of(pfn)?;
        if !matches!(state.kind(), mm::store::Kind::Kernel | mm::store::Kind::Slab) {
            return None;
        }
        let frames = Run { start: head.0, end: head.0 + state.order().pages() };
        let pa = va.0 - layout.direct_map;
        Some(Contiguous { label: name.to_owned(), va: va.0, pa, offset: layout.direct_map, frames })
    };
    let mut rows: Vec<Contiguous> = world.labels.iter().filter_map(row).collect();
    sort_by_number(&mut rows, |row| row.va);
    rows
}

fn kmap(world: &World) -> Option<KmapView> {
    let virt = &world.rest.virt;
    virt.layout.band(BandKind::Pkmap)?;
    let counts = || (0..LAST_PKMAP).map(|slot| (slot, virt.pkmap.count(slot)));
    let mapped = counts().filter(|(_, count)| *count > 0).take(SLOT_ROWS);
    let rows = mapped.filter_map(|(slot, users)| {
        let va = virt.layout.pkmap_address(slot)?;
        let walk = translate(virt.mode, &virt.tables, virt.kernel.root, va, Access::Read, Privilege::Kernel);
        let Outcome::Translated { pa, .. } = walk.outcome else { return None };
        Some(SlotRow { slot: slot.into(), va: va.0, pfn: pa.pfn().0, users: users - 1 })
    });
    Some(KmapView {
        slots: LAST_PKMAP.into(),
        used: count(counts().filter(|(_, count)| *count > 1).count()),
        idle: count(counts().filter(|(_, count)| *count == 1).count()),
        last: virt.pkmap.last().into(),
        rows: rows.collect(),
    })
}
