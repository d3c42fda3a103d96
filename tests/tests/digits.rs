//! A comparison that finds no fault with a wrong number compares nothing: random digits of every kind of
//! capture are changed, and of each kind so many changes are noticed at least.
//!
//! `MMSCOPE_DIGITS=1` with `--nocapture` tells how many were, and the lines of those that were not.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use mm::rng::Rng;
use mm::units::{count, index64};
use mm_oracle::{COMPARISONS, Capture, Finding, Folder};

/// Digits changed in each file.
const TRIES: u32 = 24;

/// A capture of each kind, and how many of a hundred changes are noticed. Where few are, most of the
/// file's numbers are of programs and caches, or requests of which another would have had the same answer.
const FLOORS: &[(&str, u32)] = &[
    ("256M-frag2-defer/frag2/seed11/06-kcompactd-order9-do.txt", 95),
    ("256M-frag2/frag2/seed2/17-compact_memory-do.txt.gz", 95),
    ("512M-script/script/thp-1.out", 85),
    ("1G-thp/thp/thp.txt", 35),
    ("512M-buddy/buddy/04-split-and-merge.txt", 95),
    ("512M-buddy/buddy/11-steal-unmovable.txt", 95),
    ("512M-touch/touch/life-trace.txt.gz", 40),
    ("512M-buddy/buddy/00-freelists.txt", 65),
    ("256M-frag/frag/frag-defrag-madvise.txt.gz", 95),
    ("256M-frag/frag/frag-defrag-madvise-trace.txt", 50),
    ("512M-facts/facts/zoneinfo.txt", 30),
    ("512M-facts/facts/pagetypeinfo.txt", 40),
    ("512M-buddy/buddy/pagetypeinfo-after.txt", 15),
    ("512M-facts/facts/buddyinfo.txt", 20),
    ("512M-facts/facts/meminfo.txt", 33),
    ("512M-facts/facts/vmstat.txt", 20),
    ("512M-facts/facts/sysctl-vm.txt", 15),
    ("i386-1G-facts/facts/min_free_kbytes.txt", 100),
    ("512M-facts/facts/nodes.txt", 25),
    ("1G-numa-2x512M/numa/numa.txt", 4),
    ("512M-facts/facts/frames.txt", 85),
    ("512M-facts/facts/extfrag.txt", 20),
    ("512M-facts/facts/iomem.txt", 95),
    ("512M-facts/facts/dmesg-mm.txt", 35),
    ("1G-slab/slab/walk.txt", 35),
    ("1G-slab/slab/sizes.txt", 40),
    ("1G-facts-smp4/facts/sys-kernel-slab.txt", 50),
    ("1G-facts-smp4/facts/slabinfo.txt", 75),
    ("1G-slab/slab/kmalloc-ksize.txt", 95),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle")
}

fn plain_name(path: &Path) -> String {
    let name = path.file_name().expect("a file").to_string_lossy();
    name.trim_end_matches(".gz").to_owned()
}

/// A capture with the texts beside it, read once.
struct Sample {
    name: String,
    text: String,
    names: Vec<String>,
    beside: BTreeMap<String, String>,
}

impl Sample {
    fn read(path: &Path) -> Sample {
        let mut beside = BTreeMap::new();
        let folder = path.parent().expect("a folder");
        for (folder, prefix) in [(folder, ""), (folder.parent().expect("a folder above"), "../")] {
            for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path()) {
                if entry.is_file() {
                    beside.insert(format!("{prefix}{}", plain_name(&entry)), common::text(&entry));
                }
            }
        }
        let below = folder.join("facts/zoneinfo.txt");
        if folder.file_name().is_some_and(|name| name == "numa") {
            let facts = folder.with_file_name("facts").join("zoneinfo.txt");
            beside.insert("../facts/zoneinfo.txt".to_owned(), common::text(&facts));
        } else if below.is_file() {
            beside.insert("facts/zoneinfo.txt".to_owned(), common::text(&below));
        }
        let names = beside.keys().filter(|name| !name.contains('/')).cloned().collect();
        Sample { name: plain_name(path), text: common::text(path), names, beside }
    }

    fn compare(&self, text: &str) -> Finding {
        let read = |name: &str| self.beside.get(name).cloned();
        let folder = Folder { names: &self.names, read: &read };
        Capture { name: &self.name, text, folder }.compare()
    }

    /// Returns the places of digits of numbers: words that begin with a digit, without time stamps.
    fn digits(&self) -> Vec<usize> {
        let mut digits = Vec::new();
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            // `[    0.12]` of a log, `task-pid [cpu] counter:` of a trace.
            let log = line.strip_prefix('[').and_then(|rest| rest.find("] ")).map(|at| at + 3);
            let trace = || line.find("] ").and_then(|at| Some(at + 2 + line[at + 2..].find(": ")?));
            let skipped = log.or_else(trace).unwrap_or(0);
            let is_name = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            let mut at = start + skipped;
            for word in line[skipped..].split_inclusive(is_name) {
                if word.starts_with(|c: char| c.is_ascii_digit()) {
                    let own = word.char_indices().filter(|(_, c)| c.is_ascii_digit());
                    digits.extend(own.map(|(within, _)| at + within));
                }
                at += word.len();
            }
            start += line.len();
        }
        digits
    }

    /// Returns how many of `tries` changed digits are noticed.
    fn noticed(&self, tries: u32) -> u32 {
        let (digits, mut rng) = (self.digits(), Rng::new(1));
        let mut found = 0;
        for _ in 0..tries {
            let at = digits[index64(rng.below(u64::from(count(digits.len()))))];
            let digit = if &self.text[at..=at] == "7" { "3" } else { "7" };
            let wrong = format!("{}{digit}{}", &self.text[..at], &self.text[at + 1..]);
            let is_noticed = match self.compare(&wrong) {
                Finding::Compared(tally) => !tally.is_exact() && tally.first.is_some(),
                Finding::Skipped(_) => false,
                Finding::Unreadable(_) => true,
            };
            if !is_noticed && std::env::var_os("MMSCOPE_DIGITS").is_some() {
                let line = wrong[..at].rfind('\n').map_or(0, |at| at + 1);
                eprintln!("{}: {} -> {}", self.name, wrong[line..].lines().next().unwrap_or(""), at - line);
            }
            found += u32::from(is_noticed);
        }
        found
    }
}

#[test]
fn wrong_numbers_are_found() {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let one = |&(path, floor): &(&str, u32)| {
        let noticed = Sample::read(&root().join(path)).noticed(TRIES);
        let told = format!("{path}: {noticed} of {TRIES} noticed, {floor} of a hundred expected");
        if std::env::var_os("MMSCOPE_DIGITS").is_some() {
            eprintln!("{told}");
        }
        (noticed * 100 < floor * TRIES).then_some(told)
    };
    let share =
        |worker: usize| FLOORS.iter().skip(worker).step_by(workers).filter_map(one).collect::<Vec<_>>();
    let low: Vec<String> = thread::scope(|scope| {
        let share = &share;
        let shares: Vec<_> = (0..workers).map(|worker| scope.spawn(move || share(worker))).collect();
        shares.into_iter().flat_map(|share| share.join().expect("comparisons that end")).collect()
    });
    assert!(low.is_empty(), "{low:#?}");
}

/// No kind is without a floor.
#[test]
fn every_kind_has_a_floor() {
    let samples: Vec<Sample> = FLOORS.iter().map(|(path, _)| Sample::read(&root().join(path))).collect();
    for comparison in COMPARISONS {
        let is_of_kind = |sample: &Sample| {
            let read = |name: &str| sample.beside.get(name).cloned();
            let folder = Folder { names: &sample.names, read: &read };
            let capture = Capture { name: &sample.name, text: &sample.text, folder };
            let first = COMPARISONS.iter().find(|comparison| (comparison.recognises)(&capture));
            first.is_some_and(|first| first.kind == comparison.kind)
        };
        assert!(samples.iter().any(is_of_kind), "{}", comparison.kind);
    }
}
