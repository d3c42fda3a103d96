//! A session runs scripts, goes anywhere in them, and answers expectations.

use super::*;
use crate::outcome::Value;
use crate::quantity::Unknown;
use crate::script::parse;

fn run(text: &str) -> Session {
    let mut session = Session::new(Host::BARE);
    session.load(parse(text).expect("a script that reads"));
    session.run_all();
    session
}

#[track_caller]
fn check(text: &str) {
    let session = run(text);
    let failed: Vec<String> = session
        .unexpected()
        .map(|(record, why)| format!("{}: {:?} {why:?}", record.command, record.outcome.result))
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn a_first_touch_costs_one_fault_and_one_frame() {
    check(
        "boot ram=512M thp=never
         spawn web
         web: buf = mmap 16K
         expect maps.web +1
         expect rss.web +0
         web: write buf+0x123
         expect minflt.web +1
         expect rss.web +4K
         expect pte(web, buf).dirty == 1
         web: write buf+0x456
         expect minflt.web +0
         spawn db
         db: own = mmap 16K fixed=buf
         db: write own+0x123
         expect pfn(db, own) != pfn(web, buf)
         web: exit
         expect page(pfn(db, own)).mapcount == 1",
    );
}

#[test]
fn sixteen_megabytes_are_4096_faults() {
    check(
        "boot ram=512M thp=never
         spawn t
         t: one = mmap 1
         t: write one 1
         expect minflt.t +1
         t: buf = mmap 16M
         expect minflt.t +0
         t: touch buf
         expect minflt.t +4096
         expect rss.t +16M
         t: munmap buf
         expect rss.t -16M
         t: mmap 0 !EINVAL",
    );
}

#[test]
fn page_tables_follow_the_spread_of_pages() {
    check(
        "boot ram=512M thp=never
         spawn t bare
         t: a = mmap 4T fixed=0x200000000000 noreserve
         expect status.t.VmPTE +0
         t: touch a 32K
         expect status.t.VmPTE +12K
         t: touch a+2M 4K stride=2M count=8
         expect status.t.VmPTE +32K
         t: touch a+1G 4K stride=1G count=8
         expect status.t.VmPTE +64K
         t: touch a+512G 4K stride=512G count=7
         expect status.t.VmPTE +84K
         expect walk(t, a+0x7000).idx == 64,0,0,7
         expect walk(t, a).refs == 4
         translate 0x7fffdeadbeef",
    );
}

#[test]
fn every_position_is_the_machine_it_was() {
    let mut session = run("boot ram=96M thp=never
         spawn p
         p: a = mmap 64K
         p: touch a
         p: munmap a+8K 8K
         kernel: b = alloc_pages order=3 count=5
         kernel: free_pages b
         p: exit");
    let mut digests = Vec::new();
    for command in 0..=session.end().command {
        for step in 0..=session.end_of(command).step {
            session.seek(Position { command, step });
            digests.push((session.position(), session.world().digest()));
        }
    }
    for &(at, digest) in digests.iter().rev() {
        session.seek(at);
        assert_eq!(session.world().digest(), digest, "at {at:?}");
    }
}

#[test]
fn a_cancelled_command_leaves_nothing() {
    let mut session = run("boot ram=96M thp=never\nspawn p\np: a = mmap 1M");
    let before = session.world().digest();
    session.load(
        parse("boot ram=96M thp=never\nspawn p\np: a = mmap 1M\np: touch a").expect("a script that reads"),
    );
    assert!(session.start_next());
    let work = Work::new(WorkUnit::Pages, 10, 256);
    assert_eq!(session.advance(10), Progress::Running(work));
    assert_ne!(session.world().digest(), before);
    assert_eq!(session.cancel().and_then(|cancelled| cancelled.work), Some(work));
    assert_eq!(session.world().digest(), before);
    assert_eq!(session.cancel(), None);
}

#[test]
fn a_coarse_command_can_be_passed_both_ways() {
    let mut session = run("boot ram=256M thp=never\nspawn p\np: a = mmap 128M\np: touch a\np: write a 1");
    assert_eq!(session.records()[3].passage, Passage::Coarse);
    let end = session.world().digest();
    session.seek(Position { command: 3, step: 0 });
    let early = session.world().digest();
    session.seek(session.end());
    assert_eq!(session.world().digest(), end);
    session.seek(Position { command: 3, step: 0 });
    assert_eq!(session.world().digest(), early);
}

#[test]
fn an_edited_script_keeps_what_it_shares() {
    let mut session = run("boot ram=96M\nspawn p\np: a = mmap 4K");
    session.load(parse("# new\nboot ram=96M\nspawn p\np: a = mmap 8K").expect("a script that reads"));
    assert_eq!(session.records().len(), 2);
    session.run_all();
    assert_eq!(session.records().len(), 3);
}

#[test]
fn memory_comes_back_after_exit() {
    let mut session = run("boot ram=512M thp=never\nkernel: drain_all_pages");
    let before: Vec<_> = free_lists(&session);
    let text = "boot ram=512M thp=never\nkernel: drain_all_pages\nspawn t\nt: buf = mmap 16M\nt: touch buf\n\
                expect minflt.t +4096\nt: exit\nkernel: drain_all_pages";
    session.load(parse(text).expect("a script that reads"));
    session.run_all();
    assert_eq!(session.unexpected().count(), 0);
    assert_eq!(crate::check::all(session.world()), []);
    assert_eq!(free_lists(&session), before);
}

fn free_lists(session: &Session) -> Vec<u64> {
    let phys = &session.world().phys;
    let orders = || crate::units::Order::ZERO.and_up();
    phys.zones().iter().flat_map(|(zone, _)| orders().map(move |order| phys.nr_free(zone, order))).collect()
}

/// A script that boots twice, runs commands with and without detail, and fills labels.
const LONG: &str = "boot ram=256M thp=never
spawn p
p: a = mmap 128M
p: touch a
p: write a 1
p: munmap a+1M 1M
kernel: b = alloc_pages order=3 count=200
kernel: free_pages b[3..90]
boot ram=128M
kernel: c = kmalloc 63 count=70000
spawn q
q: x = mmap 64K
q: touch x
kernel: kfree c[0..50000]
q: read x
q: exit";

fn run_within(text: &str, budget: Budget) -> Session {
    let mut session = Session::new(Host::BARE);
    session.set_budget(budget);
    session.load(parse(text).expect("a script that reads"));
    session.run_all();
    session
}

/// Returns the digest after each command, gone to from the end backwards and then forwards.
fn digests(session: &mut Session) -> Vec<u64> {
    let commands = session.end().command;
    let mut at = |command: u32| {
        session.seek(session.end_of(command));
        session.world().digest()
    };
    let mut back: Vec<u64> = (0..=commands).rev().map(&mut at).collect();
    back.reverse();
    let forth: Vec<u64> = (0..=commands).map(&mut at).collect();
    assert_eq!(back, forth);
    back
}

#[test]
fn a_thin_history_leads_to_the_same_machines() {
    let mut full = run_within(LONG, Budget::default());
    let thin = Budget { checkpoint_bytes: 0, record_bytes: 0, ..Budget::default() };
    let mut thin = run_within(LONG, thin);
    assert!(thin.bytes() < full.bytes() / 2, "{} of {}", thin.bytes(), full.bytes());
    assert_eq!(thin.unexpected().count(), 0);
    assert_eq!(digests(&mut thin), digests(&mut full));
    // And the machines of a boot that is gone can be built upon.
    let other = LONG.split("boot ram=128M").next().expect("a first part");
    let more = format!("{other}p: touch a+1M 64K !SIGSEGV\np: write a 64K\np: exit");
    for session in [&mut thin, &mut full] {
        session.load(parse(&more).expect("a script that reads"));
        session.run_all();
    }
    assert_eq!(digests(&mut thin), digests(&mut full));
}

/// A history that has to run most commands again to go back.
fn thin() -> Session {
    run_within(LONG, Budget { checkpoint_bytes: 0, record_bytes: 0, ..Budget::default() })
}

#[test]
fn a_seek_in_slices_leads_where_one_at_once_does() {
    let expected = digests(&mut run_within(LONG, Budget::default()));
    let mut session = thin();
    let end = session.end().command;
    let mut slices = 0;
    for (units, to) in [(50, 3), (1000, 4), (3000, end), (7000, 5), (1, 0), (900, 10), (2000, 8), (5000, end)]
    {
        let (here, before) = (session.position(), session.world().digest());
        let to = session.end_of(to);
        let mut progress = session.start_seek(to);
        let mut done = 0;
        while let Progress::Running(work) = progress {
            assert!(session.is_seeking() && !session.is_running());
            assert_eq!((session.position(), session.world().digest()), (here, before));
            assert!(done <= work.done && work.done <= work.total, "{work:?} after {done}");
            (done, slices) = (if work.unit == WorkUnit::Commands { work.done } else { 0 }, slices + 1);
            progress = session.advance(units);
        }
        assert_eq!((session.position(), progress), (to, Progress::Finished));
        assert_eq!(session.world().digest(), expected[index(to.command)], "{to:?}");
        assert!(!session.is_seeking());
    }
    assert!(slices > 100, "{slices}");
}

#[test]
fn a_seek_given_up_leaves_the_session_where_it_was() {
    let mut session = thin();
    let (end, last) = (session.end(), session.world().digest());
    for slices in [0, 1, 5, 40] {
        let far = Position { command: 5, step: 0 };
        assert!(matches!(session.start_seek(far), Progress::Running(_)));
        for _ in 0..slices {
            assert!(matches!(session.advance(500), Progress::Running(_)));
        }
        assert_eq!(session.cancel(), None);
        assert_eq!(session.advance(500), Progress::Idle);
        assert_eq!((session.position(), session.world().digest()), (end, last));
    }
    session.start_seek(Position { command: 4, step: 0 });
    session.advance(500);
    session.load(parse(&format!("{LONG}\nspawn last")).expect("a script that reads"));
    session.run_all();
    assert_eq!(session.unexpected().count(), 0);
    assert_eq!(session.position().command, end.command + 1);
    assert_eq!(digests(&mut session)[..=index(end.command)], digests(&mut thin()));
}

#[test]
fn a_seek_for_which_two_machines_are_too_much_stands_on_its_way() {
    let text = "boot ram=256M thp=never\nspawn p\np: a = mmap 180M\np: touch a 90M\np: touch a 180M\nspawn q";
    let expected = digests(&mut run(text));
    let mut session = run(text);
    let end = session.end();
    session.seek(session.end_of(4));
    session.make_room(0);
    let session_bytes = session.bytes() * 3 / 2;
    session.set_budget(Budget { session_bytes, ..Budget::default() });
    let mut stood = Vec::new();
    session.start_seek(end);
    while let Progress::Running(_) = session.advance(5_000) {
        stood.push(session.position().command);
        assert_eq!(session.world().digest(), expected[index(session.position().command)]);
    }
    assert_eq!(stood.first(), Some(&4));
    assert!(stood.last().is_some_and(|&command| command < 4), "{stood:?}");
    assert_eq!((session.position(), session.world().digest()), (end, expected[6]));
}

#[test]
fn a_command_over_the_budget_leaves_the_machine_of_before() {
    let text = "boot ram=1G thp=never\nspawn p\np: a = mmap 900M\np: touch a\np: exit";
    for (budget, resource) in [
        (Budget { session_bytes: 5 << 20, ..Budget::default() }, Resource::Memory),
        (Budget { events: 1_000_000, ..Budget::default() }, Resource::Work),
    ] {
        for detail in [Detail::Full, Detail::Off] {
            let before = run(&text[..text.find("p: touch").expect("a touch")]).world().digest();
            let mut session = Session::new(Host::BARE);
            session.set_budget(budget);
            session.set_detail(detail);
            session.load(parse(text).expect("a script that reads"));
            session.run_all();
            let last = session.records().last().expect("a record");
            assert_eq!(last.outcome.exceeded().map(|exceeded| exceeded.resource), Some(resource));
            assert_eq!(last.outcome.unexpected, Some(Unexpected::Exceeded));
            assert_eq!((session.records().len(), session.world().digest()), (4, before));
            assert!(!session.start_next(), "the script ends there");
        }
    }
}

#[test]
fn a_command_given_up_is_taken_back_in_slices() {
    let text = "boot ram=256M thp=never\nspawn p\np: a = mmap 180M\np: touch a 90M\n";
    let mut session = run(text);
    let before = (session.position(), session.world().digest());
    session.load(parse(&format!("{text}p: touch a 180M")).expect("a script that reads"));
    assert!(session.start_next());
    while session.under_way().is_none_or(|work| work.done < 30_000) {
        assert!(matches!(session.advance(1000), Progress::Running(_)));
    }
    // Nothing is left to go back to but the start.
    session.make_room(0);
    assert!(session.start_cancel().is_some_and(|cancelled| cancelled.work.is_some()));
    let mut slices = 0;
    while session.is_running() {
        assert!(!session.is_seeking() && session.start_cancel().is_none());
        session.advance(500);
        slices += 1;
    }
    assert!(slices > 20, "{slices}");
    assert_eq!((session.position(), session.world().digest()), before);
}

#[test]
fn a_limit_is_met_at_the_same_place_whatever_the_slices() {
    let text = "boot ram=1G\nkernel: a = alloc_pages count=max\nkernel: b = alloc_pages count=9";
    let outcomes = [1, 64, 4096, u32::MAX].map(|units| {
        let mut session = Session::new(Host::BARE);
        session.set_budget(Budget { session_bytes: 4 << 20, ..Budget::default() });
        session.load(parse(text).expect("a script that reads"));
        while session.start_next() {
            while matches!(session.advance(units), Progress::Running(_)) {}
        }
        let outcomes: Vec<Outcome> = session.records().iter().map(|record| record.outcome.clone()).collect();
        (outcomes, session.world().digest())
    });
    assert!(outcomes[0].0.last().is_some_and(|outcome| outcome.exceeded().is_some()));
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]));
}

/// Runs a script at once and in slices of several sizes: the steps, the calls and the machines are
/// the same.
fn is_the_same_in_slices(text: &str) {
    let whole = run(text);
    let failed =
        whole.records().iter().find(|record| matches!(record.outcome.result, Ok(Value::Fails { .. })));
    assert!(failed.is_none(), "{:?}", failed.map(|record| record.command.to_string()));
    for units in [1, 7, 1000] {
        let mut sliced = Session::new(Host::BARE);
        sliced.load(parse(text).expect("a script that reads"));
        let mut slices = 0;
        while sliced.start_next() {
            while matches!(sliced.advance(units), Progress::Running(_)) {
                slices += 1;
            }
        }
        assert!(slices > 2, "{slices} of {units}");
        for (one, other) in sliced.records().iter().zip(whole.records()) {
            assert_eq!(one.outcome, other.outcome);
            let differ = one.trace.steps().iter().zip(other.trace.steps()).find(|(one, other)| one != other);
            assert_eq!(differ, None, "{} in slices of {units}", one.command);
            assert_eq!(one.trace.len(), other.trace.len(), "{} in slices of {units}", one.command);
            assert!(one.trace.spans() == other.trace.spans(), "{} in slices of {units}", one.command);
        }
        assert_eq!(sliced.world().digest(), whole.world().digest());
    }
}

#[test]
fn a_command_in_slices_does_what_it_does_at_once() {
    is_the_same_in_slices(
        "boot ram=512M thp=always
spawn p
p: a = mmap 24M align=2M
p: touch a
p: b = mmap 3M
p: touch b
p: madvise a+1M 4K dontneed stride=1M count=9
p: munmap a+3M 64K stride=1M count=5
p: munmap b 4K stride=4K count=20
p: c = mmap 2M populate
p: d = mmap 64K r locked
p: munmap c-8K 3M
p: madvise a+1M 17M dontneed
p: touch a
p: madvise a-64K 30M dontneed !ENOMEM
p: touch a
p: munmap a 24M
p: e = mmap 3M rw populate fixed=b
p: exit",
    );
}

#[test]
fn a_range_in_slices_does_what_it_does_at_once() {
    is_the_same_in_slices(
        "boot ram=512M thp=always
spawn p
p: a = mmap 24M align=2M
p: touch a
p: b = mmap 3M
p: touch b 4K stride=12K count=200
p: mprotect a+1M 9M r
p: pages a
p: mprotect b-8K 2M rx !ENOMEM
p: munmap b+4K 4K stride=8K count=60
p: mprotect b+8K 4K r
p: madvise b 3M nohugepage !ENOMEM
p: mprotect b 512K none !ENOMEM
p: pages b-1M 5M
p: pages 0 4T
p: mprotect a 0 r
p: mprotect a+1 4K r !EINVAL
kernel: v = vmalloc 6M
kernel: w = vmalloc 5K
kernel: vfree v
kernel: vfree v !EINVAL
kernel: x = alloc_pages count=900
kernel: m = kmap x
kernel: kunmap x[3..800]
kernel: free_pages x[5..700]
kernel: free_pages x !EINVAL
kernel: kmap x !EINVAL
p: t = mmap 64G noreserve
p: touch t 4K stride=256M count=250
p: madvise t 40G dontneed
p: pages t
p: munmap t+8G 50G
p: exit",
    );
}

#[test]
fn a_compaction_in_slices_does_what_it_does_at_once() {
    is_the_same_in_slices(
        "boot ram=512M thp=never nodes=2
spawn p
p: a = mmap 200M
p: touch a 4K stride=8K count=9000
kernel: b = alloc_pages order=0 count=900
p: madvise a 4K dontneed stride=24K count=3000
kernel: free_pages b
echo 1 > /proc/sys/vm/compact_memory
p: touch a 4K stride=12K count=5000
p: madvise a 4K dontneed stride=16K count=3000
echo 1 > /proc/sys/vm/compact_memory
sleep 1s
expect vmstat.pgmigrate_success > 1000",
    );
}

#[test]
fn a_daemon_in_slices_does_what_it_does_at_once() {
    is_the_same_in_slices(
        "boot ram=160M preset=fragmented thp=never
spawn p
p: a = mmap 40M
p: touch a 4K stride=8K count=4000
kernel: free_pages pinned[0..30]
sleep 1s
expect vmstat.compact_migrate_scanned > 0",
    );
}

/// Wakes kcompactd in two equal machines and lets it run in one piece and in small ones.
#[test]
fn a_daemon_that_was_woken_works_the_same_in_slices() {
    let session = run("boot ram=160M preset=fragmented thp=never
spawn p
p: a = mmap 40M
p: touch a 4K stride=8K count=4000
kernel: free_pages pinned[0..30]");
    let (node, now) = (crate::config::NodeId(0), session.world().rest.clock.now());
    let worked = |units: u32| {
        let (mut world, mut tr) = (session.world().clone(), Trace::new(Detail::Full));
        world.phys.wakeup_kcompactd(node, crate::units::Order::new(9), 2, &mut tr);
        assert!(world.phys.kcompactd_is_woken(node));
        let mut daemon = world.phys.kcompactd_begin(node, now, &mut tr).expect("work to do");
        let mut slices = 1;
        while world.phys.kcompactd_go_on(&mut daemon, units, &mut world.rest, &mut tr) {
            slices += 1;
        }
        assert!(!world.phys.kcompactd_is_woken(node));
        (slices, tr, world.digest())
    };
    let (_, whole, digest) = worked(u32::MAX);
    for units in [1, 5, 20] {
        let (slices, sliced, other) = worked(units);
        assert!(slices > 2, "{slices} of {units}");
        assert!(sliced.steps() == whole.steps() && sliced.spans() == whole.spans());
        assert_eq!(other, digest);
    }
}

#[test]
fn the_share_of_a_function_is_never_made_up() {
    let session = run("boot ram=1G thp=never
spawn p
p: a = mmap 4M
p: touch a
expect share(handle_mm_fault) > 30%
p: b = mmap 256M
p: touch b
expect share(handle_mm_fault) > 30%
expect time(last) > 10000000");
    let answers: Vec<&Value> =
        session.records().iter().filter_map(|record| record.outcome.result.as_ref().ok()).collect();
    assert!(matches!(answers[4], Value::Holds { .. }), "{:?}", answers[4]);
    assert_eq!(answers[7], &Value::Unknown(Unknown::WithoutDetail));
    assert!(matches!(answers[8], Value::Holds { .. }), "{:?}", answers[8]);
}
