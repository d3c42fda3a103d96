//! Records by key, kept as versions.
//!
//! A record never changes in place: an update appends a version and points the key at it,
//! so that the journal holds one word (the version's number) for records of any size, and
//! undo is putting the old number back. Version 0 means "no record".

use core::hash::Hash;
use core::ops::RangeBounds;
use std::collections::BTreeMap;

use super::{Digest, Journal, Slot, TableId};
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

/// An ordered, journaled map of records.
#[derive(Clone, Debug)]
pub struct Map<K, V> {
    id: TableId,
    current: BTreeMap<u64, u32>,
    versions: Vec<(K, V)>,
}

impl<K: Key, V: Clone + Eq + Hash> Map<K, V> {
    /// Makes an empty map.
    pub fn new(id: TableId) -> Map<K, V> {
        Map { id, current: BTreeMap::new(), versions: Vec::new() }
    }

    /// Returns the record under `key`.
    pub fn get(&self, key: K) -> Option<&V> {
        self.current.get(&key.pack()).map(|&version| &self.version(version).1)
    }

    /// Stores `value` under `key`; storing an equal value is no change.
    pub fn set(&mut self, key: K, value: V, journal: &mut Journal) {
        if self.get(key) == Some(&value) {
            return;
        }
        self.versions.push((key, value));
        let new = count(self.versions.len());
        let old = self.current.insert(key.pack(), new).unwrap_or(0);
        journal.record(Slot::new(self.id, key.pack()), u64::from(old), u64::from(new));
    }

    /// Removes the record under `key`, if there is one.
    pub fn remove(&mut self, key: K, journal: &mut Journal) {
        if let Some(old) = self.current.remove(&key.pack()) {
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
        self.current.values().map(|&version| {
            let (key, value) = self.version(version);
            (*key, value)
        })
    }

    /// Iterates over the records whose packed keys lie in `range`, in key order.
    pub fn range(&self, range: impl RangeBounds<u64>) -> impl DoubleEndedIterator<Item = (K, &V)> {
        self.current.range(range).map(|(_, &version)| {
            let (key, value) = self.version(version);
            (*key, value)
        })
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

    /// Puts back a version without recording it: for undo and redo only.
    pub fn restore(&mut self, packed: u64, version: u64) {
        if version == 0 {
            self.current.remove(&packed);
        } else {
            self.current.insert(packed, crate::units::low32(version));
        }
    }

    /// Mixes keys and records, not version numbers, into `digest`.
    pub fn digest(&self, digest: &mut Digest) {
        digest.word(u64::from(self.len()));
        for (packed, &version) in &self.current {
            digest.word(*packed);
            self.version(version).1.hash(digest);
        }
    }

    fn version(&self, version: u32) -> &(K, V) {
        &self.versions[index64(u64::from(version) - 1)]
    }
}
