//! What the shell itself does: booting, reading and writing files, waiting, comparing.

use crate::import::kernel_text::KernelText;
use crate::import::text::DumpError;
use crate::units::{Bytes, Nanos, VirtAddr};

/// What the host calls the kernel's log: no path, so that `cat` does not find it.
pub const LOG: &str = "dmesg";

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
    /// No machine came up.
    NotBooted {
        /// What the line asks for that cannot be had.
        why: NotBooted,
    },
    /// The call had nothing to do.
    Nothing,
    /// Stands for all steps of a command that kept no detail.
    Coarse {
        /// Events there were.
        events: u64,
    },
}

/// Why there is no machine as `boot` asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NotBooted {
    /// No captured state has this name.
    NoState,
    /// What has the name of a state cannot be read: it is no file, or too large a one.
    Unreadable,
    /// The file is no text from this line on.
    NoText {
        /// The line, counted from 1.
        line: u32,
    },
    /// The file is what a kernel prints, but no state.
    OtherText(KernelText),
    /// The captured state lacks something.
    BadState(DumpError),
    /// A captured state says itself what the machine is made of.
    StateIsFixed,
    /// Less memory than each node needs to start.
    TooLittle,
    /// More than i386 has even with PAE.
    TooMuchForI386,
    /// More than i386 has without PAE.
    NeedsPae,
    /// The 32-bit kernel takes all memory for one node.
    NodesOfI386,
    /// A larger RAM disk than the model is sure to place.
    InitrdTooLarge {
        /// The largest for this machine.
        most: Bytes,
    },
    /// More memory than is fragmented page by page.
    TooMuchToPin,
    /// `pae=on`: the model's i386 has two levels.
    Pae,
    /// `aslr=on`: layouts are fixed, as in the captures.
    Aslr,
    /// `cma=`: nothing can be isolated yet, which is how an area is handed out.
    Cma,
}
