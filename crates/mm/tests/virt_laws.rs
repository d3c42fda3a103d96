//! Laws of virtual memory over random calls.

mod virt_support;

use std::collections::BTreeMap;

use mm::config::{Arch, CpuId, MachineConfig};
use mm::errno::Errno;
use mm::rng::Rng;
use mm::trace::Detail;
use mm::units::VirtAddr;
use mm::virt::TaskId;
use mm::virt::area::unmapped_area::Placement;
use mm::virt::area::vma::VmFlags;
use mm::virt::paging::walk::Access;
use mm::virt::task::Layout;
use virt_support::{Machine, NONE, R, RW, RX, request};

/// A window of 64 pages at a table's border, so that calls meet each other and two tables.
const WINDOW: u64 = 0x1000_0000 - 32 * 4096;
const WINDOW_PAGES: u64 = 64;

/// One random call in the window.
#[derive(Clone, Copy, Debug)]
enum Call {
    Mmap { page: u64, pages: u64, prot: VmFlags },
    Munmap { page: u64, pages: u64 },
    Mprotect { page: u64, pages: u64, prot: VmFlags },
    Access { page: u64, access: Access },
}

fn random_call(rng: &mut Rng) -> Call {
    let page = rng.below(WINDOW_PAGES);
    let pages = 1 + rng.below(12.min(WINDOW_PAGES - page));
    let prot = *rng.pick(&[NONE, R, RW, RX, RW]);
    match rng.below(10) {
        0..2 => Call::Mmap { page, pages, prot },
        2 => Call::Munmap { page, pages },
        3..5 => Call::Mprotect { page, pages, prot },
        _ => Call::Access { page, access: *rng.pick(&[Access::Read, Access::Write, Access::Exec]) },
    }
}

fn at(page: u64) -> VirtAddr {
    VirtAddr(WINDOW + page * 4096)
}

fn run(m: &mut Machine, t: TaskId, call: Call) -> Result<(), Errno> {
    match call {
        Call::Mmap { page, pages, prot } => {
            m.mmap(t, &request(pages * 4096, prot, Placement::Fixed(at(page)))).map(|_| ())
        }
        Call::Munmap { page, pages } => m.munmap(t, at(page), pages * 4096),
        Call::Mprotect { page, pages, prot } => m.mprotect(t, at(page), pages * 4096, prot),
        Call::Access { page, access } => m.access(t, at(page), access).map(|_| ()).map_err(|_| Errno::EFAULT),
    }
}

/// What a page is to a program: its rights, and whether it was written.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Naive {
    prot: VmFlags,
    written: bool,
}

/// A page map that knows nothing of areas.
fn run_naively(map: &mut BTreeMap<u64, Naive>, call: Call) -> Result<(), Errno> {
    match call {
        Call::Mmap { page, pages, prot } => {
            for page in page..page + pages {
                map.insert(page, Naive { prot, written: false });
            }
            Ok(())
        }
        Call::Munmap { page, pages } => {
            map.retain(|&at, _| at < page || at >= page + pages);
            Ok(())
        }
        Call::Mprotect { page, pages, prot } => {
            for page in page..page + pages {
                map.get_mut(&page).ok_or(Errno::ENOMEM)?.prot = prot;
            }
            Ok(())
        }
        Call::Access { page, access } => {
            let page = map.get_mut(&page).ok_or(Errno::EFAULT)?;
            let allowed = match access {
                Access::Read => page.prot.intersects(VmFlags::ACCESS),
                Access::Write => page.prot.contains(VmFlags::WRITE),
                Access::Exec => page.prot.contains(VmFlags::EXEC),
            };
            page.written |= allowed && access == Access::Write;
            if allowed { Ok(()) } else { Err(Errno::EFAULT) }
        }
    }
}

#[test]
fn areas_agree_with_a_map_of_pages() {
    for seed in 0..40 {
        let mut rng = Rng::new(seed);
        let mut m = Machine::boot(&MachineConfig::default());
        let t = m.spawn("t", Layout::Bare);
        let mut map = BTreeMap::new();
        for step in 0..120 {
            let call = random_call(&mut rng);
            assert_eq!(run(&mut m, t, call), run_naively(&mut map, call), "seed {seed} step {step} {call:?}");
            let pages: BTreeMap<u64, VmFlags> = m
                .world
                .rest
                .virt
                .areas(m.world.rest.virt.mm_of(t))
                .flat_map(|vma| (vma.start.0..vma.end.0).step_by(4096).map(|va| (va, vma.flags)))
                .map(|(va, flags)| ((va - WINDOW) / 4096, flags.and(VmFlags::ACCESS)))
                .collect();
            let naive: BTreeMap<u64, VmFlags> = map.iter().map(|(&page, naive)| (page, naive.prot)).collect();
            assert_eq!(pages, naive, "seed {seed} step {step} {call:?}");
            let written = map.values().filter(|page| page.written).count();
            assert_eq!(m.rss(t), u64::try_from(written).expect("pages"), "seed {seed} step {step} {call:?}");
            m.check();
        }
    }
}

#[test]
fn revert_and_reapply_restore_the_digest() {
    for (seed, arch) in [(1, Arch::X86_64), (2, Arch::X86_64), (3, Arch::I386)] {
        let mut rng = Rng::new(seed);
        let mut m = Machine::boot(&MachineConfig { arch, cpus: 2, ..MachineConfig::default() });
        let layout = *rng.pick(&[Layout::Bare, Layout::Usual]);
        for _ in 0..3 {
            m.restart(Detail::Full);
            let before = m.digest();
            let t = m.spawn("t", layout);
            let buf = m.anon(t, 1 << 20);
            m.touch(t, buf, 200 << 10);
            for _ in 0..60 {
                m.cpu = CpuId(mm::units::low8(rng.below(2)));
                let call = random_call(&mut rng);
                let _refused = run(&mut m, t, call);
            }
            m.check();
            let after = m.digest();
            m.revert();
            assert_eq!(m.digest(), before, "seed {seed}");
            m.reapply();
            assert_eq!(m.digest(), after, "seed {seed}");
            m.check();
            m.restart(Detail::Full);
            m.run(|ctx, tr| ctx.exit(t, tr));
            m.check();
            assert_eq!(m.rss(t), 0);
        }
    }
}

#[test]
fn detail_changes_nothing() {
    for seed in 0..6 {
        let ends: Vec<(u64, u64, u64)> = [Detail::Full, Detail::Off]
            .into_iter()
            .map(|detail| {
                let mut rng = Rng::new(seed);
                let mut m = Machine::boot(&MachineConfig { cpus: 2, ..MachineConfig::default() });
                m.restart(detail);
                let t = m.spawn("t", Layout::Usual);
                let buf = m.anon(t, 16 << 20);
                m.touch(t, buf, 16 << 20);
                for _ in 0..4_000 {
                    if rng.below(8) == 0 {
                        m.cpu = CpuId(mm::units::low8(rng.below(2)));
                        let call = random_call(&mut rng);
                        let _refused = run(&mut m, t, call);
                    } else {
                        let spread = 13 + rng.below(12);
                        let va = VirtAddr(buf.0 + rng.below(1 << spread) % (16 << 20));
                        let access = *rng.pick(&[Access::Read, Access::Write]);
                        m.access(t, va, access).expect("a page");
                    }
                }
                m.check();
                (m.digest(), m.tr.events(), m.tr.now().0)
            })
            .collect();
        assert_eq!(ends[0], ends[1], "seed {seed}");
    }
}

#[test]
fn memory_comes_back_after_exit() {
    let mut m = Machine::boot(&MachineConfig::default());
    let free = |m: &Machine| -> u64 {
        let counts = m.world.phys.frames.mem_map.total_counts();
        let kinds = [mm::store::Kind::Free, mm::store::Kind::Pcp];
        kinds.iter().map(|kind| u64::from(counts[kind.index()])).sum()
    };
    let before = free(&m);
    let t = m.spawn("t", Layout::Usual);
    let buf = m.anon(t, 64 << 20);
    m.restart(Detail::Off);
    m.touch(t, buf, 64 << 20);
    assert!(free(&m) < before - 16_384);
    m.run(|ctx, tr| ctx.exit(t, tr));
    assert_eq!(free(&m), before);
    assert_eq!(m.world.rest.virt.counter(mm::virt::VirtCounter::Committed), 0);
}
