//! What goes to standard error, and what failed in a run.

use std::io::{self, Write as _};

use mm::session::Session;
use mm_view::Lang;
use mm_view::words::{self, Tone};

/// Writes a complaint to standard error; there is nobody to tell if that fails.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes every command that ended otherwise than its line expects, with its place.
pub(crate) fn failures(session: &Session, name: &str, lang: Lang) -> String {
    let mut out = String::new();
    for (record, _) in session.unexpected() {
        let at = record.command.at;
        out.push_str(&format!("{name}:{}:{}: {}\n", at.line, at.column, record.command));
        for line in words::outcome(record, session.world(), lang) {
            if line.tone == Tone::Failure {
                out.push_str(&words::report::answer_line(&line));
                out.push('\n');
            }
        }
    }
    out
}
