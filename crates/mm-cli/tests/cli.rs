//! `mmscope` as a shell sees it: output, complaints, exit codes.

use std::io::{Read as _, Write as _};
use std::process::{Command, Output, Stdio};

fn mmscope(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mmscope"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("mmscope starts");
    // Whoever does not read its input may close it first.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("mmscope ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const GOOD: &str = "boot ram=128M\nspawn web\nweb: buf = mmap 16K; write buf\ncat /proc/buddyinfo\n";

#[test]
fn a_script_that_goes_well_prints_commands_and_answers() {
    let output = mmscope(&["run", "-"], GOOD);
    assert_eq!(output.status.code(), Some(0));
    let out = text(&output.stdout);
    assert!(out.starts_with("> boot ram=128M\n  Memory: "), "{out}");
    assert!(out.contains("\n> web: write buf\n  1 minor fault, "), "{out}");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn quiet_prints_only_what_was_asked_for() {
    let output = mmscope(&["run", "--quiet", "-"], GOOD);
    let out = text(&output.stdout);
    assert!(out.starts_with("Node 0, zone") && out.lines().count() == 2, "{out}");
}

#[test]
fn failures_are_told_together_at_the_end() {
    let script = "boot ram=128M\nspawn web\nexpect rss.web == 8K\nweb: write 0x10\nweb: mmap 0 !EINVAL\n";
    let output = mmscope(&["run", "--quiet", "-"], script);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr),
        "-:3:1: expect rss.web == 8K\n  ! expected == 8192 B, got 4096 B\n\
         -:4:1: web: write 0x10\n  ! SIGSEGV si_code=SEGV_MAPERR addr=0x10: no area at this address\n  \
         ! the line expects success; write !SIGSEGV if this is meant\n"
    );
}

#[test]
fn a_text_that_is_no_script_runs_nothing() {
    for command in ["run", "check"] {
        let output = mmscope(&[command, "-"], "boto ram=1G\nspawn web\nweb: mmap 16X\n");
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(text(&output.stdout), "");
        let complaints = text(&output.stderr);
        assert!(
            complaints.starts_with("-:1:1: `boto`: expected a verb; did you mean `boot`?\n"),
            "{complaints}"
        );
        assert!(complaints.contains("\n  web: mmap 16X\n            ^^^\n"), "{complaints}");
    }
    assert_eq!(mmscope(&["check", "-"], GOOD).status.code(), Some(0));
    assert_eq!(mmscope(&["check", "/nowhere/a.mm"], "").status.code(), Some(2));
}

#[test]
fn steps_are_told_in_either_language() {
    for place in ["4.1", "4:tlb.switch"] {
        let told = text(&mmscope(&["run", "--seek", place, "-"], GOOD).stdout);
        assert!(told.starts_with("4:tlb.switch#1 (4.1 of 4."), "{told}");
    }
    let output = mmscope(&["run", "--trace", "--lang", "zh", "-"], GOOD);
    assert!(text(&output.stdout).contains("CPU 进入内核。"));
    assert_eq!(mmscope(&["run", "--seek", "x", "-"], GOOD).status.code(), Some(2));
}

#[test]
fn a_place_that_is_not_there_is_told() {
    for (lang, place, told) in [
        ("en", "4:walk", "`4:walk`: expected start, end or the name of an event"),
        ("en", "9:end", "`9:end`: command 9 was not run"),
        (
            "zh",
            "4:fault.rised",
            "`4:fault.rised#1`：第 4 条命令没有事件 `fault.rised`；是不是想写 `fault.raised`？",
        ),
    ] {
        let output = mmscope(&["run", "--lang", lang, "--seek", place, "-"], GOOD);
        assert_eq!(output.status.code(), Some(2), "{place}");
        assert!(text(&output.stderr).starts_with(told), "{}", text(&output.stderr));
    }
}

#[test]
fn a_trace_numbers_equal_events() {
    let out = text(&mmscope(&["run", "--trace", "-"], GOOD).stdout);
    assert!(out.contains("[fault.raised#1]"), "{out}");
}

#[test]
fn stacks_are_folded() {
    let output = mmscope(&["run", "--folded", "-"], GOOD);
    for line in text(&output.stdout).lines() {
        let (stack, nanos) = line.rsplit_once(' ').expect("a stack and a number");
        assert!(!stack.is_empty() && nanos.parse::<u64>().is_ok(), "{line}");
    }
}

#[test]
fn events_are_explained() {
    let output = mmscope(&["explain", "buddy.split"], "");
    assert!(text(&output.stdout).starts_with("buddy.split\n  expand  (mm/page_alloc.c)\n"));
    let names = mmscope(&["explain"], "");
    assert!(text(&names.stdout).lines().count() > 50);
    assert_eq!(mmscope(&["explain", "nothing.such"], "").status.code(), Some(2));
}

#[test]
fn a_state_may_be_a_file() {
    let state = concat!(env!("CARGO_MANIFEST_DIR"), "/../mm-view/states/128M-buddy.txt");
    let output = mmscope(&["run", "-"], &format!("boot state={state}\n"));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(mmscope(&["run", "-"], "boot state=/nowhere\n").status.code(), Some(1));
}

/// Runs `boot state=` of a file with these bytes; returns what is complained about.
#[track_caller]
fn boot_file(name: &str, bytes: &[u8]) -> String {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, bytes).expect("a writable folder");
    let output =
        mmscope(&["run", "-"], &format!("boot ram=128M\nboot state={}\nspawn web\n", path.display()));
    assert_eq!(output.status.code(), Some(1), "{name}");
    let told = text(&output.stderr);
    assert!(told.contains("\n1 command after it was not run"), "{told}");
    told
}

#[test]
fn a_file_that_is_no_state_is_named() {
    let whole = mm_view::host::state("128M-buddy").expect("a shipped state");
    let half = &whole[..whole.len() / 2];
    let buddyinfo = "\nNode 0, zone      DMA      0      0      0      0      0      0      0      0      1      1      3\n";
    let report =
        "[1.0] x: page allocation failure: order:4, mode:0x20\n[1.0] Pid: 1 Not tainted 3.2.0-4 #1\n[1.0] ";
    let mut bytes = report.as_bytes().to_vec();
    bytes.push(0xff);
    for (name, bytes, told) in [
        (
            "buddyinfo",
            buddyinfo.as_bytes(),
            "EINVAL: from line 2 on this is the text of /proc/buddyinfo: it has counts",
        ),
        ("report", &bytes, "EINVAL: from line 1 on this is a page allocation failure report of a 3.2 kernel"),
        ("half", half.as_bytes(), "EINVAL: the state is damaged or cut: line "),
        ("latin1", b"one\ntwo \xe4\n", "EINVAL: line 2 is no text in UTF-8"),
        ("letter", b"dear reader\n", "EINVAL: the file has no `zone` line"),
    ] {
        let got = boot_file(name, bytes);
        assert!(got.contains(told), "{name}: {got}");
    }
    let folder = format!("boot state={}\n", env!("CARGO_TARGET_TMPDIR"));
    let output = mmscope(&["run", "-"], &folder);
    assert!(
        text(&output.stderr).contains("EIO: this is no file that can be read"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn kernel_text_for_a_script_is_one_sentence() {
    let report = b"<4>d\xfc\xfc [1.0] x: page allocation failure: order:4, mode:0x20\n<4>[1.0] Mem-Info:\n";
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("report.txt");
    std::fs::write(&path, report).expect("a writable folder");
    for command in ["run", "check"] {
        let output = mmscope(&[command, &path.display().to_string()], "");
        assert_eq!(output.status.code(), Some(2));
        let told = text(&output.stderr);
        let sentence = "this is no script but a page allocation failure report: reading it is not built yet; line 1 is not UTF-8\n";
        assert!(told.ends_with(sentence) && told.lines().count() == 1, "{told}");
    }
    assert_eq!(mmscope(&["run", "-"], "\u{feff}boot ram=128M\n").status.code(), Some(0));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let script = format!("{GOOD}web: big = mmap 4M; touch big\n");
    let mut child = Command::new(env!("CARGO_BIN_EXE_mmscope"))
        .args(["run", "--trace", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("mmscope starts");
    child.stdin.take().expect("a pipe").write_all(script.as_bytes()).expect("a reader");
    let mut first = [0; 16];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("some output");
    let output = child.wait_with_output().expect("mmscope ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "");
}
