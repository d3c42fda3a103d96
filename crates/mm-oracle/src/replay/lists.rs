//! Lists, counters and types of pageblocks, held against those of a dump.

use core::fmt::{Display, Formatter, Result};

use mm::check::phys::check;
use mm::config::CpuId;
use mm::import::freelists::{FreelistsState, ZoneState};
use mm::phys::Phys;
use mm::phys::zone::lists::PCP_LISTS;
use mm::phys::zone::migratetype::MigrateType;
use mm::phys::zone::vmstat::ZoneStat;
use mm::phys::zone::{Wmark, ZoneId};
use mm::units::{Order, Pfn};

use super::shown;
use crate::{Class, Tally};

/// Holds lists, counters and types of pageblocks against those of a dump, and the machine against
/// the checker. `null` is the machine before anything was done.
pub fn compare_lists(phys: &Phys, null: &Phys, real: &FreelistsState, tally: &mut Tally) {
    tally.broken_laws(&check(phys));
    let lists = Lists { phys, null };
    for (at, dumped) in real.zones.iter().enumerate() {
        match phys.find_zone(dumped.node, dumped.kind) {
            Some(zone) => lists.compare_zone(zone, dumped, tally),
            None => tally.compare(Class::Fitted, dumped.line, dumped.kind.name(), "a zone", "none"),
        }
        let end = real.zones.get(at + 1).map_or(real.next_line, |next| next.line);
        tally.touch(dumped.line..end);
    }
}

/// Names a zone.
pub(crate) struct Place<'a>(pub(crate) &'a Phys, pub(crate) ZoneId);

impl Display for Place<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let zone = self.0.zone(self.1);
        write!(f, "node {} {}", zone.node.0, zone.kind.name())
    }
}

/// A machine whose lists are compared, and the same before anything was done.
struct Lists<'a> {
    phys: &'a Phys,
    null: &'a Phys,
}

impl Lists<'_> {
    fn both<T>(&self, of: impl Fn(&Phys) -> T) -> [T; 2] {
        [of(self.phys), of(self.null)]
    }

    fn compare_zone(&self, zone: ZoneId, real: &ZoneState, tally: &mut Tally) {
        self.compare_counters(zone, real, tally);
        self.compare_numbers(zone, real, tally);
        let (line, place) = (real.line, Place(self.phys, zone));
        for order in Order::ZERO.and_up() {
            for mt in MigrateType::ALL {
                let listed = real.free_lists.iter().find(|list| list.order == order && list.mt == mt);
                let listed = listed.map_or(&[][..], |list| &list.blocks);
                let model = self.both(|phys| phys.free_list(zone, order, mt).collect::<Vec<Pfn>>());
                compare_list(
                    tally,
                    line,
                    format_args!("{place} free order={order} {}", mt.name()),
                    &model,
                    listed,
                );
            }
        }
        self.compare_pcp(zone, real, tally);
        if let Some(blocks) = &real.pageblocks {
            let firsts = (blocks.first.0..).step_by(1 << blocks.order.get()).map(Pfn);
            // What lies beyond the zone has no type here; the zone's size differs then, too.
            let end = self.phys.zone(zone).end();
            let own = firsts.zip(&blocks.types).take_while(|(first, _)| *first < end);
            for (first, mt) in own {
                let Some(mt) = mt else { continue };
                let [model, null] = self.both(|phys| phys.pageblock_type(first));
                let what = format_args!("pageblock type pfn={first}");
                tally.compare(Class::against(&null, mt), line, what, mt.name(), model.name());
            }
        }
    }

    fn compare_counters(&self, zone: ZoneId, real: &ZoneState, tally: &mut Tally) {
        let (line, place) = (real.line, Place(self.phys, zone));
        let mut compare = |what: &dyn Display, real: i64, [model, null]: [i64; 2]| {
            let class = Class::against(&null, &real);
            tally.compare(class, line, format_args!("{place} {what}"), &real, &model);
        };
        let free = self.both(|phys| phys.frames.vmstat.zone_total(zone, ZoneStat::NrFreePages));
        compare(&"free", real.free, free);
        for (cpu, &diff) in (0..self.phys.cpus()).map(CpuId).zip(&real.diffs) {
            let model = self.both(|phys| phys.frames.vmstat.zone_diff(zone, ZoneStat::NrFreePages, cpu));
            compare(&format_args!("diff cpu={}", cpu.0), diff, model);
        }
    }

    /// Nothing that is replayed changes these, but for the boost and the pages held back.
    fn compare_numbers(&self, zone: ZoneId, real: &ZoneState, tally: &mut Tally) {
        let ours = self.both(|phys| {
            let (geometry, zones) = (phys.zone(zone), phys.zones());
            let marks = Wmark::ALL.map(|mark| zones.watermark(zone, mark));
            [
                zones.boost(zone),
                u64::from(geometry.start.0),
                u64::from(geometry.spanned),
                u64::from(geometry.present),
                u64::from(geometry.managed),
                marks[0],
                marks[1],
                marks[2],
                zones.highatomic(zone),
                phys.frames.vmstat.threshold(zone),
            ]
        });
        let real_numbers = [
            ("boost", real.boost),
            ("start_pfn", u64::from(real.start.0)),
            ("spanned", u64::from(real.spanned)),
            ("present", u64::from(real.present)),
            ("managed", u64::from(real.managed)),
            ("min", real.marks[0]),
            ("low", real.marks[1]),
            ("high", real.marks[2]),
            ("highatomic", real.highatomic),
            ("stat_threshold", real.stat_threshold),
        ];
        let place = Place(self.phys, zone);
        for ((name, number), (model, null)) in real_numbers.into_iter().zip(ours[0].iter().zip(&ours[1])) {
            let what = format_args!("{place} {name}");
            tally.compare(Class::against(null, &number), real.line, what, &number, model);
        }
        for (class, pages) in (0..self.phys.zones().per_node()).zip(&real.lowmem_reserve) {
            let [model, null] = self.both(|phys| phys.zones().lowmem_reserve(zone, class));
            let what = format_args!("{place} lowmem_reserve");
            tally.compare(Class::against(&null, pages), real.line, what, pages, &model);
        }
    }

    fn compare_pcp(&self, zone: ZoneId, real: &ZoneState, tally: &mut Tally) {
        let (line, place) = (real.line, Place(self.phys, zone));
        for pcp in &real.cpus {
            let cpu = pcp.cpu;
            if cpu.0 >= self.phys.cpus() {
                // Not a processor of the machine that the first dump is of.
                let what = format_args!("{place} pcp cpu={}", cpu.0);
                tally.compare(Class::Fitted, line, what, "lists", "none");
                continue;
            }
            let real_numbers = [
                ("count", pcp.count),
                ("high", pcp.high),
                ("batch", pcp.batch),
                ("free_factor", pcp.free_factor),
            ];
            let [ours, null] = self.both(|phys| {
                let own = phys.pcp();
                [own.count(zone, cpu), own.high(zone, cpu), own.batch(zone, cpu), own.free_factor(zone, cpu)]
            });
            for ((name, number), (model, null)) in real_numbers.into_iter().zip(ours.iter().zip(&null)) {
                let what = format_args!("{place} pcp cpu={} {name}", cpu.0);
                tally.compare(Class::against(null, &number), line, what, &number, model);
            }
            for index in 0..PCP_LISTS {
                let listed = pcp.lists.iter().find(|list| list.index == index);
                let listed = listed.map_or(&[][..], |list| &list.blocks);
                let model = self.both(|phys| phys.pcp_list(zone, cpu, index).collect::<Vec<Pfn>>());
                let what = format_args!("{place} pcplist cpu={} index={index}", cpu.0);
                compare_list(tally, line, what, &model, listed);
            }
        }
    }
}

/// Compares a list, as one thing; `model` is ours, and ours before anything was done.
fn compare_list(tally: &mut Tally, line: u32, what: impl Display, model: &[Vec<Pfn>; 2], real: &[Pfn]) {
    let [model, null] = model;
    let class = Class::against(&null[..], real);
    let at = model.iter().zip(real).take_while(|(a, b)| a == b).count();
    tally.note(class, line, format_args!("{what} [{at}]"), model == real, || {
        (shown(real.get(at).copied()), shown(model.get(at).copied()))
    });
}
