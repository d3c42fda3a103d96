//! Names of places in a script that outlive a change of the model: `5:fault.raised#1` is behind the
//! first event of this name in command 5.
//!
//! A number of a step says less each time an algorithm gets an event more; a name keeps its
//! meaning, or is missed and told so. Here are the names and how they are written, in links, marks
//! and by hand; where an event of a name is in a session is asked of `mm-view`, which knows
//! the names of events.

use core::fmt;
use core::str::FromStr;

use crate::session::Position;

/// A place in a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// Command, counted from 1; 0 before the first.
    pub command: u32,
    /// Where in it.
    pub spot: Spot,
}

/// A place in a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Spot {
    /// Before its first step: `start`.
    Start,
    /// Behind an event: `fault.raised#1`.
    Event {
        /// Name of the event, an area and what happened.
        name: Box<str>,
        /// Which of them, counted from 1.
        nth: u32,
    },
    /// Behind its last step: `end`.
    End,
}

/// A place as people write it: by name, or by the number of a step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Typed {
    /// `5:fault.raised#1`; `5` is the end of command 5.
    Anchor(Anchor),
    /// `5.71`.
    Step(Position),
}

/// The part of a place that cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Malformed {
    /// The number of the command.
    Command,
    /// The number of the step, behind a dot.
    Step,
    /// The event: neither `start`, `end` nor a name such as `fault.raised`.
    Event,
    /// The number behind `#`, from 1.
    Nth,
}

impl Anchor {
    /// Returns the place before the first step of a command.
    pub const fn start(command: u32) -> Anchor {
        Anchor { command, spot: Spot::Start }
    }

    /// Returns the place behind the last step of a command.
    pub const fn end(command: u32) -> Anchor {
        Anchor { command, spot: Spot::End }
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.command, self.spot)
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spot::Start => f.write_str("start"),
            Spot::Event { name, nth } => write!(f, "{name}#{nth}"),
            Spot::End => f.write_str("end"),
        }
    }
}

impl FromStr for Anchor {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Anchor, Malformed> {
        let (command, spot) = text.split_once(':').ok_or(Malformed::Event)?;
        Ok(Anchor { command: number(command).ok_or(Malformed::Command)?, spot: spot.parse()? })
    }
}

impl FromStr for Spot {
    type Err = Malformed;

    /// Reads a spot; without `#` the first event of the name is meant.
    fn from_str(text: &str) -> Result<Spot, Malformed> {
        let (name, nth) = text.split_once('#').unwrap_or((text, "1"));
        match text {
            "start" => Ok(Spot::Start),
            "end" => Ok(Spot::End),
            _ if !is_name(name) => Err(Malformed::Event),
            _ => match number(nth) {
                Some(nth @ 1..) => Ok(Spot::Event { name: name.into(), nth }),
                Some(0) | None => Err(Malformed::Nth),
            },
        }
    }
}

impl FromStr for Typed {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Typed, Malformed> {
        if text.contains(':') {
            return text.parse().map(Typed::Anchor);
        }
        let (command, step) = text.split_once('.').unwrap_or((text, ""));
        let command = number(command).ok_or(Malformed::Command)?;
        match step {
            "" if text.ends_with('.') => Err(Malformed::Step),
            "" => Ok(Typed::Anchor(Anchor::end(command))),
            step => Ok(Typed::Step(Position { command, step: number(step).ok_or(Malformed::Step)? })),
        }
    }
}

/// Reads digits and nothing else.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Tests whether a text is written as names of events are: `area.what_happened`.
fn is_name(text: &str) -> bool {
    text.contains('.') && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for text in ["5:fault.raised#1", "0:start", "12:end", "3:compaction.isolate_migratepages#17"] {
            assert_eq!(text.parse::<Anchor>().map(|anchor| anchor.to_string()).as_deref(), Ok(text));
        }
        assert_eq!("5:fault.raised".parse::<Anchor>(), "5:fault.raised#1".parse());
    }

    #[test]
    fn numbers_are_read_where_people_type_them() {
        assert_eq!("5.71".parse(), Ok(Typed::Step(Position { command: 5, step: 71 })));
        assert_eq!("5".parse(), Ok(Typed::Anchor(Anchor::end(5))));
        assert_eq!("5:start".parse(), Ok(Typed::Anchor(Anchor::start(5))));
    }

    #[test]
    fn the_part_that_is_wrong_is_named() {
        for (text, wrong) in [
            ("", Malformed::Command),
            ("x", Malformed::Command),
            ("-1:start", Malformed::Command),
            ("+1.2", Malformed::Command),
            ("4294967296:start", Malformed::Command),
            (":end", Malformed::Command),
            ("5.", Malformed::Step),
            ("5.x", Malformed::Step),
            ("5:", Malformed::Event),
            ("5:end#1", Malformed::Event),
            ("5:fault", Malformed::Event),
            ("5:fault raised.x", Malformed::Event),
            ("5:fault.raised#", Malformed::Nth),
            ("5:fault.raised#0", Malformed::Nth),
            ("5:fault.raised#1#1", Malformed::Nth),
        ] {
            assert_eq!(text.parse::<Typed>(), Err(wrong), "{text}");
        }
    }
}
