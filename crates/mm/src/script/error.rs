//! What is wrong with a text, in types: the sentences live in `mm-view`, in two languages.

use super::limits::Limit;
use super::registry::{Fails, Takes, VerbKind};
use super::shape::Shape;
use crate::unmodelled::Origin;

/// One command (or line) that could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// Line, counted from 1.
    pub line: u32,
    /// Column of the first offending character, counted from 1 in characters.
    pub column: u32,
    /// Offending characters; zero when something is missing there.
    pub len: u32,
    /// The offending text, at most [`super::limits::FOUND_CHARS_MAX`] characters of it; empty
    /// when the command ends too early.
    pub found: String,
    /// What would have been right.
    pub wanted: Wanted,
    /// A word of the language that the user may have meant.
    pub nearest: Option<String>,
}

/// What would have been right in the place of an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// A verb of the language.
    Verb,
    /// Somebody else in front of the verb that was found: a process or the kernel.
    Who(Takes),
    /// An argument of this shape.
    Argument(Shape),
    /// A key or a word that the verb knows.
    OptionOf(VerbKind),
    /// The end of the command: the verb takes no more.
    End,
    /// Nothing: this was said before in the same command.
    Once,
    /// Nothing: this excludes the other key, named here without its `=`, which stands before it.
    Without(&'static str),
    /// The other key too, named here without its `=`: this one says nothing without it.
    With(&'static str),
    /// No `label =`: the verb gives no value.
    NoLabel,
    /// Another word after `!`, or none: the verb fails in this way only.
    Failure(Fails),
    /// The closing quote, parenthesis or bracket.
    Closing(char),
    /// An operator between two values: `==`, `+N`, ...
    Operator,
    /// A number or length up to the limit.
    AtMost(Limit),
    /// Nothing: this is known and cannot be had yet.
    NotModelled(Origin),
    /// A number from the limit upwards.
    AtLeast(Limit),
}

/// An error inside one command, with bytes for places: what the parsers return.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Wrong {
    /// First offending byte, counted within the command's text.
    pub(super) at: usize,
    /// Offending bytes.
    pub(super) len: usize,
    /// What would have been right.
    pub(super) wanted: Wanted,
    /// A word that may have been meant.
    pub(super) nearest: Option<String>,
}
