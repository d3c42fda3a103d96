//! Answers that the page has in other shapes: results of commands, steps in words.

use mm::script::ParseError;
use mm::session::{Passage, Record};
use mm::trace::{Step, Trace};
use mm::world::World;
use mm_view::Lang;
use mm_view::panels::fallback::Fallback;
use mm_view::words::{self, Line, Piece, StepWords};
use serde::Serialize;

/// What came of a script.
#[derive(Serialize)]
pub(crate) struct RunResult {
    /// What is wrong with the text; when there is anything, nothing was run.
    pub(crate) errors: Vec<ScriptError>,
    /// Every command of the script, in order.
    pub(crate) commands: Vec<CommandResult>,
}

/// What is wrong with a text.
#[derive(Serialize)]
pub(crate) struct ScriptError {
    /// Line, from 1.
    line: u32,
    /// Column in characters, from 1.
    column: u32,
    /// Offending characters; 0 when something is missing there.
    length: u32,
    /// The offending text.
    found: String,
    /// What was expected, in the machine's language.
    message: String,
    /// A word that may have been meant.
    nearest: Option<String>,
}

impl ScriptError {
    pub(crate) fn new(error: &ParseError, lang: Lang) -> ScriptError {
        ScriptError {
            line: error.line,
            column: error.column,
            length: error.len,
            found: error.found.clone(),
            message: words::parse_error(error, lang),
            nearest: error.nearest.clone(),
        }
    }

    /// A text that is no script at all.
    pub(crate) fn of_text(message: String) -> ScriptError {
        ScriptError { line: 1, column: 1, length: 0, found: String::new(), message, nearest: None }
    }
}

/// What a command answered.
#[derive(Serialize)]
pub(crate) struct CommandResult {
    /// Number of the command, from 1: the C of a position "C.S".
    command: u32,
    /// Line of the script, from 1.
    line: u32,
    /// The command as it reads back.
    text: String,
    /// Whether it ended as its line expects.
    expected: bool,
    /// The answer, line by line.
    answer: Vec<Line>,
    /// Steps that can be visited.
    steps: u32,
    /// Whether detail was given up: then there is one step for all of them.
    coarse: bool,
    /// Simulated nanoseconds.
    nanos: u64,
}

impl CommandResult {
    pub(crate) fn new(command: u32, record: &Record, world: &World, lang: Lang) -> CommandResult {
        CommandResult {
            command,
            line: record.command.at.line,
            text: record.command.to_string(),
            expected: record.outcome.unexpected.is_none(),
            answer: words::outcome(record, world, lang),
            steps: record.trace.len(),
            coarse: record.passage == Passage::Coarse,
            nanos: record.trace.now().0,
        }
    }
}

/// A step in words, with the name of its event.
#[derive(Serialize)]
pub(crate) struct StepResult {
    /// Name of its event, for `explain`: "buddy.split".
    event: &'static str,
    /// Simulated nanoseconds from the start of the command to the end of the step.
    nanos: u64,
    /// What happened, without links.
    text: String,
    /// The kernel function, or the CPU's work.
    function: String,
    /// The functions it was called from, outermost first.
    stack: Vec<&'static str>,
    /// What happened, one sentence.
    what: Vec<Piece>,
    /// Why, one line; may be empty.
    why: Vec<Piece>,
    /// The operands.
    operands: Vec<words::Operand>,
}

impl StepResult {
    pub(crate) fn new(step: &Step, trace: &Trace, world: &World, lang: Lang) -> StepResult {
        let StepWords { function, stack, what, why, operands } = words::step(step, trace, world, lang);
        StepResult {
            event: words::event_name(&step.event),
            nanos: step.at.0,
            text: words::plain(&what),
            function,
            stack,
            what,
            why,
            operands,
        }
    }
}

/// A fallback with what it says about itself.
#[derive(Serialize)]
pub(crate) struct FallbackResult {
    /// The decision.
    decision: Fallback,
    /// Why more than the block, or no more, may be taken.
    reach: String,
    /// What the pageblock holds and what follows; `null` before it was weighed.
    verdict: Option<String>,
}

impl FallbackResult {
    pub(crate) fn new(decision: Fallback, lang: Lang) -> FallbackResult {
        FallbackResult { reach: decision.reach(lang), verdict: decision.verdict(lang), decision }
    }
}
