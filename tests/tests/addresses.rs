//! Whoever takes an address from outside takes all 2^64 of them: a fixed set of seeds in CI,
//! longer with `MMSCOPE_FUZZ_SECONDS=600`.

use mmscope_tests::{addresses, seeds};

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
fn new_seeds_for_as_long_as_wanted() {
    seeds::for_as_long_as_wanted(FUZZ_SEED, |seed| addresses::hold(seed, COMMANDS));
}
