//! Which part of a long script the text area holds. No browser in here.
//!
//! A browser lays out every line of a text area, seen or not: a megabyte of short lines takes it
//! a minute. So of a long script the text area holds some lines around what is in view, and what
//! is typed there is put in the place of those lines. A script of usual length is held whole.

use mm::units::index;
use std::ops::Range;

/// Lines that are held at most; a script of no more is held whole.
pub(super) const HELD_MAX: usize = 1500;
/// Lines that are to be held on each side of those in view.
const MARGIN: usize = 200;

/// Where the lines of a text begin.
pub(super) struct Lines {
    starts: Vec<u32>,
    end: usize,
}

impl Lines {
    /// Looks for the lines of a text.
    pub(super) fn of(text: &str) -> Lines {
        let after = text.match_indices('\n').map(|(at, _)| mm::units::count(at + 1));
        Lines { starts: std::iter::once(0).chain(after).collect(), end: text.len() }
    }

    /// Returns how many there are, at least one.
    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    /// Returns the bytes of these lines, without the line feed of the last one.
    pub(super) fn bytes(&self, lines: Range<usize>) -> Range<usize> {
        let start = |line: usize| self.starts.get(line).map(|start| index(*start));
        let first = start(lines.start).unwrap_or(self.end);
        let end = start(lines.end).map_or(self.end, |next| next - 1);
        first..end.max(first)
    }

    /// Returns the line that a byte belongs to.
    pub(super) fn line_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| index(*start) <= byte) - 1
    }
}

/// The lines that are held: from `first`, `count` of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Held {
    pub first: usize,
    pub count: usize,
}

impl Held {
    /// Returns what to hold of `total` lines when line `line` is in the middle of the view.
    pub(super) fn around(line: usize, total: usize) -> Held {
        if total <= HELD_MAX {
            return Held { first: 0, count: total };
        }
        let first = line.saturating_sub(HELD_MAX / 2).min(total - HELD_MAX);
        Held { first, count: HELD_MAX }
    }

    /// Returns whether this is still right for a text of `total` lines of which `seen` are in
    /// view: all of them are held, with some around them to move in.
    pub(super) fn serves(self, seen: &Range<usize>, total: usize) -> bool {
        if total <= HELD_MAX {
            return self == Held::around(0, total);
        }
        let end = self.first + self.count;
        end <= total
            && self.count <= 2 * HELD_MAX
            && (self.first == 0 || self.first + MARGIN <= seen.start)
            && (end == total || seen.end + MARGIN <= end)
    }

    /// Returns the lines.
    pub(super) fn lines(self) -> Range<usize> {
        self.first..self.first + self.count
    }
}

/// Returns the byte at which `units` of UTF-16 are over.
pub(super) fn byte_at(text: &str, units: usize) -> usize {
    let mut left = units;
    for (at, letter) in text.char_indices() {
        if left == 0 {
            return at;
        }
        left = left.saturating_sub(letter.len_utf16());
    }
    text.len()
}

/// Returns how many units of UTF-16 stand before a byte.
pub(super) fn units_before(text: &str, byte: usize) -> usize {
    let before = text.get(..byte).unwrap_or(text);
    if before.is_ascii() { before.len() } else { before.encode_utf16().count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_with_their_bytes() {
        let text = "ab\n\n页c\n";
        let lines = Lines::of(text);
        assert_eq!(lines.count(), text.split('\n').count());
        for (at, line) in text.split('\n').enumerate() {
            assert_eq!(&text[lines.bytes(at..at + 1)], line);
        }
        assert_eq!(&text[lines.bytes(0..4)], text);
        assert_eq!(&text[lines.bytes(1..3)], "\n页c");
        assert_eq!([0, 2, 3, 4, 9].map(|byte| lines.line_of(byte)), [0, 0, 1, 2, 3]);
    }

    #[test]
    fn what_is_held_serves_what_is_seen() {
        for total in [1, 2, HELD_MAX, HELD_MAX + 1, 100_000] {
            for line in [0, 1, 200, 5000, total - 1].into_iter().filter(|line| *line < total) {
                let held = Held::around(line, total);
                let seen = line.saturating_sub(20)..(line + 20).min(total);
                assert!(held.serves(&seen, total), "{line} of {total}: {held:?}");
                assert!(held.count <= HELD_MAX && held.first + held.count <= total);
            }
        }
        let held = Held::around(5000, 100_000);
        assert!(!held.serves(&(5700..5740), 100_000), "near its end");
        assert!(!held.serves(&(0..40), 100_000));
        assert!(!Held { first: 0, count: 3 }.serves(&(0..2), 2), "a short text is held whole");
    }

    #[test]
    fn places_are_those_of_the_browser_and_back() {
        let text = "a页😀b";
        for (byte, units) in [(0, 0), (1, 1), (4, 2), (8, 4), (9, 5)] {
            assert_eq!((byte_at(text, units), units_before(text, byte)), (byte, units));
        }
        assert_eq!(byte_at(text, 99), text.len());
    }
}
