//! Dying for want of memory: whoever asks, wherever it happens, the machine stays in order and
//! every step can be taken back.

use mm::outcome::Value;
use mm::session::Session;
use mm::trace::Detail;

/// Scripts that run out of memory in different places.
const SCRIPTS: [&str; 7] = [
    // In a fault; the next process gets the memory.
    "boot ram=96M thp=never; kernel: k = alloc_pages order=4 count=300; spawn a; a: m = mmap 32M; a: touch m !SIGKILL; spawn b; b: n = mmap 8M; b: touch n",
    // In a system call: the death waits for the way back.
    "boot ram=96M thp=never; spawn a; a: m = mmap 32M; a: touch m 4M; kernel: k = alloc_pages order=4 count=max gfp=GFP_KERNEL|__GFP_NORETRY|__GFP_NOWARN; \
     a: p = mmap 32M populate !SIGKILL; expect alive(a) == 0",
    // For the kernel, with processes on both processors.
    "boot ram=128M cpus=2 thp=never; spawn a; spawn b; a: m = mmap 8M; a@0: touch m; b: n = mmap 4M; b@1: touch n; \
     kernel@1: k = alloc_pages count=max; expect alive(a) == 0; expect alive(b) == 0",
    // A process kills another one and lives.
    "boot ram=96M thp=never; spawn a; a: m = mmap 26M; a: touch m; spawn b; b: n = mmap 24M; b: touch n; \
     expect alive(a) == 0; expect alive(b) == 1",
    // Huge pages.
    "boot ram=128M thp=always; spawn a; a: m = mmap 24M; a: touch m; spawn b; b: n = mmap 64M; b: touch n !SIGKILL",
    // Small objects.
    "boot ram=96M thp=never; spawn a; a: m = mmap 4M; a: touch m; kernel: o = kmalloc 4096 count=max; expect alive(a) == 0",
    // 32 bits: low memory runs out while high memory is free.
    "boot ram=1G arch=i386 thp=never; spawn a; a: m = mmap 4M; a: touch m; kernel: k = alloc_pages order=3 count=max; \
     expect alive(a) == 0; expect zoneinfo.HighMem.free > 0",
];

fn session(script: &str) -> Session {
    let mut session = Session::new(mm_view::HOST);
    let script = script.replace("; ", "\n");
    session.load(mm::script::parse(&script).unwrap_or_else(|bad| panic!("{script}: {:?}", bad.errors)));
    session
}

#[test]
fn the_machine_stays_in_order() {
    for script in SCRIPTS {
        let mut session = session(script);
        while let Some(record) = session.run_next() {
            assert_eq!(record.outcome.unexpected, None, "{}: {:?}", record.command, record.outcome.result);
            let command = mm::script::print(&record.command);
            let violations = mm::check::all(session.world());
            assert!(violations.is_empty(), "after `{command}`: {violations:?}");
        }
    }
}

#[test]
fn every_death_can_be_taken_back() {
    for script in SCRIPTS {
        let mut session = session(script);
        let mut ends = vec![session.world().digest()];
        while session.run_next().is_some() {
            ends.push(session.world().digest());
        }
        let last = session.end().command;
        for command in (0..=last).rev().chain(0..=last) {
            session.seek(session.end_of(command));
            assert_eq!(session.world().digest(), ends[mm::units::index(command)], "{script}: {command}");
        }
        let mut plain = self::session(script);
        plain.set_detail(Detail::Off);
        plain.run_all();
        assert_eq!(Some(&plain.world().digest()), ends.last(), "{script}: detail changed the machine");
    }
}

#[test]
fn the_log_goes_back_in_time_too() {
    let mut session = session(
        "boot ram=96M; kernel: a = alloc_pages order=10 count=max gfp=GFP_KERNEL|__GFP_NOWARN; dmesg; \
         kernel: b = alloc_pages order=10 !ENOMEM; dmesg; kernel: c = alloc_pages order=10 gfp=GFP_KERNEL|__GFP_NOWARN !ENOMEM; dmesg",
    );
    session.run_all();
    let texts: Vec<&str> = session
        .records()
        .iter()
        .filter_map(|record| match &record.outcome.result {
            Ok(Value::Text(text)) => Some(text.as_str()),
            Ok(_) | Err(_) => None,
        })
        .collect();
    let [before, after, quiet] = texts.as_slice() else { panic!("three texts") };
    let first = "kernel: page allocation failure: order:10, mode:0xcc0(GFP_KERNEL), nodemask=(null),cpuset=/,mems_allowed=0\nMem-Info:\n";
    // What the kernel said at boot stands in front.
    let new = after.strip_prefix(before).unwrap_or_else(|| panic!("{after}"));
    assert!(new.starts_with(first), "{new}");
    assert_eq!(after, quiet, "__GFP_NOWARN keeps a failure quiet");
    session.seek(session.end_of(2));
    assert_eq!(session.world().rest.log.iter().count(), 0);
}
