//! Golden traces: one scenario, one lesson.
//!
//! A scenario is a script in `tests/scenarios/`; of the commands on lines with a comment `#@` the
//! marked steps are kept (`#@start..end`, `#@fault.raised#1..fault.done#1`), of the others only the
//! answer. What no script brings about is arranged and has its golden in `tests/arranged/`.
//! `tests/events.txt` holds which events each scenario and lesson has, for the version of the
//! model. `MMSCOPE_BLESS=1` writes all of it anew: read the difference, it is what the change does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mm::session::Session;
use mm::trace::Trace;
use mm_view::{anchor, words};
use mmscope_tests::{arranged, golden};

/// Lines of a trace that somebody still reads.
const LINES_MAX: usize = 60;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn scripts(name: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(folder(name)).expect("a folder").map(|file| file.expect("a file").path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "mm")).collect();
    files.sort();
    files
}

fn scenarios() -> Vec<PathBuf> {
    scripts("scenarios")
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn is_blessed() -> bool {
    std::env::var_os("MMSCOPE_BLESS").is_some()
}

/// Holds a trace against its golden; returns what differs.
fn judge(file: &Path, now: &str) -> Option<String> {
    let lines = now.lines().count();
    assert!(lines <= LINES_MAX, "{}: a trace of {lines} lines, nobody reads that", file.display());
    if is_blessed() {
        fs::write(file, now).expect("a writable trace");
    }
    (fs::read_to_string(file).unwrap_or_default() != now).then(|| format!("{}\n{now}", file.display()))
}

#[test]
fn scenarios_do_what_they_did() {
    let mut wrong = Vec::new();
    for path in scenarios() {
        let session = golden::run(&text(&path));
        assert_eq!(session.unexpected().count(), 0, "{}", path.display());
        wrong.extend(judge(&path.with_extension("trace"), &golden::trace(&session)));
    }
    for arranged in arranged::all() {
        let file = folder("arranged").join(arranged.name).with_extension("trace");
        wrong.extend(judge(&file, &golden::steps(&arranged.trace, &arranged.world, arranged.kept())));
    }
    assert!(wrong.is_empty(), "MMSCOPE_BLESS=1 takes these over:\n{}", wrong.join("\n"));
}

#[test]
fn every_mark_is_one() {
    for path in scenarios().into_iter().chain(scripts("../web/lessons")) {
        let text = text(&path);
        let script = mm::script::parse(&text).unwrap_or_else(|wrong| panic!("{path:?}: {:?}", wrong.errors));
        for (line, told) in script.lines.iter().zip(text.lines()) {
            assert!(line.mark.is_some() || !told.contains("#@"), "{}: {told}", path.display());
        }
    }
}

fn names(trace: &Trace) -> impl Iterator<Item = &'static str> + '_ {
    trace.steps().iter().map(|step| words::event_name(&step.event))
}

#[test]
fn every_event_occurs_in_a_golden_trace() {
    let mut seen = BTreeSet::new();
    for path in scenarios() {
        let session = golden::run(&text(&path));
        for record in session.records() {
            let kept = golden::kept(&session, record);
            seen.extend(names(&record.trace).take(kept.end).skip(kept.start));
        }
    }
    for arranged in arranged::all() {
        let kept = arranged.kept();
        seen.extend(names(&arranged.trace).take(kept.end).skip(kept.start));
    }
    let missing: Vec<&str> = words::event_names().filter(|name| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "no scenario shows {missing:?}");
}

/// FNV-1a, which is enough to see a change.
fn digest<'a>(texts: impl Iterator<Item = &'a str>) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    texts.flat_map(|text| text.bytes().chain([0])).fold(0xcbf2_9ce4_8422_2325, step)
}

fn all_events(session: &Session) -> u64 {
    digest(session.records().iter().flat_map(|record| names(&record.trace).chain([""])))
}

/// Returns of each script of `events.txt` what its text was and which events it had.
fn read_events(text: &str) -> BTreeMap<String, (String, String)> {
    let lines = text.lines().filter_map(|line| {
        let [name, script, events] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
        Some((name.to_owned(), (script.to_owned(), events.to_owned())))
    });
    lines.collect()
}

/// A link names a step by its event. When a script of which no letter changed has other events than
/// before, links made before may mean another step: then the version of the model has to be
/// another one, too. Blessing raises it.
#[test]
fn events_are_those_of_this_version_of_the_model() {
    let file = folder("events.txt");
    let before = read_events(&fs::read_to_string(&file).unwrap_or_default());
    let mut now = BTreeMap::new();
    for (kind, path) in ["scenarios", "../web/lessons"].iter().flat_map(|kind| {
        scripts(kind).into_iter().map(move |path| (kind.trim_start_matches("../web/"), path))
    }) {
        let text = text(&path);
        let name = format!("{kind}/{}", path.file_stem().unwrap_or_default().to_string_lossy());
        let events = all_events(&golden::run(&text));
        now.insert(name, (format!("{:016x}", digest([&*text].into_iter())), format!("{events:016x}")));
    }
    let is_other = |(name, (script, events)): (&String, &(String, String))| {
        now.get(name).is_some_and(|(script_now, events_now)| script_now == script && events_now != events)
    };
    let is_raised = before.iter().any(is_other);
    if is_blessed() {
        let lines = now.iter().map(|(name, (script, events))| format!("{name} {script} {events}\n"));
        fs::write(&file, lines.collect::<String>()).expect("a writable list");
        if is_raised {
            let version: u32 = anchor::MODEL.parse().expect("a number");
            let file = folder("../crates/mm-view/src/model-version.txt");
            fs::write(file, format!("{}\n", version + 1)).expect("a writable version");
        }
    } else {
        assert!(
            !is_raised,
            "the model's events changed: `cargo xtask golden` raises its version, which links carry"
        );
        assert!(before == now, "scripts changed: `cargo xtask golden` writes tests/events.txt anew");
    }
}
