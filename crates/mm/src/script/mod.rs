//! The script language: text to commands and back.
//!
//! One command a line, `;` between commands on one line, `#` starts a comment:
//! `WHO: LABEL = VERB ARG... KEY=VALUE... !ERR`. A script is also the save format, so every
//! command prints to a text that reads back as the same command. `docs/script.md` is the
//! reference for users; [`registry`] is the table that reader, printer, completion and
//! reference share.
//!
//! This module knows the form of commands only: it asks no machine, and whether a process or
//! a label exists is found out when a command runs. Errors are typed ([`ParseError`]); their
//! sentences live in `mm-view`.

pub mod address;
mod args;
pub mod complete;
mod cursor;
pub mod error;
pub mod extent;
pub mod limits;
pub mod name;
mod nearest;
pub mod number;
mod parse;
pub mod quantity;
pub mod registry;
pub mod shape;
mod split;
pub mod spot;
pub mod verbs;

#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod laws;

use core::fmt;
use core::ops::Range;

use crate::errno::{Errno, Signo};

pub use address::{Address, Base, Pick, Picked, Sign};
pub use error::{ParseError, Wanted};
pub use extent::{Extent, Pieces, Repeat};
pub use limits::Limit;
pub use name::{Name, Path, Text, Word};
pub use nearest::nearest;
pub use number::{Literal, Notation};
pub use parse::{Reading, Rejected, parse};
pub use quantity::{Arg, Quantity, Segment, Sum, Term};
pub use registry::{Fails, Gives, Takes, Verb, VerbKind, VerbSpec};
pub use shape::Shape;
pub use spot::Spot;
pub use verbs::access::{AccessCommand, AccessKind, AccessVerb};
pub use verbs::boot::{Boot, Switch};
pub use verbs::expect::{Check, Comparand, CompareOp, Expectation};
pub use verbs::kernel::{AllocPages, Count, KernelCommand, KernelVerb};
pub use verbs::memory::{
    FileRange, Madvise, MemoryCommand, MemoryVerb, Mmap, Mprotect, Placement, Prot, Sharing,
};
pub use verbs::process::{Layout, ProcessCommand, ProcessVerb, Spawn};
pub use verbs::shell::{Echo, ShellCommand, ShellVerb};
pub use verbs::slab::{Kmalloc, KmemCacheAlloc, KmemCacheCreate, KmemCacheFree, SlabCommand, SlabVerb};
pub use verbs::vmalloc::{VmallocCommand, VmallocVerb};

/// Who speaks when a line says `kernel:`; no process has this name.
pub const KERNEL: &str = "kernel";

/// A script that was read: its lines and its commands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Script {
    /// Every line of the text, the first is line 1; empty ones and comments too.
    pub lines: Vec<Line>,
    /// The commands of all lines in order.
    pub commands: Vec<Command>,
}

/// A line of a script.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line {
    /// Which of [`Script::commands`] stand on it.
    pub commands: Range<usize>,
    /// What a comment such as `#@3` or `#@fault.raised#1..end` marks.
    pub mark: Option<Mark>,
}

/// What a comment that starts with `@` says of its line: a step of a lesson's text, some steps of
/// its commands, or both: `#@3:fault.raised#1`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    /// Step of the lesson that the line belongs to.
    pub lesson: Option<u32>,
    /// From which spot of its commands to which, the steps at both included; all of them without.
    pub range: Option<(Spot, Spot)>,
}

/// A command with its place in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// Who says it.
    pub who: Who,
    /// What keeps its value.
    pub label: Option<Name>,
    /// What is to be done.
    pub verb: Verb,
    /// How it is expected to fail; to succeed without.
    pub expected: Option<Expected>,
    /// Where it stands.
    pub at: Place,
}

/// Who says a command.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Who {
    /// Root's shell.
    Shell,
    /// The kernel, on a processor if the script says which.
    Kernel {
        /// The processor.
        cpu: Option<u8>,
    },
    /// A process or a thread, on a processor if the script says which.
    Process {
        /// Its name.
        name: Name,
        /// The processor.
        cpu: Option<u8>,
    },
}

/// A failure that a line expects, after `!`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Expected {
    /// The call returns this error.
    Errno(Errno),
    /// The process gets this signal.
    Signal(Signo),
    /// The translation asked for does not exist.
    Fault,
}

/// A place in a script's text. Equal for no two commands of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Place {
    /// Line, counted from 1.
    pub line: u32,
    /// Command on this line, counted from 1.
    pub part: u32,
    /// First character of the command, counted from 1.
    pub column: u32,
    /// Characters of the command.
    pub len: u32,
}

impl Command {
    /// Tests whether both say the same, wherever they stand.
    pub fn same_as(&self, other: &Command) -> bool {
        let Command { who, label, verb, expected, at: _ } = self;
        (who, label, verb, expected) == (&other.who, &other.label, &other.verb, &other.expected)
    }
}

impl Expected {
    /// How `!FAULT` is written.
    pub const FAULT: &str = "FAULT";

    /// Returns the name after the `!`.
    pub fn name(self) -> &'static str {
        match self {
            Expected::Errno(errno) => errno.name(),
            Expected::Signal(signo) => signo.name(),
            Expected::Fault => Expected::FAULT,
        }
    }
}

/// Prints the canonical text of a command, without `;` or newline: it reads back as the same.
pub fn print(command: &Command) -> String {
    command.to_string()
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.who.fmt(f)?;
        if let Some(label) = &self.label {
            write!(f, "{label} = ")?;
        }
        self.verb.fmt(f)?;
        self.expected.map_or(Ok(()), |expected| write!(f, " !{}", expected.name()))
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, cpu) = match self {
            Who::Shell => return Ok(()),
            Who::Kernel { cpu } => (KERNEL, cpu),
            Who::Process { name, cpu } => (name.as_str(), cpu),
        };
        match cpu {
            None => write!(f, "{name}: "),
            Some(cpu) => write!(f, "{name}@{cpu}: "),
        }
    }
}
