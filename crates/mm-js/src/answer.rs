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
    pub(crate) errors: Vec<ScriptError>,
    pub(crate) commands: Vec<CommandResult>,
}

/// What is wrong with a text.
#[derive(Serialize)]
pub(crate) struct ScriptError {
    line: u32,
    column: u32,
    length: u32,
    found: String,
    message: String,
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
    command: u32,
    line: u32,
    text: String,
    expected: bool,
    answer: Vec<Line>,
    steps: u32,
    coarse: bool,
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
    event: &'static str,
    nanos: u64,
    text: String,
    function: String,
    stack: Vec<&'static str>,
    what: Vec<Piece>,
    why: Vec<Piece>,
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
    decision: Fallback,
    reach: String,
    verdict: Option<String>,
}

impl FallbackResult {
    pub(crate) fn new(decision: Fallback, lang: Lang) -> FallbackResult {
        FallbackResult { reach: decision.reach(lang), verdict: decision.verdict(lang), decision }
    }
}
