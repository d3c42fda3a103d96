//! A frame in full: identity, `struct page`, links, life.

use mm::config::{Arch, CpuId};
use mm::identity::Identity;
use mm::phys::kpageflags::kpage_flags;
use mm::phys::zone::lru_list::LruList;
use mm::session::{Passage, Position, Record};
use mm::store::page::Neighbour;
use mm::store::{Kind, MemMap, Page, PageFlags, PageState, TableId};
use mm::units::{Order, PAGE_SIZE, Pfn, index};
use mm::virt::KernelMap;
use mm::virt::fault::lru_add::BATCH_PAGES;
use mm::virt::rmap::compound::page_mappings;
use mm::world::World;

use super::entry;
use crate::Lang;
use crate::panels::fill::{by_label, migrate, process_of, zone_name};
use crate::panels::frames::fill as frames;
use crate::panels::inspector::{Buddy, FrameView, LIFE_LINES, LifeLine, LruPlace, Mapping, NextOnList};
use crate::panels::structs::fill::{arm, list_name, other_fields, page_address, words};
use crate::panels::{FrameKind, Moment, Run};

/// Frames of a section of the sparse memory map: 128 MB, 6.1 `SECTION_SIZE_BITS` of x86-64.
const SECTION_PAGES: u32 = 1 << 15;
/// Steps that are looked through for a frame's life, newest first.
const LIFE_DELTAS: usize = 2_000_000;

/// Fills the view of a frame, `None` beyond the machine or in a hole.
pub(in crate::panels) fn frame(at: Moment<'_>, pfn: Pfn) -> Option<FrameView> {
    let world = at.world;
    let map = &world.phys.frames.mem_map;
    if pfn >= map.end() {
        return None;
    }
    let (head, state) = map.block_of(pfn)?;
    let zone = world.phys.zones().containing(pfn)?;
    let kind = FrameKind::from(state.kind());
    let block_frames = map.pageblock_order().pages();
    let pageblock = pfn.0 / block_frames;
    let page = map.page(head);
    let mapped: Vec<Mapping> =
        world.rest.virt.rmap(map, pfn).filter_map(|entry| mapping(at, entry)).collect();
    let around =
        Run { start: pageblock * block_frames, end: ((pageblock + 1) * block_frames).min(map.end().0) };
    Some(FrameView {
        pfn: pfn.0,
        kind,
        zone: zone_name(world, zone),
        pageblock,
        pageblock_frames: Run { start: pageblock * block_frames, end: (pageblock + 1) * block_frames },
        around: frames::around(at, around.start, around.end),
        migrate: migrate(world.phys.pageblock_type(pfn)),
        physical: (pfn.addr().0, pfn.addr().0 + PAGE_SIZE - 1),
        page_address: page_address(world, pfn),
        direct_address: KernelMap::address_of(world.rest.virt.layout, pfn).map(|va| va.0),
        section: (world.config.arch == Arch::X86_64).then(|| section(pfn)),
        kpageflags: kpage_flags(map, pfn).map(|flags| flags.names().collect()),
        block: (head.0, state.order().get()),
        entry: mapped.first().and_then(|mapping| entry::entry(at, Pfn(mapping.entry.0), mapping.entry.1)),
        vmalloc: vmalloc(world, &page),
        mapped_by: mapped,
        lru: lru(world, head, state),
        next: next(world, &page),
        buddy: buddy(map, head, state),
        table: entry::table(at, pfn),
        refcount: map.refcount(head),
        mapcount: i64::from(page_mappings(map, pfn)) - 1,
        flags: PageFlags::NAMES
            .iter()
            .filter(|(flag, _)| state.flags().contains(*flag))
            .map(|&(_, name)| name)
            .collect(),
        words: words(at, pfn, (head, &page)),
        arm: arm(pfn, head, state),
        other_fields: other_fields(pfn, head, state),
        life: life(at, pfn),
    })
}

fn section(pfn: Pfn) -> (u32, Run) {
    let number = pfn.0 / SECTION_PAGES;
    (number, Run { start: number * SECTION_PAGES, end: (number + 1) * SECTION_PAGES })
}

/// The area of `vmalloc` that the frame belongs to, and its address there.
fn vmalloc(world: &World, page: &Page) -> Option<(u64, u64)> {
    let Identity::Vmalloc { va } = Identity::of(page) else { return None };
    let area = world.rest.virt.vmap.find(va)?;
    Some((area.start.0, va.0))
}

/// What an entry that maps the frame says.
fn mapping(at: Moment<'_>, mapping: mm::virt::rmap::Mapping) -> Option<Mapping> {
    let world = at.world;
    let process = process_of(world, mapping.mm)?;
    let mut areas = crate::panels::process::fill::areas(at, mapping.mm);
    let va = mapping.va;
    Some(Mapping {
        process,
        address: va.0,
        expression: by_label(world, va),
        area: areas.find(|area| (area.start..area.end).contains(&va.0)),
        entry: (mapping.table.0, u32::from(mapping.index)),
    })
}

/// Where the LRU has a page, 6.1 `folio_lru_list`; new pages wait in a CPU's batch.
fn lru(world: &World, head: Pfn, state: PageState) -> Option<LruPlace> {
    let flags = state.flags();
    if flags.contains(PageFlags::LRU_BATCH) {
        let found = (0..world.config.cpus).find_map(|cpu| {
            let place = (1..).zip(world.rest.virt.lru_batch(CpuId(cpu))).find(|&(_, pfn)| pfn == head)?.0;
            Some(LruPlace::Batch { cpu, place, of: BATCH_PAGES })
        });
        return found;
    }
    flags.contains(PageFlags::LRU).then(|| LruPlace::List(LruList::of(flags).name()))
}

/// What follows a block on its list.
fn next(world: &World, page: &Page) -> Option<NextOnList> {
    const LONGEST: usize = 1 << 16;
    let map = &world.phys.frames.mem_map;
    if page.state().kind() == Kind::PageTable {
        // Spare tables stand in a ring without an end.
        return None;
    }
    // Only the end of a list says which it is.
    let mut at = page.links().next();
    let first = at;
    for _ in 0..LONGEST {
        match at {
            Neighbour::Poison => return None,
            Neighbour::Page(pfn) => at = map.page(pfn).links().next(),
            Neighbour::End(list) => {
                let pfn = match first {
                    Neighbour::Page(pfn) => Some(pfn),
                    Neighbour::End(_) | Neighbour::Poison => None,
                };
                let kind = pfn.map_or(FrameKind::Hole, |pfn| map.state(pfn).kind().into());
                return Some(NextOnList { pfn: pfn.map(|pfn| pfn.0), kind, list: list_name(world, list) });
            }
        }
    }
    None
}

fn buddy(map: &MemMap, head: Pfn, state: PageState) -> Option<Buddy> {
    let order = state.order();
    if order == Order::MAX {
        return None;
    }
    let other = head.buddy(order);
    if other >= map.end() {
        return None;
    }
    let kind = map.block_of(other).map_or(FrameKind::Hole, |(_, state)| state.kind().into());
    Some(Buddy { pfn: other.0, order: order.get(), kind, merges: map.is_free_block(other, order) })
}

/// The newest steps that wrote the frame's page struct, oldest first.
fn life(at: Moment<'_>, pfn: Pfn) -> Vec<LifeLine> {
    let mut lines = Vec::new();
    let mut budget = LIFE_DELTAS;
    for command in (1..=at.position.command).rev() {
        let Some(record) = at.records.get(index(command) - 1) else { continue };
        let boots = record.passage == Passage::Boot;
        let last = if command == at.position.command { at.position.step } else { record.trace.len() };
        for step in (1..=last.min(record.trace.len())).rev() {
            let deltas = record.trace.step_deltas(step);
            budget = budget.saturating_sub(deltas.len() + 1);
            if deltas.iter().any(|delta| is_own(delta, pfn) || names_it(at.world, delta, pfn)) {
                lines.push(line(at, record, Position { command, step }));
            }
            if lines.len() == LIFE_LINES || budget == 0 {
                lines.reverse();
                return lines;
            }
        }
        // What was before was another machine.
        if boots {
            break;
        }
    }
    lines.reverse();
    lines
}

/// A write to the frame's own struct, and not to a link because its neighbour in a list moved:
/// such a write leaves a link to somewhere in place on both sides.
fn is_own(delta: &mm::store::Delta, pfn: Pfn) -> bool {
    const POISON: u64 = u64::MAX;
    const WORDS: u64 = 3;
    MemMap::slot_pfn(delta.slot) == Some(pfn)
        && (!delta.slot.index().is_multiple_of(WORDS) || delta.old == POISON || delta.new == POISON)
}

/// A write of an entry that came to name the frame, or ceased to.
fn names_it(world: &World, delta: &mm::store::Delta, pfn: Pfn) -> bool {
    let codec = world.rest.virt.mode.codec;
    let names = |raw: u64| raw & codec.hardware.present != 0 && codec.pfn(raw) == pfn.0;
    delta.slot.table() == TableId::PageTable && names(delta.old) != names(delta.new)
}

fn line(at: Moment<'_>, record: &Record, place: Position) -> LifeLine {
    let step = &record.trace.steps()[index(place.step) - 1];
    let words =
        |lang: Lang| crate::words::plain(&crate::words::step(step, &record.trace, at.world, lang).what);
    LifeLine {
        command: place.command,
        step: place.step,
        words: Lang::ALL.map(words),
        now: place == at.position,
    }
}
