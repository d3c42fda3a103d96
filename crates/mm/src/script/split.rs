//! A line cut into its commands and its comment.

use super::cursor::{BLANKS, Span};

/// The commands of a line as texts, from the left; then the comment.
#[derive(Clone, Debug)]
pub(super) struct Parts<'a> {
    line: &'a str,
    /// First byte that was not looked at yet.
    next: usize,
    comment: Option<&'a str>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(line: &'a str) -> Parts<'a> {
        Parts { line, next: 0, comment: None }
    }

    /// Returns what stands after the `#`, once all parts were taken.
    pub(super) fn comment(&self) -> Option<&'a str> {
        self.comment
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Span<'a>;

    /// Returns the next part without the blanks around it; empty parts are passed over.
    /// Neither `;` nor `#` ends a part inside quotes.
    fn next(&mut self) -> Option<Span<'a>> {
        while self.next < self.line.len() && self.comment.is_none() {
            let start = self.next;
            let end = start + end_of_part(&self.line[start..]);
            self.next = (end + 1).min(self.line.len());
            if self.line[end..].starts_with('#') {
                self.comment = Some(&self.line[end + 1..]);
            }
            let part = Span { text: &self.line[start..end], at: start }.trim();
            if !part.text.is_empty() {
                return Some(part);
            }
        }
        None
    }
}

/// Returns where the first part of a text ends: at a `;` or `#` outside quotes, or with it.
fn end_of_part(text: &str) -> usize {
    let mut quoted = false;
    let end = text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        !quoted && (byte == b';' || byte == b'#')
    });
    end.unwrap_or(text.len())
}

/// Returns the part that a line ends in, blanks at its end kept; `None` inside a comment.
pub(super) fn last_part(line: &str) -> Option<&str> {
    let mut rest = line;
    loop {
        let (_, after) = rest.split_at(end_of_part(rest));
        match after.as_bytes().first() {
            None => return Some(rest),
            Some(b';') => rest = &after[1..],
            Some(_) => return None,
        }
    }
}

/// Cuts the expected failure off a command: the last word when it starts with `!` and a
/// letter, or is `!` alone. What is left keeps no blanks at its end.
pub(super) fn failure(part: Span<'_>) -> (Span<'_>, Option<Span<'_>>) {
    let last = part.text.rfind(BLANKS).map_or(0, |blank| blank + 1);
    let (rest, word) = part.split_at(last);
    let quoted = rest.text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
    let names_failure = word.text.strip_prefix('!').is_some_and(|name| !name.starts_with('='));
    if names_failure && !quoted { (rest.trim(), Some(word.split_at(1).1)) } else { (part, None) }
}
