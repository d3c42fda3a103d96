//! `expect`: claims, and the baseline that changes are counted from.
//!
//! A change is relative to the end of the block of expectations before, or to the last boot.
//! Its base value is read by going back there: no second copy of counters is kept.

use super::{Passage, Position, Record, Session};
use crate::outcome::Value;
use crate::quantity::{self, Last, Unknown, Verdict};
use crate::script::{Expectation, ProcessCommand, SlabCommand, Verb};
use crate::units::count;

/// Evaluates an expectation on the session as it is.
pub(super) fn evaluate(expectation: &Expectation, session: &mut Session) -> Value {
    match verdict(expectation, session) {
        Ok(Verdict { holds: true, left, right }) => Value::Holds { left, right },
        Ok(Verdict { holds: false, left, right }) => Value::Fails { left, right },
        Err(unknown) => Value::Unknown(unknown),
    }
}

fn verdict(expectation: &Expectation, session: &mut Session) -> Result<Verdict, Unknown> {
    let mut then = Vec::new();
    for ask in quantity::changing(expectation, session.world())? {
        let baseline = baseline(session.records(), expectation.block);
        let records = session.records();
        let of_process = ask.subject().and_then(|name| birth(records, baseline, |verb| spawns(verb, name)));
        let born = of_process
            .or_else(|| ask.cache().and_then(|name| birth(records, baseline, |verb| creates(verb, name))));
        let at = session.end_of(born.unwrap_or(baseline));
        let value = read_at(session, at, &ask)?;
        then.push((ask, value));
    }
    let last = session.records().iter().rev().find(|record| !is_expect(record));
    let last = last.map_or(Last::none(), |record| Last::of(&record.trace));
    quantity::judge(expectation, session.world(), last, &mut |ask| {
        let found = then.iter().find(|(other, _)| other == ask);
        Ok(found.expect("every changing quantity was read at the baseline").1.clone())
    })
}

fn read_at(session: &mut Session, at: Position, ask: &quantity::Ask) -> Result<quantity::Value, Unknown> {
    session.at(at, |world| ask.eval(world, Last::none()))
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
