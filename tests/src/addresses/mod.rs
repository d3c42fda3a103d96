//! Addresses from outside: whoever takes one must take all 2^64 of them.
//!
//! [`script()`] writes commands and claims about random addresses, [`ask()`] puts the panels'
//! questions. Addresses lie where mistakes are: at the ends of the 64 bits, at the borders of
//! canonical form and of a process's half, around 4 GB, and a random way off labels, set and unset.

mod ask;
mod script;

pub use ask::ask;
pub use script::script;

use mm::rng::Rng;
use mm::session::Session;

/// Borders that an address may lie near.
const BORDERS: &[u64] = &[
    0,
    0x1_0000,
    0x8000_0000,
    0xb800_0000,
    0xc000_0000,
    0xf73f_e000,
    0xfec0_0000,
    1 << 32,
    1 << 44,
    0x5555_5555_4000,
    0x7fff_f7ff_f000,
    0x7fff_ffff_f000,
    1 << 47,
    1 << 48,
    1 << 52,
    0x8000_0000_0000_0000,
    0xffff_7fff_ffff_ffff,
    0xffff_8000_0000_0000,
    0xffff_8880_0000_0000,
    0xffff_8880_0420_3000,
    0xffff_c900_0000_0000,
    0xffff_e8ff_ffff_ffff,
    0xffff_ffff_8000_0000,
];

/// Makes an address: near a border or the end, uniform, or of any width.
pub fn address(rng: &mut Rng) -> u64 {
    match rng.below(8) {
        0 => rng.word(),
        1 => rng.word() >> rng.below(64),
        2 => near(0, rng),
        _ => {
            let border = *rng.pick(BORDERS);
            near(border, rng)
        }
    }
}

/// Makes an address some bytes or pages off another, modulo 2^64.
fn near(border: u64, rng: &mut Rng) -> u64 {
    let distance = distance(rng);
    if rng.below(2) == 0 { border.wrapping_add(distance) } else { border.wrapping_sub(distance) }
}

/// Makes a distance or a length: none, some bytes, some pages, anything.
fn distance(rng: &mut Rng) -> u64 {
    match rng.below(6) {
        0 => 0,
        1 => rng.below(16),
        2 | 3 => rng.below(16) << 12,
        4 => rng.below(1 << 24),
        _ => rng.word() >> rng.below(64),
    }
}

/// Runs the script of a seed under the checker and asks the panels after each command.
///
/// # Panics
/// When the checker finds something, with the seed and the command.
pub fn hold(seed: u64, commands: u32) {
    let text = script(seed, commands);
    let parsed = mm::script::parse(&text);
    let parsed = parsed.unwrap_or_else(|rejected| panic!("seed {seed}: {:?}\n{text}", rejected.errors));
    let mut session = Session::new(mm_view::HOST);
    session.load(parsed);
    let mut rng = Rng::new(seed ^ 0x5eed);
    while let Some(record) = session.run_next() {
        let command = mm::script::print(&record.command);
        let violations = mm::check::all(session.world());
        assert!(violations.is_empty(), "seed {seed}, after `{command}`: {violations:?}");
        ask(&session, &mut rng);
    }
    for lang in mm_view::Lang::ALL {
        for record in session.records() {
            let _ = mm_view::words::outcome(record, session.world(), lang);
            for step in record.trace.steps().iter().take(50) {
                let words = mm_view::words::step(step, &record.trace, session.world(), lang);
                assert!(!words.what.is_empty(), "seed {seed}: {:?}", step.event);
            }
        }
    }
}
