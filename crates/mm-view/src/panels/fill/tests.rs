//! The views of one story: what the picture of the page shows, asked of the model.

use mm::session::{Position, Session};
use mm::units::count;

use super::{AgeBook, buddy, counters, inspect, map, process, strip, translate};
use crate::panels::buddy::ChipState;
use crate::panels::frames::{
    Age, AreaName, ColourBy, Content, Detail, GroupKey, MapAsk, MapView, PageblockView, SHARES, Share,
};
use crate::panels::inspector::InspectorView;
use crate::panels::translate::{Access, CpuMode, FaultReason, Outcome, Reach, TranslateAsk};
use crate::panels::{FrameKind, Moment, Thing};
use crate::tests::session;

const STORY: &str = "\
boot state=512M-buddy thp=never
spawn web
web: buf = mmap 16M
web: touch buf 1436K
web: write buf+0x167123 8
web: write 0x0 !SIGSEGV
";

/// Runs a script, which must go as it says.
pub(super) fn run(text: &str) -> Session {
    let session = session(text);
    let unexpected: Vec<_> =
        session.unexpected().map(|(record, why)| (record.command.at.line, *why)).collect();
    assert_eq!(unexpected, []);
    session
}

fn whole_map(session: &Session, detail: Detail, by: ColourBy) -> MapView {
    let ask = MapAsk { first: 0, count: u32::MAX, detail, by };
    map(Moment::from(session), ask, &mut AgeBook::default())
}

fn shares(block: &PageblockView) -> [Share; SHARES] {
    let Content::Shares(shares) = block.content else { panic!("shares were asked for") };
    shares
}

fn shown(session: &Session) -> crate::panels::translate::TranslateView {
    translate(Moment::from(session), &TranslateAsk::default()).expect("a process")
}

#[test]
fn the_walk_grows_with_its_steps() {
    let mut session = run(STORY);
    let command = 5;
    let last = session.end_of(command).step;
    let mut reached = Vec::new();
    for step in 0..=last {
        session.seek(Position { command, step });
        let view = shown(&session);
        assert_eq!(view.expression, "buf+0x167123");
        let count = view.levels.iter().filter(|level| level.reach == Reach::Reached).count();
        if reached.last() != Some(&count) {
            reached.push(count);
        }
    }
    assert_eq!(reached.first(), Some(&0), "before the first read");
    assert_eq!(reached.last(), Some(&4), "after the fault was served");
    let Outcome::Mapped { frame, kind, .. } = shown(&session).outcome else { panic!("mapped at the end") };
    assert_eq!(kind, FrameKind::Anon);
    let InspectorView::Frame(view) = inspect(Moment::from(&session), Some(&Thing::Frame(frame))) else {
        panic!("frame {frame} is there")
    };
    assert_eq!(view.mapped_by[0].expression.as_deref(), Some("buf+0x167000"));
    assert!(view.entry.is_some_and(|entry| entry.target.frame() == Some(frame)));
    assert!(!view.life.is_empty());
}

#[test]
fn a_fault_shows_its_signal() {
    let session = run(STORY);
    let Outcome::Fault(fault) = shown(&session).outcome else { panic!("address zero is not mapped") };
    assert_eq!(fault.error_code, 6);
    assert_eq!(format!("{:?}", fault.verdict), r#"Signal { signal: "SIGSEGV", code: "SEGV_MAPERR" }"#);
}

#[test]
fn a_refill_leaves_ghosts_and_what_expand_put_back() {
    let mut session = run(STORY);
    session.seek(session.end_of(5));
    let view = buddy(Moment::from(&session), None);
    assert_eq!(view.zones[view.zone].name, "DMA32");
    assert_eq!(view.puts, Some("expand"));
    assert!(view.takes);
    let chips = view.orders.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.chips);
    assert!(chips.clone().any(|chip| chip.state == ChipState::Taken));
    let frames: u64 = view.orders.iter().map(|row| row.blocks << row.order).sum();
    assert_eq!(frames, view.free, "the counter is what the lists hold");
    for row in &view.orders {
        let listed: u64 = row.cells.iter().map(|cell| u64::from(cell.count)).sum();
        assert_eq!(listed, row.blocks, "order {}", row.order);
    }
}

#[test]
fn every_frame_is_on_the_map_once() {
    let session = run(STORY);
    let view = whole_map(&session, Detail::Blocks, ColourBy::Kind);
    let mut at = 0;
    for block in &view.blocks {
        let Content::Runs(runs) = &block.content else { panic!("blocks were asked for") };
        for run in runs {
            assert_eq!(run.start, at);
            at = run.end;
        }
    }
    assert_eq!(at, view.end);
    let counted = |kind: FrameKind| -> u64 {
        let runs = view.blocks.iter().filter_map(|block| match &block.content {
            Content::Runs(runs) => Some(runs),
            Content::Shares(_) => None,
        });
        runs.flatten().filter(|run| run.kind == kind).map(|run| u64::from(run.end - run.start)).sum()
    };
    for group in &view.groups {
        let GroupKey::Kind(kind) = group.key else { panic!("kinds were asked for") };
        if kind != FrameKind::Hole {
            assert_eq!(counted(kind), group.frames, "{kind:?}");
        }
    }
    assert_eq!(strip(session.world(), 256).columns.len(), 256);
}

#[test]
fn a_large_machine_is_drawn_from_counts() {
    let session = run("boot ram=76G\n");
    let strip = strip(session.world(), 256);
    assert!(strip.columns.len() <= 256 && strip.blocks_per_column > 1);
    for by in ColourBy::ALL {
        let view = whole_map(&session, Detail::Shares, by);
        assert_eq!(count(view.blocks.len()), view.pageblocks);
        let seen: u64 = view.blocks.iter().flat_map(shares).map(|share| u64::from(share.frames)).sum();
        assert_eq!(seen, u64::from(view.end), "{by:?}");
    }
}

#[test]
fn a_process_shows_its_areas_and_what_the_command_counted() {
    let mut session = run(STORY);
    session.seek(Position { command: 5, step: 0 });
    let before = counters(session.world(), "web");
    session.seek(session.end_of(5));
    let view = process(Moment::from(&session), None, &before).process.expect("web runs");
    assert_eq!(view.process.name, "web");
    let faults = view.counters[0];
    assert_eq!(faults.value, faults.before + 1);
    let buf = view
        .areas
        .iter()
        .find(|area| area.labels.iter().any(|(name, _)| name == "buf"))
        .expect("buf is mapped");
    assert_eq!(buf.perms, "rw-p");
    let start = buf.start;
    let InspectorView::Vma(area) =
        inspect(Moment::from(&session), Some(&Thing::Vma { process: "web".into(), start }))
    else {
        panic!("the area is there")
    };
    assert!(area.resident > 0);
}

#[test]
fn i386_has_two_levels() {
    let session = run("boot ram=512M arch=i386\nspawn p\np: a = mmap 1M\np: write a+0x123\n");
    let view = shown(&session);
    assert_eq!(view.levels.len(), 2);
    assert_eq!(view.levels[0].entries, 1024);
    assert!(view.canonical.is_none());
    assert!(matches!(view.outcome, Outcome::Mapped { .. }));
}

#[test]
fn what_is_not_there_is_gone() {
    let session = run(STORY);
    for thing in [
        Thing::Frame(u32::MAX),
        Thing::Process("cat".into()),
        Thing::Zone { node: 9, zone: 9 },
        Thing::Node(9),
    ] {
        assert!(matches!(inspect(Moment::from(&session), Some(&thing)), InspectorView::Gone(_)), "{thing:?}");
    }
    assert_eq!(inspect(Moment::from(&session), None), InspectorView::Empty);
}

#[test]
fn a_slab_shows_its_own_words_of_the_page_struct() {
    let session = run("boot ram=1G
kernel: c = kmem_cache_create inode size=512
kernel: a = kmem_cache_alloc c count=9
kernel: kmem_cache_free a[3]
");
    let Some(mm::label::Label::Objects { at, .. }) = session.world().labels.get("a") else {
        panic!("objects")
    };
    let pfn = mm::slab::frame_of(session.world().rest.virt.layout, at.get(3).expect("nine objects"))
        .expect("an address of the direct map");
    let view = inspect(Moment::from(&session), Some(&Thing::Frame(pfn.0)));
    let InspectorView::Frame(frame) = view else { panic!("a frame") };
    let word = |name: &str| {
        frame.words.iter().find(|word| word.field.name() == name).map(|word| word.value.as_str())
    };
    assert_eq!(word("slab_cache"), Some("inode"));
    assert_eq!(word("freelist"), Some("object 3"));
    assert_eq!(word("counters"), Some("inuse 7 objects 8 frozen 1"));
}

#[test]
fn a_walk_is_shown_for_who_is_left() {
    let text = "boot ram=128M thp=never\nspawn a\na: m = mmap 4K\na: write m\nspawn b\nb: n = mmap 4K\nb: write n\n\
                a: write m\na: exit";
    let session = session(text);
    let view = translate(Moment::from(&session), &TranslateAsk::default()).expect("b still has tables");
    assert!(view.process.is_some_and(|process| process.name == "b"));
}

#[test]
fn a_zone_and_a_node_show_their_structures() {
    use crate::panels::structs::{FieldId, FieldValue, NodeField, StructField, ZoneField};
    let session = run("boot ram=1G nodes=2 cpus=2\n");
    let live = |fields: &[StructField], id: FieldId| {
        let field = fields.iter().find(|field| field.field == id).expect("every field is listed");
        let FieldValue::Live(text) = &field.value else { panic!("{id:?} has no value") };
        (text.clone(), field.links.clone())
    };
    let dma = Thing::Zone { node: 0, zone: 0 };
    let InspectorView::Zone(zone) = inspect(Moment::from(&session), Some(&dma)) else { panic!("a zone") };
    let free: u64 = live(&zone.fields, FieldId::Zone(ZoneField::FreeArea))
        .0
        .split(' ')
        .zip(0..)
        .map(|(blocks, order)| blocks.parse::<u64>().expect("a count") << order)
        .sum();
    assert_eq!(free, zone.free);
    assert_eq!(live(&zone.fields, FieldId::Zone(ZoneField::ZonePgdat)).1[0].1, Thing::Node(0));
    let InspectorView::Node(node) = inspect(Moment::from(&session), Some(&Thing::Node(1))) else {
        panic!("a node")
    };
    let (order, links) = live(&node.fields, FieldId::Node(NodeField::NodeZonelists));
    assert!(order.starts_with("DMA32@1, DMA32@0"), "own node first: {order}");
    assert_eq!(links.len(), order.split(", ").count());
    assert_eq!(u64::from(session.world().phys.node_span(mm::config::NodeId(1)).present), node.present);
}

/// Frames in sight of each group.
fn grouped(view: &MapView) -> Vec<(GroupKey, u64)> {
    let mut frames = vec![0; view.groups.len()];
    for block in &view.blocks {
        let Content::Runs(runs) = &block.content else { panic!("blocks were asked for") };
        for run in runs {
            frames[usize::from(run.group)] += u64::from(run.end - run.start);
        }
    }
    view.groups.iter().map(|group| group.key.clone()).zip(frames).collect()
}

#[test]
fn the_legend_counts_what_the_map_shows() {
    let session = run(STORY);
    for by in ColourBy::ALL {
        let view = whole_map(&session, Detail::Blocks, by);
        for ((key, seen), group) in grouped(&view).into_iter().zip(&view.groups) {
            let is_hole = matches!(key, GroupKey::Kind(FrameKind::Hole) | GroupKey::Others);
            // A zone's and a pageblock's frames are counted with and without holes.
            if !is_hole && !matches!(by, ColourBy::Zone | ColourBy::Type) {
                assert_eq!(seen, group.frames, "{by:?} {key:?}");
            }
        }
    }
}

#[test]
fn owners_are_areas_caches_and_tables() {
    let session = run(STORY);
    let view = whole_map(&session, Detail::Blocks, ColourBy::Owner);
    let frames = |wanted: &dyn Fn(&GroupKey) -> bool| -> u64 {
        grouped(&view).iter().filter(|(key, _)| wanted(key)).map(|(_, frames)| frames).sum()
    };
    let buf =
        |key: &GroupKey| matches!(key, GroupKey::Area { area: AreaName::Named(name), .. } if name == "buf");
    assert_eq!(frames(&buf), 360, "1436K were touched, and a page after them");
    assert!(frames(&|key| matches!(key, GroupKey::Tables { process, .. } if process == "web")) >= 5);
}

#[test]
fn ages_follow_the_place_in_the_script() {
    let mut session = run(STORY);
    let mut book = AgeBook::default();
    let ask = MapAsk { first: 0, count: u32::MAX, detail: Detail::Blocks, by: ColourBy::Age };
    let mut frames = |session: &Session, age: Age| -> u64 {
        let view = map(Moment::from(session), ask, &mut book);
        grouped(&view).iter().filter(|(key, _)| *key == GroupKey::Age(age)).map(|(_, frames)| frames).sum()
    };
    session.seek(Position { command: 1, step: 0 });
    assert_eq!(frames(&session, Age::ThisCommand) + frames(&session, Age::OneCommand), 0);
    session.seek(session.end_of(4));
    let touched = frames(&session, Age::ThisCommand) + frames(&session, Age::ThisStep);
    assert!(touched >= 359, "{touched}");
    session.seek(Position { command: 5, step: 0 });
    assert_eq!(frames(&session, Age::ThisCommand), 0);
    assert_eq!(frames(&session, Age::OneCommand), touched, "what the touch did is one command old");
    session.seek(session.end_of(5));
    assert!(frames(&session, Age::ThisCommand) + frames(&session, Age::ThisStep) >= 31, "the refill");
}

#[test]
fn a_fallback_shows_what_it_decided() {
    let mut session = run(include_str!("../../../../../tests/scenarios/steal-pageblock.mm"));
    let mut seen = Vec::new();
    for command in 2..=count(session.records().len()) {
        for step in 1..=session.end_of(command).step {
            session.seek(Position { command, step });
            if let Some(fallback) = buddy(Moment::from(&session), None).fallback {
                seen.push(fallback);
            }
        }
    }
    let first = seen.first().expect("something was stolen");
    assert!(first.is_now && first.weighed.is_none(), "nothing is known before it happened");
    assert!(first.tried.contains(&first.from), "{first:?}");
    for fallback in &seen {
        if let Some(weighed) = fallback.weighed {
            assert_eq!(weighed.is_enough(), !fallback.retyped.is_empty() || fallback.is_now, "{fallback:?}");
        }
        for lang in crate::Lang::ALL {
            assert!(!fallback.reach(lang).is_empty());
            assert_eq!(fallback.verdict(lang).is_some(), fallback.weighed.is_some());
        }
    }
}

#[test]
fn a_huge_page_is_told_from_each_of_its_frames() {
    let session = run("boot ram=256M thp=always; spawn web bare\nweb: buf = mmap 2M align=2M; write buf\n\
                       web: munmap buf+4K 4K");
    let at = Moment::from(&session);
    let queued = session.world().phys.lists().split_queue(mm::config::NodeId(0));
    let link = session.world().phys.frames.mem_map.first(queued).expect("a page to be split");
    let frame = |pfn: u32| {
        let InspectorView::Frame(view) = inspect(at, Some(&Thing::Frame(pfn))) else { panic!("a frame") };
        view
    };
    let head = link.0 - 2;
    let (first, gone, second) = (frame(head), frame(head + 1), frame(link.0));
    assert_eq!((first.block, gone.block), ((head, 9), (head, 9)));
    assert_eq!((first.mapcount, gone.mapcount, second.mapcount), (0, -1, 0));
    assert_eq!(second.mapped_by[0].address, first.mapped_by[0].address + 0x2000);
    assert_eq!(second.words[1].link, Some(head), "a tail names its head");
    assert!(second.words[3].value.contains("split_queue"), "{}", second.words[3].value);
}

#[test]
fn a_kernel_address_is_walked_as_the_kernel_unless_user_mode_is_chosen() {
    let session = run("boot ram=96M\nspawn web\nkernel: translate 0xffff888000001000");
    let view = shown(&session);
    assert_eq!(view.process.as_ref().map(|process| process.name.as_str()), Some("kernel"));
    assert_eq!(
        (view.mode, view.access, view.address),
        (CpuMode::Kernel, Access::Look, 0xffff_8880_0000_1000)
    );
    assert!(matches!(view.outcome, Outcome::Mapped { frame: 1, .. }), "{:?}", view.outcome);
    let names: Vec<&str> = view.processes.iter().map(|process| process.name.as_str()).collect();
    assert_eq!(names, ["web", "kernel"]);
    // The tables of a process hold the kernel's half too: who may use it is the question of the mode.
    for space in ["kernel", "web"] {
        for (mode, access) in [(CpuMode::User, Access::Read), (CpuMode::Kernel, Access::Write)] {
            let ask = TranslateAsk {
                process: Some(space.to_owned()),
                expression: Some("0xffff888000001000".to_owned()),
                access: Some(access),
                mode: Some(mode),
            };
            let outcome = translate(Moment::from(&session), &ask).expect("a walk").outcome;
            match (mode, outcome) {
                (CpuMode::Kernel, Outcome::Mapped { frame: 1, .. }) => {}
                (CpuMode::User, Outcome::Fault(fault)) => {
                    assert_eq!((fault.reason, fault.error_code), (FaultReason::NotUser, 5));
                }
                (_, other) => panic!("{space} in {mode:?}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_translated_address_is_shown_to_its_last_bit_mapped_or_not() {
    for (line, address) in [
        ("web: translate buf+0x123", None),
        ("web: translate 0x7ffff0000abc !FAULT", Some(0x7fff_f000_0abc)),
        ("web: translate 0x8000000000000123 !FAULT", Some(0x8000_0000_0000_0123)),
        ("kernel: translate 0xffffc90000000fff !FAULT", Some(0xffff_c900_0000_0fff)),
    ] {
        let session = run(&format!("boot ram=96M\nspawn web\nweb: buf = mmap 16K; touch buf\n{line}"));
        let buf = session.world().label_value("buf", None).expect("a label");
        assert_eq!(shown(&session).address, address.unwrap_or(buf + 0x123), "{line}");
    }
}

#[test]
fn an_address_of_the_kernel_shows_its_frame_and_no_process_shows_it() {
    let session = run("boot ram=96M\nspawn web\nkernel: v = vmalloc 4K; b = alloc_pages");
    let seen = |key: &str| inspect(Moment::from(&session), Thing::from_key(key).as_ref());
    let InspectorView::Frame(view) = seen("address:kernel/ffff888004203000") else { panic!("a frame") };
    assert_eq!(view.pfn, 0x4203);
    assert_eq!(view.direct_address, Some(0xffff_8880_0420_3000));
    assert!(matches!(seen("address:kernel/ffffc90000001000"), InspectorView::VmapArea(_)), "its guard page");
    for nobodys in ["web/ffff888004203000", "web/888004203000", "kernel/888004203000", "kernel/7fffffffffff"]
    {
        let view = seen(&format!("address:{nobodys}"));
        assert!(matches!(view, InspectorView::Gone(_)), "{nobodys}: {view:?}");
    }
}
