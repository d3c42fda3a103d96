//! Slots, deltas and the journal that collects them.

use core::any::Any;
use core::ops::Range;
use std::rc::Rc;

use super::TableId;

/// Bits of a slot below the store's number.
const INDEX_BITS: u32 = 56;

/// A place that holds one word of state: a store, and an index in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Slot(u64);

impl Slot {
    /// Names word `index` of `table`.
    #[inline]
    pub fn new(table: TableId, index: u64) -> Slot {
        debug_assert!(index < 1 << INDEX_BITS, "slot index beyond 56 bits");
        #[expect(clippy::as_conversions, reason = "the discriminant of a fieldless enum")]
        let table = table as u64;
        Slot(table << INDEX_BITS | index)
    }

    /// Returns the store.
    pub fn table(self) -> TableId {
        TableId::ALL[crate::units::index64(self.0 >> INDEX_BITS)]
    }

    /// Returns the index within the store.
    pub fn index(self) -> u64 {
        self.0 & ((1 << INDEX_BITS) - 1)
    }
}

/// One overwritten word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delta {
    /// Where.
    pub slot: Slot,
    /// What it held.
    pub old: u64,
    /// What it holds now.
    pub new: u64,
}

/// Deltas after which a segment of a journal is closed: memory once written is not moved.
const SEGMENT_DELTAS: usize = 1 << 13;

/// The deltas of the running command, in the order they were made.
///
/// A long record lies in segments, cut between steps: each step's deltas are one slice.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    recording: bool,
    deltas: Vec<Delta>,
    closed: Vec<Segment>,
    versions: Versions,
    /// Deltas in closed segments.
    before: usize,
}

/// The records that deltas of one journal name, by number from 1.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    records: Vec<Rc<dyn Any>>,
    bytes: u64,
}

impl Versions {
    /// Returns the record that a word of a delta names, `None` for 0.
    ///
    /// # Panics
    /// When the word is of another journal, or of another kind of record.
    pub fn get<T: 'static>(&self, word: u64) -> Option<Rc<T>> {
        let at = crate::units::index64(word.checked_sub(1)?);
        Some(Rc::clone(&self.records[at]).downcast().expect("a record of the store that the delta is of"))
    }
}

/// A part of a record.
#[derive(Clone, Debug)]
struct Segment {
    /// Deltas of the record before it.
    start: usize,
    deltas: Vec<Delta>,
}

impl Journal {
    /// Returns a journal that records.
    pub fn recording() -> Journal {
        Journal { recording: true, ..Journal::default() }
    }

    /// Returns a journal that costs one branch a write and keeps nothing.
    pub fn off() -> Journal {
        Journal::default()
    }

    /// Notes that `slot` changed from `old` to `new`. Stores call this, nobody else.
    #[inline]
    pub fn record(&mut self, slot: Slot, old: u64, new: u64) {
        if self.recording {
            self.keep(Delta { slot, old, new });
        }
    }

    /// Keeps a record that the next delta names, with the bytes that it adds; returns the word for it.
    pub(crate) fn name<T: 'static>(&mut self, record: impl FnOnce() -> (Rc<T>, u64)) -> u64 {
        if !self.recording {
            return 0;
        }
        let (record, bytes) = record();
        self.versions.records.push(record);
        self.versions.bytes += bytes;
        u64::from(crate::units::count(self.versions.records.len()))
    }

    /// Returns the records that the deltas name.
    pub fn versions(&self) -> &Versions {
        &self.versions
    }

    /// Returns the bytes of the records that were new when deltas named them.
    pub(crate) fn version_bytes(&self) -> u64 {
        self.versions.bytes
    }

    /// Out of line: setters are in every hot path, and stay small this way.
    #[inline(never)]
    fn keep(&mut self, delta: Delta) {
        self.deltas.push(delta);
    }

    /// Notes that the step which began with delta `first` ended. What still follows before the
    /// next step belongs to it, so a segment may end in front of it and not behind.
    #[inline]
    pub(crate) fn end_step(&mut self, first: usize) {
        if self.deltas.len() >= SEGMENT_DELTAS && first > self.before {
            self.close_segment(first);
        }
    }

    #[cold]
    fn close_segment(&mut self, first: usize) {
        let start = self.before;
        // A little more than a segment: the step that fills it goes beyond.
        let mut next = Vec::with_capacity(SEGMENT_DELTAS + SEGMENT_DELTAS / 16);
        next.extend_from_slice(&self.deltas[first - start..]);
        self.deltas.truncate(first - start);
        self.before = first;
        self.closed.push(Segment { start, deltas: core::mem::replace(&mut self.deltas, next) });
    }

    /// Returns whether writes are being kept.
    #[inline]
    pub fn is_recording(&self) -> bool {
        self.recording
    }

    /// Stops recording and forgets what was recorded: the operation is coarse from here on.
    pub fn stop(&mut self) {
        *self = Journal::off();
    }

    /// Returns how many deltas there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.before + self.deltas.len()
    }

    /// Returns whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Iterates over the deltas so far.
    pub fn deltas(&self) -> impl DoubleEndedIterator<Item = &Delta> {
        self.range(0..self.len())
    }

    /// Iterates over the deltas at these places.
    pub fn range(&self, places: Range<usize>) -> impl DoubleEndedIterator<Item = &Delta> {
        let first = self.segment_at(places.start);
        let segments = (first..=self.closed.len()).map(|at| self.segment(at));
        let reached = segments.take_while(move |(start, _)| *start < places.end);
        let parts: Vec<&[Delta]> = reached
            .map(|(start, deltas)| {
                let until = (places.end - start).min(deltas.len());
                &deltas[places.start.saturating_sub(start)..until]
            })
            .collect();
        parts.into_iter().flatten()
    }

    /// Returns the deltas of one step, which begins at `places.start`.
    pub(crate) fn step(&self, places: Range<usize>) -> &[Delta] {
        let (start, deltas) = self.segment(self.segment_at(places.start));
        &deltas[places.start - start..places.end - start]
    }

    /// Returns which segment the delta at `place` is in.
    fn segment_at(&self, place: usize) -> usize {
        self.closed.partition_point(|segment| segment.start + segment.deltas.len() <= place)
    }

    /// Returns where a segment starts, and its deltas; the open one is the last.
    fn segment(&self, at: usize) -> (usize, &[Delta]) {
        self.closed.get(at).map_or((self.before, &self.deltas), |segment| (segment.start, &segment.deltas))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_record_reads_as_one() {
        let mut journal = Journal::recording();
        let mut steps = vec![0];
        for at in 0..60_000_u64 {
            journal.record(Slot::new(TableId::Zone, at), at, at + 1);
            if at % 7 == 6 {
                journal.end_step(steps[steps.len() - 1]);
                steps.push(journal.len());
            }
        }
        *steps.last_mut().expect("steps") = journal.len();
        assert!(journal.closed.len() > 2);
        let told = |from: usize, to: usize| journal.range(from..to).map(|delta| delta.old);
        for (from, to) in [(0, 60_000), (8_190, 8_200), (5, 5), (20_000, 59_999), (60_000, 60_000)] {
            let expected = crate::units::count(from)..crate::units::count(to);
            assert!(told(from, to).eq(expected.clone().map(u64::from)), "{from}..{to}");
            assert!(told(from, to).rev().eq(expected.rev().map(u64::from)), "{from}..{to}, backwards");
        }
        for step in steps.windows(2) {
            assert!(journal.step(step[0]..step[1]).iter().eq(journal.range(step[0]..step[1])));
        }
    }
}
