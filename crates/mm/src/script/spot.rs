//! Places in a command by the names of events, as marks of lines and anchors write them:
//! `fault.raised#1`, `start`, `end`.
//!
//! Which names there are is not known here: a spot that no command has is found out where it is
//! looked for.

use core::fmt;
use core::str::FromStr;

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

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spot::Start => f.write_str("start"),
            Spot::Event { name, nth } => write!(f, "{name}#{nth}"),
            Spot::End => f.write_str("end"),
        }
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

/// Reads digits and nothing else.
pub(crate) fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Tests whether a text is written as names of events are: `area.what_happened`.
fn is_name(text: &str) -> bool {
    text.contains('.') && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte))
}
