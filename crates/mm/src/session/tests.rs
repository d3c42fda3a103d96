//! A session runs scripts, goes anywhere in them, and answers expectations.

use super::*;
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
