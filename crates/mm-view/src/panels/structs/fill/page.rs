//! `struct page` as eight words, and what else the structure can hold, 6.1
//! `include/linux/mm_types.h: struct page`, `mm/slab.h: struct slab`.

use mm::config::Arch;
use mm::identity::Identity;
use mm::phys::zone::lists::ListUse;
use mm::slab::SlabState;
use mm::store::page::Neighbour;
use mm::store::{Kind, ListId, MemMap, Page, PageFlags, PageState};
use mm::units::Pfn;
use mm::virt::rmap::compound::{deferred_link, frame_mappings};
use mm::world::World;

use super::{Shown, gone, live, not_built, not_modelled};
use crate::panels::Moment;
use crate::panels::fill::zone_name;
use crate::panels::inspector::{Arm, PageWord};
use crate::panels::structs::{FieldId, FieldValue, Lack, PageField, StructField};

/// Where x86-64 keeps the `struct page`s, 64 bytes each, without KASLR (6.1 `Documentation/x86/x86_64/mm.rst`).
pub(in crate::panels) const VMEMMAP: u64 = 0xffff_ea00_0000_0000;
const PAGE_STRUCT_BYTES: u64 = 64;

/// Returns the address of a frame's `struct page`; `None` where the kernel has one flat array.
pub(in crate::panels) fn page_address(world: &World, pfn: Pfn) -> Option<u64> {
    (world.config.arch == Arch::X86_64).then(|| VMEMMAP + u64::from(pfn.0) * PAGE_STRUCT_BYTES)
}

/// Returns the arm of the union that a frame's use takes; `head` and `state` are its block's.
pub(in crate::panels) fn arm(pfn: Pfn, head: Pfn, state: PageState) -> Arm {
    if pfn != head && state.flags().contains(PageFlags::HEAD) {
        return Arm::Tail;
    }
    match state.kind() {
        Kind::Anon => Arm::Anon,
        Kind::File => Arm::File,
        Kind::Slab => Arm::Slab,
        Kind::PageTable => Arm::PageTable,
        Kind::Free => Arm::Buddy,
        Kind::Pcp => Arm::Pcp,
        Kind::Hole | Kind::Reserved | Kind::Unknown | Kind::Kernel => Arm::None,
    }
}

/// The union's five words by arm.
const fn union_of(arm: Arm) -> [PageField; 5] {
    use PageField as F;
    match arm {
        Arm::Anon | Arm::File | Arm::None => [F::LruNext, F::LruPrev, F::Mapping, F::Index, F::Private],
        Arm::Tail => [F::CompoundHead, F::CompoundMapcount, F::DeferredList, F::Index, F::Private],
        Arm::Slab => [F::SlabNext, F::SlabPrev, F::SlabCache, F::Freelist, F::Counters],
        Arm::PageTable => [F::PtPad1, F::PmdHugePte, F::PtPad2, F::PtMm, F::Ptl],
        Arm::Buddy => [F::BuddyNext, F::BuddyPrev, F::Mapping, F::Index, F::Private],
        Arm::Pcp => [F::PcpNext, F::PcpPrev, F::Mapping, F::Index, F::Private],
    }
}

/// Fields that 6.1 does not build here, and those that are gone.
const NOT_BUILT: [PageField; 4] =
    [PageField::SMem, PageField::PtFragRefcount, PageField::Virtual, PageField::LastCpupid];
const OF_DEVICES: [PageField; 2] = [PageField::Pgmap, PageField::ZoneDeviceData];
const GONE: [PageField; 4] = [PageField::Pages, PageField::Pobjects, PageField::Active, PageField::Units];

/// Lists the fields that are none of the eight words as they stand: other arms, older kernels.
/// `head` and `state` are those of the frame's block.
pub(in crate::panels) fn other_fields(pfn: Pfn, head: Pfn, state: PageState) -> Vec<StructField> {
    let arm = arm(pfn, head, state);
    let mut own = union_of(arm).to_vec();
    own.extend([PageField::Flags, PageField::Mapcount, PageField::PageType]);
    own.extend([PageField::Refcount, PageField::MemcgData]);
    let others = PageField::ALL.iter().filter(|field| !own.contains(field));
    let field = |&field: &PageField| {
        let (value, links) = if NOT_BUILT.contains(&field) {
            not_built()
        } else if GONE.contains(&field) {
            gone()
        } else if OF_DEVICES.contains(&field) {
            not_modelled(Lack::Devices)
        } else {
            let beside_mapcount = arm == Arm::Tail && pfn.0 == head.0 + 1;
            beside_mapcount
                .then(|| first_tail(field, state))
                .flatten()
                .unwrap_or((FieldValue::OtherUse, Vec::new()))
        };
        StructField { field: FieldId::Page(field), value, links, changed: false }
    };
    others.map(field).collect()
}

/// What the first tail page keeps of the whole beside the count of its mappings.
fn first_tail(field: PageField, state: PageState) -> Option<Shown> {
    let is_huge = state.kind() == Kind::Anon && state.order().get() > 1;
    let dtor = if is_huge { "TRANSHUGE_PAGE_DTOR" } else { "COMPOUND_PAGE_DTOR" };
    let kept = [(PageField::CompoundDtor, live(dtor)), (PageField::CompoundOrder, live(&state.order()))];
    kept.into_iter().find(|(other, _)| *other == field).map(|(_, shown)| shown)
}

/// A word's text and the frame that it leads to.
type Word = (String, Option<u32>);

fn text(text: impl Into<String>) -> Word {
    (text.into(), None)
}

fn dash() -> Word {
    text("–")
}

/// Fills the eight words; what the model does not keep is a dash.
pub(in crate::panels) fn words(at: Moment<'_>, pfn: Pfn, (head, page): (Pfn, &Page)) -> Vec<PageWord> {
    let world = at.world;
    let state = page.state();
    let arm = arm(pfn, head, state);
    let changed = at.step_deltas().iter().any(|delta| MemMap::slot_pfn(delta.slot) == Some(pfn));
    let zone = world.phys.zones().containing(pfn).map(|id| zone_name(world, id));
    let place = zone.map_or_else(dash, |zone| text(format!("node {} zone {}", zone.node, zone.zone)));
    let word = |offset, field, (value, link): Word, in_union| PageWord {
        changed: changed && value != "–" && offset != 0,
        offset,
        field,
        value,
        link,
        in_union,
    };
    let mut words = vec![word(0, PageField::Flags, place, false)];
    let union =
        if arm == Arm::Tail { tail_words(world, pfn, head) } else { union_words(world, arm, page, state) };
    for (at, (field, value)) in (1..).zip(union_of(arm).into_iter().zip(union)) {
        words.push(word(at * 8, field, value, true));
    }
    let (field, first) = match arm {
        Arm::Buddy => (PageField::PageType, "PG_buddy".to_owned()),
        Arm::PageTable => (PageField::PageType, "PG_table".to_owned()),
        Arm::Anon | Arm::Tail | Arm::File | Arm::Slab | Arm::Pcp | Arm::None => {
            let mappings = frame_mappings(&world.phys.frames.mem_map, pfn);
            (PageField::Mapcount, (i64::from(mappings) - 1).to_string())
        }
    };
    // References are counted in the head alone.
    let refcount = if arm == Arm::Tail { 0 } else { world.phys.frames.mem_map.refcount(head) };
    words.push(word(0x30, field, text(first), false));
    words.push(word(0x34, PageField::Refcount, text(refcount.to_string()), false));
    words.push(word(0x38, PageField::MemcgData, dash(), false));
    words
}

fn union_words(world: &World, arm: Arm, page: &Page, state: PageState) -> [Word; 5] {
    let next = || neighbour(world, page.links().next(), 0x100);
    let prev = || neighbour(world, page.links().prev(), 0x122);
    match arm {
        Arm::Anon => {
            let Identity::Anon { va, .. } = Identity::of(page) else { unreachable!("an anonymous page") };
            let index = format!("{:#x}", va.page_number());
            [next(), prev(), text("anon_vma | 1"), text(index), text("0")]
        }
        Arm::Buddy => [next(), prev(), text("0"), dash(), text(state.order().to_string())],
        Arm::Pcp => [next(), prev(), text("0"), text(format!("type {}", state.list_type())), text("0")],
        Arm::Slab => {
            let [cache, freelist, counters] = slab_words(world, page, state);
            [next(), prev(), text(cache), text(freelist), text(counters)]
        }
        Arm::PageTable => [dash(), spare_table(page), dash(), dash(), dash()],
        Arm::File | Arm::Tail | Arm::None => core::array::from_fn(|_| dash()),
    }
}

/// The spare table that a directory would give next; 0 without one, as in every other table.
fn spare_table(page: &Page) -> Word {
    match (page.links().next(), page.links().prev()) {
        (Neighbour::Poison, Neighbour::Page(pfn)) => (format!("table {pfn}"), Some(pfn.0)),
        // A spare table itself: its words link the ring.
        (_, Neighbour::Page(_) | Neighbour::End(_) | Neighbour::Poison) => text("0"),
    }
}

/// What a frame behind the head says: where the head is; the first tail how often the whole is
/// mapped, the second its place in the queue of pages to be split.
fn tail_words(world: &World, pfn: Pfn, head: Pfn) -> [Word; 5] {
    let map = &world.phys.frames.mem_map;
    let at =
        page_address(world, head).map_or_else(|| format!("page {head} + 1"), |at| format!("{:x}", at + 1));
    let mapcount = match pfn.0 - head.0 {
        1 => text((i64::from(map.mappings(head)) - 1).to_string()),
        _ => dash(),
    };
    let queue = if pfn == deferred_link(head) {
        neighbour(world, map.page(pfn).links().next(), 0x100)
    } else {
        dash()
    };
    [(at, Some(head.0)), mapcount, queue, dash(), dash()]
}

/// Cache, own freelist and counters of a slab.
fn slab_words(world: &World, page: &Page, state: PageState) -> [String; 3] {
    let slab = SlabState::of(page.owner());
    let Some(cache) = world.rest.slabs.cache(slab.cache) else {
        return core::array::from_fn(|_| "–".to_owned());
    };
    let objects = cache.geometry.objects(state.order());
    let freelist = slab.freelist.map_or("0".to_owned(), |object| format!("object {}", object.0));
    let counters = format!("inuse {} objects {objects} frozen {}", slab.inuse, u8::from(slab.frozen));
    [cache.name.to_string(), freelist, counters]
}

/// A list pointer: another page's list field, the end of a list, or poison.
fn neighbour(world: &World, neighbour: Neighbour, poison: u64) -> Word {
    match neighbour {
        Neighbour::Page(pfn) => {
            let text = page_address(world, pfn)
                .map_or_else(|| format!("page {pfn}"), |address| format!("{:x}", address + 8));
            (text, Some(pfn.0))
        }
        Neighbour::End(list) => text(list_name(world, list)),
        Neighbour::Poison => text(format!("{:x}", 0xdead_0000_0000_0000 + poison)),
    }
}

/// Names a list as the kernel's structures do.
pub(in crate::panels) fn list_name(world: &World, list: ListId) -> String {
    match world.phys.lists().describe(list) {
        Some(ListUse::Free(_, order, mt)) => format!("free_area[{order}].free_list[{}]", mt.code()),
        Some(ListUse::Pcp(_, cpu, list)) => format!("pcp{}.lists[{list}]", cpu.0),
        Some(ListUse::Lru(_, list)) => format!("lruvec.lists[{list}]"),
        Some(ListUse::SlabNode(node, _)) => format!("kmem_cache_node[{}].partial", node.0),
        Some(ListUse::SlabCpu(cpu, _)) => format!("kmem_cache_cpu[{}].partial", cpu.0),
        Some(ListUse::SplitQueue(_)) => "deferred_split_queue.split_queue".to_owned(),
        None => "–".to_owned(),
    }
}
