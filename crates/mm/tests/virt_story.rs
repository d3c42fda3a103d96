//! One process's life, on a captured machine and as the lessons tell it.

mod virt_support;

use mm::config::{Arch, MachineConfig};
use mm::errno::{Errno, SiCode, Signo};
use mm::event::Event;
use mm::import::freelists::FreelistsState;
use mm::phys::zone::vmstat::VmEvent;
use mm::store::PageFlags;
use mm::units::{Bytes, Pfn, PhysAddr, VirtAddr};
use mm::virt::area::maps::PageUse;
use mm::virt::area::mmap::MmapRequest;
use mm::virt::area::unmapped_area::Placement;
use mm::virt::paging::page_table;
use mm::virt::paging::walk::{Access, Outcome, Privilege, translate};
use mm::virt::task::Layout;
use mm::virt::{TaskId, fault};
use mm::world::World;
use virt_support::{Machine, NONE, R, RW, RX, request};

fn captured() -> Machine {
    let text = include_str!("../../../tests/oracle/512M-buddy/buddy/00-freelists.txt");
    let state = FreelistsState::parse(text).expect("a captured state");
    let config = state.machine();
    Machine::of(World::from_freelists(&state, config))
}

fn machine() -> Machine {
    Machine::boot(&MachineConfig::default())
}

fn i386() -> Machine {
    let config = MachineConfig { arch: Arch::I386, ram: Bytes(1 << 30), ..MachineConfig::default() };
    Machine::boot(&config)
}

/// Frames of page tables and of anonymous pages in the order in which they were taken.
fn taken(m: &Machine) -> Vec<(Option<u8>, Pfn)> {
    let steps = m.tr.steps().iter().filter_map(|step| {
        if let Event::PageTable(page_table::Event::RootAlloc { pfn, .. }) = step.event {
            Some((Some(0), pfn))
        } else if let Event::PageTable(page_table::Event::TableAlloc { depth, pfn, .. }) = step.event {
            Some((Some(depth), pfn))
        } else if let Event::Fault(fault::Event::AnonPage { pfn, .. }) = step.event {
            Some((None, pfn))
        } else {
            None
        }
    });
    steps.collect()
}

fn fixed(at: u64) -> Placement {
    Placement::Fixed(VirtAddr(at))
}

#[test]
fn a_process_takes_frames_in_the_kernels_order() {
    let mut m = captured();
    let web = m.spawn("web", Layout::Usual);
    // Root, two directories, table, then the page of the stack: from the heads of the CPU's
    // lists in the captured state.
    let frames = [(Some(0), 26786), (Some(1), 27150), (Some(2), 27168), (Some(3), 27171), (None, 10727)];
    assert_eq!(taken(&m), frames.map(|(depth, pfn)| (depth, Pfn(pfn))));
    let buf = m.anon(web, 16 << 20);
    m.touch(web, buf, 1436 << 10);
    let pa = m.write(web, VirtAddr(buf.0 + 0x16_7123)).expect("a page");
    assert_eq!(pa, PhysAddr((16899 << 12) + 0x123));
    m.check();
}

#[test]
fn usual_layout_is_the_captured_one() {
    let mut m = machine();
    let web = m.spawn("web", Layout::Usual);
    let captured = include_str!("../../../tests/oracle/512M-proc/proc/layout-static.txt");
    let expected: Vec<String> = captured
        .lines()
        .filter(|line| line.as_bytes().get(8) == Some(&b'-') || line.starts_with("7ff"))
        .filter(|line| !line.starts_with("7ffff7ef8000"))
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(m.maps(web), expected);
    assert_eq!((m.minflt(web), m.rss(web), m.pgtables_kib(web)), (0, 1, 12));
}

#[test]
fn one_touch_and_the_same_address_elsewhere() {
    let mut m = captured();
    let web = m.spawn("web", Layout::Usual);
    let buf = m.anon(web, 16 << 10);
    assert_eq!((buf, m.rss(web)), (VirtAddr(0x7fff_f7ff_5000), 1));
    m.write(web, VirtAddr(buf.0 + 0x123)).expect("a page");
    assert_eq!(m.raw_pte(web, buf) & 0xfff0_0000_0000_0fff, 0x8000_0000_0000_0867);
    m.write(web, VirtAddr(buf.0 + 0x456)).expect("the same page");
    assert_eq!((m.minflt(web), m.rss(web)), (1, 2));
    let db = m.spawn("db", Layout::Usual);
    m.mmap(db, &request(16 << 10, RW, Placement::Fixed(buf))).expect("free there");
    let other = m.write(db, VirtAddr(buf.0 + 0x123)).expect("a page");
    assert_ne!(Ok(other), m.write(web, VirtAddr(buf.0 + 0x123)));
    m.check();
    m.run(|ctx, tr| ctx.exit(web, tr));
    m.check();
    assert_eq!(m.world.phys.frames.mem_map.mappings(other.pfn()), 1);
}

#[test]
fn tables_by_layout() {
    let mut m = captured();
    let t = m.spawn("t", Layout::Bare);
    let a = m
        .mmap(
            t,
            &MmapRequest {
                placement: fixed(0x2000_0000_0000),
                flags: mm::virt::area::vma::VmFlags::NORESERVE,
                ..MmapRequest::anonymous(Bytes(4 << 40))
            },
        )
        .expect("noreserve");
    assert_eq!(m.pgtables_kib(t), 0);
    let stride = |m: &mut Machine, from: u64, by: u64, count: u64| {
        for n in 0..count {
            m.write(t, VirtAddr(a.0 + from + n * by)).expect("a page");
        }
        m.pgtables_kib(t)
    };
    assert_eq!(stride(&mut m, 0, 4096, 8), 12);
    assert_eq!(stride(&mut m, 2 << 20, 2 << 20, 8), 12 + 32);
    assert_eq!(stride(&mut m, 1 << 30, 1 << 30, 8), 12 + 32 + 64);
    assert_eq!(stride(&mut m, 512 << 30, 512 << 30, 7), 12 + 32 + 64 + 84);
    m.check();
    m.munmap(t, a, 4 << 40).expect("an area");
    assert_eq!((m.pgtables_kib(t), m.rss(t)), (0, 0));
    m.check();
}

#[test]
fn demand_paging_and_the_page_of_zeroes() {
    let mut m = machine();
    let t = m.spawn("t", Layout::Usual);
    let buf = m.anon(t, 16 << 20);
    m.touch(t, buf, 16 << 20);
    assert_eq!((m.minflt(t), m.rss(t)), (4096, 4097));
    assert_eq!(m.world.phys.frames.vmstat.event(VmEvent::Pgfault), 4097);
    let z = m.anon(t, 16 << 10);
    m.access(t, z, Access::Read).expect("zeroes");
    let zero_page = u64::from(m.world.rest.virt.layout.zero_page.0);
    assert_eq!(m.raw_pte(t, z), 0x8000_0000_0000_0225 | zero_page << 12);
    assert_eq!((m.minflt(t), m.rss(t)), (4097, 4097));
    m.write(t, z).expect("a page of its own");
    assert_eq!((m.minflt(t), m.rss(t)), (4098, 4098));
    assert_eq!(m.raw_pte(t, z) & 0xfff, 0x867);
    m.check();
    m.munmap(t, buf, 16 << 20).expect("an area");
    assert_eq!(m.rss(t), 2);
    m.check();
    assert_eq!(m.mmap(t, &MmapRequest::anonymous(Bytes(0))), Err(Errno::EINVAL));
    let populated = MmapRequest { populate: true, ..MmapRequest::anonymous(Bytes(64 << 10)) };
    let p = m.mmap(t, &populated).expect("room");
    assert_eq!(m.pages(t, p, 64 << 10), [(p.0, 16, PageUse::Anon)]);
    let read_only = MmapRequest { prot: R, ..populated };
    let p = m.mmap(t, &read_only).expect("room");
    assert_eq!(m.pages(t, p, 64 << 10), [(p.0, 16, PageUse::Zero)]);
}

#[track_caller]
fn signal(m: &mut Machine, t: TaskId, va: u64, access: Access) -> (SiCode, u32) {
    let signal = m.access(t, VirtAddr(va), access).expect_err("a signal");
    assert_eq!(signal.signo, Signo::Sigsegv);
    (signal.code, signal.error_code)
}

#[test]
fn ways_to_die() {
    let mut m = machine();
    let p = m.spawn("p", Layout::Usual);
    assert_eq!(signal(&mut m, p, 0x10, Access::Write), (SiCode::SegvMaperr, 6));
    let ro = m.mmap(p, &request(8192, R, Placement::Anywhere)).expect("room").0;
    assert_eq!(signal(&mut m, p, ro, Access::Write), (SiCode::SegvAccerr, 6));
    m.access(p, VirtAddr(ro), Access::Read).expect("zeroes");
    assert_eq!(signal(&mut m, p, ro, Access::Write), (SiCode::SegvAccerr, 7));
    let data = m.anon(p, 4096);
    m.write(p, data).expect("a page");
    assert_eq!(signal(&mut m, p, data.0, Access::Exec), (SiCode::SegvAccerr, 0x15));
    let none = m.mmap(p, &request(4096, NONE, Placement::Anywhere)).expect("room").0;
    assert_eq!(signal(&mut m, p, none, Access::Read), (SiCode::SegvAccerr, 4));
    assert_eq!(signal(&mut m, p, 0x8000_0000_0000, Access::Read), (SiCode::SiKernel, 0));
    assert_eq!(signal(&mut m, p, 0xffff_8880_0000_1000, Access::Read), (SiCode::SegvMaperr, 5));
    let code = m.mmap(p, &request(4096, RX, Placement::Anywhere)).expect("room");
    m.access(p, code, Access::Exec).expect("zeroes to run");
    m.check();
}

#[test]
fn stack_grows_to_its_limit_and_not_into_a_neighbour() {
    let mut m = machine();
    let p = m.spawn("p", Layout::Usual);
    m.write(p, VirtAddr(0x7fff_fff0_0000)).expect("the stack grows");
    let stack = m.maps(p).last().expect("an area").clone();
    assert_eq!(stack, "7ffffff00000-7ffffffff000 rw-p 00000000 00:00 0 [stack]");
    let lowest = 0x7fff_ffff_f000 - (8 << 20);
    m.write(p, VirtAddr(lowest)).expect("8 MB");
    assert_eq!(signal(&mut m, p, lowest - 1, Access::Write).0, SiCode::SegvMaperr);
    let q = m.spawn("q", Layout::Usual);
    m.mmap(q, &request(4096, RW, fixed(0x7fff_ffe0_0000))).expect("room");
    assert_eq!(signal(&mut m, q, 0x7fff_ffe0_2000, Access::Write).0, SiCode::SegvMaperr);
    m.write(q, VirtAddr(0x7fff_fff0_1000)).expect("the gap of 1 MB is kept");
    m.check();
}

#[test]
fn rights_of_an_entry_follow_mprotect() {
    let mut m = captured();
    let t = m.spawn("t", Layout::Usual);
    let at = VirtAddr(0x1_0000_0000);
    m.mmap(t, &request(4 << 20, RW, Placement::Fixed(at))).expect("room");
    let pfn = m.write(t, at).expect("a page").pfn();
    let raw = u64::from(pfn.0) << 12;
    assert_eq!(m.raw_pte(t, at), 0x8000_0000_0000_0867 | raw);
    m.mprotect(t, at, 4096, R).expect("an area");
    assert_eq!(m.raw_pte(t, at), 0x8000_0000_0000_0865 | raw);
    m.mprotect(t, at, 4096, NONE).expect("an area");
    assert_eq!(m.raw_pte(t, at), 0x000f_ffff_ffff_f960 ^ raw);
    assert_eq!(signal(&mut m, t, at.0, Access::Read), (SiCode::SegvAccerr, 4));
    m.mprotect(t, at, 4096, RW).expect("an area");
    assert_eq!(m.raw_pte(t, at), 0x8000_0000_0000_0867 | raw);
    let faults = m.minflt(t);
    m.write(t, at).expect("no fault needed");
    assert_eq!(m.minflt(t), faults);
    m.check();
}

#[test]
fn a_batch_of_fifteen_waits_for_the_lists() {
    let mut m = machine();
    let t = m.spawn("t", Layout::Bare);
    let buf = m.anon(t, 1 << 20);
    m.touch(t, buf, 20 * 4096);
    let on_list = |m: &Machine, page: u64| {
        let raw = m.raw_pte(t, VirtAddr(buf.0 + page * 4096));
        m.world
            .phys
            .frames
            .mem_map
            .state(Pfn(m.world.rest.virt.mode.codec.pfn(raw)))
            .flags()
            .contains(PageFlags::LRU)
    };
    let listed: Vec<bool> = (0..20).map(|page| on_list(&m, page)).collect();
    assert_eq!(listed.iter().filter(|&&listed| listed).count(), 15);
    assert!(listed[..15].iter().all(|&listed| listed));
}

#[test]
fn i386_walks_two_levels() {
    let mut m = i386();
    let t = m.spawn("t", Layout::Bare);
    let mut map = |at: u64, len: u64, prot| m.mmap(t, &request(len, prot, fixed(at))).expect("room");
    let (text, heap, stack) =
        (map(0x0804_8000, 4096, R), map(0x0a00_0000, 28 << 10, RW), map(0xbfff_e000, 4096, RW));
    m.access(t, text, Access::Read).expect("zeroes");
    m.touch(t, heap, 28 << 10);
    m.touch(t, stack, 4096);
    assert_eq!(m.pgtables_kib(t), 12);
    let root = m.world.rest.virt.root(m.world.rest.virt.mm_of(t));
    let look = |root: Pfn, va: u64, privilege: Privilege| {
        translate(
            m.world.rest.virt.mode,
            &m.world.rest.virt.tables,
            root,
            VirtAddr(va),
            Access::Read,
            privilege,
        )
    };
    let walk = look(root, 0x0804_8123, Privilege::User);
    assert_eq!(walk.steps().iter().map(|step| step.index).collect::<Vec<_>>(), [32, 72]);
    let walk = look(root, 0xbfff_e010, Privilege::User);
    assert_eq!(walk.steps().iter().map(|step| step.index).collect::<Vec<_>>(), [767, 1022]);
    let walk = look(m.world.rest.virt.kernel.root, 0xc010_0000, Privilege::Kernel);
    assert_eq!(walk.refs(), 1);
    assert!(matches!(walk.outcome, Outcome::Translated { pa: PhysAddr(0x10_0000), .. }));
    assert_eq!(signal(&mut m, t, 0xc010_0000, Access::Read).0, SiCode::SegvMaperr);
    assert_eq!(m.mmap(t, &request(4096, RW, fixed(0xc000_0000))), Err(Errno::ENOMEM));
    m.check();
}

#[test]
fn flushes_by_cause() {
    let mut m = machine();
    let t = m.spawn("t", Layout::Usual);
    let flushes = |m: &Machine| {
        use mm::virt::tlb::TlbCounter::{FlushAll, FlushPage};
        (m.world.rest.virt.tlb.total(FlushPage), m.world.rest.virt.tlb.total(FlushAll))
    };
    let keep = m.anon(t, 4 << 20);
    m.touch(t, keep, 4 << 20);
    assert_eq!(flushes(&m), (0, 0));
    for (at, pages, expected) in [(0, 1, (1, 0)), (2, 33, (34, 0)), (40, 34, (34, 1))] {
        m.munmap(t, VirtAddr(keep.0 + at * 4096), pages * 4096).expect("an area");
        assert_eq!(flushes(&m), expected, "{pages} pages");
    }
    let untouched = m.anon(t, 400 << 10);
    m.munmap(t, untouched, 400 << 10).expect("an area");
    m.mprotect(t, VirtAddr(keep.0 + (400 << 10)), 4096, R).expect("an area");
    assert_eq!(flushes(&m), (35, 1));
    m.check();
}
