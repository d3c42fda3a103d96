//! The text of a golden trace: the same on every host.

use mm::session::Session;
use mm_view::words::report::{self, Layout};
use mm_view::{HOST, Lang};

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

/// Returns whether every step of a command is kept: its line has a comment `#@n`.
pub fn is_marked(session: &Session, record: &mm::session::Record) -> bool {
    let line = mm::units::index(record.command.at.line - 1);
    session.script().lines[line].marker.is_some()
}

/// Writes what a scenario did: answers, and the steps of marked commands.
pub fn trace(session: &Session) -> String {
    let mut out = String::new();
    for record in session.records() {
        out.push_str(&format!("> {}\n", record.command));
        if is_marked(session, record) {
            out.push_str(&report::trace(record, session.world(), Lang::En, Layout::Golden));
        }
        out.push_str(&report::answer(record, session.world(), Lang::En));
    }
    out
}
