//! States without operations: marks must be those that the rules give a machine of this size,
//! counters what the lists add up to, and the laws of free lists hold. What was read from a dump is
//! not held against the dump itself.

use super::{Item, Replay, Verdict};
use mm::check::phys::check;
use mm::config::MachineConfig;
use mm::import::freelists::{CarriedTypes, FreelistsState, ZoneState};
use mm::import::text::{DumpError, Expected};
use mm::phys::Phys;
use mm::phys::boot::is_bootable;
use mm::phys::zone::{Wmark, ZoneId};
use mm::trace::{Detail, Trace};
use mm::units::{Order, Pfn, count};

/// Makes a machine of each dump of `text` and holds it against the laws: counters that lists must
/// add up to, blocks that must be merged. The first dump's zones and marks must be those of a
/// booted machine.
pub fn check_state(text: &str) -> Result<Verdict, DumpError> {
    let mut verdict = Verdict::default();
    let mut types = CarriedTypes::default();
    let mut states = FreelistsState::parse_all(text)?;
    let first = states.first().ok_or(DumpError { line: 1, expected: Expected::State })?;
    compare_with_booted(first, &mut verdict)?;
    for state in &mut states {
        types.learn(state);
        state.carry(&types);
        check_laws(state, &mut verdict);
    }
    Ok(verdict)
}

/// Holds counters against the lists that they count, and the machine against the checker.
fn check_laws(state: &FreelistsState, verdict: &mut Verdict) {
    verdict.dumps += 1;
    let replay = Replay::new(state, Detail::Off);
    let pages = |order: Order, blocks: &[Pfn]| i64::from(order.pages()) * i64::from(count(blocks.len()));
    for dumped in &state.zones {
        let Some(zone) = replay.phys.find_zone(dumped.node, dumped.kind) else { continue };
        let listed: i64 = dumped.free_lists.iter().map(|list| pages(list.order, &list.blocks)).sum();
        let counted = dumped.free + dumped.diffs.iter().sum::<i64>();
        verdict.compare(dumped.line, Item::Listed(zone), Some(listed), Some(counted));
    }
    let violations = check(&replay.phys);
    let line = state.zones.first().map_or(1, |zone| zone.line);
    verdict.compare(line, Item::Laws, Some(0), i64::try_from(violations.len()).ok());
    // What the import loses would show here: our own mistake, whatever the dump says.
    let mut import = Verdict::default();
    replay.compare(state, &mut import);
    if !import.is_exact() && violations.is_empty() {
        verdict.first = verdict.first.take().or(import.first);
        verdict.compared += import.compared - import.exact;
    }
    verdict.violations.extend(violations);
}

/// Boots a machine and, if it is not like the one looked for, does what leaves other marks
/// behind: switching huge pages off or on computes `min_free_kbytes` anew, and already reading
/// `lowmem_reserve_ratio` the reserves. As booted if nothing helps.
pub fn booted_like(config: &MachineConfig, is_like: impl Fn(&Phys) -> bool) -> Phys {
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
    let ways = switches.into_iter().flat_map(|switch| reserves.map(|reserve| (switch, reserve)));
    let after = ways.map(|(switch, reserve)| {
        let (mut phys, mut tr) = (booted.clone(), Trace::new(Detail::Off));
        switch(&mut phys, &mut tr);
        reserve(&mut phys, &mut tr);
        phys
    });
    after.into_iter().find(is_like).unwrap_or(booted.clone())
}

fn has_marks(phys: &Phys, dumped: &ZoneState) -> bool {
    let Some(zone) = phys.find_zone(dumped.node, dumped.kind) else { return false };
    let zones = phys.zones();
    let classes = (0..zones.per_node()).zip(&dumped.lowmem_reserve);
    Wmark::ALL.map(|mark| zones.watermark(zone, mark)) == dumped.marks
        && classes.into_iter().all(|(class, &pages)| zones.lowmem_reserve(zone, class) == pages)
}

/// Holds zones and marks against those of a machine that has just booted.
fn compare_with_booted(state: &FreelistsState, verdict: &mut Verdict) -> Result<(), DumpError> {
    let config = state.machine();
    if !is_bootable(&config) {
        return Err(DumpError { line: 1, expected: Expected::Machine });
    }
    let phys = booted_like(&config, |phys| state.zones.iter().all(|dumped| has_marks(phys, dumped)));
    for dumped in &state.zones {
        match phys.find_zone(dumped.node, dumped.kind) {
            Some(zone) => compare_zone(&phys, zone, dumped, verdict),
            None => verdict.compared += 1,
        }
    }
    Ok(())
}

fn compare_zone(phys: &Phys, id: ZoneId, real: &ZoneState, verdict: &mut Verdict) {
    let (zone, zones) = (phys.zone(id), phys.zones());
    let marks = Wmark::ALL.map(|mark| zones.watermark(id, mark));
    let mut numbers = vec![
        ("start_pfn", u64::from(zone.start.0), u64::from(real.start.0)),
        ("spanned", u64::from(zone.spanned), u64::from(real.spanned)),
        ("present", u64::from(zone.present), u64::from(real.present)),
        ("managed", u64::from(zone.managed), u64::from(real.managed)),
        ("min", marks[0], real.marks[0]),
        ("low", marks[1], real.marks[1]),
        ("high", marks[2], real.marks[2]),
        ("stat_threshold", phys.vmstat.threshold(id), real.stat_threshold),
    ];
    for (class, &pages) in (0..).zip(&real.lowmem_reserve) {
        let model = if class < zones.per_node() { zones.lowmem_reserve(id, class) } else { 0 };
        numbers.push(("lowmem_reserve", model, pages));
    }
    for pcp in &real.cpus {
        numbers.push(("pcp high", phys.pcp().high(id, pcp.cpu), pcp.high));
        numbers.push(("pcp batch", phys.pcp().batch(id, pcp.cpu), pcp.batch));
    }
    for (name, model, real_number) in numbers {
        let number = |n: u64| i64::try_from(n).ok();
        let item = Item::Number { zone: id, name };
        verdict.compare(real.line, item, number(model), number(real_number));
    }
}
