use super::*;
use crate::lessons::Lesson;

fn session(text: &str) -> Session {
    let mut session = new_session();
    let mut reader = Reader::default();
    assert!(reader.go_on(text, u32::MAX));
    reader.load(&mut session, text, Lang::En).expect("the script is right");
    session.run_all();
    session
}

#[test]
fn a_caption_names_the_function_and_its_callers() {
    let mut session = session("boot ram=128M\nspawn web\nweb: buf = mmap 64K\nweb: write buf\n");
    let all = steps(&session, 4);
    assert!(all.count() > 10);
    assert!(all.ends_ns.is_sorted());
    for step in 1..=all.count() {
        session.seek(Position { command: 4, step });
        for lang in Lang::ALL {
            let caption = caption(&session, lang);
            assert!(!caption.function.is_empty() && !caption.what.is_empty(), "step {step}");
        }
    }
    session.seek(Position { command: 4, step: 0 });
    assert_eq!(caption(&session, Lang::En), Caption::default());
}

#[test]
fn calls_nest() {
    let session = session("boot ram=128M\nspawn web\nweb: buf = mmap 64K\nweb: write buf\n");
    let calls = calls(&session, 4);
    assert!(!calls.is_empty());
    let mut open: Vec<Call> = Vec::new();
    for call in calls {
        open.retain(|caller| caller.depth < call.depth);
        assert!(open.iter().all(|caller| caller.first <= call.first && call.end <= caller.end));
        open.push(call);
    }
}

#[test]
fn lessons_run_as_they_say_and_open_on_what_they_are_about() {
    let events = [
        ("refill.mm", "page_table.set_entry"),
        ("01-one-machine.mm", "page_table.set_entry"),
        ("04-walk-64.mm", "shell.translated"),
        ("07-demand-paging.mm", "page_table.set_entry"),
        ("12-frames-nodes-zones.mm", "alloc.allocated"),
        ("13-which-zone.mm", "watermark.check"),
        ("14-buddy.mm", "buddy.split"),
        ("15-mobility.mm", "fallback.retype"),
        ("16-slab.mm", "slab.new_slab"),
        ("17-kernel-memory.mm", "vmalloc.allocated"),
        ("28-compaction.mm", "compaction.moved"),
        ("incident-fragmentation.mm", "compaction.moved"),
    ];
    assert_eq!(events.len(), Lesson::ALL.len());
    for (lesson, (file, event)) in Lesson::ALL.iter().zip(events) {
        assert_eq!(lesson.file, file);
        let mut session = session(lesson.text);
        assert_eq!(session.unexpected().count(), 0, "{file}");
        let anchor = lesson.at.parse().expect("an anchor");
        let at = resolve(&session, &anchor).expect("a step that is there");
        session.seek(at);
        assert_eq!(session.position(), at, "{file}");
        let record = session.record(at.command).expect("it has run");
        let step = &record.trace.steps()[index(at.step) - 1];
        assert_eq!(words::event_name(&step.event), event, "{file}");
        assert_eq!(lesson.selection().map(|thing| thing.key()).as_deref(), Some(lesson.selects), "{file}");
    }
}
