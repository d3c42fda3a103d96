//! `expect`: claims, and the baseline that changes are counted from.
//!
//! A change is relative to the end of the block of expectations before, or to the last boot.
//! Its base value is read by going back there, some units at a time, on a machine of its own where deltas do
//! not lead there: no second copy of counters is kept.

use super::history::COPY_BYTES_MAX;
use super::seek::Seeking;
use super::{Passage, Position, Record, Session};
use crate::exec::{Work, WorkUnit};
use crate::outcome::Value;
use crate::quantity::{self, Ask, Known, Sums, Unknown, Verdict};
use crate::script::{Expectation, ProcessCommand, SlabCommand, Verb};
use crate::units::count;
use crate::world::World;

/// A claim being looked at.
pub(super) struct Claim {
    expectation: Expectation,
    bases: Vec<Base>,
    /// The way to a base under way.
    way: Option<Seeking>,
    /// What is counted there, or on the machine of now.
    sums: Option<Sums>,
}

/// A quantity whose change is claimed.
struct Base {
    ask: Ask,
    /// Where its change is counted from.
    at: Position,
    /// What it was there.
    value: Option<Result<quantity::Value, Unknown>>,
}

/// What a slice of looking at a claim came to.
pub(super) enum Look {
    /// A base is on its way.
    Pending(Work),
    /// What the claim comes to.
    Judged(Value),
}

impl Claim {
    /// Takes a claim up.
    pub(super) fn of(expectation: &Expectation, session: &Session) -> Result<Claim, Unknown> {
        let asks = quantity::changing(expectation, session.world())?;
        let bases = asks.into_iter().map(|ask| {
            let at = session.end_of(base_of(&ask, session.records(), expectation.block));
            Base { ask, at: session.clamp(at), value: None }
        });
        Ok(Claim { bases: bases.collect(), expectation: expectation.clone(), way: None, sums: None })
    }

    /// Goes on for about `units` units; the session stands where it stood.
    pub(super) fn go_on(&mut self, session: &mut Session, units: u32) -> Look {
        while let Some(at) = self.bases.iter().find(|base| base.value.is_none()).map(|base| base.at) {
            if at == session.position() {
                if let Some(work) = self.count(Some(at), session.world(), units) {
                    return Look::Pending(work);
                }
                self.read(at, session.world());
                continue;
            }
            let Some(mut way) = self.way.take().or_else(|| self.way_to(at, session)) else {
                session.at(at, |world| self.read(at, world));
                continue;
            };
            if let Some(work) = way.go_on(session, units).or_else(|| self.count(Some(at), way.world(), units))
            {
                self.way = Some(way);
                return Look::Pending(work);
            }
            self.read(at, way.world());
        }
        if let Some(work) = self.count(None, session.world(), units) {
            return Look::Pending(work);
        }
        Look::Judged(match self.verdict(session) {
            Ok(Verdict { holds: true, left, right }) => Value::Holds { left, right },
            Ok(Verdict { holds: false, left, right }) => Value::Fails { left, right },
            Err(unknown) => Value::Unknown(unknown),
        })
    }

    /// Returns the way to a base on a machine of its own: where deltas do not lead there, and where
    /// what is to be read there takes long.
    fn way_to(&self, at: Position, session: &mut Session) -> Option<Seeking> {
        session.way_to(at).or_else(|| {
            let is_long = self.bases.iter().any(|base| base.at == at && base.ask.is_long());
            let is_far = is_long && session.world().bytes() <= COPY_BYTES_MAX;
            is_far.then(|| session.way_from_here(at))
        })
    }

    /// Counts on what has to be counted for the quantities of a base, or for those of now.
    fn count(&mut self, base: Option<Position>, world: &World, units: u32) -> Option<Work> {
        let sums = self.sums.get_or_insert_with(|| match base {
            Some(at) => {
                Sums::needed(self.bases.iter().filter(|base| base.at == at).map(|base| &base.ask), world)
            }
            None => Sums::needed(quantity::asked(&self.expectation, world).iter(), world),
        });
        let (done, total) = sums.go_on(world, units)?;
        Some(Work::new(WorkUnit::Pages, done, total))
    }

    /// Reads the quantities whose base this is.
    fn read(&mut self, at: Position, world: &World) {
        let sums = self.sums.take().unwrap_or_default();
        for base in self.bases.iter_mut().filter(|base| base.at == at) {
            base.value = Some(base.ask.eval(world, Known::none().with(&sums)));
        }
    }

    fn verdict(&self, session: &Session) -> Result<Verdict, Unknown> {
        if let Some(unknown) = self.bases.iter().find_map(|base| base.value.as_ref()?.as_ref().err()) {
            return Err(unknown.clone());
        }
        let last = session.records().iter().rev().find(|record| !is_expect(record));
        let known = last.map_or(Known::none(), |record| Known::of(&record.trace));
        let sums = self.sums.as_ref().expect("what takes long was counted");
        quantity::judge(&self.expectation, session.world(), known.with(sums), &mut |ask| {
            let found = self.bases.iter().find(|base| base.ask == *ask);
            let value = found.and_then(|base| base.value.clone());
            value.expect("every changing quantity was read at the baseline")
        })
    }
}

/// Returns how many commands were done where the change of a quantity is counted from.
fn base_of(ask: &Ask, records: &[Record], block: u32) -> u32 {
    let baseline = baseline(records, block);
    let of_process = ask.subject().and_then(|name| birth(records, baseline, |verb| spawns(verb, name)));
    let born = of_process
        .or_else(|| ask.cache().and_then(|name| birth(records, baseline, |verb| creates(verb, name))));
    born.unwrap_or(baseline)
}

/// Returns how many commands were done at the baseline of block `block`.
fn baseline(records: &[Record], block: u32) -> u32 {
    let is_base = |record: &Record| {
        let other_block = matches!(&record.command.verb, Verb::Expect(other) if other.block != block);
        other_block || record.passage == Passage::Boot
    };
    count(records.iter().rposition(is_base).map_or(0, |at| at + 1))
}

/// Returns how many commands were done when something came to be, if that was after `baseline`.
fn birth(records: &[Record], baseline: u32, is_birth: impl Fn(&Verb) -> bool) -> Option<u32> {
    let young = &records[crate::units::index(baseline)..];
    let at = young.iter().rposition(|record| is_birth(&record.command.verb))?;
    Some(baseline + count(at) + 1)
}

fn spawns(verb: &Verb, name: &str) -> bool {
    matches!(verb, Verb::Process(ProcessCommand::Spawn(spawn)) if spawn.name.as_str() == name)
}

fn creates(verb: &Verb, name: &str) -> bool {
    matches!(verb, Verb::Slab(SlabCommand::Create(create)) if create.name.as_str() == name)
}

fn is_expect(record: &Record) -> bool {
    matches!(record.command.verb, Verb::Expect(_))
}
