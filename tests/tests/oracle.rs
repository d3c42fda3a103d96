//! The model against real machines: every capture under `tests/oracle/`, compared as
//! `mmscope oracle` does it, and the report of that.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use mm::rng::Rng;
use mm::units::{count, index64};
use mm_oracle::report::{self, Total};
use mm_oracle::{COMPARISONS, Capture, Class, Finding, Folder};
use mm_view::Lang;

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn oracle() -> PathBuf {
    project().join("tests/oracle")
}

/// Lists every file, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of captures") {
            let path = entry.expect("a file").path();
            if path.is_dir() { &mut folders } else { &mut found }.push(path);
        }
    }
    found.sort();
    found
}

fn plain_name(path: &Path) -> String {
    let name = path.file_name().expect("a file").to_string_lossy();
    name.trim_end_matches(".gz").to_owned()
}

/// Compares `text` as if it were the file at `path`.
fn compare(path: &Path, text: &str) -> Finding {
    let folder = path.parent().expect("a folder");
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
    let beside: BTreeMap<String, PathBuf> =
        entries.filter(|path| path.is_file()).map(|path| (plain_name(&path), path)).collect();
    let names: Vec<String> = beside.keys().cloned().collect();
    let neighbour = |name: &str| {
        if let Some(above) = name.strip_prefix("../") {
            let path = folder.parent()?.join(above);
            return path.is_file().then(|| common::text(&path));
        }
        if name.contains('/') {
            let path = folder.join(name);
            return path.is_file().then(|| common::text(&path));
        }
        beside.get(name).map(|path| common::text(path))
    };
    let folder = Folder { names: &names, read: &neighbour };
    Capture { name: &plain_name(path), text, folder }.compare()
}

/// Compares every capture, folders beside each other.
fn findings() -> Vec<(String, Finding)> {
    let all = files(&oracle());
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let one = |path: &PathBuf| {
        let name = path.strip_prefix(oracle()).expect("below the folder").to_string_lossy().into_owned();
        (name, compare(path, &common::text(path)))
    };
    let share = |worker: usize| all.iter().skip(worker).step_by(workers).map(one).collect::<Vec<_>>();
    let mut findings: Vec<(String, Finding)> = thread::scope(|scope| {
        let share = &share;
        let shares: Vec<_> = (0..workers).map(|worker| scope.spawn(move || share(worker))).collect();
        shares.into_iter().flat_map(|share| share.join().expect("a comparison that ends")).collect()
    });
    findings.sort_by(|a, b| Path::new(&a.0).cmp(Path::new(&b.0)));
    findings
}

#[test]
fn the_model_agrees_and_the_report_says_so() {
    let findings = findings();
    let mut total = Total::default();
    let mut wrong = String::new();
    for (path, finding) in &findings {
        total.add(finding);
        let is_exact = match finding {
            Finding::Compared(tally) => tally.is_exact(),
            Finding::Skipped(_) => true,
            Finding::Unreadable(_) => false,
        };
        if !is_exact {
            wrong.push_str(&report::lines(path, finding, Lang::En));
        }
    }
    let (file, now) = (project().join("docs/fidelity-report.md"), report::markdown(&findings));
    if std::env::var_os("MMSCOPE_BLESS").is_some() {
        fs::write(&file, &now).expect("a writable report");
    }
    assert!(
        total.is_exact() && total.counts.of(Class::Informative).exact > 100_000,
        "{}\n{wrong}",
        total.line(Lang::En)
    );
    let report = fs::read_to_string(&file).unwrap_or_default();
    assert!(report == now, "`cargo xtask fidelity` brings {} up to date", file.display());
}

/// A small capture of each kind.
const OF_EACH_KIND: &[&str] = &[
    "512M-script/script/vma-1.out",
    "512M-script/script/fault-1.out",
    "512M-buddy/buddy/04-split-and-merge.txt",
    "512M-buddy/buddy/00-freelists.txt",
    "512M-buddy/buddy/pagetypeinfo-after.txt",
    "1G-thp/thp/thp.txt",
    "256M-frag/frag/frag-defrag-madvise.txt.gz",
    "256M-frag2-defer/frag2/seed11/06-kcompactd-order9-do.txt",
    "512M-touch/touch/trace.txt.gz",
    "512M-facts/facts/zoneinfo.txt",
    "512M-facts/facts/pagetypeinfo.txt",
    "512M-facts/facts/buddyinfo.txt",
    "512M-facts/facts/meminfo.txt",
    "512M-facts/facts/sysctl-vm.txt",
    "512M-facts/facts/nodes.txt",
    "512M-facts/facts/iomem.txt",
    "512M-facts/facts/dmesg-mm.txt",
    "i386-1G-facts/facts/min_free_kbytes.txt",
    "1G-slab/slab/walk.txt",
    "1G-slab/slab/sizes.txt",
    "1G-slab/slab/kmalloc-ksize.txt",
    "1G-facts-smp4/facts/sys-kernel-slab.txt",
    "1G-facts-smp4/facts/slabinfo.txt",
];

/// Replaces the first line that begins with `start` after the first that begins with `from`.
fn with_wrong_line(text: &str, from: &str, start: &str, wrong: impl Fn(&str) -> String) -> (u32, String) {
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.iter().position(|line| line.starts_with(from)).expect("where to look from");
    let at = from + lines[from..].iter().position(|line| line.starts_with(start)).expect("a line");
    let wrong = wrong(lines[at]);
    assert_ne!(lines[at], wrong);
    let mut lines = lines;
    lines[at] = &wrong;
    (count(at) + 1, lines.join("\n"))
}

/// Every line beside a dump that follows from its lists is compared, to the byte.
#[test]
fn a_wrong_line_of_fragmented_memory_is_found() {
    let path = oracle().join("256M-frag/frag/frag-defrag-always.txt.gz");
    let text = common::text(&path);
    let other = |old: &'static str, new: &'static str| move |line: &str| line.replacen(old, new, 1);
    let damages = [
        with_wrong_line(&text, "fragmented:", "fragmented:", other("nr_free_pages=", "nr_free_pages=1")),
        with_wrong_line(&text, "fragmented:", "Node 0, zone    DMA32 ", other(" 8055 ", " 8056 ")),
        with_wrong_line(&text, "fragmented:", "Node 0, zone      DMA ", |line| line.trim_end().to_owned()),
        with_wrong_line(
            &text,
            "Page block",
            "Node    0, zone    DMA32, type      Movable",
            other("8241", "8242"),
        ),
        with_wrong_line(&text, "Number of blocks", "Node 0, zone    DMA32", other(" 98 ", " 99 ")),
        with_wrong_line(&text, "fragmented:", "Node 0, zone    DMA32 -1", other("-1.000", "0.000")),
        with_wrong_line(&text, "fragmented:", "Node 0, zone    DMA32 0", other("0.836", "0.837")),
        with_wrong_line(&text, "huge 16:", "huge 16:", other("fault_fallback=3", "fault_fallback=4")),
        with_wrong_line(&text, "after", "Node 0, zone    DMA32 ", other(" 3136 ", " 3137 ")),
    ];
    for (line, wrong) in damages {
        let finding = compare(&path, &wrong);
        let Finding::Compared(tally) = &finding else { panic!("{finding:?}") };
        assert_eq!(tally.compared(), tally.counts.all().exact + 1);
        assert_eq!(tally.first.as_ref().map(|first| first.line), Some(line), "{tally:?}");
    }
}

/// Damaged captures give findings, never a panic.
#[test]
fn no_capture_is_too_strange() {
    let mut rng = Rng::new(2);
    for path in OF_EACH_KIND {
        let path = oracle().join(path);
        let text = common::text(&path);
        let words: Vec<&str> = text.split_inclusive([' ', '\n', '=', ':', ',']).take(4000).collect();
        let mut pick = |below: usize| index64(rng.below(u64::from(count(below))));
        for _ in 0..12 {
            let mut strange = words.clone();
            strange.truncate(words.len() - pick(words.len()));
            for _ in 0..pick(6) {
                let (at, from) = (pick(strange.len().max(1)), pick(words.len()));
                match strange.get_mut(at) {
                    Some(word) if from % 3 > 0 => *word = words[from],
                    Some(word) => {
                        *word = ["99999999999999999999", "-1 ", "0x", "4294967295\n", "\u{3b1} "][from % 5];
                    }
                    None => {}
                }
            }
            let strange = strange.concat();
            let finding = compare(&path, &strange);
            report::lines("strange", &finding, Lang::Zh);
        }
        for strange in
            ["", "\n", "> ", "> spawn web\n=", "zone ", "zone node=0 start_pfn=1\n", "Node 0, zone DMA\n"]
        {
            compare(&path, strange);
        }
    }
}

#[test]
fn every_kind_has_a_capture() {
    let all = files(&oracle());
    for comparison in COMPARISONS {
        let is_recognised = |path: &PathBuf| {
            let folder = Folder { names: &[], read: &|_| None };
            (comparison.recognises)(&Capture { name: &plain_name(path), text: &common::text(path), folder })
        };
        assert!(all.iter().any(is_recognised), "{}", comparison.kind);
    }
}
