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
pub type Record<K, V> = Rc<(K, V)>;

fn bytes_of<K, V: Weigh>(record: &Record<K, V>) -> u64 {
    RECORD_BYTES + record.1.bytes_behind()
}

/// An ordered, journaled map of records.
#[derive(Debug)]
pub struct Map<K, V> {
    id: TableId,
    current: BTreeMap<u64, Record<K, V>>,
    weight: Weight,
}

/// Bytes of records: what is new is a map's own until it is shared.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    present: u64,
    /// All that was ever set.
    set: u64,
    /// What had been set when the map was shared last.
    shared: u64,
}

impl Weight {
    /// Returns the bytes of present records that came after `before`, at most.
    fn since(self, now: u64, before: u64) -> u64 {
        self.present.min(now.saturating_sub(before))
    }
}

impl<K, V> Clone for Map<K, V> {
    fn clone(&self) -> Map<K, V> {
        Map { id: self.id, current: self.current.clone(), weight: self.weight }
    }
}

impl<K: Key + 'static, V: Clone + Eq + Hash + Weigh + 'static> Map<K, V> {
    /// Makes an empty map.
    pub fn new(id: TableId) -> Map<K, V> {
        Map { id, current: BTreeMap::new(), weight: Weight::default() }
    }

    /// Returns the record under `key`.
    pub fn get(&self, key: K) -> Option<&V> {
        self.current.get(&key.pack()).map(|record| &record.1)
    }

    /// Returns the record under `key` with its key, to be kept beside the map.
    pub(crate) fn record(&self, key: K) -> Option<&Record<K, V>> {
        self.current.get(&key.pack())
    }

    /// Returns the highest key that has a record.
    pub(crate) fn last_key(&self) -> Option<K> {
        self.current.last_key_value().map(|(_, record)| record.0)
    }

    /// Stores `value` under `key`; storing an equal value is no change.
    pub fn set(&mut self, key: K, value: V, journal: &mut Journal) {
        if self.get(key) == Some(&value) {
            return;
        }
        let record = Rc::new((key, value));
        let new = journal.name(|| (Rc::<(K, V)>::clone(&record), bytes_of(&record)));
        self.weight.set += bytes_of(&record);
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
                self.weight.present += bytes_of(&record);
                self.current.insert(packed, record)
            }
            None => self.current.remove(&packed),
        }?;
        self.weight.present -= bytes_of(&old);
        Some(old)
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
        self.current.values().map(|record| (record.0, &record.1))
    }

    /// Iterates over the records whose packed keys lie in `range`, in key order.
    pub fn range(&self, range: impl RangeBounds<u64>) -> impl DoubleEndedIterator<Item = (K, &V)> {
        self.current.range(range).map(|(_, record)| (record.0, &record.1))
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
        u64::from(self.len()) * ENTRY_BYTES + self.weight.since(self.weight.set, self.weight.shared)
    }

    fn share(&mut self) {
        self.weight.shared = self.weight.set;
    }

    fn shared_bytes(&self, older: Option<&Map<K, V>>) -> u64 {
        self.weight.since(self.weight.shared, older.map_or(0, |older| older.weight.shared))
    }

    fn digest(&self, digest: &mut Digest) {
        digest.word(u64::from(self.len()));
        for (packed, record) in &self.current {
            digest.word(*packed);
            record.1.hash(digest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virt::TaskId;

    impl Weigh for u64 {}

    #[test]
    fn a_version_lives_as_long_as_a_delta_that_names_it_or_a_machine_that_has_it() {
        let mut map: Map<TaskId, u64> = Map::new(TableId::Task);
        let mut journal = Journal::recording();
        map.set(TaskId(1), 7, &mut journal);
        let copy = map.clone();
        let first = Rc::downgrade(&map.current[&TaskId(1).pack()]);
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
