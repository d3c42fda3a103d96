//! What the shell asks of the model: commands, records, words, as small plain structs.
//!
//! The one file of the shell that knows how `mm` and `mm-view` are called (the panels have
//! theirs). No rule of memory management stands here, only questions.

pub(crate) use mm::anchor::{Anchor, Spot, Typed};
pub(crate) use mm::session::{Cancelled, Position, Progress, Session, Work};
pub(crate) use mm_view::anchor::{MODEL, Missing, anchor, resolve};
pub(crate) use mm_view::panels::moment::standing;
pub(crate) use mm_view::words::{Line, Operand, Piece, Tone};

use mm::script::{self, Command, VerbSpec, registry};
use mm::session::Passage;
use mm::units::{count, index};
use mm_view::{Lang, words};

/// A command of the script, run or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Item {
    /// Its text, without the comment.
    pub text: String,
    /// The word that says what it does.
    pub verb: &'static str,
    /// The failure that its line expects.
    pub expects: Option<&'static str>,
}

/// How a command that was run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// As its line expects.
    Expected,
    /// Otherwise.
    Unexpected,
}

/// A call of a kernel function, for the timeline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Call {
    /// The function's name, or the CPU's work.
    pub name: &'static str,
    /// Nesting depth, 0 for the outermost.
    pub depth: u32,
    /// First step within, counted from 0.
    pub first: u32,
    /// The step after the last.
    pub end: u32,
}

/// The step at the position, in words.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Caption {
    /// The kernel function, with parentheses, or the CPU's work; empty before the first step.
    pub function: String,
    /// The functions around it, outermost first.
    pub stack: Vec<&'static str>,
    /// What happened, one sentence.
    pub what: Vec<Piece>,
    /// Why, one line.
    pub why: Vec<Piece>,
    /// Operands, old and new.
    pub operands: Vec<Operand>,
}

/// What is wrong with a script, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ScriptError {
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1 in characters.
    pub column: u32,
    /// Offending characters; zero when something is missing.
    pub len: u32,
    /// What was expected, and the nearest word.
    pub text: String,
}

/// Steps and time of a command that was run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Steps {
    /// Simulated nanoseconds from the command's start to the end of each step.
    pub ends_ns: Vec<u64>,
    /// Whether detail was given up: one hatched span instead of steps.
    pub is_coarse: bool,
    /// Events there were, kept or not.
    pub events: u64,
}

impl Steps {
    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        count(self.ends_ns.len())
    }

    /// Returns the simulated time after `step` steps.
    pub(crate) fn time_at(&self, step: u32) -> u64 {
        step.checked_sub(1).and_then(|step| self.ends_ns.get(index(step))).copied().unwrap_or(0)
    }
}

/// A machine in a few words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Machine {
    /// `512 MiB`.
    pub ram: String,
    /// `x86-64`.
    pub arch: &'static str,
}

/// Makes a session with an empty script.
pub(crate) fn new_session() -> Session {
    Session::new(mm_view::HOST)
}

/// A script that is being read, and then what came of it.
#[derive(Default)]
pub(crate) struct Reader {
    reading: script::Reading,
    read: Option<Result<script::Script, script::Rejected>>,
}

impl Reader {
    /// Reads on for some lines of `text`, the same at each call; returns whether all is read.
    pub(crate) fn go_on(&mut self, text: &str, lines: u32) -> bool {
        if self.read.is_none() && self.reading.go_on(text, lines) {
            self.read = Some(std::mem::take(&mut self.reading).finish());
        }
        self.read.is_some()
    }

    /// Returns how many lines are read of a script of which some are not.
    pub(crate) fn lines(&self) -> u32 {
        self.reading.lines()
    }

    /// Starts to take the machine back to the end of what the script has in common with its own.
    pub(crate) fn start_back(&self, session: &mut Session) -> Progress {
        let Some(Ok(script)) = &self.read else { return Progress::Idle };
        let shared = session.shared_with(script);
        if session.position().command <= shared {
            return Progress::Idle;
        }
        set_out(session, session.end_of(shared))
    }

    /// Gives the session the script that was read; on errors it keeps the one it has.
    ///
    /// # Errors
    /// What is wrong with the text, in words.
    pub(crate) fn load(self, session: &mut Session, text: &str, lang: Lang) -> Result<(), Vec<ScriptError>> {
        match self.read {
            Some(Ok(script)) => session.load(script),
            None => {}
            Some(Err(rejected)) if let Some(text) = words::pasted(text, &rejected, lang) => {
                return Err(vec![ScriptError { line: 1, column: 1, len: 0, text }]);
            }
            Some(Err(rejected)) => {
                return Err(rejected.errors.iter().map(|error| error_words(error, lang)).collect());
            }
        }
        Ok(())
    }
}

/// Units of work of a way that is gone on the spot.
const ON_THE_SPOT: u32 = 1000;

/// Sets out for a position; a short way is gone at once.
pub(crate) fn set_out(session: &mut Session, to: Position) -> Progress {
    match session.start_seek(to) {
        Progress::Running(_) => session.advance(ON_THE_SPOT),
        there @ (Progress::Idle | Progress::Finished | Progress::Unexpected) => there,
    }
}

fn error_words(error: &script::ParseError, lang: Lang) -> ScriptError {
    let text = words::parse_error(error, lang);
    ScriptError { line: error.line, column: error.column, len: error.len, text }
}

// ---- commands

/// Returns how many commands were run.
pub(crate) fn done(session: &Session) -> u32 {
    count(session.records().len())
}

/// Returns how many commands the script has.
pub(crate) fn total(session: &Session) -> u32 {
    count(session.script().commands.len())
}

/// Returns the line of each command, in order.
pub(crate) fn lines(session: &Session) -> impl Iterator<Item = u32> + '_ {
    session.script().commands.iter().map(|command| command.at.line)
}

/// Returns command `command`, counted from 1.
pub(crate) fn item(session: &Session, command: u32) -> Option<Item> {
    let command: &Command = session.script().commands.get(index(command.checked_sub(1)?))?;
    Some(Item {
        text: command.to_string(),
        verb: command.verb.kind().spec().name,
        expects: command.expected.map(script::Expected::name),
    })
}

/// Returns how a command that was run ended.
pub(crate) fn verdict(session: &Session, command: u32) -> Verdict {
    let is_unexpected = session.record(command).is_some_and(|record| record.outcome.unexpected.is_some());
    if is_unexpected { Verdict::Unexpected } else { Verdict::Expected }
}

/// Returns what a command that was run answered, with at most `most` lines of a file or a list, and
/// how many lines that leaves out.
pub(crate) fn answer(session: &Session, command: u32, lang: Lang, most: usize) -> (Vec<Line>, usize) {
    let Some(record) = session.record(command) else { return (Vec::new(), 0) };
    (words::outcome_to(record, session.world(), lang, most), words::left_out(record, most))
}

/// Returns how many events a command had, kept or not.
pub(crate) fn events(session: &Session, command: u32) -> u64 {
    session.record(command).map_or(0, |record| record.trace.events())
}

// ---- steps

/// Returns the steps of a command.
pub(crate) fn steps(session: &Session, command: u32) -> Steps {
    let Some(record) = session.record(command) else { return Steps::default() };
    Steps {
        ends_ns: record.trace.steps().iter().map(|step| step.at.0).collect(),
        is_coarse: record.passage == Passage::Coarse,
        events: record.trace.events(),
    }
}

/// Returns the calls of a command, callers before callees; those without a step are left out.
pub(crate) fn calls(session: &Session, command: u32) -> Vec<Call> {
    let Some(record) = session.record(command) else { return Vec::new() };
    let last = record.trace.len();
    let call = |span: &mm::trace::Span| Call {
        name: span.func.name(),
        depth: span.depth,
        first: span.first_step.min(last),
        end: span.end_step.min(last),
    };
    record.trace.spans().iter().map(call).filter(|call| call.first < call.end).collect()
}

/// Returns the words of the step at the position.
pub(crate) fn caption(session: &Session, lang: Lang) -> Caption {
    let at = standing(session);
    let record = session.record(at.command);
    let step = record
        .zip(at.step.checked_sub(1))
        .and_then(|(record, step)| Some((record, record.trace.steps().get(index(step))?)));
    let Some((record, step)) = step else { return Caption::default() };
    let said = words::step(step, &record.trace, session.world(), lang);
    Caption {
        function: said.function,
        stack: said.stack,
        what: said.what,
        why: said.why,
        operands: said.operands,
    }
}

/// Returns a word or two for each step of a command, for the dots of an embedded figure.
pub(crate) fn short_names(session: &Session, command: u32, lang: Lang) -> Vec<String> {
    let Some(record) = session.record(command) else { return Vec::new() };
    let name = |step| short_name(&words::step(step, &record.trace, session.world(), lang));
    record.trace.steps().iter().map(name).collect()
}

/// The table whose entry is read, as `PGD`; else the function.
fn short_name(said: &words::StepWords) -> String {
    let table = said.operands.first().and_then(|operand| operand.name.split_once('['));
    match table {
        Some((table, _)) => table.to_ascii_uppercase(),
        None => said.function.trim_start_matches("CPU: ").trim_end_matches("()").to_owned(),
    }
}

// ---- the machine

/// Returns what the machine is.
pub(crate) fn machine(session: &Session) -> Machine {
    let config = &session.world().config;
    let bytes = config.ram.0;
    let (unit, shift) = if bytes.trailing_zeros() >= 30 { ("GiB", 30) } else { ("MiB", 20) };
    let arch = match config.arch {
        mm::config::Arch::X86_64 => "x86-64",
        mm::config::Arch::I386 => "i386",
    };
    Machine { ram: format!("{} {unit}", bytes >> shift), arch }
}

// ---- the language

/// Returns the first verb that starts so, and how it is written.
pub(crate) fn verb_starting(start: &str) -> Option<(&'static str, &'static str)> {
    registry::verbs().find(|spec| spec.name.starts_with(start)).map(|spec| (spec.name, arguments(spec)))
}

/// Returns how the arguments of a verb are written.
pub(crate) fn usage(verb: &str) -> Option<&'static str> {
    registry::verbs().find(|spec| spec.name == verb).map(arguments)
}

/// The usage without the verb itself; of alternatives the first.
fn arguments(spec: &'static VerbSpec) -> &'static str {
    let usage = spec.usage.strip_prefix(spec.name).unwrap_or(spec.usage);
    usage.split(" | ").next().unwrap_or(usage).trim()
}

#[cfg(test)]
mod tests;
