//! Nodes and zones, and what a request would meet.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "one of the many events is a watermark test; the others say nothing here"
)]

use mm::config::{Arch, CpuId, NodeId};
use mm::event::Event;
use mm::phys::AllocRequest;
use mm::phys::buddy::pcp;
use mm::phys::zone::lists;
use mm::phys::zone::vmstat::ZoneStat;
use mm::phys::zone::watermark::{self, Operands};
use mm::phys::zone::{Wmark, ZoneFlag, ZoneId, words};
use mm::store::mem_map::CHUNK_PAGES;
use mm::store::{Kind, TableId};
use mm::units::{Order, Pfn, count, index, low8};
use mm::world::World;

use crate::panels::fill::{migrate, zone_name};
use crate::panels::zones::{
    Band, CHECKS_MAX, CheckRow, GFPS, HOLES_MAX, MarkName, NodeRow, PcpList, PcpRow, RequestAsk, RequestView,
    Reserve, Test, TryRow, Verdict, ZoneRow, ZonesView,
};
use crate::panels::{Moment, Run};

/// Steps of the command that are looked back through for tests.
const LOOK_BACK: usize = 50_000;

/// Fills the view.
pub fn zones(at: Moment<'_>, ask: RequestAsk) -> ZonesView {
    let world = at.world;
    let phys = &world.phys;
    let populated = phys.zones().iter().filter(|(_, zone)| zone.is_populated());
    ZonesView {
        frames: phys.frames.mem_map.end().0,
        nodes: phys.nodes().iter().map(|node| node_row(world, node.id)).collect(),
        zones: populated.map(|(id, _)| zone_row(at, id)).collect(),
        checks: checks(at),
        request: request(world, ask),
        bands: bands(world),
    }
}

fn node_row(world: &World, id: NodeId) -> NodeRow {
    let phys = &world.phys;
    let cpus = (0..phys.cpus()).filter(|&cpu| phys.node_of_cpu(CpuId(cpu)) == id);
    let list = &phys.nodes()[usize::from(id.0)].zonelist;
    NodeRow {
        node: id.0,
        cpus: cpus.collect(),
        distances: phys.nodes().iter().map(|other| phys.distance(id, other.id)).collect(),
        zonelist: list.iter().map(|&zone| zone_name(world, zone)).collect(),
    }
}

fn zone_row(at: Moment<'_>, id: ZoneId) -> ZoneRow {
    let phys = &at.world.phys;
    let (zone, zones) = (phys.zone(id), phys.zones());
    let span = Run { start: zone.start.0, end: zone.end().0 };
    let free = phys.frames.vmstat.zone(id, ZoneStat::NrFreePages);
    let flags = [
        (ZoneFlag::BoostedWatermark, "ZONE_BOOSTED_WATERMARK"),
        (ZoneFlag::ReclaimActive, "ZONE_RECLAIM_ACTIVE"),
    ];
    let first = zones.words_of(id).start;
    // The counts of free blocks change with every block and show in Buddy.
    let own = u64::from(first + words::MARKS.start)..u64::from(first + words::RESERVE.end);
    let is_own = |slot: mm::store::Slot| slot.table() == TableId::Zone && own.contains(&slot.index());
    ZoneRow {
        name: zone_name(at.world, id),
        holes: if zone.present < zone.spanned { holes(at.world, span) } else { Vec::new() },
        span,
        present: u64::from(zone.present),
        managed: u64::from(zone.managed),
        free,
        free_before: free_before(at, id, free),
        marks: Wmark::ALL.map(|mark| zones.watermark(id, mark)),
        boost: zones.boost(id),
        highatomic: zones.highatomic(id),
        flags: flags.iter().filter(|(flag, _)| zones.has_flag(id, *flag)).map(|&(_, name)| name).collect(),
        reserves: (0..zones.per_node())
            .map(|class| Reserve {
                from: phys.kinds()[usize::from(class)].name(),
                pages: zones.lowmem_reserve(id, class),
            })
            .collect(),
        cpus: (0..phys.cpus()).map(|cpu| pcp_row(at, id, CpuId(cpu))).collect(),
        changed: at.step_deltas().iter().any(|delta| is_own(delta.slot)),
    }
}

/// Free frames before the step shown, where it wrote the counter.
fn free_before(at: Moment<'_>, id: ZoneId, free: u64) -> Option<u64> {
    let slot = at.world.phys.frames.vmstat.zone_slot(id, ZoneStat::NrFreePages);
    at.step_deltas().iter().find(|delta| delta.slot == slot).map(|delta| delta.old).filter(|&old| old != free)
}

/// Runs of frames without RAM, whole chunks of them, from the counts.
fn holes(world: &World, span: Run) -> Vec<Run> {
    let map = &world.phys.frames.mem_map;
    let hole_at = |pfn: u32| {
        let ram: u32 = Kind::ALL
            .iter()
            .zip(map.kind_counts(Pfn(pfn)))
            .filter(|(kind, _)| **kind != Kind::Hole)
            .map(|(_, &part)| u32::from(part))
            .sum();
        ram == 0
    };
    let mut runs: Vec<Run> = Vec::new();
    let mut at = span.start;
    while at < span.end {
        let next = ((at / CHUNK_PAGES + 1) * CHUNK_PAGES).min(span.end);
        if hole_at(at) {
            if runs.len() == HOLES_MAX {
                break;
            }
            match runs.last_mut() {
                Some(last) if last.end == at => last.end = next,
                Some(_) | None => runs.push(Run { start: at, end: next }),
            }
        }
        at = next;
    }
    runs
}

fn pcp_row(at: Moment<'_>, id: ZoneId, cpu: CpuId) -> PcpRow {
    let phys = &at.world.phys;
    let counters = phys.pcp();
    let lists = (0..lists::PCP_LISTS).map(|list| PcpList {
        migrate: migrate(pcp::list_type(list)),
        order: pcp::list_order(list, phys.pageblock_order()).get(),
        blocks: count(phys.pcp_list(id, cpu, list).count()),
    });
    let slots = counters.slots(id, cpu);
    PcpRow {
        cpu: cpu.0,
        count: counters.count(id, cpu),
        high: counters.high(id, cpu),
        batch: counters.batch(id, cpu),
        lists: lists.filter(|list| list.blocks > 0).collect(),
        changed: at
            .step_deltas()
            .iter()
            .any(|delta| delta.slot.table() == TableId::Pcp && slots.contains(&delta.slot.index())),
    }
}

/// The last tests of the command.
fn checks(at: Moment<'_>) -> Vec<CheckRow> {
    let done = at.done();
    let mut rows: Vec<CheckRow> = (1..=count(done.len()))
        .rev()
        .take(LOOK_BACK)
        .filter_map(|step| match done[index(step - 1)].event {
            Event::Watermark(watermark::Event::Check {
                zone,
                order,
                level,
                verdict,
                free,
                unusable,
                mark,
                reserve,
            }) => {
                let operands = Operands {
                    free: u64::from(free),
                    unusable: u64::from(unusable),
                    mark: u64::from(mark),
                    reserve: u64::from(reserve),
                };
                Some(CheckRow {
                    zone: zone_name(at.world, zone),
                    order: order.get(),
                    test: test(level, (verdict, operands)),
                    at: (at.position.command, step),
                    now: step == at.position.step,
                })
            }
            _ => None,
        })
        .take(CHECKS_MAX)
        .collect();
    rows.reverse();
    rows
}

fn test(level: Wmark, (verdict, operands): (watermark::Verdict, Operands)) -> Test {
    let Operands { free, unusable, mark, reserve } = operands;
    let verdict = match verdict {
        watermark::Verdict::Ok => Verdict::Ok,
        watermark::Verdict::TooFew => Verdict::TooFew,
        watermark::Verdict::NoBlock => Verdict::NoBlock,
    };
    Test { level: mark_name(level), free, unusable, mark, reserve, verdict }
}

fn mark_name(level: Wmark) -> MarkName {
    match level {
        Wmark::Min => MarkName::Min,
        Wmark::Low => MarkName::Low,
        Wmark::High => MarkName::High,
    }
}

/// Asks the allocator what it would do; a choice that the machine does not have is the nearest
/// one that it has.
fn request(world: &World, ask: RequestAsk) -> RequestView {
    let phys = &world.phys;
    let ask = RequestAsk {
        gfp: ask.gfp.min(GFPS.len() - 1),
        order: ask.order.min(Order::MAX.get()),
        node: ask.node.min(low8(u64::from(count(phys.nodes().len()))) - 1),
    };
    let gfp = GFPS[ask.gfp].1;
    let order = Order::new(ask.order);
    let outlook = phys.outlook(AllocRequest { order, gfp, cpu: CpuId(0), node: NodeId(ask.node) });
    let tries = outlook.tries.iter().map(|one| TryRow {
        zone: zone_name(world, one.zone),
        tests: one.tests.map(|tests| [test(Wmark::Low, tests.low), test(Wmark::Min, tests.min)]),
    });
    RequestView {
        ask,
        highest: outlook.highest.name(),
        migrate: migrate(outlook.mt),
        tries: tries.collect(),
        served: outlook.served.map(|(at, level)| (at, mark_name(level))),
    }
}

/// The fourth gigabyte of a 32-bit kernel.
fn bands(world: &World) -> Vec<Band> {
    if world.config.arch != Arch::I386 {
        return Vec::new();
    }
    let band = |band: &mm::virt::Band| Band { kind: band.kind, start: band.start, end: band.end };
    world.rest.virt.layout.bands.iter().map(band).collect()
}
