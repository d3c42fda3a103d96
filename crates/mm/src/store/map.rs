//! Records by key, kept as versions.
//!
//! A record never changes in place: an update points the key at another one, and the journal keeps the
//! records that its deltas name, old and new, each as one word whatever the size. So a version lives as long as
//! a delta that names it or a machine in which it is present, and undo is pointing the key back. Copies
//! share records. Word 0 means "no record".

use core::hash::Hash;
use core::ops::{Bound, RangeBounds};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::journal::Versions;
use super::{Digest, Journal, Slot, Store, TableId};
use crate::units::count;

/// Key of a record: packs into the 56 bits of a slot, in key order.
pub trait Key: Copy + Ord {
    /// Packs the key; the order of packed keys is the order of keys.
    fn pack(self) -> u64;
}

/// Returns the packed range from `first` to `last`, both included, for [`Map::range`].
pub fn range(first: impl Key, last: impl Key) -> core::ops::RangeInclusive<u64> {
    first.pack()..=last.pack()
}

/// Returns the packed range from `first` up to but not including `end`.
pub fn below(first: impl Key, end: impl Key) -> core::ops::Range<u64> {
    first.pack()..end.pack()
}

/// Returns the packed range above `first` and below `end`, neither included.
pub fn between(first: impl Key, end: impl Key) -> (Bound<u64>, Bound<u64>) {
    (Bound::Excluded(first.pack()), Bound::Excluded(end.pack()))
}

/// Bytes that a record takes with its entry, what it points to left out.
const RECORD_BYTES: u64 = 192;

/// What a record takes in memory, the same on every host.
pub trait Weigh {
    /// Returns the bytes behind its pointers.
    fn bytes_behind(&self) -> u64 {
        0
    }
}

/// A record with its key.
type Record<K, V> = Rc<(K, V)>;

fn bytes_of<K, V: Weigh>(record: &Record<K, V>) -> u64 {
    RECORD_BYTES + record.1.bytes_behind()
}

/// A record that is present.
#[derive(Debug)]
struct Present<K, V> {
    record: Record<K, V>,
    /// How often the map had been shared when it came.
    since: u32,
}

impl<K, V> Clone for Present<K, V> {
    fn clone(&self) -> Present<K, V> {
        Present { record: Rc::clone(&self.record), since: self.since }
    }
}

/// An ordered, journaled map of records.
#[derive(Debug)]
pub struct Map<K, V> {
    id: TableId,
    current: BTreeMap<u64, Present<K, V>>,
    /// How often it was shared.
    shares: u32,
    /// Bytes of the records that came since then.
    own_bytes: u64,
}

impl<K, V> Clone for Map<K, V> {
    fn clone(&self) -> Map<K, V> {
        Map { id: self.id, current: self.current.clone(), shares: self.shares, own_bytes: self.own_bytes }
    }
}

impl<K: Key + 'static, V: Clone + Eq + Hash + Weigh + 'static> Map<K, V> {
    /// Makes an empty map.
    pub fn new(id: TableId) -> Map<K, V> {
        Map { id, current: BTreeMap::new(), shares: 0, own_bytes: 0 }
    }

    /// Returns the record under `key`.
    pub fn get(&self, key: K) -> Option<&V> {
        self.current.get(&key.pack()).map(|present| &present.record.1)
    }

    /// Stores `value` under `key`; storing an equal value is no change.
    pub fn set(&mut self, key: K, value: V, journal: &mut Journal) {
        if self.get(key) == Some(&value) {
            return;
        }
        let record = Rc::new((key, value));
        let new = journal.name(|| (Rc::<(K, V)>::clone(&record), bytes_of(&record)));
        let old = self.put(key.pack(), Some(record));
        self.note(key.pack(), old, new, journal);
    }

    /// Removes the record under `key`, if there is one.
    pub fn remove(&mut self, key: K, journal: &mut Journal) {
        if let Some(old) = self.put(key.pack(), None) {
            self.note(key.pack(), Some(old), 0, journal);
        }
    }

    /// Points a key at a record or at none, and returns the one that it pointed at.
    fn put(&mut self, packed: u64, record: Option<Record<K, V>>) -> Option<Record<K, V>> {
        let old = match record {
            Some(record) => {
                self.own_bytes += bytes_of(&record);
                self.current.insert(packed, Present { record, since: self.shares })
            }
            None => self.current.remove(&packed),
        }?;
        if old.since == self.shares {
            self.own_bytes -= bytes_of(&old.record);
        }
        Some(old.record)
    }

    fn note(&self, packed: u64, old: Option<Record<K, V>>, new: u64, journal: &mut Journal) {
        let old = old.map_or(0, |old| journal.name(|| (old, 0)));
        journal.record(Slot::new(self.id, packed), old, new);
    }

    /// Changes the record under `key` through a copy.
    ///
    /// # Panics
    /// When there is no such record.
    pub fn update(&mut self, key: K, journal: &mut Journal, change: impl FnOnce(&mut V)) {
        let mut value = self.get(key).expect("a record to update").clone();
        change(&mut value);
        self.set(key, value, journal);
    }

    /// Iterates over the records in key order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (K, &V)> {
        self.current.values().map(|present| (present.record.0, &present.record.1))
    }

    /// Iterates over the records whose packed keys lie in `range`, in key order.
    pub fn range(&self, range: impl RangeBounds<u64>) -> impl DoubleEndedIterator<Item = (K, &V)> {
        self.current.range(range).map(|(_, present)| (present.record.0, &present.record.1))
    }

    /// Returns the number of records.
    pub fn len(&self) -> u32 {
        count(self.current.len())
    }

    /// Returns whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.current.is_empty()
    }

    /// Returns the slot of `key`, to ask whether a step touched it.
    pub fn slot(&self, key: K) -> Slot {
        Slot::new(self.id, key.pack())
    }
}

impl<K: Key + 'static, V: Clone + Eq + Hash + Weigh + 'static> Store for Map<K, V> {
    fn restore(&mut self, packed: u64, word: u64, versions: &Versions) {
        self.put(packed, versions.get(word));
    }

    fn bytes(&self) -> u64 {
        /// A key with its place in the tree.
        const ENTRY_BYTES: u64 = 32;
        u64::from(self.len()) * ENTRY_BYTES + self.own_bytes
    }

    fn share(&mut self) {
        self.shares += 1;
        self.own_bytes = 0;
    }

    fn shared_bytes(&self, older: Option<&Map<K, V>>) -> u64 {
        let shared = self.current.iter().filter(|(_, present)| present.since != self.shares);
        let in_older = |packed: &u64, record: &Record<K, V>| {
            let older = older.and_then(|older| older.current.get(packed));
            older.is_some_and(|older| Rc::ptr_eq(&older.record, record))
        };
        let alone = shared.filter(|(packed, present)| !in_older(packed, &present.record));
        alone.map(|(_, present)| bytes_of(&present.record)).sum()
    }

    fn digest(&self, digest: &mut Digest) {
        digest.word(u64::from(self.len()));
        for (packed, present) in &self.current {
            digest.word(*packed);
            present.record.1.hash(digest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::TaskId;

    impl Weigh for u64 {}

    #[test]
    fn a_version_lives_as_long_as_a_delta_that_names_it_or_a_machine_that_has_it() {
        let mut map: Map<TaskId, u64> = Map::new(TableId::Task);
        let mut journal = Journal::recording();
        map.set(TaskId(1), 7, &mut journal);
        let copy = map.clone();
        let first = Rc::downgrade(&map.current[&TaskId(1).pack()].record);
        for value in 8..100 {
            map.set(TaskId(1), value, &mut journal);
        }
        drop(copy);
        assert_eq!(first.upgrade().map(|record| record.1), Some(7), "a delta names it");
        for delta in journal.deltas().rev() {
            map.restore(delta.slot.index(), delta.old, journal.versions());
        }
        assert!(map.is_empty());
        for delta in journal.deltas() {
            map.restore(delta.slot.index(), delta.new, journal.versions());
        }
        assert_eq!(map.get(TaskId(1)), Some(&99));
        journal.stop();
        assert!(first.upgrade().is_none(), "nobody names it");
        map.set(TaskId(1), 100, &mut journal);
        assert_eq!(map.get(TaskId(1)), Some(&100));
    }

    #[test]
    fn what_is_not_shared_is_counted_once() {
        let mut map: Map<TaskId, u64> = Map::new(TableId::Task);
        let mut journal = Journal::off();
        let set = |map: &mut Map<TaskId, u64>, at: u32, journal: &mut Journal| {
            map.set(TaskId(at), u64::from(at) + u64::from(map.len()), journal);
        };
        (0..10).for_each(|at| set(&mut map, at, &mut journal));
        let alone = map.bytes();
        map.share();
        let older = map.clone();
        assert_eq!(map.bytes() + map.shared_bytes(None), alone);
        assert_eq!(map.shared_bytes(Some(&older)), 0);
        set(&mut map, 3, &mut journal);
        map.remove(TaskId(4), &mut journal);
        assert_eq!(map.bytes() - older.bytes(), RECORD_BYTES - 32, "one record of its own, one key less");
        map.share();
        assert_eq!(map.shared_bytes(Some(&older)), RECORD_BYTES);
    }
}
