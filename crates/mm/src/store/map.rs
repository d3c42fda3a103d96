//! Records by key, kept as versions.
//!
//! A record never changes in place: an update appends a version and points the key at it,
//! so that the journal holds one word (the version's number) for records of any size, and
//! undo is putting the old number back. Version 0 means "no record". All clones of a map share
//! its versions, so that deltas made on one mean the same on a checkpoint of it. A record that
//! was written while nothing is recorded gets its number when a delta first names it: a long
//! command without detail leaves no versions behind.

use core::cell::RefCell;
use core::hash::Hash;
use core::ops::{Bound, RangeBounds};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Digest, Journal, Slot, Store, TableId};
use crate::units::{count, index64};

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

/// A record with its key, and its number among the versions, 0 before a delta names it.
#[derive(Debug)]
struct Version<K, V> {
    number: u32,
    record: Rc<(K, V)>,
}

impl<K, V> Clone for Version<K, V> {
    fn clone(&self) -> Version<K, V> {
        Version { number: self.number, record: Rc::clone(&self.record) }
    }
}

/// Every record that a delta may name, shared by all clones of a map.
#[derive(Debug)]
struct Versions<K, V> {
    records: Vec<Rc<(K, V)>>,
    bytes: u64,
}

impl<K, V: Weigh> Versions<K, V> {
    /// Keeps a record and returns its number.
    fn keep(&mut self, record: &Rc<(K, V)>) -> u32 {
        self.bytes += bytes_of(record);
        self.records.push(Rc::clone(record));
        count(self.records.len())
    }
}

fn bytes_of<K, V: Weigh>(record: &Rc<(K, V)>) -> u64 {
    RECORD_BYTES + record.1.bytes_behind()
}

/// An ordered, journaled map of records.
#[derive(Debug)]
pub struct Map<K, V> {
    id: TableId,
    current: BTreeMap<u64, Version<K, V>>,
    versions: Rc<RefCell<Versions<K, V>>>,
    /// Bytes of present records that have no number.
    loose_bytes: u64,
}

impl<K, V> Clone for Map<K, V> {
    fn clone(&self) -> Map<K, V> {
        Map {
            id: self.id,
            current: self.current.clone(),
            versions: Rc::clone(&self.versions),
            loose_bytes: self.loose_bytes,
        }
    }
}

impl<K: Key, V: Clone + Eq + Hash + Weigh> Map<K, V> {
    /// Makes an empty map.
    pub fn new(id: TableId) -> Map<K, V> {
        let versions = Rc::new(RefCell::new(Versions { records: Vec::new(), bytes: 0 }));
        Map { id, current: BTreeMap::new(), versions, loose_bytes: 0 }
    }

    /// Returns the record under `key`.
    pub fn get(&self, key: K) -> Option<&V> {
        self.current.get(&key.pack()).map(|version| &version.record.1)
    }

    /// Stores `value` under `key`; storing an equal value is no change.
    pub fn set(&mut self, key: K, value: V, journal: &mut Journal) {
        if self.get(key) == Some(&value) {
            return;
        }
        let record = Rc::new((key, value));
        let new = if journal.is_recording() { self.versions.borrow_mut().keep(&record) } else { 0 };
        if new == 0 {
            self.loose_bytes += bytes_of(&record);
        }
        let old = self.current.insert(key.pack(), Version { number: new, record });
        let old = old.map_or(0, |old| self.retire(&old, journal));
        journal.record(Slot::new(self.id, key.pack()), u64::from(old), u64::from(new));
    }

    /// Returns the number of a record that is present no more, giving it one if a delta is going
    /// to name it.
    fn retire(&mut self, old: &Version<K, V>, journal: &Journal) -> u32 {
        if old.number != 0 {
            return old.number;
        }
        self.loose_bytes -= bytes_of(&old.record);
        if journal.is_recording() { self.versions.borrow_mut().keep(&old.record) } else { 0 }
    }

    /// Removes the record under `key`, if there is one.
    pub fn remove(&mut self, key: K, journal: &mut Journal) {
        if let Some(old) = self.current.remove(&key.pack()) {
            let old = self.retire(&old, journal);
            journal.record(Slot::new(self.id, key.pack()), u64::from(old), 0);
        }
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
        self.current.values().map(|version| (version.record.0, &version.record.1))
    }

    /// Iterates over the records whose packed keys lie in `range`, in key order.
    pub fn range(&self, range: impl RangeBounds<u64>) -> impl DoubleEndedIterator<Item = (K, &V)> {
        self.current.range(range).map(|(_, version)| (version.record.0, &version.record.1))
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

impl<K: Key, V: Clone + Eq + Hash + Weigh> Store for Map<K, V> {
    fn restore(&mut self, packed: u64, version: u64) {
        let old = if version == 0 {
            self.current.remove(&packed)
        } else {
            let record = Rc::clone(&self.versions.borrow().records[index64(version - 1)]);
            let number = crate::units::low32(version);
            self.current.insert(packed, Version { number, record })
        };
        if let Some(old) = old.filter(|old| old.number == 0) {
            self.loose_bytes -= bytes_of(&old.record);
        }
    }

    fn bytes(&self) -> u64 {
        /// A key with its place in the tree.
        const ENTRY_BYTES: u64 = 32;
        u64::from(self.len()) * ENTRY_BYTES + self.loose_bytes
    }

    fn versions_bytes(&self) -> u64 {
        self.versions.borrow().bytes
    }

    fn digest(&self, digest: &mut Digest) {
        digest.word(u64::from(self.len()));
        for (packed, version) in &self.current {
            digest.word(*packed);
            version.record.1.hash(digest);
        }
    }
}
