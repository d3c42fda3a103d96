//! `mmscope oracle` as people run it: what it prints and how it ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs, process};

fn mmscope(args: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mmscope")).arg("oracle").args(args).output().expect("mmscope runs")
}

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/oracle")
}

/// Makes a folder with these files, of which nobody else knows.
fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = env::temp_dir().join(format!("mmscope-oracle-{}-{name}", process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).expect("a file");
    }
    folder
}

#[track_caller]
fn assert_ends(output: &Output, code: i32, last: &str) {
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert_eq!(text.lines().last().unwrap_or_default(), last);
}

#[test]
fn agreement_ends_well() {
    let output = mmscope(&[&captures().join("512M-facts/facts/iomem.txt")]);
    assert_ends(
        &output,
        0,
        "total: informative 21 of 21, unchanged 1 of 1; 21 of 21 lines in 1 files; 0 files not compared, 0 damaged",
    );
}

#[test]
fn archives_are_unpacked_and_states_found() {
    let output = mmscope(&[&captures().join("512M-touch/touch/trace.txt.gz")]);
    assert_ends(
        &output,
        0,
        "total: informative 2133 of 2133, unchanged 444 of 444, input 2006; 3122 of 5127 lines in 1 files; 0 files not compared, 0 damaged",
    );
}

#[test]
fn a_difference_is_told() {
    let facts = captures().join("512M-facts/facts");
    let zoneinfo = fs::read(facts.join("zoneinfo.txt")).expect("a capture");
    let tunables = b"/proc/sys/vm/min_free_kbytes=2705\n";
    let folder = folder("difference", &[("zoneinfo.txt", &zoneinfo), ("any name", tunables)]);
    let output = mmscope(&[&folder.join("any name")]);
    assert_ends(
        &output,
        1,
        "total: informative 0 of 1; 1 of 1 lines in 1 files; 0 files not compared, 0 damaged",
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let told = "first difference: line 1: /proc/sys/vm/min_free_kbytes: the file has 2705, the model 2704";
    assert!(text.contains(told), "{text}");
    fs::remove_dir_all(folder).expect("our own folder");
}

#[test]
fn nothing_compared_is_no_success() {
    let files: [(&str, &[u8]); 3] = [("a", b"\xff\xfe\0"), ("b.gz", b"\x1f\x8bnot packed"), ("c.txt", b"")];
    let folder = folder("nothing", &files);
    let output = mmscope(&[&folder]);
    assert_ends(
        &output,
        1,
        "total: informative 0 of 0; 0 of 0 lines in 0 files; 2 files not compared, 1 damaged",
    );
    fs::remove_dir_all(folder).expect("our own folder");
}

#[test]
fn half_a_capture_is_not_a_whole_one() {
    let dump = fs::read_to_string(captures().join("128M-buddy/buddy/00-freelists.txt")).expect("a capture");
    let cut = dump.rfind(" pageblocks").expect("pageblocks at the end");
    let undone = format!("{dump}a n1 0 0x2001 288 DMA\n");
    let files = [("cut.txt", &dump.as_bytes()[..cut]), ("undone.txt", undone.as_bytes())];
    let folder = folder("half", &files);
    let output = mmscope(&[&folder]);
    assert_ends(
        &output,
        1,
        "total: informative 2 of 2, input 1; 42 of 42 lines in 1 files; 0 files not compared, 1 damaged",
    );
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("expected a line `end`"), "{text}");
    assert!(text.contains("what is free after line"), "{text}");
    fs::remove_dir_all(folder).expect("our own folder");
}

#[test]
fn what_is_not_there_cannot_be_compared() {
    assert_ends(&mmscope(&[Path::new("no/such/file")]), 2, "");
    assert_ends(&mmscope(&[]), 2, "");
}
