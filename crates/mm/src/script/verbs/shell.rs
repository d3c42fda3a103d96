//! `cat`, `echo`, `dmesg`, `sleep`: root's shell, and time going by.

use core::fmt;

use crate::script::Verb;
use crate::script::args::{self, Args};
use crate::script::error::{Wanted, Wrong};
use crate::script::limits::Limit;
use crate::script::name::{Path, Text};
use crate::script::number;
use crate::script::registry::{Fails, Gives, Takes, VerbKind, VerbSpec};
use crate::script::shape::Shape;
use crate::units::Nanos;

pub(in crate::script) const VERBS: &[VerbSpec] = &[
    VerbSpec {
        kind: VerbKind::Cat,
        name: "cat",
        usage: "cat PATH",
        takes: Takes::Nobody,
        gives: Gives::Nothing,
        fails: Fails::Refused,
        args: &[Shape::Path],
        keys: &[],
        words: &[],
        parse: |args| args::absolute_path(args.positional(Shape::Path)?).map(Verb::Cat),
    },
    VerbSpec {
        kind: VerbKind::Echo,
        name: "echo",
        usage: "echo VALUE > PATH",
        takes: Takes::Nobody,
        gives: Gives::Nothing,
        fails: Fails::Refused,
        args: &[Shape::Text, Shape::Path],
        keys: &[],
        words: &[],
        parse: |args| echo(args).map(Verb::Echo),
    },
    VerbSpec {
        kind: VerbKind::Dmesg,
        name: "dmesg",
        usage: "dmesg",
        takes: Takes::Nobody,
        gives: Gives::Nothing,
        fails: Fails::Never,
        args: &[],
        keys: &[],
        words: &[],
        parse: |_| Ok(Verb::Dmesg),
    },
    VerbSpec {
        kind: VerbKind::Sleep,
        name: "sleep",
        usage: "sleep 100ms",
        takes: Takes::Nobody,
        gives: Gives::Nothing,
        fails: Fails::Never,
        args: &[Shape::Duration],
        keys: &[],
        words: &[],
        parse: |args| sleep(args).map(Verb::Sleep),
    },
];

/// A text being written to a file of the kernel's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Echo {
    /// The text, without the newline that `echo` adds.
    pub text: Text,
    /// The file.
    pub path: Path,
}

fn echo(args: &mut Args<'_>) -> Result<Echo, Wrong> {
    let text = echoed(args)?;
    let path = args::absolute_path(args.positional(Shape::Path)?)?;
    Ok(Echo { text, path })
}

/// Reads the text and passes over the `>`. Blanks between words become one, as in a shell;
/// quotes keep them.
fn echoed(args: &mut Args<'_>) -> Result<Text, Wrong> {
    let cursor = args.cursor();
    cursor.skip_blanks();
    let text = if cursor.peek() == Some(b'"') {
        let quoted = cursor.quoted()?;
        Text::new(quoted.text).ok_or_else(|| quoted.not(Shape::Text))
    } else {
        let said = cursor.take_while(|c| c != '>').trim();
        let words: Vec<&str> =
            said.text.split(crate::script::cursor::BLANKS).filter(|word| !word.is_empty()).collect();
        Text::new(&words.join(" ")).ok_or_else(|| said.not(Shape::Text))
    }?;
    cursor.skip_blanks();
    if cursor.eat(">") { Ok(text) } else { Err(cursor.wrong_here(Wanted::Argument(Shape::Path))) }
}

fn sleep(args: &mut Args<'_>) -> Result<Nanos, Wrong> {
    let word = args.positional(Shape::Duration)?;
    let time = number::duration(word.text).map_err(|bad| word.bad_number(bad, Shape::Duration))?;
    if time.0 > Limit::Sleep.bound() { Err(word.wrong(Wanted::AtMost(Limit::Sleep))) } else { Ok(time) }
}

impl fmt::Display for Echo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.as_str();
        if reads_back_bare(text) {
            write!(f, "echo {text} > {}", self.path)
        } else {
            write!(f, "echo \"{text}\" > {}", self.path)
        }
    }
}

/// Tests whether a text needs no quotes to mean itself. `=` in front would make the verb a label.
fn reads_back_bare(text: &str) -> bool {
    let single_blanks =
        !text.contains(['\t', '\r']) && !text.contains("  ") && text == text.trim_matches(' ');
    !text.is_empty() && single_blanks && !text.contains(['>', ';', '#']) && !text.starts_with('=')
}
