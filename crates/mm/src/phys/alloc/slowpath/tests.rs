//! The slow path with a lender that does as it is told.

use super::*;
use crate::config::{CpuId, MachineConfig, NodeId};
use crate::event::Event as Any;
use crate::phys::alloc::page_alloc::Event as Alloc;
use crate::trace::Detail;
use crate::units::Bytes;

/// Makes room as each test wants it; by default not at all.
#[derive(Default)]
struct Lender {
    /// Pages that reclaim can free, some at a time.
    reclaimable: Vec<Pfn>,
    /// What reclaim says it freed when it has no more pages.
    claims: u64,
    /// Pages that the death of a process frees.
    victims: Vec<Vec<Pfn>>,
    /// Whether the process that asks is dying.
    dying: bool,
    /// Requests for which somebody was to be killed.
    kills: u32,
    /// Reports of failures.
    reports: u32,
}

/// Pages that one reclaim frees (`SWAP_CLUSTER_MAX`).
const CLUSTER: usize = 32;
const ZERO: Order = Order::ZERO;

impl Relief for Lender {
    fn try_to_free_pages(&mut self, phys: &mut Phys, request: ReclaimRequest, tr: &mut Trace) -> u64 {
        let left = self.reclaimable.len().saturating_sub(CLUSTER);
        let pages = self.reclaimable.split_off(left);
        phys.free_page_list(&pages, request.cpu, tr);
        if pages.is_empty() { self.claims } else { u64::from(crate::units::count(pages.len())) }
    }

    fn out_of_memory(&mut self, phys: &mut Phys, control: OomControl, tr: &mut Trace) -> Kill {
        self.kills += 1;
        match self.victims.pop() {
            Some(pages) => {
                phys.free_page_list(&pages, control.cpu, tr);
                Kill::Victim
            }
            None if self.dying => Kill::Victim,
            None => Kill::Nobody,
        }
    }

    fn is_oom_victim(&self, _cpu: CpuId) -> bool {
        self.dying
    }

    fn warn_alloc(&mut self, _phys: &mut Phys, _failed: FailedAlloc, _tr: &mut Trace) {
        self.reports += 1;
    }
}

/// Takes all memory that ordinary requests get; returns the machine and its pages.
fn exhausted() -> (Phys, Vec<Pfn>) {
    let mut phys = Phys::boot(&MachineConfig { ram: Bytes(96 << 20), ..MachineConfig::default() });
    let mut held = Vec::new();
    for zone in [Gfp::NONE, Gfp::DMA] {
        let gfp = Gfp::KERNEL | Gfp::NORETRY | Gfp::NOWARN | zone;
        while let Some(pfn) = ask(&mut phys, ZERO, gfp, &mut Lender::default()).0 {
            held.push(pfn);
        }
    }
    (phys, held)
}

fn ask(phys: &mut Phys, order: Order, gfp: Gfp, lender: &mut Lender) -> (Option<Pfn>, Vec<Any>) {
    let mut tr = Trace::new(Detail::Full);
    let pfn = phys.alloc_pages(AllocRequest::new(order, gfp), lender, &mut tr);
    (pfn, tr.steps().iter().map(|step| step.event).collect())
}

fn given_up(events: &[Any]) -> Vec<GiveUp> {
    let whys = events.iter().filter_map(|event| {
        let Any::Slowpath(Event::GiveUp { why, .. }) = event else { return None };
        Some(*why)
    });
    whys.collect()
}

fn given_back(events: &[Any]) -> usize {
    events.iter().filter(|event| matches!(event, Any::Alloc(Alloc::UnreserveHighAtomic { .. }))).count()
}

/// Sets pageblocks aside for urgent requests; returns how many of the zone's pages are held.
fn reserved(phys: &mut Phys, blocks: u32) -> u64 {
    for _ in 0..blocks {
        ask(phys, Order::new(2), Gfp::ATOMIC, &mut Lender::default()).0.expect("an urgent block");
        phys.drain_all_pages(&mut Trace::new(Detail::Off));
    }
    phys.zones().iter().map(|(id, _)| phys.zones().highatomic(id)).sum()
}

#[test]
fn reclaim_that_frees_something_is_enough() {
    let (mut phys, held) = exhausted();
    let stalls = phys.frames.vmstat.event(VmEvent::AllocstallNormal);
    let mut lender = Lender { reclaimable: held[..100].to_vec(), ..Lender::default() };
    let (pfn, events) = ask(&mut phys, ZERO, Gfp::KERNEL, &mut lender);
    assert!(pfn.is_some());
    assert_eq!(lender.reclaimable.len(), 100 - CLUSTER, "one round was enough");
    assert!(events.contains(&Any::Slowpath(Event::DirectReclaim { order: ZERO, freed: 32 })));
    assert_eq!(phys.frames.vmstat.event(VmEvent::AllocstallNormal), stalls + 1);
}

#[test]
fn who_cannot_wait_does_not_reclaim() {
    let (mut phys, held) = exhausted();
    let mut lender = Lender { reclaimable: held, ..Lender::default() };
    let before = lender.reclaimable.len();
    let (pfn, events) = ask(&mut phys, ZERO, Gfp::NOWAIT, &mut lender);
    assert_eq!((pfn, given_up(&events)), (None, vec![GiveUp::NoWait]));
    assert_eq!((lender.reclaimable.len(), lender.kills, lender.reports), (before, 0, 1));
}

#[test]
fn flags_say_who_is_worth_a_life() {
    let kernel = Gfp::KERNEL;
    for (order, gfp, why, kills) in [
        (ZERO, kernel, GiveUp::Panic, 1),
        (ZERO, kernel | Gfp::NORETRY, GiveUp::NoRetry, 0),
        (ZERO, kernel | Gfp::RETRY_MAYFAIL, GiveUp::Exhausted, 0),
        (ZERO, kernel | Gfp::THISNODE, GiveUp::Exhausted, 0),
        (ZERO, kernel | Gfp::DMA, GiveUp::Exhausted, 0),
        (Order::new(3), kernel, GiveUp::Panic, 1),
        (Order::new(4), kernel, GiveUp::CostlyOrder, 0),
        (Order::new(4), kernel | Gfp::RETRY_MAYFAIL, GiveUp::Exhausted, 0),
        (Order::new(9), Gfp::TRANSHUGE | Gfp::NORETRY, GiveUp::NoCompaction, 0),
    ] {
        let (mut phys, _held) = exhausted();
        let mut lender = Lender::default();
        let (pfn, events) = ask(&mut phys, order, gfp, &mut lender);
        assert_eq!((pfn, given_up(&events), lender.kills), (None, vec![why], kills), "{order} {gfp}");
    }
}

#[test]
fn a_death_frees_memory_for_the_request() {
    let (mut phys, held) = exhausted();
    let mut lender = Lender { victims: vec![held[..512].to_vec()], ..Lender::default() };
    assert!(ask(&mut phys, ZERO, Gfp::KERNEL, &mut lender).0.is_some());
    assert_eq!((lender.kills, lender.reports), (1, 0));
}

#[test]
fn what_must_not_fail_takes_the_reserve_once_somebody_dies() {
    let (mut phys, _held) = exhausted();
    let mut lender = Lender { victims: vec![Vec::new()], ..Lender::default() };
    let (pfn, events) = ask(&mut phys, ZERO, Gfp::KERNEL | Gfp::NOFAIL, &mut lender);
    assert!(pfn.is_some());
    assert!(events.contains(&Any::Slowpath(Event::NoFail { order: ZERO, extent: Reserve::All })));
    // Without anybody to kill it ends all the same.
    let large = Order::new(9);
    let (pfn, events) = ask(&mut phys, large, Gfp::KERNEL | Gfp::NOFAIL, &mut Lender::default());
    assert_eq!((pfn, given_up(&events)), (None, vec![GiveUp::Endless]));
}

#[test]
fn who_is_dying_may_use_half_of_the_mark() {
    let (mut phys, _held) = exhausted();
    let zone = phys.find_zone(NodeId(0), ZoneKind::Dma32).expect("a zone");
    let mark = phys.zones().watermark(zone, Wmark::Min) + phys.zones().boost(zone);
    let mut lender = Lender { dying: true, ..Lender::default() };
    let last = loop {
        let (pfn, events) = ask(&mut phys, ZERO, Gfp::KERNEL, &mut lender);
        if pfn.is_none() {
            break events;
        }
    };
    assert_eq!(given_up(&last), [GiveUp::Dying]);
    let free = phys.frames.vmstat.zone(zone, ZoneStat::NrFreePages);
    assert!(free <= mark - mark / 2 && free > mark / 4, "{free} free of a mark of {mark}");
}

#[test]
fn reclaim_that_helps_nothing_costs_all_but_the_last_pageblock() {
    let (mut phys, _held) = exhausted();
    assert_eq!(reserved(&mut phys, 2), 1024);
    let zone = phys.find_zone(NodeId(0), ZoneKind::Dma32).expect("a zone");
    // Something was freed, says reclaim, and somebody else has it already.
    let (_, events) =
        ask(&mut phys, Order::new(8), Gfp::KERNEL, &mut Lender { claims: 1, ..Lender::default() });
    assert_eq!(given_back(&events), 1);
    assert_eq!(phys.zones().highatomic(zone), 512);
    assert!(crate::check::phys::check(&phys).is_empty());
}

#[test]
fn rounds_without_progress_cost_the_last_pageblock_too() {
    let (mut phys, _held) = exhausted();
    assert_eq!(reserved(&mut phys, 1), 512);
    let zone = phys.find_zone(NodeId(0), ZoneKind::Dma32).expect("a zone");
    // There is hope: pages that could be reclaimed, only that nobody manages to.
    let (hope, tr) = (ZoneStat::NrZoneInactiveFile, &mut Trace::new(Detail::Off));
    phys.frames.vmstat.mod_zone(zone, hope, 2000, CpuId(0), tr);
    let (pfn, events) = ask(&mut phys, ZERO, Gfp::KERNEL, &mut Lender::default());
    let rounds = events.iter().filter_map(|event| {
        let Any::Slowpath(Event::RetryZone { no_progress_loops, .. }) = event else { return None };
        Some(*no_progress_loops)
    });
    assert_eq!(rounds.max(), Some(RECLAIM_RETRIES_MAX));
    assert_eq!(given_back(&events), 1);
    assert_eq!(phys.zones().highatomic(zone), 0);
    assert!(pfn.is_some(), "what was held back is enough");
    assert!(crate::check::phys::check(&phys).is_empty());
}
