//! States without operations: marks must be those that the rules give a machine of this size,
//! counters what the lists add up to, and the laws of free lists hold. What was read from a dump is
//! not held against the dump itself.

use mm::check::phys::check;
use mm::config::MachineConfig;
use mm::import::freelists::{CarriedTypes, FreelistsState, ZoneState};
use mm::import::text::{DumpError, Expected};
use mm::phys::Phys;
use mm::phys::boot::is_bootable;
use mm::phys::zone::{Wmark, ZoneId};
use mm::trace::{Detail, Trace};
use mm::units::{Order, Pfn, count};

use super::Replay;
use super::lists::Place;
use crate::{Class, Count, Tally};

/// Makes a machine of each dump of `text` and holds it against the laws: counters that lists must
/// add up to, blocks that must be merged. The first dump's zones and marks must be those of a
/// booted machine.
pub fn check_state(text: &str) -> Result<Tally, DumpError> {
    let mut tally = Tally::default();
    let mut types = CarriedTypes::default();
    let mut states = FreelistsState::parse_all(text)?;
    let first = states.first().ok_or(DumpError { line: 1, expected: Expected::State })?;
    compare_with_booted(first, &mut tally)?;
    for state in &mut states {
        types.learn(state);
        state.carry(&types);
        check_laws(state, &mut tally);
    }
    Ok(tally)
}

/// Holds counters against the lists that they count, and the machine against the checker: all of it
/// is in the dump already.
fn check_laws(state: &FreelistsState, tally: &mut Tally) {
    let replay = Replay::new(state, Detail::Off);
    let pages = |order: Order, blocks: &[Pfn]| i64::from(order.pages()) * i64::from(count(blocks.len()));
    for dumped in &state.zones {
        let Some(zone) = replay.phys.find_zone(dumped.node, dumped.kind) else { continue };
        let listed: i64 = dumped.free_lists.iter().map(|list| pages(list.order, &list.blocks)).sum();
        let counted = dumped.free + dumped.diffs.iter().sum::<i64>();
        let what = format_args!("{} free, with diff, against its lists", Place(&replay.phys, zone));
        tally.compare(Class::Unchanged, dumped.line, what, &counted, &listed);
        tally.touch(dumped.line..=dumped.line + count(dumped.free_lists.len()));
    }
    let violations = check(&replay.phys);
    let line = state.zones.first().map_or(1, |zone| zone.line);
    tally.compare(Class::Unchanged, line, "laws of the lists", &0, &violations.len());
    // What the import loses would show here: our own mistake, whatever the dump says.
    let mut import = Tally::default();
    replay.compare(state, &mut import);
    if !import.is_exact() && violations.is_empty() {
        let all = import.counts.all();
        tally.count(Class::Unchanged, Count { compared: all.compared - all.exact, exact: 0 });
        tally.first = tally.first.take().or(import.first);
    }
    tally.broken_laws(&violations);
}

/// A booted machine.
pub struct Booted {
    /// The machine.
    pub phys: Phys,
    /// What it says when its marks and reserves agree: nothing much where the history was chosen by them.
    pub marks: Class,
}

/// Boots a machine and, if it is not like the one looked for, does what leaves other marks
/// behind: switching huge pages off or on computes `min_free_kbytes` anew, and already reading
/// `lowmem_reserve_ratio` the reserves. As booted if nothing helps.
pub fn booted_like(config: &MachineConfig, is_like: impl Fn(&Phys) -> bool) -> Booted {
    let booted = Phys::boot(config);
    let switches: [fn(&mut Phys, &mut Trace); 4] = [
        |_, _| {},
        Phys::recalculate_min_free_kbytes,
        |phys, tr| {
            phys.recalculate_min_free_kbytes(tr);
            phys.recommend_min_free_kbytes(tr);
        },
        // Off again: the reserve counts without the high marks in force, those of huge pages.
        |phys, tr| {
            phys.recalculate_min_free_kbytes(tr);
            phys.recommend_min_free_kbytes(tr);
            phys.recalculate_min_free_kbytes(tr);
        },
    ];
    let reserves: [fn(&mut Phys, &mut Trace); 2] = [|_, _| {}, Phys::renew_lowmem_reserve];
    if !is_like(&booted) {
        let ways = switches.into_iter().flat_map(|switch| reserves.map(|reserve| (switch, reserve)));
        let mut after = ways.map(|(switch, reserve)| {
            let (mut phys, mut tr) = (booted.clone(), Trace::new(Detail::Off));
            switch(&mut phys, &mut tr);
            reserve(&mut phys, &mut tr);
            phys
        });
        if let Some(phys) = after.find(|phys| is_like(phys)) {
            return Booted { phys, marks: Class::Fitted };
        }
    }
    Booted { phys: booted, marks: Class::Informative }
}

fn has_marks(phys: &Phys, dumped: &ZoneState) -> bool {
    let Some(zone) = phys.find_zone(dumped.node, dumped.kind) else { return false };
    let zones = phys.zones();
    let classes = (0..zones.per_node()).zip(&dumped.lowmem_reserve);
    Wmark::ALL.map(|mark| zones.watermark(zone, mark)) == dumped.marks
        && classes.into_iter().all(|(class, &pages)| zones.lowmem_reserve(zone, class) == pages)
}

/// Holds zones and marks against those of a machine that has just booted.
fn compare_with_booted(state: &FreelistsState, tally: &mut Tally) -> Result<(), DumpError> {
    let config = state.machine();
    if !is_bootable(&config) {
        return Err(DumpError { line: 1, expected: Expected::Machine });
    }
    let booted = booted_like(&config, |phys| state.zones.iter().all(|dumped| has_marks(phys, dumped)));
    let last = state.zones.iter().map(|zone| zone.start).max();
    for dumped in &state.zones {
        // Where the last zone ends the size of the machine is taken from.
        let end = if Some(dumped.start) == last { Class::Fitted } else { Class::Informative };
        match booted.phys.find_zone(dumped.node, dumped.kind) {
            Some(zone) => compare_zone(&booted, zone, (dumped, end), tally),
            None => tally.compare(Class::Fitted, dumped.line, dumped.kind.name(), "a zone", "none"),
        }
    }
    Ok(())
}

/// Returns the class of a number of which a booted machine is asked: nothing is no answer.
pub(crate) fn of_number(class: Class, real: u64) -> Class {
    if class == Class::Informative { Class::against(&0, &real) } else { class }
}

fn compare_zone(booted: &Booted, id: ZoneId, (real, end): (&ZoneState, Class), tally: &mut Tally) {
    const RULE: Class = Class::Informative;
    let phys = &booted.phys;
    let (zone, zones) = (phys.zone(id), phys.zones());
    let marks = Wmark::ALL.map(|mark| zones.watermark(id, mark));
    let mut numbers = vec![
        ("start_pfn", RULE, u64::from(zone.start.0), u64::from(real.start.0)),
        ("spanned", end, u64::from(zone.spanned), u64::from(real.spanned)),
        ("present", RULE, u64::from(zone.present), u64::from(real.present)),
        ("managed", RULE, u64::from(zone.managed), u64::from(real.managed)),
        ("min", booted.marks, marks[0], real.marks[0]),
        ("low", booted.marks, marks[1], real.marks[1]),
        ("high", booted.marks, marks[2], real.marks[2]),
        ("stat_threshold", RULE, phys.frames.vmstat.threshold(id), real.stat_threshold),
    ];
    for (class, &pages) in (0..).zip(&real.lowmem_reserve) {
        let model = if class < zones.per_node() { zones.lowmem_reserve(id, class) } else { 0 };
        numbers.push(("lowmem_reserve", booted.marks, model, pages));
    }
    for pcp in &real.cpus {
        numbers.push(("pcp high", RULE, phys.pcp().high(id, pcp.cpu), pcp.high));
        numbers.push(("pcp batch", RULE, phys.pcp().batch(id, pcp.cpu), pcp.batch));
    }
    for (name, class, model, number) in numbers {
        let what = format_args!("{} {name}", Place(phys, id));
        tally.compare(of_number(class, number), real.line, what, &number, &model);
    }
}
