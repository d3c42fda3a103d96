//! A run as text: what the terminal prints and the golden traces keep.

use core::fmt::Write as _;

use mm::session::Record;
use mm::units::index;
use mm::world::World;

use super::{Line, Operand, Tone, event_name, outcome, plain, step};
use crate::Lang;

/// Writes the steps of a command, one a line: number, simulated time, depth, event, sentence, operands.
pub fn trace(record: &Record, world: &World, lang: Lang) -> String {
    let mut out = String::new();
    for (at, one) in record.trace.steps().iter().enumerate() {
        let words = step(one, &record.trace, world, lang);
        let depth = one.span.map_or(0, |span| record.trace.spans()[index(span)].depth + 1);
        let _ = writeln!(
            out,
            "{:>5} {:>6}ns {:indent$}{} [{}] {}",
            at + 1,
            one.at.0,
            "",
            words.function,
            event_name(&one.event),
            plain(&words.what),
            indent = index(depth),
        );
        let operands = operands(&words.operands);
        if !operands.is_empty() {
            let _ = writeln!(out, "{:>15}{:indent$}{operands}", "", "", indent = index(depth));
        }
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
