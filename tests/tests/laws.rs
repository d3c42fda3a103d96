//! The laws on random scripts: a fixed set in CI, longer with `MMSCOPE_FUZZ_SECONDS=600`.

use mmscope_tests::{laws, seeds};

/// Seeds of the fixed set. A seed that ever broke a law stays here.
const SEEDS: core::ops::Range<u64> = 1..25;
/// Commands of each script.
const COMMANDS: u32 = 60;
/// First seed of long runs, apart from the fixed set.
const FUZZ_SEED: u64 = 1_000_000;

#[test]
fn the_checker_is_silent_after_every_command() {
    SEEDS.for_each(|seed| laws::checker_is_silent(seed, COMMANDS));
}

#[test]
fn seeking_restores_every_digest() {
    SEEDS.for_each(|seed| laws::seeking_restores_digests(seed, COMMANDS));
}

#[test]
fn equal_scripts_run_equally_with_and_without_detail() {
    SEEDS.for_each(|seed| laws::runs_are_equal(seed, COMMANDS));
}

#[test]
fn everything_that_happens_has_words() {
    SEEDS.for_each(|seed| laws::everything_has_words(seed, COMMANDS));
}

/// Goes on with new seeds for as long as the environment says; nothing without.
#[test]
fn new_seeds_for_as_long_as_wanted() {
    seeds::for_as_long_as_wanted(FUZZ_SEED, |seed| laws::all(seed, COMMANDS));
}
