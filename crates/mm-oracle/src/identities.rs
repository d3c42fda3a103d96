//! What numbers of one file must be to each other, whatever programs ran: sums that the kernel prints
//! beside their parts, and what is nothing where there is none of it.

use std::collections::BTreeMap;

use super::{Class, Tally};

/// Sums that are equal, each printed from one look.
const SUMS: [(&[&str], &[&str]); 7] = [
    (&["MemTotal"], &["MemUsed", "MemFree"]),
    (&["MemTotal"], &["HighTotal", "LowTotal"]),
    (&["MemFree"], &["HighFree", "LowFree"]),
    (&["Active"], &["Active(anon)", "Active(file)"]),
    (&["Inactive"], &["Inactive(anon)", "Inactive(file)"]),
    (&["Slab"], &["SReclaimable", "SUnreclaim"]),
    (&["numa_hit", "numa_miss"], &["local_node", "other_node"]),
];
/// What is nothing where the first is nothing.
const NOTHING: [(&str, &[&str]); 3] = [
    ("SwapTotal", &["SwapFree", "SwapCached", "Zswap", "Zswapped"]),
    ("HugePages_Total", &["HugePages_Free", "HugePages_Rsvd", "HugePages_Surp", "Hugetlb"]),
    ("AnonPages", &["AnonHugePages"]),
];
/// What is no more than another.
const AT_MOST: [(&str, &str); 11] = [
    ("MemFree", "MemTotal"),
    ("MemAvailable", "MemTotal"),
    ("Mlocked", "Unevictable"),
    ("SReclaimable", "KReclaimable"),
    ("KReclaimable", "Slab"),
    ("VmallocUsed", "VmallocTotal"),
    ("AnonHugePages", "AnonPages"),
    ("Mapped", "MemTotal"),
    ("interleave_hit", "numa_hit"),
    ("Shmem", "MemTotal"),
    ("KernelStack", "MemTotal"),
];

/// Compares the numbers of lines `NAME: NUMBER kB` or `NAME NUMBER`, each perhaps with `Node N` before it.
pub(super) fn compare<'a>(tally: &mut Tally, lines: impl Iterator<Item = (u32, &'a str)>) {
    let numbers: BTreeMap<&str, (u32, u64)> = lines.filter_map(|(line, text)| named(line, text)).collect();
    let value = |name: &str| numbers.get(name).copied();
    let sum = |names: &[&str]| -> Option<u64> {
        names.iter().try_fold(0, |sum: u64, name| Some(sum.saturating_add(value(name)?.1)))
    };
    for (sums, parts) in SUMS {
        let (Some(real), Some(expected)) = (sum(sums), sum(parts)) else { continue };
        let (line, _) = value(sums[0]).unwrap_or_default();
        tally.compare(Class::Form, line, sums[0], &real, &expected);
        tally.touch(sums.iter().chain(parts).filter_map(|name| value(name)).map(|(line, _)| line));
    }
    for (cause, effects) in NOTHING {
        if value(cause).is_none_or(|(_, real)| real > 0) {
            continue;
        }
        for (name, (line, real)) in effects.iter().filter_map(|name| Some((*name, value(name)?))) {
            tally.compare(Class::Unchanged, line, name, &real, &0);
        }
    }
    for (name, limit) in AT_MOST {
        if let (Some((line, real)), Some((_, limit))) = (value(name), value(limit)) {
            tally.note(Class::Form, line, name, real <= limit, || {
                (real.to_string(), format!("at most {limit}"))
            });
        }
    }
}

fn named(line: u32, text: &str) -> Option<(&str, (u32, u64))> {
    let text = match text.strip_prefix("Node ") {
        Some(rest) => rest.split_once(' ')?.1,
        None => text,
    };
    let mut words = text.split_ascii_whitespace();
    let name = words.next()?.trim_end_matches(':');
    Some((name, (line, words.next()?.parse().ok()?)))
}
