//! What the */proc* panel shows: the files there are, and the text of one.

use serde::Serialize;

/// Files and the text of the selected one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ProcView {
    /// Paths, the machine's first, then those of the processes.
    pub files: Vec<String>,
    /// The one shown.
    pub path: String,
    /// Its lines as `cat` prints them, byte for byte.
    pub lines: Vec<ProcLine>,
    /// Whether the model writes this file.
    pub known: bool,
    /// Whether these are all of its lines: of a long file the first ones are shown.
    pub is_whole: bool,
}

/// A line of a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ProcLine {
    /// The text without its line feed.
    pub text: String,
    /// The words of it that differ from the same line before the command, as byte ranges.
    pub changed: Vec<(usize, usize)>,
}

/// Marks the words of `now` that differ from the same line of `before`; `before` is `None`
/// where there is nothing to compare with, and then nothing is marked.
pub fn lines(now: &str, before: Option<&str>) -> Vec<ProcLine> {
    let mut old = before.map(str::lines);
    now.lines()
        .map(|text| {
            let changed = match &mut old {
                Some(lines) => differing_words(text, lines.next().unwrap_or_default()),
                None => Vec::new(),
            };
            ProcLine { text: text.to_owned(), changed }
        })
        .collect()
}

/// Returns the byte ranges of the words of `now` that are not the words of `before`.
fn differing_words(now: &str, before: &str) -> Vec<(usize, usize)> {
    let mut old = before.split_whitespace();
    now.split_whitespace()
        .filter_map(|word| {
            let start = word.as_ptr().addr() - now.as_ptr().addr();
            (old.next() != Some(word)).then_some((start, start + word.len()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{ProcLine, lines};

    #[test]
    fn only_the_words_that_changed_are_marked() {
        let line = |text: &str, changed| ProcLine { text: text.to_owned(), changed };
        assert_eq!(
            lines("a 12 3\nb 4\n", Some("a 11 3\nb 4\n")),
            [line("a 12 3", vec![(2, 4)]), line("b 4", vec![])]
        );
        assert_eq!(lines("a 1", None), [line("a 1", vec![])]);
        assert_eq!(lines("a 1\nnew", Some("a 1")), [line("a 1", vec![]), line("new", vec![(0, 3)])]);
    }
}
