//! Long runs: new seeds for as long as the environment says, none without.

/// Calls `hold` with one seed after another, from `first` or `MMSCOPE_FUZZ_SEED` on, for
/// `MMSCOPE_FUZZ_SECONDS`; returns the first seed and the one after the last.
#[expect(clippy::disallowed_methods, reason = "the length of a long run is real time")]
pub fn for_as_long_as_wanted(first: u64, mut hold: impl FnMut(u64)) -> core::ops::Range<u64> {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seconds = number("MMSCOPE_FUZZ_SECONDS").unwrap_or(0);
    let first = number("MMSCOPE_FUZZ_SEED").unwrap_or(first);
    let begin = std::time::Instant::now();
    let mut seed = first;
    while begin.elapsed().as_secs() < seconds {
        hold(seed);
        seed += 1;
    }
    first..seed
}
