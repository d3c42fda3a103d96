//! Traces of the page allocator between two dumps.
//!
//! Allocations and frees are performed; what happened inside (blocks taken from the buddy,
//! given back to it, or taken from other types) must then follow, in the same order.

use std::collections::{BTreeMap, BTreeSet};

use super::{Replay, compare_answer, shown, stop};
use crate::{Class, Tally};
use mm::event::Event;
use mm::gfp::Gfp;
use mm::import::freelists::{CarriedTypes, FreelistsState};
use mm::import::text::{DumpError, Expected, Line, lines, parse_number};
use mm::phys::Phys;
use mm::phys::alloc::page_alloc;
use mm::phys::buddy::{fallback, pcp};
use mm::phys::zone::migratetype::MigrateType;
use mm::trace::{Detail, Step, Trace};
use mm::units::{Order, Pfn};

/// Replays a trace between two states: both in `states`, the second perhaps in a text of its
/// own appended to it.
pub fn replay_trace(states: &str, trace: &str) -> Result<Tally, DumpError> {
    let mut dumps = FreelistsState::parse_all(states)?.into_iter();
    let no_state = DumpError { line: 1, expected: Expected::State };
    let mut before = dumps.next().ok_or(no_state)?;
    let after = dumps.next().ok_or(no_state)?;
    let mut types = CarriedTypes::default();
    types.learn(&before);
    before.carry(&types);
    let mut replay = Replay::new(&before, Detail::Full);
    let mut tally = Tally::default();
    let events = parse_events(trace)?;
    let later = freed_later(&events);
    let (mut real, mut model) = (Inner::default(), Inner::default());
    for (at, (line, event)) in events.iter().enumerate() {
        match *event {
            Traced::Call(call) => {
                if let Err(error) = perform(&mut replay, *line, call, later.contains(&at), &mut tally) {
                    stop(&mut tally, error)?;
                    return Ok(tally);
                }
                model.note(&replay);
                replay.tr = Trace::new(Detail::Full);
            }
            Traced::Taken(taken) => real.taken.push((line.number, taken)),
            Traced::Drained(drained) => real.drained.push((line.number, drained)),
            Traced::Stolen(stolen) => real.stolen.push((line.number, stolen)),
        }
    }
    // The states are another file's lines.
    let mut end = Tally::default();
    replay.compare(&after, &mut end);
    tally.take_beside(end);
    if real != Inner::default() {
        compare_sequences(&mut tally, "mm_page_alloc_zone_locked", &model.taken, &real.taken, |it| it.pfn);
        compare_sequences(&mut tally, "mm_page_pcpu_drain", &model.drained, &real.drained, |it| it.0);
        compare_sequences(&mut tally, "mm_page_alloc_extfrag", &model.stolen, &real.stolen, |it| it.pfn);
    }
    Ok(tally)
}

/// Compares two sequences entry by entry.
fn compare_sequences<T: PartialEq>(
    tally: &mut Tally,
    name: &str,
    model: &[(u32, T)],
    real: &[(u32, T)],
    pfn: impl Fn(&T) -> Pfn,
) {
    for at in 0..model.len().max(real.len()) {
        let (ours, theirs) = (model.get(at), real.get(at));
        let line = theirs.map_or(0, |(line, _)| *line);
        let is_same = ours.map(|(_, it)| it) == theirs.map(|(_, it)| it);
        let show = |it: Option<&(u32, T)>| shown(it.map(|(_, it)| pfn(it)));
        tally.note(Class::Informative, line, format_args!("{name} [{at}]"), is_same, || {
            (show(theirs), show(ours))
        });
    }
}

/// An event of a trace.
#[derive(Clone, Copy)]
enum Traced {
    Call(Call),
    Taken(Taken),
    Drained((Pfn, Order)),
    Stolen(Stolen),
}

/// What somebody asked of the page allocator.
#[derive(Clone, Copy)]
enum Call {
    Alloc { pfn: Pfn, order: Order, gfp: Gfp },
    Free { pfn: Pfn, order: Order },
    FreeBatched { pfn: Pfn },
}

/// A block that left the buddy (`mm_page_alloc_zone_locked`).
#[derive(Clone, Copy, PartialEq, Eq)]
struct Taken {
    pfn: Pfn,
    order: Order,
    mt: MigrateType,
}

/// A block taken from another type (`mm_page_alloc_extfrag`).
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stolen {
    pfn: Pfn,
    order: Order,
    block_order: Order,
    mt: MigrateType,
    from: MigrateType,
    /// Whether the block is smaller than a pageblock.
    fragmenting: u32,
    /// Whether its pageblock is of the new type from then on.
    changed: u32,
}

/// What happened inside, in order, with the lines of it.
#[derive(Default, PartialEq, Eq)]
struct Inner {
    taken: Vec<(u32, Taken)>,
    drained: Vec<(u32, (Pfn, Order))>,
    stolen: Vec<(u32, Stolen)>,
}

impl Inner {
    /// Adds what the model did.
    fn note(&mut self, replay: &Replay) {
        let mut is_from_stock = false;
        for (at, step) in replay.tr.steps().iter().enumerate() {
            if let Event::Pcp(pcp::Event::Stock { pfn, order, mt, .. }) = step.event {
                self.taken.push((0, Taken { pfn, order, mt }));
            } else if let Event::Pcp(pcp::Event::Get { .. }) = step.event {
                is_from_stock = true;
            } else if let Event::Pcp(pcp::Event::Drain { pfn, order, .. }) = step.event {
                self.drained.push((0, (pfn, order)));
            } else if let Event::Fallback(event) = &step.event {
                let stolen = stolen(event, &replay.tr.steps()[at + 1..], &replay.phys);
                self.stolen.extend(stolen.map(|stolen| (0, stolen)));
            } else if let Event::Alloc(page_alloc::Event::Allocated { pfn, order, mt, .. }) = step.event
                && !is_from_stock
            {
                self.taken.push((0, Taken { pfn, order, mt }));
            }
        }
    }
}

/// Returns what was taken from another type, as the kernel says it when it has taken over what it
/// could; `rest` is what happened after it, `phys` the machine as it came to be.
fn stolen(event: &fallback::Event, rest: &[Step], phys: &Phys) -> Option<Stolen> {
    let fallback::Event::Steal { pfn, order, block_order, mt, from, .. } = *event else { return None };
    let size = phys.pageblock_order();
    let block = pfn.align_down(size);
    let is_steal = |step: &Step| matches!(step.event, Event::Fallback(fallback::Event::Steal { .. }));
    let retyped = |step: &Step| {
        let Event::Fallback(fallback::Event::Retype { first, from, to }) = step.event else { return None };
        (first == block).then_some((from, to))
    };
    let own = rest.iter().take_while(|step| !is_steal(step)).find_map(retyped);
    // Another may have changed it since.
    let later = || rest.iter().find_map(retyped).map(|(from, _)| from);
    let is = own.map(|(_, to)| to).or_else(later).unwrap_or_else(|| phys.pageblock_type(block));
    let (fragmenting, changed) = (u32::from(block_order < size), u32::from(is == mt));
    Some(Stolen { pfn, order, block_order, mt, from, fragmenting, changed })
}

fn perform(
    replay: &mut Replay,
    line: Line<'_>,
    call: Call,
    is_announcement: bool,
    tally: &mut Tally,
) -> Result<(), DumpError> {
    match call {
        Call::Alloc { pfn, order, gfp } => {
            tally.input(line.number);
            let model = replay.alloc(order, gfp);
            compare_answer(tally, line.number, (order, gfp), Some(pfn), model);
            Ok(())
        }
        Call::Free { .. } if is_announcement => Ok(()),
        Call::Free { pfn, order } => {
            tally.input(line.number);
            replay.free(line, pfn, order)
        }
        Call::FreeBatched { pfn } => {
            tally.input(line.number);
            replay.free(line, pfn, Order::ZERO)
        }
    }
}

/// Returns which frees are only announced: pages of a batch, freed when it is worked off.
fn freed_later(events: &[(Line<'_>, Traced)]) -> BTreeSet<usize> {
    let mut later = BTreeSet::new();
    let mut announced = BTreeMap::new();
    for (at, (_, event)) in events.iter().enumerate() {
        match *event {
            Traced::Call(Call::Free { pfn, .. }) => {
                announced.insert(pfn, at);
            }
            Traced::Call(Call::FreeBatched { pfn }) => later.extend(announced.remove(&pfn)),
            Traced::Call(Call::Alloc { pfn, .. }) => {
                announced.remove(&pfn);
            }
            Traced::Taken(_) | Traced::Drained(_) | Traced::Stolen(_) => {}
        }
    }
    later
}

/// Reads the events of both forms: single letters, and the kernel's `mm_page_*` lines.
fn parse_events(trace: &str) -> Result<Vec<(Line<'_>, Traced)>, DumpError> {
    let mut events = Vec::new();
    for line in lines(trace) {
        let event = match line.keyword() {
            "A" | "F" | "B" | "D" | "Z" | "X" => Some(parse_compact(line)?),
            _ => parse_event(line)?,
        };
        // A failed allocation is traced with frame 0.
        let is_failure = |event: &Traced| matches!(event, Traced::Call(Call::Alloc { pfn: Pfn(0), .. }));
        events.extend(event.filter(|event| !is_failure(event)).map(|event| (line, event)));
    }
    Ok(events)
}

/// `A pfn order mt gfp`, `F pfn order`, `B pfn`, `D pfn order`, `Z pfn order mt refill`,
/// `X pfn order block_order mt from fragmenting changed`
fn parse_compact(line: Line<'_>) -> Result<Traced, DumpError> {
    let word = |at, name| {
        let number = line.word(at).and_then(parse_number);
        number.and_then(|number| u32::try_from(number).ok()).ok_or(line.lacks(Expected::Number(name)))
    };
    let order = |at| Order::try_new(u64::from(word(at, "order")?)).ok_or(line.lacks(Expected::Order));
    let mt = |at| migrate_type(line, word(at, "migratetype")?);
    let pfn = Pfn(word(1, "pfn")?);
    Ok(match line.keyword() {
        "A" => Traced::Call(Call::Alloc { pfn, order: order(2)?, gfp: gfp_by_name(line, line.word(4))? }),
        "F" => Traced::Call(Call::Free { pfn, order: order(2)? }),
        "B" => Traced::Call(Call::FreeBatched { pfn }),
        "D" => Traced::Drained((pfn, order(2)?)),
        "Z" => Traced::Taken(Taken { pfn, order: order(2)?, mt: mt(3)? }),
        _ => {
            let (order, block_order) = (order(2)?, order(3)?);
            let (fragmenting, changed) = (word(6, "fragmenting")?, word(7, "changed")?);
            let (mt, from) = (mt(4)?, mt(5)?);
            Traced::Stolen(Stolen { pfn, order, block_order, mt, from, fragmenting, changed })
        }
    })
}

fn parse_event(line: Line<'_>) -> Result<Option<Traced>, DumpError> {
    let pfn = || Ok::<_, DumpError>(Pfn(line.number("pfn")?));
    let mt = |name| migrate_type(line, line.number(name)?);
    let order = |name| Order::try_new(line.number(name)?).ok_or(line.lacks(Expected::Order));
    let Some((_, event)) = line.text.split_once(": mm_page_") else {
        return Ok(None);
    };
    Ok(match event.split(':').next() {
        Some("alloc") => {
            let gfp = gfp_by_name(line, line.optional_field("gfp_flags"))?;
            Some(Traced::Call(Call::Alloc { pfn: pfn()?, order: order("order")?, gfp }))
        }
        Some("free") => Some(Traced::Call(Call::Free { pfn: pfn()?, order: order("order")? })),
        Some("free_batched") => Some(Traced::Call(Call::FreeBatched { pfn: pfn()? })),
        Some("pcpu_drain") => Some(Traced::Drained((pfn()?, order("order")?))),
        Some("alloc_zone_locked") => {
            let (pfn, order) = (pfn()?, order("order")?);
            Some(Traced::Taken(Taken { pfn, order, mt: mt("migratetype")? }))
        }
        Some("alloc_extfrag") => Some(Traced::Stolen(Stolen {
            pfn: pfn()?,
            order: order("alloc_order")?,
            block_order: order("fallback_order")?,
            mt: mt("alloc_migratetype")?,
            from: mt("fallback_migratetype")?,
            fragmenting: line.number("fragmenting")?,
            changed: line.number("change_ownership")?,
        })),
        Some(_) | None => None,
    })
}

fn migrate_type(line: Line<'_>, code: u32) -> Result<MigrateType, DumpError> {
    let mt = MigrateType::ALL.into_iter().find(|mt| u32::from(mt.code()) == code);
    mt.ok_or(line.lacks(Expected::MigrateType))
}

fn gfp_by_name(line: Line<'_>, names: Option<&str>) -> Result<Gfp, DumpError> {
    let names = names.ok_or(line.lacks(Expected::Gfp))?;
    let gfp = names.split('|').try_fold(Gfp::NONE, |gfp, name| Some(gfp | Gfp::from_name(name)?));
    gfp.ok_or(line.lacks(Expected::Gfp))
}
