//! Model time and the position of the model's random stream, as journaled words.

use crate::rng;
use crate::store::{Journal, Table, TableId};
use crate::units::Nanos;

/// Time of day of a machine, counted from its boot.
#[derive(Clone, Debug)]
pub struct Clock {
    pub(crate) words: Table,
}

const NOW: u32 = 0;
const RANDOM: u32 = 1;

impl Clock {
    /// Starts at zero with a random stream of its own.
    pub fn new(seed: u64) -> Clock {
        let mut words = Table::new(TableId::Clock, 2);
        words.init(u64::from(RANDOM), seed);
        Clock { words }
    }

    /// Returns the time since boot.
    pub fn now(&self) -> Nanos {
        Nanos(self.words.get(NOW))
    }

    /// Lets time pass: what a command spent, at its end.
    pub fn advance(&mut self, by: Nanos, journal: &mut Journal) {
        self.words.set(NOW, self.now().0 + by.0, journal);
    }

    /// Returns the next word of the random stream.
    pub fn random(&mut self, journal: &mut Journal) -> u64 {
        let (word, position) = rng::next(self.words.get(RANDOM));
        self.words.set(RANDOM, position, journal);
        word
    }
}
