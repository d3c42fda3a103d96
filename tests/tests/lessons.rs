//! Lessons: every expectation of every lesson's script holds.

use std::fs;
use std::path::{Path, PathBuf};

use mm::session::Session;
use mm_view::{Lang, words};
use mmscope_tests::golden;

fn lessons() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/lessons");
    let files = fs::read_dir(folder).expect("lessons").map(|file| file.expect("a file").path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "mm")).collect();
    files.sort();
    files
}

#[test]
fn every_expectation_and_mark_of_every_lesson_holds() {
    let mut wrong = String::new();
    for path in lessons() {
        let text = fs::read_to_string(&path).expect("a readable lesson");
        let script =
            mm::script::parse(&text).unwrap_or_else(|rejected| panic!("{path:?}: {:?}", rejected.errors));
        let mut session = Session::new(mm_view::HOST);
        session.load(script);
        session.run_all();
        for record in session.records() {
            // A mark that names a step which is not there ends the test.
            golden::kept(&session, record);
        }
        for (record, _) in session.unexpected() {
            wrong.push_str(&format!("{}:{}: {}\n", path.display(), record.command.at.line, record.command));
            wrong.push_str(&words::report::answer(record, session.world(), Lang::En));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_lessons_that_are_written_are_there() {
    let names: Vec<String> = lessons()
        .iter()
        .map(|path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    for name in [
        "01-one-machine",
        "04-walk-64",
        "07-demand-paging",
        "12-frames-nodes-zones",
        "13-which-zone",
        "14-buddy",
        "15-mobility",
        "16-slab",
        "28-compaction",
        "incident-fragmentation",
    ] {
        assert!(names.iter().any(|other| other == name), "{name} is missing");
    }
}
