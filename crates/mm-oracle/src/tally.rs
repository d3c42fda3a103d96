//! Counting what agrees, and remembering the first thing that does not.

use core::fmt::Display;

use crate::replay::Verdict;
use mm::import::text::DumpError;

/// What a comparison found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Things compared.
    pub compared: u64,
    /// Those that agree.
    pub exact: u64,
    /// The first that does not.
    pub first: Option<Difference>,
    /// What the file records besides, which the model has nothing to say to.
    pub skipped: Vec<Skipped>,
}

/// A thing that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Line of the capture, counted from 1; 0 for something over all of it.
    pub line: u32,
    /// What it is.
    pub what: String,
    /// What the capture has.
    pub expected: String,
    /// What the model has.
    pub got: String,
}

/// What is not compared, and why.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Skipped {
    /// There is no comparison for such a file.
    NoComparison,
    /// The file says how others came about.
    Describes,
    /// The capture is of another kernel.
    OtherKernel(String),
    /// There is no state from which to start.
    NoState,
    /// The state beside it lacks what compaction starts from: hints, positions, owners.
    NoHints,
    /// Nothing says what machine this was.
    NoMachine,
    /// The file beside it that it needs is damaged.
    Neighbour {
        /// Its name.
        file: String,
        /// What it lacks.
        error: DumpError,
    },
    /// Pages that are managed: a balloon, or the like, holds some.
    OtherManaged,
    /// The trace lost events.
    EventsLost,
    /// From a line on: what is free differs by now.
    Diverged {
        /// The line, counted from 1.
        line: u32,
    },
    /// What operations left behind: no state follows.
    NoStateAfter {
        /// The last operation's line, counted from 1.
        line: u32,
    },
    /// From a line on: the language has no such verb.
    Verb {
        /// The line, counted from 1.
        line: u32,
        /// The verb.
        verb: String,
    },
    /// From a line on: the model does not do this.
    NotModelled {
        /// The line, counted from 1.
        line: u32,
        /// What it would have to do.
        what: String,
    },
    /// A part of the file, by its kernel name.
    Part(String),
}

impl Tally {
    /// Returns whether all that was compared agrees.
    pub fn is_exact(&self) -> bool {
        self.exact == self.compared
    }

    /// Compares one thing.
    pub fn compare<T: PartialEq + Display>(&mut self, line: u32, what: &str, expected: &T, got: &T) {
        self.note(line, what, expected == got, || (expected.to_string(), got.to_string()));
    }

    /// Compares a line; blanks at its end are what an editor left or took.
    pub fn compare_line(&mut self, line: u32, what: &str, expected: &str, got: &str) {
        self.compare(line, what, &expected.trim_end(), &got.trim_end());
    }

    /// Compares two lists or texts as one thing; `show` writes the places that differ.
    pub fn note(&mut self, line: u32, what: &str, equal: bool, show: impl FnOnce() -> (String, String)) {
        self.compared += 1;
        if equal {
            self.exact += 1;
        } else if self.first.is_none() {
            let (expected, got) = show();
            self.first = Some(Difference { line, what: what.to_owned(), expected, got });
        }
    }

    /// Takes over what a replay found; `name` names an item.
    pub(super) fn take(&mut self, verdict: &Verdict, name: impl Fn(&Verdict) -> String) {
        let what = name(verdict);
        self.compared += u64::from(verdict.compared);
        self.exact += u64::from(verdict.exact);
        if let Some(difference) = &verdict.first
            && self.first.is_none()
        {
            let number = |n: Option<i64>| n.map_or("-".to_owned(), |n| n.to_string());
            let (expected, got) = (number(difference.real), number(difference.model));
            self.first = Some(Difference { line: difference.line, what, expected, got });
        }
        if let Some(line) = verdict.stopped_at {
            self.skipped.push(Skipped::Diverged { line });
        }
        // A law of the model that does not hold is a difference, whatever the answers were.
        for violation in &verdict.violations {
            self.note(0, "check", false, || ("-".into(), format!("{violation:?}")));
        }
    }
}
