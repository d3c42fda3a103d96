//! Where an anchor is in a session, and which anchor a position has.
//!
//! Each position has one: a step is an event, so it is the nth of its name in its command. Its
//! words are in `words/anchor.rs`.

use mm::anchor::{Anchor, Spot};
use mm::session::{Position, Session};
use mm::trace::{Step, Trace};
use mm::units::{count, index};

use crate::words::event_name;

/// Version of the model, for links: another one may have other events, so that an anchor names
/// another step or none. `cargo xtask golden` raises it when a script of which nothing changed
/// has other events than before, and a test asks for that.
pub const MODEL: &str = include_str!("model-version.txt").trim_ascii();

/// What of an anchor is not in a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// The command: it was not run, and only so many were.
    Command {
        /// Commands that were run.
        run: u32,
    },
    /// The event: the command has none of this name.
    Event,
    /// That many of the event.
    Nth {
        /// How many the command has.
        have: u32,
    },
}

/// Finds the position that an anchor names.
///
/// # Errors
/// The part of it that is missing.
pub fn resolve(session: &Session, anchor: &Anchor) -> Result<Position, Missing> {
    let command = anchor.command;
    if command == 0 && !matches!(anchor.spot, Spot::Event { .. }) {
        return Ok(Position::default());
    }
    let record = session.record(command).ok_or(Missing::Command { run: count(session.records().len()) })?;
    Ok(Position { command, step: step_of(&record.trace, &anchor.spot)? })
}

/// Finds how many steps of a command are done at a spot of it.
///
/// # Errors
/// The part of it that is missing.
pub fn step_of(trace: &Trace, spot: &Spot) -> Result<u32, Missing> {
    let (name, nth) = match spot {
        Spot::Start => return Ok(0),
        Spot::End => return Ok(trace.len()),
        Spot::Event { name, nth } => (&**name, *nth),
    };
    let mut have = 0;
    for (step, at) in trace.steps().iter().zip(1..) {
        have += u32::from(event_name(&step.event) == name);
        if have == nth {
            return Ok(at);
        }
    }
    Err(if have == 0 { Missing::Event } else { Missing::Nth { have } })
}

/// Returns the anchor of a position, at the command's end that end.
pub fn anchor(session: &Session, at: Position) -> Anchor {
    let spot = match session.record(at.command).map(|record| record.trace.steps()) {
        Some(steps) if index(at.step) >= steps.len() => Spot::End,
        Some(steps) if at.step > 0 => event_of(&steps[..index(at.step)]),
        None if at.step > 0 => Spot::End,
        Some(_) | None => Spot::Start,
    };
    Anchor { command: at.command, spot }
}

/// Names the last of some steps.
fn event_of(steps: &[Step]) -> Spot {
    let Some(last) = steps.last() else { return Spot::Start };
    let name = event_name(&last.event);
    let same = steps.iter().filter(|step| event_name(&step.event) == name);
    Spot::Event { name: name.into(), nth: count(same.count()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lang;
    use crate::tests::session;
    use crate::words::anchor::missing;

    const WRITE: &str = "boot ram=128M\nspawn web\nweb: buf = mmap 16K; write buf\n";

    #[test]
    fn every_position_has_an_anchor_that_leads_back() {
        let session = session(WRITE);
        for command in 0..=4 {
            for step in 0..=session.end_of(command).step {
                let at = Position { command, step };
                let anchor = anchor(&session, at);
                assert_eq!(resolve(&session, &anchor), Ok(at), "{anchor}");
                assert_eq!(anchor.to_string().parse(), Ok(anchor));
            }
        }
    }

    #[test]
    fn an_anchor_is_behind_its_event() {
        let session = session(WRITE);
        let anchor: Anchor = "4:fault.raised#1".parse().expect("an anchor");
        let at = resolve(&session, &anchor).expect("a page fault");
        let steps = session.record(4).expect("a command").trace.steps();
        assert_eq!(event_name(&steps[index(at.step) - 1].event), "fault.raised");
    }

    #[track_caller]
    fn check(text: &str, what: Missing, [en, zh]: [&str; 2]) {
        let (session, anchor) = (session(WRITE), text.parse().expect("an anchor"));
        assert_eq!(resolve(&session, &anchor), Err(what));
        assert_eq!(missing(&session, &anchor, what, Lang::En), en);
        assert_eq!(missing(&session, &anchor, what, Lang::Zh), zh);
    }

    #[test]
    fn what_is_missing_is_told() {
        check(
            "9:end",
            Missing::Command { run: 4 },
            [
                "`9:end`: command 9 was not run; the last one that was is 4",
                "`9:end`：第 9 条命令没有运行过；运行过的最后一条是第 4 条",
            ],
        );
        check(
            "4:fault.rised#1",
            Missing::Event,
            [
                "`4:fault.rised#1`: command 4 has no event `fault.rised`; did you mean `fault.raised`?",
                "`4:fault.rised#1`：第 4 条命令没有事件 `fault.rised`；是不是想写 `fault.raised`？",
            ],
        );
        check(
            "2:oom.killed#1",
            Missing::Event,
            [
                "`2:oom.killed#1`: command 2 has no event `oom.killed`",
                "`2:oom.killed#1`：第 2 条命令没有事件 `oom.killed`",
            ],
        );
        check(
            "4:fault.raised#7",
            Missing::Nth { have: 1 },
            [
                "`4:fault.raised#7`: command 4 has 1 of `fault.raised`",
                "`4:fault.raised#7`：第 4 条命令只有 1 个 `fault.raised`",
            ],
        );
    }
}
