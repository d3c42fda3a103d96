//! The laws: what holds for every sequence of commands.
//!
//! Each function panics with the script's seed and the command when a law is broken; the
//! seed and the commit reproduce it.

use mm::rng::Rng;
use mm::session::{Position, Session};
use mm::trace::Detail;
use mm::units::{count, index, low32};

/// Places inside commands that a script is looked at in.
const PLACES: u32 = 8;

/// Runs a random script under the checker: silent after every command.
pub fn checker_is_silent(seed: u64, commands: u32) {
    let mut session = session(seed, commands);
    while let Some(record) = session.run_next() {
        let command = mm::script::print(&record.command);
        let violations = mm::check::all(session.world());
        assert!(violations.is_empty(), "seed {seed}, after `{command}`: {violations:?}");
    }
}

/// Going back restores each digest, going forwards again restores the later one, and a jump to
/// any step gives the digest that walking there gave.
pub fn seeking_restores_digests(seed: u64, commands: u32) {
    let mut session = session(seed, commands);
    let mut ends = vec![session.world().digest()];
    while session.run_next().is_some() {
        ends.push(session.world().digest());
    }
    let last = session.end();
    let there_and_back = (0..=last.command).rev().chain(0..=last.command);
    for command in there_and_back {
        session.seek(session.end_of(command));
        expect_digest(&session, ends[index(command)], seed);
    }
    let mut rng = Rng::new(seed);
    let mut inside = Vec::new();
    for _ in 0..PLACES {
        let command = 1 + low32(rng.below(u64::from(last.command)));
        let steps = session.end_of(command).step;
        let step = low32(rng.below(u64::from(steps) + 1));
        session.seek(Position { command, step });
        inside.push((session.position(), session.world().digest()));
    }
    session.seek(last);
    for (at, digest) in inside {
        session.seek(at);
        expect_digest(&session, digest, seed);
    }
}

/// The same script gives the same events, with and without detail the same machine.
pub fn runs_are_equal(seed: u64, commands: u32) {
    let mut first = session(seed, commands);
    let mut second = session(seed, commands);
    let mut plain = session(seed, commands);
    plain.set_detail(Detail::Off);
    first.run_all();
    second.run_all();
    plain.run_all();
    for (a, b) in first.records().iter().zip(second.records()) {
        assert_eq!(a.trace.steps(), b.trace.steps(), "seed {seed}: {}", a.command);
    }
    assert_eq!(first.world().digest(), plain.world().digest(), "seed {seed}: detail changed the machine");
}

/// Every step of every command has words, in both languages, and every file prints.
pub fn everything_has_words(seed: u64, commands: u32) {
    let mut session = session(seed, commands);
    session.run_all();
    for record in session.records() {
        for lang in mm_view::Lang::ALL {
            for step in record.trace.steps().iter().take(200) {
                let words = mm_view::words::step(step, &record.trace, session.world(), lang);
                assert!(!words.what.is_empty(), "seed {seed}: {:?}", step.event);
            }
            let lines = mm_view::words::outcome(record, session.world(), lang);
            assert!(
                record.outcome.unexpected.is_none() || !lines.is_empty(),
                "seed {seed}: {}",
                record.command
            );
        }
    }
    for path in mm_view::proc::files(session.world()) {
        assert!(mm_view::proc::text(session.world(), &path).is_some(), "seed {seed}: {path}");
    }
}

/// Holds every law for the script of one seed.
pub fn all(seed: u64, commands: u32) {
    checker_is_silent(seed, commands);
    seeking_restores_digests(seed, commands);
    runs_are_equal(seed, commands);
    everything_has_words(seed, commands);
}

fn session(seed: u64, commands: u32) -> Session {
    let text = crate::random::script(seed, commands);
    let mut session = Session::new(mm_view::HOST);
    let script = mm::script::parse(&text);
    session.load(script.unwrap_or_else(|rejected| panic!("seed {seed}: {:?}\n{text}", rejected.errors)));
    debug_assert!(count(session.script().commands.len()) > commands);
    session
}

#[track_caller]
fn expect_digest(session: &Session, digest: u64, seed: u64) {
    assert_eq!(session.world().digest(), digest, "seed {seed}: digest at {:?}", session.position());
}
