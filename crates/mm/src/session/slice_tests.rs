//! A slice of work is short whatever the command: of one four times as large there are three times as many at
//! least, and none is larger. Counted in events and in the model's time, which no load of a machine changes.

use super::*;
use crate::host::HostFile;
use crate::script::{parse, registry};

/// Units that the page asks for at a time.
const UNITS: u32 = 64;
/// Events of a slice at most: what frees pages gathers ten thousand of them first, as 6.1 does.
const SLICE_EVENTS: u64 = 65_000;
/// Model time of a slice at most.
const SLICE_TIME: Nanos = Nanos(250_000);

/// What a command came to in slices.
#[derive(Debug)]
struct Slices {
    count: u32,
    /// The most events in one of them, and the most time.
    events: u64,
    time: Nanos,
}

/// A file of each process that is written area by area.
const HOST: Host = Host {
    file: |world, path| match world.rest.virt.task_named(path.trim_matches('/')) {
        Some(task) => HostFile::Areas { task, print: |_, _, size, out| out.push_str(&size.rss.to_string()) },
        None => HostFile::Absent,
    },
    ..Host::BARE
};

/// Runs a script, the last command in slices.
fn slices(text: &str) -> Slices {
    let mut session = Session::new(HOST);
    // The way back is gone again from the start.
    session.set_budget(Budget { checkpoint_bytes: 0, ..Budget::default() });
    session.load(parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}")));
    let last = session.script().commands.len() - 1;
    while session.records().len() < last {
        session.run_next();
    }
    assert!(session.start_next());
    let mut slices = Slices { count: 0, events: 0, time: Nanos(0) };
    let (mut events, mut time) = (0, Nanos(0));
    loop {
        let progress = session.advance(UNITS);
        let trace = session.running.as_ref().map(|running| &running.trace);
        let trace = trace.unwrap_or_else(|| &session.records[last].trace);
        slices.count += 1;
        slices.events = slices.events.max(trace.events() - events);
        slices.time = slices.time.max(Nanos(trace.now().0 - time.0));
        (events, time) = (trace.events(), trace.now());
        if !matches!(progress, Progress::Running(_)) {
            break;
        }
    }
    let failed: Vec<String> =
        session.unexpected().map(|(record, why)| format!("{}: {why:?}", record.command)).collect();
    assert!(failed.is_empty(), "{text}\n{failed:?}");
    slices
}

/// A process with an area of `N` times 16 MB of which every page is there.
const PAGES: &str = "boot ram=512M thp=never\nspawn p\np: a = mmap {16}M rwx\np: touch a\n";

/// The same four times as large: counting a page takes less than making it.
const MANY_PAGES: &str = "boot ram=512M thp=never\nspawn p\np: a = mmap {64}M\np: touch a\n";

/// Verbs whose work grows with what is asked for: what is done before, and the command. Numbers in braces are
/// for the small command, of the large one they are four times as much.
const GROWING: &[(&str, &str, &str)] = &[
    ("boot", "", "boot ram={16}G"),
    ("boot", "", "boot ram={2}G preset=fragmented"),
    ("exit", PAGES, "p: exit"),
    ("mmap", "boot ram=512M thp=never\nspawn p\n", "p: a = mmap {16}M populate"),
    ("munmap", PAGES, "p: munmap a"),
    ("munmap", PAGES, "p: munmap a 4K stride=8K count={2000}"),
    ("mprotect", PAGES, "p: mprotect a {16}M r"),
    ("madvise", PAGES, "p: madvise a {16}M dontneed"),
    ("touch", "boot ram=512M thp=never\nspawn p\np: a = mmap {16}M\n", "p: touch a"),
    ("touch", "boot ram=512M thp=always\nspawn p\np: a = mmap {96}M align=2M\n", "p: touch a"),
    ("read", PAGES, "p: read a 8 stride=4K count={4000}"),
    ("write", PAGES, "p: write a 8 stride=4K count={4000}"),
    ("exec", PAGES, "p: exec a 8 stride=4K count={4000}"),
    ("pages", PAGES, "p: pages a {16}M"),
    ("alloc_pages", "boot ram=512M\n", "kernel: b = alloc_pages count={8000}"),
    ("free_pages", "boot ram=512M\nkernel: b = alloc_pages count={8000}\n", "kernel: free_pages b"),
    (
        "kmem_cache_alloc",
        "boot ram=512M\nkernel: c = kmem_cache_create k size=512\n",
        "kernel: o = kmem_cache_alloc c count={8000}",
    ),
    (
        "kmem_cache_free",
        "boot ram=512M\nkernel: c = kmem_cache_create k size=512\nkernel: o = kmem_cache_alloc c count={8000}\n",
        "kernel: kmem_cache_free o",
    ),
    ("kmalloc", "boot ram=512M\n", "kernel: o = kmalloc 500 count={8000}"),
    ("kfree", "boot ram=512M\nkernel: o = kmalloc 500 count={8000}\n", "kernel: kfree o"),
    ("vmalloc", "boot ram=512M\n", "kernel: v = vmalloc {32}M"),
    ("vfree", "boot ram=512M\nkernel: v = vmalloc {32}M\n", "kernel: vfree v"),
    ("kmap", "boot ram=512M\nkernel: b = alloc_pages count={8000}\n", "kernel: m = kmap b"),
    (
        "kunmap",
        "boot ram=512M\nkernel: b = alloc_pages count={8000}\nkernel: m = kmap b\n",
        "kernel: kunmap b",
    ),
    ("cat", MANY_PAGES, "cat /p"),
    (
        "cat",
        "boot ram=512M thp=never\nspawn p\np: a = mmap {16}M\np: munmap a 4K stride=8K count={2000}\n",
        "cat /p",
    ),
    (
        "echo",
        "boot ram={512}M\nkernel: b = alloc_pages gfp=GFP_HIGHUSER_MOVABLE count={16000}\nkernel: free_pages b[0..{8000}]\n",
        "echo 1 > /proc/sys/vm/compact_memory",
    ),
    (
        "expect",
        "boot ram=512M thp=never\nspawn p\np: a = mmap {64}M\np: touch a\nexpect alive(p) == 1\np: munmap a\n",
        "expect rss.p -{64}M",
    ),
    ("expect", MANY_PAGES, "expect smaps.p.Rss >= {64}M"),
    ("expect", MANY_PAGES, "expect smaps.p.Rss +{64}M"),
];

/// Writes a script: each number in braces times `by`.
fn scaled(text: &str, by: u32) -> String {
    let mut parts = text.split(['{', '}']);
    let mut out = parts.next().unwrap_or_default().to_owned();
    while let (Some(number), Some(rest)) = (parts.next(), parts.next()) {
        out += &(by * number.parse::<u32>().expect("a number in braces")).to_string();
        out += rest;
    }
    out
}

/// Verbs of which no number makes more than a slice of work.
const WHOLE: &[&str] = &[
    "spawn",
    "translate",
    "drain_all_pages",
    "kmem_cache_create",
    // No cache keeps more than a few empty slabs.
    "kmem_cache_shrink",
    "kmem_cache_destroy",
    // What waits for it is bounded, too.
    "vm_unmap_aliases",
    "dmesg",
    "sleep",
];

#[test]
fn the_work_of_a_slice_does_not_grow_with_the_command() {
    for (verb, before, command) in GROWING {
        let [small, large] = [1, 4].map(|by| slices(&scaled(&format!("{before}{command}"), by)));
        assert!(large.count >= 3 * small.count && large.count > 20, "{verb}: {small:?}, {large:?}");
        for slices in [small, large] {
            assert!(slices.events <= SLICE_EVENTS && slices.time <= SLICE_TIME, "{verb}: {slices:?}");
        }
    }
}

#[test]
fn every_verb_is_held_to_it() {
    let held = |name: &str| GROWING.iter().any(|(verb, ..)| *verb == name) || WHOLE.contains(&name);
    let missing: Vec<&str> = registry::verbs().map(|spec| spec.name).filter(|name| !held(name)).collect();
    assert_eq!(missing, [""; 0]);
}
