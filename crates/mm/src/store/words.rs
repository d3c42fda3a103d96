//! Words by number, as many as are needed.
//!
//! For tables whose size is not known when a machine boots: the contents of page-table pages
//! (indexed by frame) and counters of processes. A word never written reads as zero; words
//! come in chunks of 512, made when the first of them is written.

use super::cow::Cow;
use super::journal::Versions;
use super::{Digest, Journal, Slot, Store, TableId};
use crate::units::{count, index, index64};

const CHUNK_BITS: u32 = 9;
const CHUNK_WORDS: u64 = 1 << CHUNK_BITS;
const GROUP_BITS: u32 = 10;
const GROUP_CHUNKS: usize = 1 << GROUP_BITS;

/// Words that lie beside each other.
pub type Chunk = [u64; 512];
/// Places of chunks, counted from 1; 0 where there is none.
type Group = [u32; GROUP_CHUNKS];

/// A sparse array of journaled words.
#[derive(Clone, Debug)]
pub struct Words {
    id: TableId,
    groups: Vec<Option<Cow<Group>>>,
    chunks: Vec<Cow<Chunk>>,
    /// Bytes that no copy shares.
    own_bytes: u64,
}

/// Bytes of a chunk or a group, with what leads to it.
const PART_BYTES: u64 = 4096 + 32;

/// Where a chunk lies; stays true as long as the array lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ChunkPlace(u32);

impl Words {
    /// Makes an array of zeroes.
    pub fn new(id: TableId) -> Words {
        Words { id, groups: Vec::new(), chunks: Vec::new(), own_bytes: 0 }
    }

    /// Returns word `index`.
    #[inline]
    pub fn get(&self, index: u64) -> u64 {
        match self.place(index >> CHUNK_BITS) {
            Some(place) => self.get_at(place, index % CHUNK_WORDS),
            None => 0,
        }
    }

    /// Returns where the 512 words from `chunk` * 512 on lie, `None` when none was ever written.
    #[inline]
    pub fn place(&self, chunk: u64) -> Option<ChunkPlace> {
        let group = self.groups.get(index64(chunk >> GROUP_BITS))?.as_ref()?;
        let place = group.get()[index64(chunk) % GROUP_CHUNKS];
        (place != 0).then(|| ChunkPlace(place - 1))
    }

    /// Returns word `offset` of a chunk, below 512.
    #[inline]
    pub fn get_at(&self, place: ChunkPlace, offset: u64) -> u64 {
        self.chunks[index(place.0)].get()[index64(offset % CHUNK_WORDS)]
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

    fn word_mut(&mut self, at: u64) -> &mut u64 {
        let chunk = at >> CHUNK_BITS;
        let group = index64(chunk >> GROUP_BITS);
        if group >= self.groups.len() {
            self.groups.resize_with(group + 1, || None);
        }
        let group = self.groups[group].get_or_insert_with(|| {
            self.own_bytes += PART_BYTES;
            Cow::Own(Box::new([0; GROUP_CHUNKS]))
        });
        let mut place = group.get()[index64(chunk) % GROUP_CHUNKS];
        if place == 0 {
            self.chunks.push(Cow::Own(Box::new([0; 512])));
            self.own_bytes += PART_BYTES + if group.is_shared() { PART_BYTES } else { 0 };
            place = count(self.chunks.len());
            group.get_mut()[index64(chunk) % GROUP_CHUNKS] = place;
        }
        let chunk = &mut self.chunks[index(place - 1)];
        if chunk.is_shared() {
            self.own_bytes += PART_BYTES;
        }
        &mut chunk.get_mut()[index64(at % CHUNK_WORDS)]
    }

    /// Writes a word before there is a journal: while a machine is made.
    pub fn init(&mut self, index: u64, value: u64) {
        *self.word_mut(index) = value;
    }
}

impl Store for Words {
    fn restore(&mut self, index: u64, value: u64, _versions: &Versions) {
        self.init(index, value);
    }

    fn digest(&self, digest: &mut Digest) {
        let places = self.groups.iter().enumerate().flat_map(|(at, group)| {
            let chunks = group.iter().flat_map(|group| group.get().iter().enumerate());
            chunks.filter(|(_, place)| **place != 0).map(move |(within, &place)| (at, within, place - 1))
        });
        for (at, within, place) in places {
            for (offset, &word) in
                self.chunks[index(place)].get().iter().enumerate().filter(|(_, word)| **word != 0)
            {
                digest.word(u64::from(count(at)));
                digest.word(u64::from(count(within)) << CHUNK_BITS | u64::from(count(offset)));
                digest.word(word);
            }
        }
    }

    fn share(&mut self) {
        self.chunks = core::mem::take(&mut self.chunks).into_iter().map(Cow::share).collect();
        let groups = core::mem::take(&mut self.groups).into_iter();
        self.groups = groups.map(|group| group.map(Cow::share)).collect();
        self.own_bytes = 0;
    }

    fn bytes(&self) -> u64 {
        self.own_bytes
    }

    fn shared_bytes(&self, older: Option<&Words>) -> u64 {
        let chunks = self.chunks.iter().enumerate();
        let chunks = chunks
            .filter(|(at, chunk)| chunk.is_shared_beyond(older.and_then(|older| older.chunks.get(*at))));
        let groups = self.groups.iter().enumerate();
        let groups = groups.filter_map(|(at, group)| Some((at, group.as_ref()?))).filter(|(at, group)| {
            group.is_shared_beyond(older.and_then(|older| older.groups.get(*at)?.as_ref()))
        });
        u64::from(count(chunks.count() + groups.count())) * PART_BYTES
    }
}
