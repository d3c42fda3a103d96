use super::{SCRIPT, looks};
use crate::{Capture, Class, Count, Folder, Skipped, Tally};

/// Compares answers on the default machine.
fn compare(text: &str) -> Tally {
    let folder = Folder { names: &[], read: &|_| None };
    (SCRIPT.compare)(&Capture { name: "a.out", text, folder }).expect("answers")
}

fn count(compared: u64, exact: u64) -> Count {
    Count { compared, exact }
}

const SPAWN: &str = "> spawn web\n= spawn\n> web: a = mmap 8K rw fixed=0x10000000\n= 0x10000000 minflt +0\n";

#[test]
fn what_doing_nothing_answers_is_unchanged() {
    let text = format!("{SPAWN}> web: read a 4K\n= 0 minflt +1\n> web: read a 4K\n= 0 minflt +0\n");
    let counts = compare(&text).counts;
    // The address, and one fault of three.
    assert_eq!(counts.of(Class::Informative), count(2, 2));
    assert_eq!(counts.of(Class::Unchanged), count(4, 4));
    assert_eq!(counts.of(Class::Form), count(1, 1));
    assert_eq!(counts.of(Class::Input), count(4, 4));
}

#[test]
fn a_look_that_shows_what_it_showed_is_unchanged() {
    let look = "> web: pages a 8K\n=\n  10000000+2 none\n";
    let counts = compare(&format!("{SPAWN}{look}{look}")).counts;
    assert_eq!(counts.of(Class::Informative), count(2, 2));
    assert_eq!(counts.of(Class::Unchanged), count(2, 2));
}

#[test]
fn an_errno_of_ours_is_an_answer() {
    let text = format!("{SPAWN}> web: munmap 0x10000001 4K\n= 0 minflt +0\n");
    let tally = compare(&text);
    assert!(!tally.is_exact() && tally.first.is_some_and(|first| first.got == "EINVAL"));
}

#[test]
fn a_line_is_one_command_and_looks_are_counted() {
    assert_eq!(looks::of("probe batch;lruid"), ["probe batch", "probe lruid"]);
    assert_eq!(looks::of("web: ra data"), ["ra"]);
    assert_eq!(looks::of("web: m = mmap 4K"), [""; 0]);
    let look = "> probe batch;lruid\n=\nbatch cpu=0\n> web: slots a 8K\n= none\n";
    let tally = compare(&format!("{SPAWN}{look}> web: read a 4K\n= 0 minflt +1\n"));
    let looks = ["probe batch", "probe lruid", "slots"].map(|name| Skipped::Look(name.to_owned()));
    assert_eq!(tally.skipped, looks);
    assert!(tally.is_exact());
}
