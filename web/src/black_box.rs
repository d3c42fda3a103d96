//! What is known of a break, and what the next visit makes of it. No browser in here.
//!
//! A break (a panic, memory that ran out, a tab that died) leaves a [`Note`]: which script, by
//! its digest, and where. Whoever opens that script again gets all before the bad command, or
//! nothing when that broke too, until the reader runs it and it passes. Where the model is at
//! each moment stands in [`PLACE`], which plain JavaScript reads when nothing else can be asked.

use crate::model::Position;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

/// Scripts that are remembered at once; the oldest is forgotten.
const NOTES_MAX: usize = 8;

/// Digest in two halves, command, step, whether a command is being run, whether this visit
/// began with a note. In this order: `index.html` reads it out of the module's memory.
pub(crate) static PLACE: [AtomicU32; 6] = [const { AtomicU32::new(0) }; 6];

const COMMAND: usize = 2;
const STEP: usize = 3;
const IS_RUNNING: usize = 4;
const IS_WARNED: usize = 5;

/// Where a script broke.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// While it was read, or again after a break: nothing of it is to be run.
    Anywhere,
    /// While this command ran, counted from 1.
    Running(u32),
    /// While this step was shown.
    Shown(Position),
}

/// What is known of a script that broke.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Note {
    /// Which script.
    pub digest: u64,
    /// Where.
    pub place: Place,
}

/// The notes of this device, the newest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Notes(Vec<Note>);

impl Notes {
    /// Reads what [`Notes`] or the page's start-up script wrote; what cannot be read is left out.
    pub(crate) fn parse(text: &str) -> Notes {
        Notes(text.split_whitespace().filter_map(Note::parse).take(NOTES_MAX).collect())
    }

    /// Returns the note of a script.
    pub(crate) fn of(&self, digest: u64) -> Option<Note> {
        self.0.iter().find(|note| note.digest == digest).copied()
    }

    /// Adds a note in the place of an older one.
    pub(crate) fn add(&mut self, note: Note) {
        self.forget(note.digest);
        self.0.insert(0, note);
        self.0.truncate(NOTES_MAX);
    }

    /// Forgets the note of a script.
    pub(crate) fn forget(&mut self, digest: u64) {
        self.0.retain(|note| note.digest != digest);
    }
}

impl fmt::Display for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|note| write!(f, "{note} "))
    }
}

impl Note {
    /// Reads one note.
    pub(crate) fn parse(text: &str) -> Option<Note> {
        let mut parts = text.split(':');
        let digest = u64::from_str_radix(parts.next()?, 16).ok()?;
        let kind = parts.next()?;
        let (command, step) = parts.next()?.split_once('.')?;
        let at = Position { command: command.parse().ok()?, step: step.parse().ok()? };
        let place = match kind {
            "run" if at.command > 0 => Place::Running(at.command),
            "show" if at.command > 0 => Place::Shown(at),
            "run" | "show" | "again" => Place::Anywhere,
            _ => return None,
        };
        Some(Note { digest, place })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, at) = match self.place {
            Place::Anywhere => ("again", Position::default()),
            Place::Running(command) => ("run", Position { command, step: 0 }),
            Place::Shown(at) => ("show", at),
        };
        write!(f, "{:016x}:{kind}:{}.{}", self.digest, at.command, at.step)
    }
}

/// Returns the digest of a script: FNV-1a, which is enough to tell one reader's scripts apart.
pub(crate) fn digest(text: &str) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    text.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, step)
}

/// A script is about to be read and run.
pub(crate) fn loading(digest: u64) {
    let [high, low, ..] = &PLACE;
    high.store(mm::units::high32(digest), Ordering::Relaxed);
    low.store(mm::units::low32(digest), Ordering::Relaxed);
    asked();
    starting(0);
}

/// What runs now is what the reader asked for.
pub(crate) fn asked() {
    PLACE[IS_WARNED].store(0, Ordering::Relaxed);
}

/// What runs now follows a break, and nobody asked for it.
pub(crate) fn warned() {
    PLACE[IS_WARNED].store(1, Ordering::Relaxed);
}

/// A command is about to run.
pub(crate) fn starting(command: u32) {
    PLACE[COMMAND].store(command, Ordering::Relaxed);
    PLACE[STEP].store(0, Ordering::Relaxed);
    PLACE[IS_RUNNING].store(1, Ordering::Relaxed);
}

/// A picture of this position has been drawn, and nothing runs.
pub(crate) fn shown(at: Position) {
    PLACE[COMMAND].store(at.command, Ordering::Relaxed);
    PLACE[STEP].store(at.step, Ordering::Relaxed);
    PLACE[IS_RUNNING].store(0, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_read_back_and_the_oldest_goes_first() {
        let mut notes = Notes::default();
        for at in 1..=10u32 {
            let place = match at % 3 {
                0 => Place::Anywhere,
                1 => Place::Running(at),
                _ => Place::Shown(Position { command: at, step: 7 }),
            };
            notes.add(Note { digest: u64::from(at), place });
        }
        assert_eq!(Notes::parse(&notes.to_string()), notes);
        assert_eq!(notes.of(2), None, "the eight newest are kept");
        assert_eq!(notes.of(10), Some(Note { digest: 10, place: Place::Running(10) }));
        notes.add(Note { digest: 10, place: Place::Anywhere });
        assert_eq!(notes.of(10).map(|note| note.place), Some(Place::Anywhere), "one for each script");
        notes.forget(10);
        assert_eq!(notes.of(10), None);
    }

    #[test]
    fn a_break_before_the_first_command_is_a_break_anywhere() {
        let note = |text| Note::parse(text).map(|note| note.place);
        assert_eq!(note("00ff:run:0.0"), Some(Place::Anywhere));
        assert_eq!(note("00ff:show:0.0"), Some(Place::Anywhere));
        assert_eq!(note("00ff:run:3.0"), Some(Place::Running(3)));
        for text in ["", "x:run:1.0", "1:walk:1.0", "1:run", "1:run:1", "1:run:-1.0"] {
            assert_eq!(note(text), None, "{text}");
        }
    }

    #[test]
    fn scripts_that_differ_have_digests_that_differ() {
        assert_ne!(digest("boot ram=1G\n"), digest("boot ram=2G\n"));
        assert_eq!(digest(""), 0xcbf2_9ce4_8422_2325);
    }
}
