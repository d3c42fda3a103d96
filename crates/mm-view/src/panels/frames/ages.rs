//! When blocks were last allocated, freed or given to another use, from the deltas of the history.

use std::collections::BTreeMap;

use mm::session::{Passage, Position, Record};
use mm::store::{Delta, MemMap};
use mm::units::{count, index};

use crate::panels::Moment;
use crate::panels::frames::Age;
use mm::sort::sort_by_number;

/// Words of a page struct; the first holds its links, which change when a neighbour moves.
const WORDS: u64 = 3;

/// Every command that changed a block, by the frame of the block's head. A command is read once,
/// when it has run; the place in the script is looked up.
#[derive(Default, Debug)]
pub struct AgeBook {
    /// Commands with the first of their steps that changed the block, oldest first.
    changes: BTreeMap<u32, Vec<Position>>,
    /// Tells whether the commands read are still those of the session.
    read: Vec<Print>,
    at: Position,
    /// Frames that the step shown changed, in order.
    step: Vec<u32>,
    /// The command that made the machine.
    boot: u32,
    /// The last command that left no record.
    coarse: u32,
}

/// What tells one record from another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Print {
    steps: u32,
    deltas: usize,
    time: u64,
    passage: Passage,
}

impl Print {
    fn of(record: &Record) -> Print {
        let steps = record.trace.len();
        let deltas = record.trace.deltas_before(steps);
        Print { steps, deltas, time: record.trace.now().0, passage: record.passage }
    }
}

/// The frame whose block a delta changed: a write to its own struct that is not a link.
fn changed(delta: &Delta) -> Option<u32> {
    let pfn = MemMap::slot_pfn(delta.slot)?;
    (!delta.slot.index().is_multiple_of(WORDS)).then_some(pfn.0)
}

impl AgeBook {
    /// Takes up what happened since it was last asked.
    pub(in crate::panels) fn update(&mut self, at: Moment<'_>) {
        let same =
            self.read.iter().zip(at.records).take_while(|(print, record)| **print == Print::of(record));
        if same.count() < self.read.len() {
            *self = AgeBook::default();
        }
        for (record, command) in at.records.iter().zip(1..).skip(self.read.len()) {
            self.read(record, command);
        }
        let done = index(at.position.command).min(at.records.len());
        let last = |passage| {
            let place = at.records[..done].iter().rposition(|record| record.passage == passage);
            place.map_or(0, |place| count(place) + 1)
        };
        self.boot = last(Passage::Boot);
        self.coarse = last(Passage::Coarse);
        self.at = at.position;
        self.step = at.step_deltas().iter().filter_map(changed).collect();
        sort_by_number(&mut self.step, |&pfn| pfn.into());
    }

    fn read(&mut self, record: &Record, command: u32) {
        for step in 1..=record.trace.len() {
            for pfn in record.trace.step_deltas(step).iter().filter_map(changed) {
                let places = self.changes.entry(pfn).or_default();
                if places.last().is_none_or(|place| place.command != command) {
                    places.push(Position { command, step });
                }
            }
        }
        self.read.push(Print::of(record));
    }

    /// Returns how long ago the block that starts at frame `head` changed.
    pub(in crate::panels) fn age(&self, head: u32) -> Age {
        if self.step.binary_search(&head).is_ok() {
            return Age::ThisStep;
        }
        let places = self.changes.get(&head).map_or(&[][..], Vec::as_slice);
        let last = places[..places.partition_point(|&place| place <= self.at)].last();
        let command = last.map_or(0, |place| place.command);
        if self.coarse > self.boot && self.coarse > command {
            return Age::Unknown;
        }
        match self.at.command - command {
            _ if command <= self.boot => Age::SinceBoot,
            0 => Age::ThisCommand,
            1 => Age::OneCommand,
            2..=4 => Age::FewCommands,
            _ => Age::Longer,
        }
    }
}
