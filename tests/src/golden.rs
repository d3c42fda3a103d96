//! The text of a golden trace: the same on every host.

use core::ops::Range;
use std::collections::BTreeSet;

use mm::anchor::Spot;
use mm::session::{Record, Session};
use mm::trace::Trace;
use mm::units::index;
use mm::world::World;
use mm_view::words::event_name;
use mm_view::words::report::{self, Layout};
use mm_view::{HOST, Lang, anchor};

/// Runs a scenario.
///
/// # Panics
/// When the text is no script.
#[track_caller]
pub fn run(text: &str) -> Session {
    let script = mm::script::parse(text);
    let mut session = Session::new(HOST);
    session.load(script.unwrap_or_else(|rejected| panic!("{:?}", rejected.errors)));
    session.run_all();
    session
}

/// Returns which steps of a command are kept, counted from 0: those that a comment `#@` on its line
/// marks, or none.
///
/// # Panics
/// When the mark names a step that is not there.
#[track_caller]
pub fn kept(session: &Session, record: &Record) -> Range<usize> {
    let line = &session.script().lines[index(record.command.at.line - 1)];
    let Some(mark) = &line.mark else { return 0..0 };
    let (from, to) = mark.range.as_ref().unwrap_or(&(Spot::Start, Spot::End));
    between(&record.trace, from, to)
}

/// Returns the steps from one spot of a trace to another, both included.
///
/// # Panics
/// When one of them is not there.
#[track_caller]
pub fn between(trace: &Trace, from: &Spot, to: &Spot) -> Range<usize> {
    let [from, to] = [from, to].map(|spot| {
        let step = anchor::step_of(trace, spot);
        let has = || trace.steps().iter().map(|step| event_name(&step.event)).collect::<BTreeSet<_>>();
        index(step.unwrap_or_else(|missing| panic!("{spot}: {missing:?} in {:?}", has())))
    });
    from.saturating_sub(1)..to
}

/// Writes what a scenario did: answers, and the marked steps.
pub fn trace(session: &Session) -> String {
    let mut out = String::new();
    for record in session.records() {
        out.push_str(&format!("> {}\n", record.command));
        out.push_str(&steps(&record.trace, session.world(), kept(session, record)));
        out.push_str(&report::answer(record, session.world(), Lang::En));
    }
    out
}

/// Writes some steps of a trace, and how many others there are before and after them.
pub fn steps(trace: &Trace, world: &World, kept: Range<usize>) -> String {
    let mut out = String::new();
    if kept.is_empty() {
        return out;
    }
    let all = report::trace(trace, world, Lang::En, Layout::Golden);
    left_out(kept.start, &mut out);
    for line in all.lines().take(kept.end).skip(kept.start) {
        out.push_str(line);
        out.push('\n');
    }
    left_out(index(trace.len()) - kept.end, &mut out);
    out
}

fn left_out(steps: usize, out: &mut String) {
    if steps > 0 {
        out.push_str(&format!("  ... {steps} more\n"));
    }
}
