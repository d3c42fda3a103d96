//! A frame in full: identity, `struct page`, links, life.

use mm::config::Arch;
use mm::phys::lists::ListUse;
use mm::session::{Passage, Position, Record};
use mm::slab::SlabState;
use mm::store::page::Neighbour;
use mm::store::{Kind, ListId, MemMap, Page, PageFlags, PageState, TableId};
use mm::units::{Order, PAGE_SIZE, Pfn, index};
use mm::virt::frames::anon_place;
use mm::world::World;

use super::{by_label, entry, migrate, process_of, zone_name};
use crate::Lang;
use crate::panels::inspector::{Arm, Buddy, FrameView, LIFE_LINES, LifeLine, Mapping, PageWord};
use crate::panels::{FrameKind, Moment, Run};

/// Where x86-64 keeps the `struct page`s, 64 bytes each, without KASLR (6.1 `Documentation/x86/x86_64/mm.rst`).
const VMEMMAP: u64 = 0xffff_ea00_0000_0000;
const PAGE_STRUCT_BYTES: u64 = 64;
/// Steps that are looked through for a frame's life, newest first.
const LIFE_DELTAS: usize = 2_000_000;

/// Fills the view of a frame, `None` beyond the machine or in a hole.
pub(super) fn frame(at: Moment<'_>, pfn: Pfn) -> Option<FrameView> {
    let world = at.world;
    let map = &world.phys.mem_map;
    if pfn >= map.end() {
        return None;
    }
    let (head, state) = map.block_of(pfn)?;
    let zone = world.phys.zones().containing(pfn)?;
    let kind = FrameKind::from(state.kind());
    let frames = map.pageblock_order().pages();
    let pageblock = pfn.0 / frames;
    let page = map.page(head);
    let mapped = mapping(world, &page);
    Some(FrameView {
        pfn: pfn.0,
        kind,
        zone: zone_name(world, zone),
        pageblock,
        pageblock_frames: Run { start: pageblock * frames, end: (pageblock + 1) * frames },
        migrate: migrate(world.phys.pageblock_type(pfn)),
        physical: (pfn.addr().0, pfn.addr().0 + PAGE_SIZE - 1),
        page_address: page_address(world, pfn),
        block: (head.0, state.order().get()),
        entry: mapped.as_ref().and_then(|(_, table, index)| entry::entry(at, *table, u32::from(*index))),
        mapped_by: mapped.into_iter().map(|(mapping, ..)| mapping).collect(),
        buddy: buddy(map, head, state),
        table: entry::table(at, pfn),
        refcount: state.refcount(),
        mapcount: i64::from(state.mappings()) - 1,
        flags: PageFlags::NAMES
            .iter()
            .filter(|(flag, _)| state.flags().contains(*flag))
            .map(|&(_, name)| name)
            .collect(),
        words: words(at, pfn, &page, state),
        arm: arm(state.kind()),
        life: life(at, pfn),
    })
}

fn page_address(world: &World, pfn: Pfn) -> Option<u64> {
    (world.config.arch == Arch::X86_64).then(|| VMEMMAP + u64::from(pfn.0) * PAGE_STRUCT_BYTES)
}

/// The entry that maps an anonymous page: where its struct says it belongs.
fn mapping(world: &World, page: &Page) -> Option<(Mapping, Pfn, u16)> {
    if page.state().kind() != Kind::Anon || page.state().mappings() == 0 {
        return None;
    }
    let (mm, va) = anon_place(page.owner());
    world.virt.mms.get(mm)?;
    let (table, index, _) = world.virt.leaf_entry(mm, va)?;
    let process = process_of(world, mm)?;
    Some((Mapping { process, address: va.0, expression: by_label(world, va) }, table, index))
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

const fn arm(kind: Kind) -> Arm {
    match kind {
        Kind::Anon => Arm::Anon,
        Kind::File => Arm::File,
        Kind::Slab => Arm::Slab,
        Kind::PageTable => Arm::PageTable,
        Kind::Free => Arm::Buddy,
        Kind::Pcp => Arm::Pcp,
        Kind::Hole | Kind::Reserved | Kind::BeforeCapture | Kind::Kernel => Arm::None,
    }
}

/// Names of the union's five words by arm, 6.1 `include/linux/mm_types.h: struct page`.
const fn names(arm: Arm) -> [&'static str; 5] {
    match arm {
        Arm::Anon | Arm::File => ["lru.next", "lru.prev", "mapping", "index", "private"],
        Arm::Slab => ["slab_list.next", "slab_list.prev", "slab_cache", "freelist", "counters"],
        Arm::PageTable => ["_pt_pad_1", "pmd_huge_pte", "_pt_pad_2", "pt_mm", "ptl"],
        Arm::Buddy => ["buddy_list.next", "buddy_list.prev", "mapping", "index", "private"],
        Arm::Pcp => ["pcp_list.next", "pcp_list.prev", "mapping", "index", "private"],
        Arm::None => ["lru.next", "lru.prev", "mapping", "index", "private"],
    }
}

/// Cache, own freelist and counters of a slab, 6.1 `mm/slab.h: struct slab`.
fn slab_words(world: &World, page: &Page, state: PageState) -> [String; 3] {
    let slab = SlabState::of(page.owner());
    let Some(cache) = world.slabs.cache(slab.cache) else {
        return core::array::from_fn(|_| "–".to_owned());
    };
    let objects = cache.geometry.objects(state.order());
    let freelist = slab.freelist.map_or("0".to_owned(), |object| format!("object {}", object.0));
    let counters = format!("inuse {} objects {objects} frozen {}", slab.inuse, u8::from(slab.frozen));
    [cache.name.to_string(), freelist, counters]
}

/// The eight words; what the model does not keep is a dash.
fn words(at: Moment<'_>, pfn: Pfn, page: &Page, state: PageState) -> Vec<PageWord> {
    let world = at.world;
    let arm = arm(state.kind());
    let changed = at.step_deltas().iter().any(|delta| MemMap::slot_pfn(delta.slot) == Some(pfn));
    let zone = world.phys.zones().containing(pfn).map(|id| zone_name(world, id));
    let place = zone.map_or_else(|| "–".to_owned(), |zone| format!("node {} zone {}", zone.node, zone.zone));
    let (next, next_link) = neighbour(world, page.links().next(), 0x100);
    let (prev, prev_link) = neighbour(world, page.links().prev(), 0x122);
    let dash = || "–".to_owned();
    let middle = match arm {
        Arm::Anon => [
            (next, next_link),
            (prev, prev_link),
            ("anon_vma | 1".to_owned(), None),
            (format!("{:#x}", page.owner().index()), None),
            ("0".to_owned(), None),
        ],
        Arm::Buddy => [
            (next, next_link),
            (prev, prev_link),
            ("0".to_owned(), None),
            (dash(), None),
            (state.order().to_string(), None),
        ],
        Arm::Pcp => [
            (next, next_link),
            (prev, prev_link),
            ("0".to_owned(), None),
            (format!("type {}", state.list_type()), None),
            ("0".to_owned(), None),
        ],
        Arm::Slab => {
            let [cache, freelist, counters] = slab_words(world, page, state);
            [(next, next_link), (prev, prev_link), (cache, None), (freelist, None), (counters, None)]
        }
        Arm::File | Arm::PageTable | Arm::None => core::array::from_fn(|_| (dash(), None)),
    };
    let word = |offset, name, (value, link): (String, Option<u32>), in_union| PageWord {
        offset,
        name,
        value,
        link,
        in_union,
        changed,
    };
    let mut words = vec![word(0, "flags", (place, None), false)];
    for (at, (name, value)) in (1..).zip(names(arm).into_iter().zip(middle)) {
        words.push(word(at * 8, name, value, true));
    }
    let counts = match arm {
        Arm::Buddy => format!("PG_buddy _refcount {}", state.refcount()),
        Arm::PageTable => format!("PG_table _refcount {}", state.refcount()),
        Arm::Anon | Arm::File | Arm::Slab | Arm::Pcp | Arm::None => {
            format!("{} _refcount {}", i64::from(state.mappings()) - 1, state.refcount())
        }
    };
    words.push(word(
        0x30,
        if matches!(arm, Arm::Buddy | Arm::PageTable) { "page_type" } else { "_mapcount" },
        (counts, None),
        false,
    ));
    words.push(word(0x38, "memcg_data", (dash(), None), false));
    for word in &mut words {
        word.changed = changed && word.value != "–" && word.offset != 0;
    }
    words
}

/// A list pointer: another page's list field, the end of a list, or poison.
fn neighbour(world: &World, neighbour: Neighbour, poison: u64) -> (String, Option<u32>) {
    match neighbour {
        Neighbour::Page(pfn) => {
            let text = page_address(world, pfn)
                .map_or_else(|| format!("page {pfn}"), |address| format!("{:x}", address + 8));
            (text, Some(pfn.0))
        }
        Neighbour::End(list) => (list_end(world, list), None),
        Neighbour::Poison => (format!("{:x}", 0xdead_0000_0000_0000 + poison), None),
    }
}

fn list_end(world: &World, list: ListId) -> String {
    match world.phys.lists().describe(list) {
        Some(ListUse::Free(_, order, mt)) => format!("free_area[{order}].free_list[{}]", mt.code()),
        Some(ListUse::Pcp(_, cpu, list)) => format!("pcp{}.lists[{list}]", cpu.0),
        Some(ListUse::Lru(_, list)) => format!("lruvec.lists[{list}]"),
        Some(ListUse::SlabNode(node, _)) => format!("kmem_cache_node[{}].partial", node.0),
        Some(ListUse::SlabCpu(cpu, _)) => format!("kmem_cache_cpu[{}].partial", cpu.0),
        None => "–".to_owned(),
    }
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
    let codec = world.virt.mode.codec;
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
