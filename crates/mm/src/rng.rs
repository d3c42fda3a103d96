//! The model's only source of chance: a counter hashed by SplitMix64.
//!
//! Seeded by `boot seed=`, so that a script gives the same trace everywhere. Its position
//! lives in a journaled slot (`World::clock`), which is why this is a function of it.

/// Returns the next random word and the position after it.
///
/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
pub fn next(position: u64) -> (u64, u64) {
    let position = position.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = position;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31), position)
}

/// A stream of random words for tests and generators outside a machine.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// Starts a stream; equal seeds give equal streams.
    pub fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    /// Returns the next word.
    pub fn word(&mut self) -> u64 {
        let (word, position) = next(self.0);
        self.0 = position;
        word
    }

    /// Returns a number below `bound`.
    ///
    /// # Panics
    /// When `bound` is zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "nothing lies below zero");
        self.word() % bound
    }

    /// Picks one of `choices`.
    ///
    /// # Panics
    /// When there are none.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let at = self.below(u64::from(crate::units::count(choices.len())));
        &choices[crate::units::index64(at)]
    }
}
