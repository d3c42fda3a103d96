//! Views of one known moment, for components and tests that have no machine.
//!
//! A 512 MiB machine; `web` wrote to page 378 of `buf` after a touch had emptied the CPU's list:
//! `rmqueue_bulk` took 31 frames, `expand` put back the rest, and entry 369 now names
//! frame 16899.

use super::buddy::{BuddyView, Changes, CpuRow, MigrateName, Move, OrderRow, Room, ZoneName, cell};
use super::frames::{
    Content, FrameRun, KindCount, MapAsk, MapView, PageblockView, STRIP_CELLS, StripColumn, StripView,
    ZoneMark,
};
use super::inspector::{
    Arm, Buddy, EntryView, FrameView, InspectorView, LifeLine, Mapping, PageWord, fields,
};
use super::proc_file::{ProcView, lines};
use super::process::{Counter, CounterName, ProcessDetail, ProcessView, Role, Segment, VmaRow, weight};
use super::translate::{
    Access, Canonical, CanonicalBits, EntryRow, Level, LevelName, Lookup, Offset, Outcome, Reach, Target,
    Tlb, TlbWay, TranslateView,
};
use super::{FrameKind, ProcessName, Run};

/// Frames of the machine.
const FRAMES: u32 = 131_072;

/// Returns the process of the story.
pub fn web() -> ProcessName {
    ProcessName { id: 1, name: "web".into() }
}

fn row(index: u32, target: Target, raw: u64) -> EntryRow {
    EntryRow { index, target, raw, used: false, changed: false }
}

fn level(name: LevelName, height: u8, index: u32, table: u32, used: &EntryRow, near: &[EntryRow]) -> Level {
    let first = index.saturating_sub(2).min(507);
    let window = (first..first + 5)
        .map(|at| {
            if at == index {
                EntryRow { used: true, ..used.clone() }
            } else {
                near.iter().find(|row| row.index == at).cloned().unwrap_or_else(|| row(at, Target::None, 0))
            }
        })
        .collect();
    let low = 12 + 9 * (height - 1);
    Level {
        name,
        height,
        high: low + 8,
        low,
        index,
        entries: 512,
        table: Some(table),
        window,
        in_use: Vec::new(),
        reach: Reach::Reached,
        now: false,
    }
}

fn runs(ranges: &[(u32, u32)]) -> Vec<Run> {
    ranges.iter().map(|&(start, end)| Run { start, end }).collect()
}

/// Returns the walk of `buf+0x178123` after the entry was written.
pub fn translate() -> TranslateView {
    let table = |index, pfn: u32| row(index, Target::Table(pfn), u64::from(pfn) << 12 | 0x67);
    let page = |index, pfn: u32| row(index, Target::Page(pfn), 1 << 63 | u64::from(pfn) << 12 | 0x867);
    let mut pgd = level(LevelName::Pgd, 4, 255, 26850, &table(255, 27170), &[]);
    pgd.in_use = runs(&[(255, 256), (273, 274), (403, 404), (469, 470), (510, 512)]);
    let mut pud = level(LevelName::Pud, 3, 511, 27170, &table(511, 27188), &[]);
    pud.in_use = runs(&[(511, 512)]);
    let mut pmd = level(LevelName::Pmd, 2, 440, 27188, &table(440, 28398), &[table(439, 28397)]);
    pmd.in_use = runs(&[(439, 441), (511, 512)]);
    let used = EntryRow { changed: true, ..page(369, 16899) };
    let mut pte = level(LevelName::Pte, 1, 369, 28398, &used, &[page(367, 8051), page(368, 8050)]);
    pte.in_use = runs(&[(0, 370)]);
    pte.now = true;
    let way = |page_number, frame| TlbWay { page_number, frame, hit: false, changed: false };
    TranslateView {
        processes: vec![web()],
        process: Some(web()),
        expression: "buf+0x178123".into(),
        address: 0x7fff_f717_1123,
        address_digits: 16,
        access: Access::Write,
        bytes: 8,
        canonical: Some(Canonical { high: 63, low: 48, bits: CanonicalBits::Zeros }),
        page_number: 0x7_ffff_7171,
        cr3: 0x68e_2000,
        levels: vec![pgd, pud, pmd, pte],
        offset: Offset { bits: 12, value: 0x123 },
        tlb: Tlb {
            set: 1,
            sets: 16,
            ways: vec![
                way(0x7_ffff_7161, 8065),
                way(0x7_ffff_7151, 8081),
                way(0x7_ffff_7141, 8097),
                way(0x7_ffff_7131, 8113),
            ],
            lookup: Lookup::Miss,
        },
        outcome: Outcome::Mapped { physical: 0x420_3123, frame: 16899, kind: FrameKind::Anon, entry: 369 },
        reads: 4,
        reads_total: 4,
        nanos: Some(762),
    }
}

/// Returns the same walk when three of its four tables have been read.
pub fn translate_pending() -> TranslateView {
    let mut view = translate();
    view.access = Access::Look;
    let [.., pmd, pte] = view.levels.as_mut_slice() else { unreachable!("four levels") };
    pmd.now = true;
    pte.now = false;
    pte.reach = Reach::Pending;
    pte.table = None;
    pte.in_use = Vec::new();
    for row in &mut pte.window {
        row.target = Target::Unknown;
        row.changed = false;
    }
    view.outcome = Outcome::Pending { levels_left: 1 };
    view.reads = 3;
    view.nanos = Some(13);
    view
}

/// Returns the free lists of DMA32 at the same moment.
pub fn buddy() -> BuddyView {
    let of = |list: &[u32], last: Option<u32>, count: usize, taken: &[u32], new: &[u32]| {
        let changes = Changes { taken: taken.to_vec(), new: new.to_vec() };
        cell(list.iter().copied(), last, mm::units::count(count), &changes, Room::WIDE)
    };
    let narrow = |list: &[u32], last: Option<u32>, count: usize| {
        cell(list.iter().copied(), last, mm::units::count(count), &Changes::default(), Room::NARROW)
    };
    let plain = |list: &[u32]| of(list, None, list.len(), &[], &[]);
    let movable = [
        of(&[17429], None, 1, &[16899, 17425, 130_050, 13070], &[17429]),
        of(&[17430], None, 1, &[8048, 7682, 17426, 130_048, 13068], &[17430]),
        of(&[], None, 0, &[7684, 12356, 16900, 13064, 17428], &[]),
        plain(&[7688, 13056, 12360, 16904, 130_168, 17432]),
        plain(&[7696, 12368, 16912, 8032]),
        plain(&[7712, 12384, 16928, 17440, 8000]),
        plain(&[7936, 7744, 16960, 17472]),
        plain(&[7808, 12416, 17024, 130_176, 17536]),
        plain(&[12800, 12544, 17152, 130_304, 17664]),
        plain(&[17920, 126_976]),
        of(&[28672, 29696, 30720, 31744], Some(125_952), 96, &[], &[]),
    ];
    let unmovable: [&[u32]; 11] = [&[28413], &[28414], &[], &[], &[], &[], &[], &[], &[28416], &[], &[]];
    let reclaimable: [&[u32]; 11] =
        [&[24777], &[], &[], &[24808], &[24816], &[], &[], &[], &[24832], &[25088], &[]];
    let free = 102_831;
    let orders = (0..11u8).zip(movable).map(|(order, movable)| {
        let at = usize::from(order);
        let cells = vec![plain(unmovable[at]), movable, plain(reclaimable[at])];
        let blocks: u64 = cells.iter().map(|cell| u64::from(cell.count)).sum();
        let permille = u32::try_from(((blocks << order) * 1000 + free / 2) / free).unwrap_or(1000);
        OrderRow { order, bytes: 4096 << order, blocks, cells, permille }
    });
    BuddyView {
        zones: vec![ZoneName { node: 0, zone: 0, name: "DMA" }, ZoneName { node: 0, zone: 1, name: "DMA32" }],
        zone: 1,
        free,
        marks: [652, 815, 978],
        types: vec![MigrateName::Unmovable, MigrateName::Movable, MigrateName::Reclaimable],
        cpus: vec![CpuRow {
            cpu: 0,
            frames: 129,
            cells: vec![
                narrow(&[28399], Some(28400), 14),
                of(&[17425, 130_050, 13070, 8048], Some(17428), 30, &[16899], &[]),
                narrow(&[24760], Some(24761), 17),
            ],
            higher_frames: 68,
        }],
        orders: orders.collect(),
        takes: true,
        puts: Some("expand"),
        moves: vec![
            Move { from_order: 2, from_pfn: 17428, to_order: 1, to_pfn: 17430, column: 1 },
            Move { from_order: 1, from_pfn: 17430, to_order: 0, to_pfn: 17429, column: 1 },
        ],
    }
}

fn zones() -> Vec<ZoneMark> {
    vec![
        ZoneMark { node: 0, zone: 0, name: "DMA", start: 1, end: 4096 },
        ZoneMark { node: 0, zone: 1, name: "DMA32", start: 4096, end: FRAMES },
    ]
}

fn kinds() -> Vec<KindCount> {
    [
        (FrameKind::Anon, 412),
        (FrameKind::File, 2554),
        (FrameKind::Slab, 3462),
        (FrameKind::PageTable, 28),
        (FrameKind::Kernel, 3871),
        (FrameKind::Reserved, 13977),
        (FrameKind::Pcp, 129),
        (FrameKind::Free, 106_639),
    ]
    .map(|(kind, frames)| KindCount { kind, frames })
    .to_vec()
}

/// Pageblocks 0 to 71: the migrate type's letter, then runs as letter and length, `f` and order
/// for a free block.
const MAP: &str = include_str!("sample/map.txt");

fn pageblock(number: u32) -> PageblockView {
    let line = MAP.lines().nth(mm::units::index(number)).unwrap_or("M f9");
    let mut words = line.split(' ');
    let migrate = match words.next() {
        Some("U") => MigrateName::Unmovable,
        Some("R") => MigrateName::Reclaimable,
        _ => MigrateName::Movable,
    };
    let mut at = number * 512;
    let runs = words.map(|word| {
        let (letter, length) = word.split_at(1);
        let length: u32 = length.parse().unwrap_or(1);
        let kind = match letter {
            "f" => FrameKind::Free,
            "p" => FrameKind::Pcp,
            _ => FrameKind::ALL.into_iter().find(|kind| kind.letter() == letter).unwrap_or(FrameKind::Kernel),
        };
        let order = (kind == FrameKind::Free).then(|| u8::try_from(length).unwrap_or(0));
        let start = at;
        at += if order.is_some() { 1 << length } else { length };
        FrameRun { start, end: at, kind, order }
    });
    PageblockView { number, migrate, content: Content::Runs(runs.collect()) }
}

/// Returns the part of the map that is asked for; blocks above the last one listed are free.
pub fn map(ask: MapAsk) -> MapView {
    let last = (ask.first + ask.count).min(256);
    MapView {
        pageblocks: 256,
        pageblock_frames: 512,
        end: FRAMES,
        blocks: (ask.first..last).map(pageblock).collect(),
        zones: zones(),
        kinds: kinds(),
    }
}

/// Returns the strip of the whole machine.
pub fn strip() -> StripView {
    let columns = (0..256).map(|number| {
        let block = pageblock(number);
        let mut cells = [FrameKind::Free; STRIP_CELLS];
        if let Content::Runs(runs) = &block.content {
            for (cell, at) in cells.iter_mut().zip((number * 512..).step_by(32)) {
                let run = runs.iter().find(|run| run.end > at);
                *cell = run.map_or(FrameKind::Free, |run| run.kind);
            }
        }
        StripColumn { cells, migrate: block.migrate }
    });
    StripView {
        frames: FRAMES,
        pageblock_frames: 512,
        blocks_per_column: 1,
        columns: columns.collect(),
        zones: zones(),
        kinds: kinds(),
    }
}

fn area(start: u64, end: u64, perms: &str, name: &str, role: Role) -> VmaRow {
    VmaRow {
        start,
        end,
        perms: perms.into(),
        offset: 0,
        name: name.into(),
        role,
        labels: Vec::new(),
        changed: false,
    }
}

/// Returns the address space of the process.
pub fn process() -> ProcessView {
    let mut areas = vec![
        area(0x5555_5555_4000, 0x5555_5555_6000, "r-xp", "/root/web", Role::Image),
        area(0x5555_5555_6000, 0x5555_5555_8000, "rw-p", "/root/web", Role::Image),
        area(0x5555_5555_8000, 0x5555_5557_9000, "rw-p", "[heap]", Role::Heap),
        area(0x7fff_f6ff_9000, 0x7fff_f7ff_9000, "rw-p", "", Role::Anon),
        area(0x7fff_f7ff_9000, 0x7fff_f7ff_d000, "r--p", "[vvar]", Role::Vdso),
        area(0x7fff_f7ff_d000, 0x7fff_f7ff_f000, "r-xp", "[vdso]", Role::Vdso),
        area(0x7fff_fffd_e000, 0x7fff_ffff_f000, "rw-p", "[stack]", Role::Stack),
    ];
    areas[3].labels.push(("buf".into(), 0));
    areas[3].changed = true;
    let user_end = 0x7fff_ffff_f000;
    let mut bar = Vec::new();
    let mut at = 0;
    for (number, area) in areas.iter().enumerate() {
        if area.start > at {
            bar.push(Segment { start: at, end: area.start, area: None, weight: 4 });
        }
        let width = 2 * weight(area.end - area.start);
        bar.push(Segment { start: area.start, end: area.end, area: Some(number), weight: width });
        at = area.end;
    }
    let counter = |name, before, value| Counter { name, value, before };
    ProcessView {
        processes: vec![web()],
        process: Some(ProcessDetail {
            process: web(),
            user_end,
            kernel_start: 0xffff_8000_0000_0000,
            last: u64::MAX,
            digits: 12,
            bar,
            areas,
            counters: vec![
                counter(CounterName::MinorFaults, 377, 378),
                counter(CounterName::Rss, 1508, 1512),
                counter(CounterName::PageTables, 24, 24),
                counter(CounterName::Brk, 0x5555_5557_9000, 0x5555_5557_9000),
            ],
        }),
    }
}

/// Returns `/proc/buddyinfo`.
pub fn proc_file() -> ProcView {
    let now = "Node 0, zone      DMA      0      0      0      0      0      0      1      1      0      1      3 \nNode 0, zone    DMA32      3      2      0      7      5      5      4      5      7      3     96 \n";
    let before = now.replace("      3      2      0", "      5      5      5");
    ProcView {
        files: ["/proc/buddyinfo", "/proc/vmstat", "/proc/web/maps"].map(str::to_owned).to_vec(),
        path: "/proc/buddyinfo".into(),
        lines: lines(now, Some(&before)),
        known: true,
    }
}

/// Returns the entry that the step wrote.
pub fn entry() -> EntryView {
    let raw = 0x8000_0000_0420_3867;
    let (fields, clear) = fields(raw, LevelName::Pte, 64);
    EntryView {
        table: 28398,
        index: 369,
        level: LevelName::Pte,
        raw,
        before: Some(0),
        width: 64,
        target: Target::Page(16899),
        fields,
        clear,
    }
}

/// Returns frame 16899 in full.
pub fn frame() -> InspectorView {
    let word = |offset, name, value: &str, in_union| PageWord {
        offset,
        name,
        value: value.into(),
        link: None,
        in_union,
        changed: false,
    };
    let life = |step, en: &str, zh: &str| LifeLine {
        command: u32::from(step > 0) * 5,
        step,
        words: [en.into(), zh.into()],
        now: step == 71,
    };
    InspectorView::Frame(Box::new(FrameView {
        pfn: 16899,
        kind: FrameKind::Anon,
        zone: ZoneName { node: 0, zone: 1, name: "DMA32" },
        pageblock: 33,
        pageblock_frames: Run { start: 16896, end: 17408 },
        migrate: MigrateName::Movable,
        physical: (0x420_3000, 0x420_3fff),
        page_address: Some(0xffff_ea00_0010_80c0),
        block: (16899, 0),
        mapped_by: vec![Mapping {
            process: web(),
            address: 0x7fff_f717_1000,
            expression: Some("buf+0x178000".into()),
        }],
        buddy: Some(Buddy { pfn: 16898, order: 0, kind: FrameKind::Reserved, merges: false }),
        table: None,
        refcount: 2,
        mapcount: 0,
        flags: vec!["uptodate", "swapbacked", "anon_exclusive"],
        words: vec![
            word(0x00, "flags", "000fffffc00a0004", false),
            word(0x08, "lru.next", "dead000000000100", true),
            word(0x10, "lru.prev", "dead000000000122", true),
            word(0x18, "mapping", "ffff8880069d81a1", true),
            word(0x20, "index", "0x7ffff7171", true),
            word(0x28, "private", "0", true),
            word(0x30, "_mapcount", "0 _refcount 2", false),
            word(0x38, "memcg_data", "root group", false),
        ],
        arm: Arm::Anon,
        entry: Some(entry()),
        life: vec![
            life(0, "boot: first on M order 0", "启动：M 0 阶链表头"),
            life(14, "taken by rmqueue_bulk, 1st of 31", "被 rmqueue_bulk 取走，31 页中第 1 页"),
            life(65, "off the CPU list", "离开 CPU 链表"),
            life(66, "zeroed, 96 ns", "清零，96 ns"),
            life(69, "rmap: one mapping", "反向映射：一处"),
            life(71, "written into entry 369", "写入第 369 项"),
        ],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::frames::Detail;

    #[test]
    fn pageblocks_are_whole() {
        for block in map(MapAsk { first: 0, count: 256, detail: Detail::Blocks }).blocks {
            let Content::Runs(runs) = block.content else { panic!("runs were asked for") };
            let frames: u32 = runs.iter().map(|run| run.end - run.start).sum();
            assert_eq!(frames, 512, "pageblock {}", block.number);
        }
    }

    #[test]
    fn the_walk_names_the_frame_that_the_inspector_shows() {
        let InspectorView::Frame(frame) = frame() else { panic!("a frame") };
        let walk = translate();
        assert_eq!(
            walk.outcome,
            Outcome::Mapped { physical: 0x420_3123, frame: frame.pfn, kind: frame.kind, entry: 369 }
        );
    }

    #[test]
    fn a_pending_level_names_nothing() {
        let view = translate_pending();
        let last = view.levels.last().expect("four levels");
        assert!(last.window.iter().all(|row| row.target == Target::Unknown));
    }
}
