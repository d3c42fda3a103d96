//! What the shell asks of the model: commands, records, words, as small plain structs.
//!
//! The one file of the page that knows how `mm` and `mm-view` are called. No rule of memory
//! management stands here, only questions.

mod stand_in;

pub(crate) use stand_in::{Position, Progress, Session};

use crate::ui::{Selection, Thing};
use mm_view::Lang;

/// A command of the script, run or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Item {
    /// Line that it stands on, counted from 1.
    pub line: u32,
    /// Its text, without the comment.
    pub text: String,
    /// The word that says what it does.
    pub verb: String,
    /// The failure that its line expects.
    pub expects: Option<String>,
}

/// How a command that was run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// As its line expects.
    Expected,
    /// Otherwise.
    Unexpected,
}

/// What a command answered, for the console.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Answer {
    /// Lines of output.
    pub lines: Vec<String>,
    /// Whether they are the text of a file: never wrapped, never touched.
    pub is_file: bool,
    /// How it ended.
    pub verdict: Verdict,
}

/// A call of a kernel function, for the timeline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Call {
    /// The function's name, or the CPU's work.
    pub name: &'static str,
    /// Nesting depth, 0 for the outermost.
    pub depth: u32,
    /// First step within, counted from 0.
    pub first: u32,
    /// The step after the last.
    pub end: u32,
}

/// A change that a step made, as the caption shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Change {
    /// What was written.
    pub name: String,
    /// Old and new value, or a fact.
    pub text: String,
    /// Whether it is a change (and not a fact beside it).
    pub is_change: bool,
}

/// The step at the position, in words.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Caption {
    /// The kernel function.
    pub function: String,
    /// The functions around it, outermost first.
    pub stack: Vec<&'static str>,
    /// What happened, one sentence.
    pub sentence: String,
    /// Why, one line.
    pub why: String,
    /// Operands, old and new.
    pub changes: Vec<Change>,
    /// A short name, for the dots of an embedded figure.
    pub short: String,
}

/// What is wrong with a script, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ScriptError {
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1 in characters.
    pub column: u32,
    /// Offending characters; zero when something is missing.
    pub len: u32,
    /// What was expected, and the nearest word.
    pub text: String,
}

/// Steps and time of a command that was run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Steps {
    /// Simulated nanoseconds from the command's start to the end of each step.
    pub ends_ns: Vec<u64>,
    /// Whether detail was given up: one hatched span instead of steps.
    pub is_coarse: bool,
    /// Events there were, kept or not.
    pub events: u64,
}

impl Steps {
    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        mm::units::count(self.ends_ns.len())
    }

    /// Returns the simulated time after `step` steps.
    pub(crate) fn time_at(&self, step: u32) -> u64 {
        step.checked_sub(1).and_then(|step| self.ends_ns.get(mm::units::index(step))).copied().unwrap_or(0)
    }
}

/// Looks for what a reader typed into the find box.
pub(crate) fn find(session: &Session, text: &str) -> Selection {
    session.find(text.trim())
}

/// Returns what the machine is: `512 MiB · x86-64 · Linux 6.1`.
pub(crate) fn machine(session: &Session) -> Machine {
    session.machine()
}

/// A machine in a few words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Machine {
    /// `512 MiB`.
    pub ram: String,
    /// `x86-64`.
    pub arch: String,
}

/// Returns the words of the step at the position.
pub(crate) fn caption(session: &Session, lang: Lang) -> Caption {
    session.caption(lang)
}

/// Which neighbour of a thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// The one before of this kind.
    Previous,
    /// The one after of this kind.
    Next,
    /// The block that it merges with.
    Buddy,
}

/// Returns a neighbour of a thing, for the keys `[`, `]` and `b`.
pub(crate) fn neighbour(session: &Session, thing: &Thing, way: Way) -> Selection {
    session.neighbour(thing, way)
}

/// Verbs and the shape of their arguments, for completion.
pub(crate) const VERBS: &[(&str, &str)] = &[
    ("boot", "[ram=SIZE] [arch=ARCH] [OPTION...]"),
    ("spawn", "NAME [bare]"),
    ("mmap", "SIZE [OPTION...]"),
    ("touch", "ADDR [LEN]"),
    ("translate", "ADDR"),
    ("read", "ADDR [LEN]"),
    ("write", "ADDR [LEN]"),
    ("exec", "ADDR"),
    ("munmap", "ADDR LEN"),
    ("mprotect", "ADDR LEN PROT"),
    ("pages", "ADDR [LEN]"),
    ("fork", ""),
    ("exit", ""),
    ("alloc_pages", "[order=N] [gfp=GFP]"),
    ("free_pages", "BLOCK"),
    ("expect", "QUANTITY OP VALUE"),
    ("cat", "PATH"),
    ("echo", "TEXT > PATH"),
    ("sleep", "TIME"),
    ("sync", ""),
    ("dmesg", ""),
];
