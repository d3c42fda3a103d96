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

#[cfg(test)]
use crate::script::arbitrary;

verbs! {
    /// What root's shell does.
    ShellCommand, ShellVerb in Shell;

    /// Prints a file of the kernel's.
    Cat(path: Path) = "cat PATH", Nobody, Nothing, Refused, &[Shape::Path], &[], &[],
        read |args| args::absolute_path(args.positional(Shape::Path)?),
        print |f| write!(f, " {path}"),
        random |rng| arbitrary::path(rng);
    /// Writes one.
    Echo(echo: Echo) = "echo VALUE > PATH", Nobody, Nothing, Refused, &[Shape::Text, Shape::Path], &[], &[],
        read |args| read_echo(args),
        print |f| echo.fmt(f),
        random |rng| Echo { text: arbitrary::text(rng), path: arbitrary::path(rng) };
    /// Prints the kernel's log.
    Dmesg = "dmesg", Nobody, Nothing, Never, &[], &[], &[];
    /// Lets time go by.
    Sleep(time: Nanos) = "sleep 100ms", Nobody, Nothing, Never, &[Shape::Duration], &[], &[],
        read |args| sleep(args),
        print |f| write!(f, " {}", number::Duration(*time)),
        random |rng| Nanos(arbitrary::word(rng) % (Limit::Sleep.bound() + 1));
}

/// A text being written to a file of the kernel's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Echo {
    /// The text, without the newline that `echo` adds.
    pub text: Text,
    /// The file.
    pub path: Path,
}

fn read_echo(args: &mut Args<'_>) -> Result<Echo, Wrong> {
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
            write!(f, " {text} > {}", self.path)
        } else {
            write!(f, " \"{text}\" > {}", self.path)
        }
    }
}

/// Tests whether a text needs no quotes to mean itself. `=` in front would make the verb a label.
fn reads_back_bare(text: &str) -> bool {
    let single_blanks =
        !text.contains(['\t', '\r']) && !text.contains("  ") && text == text.trim_matches(' ');
    !text.is_empty() && single_blanks && !text.contains(['>', ';', '#']) && !text.starts_with('=')
}
