//! Reading a text from left to right: pieces that know where they stand, and a cursor in one.

use super::error::{Wanted, Wrong};
use super::limits::Limit;
use super::name::{Name, continues_name};
use super::number::{self, BadNumber, Literal};
use super::shape::Shape;

/// Characters between words. A carriage return is one, so that pasted text does no harm.
pub(super) const BLANKS: [char; 3] = [' ', '\t', '\r'];

/// A piece of a command's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span<'a> {
    /// The piece.
    pub(super) text: &'a str,
    /// Where it begins, in bytes from the start of the command.
    pub(super) at: usize,
}

impl<'a> Span<'a> {
    /// Returns the error that this piece is not what is wanted.
    pub(super) fn wrong(self, wanted: Wanted) -> Wrong {
        Wrong { at: self.at, len: self.text.len(), wanted, nearest: None }
    }

    /// Returns the error that this piece is not an argument of a shape.
    pub(super) fn not(self, shape: Shape) -> Wrong {
        self.wrong(Wanted::Argument(shape))
    }

    /// Returns the error for a number that could not be read.
    pub(super) fn bad_number(self, bad: BadNumber, shape: Shape) -> Wrong {
        match bad {
            BadNumber::Malformed => self.not(shape),
            BadNumber::TooBig => self.wrong(Wanted::AtMost(Limit::Number)),
        }
    }

    /// Returns the error for a number that may have a suffix: `4k` was meant as `4K`.
    pub(super) fn bad_literal(self, bad: BadNumber, shape: Shape) -> Wrong {
        let upper = self.text.to_ascii_uppercase();
        let nearest = number::literal(&upper).is_ok().then_some(upper);
        Wrong { nearest, ..self.bad_number(bad, shape) }
    }

    /// Returns a cursor at the start of this piece.
    pub(super) fn cursor(self) -> Cursor<'a> {
        Cursor { span: self, next: 0 }
    }

    /// Splits off the first `len` bytes.
    pub(super) fn split_at(self, len: usize) -> (Span<'a>, Span<'a>) {
        let (head, tail) = self.text.split_at(len);
        (Span { text: head, at: self.at }, Span { text: tail, at: self.at + len })
    }

    /// Removes blanks at both ends.
    pub(super) fn trim(self) -> Span<'a> {
        let start = self.text.trim_start_matches(BLANKS);
        let at = self.at + (self.text.len() - start.len());
        Span { text: start.trim_end_matches(BLANKS), at }
    }
}

/// A place in a piece of text, moving to the right.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    span: Span<'a>,
    next: usize,
}

impl<'a> Cursor<'a> {
    /// Returns what was not read yet.
    pub(super) fn rest(&self) -> Span<'a> {
        self.span.split_at(self.next).1
    }

    /// Returns the next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().text.bytes().next()
    }

    /// Tests whether everything was read.
    pub(super) fn at_end(&self) -> bool {
        self.next == self.span.text.len()
    }

    /// Passes over blanks and tells whether there were any.
    pub(super) fn skip_blanks(&mut self) -> bool {
        let rest = self.rest().text;
        let blanks = rest.len() - rest.trim_start_matches(BLANKS).len();
        self.next += blanks;
        blanks > 0
    }

    /// Passes over `token` if it comes next.
    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().text.starts_with(token);
        if found {
            self.next += token.len();
        }
        found
    }

    /// Passes over one character if it comes next.
    pub(super) fn eat_char(&mut self, c: char) -> bool {
        self.eat(c.encode_utf8(&mut [0; 4]))
    }

    /// Takes what comes up to the next blank; empty at the end.
    pub(super) fn word(&mut self) -> Span<'a> {
        self.skip_blanks();
        self.take_while(|c| !BLANKS.contains(&c))
    }

    /// Takes the characters that satisfy `test`.
    pub(super) fn take_while(&mut self, test: impl Fn(char) -> bool) -> Span<'a> {
        let rest = self.rest();
        let len = rest.text.find(|c| !test(c)).unwrap_or(rest.text.len());
        self.next += len;
        rest.split_at(len).0
    }

    /// Takes a run of letters, digits and `_`; empty when none comes next.
    pub(super) fn run(&mut self) -> Span<'a> {
        self.take_while(|c| u8::try_from(c).is_ok_and(continues_name))
    }

    /// Takes a name; `None`, and nothing is passed over, when none comes next.
    pub(super) fn name(&mut self) -> Option<Name> {
        let start = self.next;
        let name = Name::new(self.run().text);
        if name.is_none() {
            self.next = start;
        }
        name
    }

    /// Takes a number with or without a suffix.
    pub(super) fn literal(&mut self, shape: Shape) -> Result<Literal, Wrong> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.wrong_here(Wanted::Argument(shape)));
        }
        let run = self.run();
        number::literal(run.text).map_err(|bad| run.bad_literal(bad, shape))
    }

    /// Takes a number without a suffix, at most the limit.
    pub(super) fn number_up_to(&mut self, limit: Limit, shape: Shape) -> Result<u64, Wrong> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.wrong_here(Wanted::Argument(shape)));
        }
        let run = self.run();
        let value = number::plain(run.text).map_err(|bad| run.bad_number(bad, shape))?;
        if value > limit.bound() {
            return Err(run.wrong(Wanted::AtMost(limit)));
        }
        Ok(value)
    }

    /// Returns the error that something else is wanted at this place: it marks the run of
    /// name characters or the one character that stands here, nothing at the end.
    pub(super) fn wrong_here(&self, wanted: Wanted) -> Wrong {
        let run = self.clone().run();
        let first = self.rest().text.chars().next().map_or(0, char::len_utf8);
        Wrong { at: run.at, len: run.text.len().max(first), wanted, nearest: None }
    }

    /// Takes a quoted text without its quotes; the opening one comes next.
    pub(super) fn quoted(&mut self) -> Result<Span<'a>, Wrong> {
        let opening = self.rest();
        assert!(self.eat("\""), "only called at a quote");
        let text = self.take_while(|c| c != '"');
        if self.eat("\"") { Ok(text) } else { Err(opening.wrong(Wanted::Closing('"'))) }
    }
}
