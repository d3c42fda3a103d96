//! What the lessons rely on, and machines of every size. Laws over random sequences stand in
//! `tests/src/allocator`.

use super::*;
use crate::check::phys::check;
use crate::config::{Portion, Remap};
use crate::event::Event;
use crate::gfp::Gfp;
use crate::rng::Rng;
use crate::trace::Detail;
use crate::units::Bytes;
use crate::world::World;

const MB: u64 = 1 << 20;

fn machine(ram: u64) -> MachineConfig {
    MachineConfig { ram: Bytes(ram), ..MachineConfig::default() }
}

#[test]
fn detail_changes_nothing() {
    let config = machine(96 * MB);
    let mut ends = Vec::new();
    for detail in [Detail::Full, Detail::Off] {
        let mut world = World::boot(config.clone());
        let phys = &mut world.phys;
        let mut tr = Trace::new(detail);
        let held: Vec<Pfn> = core::iter::from_fn(|| {
            phys.alloc_pages(AllocRequest::new(Order::ZERO, Gfp::HIGHUSER_MOVABLE), &mut NoRelief, &mut tr)
        })
        .collect();
        for &pfn in held.iter().step_by(3) {
            phys.free_pages(pfn, Order::ZERO, CpuId(0), &mut tr);
        }
        ends.push((held.len(), world.digest(), tr.now(), tr.events()));
    }
    assert_eq!(ends[0], ends[1]);
}

/// A machine with one user who asks and gives back, as lesson 14 does.
struct Shell {
    phys: Phys,
    tr: Trace,
}

impl Shell {
    fn boot(ram: u64) -> Shell {
        Shell { phys: Phys::boot(&machine(ram)), tr: Trace::new(Detail::Full) }
    }

    #[track_caller]
    fn alloc(&mut self, order: u8, gfp: Gfp) -> Pfn {
        let req = AllocRequest::new(Order::new(order), gfp);
        self.phys.alloc_pages(req, &mut NoRelief, &mut self.tr).expect("a free block")
    }

    fn free(&mut self, pfn: Pfn) {
        let order = self.phys.frames.mem_map.state(pfn).order();
        self.phys.free_pages(pfn, order, CpuId(0), &mut self.tr);
    }

    /// The row of `/proc/buddyinfo` for the DMA zone.
    fn dma(&self) -> String {
        let zone = self.phys.find_zone(NodeId(0), ZoneKind::Dma).expect("a DMA zone");
        let counts: Vec<String> =
            Order::ZERO.and_up().map(|order| self.phys.nr_free(zone, order).to_string()).collect();
        counts.join(" ")
    }
}

#[test]
fn a_page_comes_out_of_a_block_of_32_and_goes_back() {
    let mut sh = Shell::boot(512 * MB);
    assert_eq!(sh.dma(), "0 0 0 0 0 1 1 1 0 1 3");
    let p = sh.alloc(0, Gfp::DMA);
    assert_eq!((p, sh.dma().as_str()), (Pfn(288), "1 1 1 1 1 0 1 1 0 1 3"));
    sh.free(p);
    let dma = sh.phys.zone_of(p);
    assert_eq!((sh.phys.pcp().count(dma, CpuId(0)), sh.phys.nr_free(dma, Order::ZERO)), (1, 1));
    sh.phys.drain_all_pages(&mut sh.tr);
    assert_eq!(sh.dma(), "0 0 0 0 0 1 1 1 0 1 3");
}

#[test]
fn only_buddies_merge() {
    let mut sh = Shell::boot(512 * MB);
    let [a, b, c, d] = [(); 4].map(|()| sh.alloc(4, Gfp::DMA));
    assert_eq!([a, b, c, d].map(|pfn| pfn.0), [288, 304, 320, 336]);
    sh.free(b);
    sh.free(d);
    assert_eq!(sh.dma(), "0 0 0 0 2 1 0 1 0 1 3");
    sh.free(c);
    assert_eq!(sh.dma(), "0 0 0 0 1 0 1 1 0 1 3");
    sh.free(a);
    assert_eq!(sh.dma(), "0 0 0 0 0 1 1 1 0 1 3");
}

#[test]
fn events_tell_one_block_a_step() {
    let mut sh = Shell::boot(512 * MB);
    let p = sh.alloc(0, Gfp::DMA);
    let kept: Vec<(u8, u32)> = sh
        .tr
        .steps()
        .iter()
        .filter_map(|step| {
            let Event::Buddy(buddy::Event::Split { order, back, .. }) = step.event else { return None };
            Some((order.get(), back.0))
        })
        .collect();
    assert_eq!(kept, [(4, 304), (3, 296), (2, 292), (1, 290), (0, 289)]);
    sh.tr = Trace::new(Detail::Full);
    sh.free(p);
    sh.phys.drain_all_pages(&mut sh.tr);
    let merged: Vec<(u32, u32)> = sh
        .tr
        .steps()
        .iter()
        .filter_map(|step| {
            let Event::Buddy(buddy::Event::Merge { pfn, buddy, .. }) = step.event else { return None };
            Some((pfn.0, buddy.0))
        })
        .collect();
    assert!(merged.starts_with(&[(288, 289), (288, 290), (288, 292), (288, 296), (288, 304)]), "{merged:?}");
}

#[test]
fn a_page_goes_to_the_zone_that_its_flags_allow() {
    let mut sh = Shell::boot(6 << 30);
    for (gfp, kind) in [
        (Gfp::DMA, ZoneKind::Dma),
        (Gfp::DMA32, ZoneKind::Dma32),
        (Gfp::KERNEL, ZoneKind::Normal),
        (Gfp::HIGHUSER_MOVABLE, ZoneKind::Normal),
    ] {
        let pfn = sh.alloc(0, gfp);
        assert_eq!(sh.phys.zone(sh.phys.zone_of(pfn)).kind, kind);
    }
    let mut phys = Phys::boot(&MachineConfig { arch: Arch::I386, ..machine(2 << 30) });
    let mut tr = Trace::new(Detail::Off);
    let pfn = phys
        .alloc_pages(AllocRequest::new(Order::ZERO, Gfp::HIGHUSER), &mut NoRelief, &mut tr)
        .expect("a page");
    assert_eq!(phys.zone(phys.zone_of(pfn)).kind, ZoneKind::HighMem);
}

#[test]
fn the_machine_of_the_seed_is_sparse() {
    let phys = Phys::boot(&machine(76 << 30));
    // Page 0, the hole below 1 MB and the firmware's 128 KB are no RAM.
    assert_eq!(phys.frames.mem_map.total_counts().iter().sum::<u32>() + 1 + 97 + 32, 19_922_944);
    assert!(phys.frames.mem_map.host_bytes() < 8 << 20, "{} bytes", phys.frames.mem_map.host_bytes());
    assert_eq!(check(&phys), []);
}

#[test]
fn machines_of_every_size_boot() {
    let mut rng = Rng::new(11);
    for _ in 0..40 {
        let nodes = crate::units::low8(1 + rng.below(4));
        let cpus = crate::units::low8(1 + rng.below(16));
        let arch = *rng.pick(&[Arch::X86_64, Arch::I386]);
        // Odd sizes as well, half of them small.
        let most = *rng.pick(&[512 * MB, 12_000 * MB]);
        let least = boot::RAM_MIN.0 * u64::from(nodes);
        let ram = Bytes((least + rng.below(most)) & !0xfff);
        let mut portion = || match rng.below(3) {
            0 => None,
            1 => Some(Portion::Percent(crate::units::low8(rng.below(101)))),
            _ => Some(Portion::Size(Bytes(rng.below(2 * ram.0)))),
        };
        let config = MachineConfig {
            arch,
            ram,
            cpus,
            nodes,
            movablecore: portion(),
            kernelcore: portion(),
            remap: *rng.pick(&[Remap::Above4G, Remap::Lost]),
            topology: *rng.pick(&[Topology::Flat, Topology::Sockets]),
            ..MachineConfig::default()
        };
        assert_eq!(check(&Phys::boot(&config)), [], "{config:?}");
    }
}
