//! Reading a script: every line, all errors, in one pass from left to right.

use super::args::Args;
use super::cursor::{Cursor, Span};
use super::error::{ParseError, Wanted, Wrong};
use super::limits::{COMMANDS_MAX, ERRORS_MAX, FOUND_CHARS_MAX, LINE_BYTES_MAX, Limit, SCRIPT_BYTES_MAX};
use super::name::Name;
use super::nearest::nearest;
use super::registry::{self, Fails, Gives, Takes, VerbSpec};
use super::shape::Shape;
use super::split::{self, Parts};
use super::{Command, Expected, KERNEL, Line, Mark, Place, Script, Spot, Verb, Who};
use crate::units::{count, low8};
use crate::unmodelled;

/// A text that is not a script as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rejected {
    /// The commands that could be read.
    pub script: Script,
    /// What is wrong with the others, in the order of the text; at least one.
    pub errors: Vec<ParseError>,
}

/// Reads a script, or a single line of a console.
///
/// # Errors
/// One for each command that could not be read, the first [`ERRORS_MAX`] of them.
pub fn parse(text: &str) -> Result<Script, Rejected> {
    let mut reading = Reading::default();
    while !reading.go_on(text, u32::MAX) {}
    reading.finish()
}

/// A script that is being read some lines at a time: to read the longest takes a tenth of a second.
#[derive(Default)]
pub struct Reading {
    script: Script,
    errors: Vec<ParseError>,
    /// First byte that was not read yet.
    next: usize,
    is_over: bool,
}

impl Reading {
    /// Reads `lines` more lines of `text`, which is the same at each call; returns whether all of it
    /// was read, as far as the limits let it.
    pub fn go_on(&mut self, text: &str, lines: u32) -> bool {
        if self.next == 0 && !self.is_over {
            self.begin(text);
        }
        for _ in 0..lines {
            self.is_over |= self.next >= text.len() || self.full();
            if self.is_over {
                break;
            }
            self.next_line(text);
        }
        self.is_over
    }

    /// Returns how many lines were read.
    pub fn lines(&self) -> u32 {
        count(self.script.lines.len())
    }

    /// Returns what was read.
    ///
    /// # Errors
    /// One for each command that could not be read, the first [`ERRORS_MAX`] of them.
    pub fn finish(self) -> Result<Script, Rejected> {
        let Reading { mut script, errors, .. } = self;
        number_blocks(&mut script.commands);
        if errors.is_empty() { Ok(script) } else { Err(Rejected { script, errors }) }
    }

    fn begin(&mut self, text: &str) {
        // Some editors begin a file with a byte-order mark.
        let mark = '\u{feff}';
        self.next = if text.starts_with(mark) { mark.len_utf8() } else { 0 };
        if text.len() - self.next > SCRIPT_BYTES_MAX {
            let all = Wrong { at: 0, len: 0, wanted: Wanted::AtMost(Limit::ScriptBytes), nearest: None };
            self.reject(1, 1, "", all);
            self.is_over = true;
        }
    }

    /// Reads one line, which ends as those of [`str::lines`] do.
    fn next_line(&mut self, text: &str) {
        let Some(whole) = text[self.next..].split_inclusive('\n').next() else { return };
        self.next += whole.len();
        let line = whole.strip_suffix('\n').map_or(whole, |line| line.strip_suffix('\r').unwrap_or(line));
        self.line(line, self.lines() + 1);
    }

    /// Tests whether a limit forbids reading on; the last error tells so.
    fn full(&self) -> bool {
        self.errors
            .last()
            .is_some_and(|error| [Limit::Commands, Limit::Errors].map(Wanted::AtMost).contains(&error.wanted))
    }

    fn line(&mut self, line: &str, number: u32) {
        let first = self.script.commands.len();
        let mut mark = None;
        if line.len() > LINE_BYTES_MAX {
            let wanted = Wanted::AtMost(Limit::LineBytes);
            self.reject(number, 1, line, Wrong { at: 0, len: line.len(), wanted, nearest: None });
        } else {
            let mut parts = Parts::of(line);
            self.parts(&mut parts, line, number);
            mark = parts.comment().and_then(mark_of);
        }
        self.script.lines.push(Line { commands: first..self.script.commands.len(), mark });
    }

    fn parts(&mut self, parts: &mut Parts<'_>, line: &str, number: u32) {
        let mut who = Who::Shell;
        let (mut column, mut counted_to) = (1, 0);
        for (part, index) in parts.zip(1..) {
            column += chars(&line[counted_to..part.at]);
            counted_to = part.at;
            let at = Place { line: number, part: index, column, len: chars(part.text) };
            let part = Span { text: part.text, at: 0 };
            let read = command(part, &mut who, at);
            match read {
                Ok(_) if self.script.commands.len() == COMMANDS_MAX => {
                    self.reject(number, column, part.text, part.wrong(Wanted::AtMost(Limit::Commands)));
                }
                Ok(command) => self.script.commands.push(command),
                Err(wrong) => self.reject(number, column, part.text, wrong),
            }
            if self.full() {
                return;
            }
        }
    }

    /// Records an error of a command that starts at `column` and reads `text`.
    fn reject(&mut self, line: u32, column: u32, text: &str, wrong: Wrong) {
        let Wrong { at, len, wanted, nearest } = wrong;
        let (before, offending) = (&text[..at], &text[at..at + len]);
        let last = self.errors.len() + 1 == ERRORS_MAX;
        self.errors.push(ParseError {
            line,
            column: column + chars(before),
            len: chars(offending),
            found: offending.chars().take(FOUND_CHARS_MAX).collect(),
            wanted: if last { Wanted::AtMost(Limit::Errors) } else { wanted },
            nearest: nearest.filter(|_| !last),
        });
    }
}

/// Numbers the blocks of `expect`: those that follow each other share one.
pub(super) fn number_blocks(commands: &mut [Command]) {
    let mut block = 0;
    let mut inside = false;
    for command in commands {
        if let Verb::Expect(expectation) = &mut command.verb {
            expectation.block = block;
            inside = true;
        } else if inside {
            block += 1;
            inside = false;
        }
    }
}

/// Counts characters. The limit on a script's bytes keeps the count in 32 bits.
fn chars(text: &str) -> u32 {
    count(text.chars().count())
}

/// Reads a mark from a comment that starts with `@3`, `@3:fault.raised#1` or
/// `@fault.raised#1..end`; any other comment is for people alone.
fn mark_of(comment: &str) -> Option<Mark> {
    let word =
        comment.strip_prefix('@')?.split(char::is_whitespace).next().filter(|word| !word.is_empty())?;
    let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let lesson = if digits == 0 { None } else { Some(word[..digits].parse().ok()?) };
    let range = match (&word[digits..], lesson) {
        ("", _) => None,
        (spots, None) => Some(range_of(spots)?),
        (rest, Some(_)) => Some(range_of(rest.strip_prefix(':')?)?),
    };
    Some(Mark { lesson, range })
}

/// Reads `fault.raised#1..end`; one spot is a range of its own.
fn range_of(text: &str) -> Option<(Spot, Spot)> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    Some((from.parse().ok()?, to.parse().ok()?))
}

/// Reads one command. `who` is who spoke last on this line, and is kept for the next one.
fn command(part: Span<'_>, who: &mut Who, at: Place) -> Result<Command, Wrong> {
    let (part, failure) = split::failure(part);
    let mut cursor = part.cursor();
    if let Some(speaker) = speaker(&mut cursor)? {
        *who = speaker;
    }
    let label = label(&mut cursor);
    let word = cursor.word();
    let spec = registry::find(word.text).ok_or_else(|| unknown_verb(word))?;
    let who = said_by(spec, who, word)?;
    if let Some((_, span)) = label
        && spec.gives == Gives::Nothing
    {
        return Err(span.wrong(Wanted::NoLabel));
    }
    let mut args = Args::new(spec, cursor);
    let verb = (spec.parse)(&mut args)?;
    args.finish()?;
    let expected = failure.map(|name| expected(spec.fails, name)).transpose()?;
    Ok(Command { who, label: label.map(|(name, _)| name), verb, expected, at })
}

/// Reads `web:`, `p@1:` or `kernel:`, if that comes next.
pub(super) fn speaker(cursor: &mut Cursor<'_>) -> Result<Option<Who>, Wrong> {
    let mut ahead = cursor.clone();
    let Some(name) = ahead.name() else {
        return Ok(None);
    };
    let mut cpu = None;
    if ahead.eat("@") {
        cpu = Some(low8(ahead.number_up_to(Limit::Cpu, Shape::Cpu)?));
    }
    if !ahead.eat(":") {
        return Ok(None);
    }
    ahead.skip_blanks();
    *cursor = ahead;
    let is_kernel = name.as_str() == KERNEL;
    Ok(Some(if is_kernel { Who::Kernel { cpu } } else { Who::Process { name, cpu } }))
}

/// Reads `buf =`, if that comes next.
pub(super) fn label<'a>(cursor: &mut Cursor<'a>) -> Option<(Name, Span<'a>)> {
    let mut ahead = cursor.clone();
    let span = ahead.clone().run();
    let name = ahead.name()?;
    ahead.skip_blanks();
    if !ahead.eat("=") || ahead.peek() == Some(b'=') {
        return None;
    }
    ahead.skip_blanks();
    *cursor = ahead;
    Some((name, span))
}

fn unknown_verb(word: Span<'_>) -> Wrong {
    // A similar word means something else: `malloc` is no `kmalloc`.
    if let Some(origin) = unmodelled::verb_origin(word.text) {
        return word.wrong(Wanted::NotModelled(origin));
    }
    let meant = nearest(word.text, registry::verbs().map(|spec| spec.name));
    Wrong { nearest: meant.map(str::to_string), ..word.wrong(Wanted::Verb) }
}

fn said_by(spec: &VerbSpec, who: &Who, verb: Span<'_>) -> Result<Who, Wrong> {
    match (spec.takes, who) {
        (Takes::Nobody, _) => Ok(Who::Shell),
        (Takes::Anyone, who)
        | (Takes::Process, who @ Who::Process { .. })
        | (Takes::Kernel, who @ Who::Kernel { .. }) => Ok(who.clone()),
        (Takes::Process | Takes::Kernel, _) => Err(verb.wrong(Wanted::Who(spec.takes))),
    }
}

fn expected(fails: Fails, name: Span<'_>) -> Result<Expected, Wrong> {
    let all = fails.all();
    let found = all.iter().find(|expected| expected.name() == name.text);
    found.copied().ok_or_else(|| {
        let meant = nearest(name.text, all.iter().map(|expected| expected.name()));
        Wrong { nearest: meant.map(str::to_string), ..name.wrong(Wanted::Failure(fails)) }
    })
}
