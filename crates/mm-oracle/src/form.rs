//! The form of `/proc` text: names, widths and order of lines, whatever their numbers.

use super::{Class, Tally};

/// How a column of numbers is aligned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Right,
}

/// Makes lines comparable whose numbers differ: of each number only its width with the blanks
/// before it is kept (right-aligned), or only those blanks (left-aligned).
fn shape(line: &str, align: Align) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        // Letters right before a digit make it part of a name: DMA32.
        if before.ends_with(|c: char| c.is_ascii_alphabetic()) {
            out.push_str(&rest[..start + end]);
        } else {
            let text = before.trim_end_matches(' ');
            let blanks = before.len() - text.len();
            // Without padding the width says nothing.
            let width = if align == Align::Right && blanks > 1 { blanks + end } else { blanks };
            out.push_str(&format!("{text}<{width}>"));
        }
        rest = &number[end..];
    }
    out + rest
}

/// What of a line does not depend on its numbers.
pub struct Form([String; 2]);

impl Form {
    /// Returns the form of a line.
    pub fn of(line: &str) -> Form {
        Form([Align::Left, Align::Right].map(|to| shape(line, to)))
    }

    /// Returns whether both lines are printed by the same rule, whichever way that aligns.
    pub fn is_like(&self, other: &Form) -> bool {
        self.0[0] == other.0[0] || self.0[1] == other.0[1]
    }
}

/// Compares forms, blanks at the end of a line aside: every line that we print must stand in the capture, in this order; lines
/// between may be missing.
pub(super) fn compare(tally: &mut Tally, printed: &str, captured: &str) {
    let forms: Vec<Form> = captured.lines().map(|line| Form::of(line.trim_end())).collect();
    let mut from = 0;
    for line in printed.lines() {
        let ours = Form::of(line.trim_end());
        let found = forms[from..].iter().position(|other| ours.is_like(other));
        // Orders stand in a heading, the same on every machine.
        let is_other = |at: usize| {
            captured.lines().nth(from + at).is_some_and(|real| real.trim_end() != line.trim_end())
        };
        let found = found.filter(|&at| !(line.starts_with("Free pages count") && is_other(at)));
        if found.is_some() && is_heading(line) {
            from += found.map_or(0, |found| found + 1);
            continue;
        }
        let at = u32::try_from(from + 1).unwrap_or(0);
        tally.note(Class::Form, at, "form of a line", found.is_some(), || {
            (captured.lines().nth(from).unwrap_or("-").to_owned(), line.to_owned())
        });
        from += found.map_or(0, |found| found + 1);
    }
}

/// Returns whether a line only says what follows: that it is there is no agreement of numbers.
fn is_heading(line: &str) -> bool {
    let line = line.trim();
    let starts = ["Free pages count", "Number of blocks", "Node "];
    let is_table = starts.iter().any(|start| line.starts_with(start)) && line.contains("zone") && {
        !line.ends_with(|c: char| c.is_ascii_digit())
    };
    is_table || !line.contains(|c: char| c.is_ascii_digit())
}
