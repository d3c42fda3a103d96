//! Counting what agrees, by what the agreement says, and remembering the first thing that does not.

use core::fmt::Display;
use std::collections::BTreeSet;

use mm::check::phys::Violation;
use mm::import::text::DumpError;
use mm::units::Bytes;

/// What it says of the model that an item agrees.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// Something: a model that loads the state and does nothing has another answer.
    Informative,
    /// Nothing but that what should stay stays: doing nothing agrees as well.
    Unchanged,
    /// That text is laid out so, or that the file agrees with itself.
    Form,
    /// That a parameter fits which was taken from the same file.
    Fitted,
    /// Nothing is compared: the model was told.
    Input,
}

impl Class {
    /// All, the weightiest first.
    pub const ALL: [Class; 5] =
        [Class::Informative, Class::Unchanged, Class::Form, Class::Fitted, Class::Input];

    /// Returns the class of an item that doing nothing would answer with `null`.
    pub fn against<T: PartialEq + ?Sized>(null: &T, expected: &T) -> Class {
        if null == expected { Class::Unchanged } else { Class::Informative }
    }

    fn at(self) -> usize {
        Class::ALL.iter().position(|&class| class == self).unwrap_or(0)
    }
}

/// Items of a class.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// Things compared; of input, things taken.
    pub compared: u64,
    /// Those that agree.
    pub exact: u64,
}

/// Items by their classes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts([Count; Class::ALL.len()]);

impl Counts {
    /// Returns the items of a class.
    pub fn of(&self, class: Class) -> Count {
        self.0[class.at()]
    }

    /// Returns all that was compared, input left out.
    pub fn all(&self) -> Count {
        let compared = Class::ALL.into_iter().filter(|&class| class != Class::Input);
        compared.map(|class| self.of(class)).fold(Count::default(), |sum, count| Count {
            compared: sum.compared + count.compared,
            exact: sum.exact + count.exact,
        })
    }

    /// Adds other items.
    pub fn add(&mut self, other: &Counts) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            own.compared += other.compared;
            own.exact += other.exact;
        }
    }
}

/// What a comparison found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Things compared.
    pub counts: Counts,
    /// The first that does not agree.
    pub first: Option<Difference>,
    /// What the file records besides, which the model has nothing to say to.
    pub skipped: Vec<Skipped>,
    /// Lines that the file has.
    pub lines: u32,
    /// Those that were performed or compared.
    touched: BTreeSet<u32>,
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
    /// Where within a processor's batch a zone's free pages stop.
    WithinBatch,
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
    /// A look at what the model has not, by its words.
    Look(String),
    /// A RAM disk that is larger than the model boots with.
    LargeInitrd {
        /// The log that tells of it.
        file: String,
        /// Its line, counted from 1.
        line: u32,
        /// The most that such a machine boots with here.
        most: Bytes,
    },
    /// A part of the file.
    Part(Part),
}

/// A part of a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// By its kernel names.
    Named(String),
    /// Numbers that programs and caches of the machine made.
    Programs,
    /// Page flags that they made.
    ProgramFlags,
    /// Leaves of the direct map that were split.
    SplitLeaves,
    /// What is beside the few lines that are compared.
    Rest,
    /// Policies of processes on several nodes.
    Policies,
    /// Counters that no fault of a huge page moves.
    OtherCounters,
    /// Operands of events that were not recorded.
    DrainTypes,
    /// Points that have these names and no free lists.
    Buddyinfo(String),
    /// Sums over the pages of an area.
    Sums(String),
    /// So many lines of a point.
    Lines(u32, String),
    /// So many tunables.
    Tunables(u32),
}

impl From<Part> for Skipped {
    fn from(part: Part) -> Skipped {
        Skipped::Part(part)
    }
}

impl Part {
    /// Names a part as the kernel does.
    pub(crate) fn named(names: impl Into<String>) -> Part {
        Part::Named(names.into())
    }
}

impl Tally {
    /// Returns whether all that was compared agrees.
    pub fn is_exact(&self) -> bool {
        let all = self.counts.all();
        all.exact == all.compared
    }

    /// Returns how many things were compared.
    pub fn compared(&self) -> u64 {
        self.counts.all().compared
    }

    /// Returns how many lines of the file were performed or compared.
    pub fn lines_used(&self) -> u32 {
        mm::units::count(self.touched.len())
    }

    /// Compares one thing.
    pub fn compare<T: PartialEq + Display + ?Sized>(
        &mut self,
        class: Class,
        line: u32,
        what: impl Display,
        expected: &T,
        got: &T,
    ) {
        self.note(class, line, what, expected == got, || (expected.to_string(), got.to_string()));
    }

    /// Compares a line; blanks at its end are what an editor left or took.
    pub fn compare_line(&mut self, class: Class, line: u32, what: impl Display, expected: &str, got: &str) {
        self.compare(class, line, what, expected.trim_end(), got.trim_end());
    }

    /// Compares two lists or texts as one thing; `show` writes the places that differ.
    pub fn note(
        &mut self,
        class: Class,
        line: u32,
        what: impl Display,
        equal: bool,
        show: impl FnOnce() -> (String, String),
    ) {
        self.count(class, Count { compared: 1, exact: u64::from(equal) });
        self.touch(line..=line);
        if !equal && self.first.is_none() {
            let (expected, got) = show();
            self.first = Some(Difference { line, what: what.to_string(), expected, got });
        }
    }

    /// Counts items of which only the number is known.
    pub fn count(&mut self, class: Class, count: Count) {
        let own = &mut self.counts.0[class.at()];
        own.compared += count.compared;
        own.exact += count.exact;
    }

    /// Counts something that the model was told, at its line.
    pub fn input(&mut self, line: u32) {
        self.count(Class::Input, Count { compared: 1, exact: 1 });
        self.touch(line..=line);
    }

    /// Notes that these lines are compared or performed: an item may stand for several.
    pub fn touch(&mut self, lines: impl IntoIterator<Item = u32>) {
        self.touched.extend(lines.into_iter().filter(|&line| line > 0));
    }

    /// Takes over what was compared of a file beside this one, whose lines are not this one's.
    pub fn take_beside(&mut self, other: Tally) {
        self.counts.add(&other.counts);
        self.first = self.first.take().or(other.first);
        self.skipped.extend(other.skipped);
    }

    /// Laws of the model that do not hold are differences, whatever the answers were.
    pub fn broken_laws(&mut self, violations: &[Violation]) {
        for violation in violations {
            self.note(Class::Unchanged, 0, "check", false, || ("-".into(), format!("{violation:?}")));
        }
    }
}
