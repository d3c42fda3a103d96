//! Points of compaction: the model starts from the whole state before, and everything it comes to is
//! held against the capture. Whatever is wrong in any of the three files is found.

mod common;

use std::path::{Path, PathBuf};

use mm::rng::Rng;
use mm::units::{count, index64};
use mm_oracle::{Capture, Finding, Folder, Tally};

/// The three texts of a point.
#[derive(Clone)]
struct Point {
    name: String,
    before: String,
    deed: String,
    after: String,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle").join(name)
}

impl Point {
    fn read(folder_name: &str, name: &str) -> Point {
        let folder = folder(folder_name);
        let text = |end: &str| {
            let path = folder.join(format!("{name}-{end}.txt"));
            let packed = folder.join(format!("{name}-{end}.txt.gz"));
            common::text(if path.is_file() { &path } else { &packed })
        };
        Point { name: name.into(), before: text("before"), deed: text("do"), after: text("after") }
    }

    /// Returns what came of it, `None` when a file cannot be read any more.
    fn compare(&self) -> Option<Tally> {
        let named = |end: &str| format!("{}-{end}.txt", self.name);
        let names = ["after", "before", "do"].map(named);
        let read = |name: &str| {
            let texts = [&self.after, &self.before, &self.deed];
            names.iter().zip(texts).find(|(known, _)| *known == name).map(|(_, text)| text.clone())
        };
        let folder = Folder { names: &names, read: &read };
        match (Capture { name: &names[2], text: &self.deed, folder }).compare() {
            Finding::Compared(tally) => Some(tally),
            Finding::Skipped(_) | Finding::Unreadable(_) => None,
        }
    }

    fn is_exact(&self) -> bool {
        self.compare().is_some_and(|tally| tally.is_exact())
    }
}

/// A direct compaction with reclaim, a daemon's, and one of the whole machine.
const SAMPLES: [(&str, &str); 3] = [
    ("256M-frag2-defer/frag2/seed11", "10-fault-always"),
    ("256M-frag2-defer/frag2/seed11", "06-kcompactd-order9"),
    ("256M-frag2/frag2/seed2", "17-compact_memory"),
];

/// Replaces the first `old` behind `from`.
fn replaced(text: &str, from: &str, old: &str, new: &str) -> String {
    let at = text.find(from).unwrap_or_else(|| panic!("no {from}"));
    let at = at + text[at..].find(old).unwrap_or_else(|| panic!("no {old} behind {from}"));
    format!("{}{new}{}", &text[..at], &text[at + old.len()..])
}

/// What compaction remembers, what it did, and what frames hold: one wrong word each.
#[test]
fn a_wrong_word_is_found_in_each_file() {
    let (folder_name, name) = SAMPLES[0];
    let point = Point::read(folder_name, name);
    let after = |from, old, new| Point { after: replaced(&point.after, from, old, new), ..point.clone() };
    let before = |from, old, new| Point { before: replaced(&point.before, from, old, new), ..point.clone() };
    let deed = |from, old, new| Point { deed: replaced(&point.deed, from, old, new), ..point.clone() };
    let wrong = [
        after("zone=DMA32 cached_migrate", "cached_migrate_pfn=", "cached_migrate_pfn=1"),
        after("zone=DMA32 cached_migrate", "cached_free_pfn=", "cached_free_pfn=1"),
        after("zone=DMA32 cached_migrate", "blockskip_flush=1", "blockskip_flush=0"),
        after("zone=DMA32 cached_migrate", "defer_shift=0", "defer_shift=1"),
        after(" skip first_pfn=4096", "bits=1", "bits=0"),
        after("counters", "compact_free_scanned=3", "compact_free_scanned=2"),
        after("counters", "pgmigrate_fail=3036", "pgmigrate_fail=3037"),
        after("node 0 ", "kcompactd_max_order=0", "kcompactd_max_order=4"),
        after(" f 7680 ", ".", "-"),
        after("name=DMA32", "mt=M: ", "mt=M: 1"),
        before("zone=DMA32 cached_migrate", "cached_free_pfn=", "cached_free_pfn=5"),
        before(" skip first_pfn=4096", "01", "11"),
        deed("mm_compaction_begin", "mode=async", "mode=sync"),
        deed("nr_migrated=", "=", "=1"),
        deed("\nM ", "M 4", "M 5"),
        deed("mm_compaction_try", "priority=2", "priority=1"),
    ];
    assert!(point.is_exact());
    for (at, point) in wrong.iter().enumerate() {
        assert!(!point.is_exact(), "number {at}");
    }
}

/// Of random digits of the events, most decide something.
#[test]
fn a_wrong_digit_of_the_events_is_found() {
    let mut rng = Rng::new(1);
    for (folder_name, name) in SAMPLES {
        let point = Point::read(folder_name, name);
        let start = point.deed.find("\ntask ").expect("events");
        let is_compared = |at: &usize| {
            let line_start = point.deed[..*at].rfind('\n').map_or(0, |at| at + 1);
            ["mm_compaction_", "I ", "M ", "F ", "A "]
                .iter()
                .any(|word| point.deed[line_start..].starts_with(word))
        };
        let digits = point.deed.char_indices().skip_while(|(at, _)| *at < start);
        let digits: Vec<usize> =
            digits.filter(|(_, c)| c.is_ascii_digit()).map(|(at, _)| at).filter(is_compared).collect();
        let (mut found, tries) = (0, 20);
        for _ in 0..tries {
            let at = digits[index64(rng.below(u64::from(count(digits.len()))))];
            let digit = if &point.deed[at..=at] == "7" { "3" } else { "7" };
            let deed = format!("{}{digit}{}", &point.deed[..at], &point.deed[at + 1..]);
            found += u32::from(!Point { deed, ..point.clone() }.is_exact());
        }
        assert!(found * 10 >= tries * 9, "{name}: {found} of {tries}");
    }
}

/// A damaged state is refused or told, never a panic.
#[test]
fn no_state_is_too_strange() {
    let mut rng = Rng::new(2);
    let (folder_name, name) = SAMPLES[1];
    let point = Point::read(folder_name, name);
    let words: Vec<&str> = point.before.split_inclusive([' ', '\n', '=', ':', ',']).collect();
    let mut pick = |below: usize| index64(rng.below(u64::from(count(below))));
    for _ in 0..150 {
        let mut strange = words.clone();
        if pick(4) == 0 {
            strange.truncate(words.len() - pick(words.len()));
        }
        for _ in 0..=pick(3) {
            let (at, from) = (pick(strange.len().max(1)), pick(words.len()));
            let Some(word) = strange.get_mut(at) else { continue };
            *word = match from % 3 {
                0 => ["99999999999999999999", "-1 ", "0x", "4294967295\n", "\u{3b1} "][from % 5],
                _ => words[from],
            };
        }
        let strange = strange.concat();
        Point { before: strange.clone(), ..point.clone() }.compare();
        Point { after: strange, ..point.clone() }.compare();
    }
}
