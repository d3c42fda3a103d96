//! Nothing breaks the model: wild scripts, a fixed set in CI, new ones with `MMSCOPE_FUZZ_SECONDS=3600`
//! from `MMSCOPE_FUZZ_SEED` on. `--profile fuzz` is optimised and checks for overflow.

use mmscope_tests::{seeds, wild};

/// Seeds of the fixed set. A seed that ever broke something stays here.
const SEEDS: core::ops::Range<u64> = 1..13;
/// Lines of each script.
const LINES: u32 = 40;
/// Scripts that take longer are shown.
const SLOW_SECONDS: u64 = 5;
/// And so are those that the process held so much memory for: a script stays below 1 GB.
const LARGE_KIB: u64 = 1 << 20;
/// First seed of long runs, apart from the fixed set.
const FUZZ_SEED: u64 = 2_000_000;

#[test]
fn wild_scripts_break_nothing() {
    wild::all(SEEDS, LINES);
}

#[test]
fn wild_scripts_say_every_verb() {
    let texts: Vec<String> = (0..40).map(|seed| wild::text(seed, LINES)).collect();
    let is_said = |name: &str| texts.iter().any(|text| text.split_whitespace().any(|word| word == name));
    let unsaid: Vec<_> = mm::script::registry::verbs().filter(|spec| !is_said(spec.name)).collect();
    assert!(unsaid.is_empty(), "{unsaid:?}");
}

/// Goes on with new seeds for as long as the environment says; nothing without.
#[test]
#[expect(clippy::disallowed_methods, reason = "the length of a long run is real time")]
#[expect(clippy::print_stdout, reason = "a long run tells what it did")]
fn new_seeds_for_as_long_as_wanted() {
    let mut broken = Vec::new();
    let tried = seeds::for_as_long_as_wanted(FUZZ_SEED, |seed| {
        let one = std::time::Instant::now();
        if std::panic::catch_unwind(|| wild::run_and_look(seed, LINES)).is_err() {
            broken.push(seed);
        }
        let (took, peak) = (one.elapsed().as_secs(), peak_kib());
        if took > SLOW_SECONDS || peak > LARGE_KIB {
            println!("seed {seed} took {took} s and at most {peak} kB:\n{}", wild::text(seed, LINES));
        }
    });
    println!("{} scripts from seed {} on", tried.end - tried.start, tried.start);
    assert!(broken.is_empty(), "seeds that broke something: {broken:?}");
}

/// Returns the most memory that the process had since the last call, 0 where nobody counts.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    // 5 makes Linux count from here on, see proc(5).
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    peak.and_then(|peak| peak.trim().split(' ').next()?.parse().ok()).unwrap_or(0)
}
