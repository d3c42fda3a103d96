//! Compaction with its whole state: `NAME-before`, what was done (`NAME-do`), `NAME-after`.
//!
//! The state before tells what every frame is used for and what compaction remembers. Allocations
//! and frees outside compaction are input, and so is what direct reclaim freed; what follows is the
//! model's: every event, whether a zone is put off, and all of the state after.

mod after;
mod deed;
mod events;
mod perform;

use mm::import::compaction::CompactionState;
use mm::import::text::DumpError;

use super::{Capture, Class, Comparison, Skipped, Stop, Tally};
use deed::Script;

/// Points of compaction.
pub const POINT: Comparison = Comparison { kind: "compaction point", recognises: is_point, compare };

/// What the names of the three files end with.
const DO: &str = "-do.txt";
const BEFORE: &str = "-before.txt";
const AFTER: &str = "-after.txt";

fn is_point(capture: &Capture<'_>) -> bool {
    capture.name.ends_with(DO) && capture.text.starts_with("do ")
}

/// Returns whether a file is one of the states around a point.
pub(super) fn is_state_of_point(capture: &Capture<'_>) -> bool {
    let stem = [BEFORE, AFTER].iter().find_map(|end| capture.name.strip_suffix(end));
    stem.is_some_and(|stem| capture.folder.has(&format!("{stem}{DO}")))
}

fn compare(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let stem = capture.name.strip_suffix(DO).unwrap_or(capture.name);
    let state = |end: &str| -> Result<CompactionState, Stop> {
        let name = format!("{stem}{end}");
        let text = (capture.folder.read)(&name).ok_or(Skipped::NoState)?;
        CompactionState::parse(&text).map_err(|error: DumpError| Stop::from(error).in_file(&name))
    };
    let script = Script::parse(capture.text)?;
    if script.lost_events {
        return Err(Skipped::EventsLost.into());
    }
    let (before, after) = (state(BEFORE)?, state(AFTER)?);
    let mut tally = Tally::default();
    let done = perform::perform(&before, &script)?;
    for (at, (line, real)) in script.expected.iter().enumerate() {
        let ours = done.said.get(at).map_or("-", String::as_str);
        let what = real.split([':', ' ']).next().unwrap_or(real);
        // Doing nothing says nothing, and is refused every page.
        tally.compare(Class::against("A -1", real.as_str()), *line, what, real.as_str(), ours);
    }
    let (real, ours) = (script.expected.len(), done.said.len());
    tally.compare(Class::against(&0, &real), 0, "events", &real, &ours);
    script.input.iter().for_each(|&(line, _)| tally.input(line));
    // What reclaim freed, too.
    let freed = script.reclaims.iter().flat_map(|reclaim| &reclaim.freed);
    freed.for_each(|_| tally.input(0));
    if let Some(line) = done.stopped_at {
        tally.skipped.push(Skipped::Diverged { line });
    }
    // The state is another file's lines.
    let mut end = Tally::default();
    after::compare(&mut end, &done, &before, &after);
    tally.take_beside(end);
    Ok(tally)
}
