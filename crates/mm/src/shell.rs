//! What the shell itself does: reading and writing files, waiting, comparing.

use crate::units::{Nanos, VirtAddr};

/// Events of commands that touch no allocator and no address space.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A machine came up.
    Booted {
        /// Frames that the page allocator manages.
        managed: u64,
        /// Frames of RAM.
        present: u64,
        /// Frames that are free.
        free: u64,
    },
    /// A file was read.
    Read {
        /// Bytes of its text.
        bytes: u64,
    },
    /// A tunable was written.
    Wrote,
    /// Time passed.
    Slept {
        /// How long.
        time: Nanos,
    },
    /// A translation was asked for without touching.
    Translated {
        /// The address.
        va: VirtAddr,
        /// Table entries looked at.
        refs: u8,
    },
    /// States of pages were listed.
    Listed {
        /// Runs of equal pages.
        runs: u32,
    },
    /// An expectation was evaluated.
    Compared {
        /// Whether it holds.
        holds: bool,
    },
    /// The call was refused before it did anything.
    Refused,
    /// The call had nothing to do.
    Nothing,
    /// Stands for all steps of a command that kept no detail.
    Coarse {
        /// Events there were.
        events: u64,
    },
}
