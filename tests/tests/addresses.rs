//! Whoever takes an address from outside takes all 2^64 of them: a fixed set of seeds in CI,
//! longer with `MMSCOPE_FUZZ_SECONDS=600`.

use mmscope_tests::addresses;

/// Seeds of the fixed set. A seed that ever found a mistake stays here.
const SEEDS: core::ops::Range<u64> = 1..25;
/// Commands of each script.
const COMMANDS: u32 = 60;
/// First seed of long runs, apart from the fixed set.
const FUZZ_SEED: u64 = 2_000_000;

#[test]
fn every_command_claim_and_question_takes_every_address() {
    SEEDS.for_each(|seed| addresses::hold(seed, COMMANDS));
}

/// Goes on with new seeds for as long as the environment says; nothing without.
#[test]
#[expect(clippy::disallowed_methods, reason = "the length of a long run is real time")]
fn new_seeds_for_as_long_as_wanted() {
    let seconds = std::env::var("MMSCOPE_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    let end = std::time::Instant::now() + core::time::Duration::from_secs(seconds);
    let mut seed = FUZZ_SEED;
    while std::time::Instant::now() < end {
        addresses::hold(seed, COMMANDS);
        seed += 1;
    }
}
