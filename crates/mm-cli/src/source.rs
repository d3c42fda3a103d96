//! Reading scripts, and showing where one is wrong.

use std::fs::File;
use std::io::{self, Read as _};

use mm::import::kernel_text::in_utf8;
use mm::script::limits::SCRIPT_BYTES_MAX;
use mm::script::{ParseError, Script};
use mm_view::{Lang, words};

use crate::report::complain;

/// A script with the name that complaints give it.
pub(crate) struct Source {
    /// File name, `-` for standard input.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

impl Source {
    /// Reads a file, or standard input for `-`; says why not.
    pub(crate) fn read(name: &str, lang: Lang) -> Option<Source> {
        match read_bytes(name) {
            Ok(bytes) => Source::of(name, &bytes, lang),
            Err(error) => {
                complain(&format!("{name}: {error}"));
                None
            }
        }
    }

    /// Takes the bytes for text; says what they are if they are none.
    fn of(name: &str, bytes: &[u8], lang: Lang) -> Option<Source> {
        match in_utf8(bytes) {
            Ok(text) => Some(Source { name: name.into(), text: text.into() }),
            Err(error) => {
                complain(&format!("{name}: {}", words::not_utf8(error, lang)));
                None
            }
        }
    }

    /// Parses the script; says what is wrong with it, each with its place and a caret.
    pub(crate) fn parse(&self, lang: Lang) -> Option<Script> {
        match mm::script::parse(&self.text) {
            Ok(script) => Some(script),
            Err(rejected) => {
                if let Some(what) = words::pasted(&self.text, &rejected, lang) {
                    complain(&format!("{}: {what}", self.name));
                    return None;
                }
                for error in &rejected.errors {
                    complain(&self.show(error, lang));
                }
                None
            }
        }
    }

    fn show(&self, error: &ParseError, lang: Lang) -> String {
        let ParseError { line, column, .. } = *error;
        let head = format!("{}:{line}:{column}: {}", self.name, words::parse_error(error, lang));
        let index = mm::units::index(line.saturating_sub(1));
        let Some(text) = self.text.lines().nth(index) else { return head };
        let shown: String = text.replace('\t', " ");
        let before = shown.chars().take(mm::units::index(column.saturating_sub(1)));
        let marked = shown.chars().skip(mm::units::index(column.saturating_sub(1)));
        let marked = marked.take(mm::units::index(error.len.max(1)));
        let (pad, carets) = (width(before), width(marked).max(1));
        format!("{head}\n  {shown}\n  {:pad$}{}", "", "^".repeat(carets))
    }
}

/// Reads at most a byte more than a script may have, so that endless input ends.
fn read_bytes(name: &str) -> io::Result<Vec<u8>> {
    let limit = u64::from(mm::units::count(SCRIPT_BYTES_MAX)) + 1;
    let mut bytes = Vec::new();
    if name == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else {
        File::open(name)?.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Returns the columns that a terminal gives to these characters: two to each of East Asia's.
fn width(text: impl Iterator<Item = char>) -> usize {
    const WIDE: [core::ops::RangeInclusive<char>; 5] = [
        '\u{1100}'..='\u{115f}',
        '\u{2e80}'..='\u{a4cf}',
        '\u{ac00}'..='\u{d7a3}',
        '\u{f900}'..='\u{faff}',
        '\u{fe30}'..='\u{ff60}',
    ];
    text.map(|c| if WIDE.iter().any(|range| range.contains(&c)) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_what_is_wrong() {
        let source = Source { name: "a.mm".into(), text: "spawn web\nweb: mmap 16X\n".into() };
        let rejected = mm::script::parse(&source.text).expect_err("a bad size");
        let shown = source.show(&rejected.errors[0], Lang::En);
        assert_eq!(
            shown,
            "a.mm:2:11: `16X`: expected a size such as 16M or 4096\n  web: mmap 16X\n            ^^^"
        );
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(width("页a".chars()), 3);
    }
}
