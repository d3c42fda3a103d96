//! Documented limits, at the limit: what the language lets through runs, and leaves a machine that
//! is in order.

use mm::rng::Rng;
use mm::script::limits::{COUNT_MAX, CPUS_MAX, NODES_MAX, RAM_MAX, SLEEP_MAX};
use mm::session::{Position, Session};
use mm::units::Order;
use mm_view::panels::inspector::InspectorView;
use mm_view::panels::{Moment, Thing, fill};
use mmscope_tests::addresses;

/// Runs a script, which must go as it says.
#[track_caller]
fn run(text: &str) -> Session {
    let mut session = Session::new(mm_view::HOST);
    session.load(mm::script::parse(text).expect("a script within the limits"));
    session.run_all();
    let unexpected: Vec<String> = session
        .unexpected()
        .flat_map(|(record, _)| mm_view::words::outcome(record, session.world(), mm_view::Lang::En))
        .map(|line| format!("{line:?}"))
        .collect();
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    session
}

/// Runs a script and holds the machine that it leaves to the checker.
#[track_caller]
fn check(text: &str) {
    let session = run(text);
    assert_eq!(mm::check::all(session.world()), []);
}

#[test]
fn the_largest_machine_gives_pages_takes_them_back_and_goes_back() {
    let ram = RAM_MAX.0 >> 40;
    let mut session = run(&format!(
        "boot ram={ram}T
         spawn p bare
         p: a = mmap 16K
         p: touch a
         kernel: b = alloc_pages order=10 count=3
         kernel: o = kmalloc 100 count=40
         kernel: v = vmalloc 64K
         expect page(pfn(p, a)).kind == anon; expect pa(b) < 0x80040000000
         kernel: free_pages b; kfree o; vfree v
         cat /proc/buddyinfo
         p: exit"
    ));
    let end = session.end();
    let digest = session.world().digest();
    session.seek(Position { command: 2, step: 0 });
    session.seek(end);
    assert_eq!(session.world().digest(), digest);
}

#[test]
fn the_last_frames_of_the_largest_machine_are_used_and_shown() {
    let (ram, last) = (RAM_MAX.0 >> 40, NODES_MAX - 1);
    let session = run(&format!(
        "boot ram={ram}T nodes={NODES_MAX} cpus={NODES_MAX} movablecore=1T thp=always
         spawn p
         p@{last}: a = mmap 4M align=2M; touch a
         kernel@{last}: b = alloc_pages order=10 count=2; m = alloc_pages gfp=GFP_HIGHUSER_MOVABLE
         kernel@{last}: c = kmem_cache_create k size=600; o = kmem_cache_alloc c count=100
         kernel@{last}: v = vmalloc 1M; translate b; translate v
         expect page(pfn(p, a)).node == {last}; expect pfn(m) > 0x70000000; expect pfn(o) > 0x70000000
         p@{last}: munmap a 4K
         kernel: free_pages b; kmem_cache_free o; vfree v; drain_all_pages"
    ));
    let mut rng = Rng::new(1);
    (0..20).for_each(|_| addresses::ask(&session, &mut rng));
    let end = session.world().phys.frames.mem_map.end().0;
    for thing in [Thing::Frame(end - 1), Thing::Pageblock(end / 512 - 1)] {
        let seen = fill::inspect(Moment::from(&session), Some(&thing));
        assert!(!matches!(seen, InspectorView::Gone(_)), "{thing:?}");
    }
}

#[test]
fn the_last_of_all_processors_works() {
    let last = CPUS_MAX - 1;
    check(&format!(
        "boot ram=512M cpus={CPUS_MAX}
         spawn p
         p@{last}: a = mmap 64K; touch a
         p@0: touch a; munmap a
         kernel@{last}: b = alloc_pages count=100; free_pages b; o = kmalloc 64 count=100; kfree o
         kernel: b = alloc_pages cpu={last}; free_pages b; drain_all_pages"
    ));
}

#[test]
fn the_last_of_all_nodes_works() {
    let last = NODES_MAX - 1;
    check(&format!(
        "boot ram=1G nodes={NODES_MAX} cpus={NODES_MAX}
         kernel: b = alloc_pages node={last} count=max gfp=GFP_KERNEL|__GFP_THISNODE|__GFP_NOWARN
         expect page(pfn(b)).node == {last}
         kernel: free_pages b
         cat /sys/devices/system/node/node{last}/meminfo; cat /proc/zoneinfo"
    ));
}

#[test]
fn the_largest_order_and_the_largest_count_are_tried() {
    let order = Order::MAX;
    check(&format!(
        "boot ram=96M
         kernel: b = alloc_pages order={order} gfp=GFP_KERNEL|__GFP_NOWARN count={COUNT_MAX} !ENOMEM
         kernel: free_pages b; free_pages b[{COUNT_MAX}] !EINVAL; free_pages b[0..{COUNT_MAX}] !EINVAL
         spawn p
         p: a = mmap 16K; write a+{} !SIGSEGV; write b[{COUNT_MAX}] !SIGSEGV
         p: touch 0x10000 4K stride=4K count={} !SIGSEGV",
        u64::MAX,
        COUNT_MAX / 2
    ));
}

#[test]
fn the_longest_sleep_passes() {
    check(&format!("boot ram=96M\nspawn p\nsleep {}ns\nsleep {}ns", SLEEP_MAX.0, SLEEP_MAX.0));
}

#[test]
fn lengths_of_all_bits_are_answered() {
    let most = u64::MAX;
    check(&format!(
        "boot ram=96M
         spawn p
         p: a = mmap 16K; touch a 0; pages a 0; pages a {most}; pages {most} {most}
         p: mmap {most} !ENOMEM; munmap a {most} !EINVAL
         p: mprotect a {most} r !ENOMEM; madvise a {most} normal !EINVAL
         p: madvise a 0 normal; mprotect a 0 r; munmap a 0 !EINVAL; mmap 0 !EINVAL
         kernel: vmalloc {most} !ENOMEM; kmalloc {most} !ENOMEM"
    ));
}

#[test]
fn pieces_reach_into_the_pages_where_they_lie() {
    // 0..4K is one page, 6K..10K are two, 12K..16K is one.
    check(
        "boot ram=96M thp=never
         spawn p
         p: a = mmap 64K; touch a 4K stride=6K count=3
         expect minflt.p +4
         p: touch a+3K 2K stride=8K count=2
         expect minflt.p +0",
    );
}
