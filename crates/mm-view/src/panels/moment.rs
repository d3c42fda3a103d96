//! Where a view looks from: the machine as it stands, and how it came here.

use std::collections::BTreeMap;

use mm::session::{Position, Record, Session};
use mm::store::{Delta, Slot};
use mm::trace::{Step, Trace};
use mm::units::{count, index};
use mm::world::World;

/// A machine at a step of a script.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// The machine.
    pub world: &'a World,
    /// The commands run so far.
    pub records: &'a [Record],
    /// Where in them the machine stands.
    pub position: Position,
}

impl<'a> From<&'a Session> for Moment<'a> {
    fn from(session: &'a Session) -> Moment<'a> {
        Moment { world: session.world(), records: session.records(), position: standing(session) }
    }
}

/// Returns where the machine stands: in the middle of a command, that has no step yet that could be
/// shown, while one is under way.
pub fn standing(session: &Session) -> Position {
    if session.is_running() {
        Position { command: count(session.records().len()) + 1, step: 0 }
    } else {
        session.position()
    }
}

impl<'a> Moment<'a> {
    /// Returns the record of the command at the position.
    pub fn record(&self) -> Option<&'a Record> {
        self.records.get(index(self.position.command.checked_sub(1)?))
    }

    /// Returns the trace of the command at the position.
    pub fn trace(&self) -> Option<&'a Trace> {
        self.record().map(|record| &record.trace)
    }

    /// Returns the steps of the command that are done.
    pub fn done(&self) -> &'a [Step] {
        let steps = self.trace().map_or(&[][..], Trace::steps);
        &steps[..index(self.position.step).min(steps.len())]
    }

    /// Returns the step that comes next within the command.
    pub fn next(&self) -> Option<&'a Step> {
        self.trace()?.steps().get(index(self.position.step))
    }

    /// Returns what the step shown wrote.
    pub fn step_deltas(&self) -> &'a [Delta] {
        match self.trace() {
            Some(trace) if (1..=trace.len()).contains(&self.position.step) => {
                trace.step_deltas(self.position.step)
            }
            Some(_) | None => &[],
        }
    }

    /// Returns what the step shown overwrote, by slot; the oldest value of each.
    pub fn overwritten(&self) -> BTreeMap<Slot, u64> {
        let mut old = BTreeMap::new();
        for delta in self.step_deltas() {
            old.entry(delta.slot).or_insert(delta.old);
        }
        old
    }
}
