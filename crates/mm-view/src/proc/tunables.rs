//! Tunables of `/proc/sys/vm` and `/sys/kernel/mm`: one line each.

use mm::sysctl::Held;

/// Prints what a tunable holds; `None` for a file that can only be written.
pub(super) fn line(held: Held) -> Option<String> {
    Some(match held {
        Held::Number(number) => format!("{number}\n"),
        Held::Numbers(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
            format!("{}\n", numbers.join("\t"))
        }
        // All words, the one in force in brackets: `always madvise [never]`.
        Held::Choice(mut words, now) => {
            let in_force = format!("[{}]", words[now]);
            words[now] = &in_force;
            format!("{}\n", words.join(" "))
        }
        Held::Word(word) => format!("{word}\n"),
        Held::Nothing => return None,
    })
}
