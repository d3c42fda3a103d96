//! The state after a point: lists, what compaction remembers, counters, and every frame.

use crate::replay::compare_lists;
use mm::import::compaction::{CompactionState, DaemonState, FrameClass, FrameUse, PageMapping, ZoneMemory};
use mm::phys::Phys;
use mm::phys::compaction::NodeField;
use mm::phys::zone::vmstat::VmEvent;
use mm::store::{Kind, PageFlags};
use mm::units::{Pfn, index};

use super::super::{Class, Part, Tally};
use super::perform::Done;

/// Counters that a fault adds to, which is more than its allocations.
const OF_FAULTS: &str = "thp_";

/// Compares the model with the state after.
pub(super) fn compare(tally: &mut Tally, done: &Done, before: &CompactionState, after: &CompactionState) {
    let both = Both { phys: &done.phys, null: &done.null };
    compare_lists(both.phys, both.null, &after.lists, tally);
    for zone in &after.zones {
        compare_memory(tally, &both, zone);
    }
    for node in &after.nodes {
        compare_daemon(tally, &both, node);
    }
    compare_counters(tally, &done.phys, before, after);
    compare_frames(tally, &done.phys, before, after);
}

/// The machine, and the same before anything was done.
struct Both<'a> {
    phys: &'a Phys,
    null: &'a Phys,
}

/// Positions, deferral and hints of a zone.
fn compare_memory(tally: &mut Tally, &Both { phys, null }: &Both<'_>, real: &ZoneMemory) {
    let Some(zone) = phys.find_zone(real.node, real.kind) else {
        return tally.compare(Class::Fitted, real.line, "zone", real.kind.name(), "-");
    };
    for &(field, value) in &real.fields {
        let [ours, null] = [phys, null].map(|phys| phys.compaction().zone(zone, field));
        tally.compare(Class::against(&null, &value), real.line, field.name(), &value, &ours);
    }
    let size = index(phys.pageblock_order().pages());
    let firsts = (real.first.0..phys.zone(zone).end().0).step_by(size).map(Pfn);
    for (first, &skips) in firsts.zip(&real.skips) {
        let what = format_args!("skip bit of pfn={first}");
        let [ours, null] = [phys, null].map(|phys| phys.compaction().skips(first));
        let class = Class::against(&null, &skips);
        tally.compare(class, real.line + 1, what, &u8::from(skips), &u8::from(ours));
    }
}

fn compare_daemon(tally: &mut Tally, both: &Both<'_>, real: &DaemonState) {
    let of = |phys: &Phys| {
        let field = |field| phys.compaction().node(real.node, field);
        // Nobody asks: up to the highest zone that has memory.
        let populated = phys.zones().iter().filter(|(_, zone)| zone.node == real.node && zone.is_populated());
        let highest = populated.map(|(_, zone)| u64::from(zone.class)).max().unwrap_or(0);
        let class = field(NodeField::Classes).checked_sub(1).map_or(highest, |class| class.min(highest));
        [field(NodeField::MaxOrder), field(NodeField::ProactiveTrigger), class]
    };
    let numbers = [
        ("kcompactd_max_order", real.max_order),
        ("proactive_compact_trigger", real.proactive_trigger),
        ("kcompactd_highest_zoneidx", real.highest_class),
    ];
    for ((name, number), (ours, null)) in numbers.iter().zip(of(both.phys).iter().zip(of(both.null))) {
        tally.compare(Class::against(&null, number), real.line, name, number, ours);
    }
}

/// What was counted in between.
fn compare_counters(tally: &mut Tally, phys: &Phys, before: &CompactionState, after: &CompactionState) {
    for (name, value) in &after.counters {
        let Some((_, first)) = before.counters.iter().find(|(known, _)| known == name) else { continue };
        let Some(event) = VmEvent::ALL.iter().find(|event| event.name() == name) else { continue };
        if !name.starts_with(OF_FAULTS) {
            let real = value.saturating_sub(*first);
            tally.compare(Class::against(&0, &real), 0, name, &real, &phys.frames.vmstat.event(*event));
        }
    }
    tally.skipped.push(Part::named("thp_*").into());
}

/// A frame, as far as it is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Frame {
    /// In no state that a dump has.
    Unknown,
    Hole,
    Free,
    Pcp,
    Reserved,
    /// Allocated since: for whom is input.
    New,
    /// In use as before.
    Fixed(FrameUse),
    /// A page that can be on an LRU list.
    Page {
        mapping: PageMapping,
        refcount: u32,
        mappings: u32,
        flags: PageFlags,
    },
}

/// Compares what every frame is used for. Those that changed count one by one, the others by their
/// pageblocks.
fn compare_frames(tally: &mut Tally, phys: &Phys, before: &CompactionState, after: &CompactionState) {
    let size = phys.pageblock_order();
    let mut block: Option<(Pfn, Option<Pfn>)> = None;
    for (pfn, class) in after.frames.iter() {
        let was =
            before.class_of(pfn).map_or(Frame::Unknown, |class| of_class(class, is_batched(before, pfn)));
        let real = of_class(&after.classes[class], is_batched(after, pfn));
        let ours = of_model(phys, before, pfn);
        let same = is_same(real, ours);
        if block.is_none_or(|(first, _)| first != pfn.align_down(size)) {
            note_block(tally, block.take());
            block = Some((pfn.align_down(size), None));
        }
        if real != was || ours != was {
            let class = Class::against(&was, &real);
            tally.note(class, 0, format_args!("frame {pfn}"), same, || {
                (format!("{real:?}"), format!("{ours:?}"))
            });
        } else if !same && let Some((_, wrong)) = &mut block {
            wrong.get_or_insert(pfn);
        }
    }
    note_block(tally, block);
}

fn note_block(tally: &mut Tally, block: Option<(Pfn, Option<Pfn>)>) {
    if let Some((first, wrong)) = block {
        let what = format_args!("frames from {first} on that stay");
        tally.note(Class::Unchanged, 0, what, wrong.is_none(), || ("as before".into(), format!("{wrong:?}")));
    }
}

fn is_batched(state: &CompactionState, pfn: Pfn) -> bool {
    state.batch.contains(&pfn)
}

/// Flags that are compared: the others say where the page waits, or what its entries know.
fn kept(flags: PageFlags, mapping: PageMapping) -> PageFlags {
    let flags = flags.without(PageFlags::LRU).without(PageFlags::LRU_BATCH);
    // The entry knows that an anonymous page is dirty until it is moved.
    if mapping == PageMapping::Anon { flags.without(PageFlags::DIRTY) } else { flags }
}

fn of_class(class: &FrameClass, is_batched: bool) -> Frame {
    match class.usage {
        FrameUse::Hole => Frame::Hole,
        FrameUse::Free => Frame::Free,
        FrameUse::Pcp => Frame::Pcp,
        FrameUse::Reserved => Frame::Reserved,
        FrameUse::Slab
        | FrameUse::Compound
        | FrameUse::Tail
        | FrameUse::Kernel
        | FrameUse::Inner
        | FrameUse::Movable => Frame::Fixed(class.usage),
        FrameUse::Lru => Frame::Page {
            mapping: class.mapping,
            refcount: class.refcount.saturating_sub(u32::from(is_batched)),
            mappings: class.mappings,
            flags: kept(class.flags, class.mapping),
        },
    }
}

fn of_model(phys: &Phys, before: &CompactionState, pfn: Pfn) -> Frame {
    let Some((head, state)) = phys.frames.mem_map.block_of(pfn) else { return Frame::Hole };
    match state.kind() {
        Kind::Hole => return Frame::Hole,
        Kind::Free => return Frame::Free,
        Kind::Pcp => return Frame::Pcp,
        Kind::Reserved => return Frame::Reserved,
        Kind::Unknown | Kind::Kernel | Kind::PageTable | Kind::Anon | Kind::File | Kind::Slab => {}
    }
    let Some(class) = phys.captured_class(head).and_then(|class| before.classes.get(class)) else {
        return Frame::New;
    };
    match class.usage {
        FrameUse::Lru if head == pfn => Frame::Page {
            mapping: class.mapping,
            refcount: phys.frames.mem_map.refcount(pfn)
                - u32::from(state.flags().contains(PageFlags::LRU_BATCH)),
            mappings: phys.frames.mem_map.mappings(pfn),
            flags: kept(state.flags(), class.mapping),
        },
        FrameUse::Lru | FrameUse::Slab | FrameUse::Compound if head != pfn => Frame::Fixed(FrameUse::Tail),
        FrameUse::Kernel | FrameUse::Inner => {
            before.class_of(pfn).map_or(Frame::Unknown, |class| Frame::Fixed(class.usage))
        }
        usage @ (FrameUse::Hole
        | FrameUse::Free
        | FrameUse::Pcp
        | FrameUse::Reserved
        | FrameUse::Slab
        | FrameUse::Compound
        | FrameUse::Tail
        | FrameUse::Lru
        | FrameUse::Movable) => Frame::Fixed(usage),
    }
}

fn is_same(real: Frame, ours: Frame) -> bool {
    let is_used = !matches!(real, Frame::Unknown | Frame::Hole | Frame::Free | Frame::Pcp | Frame::Reserved);
    // Where no RAM is, page structs say reserved.
    let is_hole = ours == Frame::Hole && real == Frame::Reserved;
    real == ours || (ours == Frame::New && is_used) || is_hole
}
