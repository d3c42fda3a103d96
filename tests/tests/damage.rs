//! Captures that were cut, patched or mixed up, they or the files beside them: what comes of one is
//! a finding with its place, never a panic.
//!
//! `MMSCOPE_DAMAGE=N` compares N damaged captures instead of a few hundred, and
//! `MMSCOPE_DAMAGE_SEED=N` others than those.

mod common;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use mm::rng::Rng;
use mm::units::{count, index64};
use mm_oracle::{Capture, Finding, Folder, report};
use mm_view::Lang;

/// Damaged captures of an ordinary run.
const RUNS: u64 = 240;
/// Larger captures take long and have nothing that smaller ones lack.
const BYTES_MAX: usize = 40_000;

/// All captures by their paths below the folder of captures, without `.gz`.
fn captures() -> BTreeMap<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle");
    let (mut folders, mut found) = (vec![root.clone()], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of captures") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).expect("below the folder");
                let is_zipped = name.extension().is_some_and(|end| end == "gz");
                let name = if is_zipped { name.with_extension("") } else { name.to_owned() };
                found.insert(name, common::text(&path));
            }
        }
    }
    found
}

fn pick(rng: &mut Rng, below: usize) -> usize {
    index64(rng.below(u64::from(count(below.max(1)))))
}

/// Returns a place between two characters.
fn place(rng: &mut Rng, text: &str) -> usize {
    let mut at = pick(rng, text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Returns the bytes of one of the numbers of a text.
fn number(rng: &mut Rng, text: &str) -> core::ops::Range<usize> {
    let is_digit = |c: char| c.is_ascii_digit();
    let from = place(rng, text);
    let Some(start) = text[from..].find(is_digit) else { return from..from };
    let start = from + start;
    let len = text[start..].find(|c| !is_digit(c)).unwrap_or(text.len() - start);
    start..start + len
}

/// Damages a text in one way.
fn damage(rng: &mut Rng, text: &mut String, other: &str) {
    const NUMBERS: [&str; 16] = [
        "0",
        "1",
        "2",
        "9",
        "63",
        "64",
        "255",
        "256",
        "4095",
        "65535",
        "268435455",
        "2147483648",
        "4294967295",
        "9223372036854775807",
        "18446744073709551615",
        "-1",
    ];
    let lines = text.lines().count();
    match rng.below(9) {
        0 => text.truncate(place(rng, text)),
        1 => {
            let at = place(rng, text);
            text.replace_range(..at, "");
        }
        2..=4 => text.replace_range(number(rng, text), rng.pick::<&str>(&NUMBERS)),
        5 => {
            let (at, len) = (pick(rng, lines), 1 + pick(rng, 3));
            let kept = text.lines().enumerate().filter(|(n, _)| !(at..at + len).contains(n));
            *text = kept.map(|(_, line)| format!("{line}\n")).collect();
        }
        6 => {
            let (from, to) = (pick(rng, lines), pick(rng, lines));
            let mut all: Vec<&str> = text.lines().collect();
            if let Some(&line) = all.get(from) {
                all.insert(to, line);
            }
            *text = all.join("\n");
        }
        7 => {
            let (at, line) = (place(rng, text), pick(rng, other.lines().count()));
            text.insert_str(at, other.lines().nth(line).unwrap_or_default());
        }
        _ => {
            let at = place(rng, text);
            text.insert_str(
                at,
                rng.pick::<&str>(&["\n", " ", "=", ":", ",", "-", "\u{fffd}", "\0", "+", "/"]),
            );
        }
    }
}

/// Compares a capture; neighbours are read through `neighbour`.
fn compare(
    all: &BTreeMap<PathBuf, String>,
    path: &Path,
    text: &str,
    neighbour: &dyn Fn(String) -> String,
) -> Finding {
    let folder = path.parent().expect("a folder");
    let names: Vec<String> = all
        .keys()
        .filter(|other| other.parent() == Some(folder))
        .filter_map(|other| Some(other.file_name()?.to_string_lossy().into_owned()))
        .collect();
    let read = |name: &str| {
        let path = match name.strip_prefix("../") {
            Some(above) => folder.parent()?.join(above),
            None => folder.join(name),
        };
        all.get(&path).cloned().map(neighbour)
    };
    let name = path.file_name().expect("a file").to_string_lossy();
    Capture { name: &name, text, folder: Folder { names: &names, read: &read } }.compare()
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn damage_is_told_and_never_a_panic() {
    let all = captures();
    let small: Vec<(&PathBuf, &String)> = all.iter().filter(|(_, text)| text.len() < BYTES_MAX).collect();
    let seed = setting("MMSCOPE_DAMAGE_SEED", 1);
    let (mut told, mut broken) = (0, Vec::new());
    for run in 0..setting("MMSCOPE_DAMAGE", RUNS) {
        let mut rng = Rng::new(seed << 32 | run);
        let (path, text) = small[pick(&mut rng, small.len())];
        let other = small[pick(&mut rng, small.len())].1;
        let mut text = text.clone();
        // The capture, its neighbours, or both.
        let whose = rng.below(3);
        if whose != 1 {
            (0..=rng.below(3)).for_each(|_| damage(&mut rng, &mut text, other));
        }
        let rng = RefCell::new(rng);
        let neighbour = |mut text: String| {
            let own = &mut *rng.borrow_mut();
            if whose != 0 && own.below(2) == 0 {
                damage(own, &mut text, other);
            }
            text
        };
        let what = format!("seed {seed} run {run} {}", path.display());
        let comparing = AssertUnwindSafe(|| compare(&all, path, &text, &neighbour));
        match catch_unwind(comparing) {
            Ok(finding) => {
                for lang in Lang::ALL {
                    told += u64::from(!report::lines(&what, &finding, lang).is_empty());
                }
            }
            Err(_) => broken.push(what),
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert_eq!(told, 2 * setting("MMSCOPE_DAMAGE", RUNS));
}

/// A dump that ends in the middle of a zone is of no machine: the file beside it says which file, and
/// where.
#[test]
fn a_cut_neighbour_is_named_with_its_line() {
    let folder = Path::new("1G-numa-2x512M/numa");
    let all = captures();
    let path = folder.join("numa.txt");
    let dump = "zone node=0 name=DMA start_pfn=1 spanned=4095 present=3998 managed=3840 free=3840 min=14 low=17 \
                high=20 boost=0 lowmem_reserve=0,447,447,951,951 diff=0, stat_threshold=3\n";
    let beside: BTreeMap<PathBuf, String> =
        [(path.clone(), all[&path].clone()), (folder.join("freelists.txt"), dump.to_owned())].into();
    let finding = compare(&beside, &path, &all[&path], &|text| text);
    let told = report::lines("numa.txt", &finding, Lang::En);
    assert_eq!(
        told,
        "numa.txt: not compared: freelists.txt beside it is damaged: line 1: expected a machine that can be booted\n"
    );
}
