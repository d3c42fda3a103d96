//! Where a key leads from a position: by steps, by commands, to the ends.

use mm::session::{Position, Session};
use mm::units::count;

/// Where to go, as the transport and the keys say it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Motion {
    /// Start of the command, then start of the script.
    First,
    /// One step back.
    Back,
    /// One step on; runs the next command when there is none.
    Forward,
    /// End of the command, then end of what was run.
    Last,
    /// End of the command before.
    CommandBack,
    /// End of the command after.
    CommandForward,
}

impl Motion {
    /// Every motion.
    pub const ALL: [Motion; 6] = [
        Motion::First,
        Motion::Back,
        Motion::Forward,
        Motion::Last,
        Motion::CommandBack,
        Motion::CommandForward,
    ];

    /// Returns its name in the package.
    pub const fn slug(self) -> &'static str {
        match self {
            Motion::First => "first",
            Motion::Back => "back",
            Motion::Forward => "forward",
            Motion::Last => "last",
            Motion::CommandBack => "command-back",
            Motion::CommandForward => "command-forward",
        }
    }
}

/// Where a motion leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Goal {
    /// To a position of what was run.
    At(Position),
    /// To one in the command after that, which has to be run first.
    Beyond(Position),
}

/// Returns where a motion leads from `at`.
pub fn motion(session: &Session, at: Position, motion: Motion) -> Goal {
    let done = count(session.records().len());
    let here = session.end_of(at.command);
    let before = session.end_of(at.command.saturating_sub(1));
    let start = Position { command: at.command, step: 0 };
    let next = at.command + 1;
    Goal::At(match motion {
        Motion::Forward => return ahead(session, at, 1),
        Motion::CommandForward if at >= here && at.command >= done => {
            return Goal::Beyond(Position { command: next, step: u32::MAX });
        }
        Motion::First if at.step > 0 => start,
        Motion::First => Position { command: done.min(1), step: 0 },
        Motion::Back if at.step > 1 => Position { step: at.step - 1, ..at },
        Motion::Back | Motion::CommandBack if at.command > 1 => before,
        Motion::Back | Motion::CommandBack => start,
        Motion::Last | Motion::CommandForward if at < here => here,
        Motion::Last => session.end(),
        Motion::CommandForward => session.end_of(next),
    })
}

/// Returns where so many steps lead: no further than the end of the command, from there to the
/// first step of the next.
pub fn ahead(session: &Session, at: Position, steps: u32) -> Goal {
    let last = session.end_of(at.command).step;
    let next = Position { command: at.command + 1, step: 1 };
    if at.step < last {
        Goal::At(Position { command: at.command, step: at.step.saturating_add(steps).min(last) })
    } else if at.command < count(session.records().len()) {
        Goal::At(next)
    } else {
        Goal::Beyond(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::session;

    fn at(command: u32, step: u32) -> Position {
        Position { command, step }
    }

    #[test]
    fn motions_lead_over_the_ends_of_commands() {
        let session = session("boot ram=128M\nspawn web\nweb: buf = mmap 64K\nweb: write buf\n");
        let (last, third) = (session.end(), session.end_of(3));
        assert!(last.command == 4 && last.step > 2 && third.step > 0);
        let go = |from, way| motion(&session, from, way);
        for (from, way, to) in [
            (at(4, 2), Motion::Back, at(4, 1)),
            (at(4, 1), Motion::Back, third),
            (at(4, 0), Motion::Back, third),
            (at(1, 0), Motion::Back, at(1, 0)),
            (at(4, 2), Motion::First, at(4, 0)),
            (at(4, 0), Motion::First, at(1, 0)),
            (at(4, 2), Motion::Last, last),
            (at(3, 0), Motion::Last, third),
            (third, Motion::Last, last),
            (third, Motion::Forward, at(4, 1)),
            (at(4, 0), Motion::Forward, at(4, 1)),
            (at(4, 2), Motion::CommandBack, third),
            (at(4, 2), Motion::CommandForward, last),
            (third, Motion::CommandForward, last),
        ] {
            assert_eq!(go(from, way), Goal::At(to), "{way:?} from {from:?}");
        }
        assert_eq!(go(last, Motion::Forward), Goal::Beyond(at(5, 1)));
        assert_eq!(go(last, Motion::CommandForward), Goal::Beyond(at(5, u32::MAX)));
        assert_eq!(ahead(&session, at(4, 1), u32::MAX), Goal::At(last), "never over the end at once");
    }
}
