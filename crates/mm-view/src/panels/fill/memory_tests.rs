//! Zones and caches as the panels show them, asked of the model.

use mm::session::{Position, Session};
use mm::store::PageFlags;
use mm::units::Pfn;

use super::tests::run;
use super::{compaction, inspect, slab, zones};
use crate::panels::inspector::InspectorView;
use crate::panels::slab::{Freelist, LANE_SLABS, LanePlace, ObjectState, SlabAsk, SlabView};
use crate::panels::structs::FieldValue;
use crate::panels::zones::{GFPS, MarkName, RequestAsk, Verdict, ZonesView};
use crate::panels::{Moment, Thing};

fn asked(session: &Session, gfp: &str, order: u8) -> ZonesView {
    let gfp = GFPS.iter().position(|(name, _)| *name == gfp).expect("one of the choices");
    zones(Moment::from(session), RequestAsk { gfp, order, node: 0 })
}

#[test]
fn a_request_sees_its_zones_from_the_highest_down() {
    let session = run("boot ram=6G\n");
    let view = asked(&session, "GFP_KERNEL", 0);
    let names: Vec<_> = view.request.tries.iter().map(|one| one.zone.name).collect();
    assert_eq!(names, ["Normal", "DMA32", "DMA"]);
    assert_eq!(view.request.served, Some((0, MarkName::Low)));
    for one in &view.request.tries {
        let [low, min] = one.tests.expect("the kernel may use them all");
        assert!(min.mark < low.mark, "{}", one.zone.name);
        let row = view.zones.iter().find(|row| row.name == one.zone).expect("a zone with memory");
        assert_eq!((low.free, low.mark), (row.free, row.marks[1] + row.boost));
        let kept = row.reserves.iter().find(|kept| kept.from == view.request.highest).expect("its class");
        assert_eq!(low.reserve, kept.pages);
    }
    // A driver with 24 address lines can use one zone only.
    let dma = asked(&session, "GFP_DMA", 0).request;
    let allowed: Vec<_> =
        dma.tries.iter().filter(|one| one.tests.is_some()).map(|one| one.zone.name).collect();
    assert_eq!(allowed, ["DMA"]);
    assert_eq!(dma.served, Some((2, MarkName::Low)));
    // What cannot wait may go further down.
    let urgent = asked(&session, "GFP_ATOMIC", 1).request.tries[0].tests.expect("allowed")[1].mark;
    let patient = asked(&session, "GFP_KERNEL", 1).request.tries[0].tests.expect("allowed")[1].mark;
    assert!(urgent < patient, "{urgent} {patient}");
}

#[test]
fn what_the_panel_foretells_is_what_the_allocator_does() {
    for text in
        ["boot ram=512M\n", "boot ram=6G nodes=2 cpus=2\n", "boot ram=2G arch=i386\n", "boot ram=128M\n"]
    {
        for (gfp, _) in GFPS {
            for order in [0, 3, 10] {
                let mut session = run(text);
                let view = asked(&session, gfp, order);
                let (at, _) = view.request.served.expect("memory is plenty");
                let zone = view.request.tries[at].zone.clone();
                let end = format!(
                    "{text}kernel: x = alloc_pages order={order} gfp={}\n",
                    GFPS.iter().find(|(name, _)| *name == gfp).expect("known").1
                );
                session = run(&end);
                let checks = zones(Moment::from(&session), RequestAsk::default()).checks;
                let passed =
                    checks.iter().find(|check| check.test.verdict == Verdict::Ok).expect("one passed");
                assert_eq!(passed.zone, zone, "{text} {gfp} {order}");
            }
        }
    }
}

#[test]
fn tests_of_the_command_stand_with_their_operands() {
    let mut session = run("boot ram=512M\nkernel: a = alloc_pages order=0\n");
    let mut seen = Vec::new();
    for step in 0..=session.end_of(2).step {
        session.seek(Position { command: 2, step });
        let view = zones(Moment::from(&session), RequestAsk::default());
        for check in view.checks.iter().filter(|check| check.now) {
            let test = check.test;
            assert_eq!(test.free - test.unusable > test.mark + test.reserve, test.verdict == Verdict::Ok);
            assert_eq!(check.at, (2, step));
            seen.push(check.zone.name);
        }
    }
    assert_eq!(seen, ["DMA32"]);
}

#[test]
fn a_machine_with_a_hole_shows_it() {
    let session = run("boot ram=6G\n");
    let view = asked(&session, "GFP_KERNEL", 0);
    let of = |name: &str| view.zones.iter().find(|row| row.name.name == name).expect("there");
    let dma32 = of("DMA32");
    assert!(dma32.present < u64::from(dma32.span.end - dma32.span.start));
    let holes: u32 = dma32.holes.iter().map(|run| run.end - run.start).sum();
    assert!(holes > 0 && u64::from(holes) <= u64::from(dma32.span.end - dma32.span.start) - dma32.present);
    assert_eq!(view.bands, []);
    assert_eq!(view.nodes[0].distances, [10]);
}

#[test]
fn thirty_two_bits_show_where_the_fourth_gigabyte_goes() {
    let session = run("boot ram=2G arch=i386\n");
    let view = asked(&session, "GFP_KERNEL", 0);
    assert_eq!(view.bands.first().map(|band| band.start), Some(0xc000_0000));
    assert!(view.bands.last().is_some_and(|band| band.end <= 1 << 32));
    assert!(view.bands.windows(2).all(|pair| pair[0].end <= pair[1].start));
    let kernel: Vec<_> = view.request.tries.iter().map(|one| (one.zone.name, one.tests.is_some())).collect();
    assert_eq!(kernel, [("HighMem", false), ("Normal", true), ("DMA", true)]);
}

const CACHE: &str = "\
boot ram=1G
kernel: c = kmem_cache_create inode size=600
kernel: a = kmem_cache_alloc c count=40
kernel: kmem_cache_free a[3]
kernel: kmem_cache_free a[5]
";

fn slabs(session: &Session, ask: &SlabAsk) -> SlabView {
    slab(Moment::from(session), ask)
}

#[test]
fn a_cache_shows_where_its_slabs_are() {
    let session = run(CACHE);
    let view = slabs(&session, &SlabAsk { bytes: 65, ..SlabAsk::default() });
    let cache = view.cache.expect("the script made one");
    assert_eq!(cache.row.name, "inode");
    let counted: u64 = cache.lanes.iter().map(|lane| lane.slabs).sum();
    assert_eq!(counted, cache.row.slabs, "every slab is at one place");
    for lane in &cache.lanes {
        assert_eq!(u64::try_from(lane.shown.len()).expect("few"), lane.slabs, "{:?}", lane.place);
        for tile in &lane.shown {
            let used = tile.cells.iter().filter(|used| **used).count();
            assert_eq!(mm::units::count(used), tile.used);
        }
    }
    let used: u32 = cache.lanes.iter().flat_map(|lane| &lane.shown).map(|tile| tile.used).sum();
    assert_eq!(used, 38);
    // Which slab the two came back to decides whose freelist has them.
    let grid = cache.slab.expect("the step freed an object of one");
    let free = |cell: &crate::panels::slab::ObjectCell| {
        matches!(cell.state, ObjectState::Free { list: Freelist::Slab, .. })
    };
    assert!(grid.cells.iter().any(free), "{:?}", grid.place);
    assert!(grid.cells.iter().any(|cell| cell.changed), "the step wrote one");
    assert_eq!(view.kmalloc.choice.and_then(|choice| choice.cache).as_deref(), Some("kmalloc-96"));
    assert!(view.hidden > 40 && view.caches.len() < 5);
}

#[test]
fn a_freelist_is_numbered_in_the_order_in_which_it_will_be_handed_out() {
    let session = run(
        "boot ram=1G\nkernel: c = kmem_cache_create inode size=512\nkernel: a = kmem_cache_alloc c count=4\nkernel: kmem_cache_free a[1]\n",
    );
    let view = slabs(&session, &SlabAsk::default());
    let grid = view.cache.and_then(|cache| cache.slab).expect("a slab");
    assert_eq!(grid.place, LanePlace::Cpu(0));
    let mut list: Vec<(u32, u32)> = grid
        .cells
        .iter()
        .filter_map(|cell| match cell.state {
            ObjectState::Free { list: Freelist::Cpu, nth, .. } => Some((nth, cell.index)),
            ObjectState::Free { .. } | ObjectState::Allocated => None,
        })
        .collect();
    list.sort_unstable();
    assert_eq!(list, [(1, 1), (2, 4), (3, 5), (4, 6), (5, 7)]);
    let thing = Thing::Object { slab: grid.pfn, index: 0 };
    let InspectorView::Object(object) = inspect(Moment::from(&session), Some(&thing)) else {
        panic!("there")
    };
    assert_eq!(object.labels, ["a[0]"]);
    for thing in [Thing::Cache("inode".into()), Thing::Slab(grid.pfn), Thing::Node(0), Thing::Pageblock(3)] {
        let view = inspect(Moment::from(&session), Some(&thing));
        assert!(!matches!(view, InspectorView::Gone(_) | InspectorView::Empty), "{thing:?}");
    }
    for thing in [Thing::Cache("cat".into()), Thing::Slab(1), Thing::Node(9), Thing::Pageblock(u32::MAX)] {
        assert!(matches!(inspect(Moment::from(&session), Some(&thing)), InspectorView::Gone(_)), "{thing:?}");
    }
}

#[test]
fn a_slab_of_many_objects_shows_those_that_matter() {
    let session = run("boot ram=128M\nkernel: y = kmalloc 8 count=500\n");
    let grid = slabs(&session, &SlabAsk::default()).cache.and_then(|cache| cache.slab).expect("a slab");
    assert_eq!((grid.objects, grid.cells.len()), (512, 128));
    assert!(grid.cells.iter().any(|cell| cell.index == 499 && cell.changed), "what the step wrote");
    let ask = SlabAsk { object: Some(3), ..SlabAsk::default() };
    let grid = slabs(&session, &ask).cache.and_then(|cache| cache.slab).expect("a slab");
    assert_eq!(grid.cells[0].index, 0);
    assert_eq!(grid.lists[0], (Freelist::Cpu, 12, (500..512).collect()));
    let thing = Thing::Object { slab: grid.pfn, index: 300 };
    assert!(matches!(inspect(Moment::from(&session), Some(&thing)), InspectorView::Object(_)));
}

#[test]
fn ten_thousand_slabs_show_a_window() {
    let session = run(
        "boot ram=1G\nkernel: c = kmem_cache_create big size=2048\nkernel: a = kmem_cache_alloc c count=40000\n",
    );
    let view = slabs(&session, &SlabAsk { from: 100, ..SlabAsk::default() });
    let cache = view.cache.expect("made");
    let full = cache.lanes.last().expect("always there");
    assert_eq!(full.place, LanePlace::Full);
    assert!(full.slabs > 1000, "{}", full.slabs);
    assert_eq!(full.shown.len(), LANE_SLABS);
    let other = slabs(&session, &SlabAsk { from: 101, ..SlabAsk::default() }).cache.expect("made");
    assert_eq!(other.lanes.last().expect("there").shown[0], full.shown[1]);
}

#[test]
fn without_caches_there_is_nothing_to_show() {
    let view = slabs(&run("boot ram=128M\n"), &SlabAsk { bytes: 9000, ..SlabAsk::default() });
    assert_eq!((view.cache, view.caches), (None, Vec::new()));
    let choice = view.kmalloc.choice.expect("whole frames");
    assert_eq!((choice.cache, choice.takes, choice.order), (None, 16384, Some(2)));
    let all = slabs(&run("boot ram=128M\n"), &SlabAsk { all: true, ..SlabAsk::default() });
    assert_eq!(all.caches.len(), 52);
}

/// Memory of which every second page was given back: no large block is left where it lies.
fn riddled() -> String {
    let mut text = "boot ram=128M thp=never\nspawn p\np: b = mmap 64M\np: touch b\n".to_owned();
    for page in (0..4096).step_by(2) {
        text.push_str(&format!("p: munmap b+{}K 4K\n", 4 * page));
    }
    text
}

#[test]
fn scanners_walk_towards_each_other() {
    let text = format!("{}echo 1 > /proc/sys/vm/compact_memory\n", riddled());
    let mut session = run(&text);
    let end = session.position();
    let view = |session: &Session| compaction(Moment::from(session), None, None);
    let whole = view(&session);
    assert_eq!(whole.zones[whole.zone].name, "DMA32");
    let frames: u64 = whole.cells.iter().map(|cell| u64::from(cell.movable + cell.free + cell.fixed)).sum();
    assert!(frames <= u64::from(whole.span.end), "{frames}");
    let (mut migrate, mut free) = (0, u32::MAX);
    let mut moved = 0;
    for step in (0..=end.step).step_by(97) {
        session.seek(Position { command: end.command, step });
        let zone = Some((0, 1));
        let Some(run) = compaction(Moment::from(&session), zone, None).run else { continue };
        // Within a pageblock the free scanner goes upwards, from pageblock to pageblock down.
        let block = run.free.1 / whole.pageblock_frames;
        assert!(run.migrate.1 >= migrate && block <= free, "step {step}: {run:?}");
        (migrate, free) = (run.migrate.1, block);
        moved = run.moved.0;
    }
    assert!(moved > 100 && migrate > 0, "{moved} pages moved");
    // What was worth nothing to large requests is worth something now.
    session.seek(Position { command: end.command, step: 0 });
    let before = compaction(Moment::from(&session), Some((0, 1)), None);
    session.seek(end);
    let after = compaction(Moment::from(&session), Some((0, 1)), None);
    assert!(after.orders[4].unusable < before.orders[4].unusable);
    assert_eq!(after.orders[0].unusable, 0);
}

/// The value of a field as it is shown, and whether the step wrote it.
fn field(session: &Session, thing: &Thing, name: &str) -> (String, bool) {
    let view = inspect(Moment::from(session), Some(thing));
    let fields = if let InspectorView::Zone(zone) = view {
        zone.fields
    } else if let InspectorView::Node(node) = view {
        node.fields
    } else if let InspectorView::Frame(frame) = view {
        frame.other_fields
    } else {
        panic!("{view:?}")
    };
    let field = fields.iter().find(|field| field.field.name() == name).expect("a field");
    let text =
        if let FieldValue::Live(text) = &field.value { text.clone() } else { format!("{:?}", field.value) };
    (text, field.changed)
}

#[test]
fn the_structures_show_what_compaction_and_kcompactd_keep() {
    let zone = Thing::Zone { node: 0, zone: 1 };
    let value = |session: &Session, name: &str| field(session, &zone, name).0;
    let mut session = run(&riddled());
    assert_eq!(value(&session, "compact_cached_free_pfn"), "0");
    assert_eq!(value(&session, "compact_cached_migrate_pfn[ASYNC_AND_SYNC]"), "async 0, sync 0");
    session = run(&format!("{}echo 1 > /proc/sys/vm/compact_memory\n", riddled()));
    let view = compaction(Moment::from(&session), Some((0, 1)), None);
    let [migrate, sync, free] =
        [view.cached.migrate_async, view.cached.migrate_sync, view.cached.free].map(|pfn| pfn.expect("kept"));
    assert_eq!(value(&session, "compact_cached_free_pfn"), free.to_string());
    assert_eq!(
        value(&session, "compact_cached_migrate_pfn[ASYNC_AND_SYNC]"),
        format!("async {migrate}, sync {sync}")
    );
    assert_eq!(value(&session, "compact_defer_shift"), "0");
    // Some step of the run wrote the position, and says so.
    let end = session.position();
    let wrote = (1..=end.step).rev().find(|&step| {
        session.seek(Position { command: end.command, step });
        field(&session, &zone, "compact_cached_free_pfn").1
    });
    assert!(wrote.is_some(), "no step marks the position");

    let node = Thing::Node(0);
    let session = run("boot ram=128M\n");
    assert_eq!(field(&session, &node, "kcompactd_max_order").0, "0");
    assert_eq!(field(&session, &node, "kcompactd_highest_zoneidx").0, "1 (DMA32)");
    assert_eq!(field(&session, &node, "proactive_compact_trigger").0, "0");
    assert_eq!(field(&session, &node, "deferred_split_queue").0, "split_queue_len 0");
    assert_eq!(field(&session, &node, "kswapd_failures").0, "NotModelled(Reclaim)");
    let session = run("boot ram=128M\necho 30 > /proc/sys/vm/compaction_proactiveness\n");
    assert_eq!(field(&session, &node, "proactive_compact_trigger").0, "1");
}

#[test]
fn a_first_tail_page_says_how_its_whole_is_freed() {
    let session = run("boot ram=1G\nspawn t\nt: h = mmap 4M align=2M\nt: touch h 4K\n");
    let head = compound(&session);
    let at = |pfn, name| field(&session, &Thing::Frame(pfn), name).0;
    assert_eq!(at(head + 1, "compound_dtor"), "TRANSHUGE_PAGE_DTOR");
    assert_eq!(at(head + 1, "compound_order"), "9");
    assert_eq!(at(head + 2, "compound_order"), "OtherUse");
}

/// The first page of several frames.
fn compound(session: &Session) -> u32 {
    let map = &session.world().phys.frames.mem_map;
    let is_head = |pfn: &u32| map.state(Pfn(*pfn)).flags().contains(PageFlags::HEAD);
    (0..map.end().0)
        .filter(|&pfn| map.block_of(Pfn(pfn)).is_some_and(|(head, _)| head == Pfn(pfn)))
        .find(is_head)
        .expect("made")
}

#[test]
fn thirty_two_bits_count_pageblocks_in_the_zone_itself() {
    let session = run("boot ram=1G arch=i386\n");
    let (types, _) = field(&session, &Thing::Zone { node: 0, zone: 1 }, "pageblock_flags");
    assert!(types.starts_with("Movable "), "{types}");
}

#[test]
fn a_large_request_is_told_why() {
    use crate::panels::compaction::Answer;
    let plenty = compaction(Moment::from(&run("boot ram=512M\n")), None, Some(9));
    assert_eq!(plenty.outlook.answer, Answer::NotNeeded);
    assert_eq!(plenty.orders[9].fragmentation, -1000);
    let large = compaction(Moment::from(&run("boot ram=76G\n")), None, None);
    assert!(large.cells.len() <= 256 && large.per_cell > 1);
}
