//! Captured states that are shipped: what `crates/mm-view/states` keeps is what the captures say.
//!
//! A point `NAME/TEST/MOMENT` is what a test dumped at that moment, in a shorter notation. A point
//! `NAME/N` is the first dump of file N, with the pageblock types that the files
//! before it led to. `MMSCOPE_BLESS=1` writes the files anew.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use mm::import::freelists::{CarriedTypes, FreelistsState, Pageblocks};
use mm::session::{Host, HostFile, Session};
use mm_oracle::replay::replay_script;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Returns the lines of the first dump, from the first `zone` on.
fn first_dump(text: &str) -> Vec<&str> {
    let is_dump = |line: &&str| line.starts_with("zone ") || line.starts_with(' ');
    text.lines().skip_while(|line| !line.starts_with("zone ")).take_while(is_dump).collect()
}

/// Adds the pageblock types behind each zone that lacks them.
fn with_types(dump: &[&str], state: &FreelistsState) -> String {
    let mut out = String::new();
    let mut zones = state.zones.iter();
    let mut pending: Option<&Pageblocks> = None;
    for line in dump {
        if line.starts_with("zone ") {
            push_types(&mut out, pending.take());
            pending = zones.next().and_then(|zone| zone.pageblocks.as_ref());
        }
        if line.starts_with(" pageblocks ") {
            pending = None;
        }
        out.push_str(line);
        out.push('\n');
    }
    push_types(&mut out, pending);
    out.push_str("end\n");
    out
}

fn push_types(out: &mut String, blocks: Option<&Pageblocks>) {
    let Some(Pageblocks { order, first, types }) = blocks else { return };
    let letters: String = types.iter().map(|mt| mt.map_or('.', |mt| mt.letter())).collect();
    out.push_str(&format!(" pageblocks order={order} first_pfn={first} types={letters}\n"));
}

/// Returns a moment that a file of `256M-frag` dumps: `defer/fragmented`.
fn moment(capture: &str, test: &str, moment: &str) -> String {
    let folder = root().join("tests/oracle").join(capture).join("frag");
    let text = common::text(&folder.join(format!("frag-defrag-{test}.txt.gz")));
    let at = text.find(&format!("\n{moment}:")).expect("a moment of the capture");
    let dump = first_dump(&text[at..]);
    let mut out = String::new();
    for line in dump {
        out.push_str(&shorter(line));
        out.push('\n');
    }
    out.push_str("end\n");
    out
}

/// Writes a list with runs of any distance: `pfn+n/frames`.
fn shorter(line: &str) -> String {
    let Some((head, runs)) = line.split_once(": ") else { return line.to_owned() };
    let order = head.split_once(" order=").expect("a list has an order").1;
    let order: u32 = order.split(' ').next().and_then(|order| order.parse().ok()).expect("an order");
    let step = 1_i64 << order;
    let numbers: Vec<i64> = runs.split(' ').flat_map(|run| numbers_of(run, step)).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < numbers.len() {
        let by = numbers.get(at + 1).map_or(0, |next| next - numbers[at]);
        let length = 1 + numbers[at..].windows(2).take_while(|pair| pair[1] - pair[0] == by).count();
        if by.abs() != step && length < 3 {
            out.push(numbers[at].to_string());
            at += 1;
            continue;
        }
        let sign = if by > 0 { '+' } else { '-' };
        let far = if by.abs() == step { String::new() } else { format!("/{}", by.abs()) };
        out.push(format!("{}{sign}{length}{far}", numbers[at]));
        at += length;
    }
    format!("{head}: {}", out.join(" "))
}

fn numbers_of(run: &str, step: i64) -> Vec<i64> {
    let number = |text: &str| text.parse::<i64>().expect("a number");
    match run.find(['+', '-']) {
        None => vec![number(run)],
        Some(at) => {
            let by = if run.as_bytes()[at] == b'+' { step } else { -step };
            (0..number(&run[at + 1..])).map(|n| number(&run[..at]) + n * by).collect()
        }
    }
}

/// Returns the state before file `number` of a capture, `None` for the state it starts from.
fn point(capture: &str, number: Option<&str>) -> String {
    let folder = root().join("tests/oracle").join(capture).join("buddy");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("a folder of captures")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    names.sort();
    let mut types = CarriedTypes::default();
    for name in names {
        let text = fs::read_to_string(folder.join(&name)).expect("a readable capture");
        if number.is_none_or(|number| name.starts_with(number)) {
            let mut state = FreelistsState::parse(&text).expect("a dump");
            state.carry(&types);
            return with_types(&first_dump(&text), &state);
        }
        replay_script(&text, &mut types).expect("a script of the probe");
    }
    panic!("{capture} has no file {number:?}");
}

#[test]
fn shipped_states_are_what_was_captured() {
    for name in mm_view::host::states() {
        let (capture, number) = match name.split_once('/') {
            Some((capture, number)) => (capture, Some(number)),
            None => (name, None),
        };
        let captured = match number.and_then(|number| number.split_once('/')) {
            Some((test, at)) => moment(capture, test, at),
            None => point(capture, number),
        };
        let file = root().join("crates/mm-view/states").join(format!("{name}.txt"));
        if std::env::var_os("MMSCOPE_BLESS").is_some() {
            fs::write(&file, &captured).expect("a writable state");
        } else {
            let shipped = fs::read_to_string(&file).expect("a state");
            assert_eq!(shipped, captured, "{name}: MMSCOPE_BLESS=1 writes it anew");
        }
    }
}

#[test]
fn every_shipped_state_boots_to_what_it_says() {
    for name in mm_view::host::states() {
        let mut session = Session::new(Host { file: |_, _| HostFile::Absent, state: mm_view::HOST.state });
        let script = mm::script::parse(&format!("boot state={name}")).expect("a script that reads");
        session.load(script);
        session.run_all();
        assert_eq!(session.unexpected().count(), 0, "{name}");
        let violations = mm::check::all(session.world());
        assert!(violations.is_empty(), "{name}: {violations:?}");
    }
}
