//! Timing: two pieces of work in turn, medians of each and of their ratio.

use std::time::{Duration, Instant};

/// Rounds that are counted, after one that is not.
const ROUNDS: usize = 15;

/// Times one run of `work`.
pub(crate) fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures the host, not the model")]
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}

/// Runs both in turn and prints a row: nanoseconds per operation and the median ratio.
pub(crate) fn versus(
    what: &str,
    operations: u64,
    mut ours: impl FnMut() -> Duration,
    mut peer: impl FnMut() -> Duration,
) {
    ours();
    peer();
    let mut rounds: Vec<(f64, f64)> =
        (0..ROUNDS).map(|_| (per_operation(ours(), operations), per_operation(peer(), operations))).collect();
    let ratio = median(rounds.iter().map(|(a, b)| a / b));
    let (ours, peer) = (median(rounds.iter().map(|r| r.0)), median(rounds.drain(..).map(|r| r.1)));
    println!("| {what} | {ours:.1} ns | {peer:.1} ns | {ratio:.2} |");
}

/// Runs `work` some times and prints a row with its median in milliseconds.
pub(crate) fn alone(what: &str, mut work: impl FnMut() -> Duration) {
    work();
    let millis = median((0..ROUNDS).map(|_| work().as_secs_f64() * 1e3));
    println!("| {what} | {millis:.2} ms | | |");
}

fn per_operation(time: Duration, operations: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let operations = operations as f64;
    time.as_secs_f64() * 1e9 / operations
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
