//! Words indexed by number.

use super::journal::Versions;
use super::{Digest, Journal, Slot, Store, TableId};
use crate::units::{count, index64};

/// A fixed number of journaled words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    id: TableId,
    words: Vec<u64>,
}

impl Table {
    /// Makes a table of `len` zeroes.
    pub fn new(id: TableId, len: u64) -> Table {
        Table { id, words: vec![0; index64(len)] }
    }

    /// Returns word `index`.
    ///
    /// # Panics
    /// When `index` is beyond the table.
    #[inline]
    pub fn get(&self, index: u32) -> u64 {
        self.words[crate::units::index(index)]
    }

    /// Returns `N` words from `first` on.
    ///
    /// # Panics
    /// When they reach beyond the table.
    #[inline]
    pub fn block<const N: usize>(&self, first: u32) -> &[u64; N] {
        self.words[crate::units::index(first)..].first_chunk().expect("words of the table")
    }

    /// Returns `N` words from `first` on to be written at once, `None` while writes are being
    /// recorded.
    ///
    /// # Panics
    /// When they reach beyond the table.
    #[inline]
    pub fn block_mut<const N: usize>(&mut self, first: u32, journal: &Journal) -> Option<&mut [u64; N]> {
        if journal.is_recording() {
            return None;
        }
        Some(self.words[crate::units::index(first)..].first_chunk_mut().expect("words of the table"))
    }

    /// Overwrites word `index`; writing the value it holds is no change.
    ///
    /// # Panics
    /// When `index` is beyond the table.
    #[inline]
    pub fn set(&mut self, index: u32, value: u64, journal: &mut Journal) {
        let word = &mut self.words[crate::units::index(index)];
        if *word != value {
            journal.record(Slot::new(self.id, u64::from(index)), *word, value);
            *word = value;
        }
    }

    /// Returns `len` words from `first` on.
    ///
    /// # Panics
    /// When they reach beyond the table.
    #[inline]
    pub fn words(&self, first: u32, len: u32) -> &[u64] {
        &self.words[crate::units::index(first)..][..crate::units::index(len)]
    }

    /// Adds `by`, wrapping, so that counters may also fall.
    #[inline]
    pub fn add(&mut self, index: u32, by: i64, journal: &mut Journal) {
        let word = &mut self.words[crate::units::index(index)];
        let value = word.wrapping_add_signed(by);
        if *word != value {
            journal.record(Slot::new(self.id, u64::from(index)), *word, value);
            *word = value;
        }
    }

    /// Returns the slot of word `index`, to ask whether a step touched it.
    pub fn slot(&self, index: u32) -> Slot {
        Slot::new(self.id, u64::from(index))
    }

    /// Returns the number of words.
    pub fn len(&self) -> u32 {
        count(self.words.len())
    }

    /// Returns whether the table has no words.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Writes a word before there is a journal: while a machine is made.
    pub fn init(&mut self, index: u64, value: u64) {
        self.words[index64(index)] = value;
    }
}

impl Store for Table {
    fn restore(&mut self, index: u64, value: u64, _versions: &Versions) {
        self.init(index, value);
    }

    fn digest(&self, digest: &mut Digest) {
        for &word in &self.words {
            digest.word(word);
        }
    }

    fn bytes(&self) -> u64 {
        u64::from(self.len()) * 8
    }
}
