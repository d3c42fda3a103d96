//! Golden traces: one scenario, one lesson.
//!
//! A scenario is a script in `tests/scenarios/`; of the commands on lines with a comment `#@n`
//! every step is kept, of the others only the answer. `MMSCOPE_BLESS=1` writes the traces
//! anew: read the difference, it is what the change does.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mm::session::Session;
use mm_view::words;
use mmscope_tests::golden;

/// Lines of a trace that somebody still reads.
const LINES_MAX: usize = 60;

fn scenarios() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files = fs::read_dir(folder).expect("scenarios").map(|file| file.expect("a file").path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "mm")).collect();
    files.sort();
    files
}

fn run(path: &Path) -> Session {
    golden::run(&fs::read_to_string(path).expect("a readable scenario"))
}

#[test]
fn scenarios_do_what_they_did() {
    let bless = std::env::var_os("MMSCOPE_BLESS").is_some();
    let mut wrong = Vec::new();
    for path in scenarios() {
        let session = run(&path);
        assert_eq!(session.unexpected().count(), 0, "{}", path.display());
        let now = golden::trace(&session);
        let lines = now.lines().count();
        assert!(lines <= LINES_MAX, "{}: a trace of {lines} lines, nobody reads that", path.display());
        let file = path.with_extension("trace");
        if bless {
            fs::write(&file, &now).expect("a writable trace");
        } else if fs::read_to_string(&file).unwrap_or_default() != now {
            wrong.push(format!("{}\n{now}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "MMSCOPE_BLESS=1 takes these over:\n{}", wrong.join("\n"));
}

/// Events that no short script can bring about, each with its reason.
const RARE: &[(&str, &str)] = &[
    ("alloc.unreserve_highatomic", "sixteen rounds without progress: see the tests of the slow path"),
    ("oom.weighed", "a process that dies takes hundreds of steps: see the scenarios of the OOM killer"),
    ("oom.killed", "the same"),
    ("oom.already_dying", "a victim that finds even its reserves empty: see the tests of the slow path"),
    ("slowpath.retry_compact", "compaction that fails after reclaim freed something: nothing reclaims yet"),
    ("fault.oom", "all of memory taken by a process"),
    ("fault.no_page", "a file mapping beyond its file: files are not modelled yet"),
    ("fault.spurious", "two threads at one page: threads are not modelled yet"),
    ("fault.reused", "a read-only page that nobody shares any more: fork is not modelled yet"),
    ("walk.set_bits", "an entry that is not yet accessed or dirty: only reclaim makes such entries"),
    ("compaction.defer_reset", "a run over a zone: thousands of steps"),
    ("compaction.isolate_migratepages", "a run over a zone: thousands of steps"),
    ("compaction.isolate_freepages", "a run over a zone: thousands of steps"),
    ("compaction.moved", "a run over a zone: thousands of steps"),
    ("compaction.migratepages", "a run over a zone: thousands of steps"),
    ("compaction.captured", "a run over a zone: thousands of steps"),
    ("compaction.reset_skip", "a run over a zone: thousands of steps"),
    ("compaction.wakeup_kcompactd", "a run over a zone: thousands of steps"),
    ("compaction.kcompactd_wake", "a run over a zone: thousands of steps"),
    ("shell.coarse", "a command of more than 200 000 steps"),
];

#[test]
fn every_event_occurs_in_a_golden_trace() {
    let mut seen = BTreeSet::new();
    for path in scenarios() {
        let session = run(&path);
        let marked = session.records().iter().filter(|record| golden::is_marked(&session, record));
        seen.extend(
            marked.flat_map(|record| record.trace.steps()).map(|step| words::event_name(&step.event)),
        );
    }
    let rare = |name: &str| RARE.iter().any(|(known, _)| *known == name);
    let missing: Vec<&str> =
        words::event_names().filter(|name| !seen.contains(name) && !rare(name)).collect();
    assert!(missing.is_empty(), "no scenario shows {missing:?}");
    let shown: Vec<&str> = RARE.iter().map(|(name, _)| *name).filter(|name| seen.contains(name)).collect();
    assert!(shown.is_empty(), "not so rare: {shown:?}");
    for (name, _) in RARE {
        assert!(words::event_names().any(|known| known == *name), "no event is called {name}");
    }
}
