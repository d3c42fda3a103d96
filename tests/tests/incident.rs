//! Much is free and no large block is to be had: what compacting all of memory keeps.
//!
//! Processes leave holes at random; then `compact_memory` runs, with pages of the kernel's in
//! between or without.

use mm::phys::compaction::Event as Compaction;
use mm::phys::zone::vmstat::ZoneStat;
use mm::rng::Rng;
use mm::session::Session;
use mm::store::Kind;
use mm::units::{Order, Pfn};
use mm::world::World;
use mmscope_tests::golden;

/// Order of a huge page.
const HUGE: Order = Order::new(9);
/// Scripts of each kind.
const SEEDS: u64 = 4;
/// Largest distance of the frames that the free scanner samples.
const STRIDE_MAX: u32 = 32;

/// Returns a script that leaves holes in the memory of a process: every so many pages some
/// that stay, some that go, several times over; with `pins` among pages of the kernel's.
fn holes(seed: u64, pins: bool) -> String {
    let mut rng = Rng::new(seed);
    let (preset, megabytes) = if pins { (" preset=fragmented", 70) } else { ("", 72) };
    let mut text =
        format!("boot ram=128M thp=never{preset}\nspawn web\nweb: a = mmap {megabytes}M; touch a\n");
    for _ in 0..2 + rng.below(3) {
        let every = 2 + rng.below(14);
        let (from, gone) = (rng.below(every), 1 + rng.below(every - 1));
        let count = megabytes * 256 / every - 1;
        let (from, gone, every) = (from * 4, gone * 4, every * 4);
        text.push_str(&format!("web: madvise a+{from}K {gone}K dontneed stride={every}K count={count}\n"));
    }
    text + "kernel: drain_all_pages\n"
}

/// What compaction must not change, and what it is for.
struct Facts {
    free: i64,
    fixed: Vec<(Pfn, Kind)>,
    huge: Vec<u64>,
}

impl Facts {
    fn of(world: &World) -> Facts {
        Facts { free: free_pages(world), fixed: fixed(world), huge: huge_blocks(world) }
    }
}

/// Runs a script that ends with holes, then compacts all memory.
fn before_and_after(text: &str) -> (Facts, Session) {
    let text = format!("{text}echo 1 > /proc/sys/vm/compact_memory\nkernel: drain_all_pages\n");
    let mut session = Session::new(mm_view::HOST);
    session.load(mm::script::parse(&text).unwrap_or_else(|rejected| panic!("{:?}", rejected.errors)));
    for _ in 2..session.script().commands.len() {
        session.run_next();
    }
    let before = Facts::of(session.world());
    session.run_all();
    assert_eq!(session.unexpected().count(), 0, "{text}");
    (before, session)
}

fn free_pages(world: &World) -> i64 {
    world
        .phys
        .zones()
        .iter()
        .map(|(zone, _)| world.phys.frames.vmstat.zone_exact(zone, ZoneStat::NrFreePages))
        .sum()
}

/// Huge pages that are free in each zone.
fn huge_blocks(world: &World) -> Vec<u64> {
    let zones = world.phys.zones().iter();
    zones
        .map(|(zone, _)| {
            HUGE.and_up().map(|order| world.phys.nr_free(zone, order) << (order.get() - HUGE.get())).sum()
        })
        .collect()
}

/// Frames of the kernel's: neither free nor a process's.
fn fixed(world: &World) -> Vec<(Pfn, Kind)> {
    let end = world.phys.zones().iter().map(|(_, zone)| zone.end().0).max().unwrap_or(0);
    let frames = (1..end).map(Pfn).filter_map(|pfn| {
        let (_, state) = world.phys.frames.mem_map.block_of(pfn)?;
        (!matches!(state.kind(), Kind::Free | Kind::Anon)).then_some((pfn, state.kind()))
    });
    frames.collect()
}

/// Free pages are as many as before, the kernel's stay; no huge page is lost, and where nothing
/// of the kernel's is in the way there are more.
#[test]
fn compacting_all_memory_keeps_everything_but_the_places() {
    for (seed, pins) in (1..=SEEDS).flat_map(|seed| [(seed, false), (seed, true)]) {
        let (old, session) = before_and_after(&holes(seed, pins));
        let violations = mm::check::all(session.world());
        assert!(violations.is_empty(), "seed {seed}: {violations:?}");
        let new = Facts::of(session.world());
        assert_eq!(old.free, new.free, "seed {seed}: free pages");
        assert_eq!(old.fixed, new.fixed, "seed {seed}: pages that cannot move");
        let (old, new) = (old.huge, new.huge);
        assert!(old.iter().zip(&new).all(|(old, new)| old <= new), "seed {seed}: {old:?} became {new:?}");
        let (old, new): (u64, u64) = (old.iter().sum(), new.iter().sum());
        assert!(pins || new > old, "seed {seed}: {old} huge pages became {new}");
    }
}

/// A pageblock that gave nothing doubles the distance of the frames that the free scanner
/// looks at in the next; one that gave something, or a new search, begins with each frame.
#[test]
fn the_free_scanner_samples_behind_a_pageblock_that_gave_nothing() {
    let mut longest = 0;
    for start in ["a", "a+4K"] {
        let session = golden::run(&format!(
            "boot ram=128M thp=never
spawn web
web: a = mmap 76M; touch a; madvise {start} 4K dontneed stride=8K count=9728
echo 1 > /proc/sys/vm/compact_memory"
        ));
        let mut stride = 1;
        let steps = session.records().iter().flat_map(|record| record.trace.steps());
        for step in steps {
            let mm::event::Event::Compaction(event) = &step.event else { continue };
            let Compaction::IsolateFreepages { start, end, scanned, taken } = *event else {
                stride = 1;
                continue;
            };
            if taken > 0 {
                stride = 1;
                continue;
            }
            assert_eq!(scanned, (end.0 - start.0).div_ceil(stride), "from frame {}", start.0);
            longest = longest.max(stride);
            stride = STRIDE_MAX.min(stride << 1);
        }
    }
    assert_eq!(longest, STRIDE_MAX, "no search was long enough to tell");
}
