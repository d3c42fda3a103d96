//! Words by number, as many as are needed.
//!
//! For tables whose size is not known when a machine boots: the contents of page-table pages
//! (indexed by frame) and counters of processes. A word never written reads as zero; words
//! come in chunks of 512, made when the first of them is written.

use super::{Digest, Journal, Slot, TableId};
use crate::units::{count, index, index64};

const CHUNK_BITS: u32 = 9;
const CHUNK_WORDS: u64 = 1 << CHUNK_BITS;
const GROUP_BITS: u32 = 10;
const GROUP_CHUNKS: usize = 1 << GROUP_BITS;

/// Words that lie beside each other.
pub type Chunk = [u64; 512];
type Group = [Option<Box<Chunk>>; GROUP_CHUNKS];

/// A sparse array of journaled words.
#[derive(Clone, Debug)]
pub struct Words {
    id: TableId,
    groups: Vec<Option<Box<Group>>>,
}

impl Words {
    /// Makes an array of zeroes.
    pub fn new(id: TableId) -> Words {
        Words { id, groups: Vec::new() }
    }

    /// Returns word `index`.
    #[inline]
    pub fn get(&self, index: u64) -> u64 {
        match self.chunk(index >> CHUNK_BITS) {
            Some(chunk) => chunk[index64(index % CHUNK_WORDS)],
            None => 0,
        }
    }

    /// Returns the 512 words from `chunk` * 512 on, `None` when none was ever written.
    #[inline]
    pub fn chunk(&self, chunk: u64) -> Option<&Chunk> {
        let group = self.groups.get(index64(chunk >> GROUP_BITS))?.as_deref()?;
        group[index64(chunk) % GROUP_CHUNKS].as_deref()
    }

    /// Overwrites word `index`; writing the value it holds is no change.
    #[inline]
    pub fn set(&mut self, index: u64, value: u64, journal: &mut Journal) {
        let old = self.get(index);
        if old != value {
            journal.record(Slot::new(self.id, index), old, value);
            *self.word_mut(index) = value;
        }
    }

    /// Adds `by`, wrapping, so that counters may also fall.
    #[inline]
    pub fn add(&mut self, index: u64, by: i64, journal: &mut Journal) {
        let value = self.get(index).wrapping_add_signed(by);
        self.set(index, value, journal);
    }

    /// Returns the slot of word `index`, to ask whether a step touched it.
    pub fn slot(&self, index: u64) -> Slot {
        Slot::new(self.id, index)
    }

    /// Puts back a word without recording it: for undo and redo only.
    pub fn restore(&mut self, index: u64, value: u64) {
        *self.word_mut(index) = value;
    }

    /// Mixes every word that is not zero into `digest`.
    pub fn digest(&self, digest: &mut Digest) {
        for (at, group) in self.groups.iter().enumerate() {
            for (within, chunk) in group.iter().flat_map(|group| group.iter().enumerate()) {
                for (offset, &word) in chunk.iter().flat_map(|chunk| chunk.iter().enumerate()) {
                    if word != 0 {
                        digest.word(u64::from(count(at)));
                        digest.word(u64::from(count(within)) << CHUNK_BITS | u64::from(count(offset)));
                        digest.word(word);
                    }
                }
            }
        }
    }

    fn word_mut(&mut self, at: u64) -> &mut u64 {
        let chunk = at >> CHUNK_BITS;
        let group = index64(chunk >> GROUP_BITS);
        if group >= self.groups.len() {
            self.groups.resize_with(group + 1, || None);
        }
        let group = self.groups[group].get_or_insert_with(|| Box::new([const { None }; GROUP_CHUNKS]));
        let chunk =
            group[index64(chunk) % GROUP_CHUNKS].get_or_insert_with(|| Box::new([0; index(1 << CHUNK_BITS)]));
        &mut chunk[index64(at % CHUNK_WORDS)]
    }
}
