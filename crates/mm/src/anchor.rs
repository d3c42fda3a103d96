//! Names of places in a script that outlive a change of the model: `5:fault.raised#1` is behind the
//! first event of this name in command 5.
//!
//! A number of a step says less each time an algorithm gets an event more; a name keeps its
//! meaning, or is missed and told so. Here are the names and how they are written, in links, marks
//! and by hand; where an event of a name is in a session is asked of `mm-view`, which knows
//! the names of events.

use core::fmt;
use core::str::FromStr;

pub use crate::script::spot::{Malformed, Spot};

use crate::script::spot::number;
use crate::session::Position;

/// A place in a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// Command, counted from 1; 0 before the first.
    pub command: u32,
    /// Where in it.
    pub spot: Spot,
}

/// A place as people write it: by name, or by the number of a step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Typed {
    /// `5:fault.raised#1`; `5` is the end of command 5.
    Anchor(Anchor),
    /// `5.71`.
    Step(Position),
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

impl Typed {
    /// Returns the command.
    pub fn command(&self) -> u32 {
        match self {
            Typed::Anchor(anchor) => anchor.command,
            Typed::Step(at) => at.command,
        }
    }
}

impl fmt::Display for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Typed::Anchor(anchor) => anchor.fmt(f),
            Typed::Step(Position { command, step }) => write!(f, "{command}.{step}"),
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
        assert_eq!("5.71".parse::<Typed>().map(|place| place.to_string()).as_deref(), Ok("5.71"));
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
