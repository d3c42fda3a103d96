//! How far a command is, in units that a reader knows.

/// What one unit of a command's work is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WorkUnit {
    /// Pages: accessed, mapped, taken away.
    Pages,
    /// Blocks of the page allocator.
    Blocks,
    /// Objects of a cache.
    Objects,
    /// Pageblocks that a scan has passed.
    Pageblocks,
    /// Stretches of addresses, each with a call of its own.
    Stretches,
    /// Commands gone through again on the way to a position.
    Commands,
}

/// How far a command is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Work {
    /// Units done.
    pub done: u64,
    /// Units in all, as far as known: an upper bound where the end is not known before.
    pub total: u64,
    /// What a unit is.
    pub unit: WorkUnit,
}

impl Work {
    /// Says that `done` of `total` units are done.
    pub fn new(unit: WorkUnit, done: u64, total: u64) -> Work {
        Work { done, total, unit }
    }
}
