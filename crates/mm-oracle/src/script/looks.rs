//! Looks at what a real machine holds inside: words of the language that captures were made in, which
//! change nothing and which our own language does not have.
//!
//! A line is one command there: what `probe` is to show stands behind each other, with `;` between.

/// Words that begin a look.
const LOOKS: [&str; 6] = ["cached", "cachedpfn", "dirty", "dmesg", "ra", "slots"];
const PROBE: &str = "probe";

/// Names what a command looks at; nothing for a command that is none.
pub(super) fn of(command: &str) -> Vec<String> {
    let (who, rest) = command.split_once(": ").unwrap_or(("", command));
    let rest = if who.contains(' ') { command } else { rest };
    let word = rest.split_ascii_whitespace().next().unwrap_or_default();
    if word == PROBE {
        let things = rest[PROBE.len()..].split(';').map(str::trim).filter(|thing| !thing.is_empty());
        return things.map(|thing| format!("{PROBE} {thing}")).collect();
    }
    LOOKS.iter().filter(|look| **look == word).map(|look| (*look).to_owned()).collect()
}
