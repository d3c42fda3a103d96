//! A run as text: what the terminal prints and the golden traces keep.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use mm::session::Record;
use mm::trace::Trace;
use mm::units::index;
use mm::world::World;

use super::{Line, Operand, Tone, event_name, outcome, plain, step};
use crate::Lang;

/// How steps are laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// For a terminal: operands on a line of their own.
    Terminal,
    /// For files that are compared: a step a line.
    Golden,
}

/// Writes the steps of a command: number, simulated time, function by depth, event, sentence,
/// operands. A terminal gets the whole spot of each event, to go to.
pub fn trace(trace: &Trace, world: &World, lang: Lang, layout: Layout) -> String {
    let mut out = String::new();
    let mut seen = BTreeMap::new();
    for (at, one) in trace.steps().iter().enumerate() {
        let words = step(one, trace, world, lang);
        let depth = index(one.span.map_or(0, |span| trace.spans()[index(span)].depth + 1));
        let (number, nanos, indent) = (at + 1, one.at.0, "");
        let (function, name, what) = (words.function, event_name(&one.event), plain(&words.what));
        let nth = seen.entry(name).and_modify(|nth| *nth += 1).or_insert(1u32);
        let event = match layout {
            Layout::Terminal => format!("{name}#{nth}"),
            Layout::Golden => name.to_owned(),
        };
        let _ = write!(out, "{number:>5} {nanos:>6}ns {indent:depth$}{function} [{event}] {what}");
        let operands = operands(&words.operands);
        let _ = match layout {
            Layout::Terminal | Layout::Golden if operands.is_empty() => writeln!(out),
            Layout::Terminal => writeln!(out, "\n{indent:15}{indent:depth$}{operands}"),
            Layout::Golden => writeln!(out, " | {operands}"),
        };
    }
    out
}

/// Writes operands on one line: `pte[369]: 0 -> 0x8000000004203867, table: 28398`.
pub fn operands(operands: &[Operand]) -> String {
    let one = |operand: &Operand| match &operand.old {
        Some(old) => format!("{}: {old} -> {}", operand.name, operand.new),
        None => format!("{}: {}", operand.name, operand.new),
    };
    operands.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Writes what a command answered, indented; text of files stands as it is.
pub fn answer(record: &Record, world: &World, lang: Lang) -> String {
    let mut out = String::new();
    for line in outcome(record, world, lang) {
        let _ = writeln!(out, "{}", answer_line(&line));
    }
    out
}

/// Writes one line of an answer.
pub fn answer_line(line: &Line) -> String {
    let text = plain(&line.pieces);
    match line.tone {
        Tone::Verbatim => text,
        Tone::Plain | Tone::Expected => format!("  {text}"),
        Tone::Failure => format!("  ! {text}"),
    }
}
