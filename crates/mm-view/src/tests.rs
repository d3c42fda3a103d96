//! What the tests of all folders share.

use mm::session::Session;

/// Runs a script to its end, however its commands end.
pub(crate) fn session(text: &str) -> Session {
    let mut session = Session::new(crate::HOST);
    session.load(mm::script::parse(text).expect("a script that reads"));
    session.run_all();
    session
}
