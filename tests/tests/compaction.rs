//! Compaction against a real kernel's: the runs of requests that compact for themselves.
//!
//! `256M-frag` fragments memory, faults 16 huge pages with each setting of `defrag`, and
//! traces what compaction does. A dump has lists, but neither owners nor positions of
//! scanners: frames in use in movable pageblocks are taken for movable.

mod common;

use std::path::Path;

use mm::session::Session;
use mm_view::oracle::ftrace::compaction_line;
use mmscope_tests::golden;

fn capture(name: &str) -> String {
    common::text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/256M-frag/frag").join(name))
}

/// The script of the captures: 16 huge pages, one after the other.
fn faults(state: &str, defrag: &str) -> Session {
    golden::run(&format!(
        "boot state=256M-frag/{state}/fragmented
spawn t
echo always > /sys/kernel/mm/transparent_hugepage/enabled
echo {defrag} > /sys/kernel/mm/transparent_hugepage/defrag
t: h = mmap 32M align=2M; madvise h 32M hugepage; touch h 4K stride=2M count=16"
    ))
}

/// Returns what was traced during the faults, without task, time and what we do not say.
fn traced(name: &str) -> Vec<String> {
    let text = capture(&format!("frag-defrag-{name}-trace.txt"));
    let after = text.lines().skip_while(|line| !line.ends_with(": huge page faults")).skip(1);
    let during = after.take_while(|line| !line.ends_with(": done"));
    let event = |line: &str| line.split_once(": ").map(|(_, event)| event.to_owned());
    during.filter_map(event).filter(|line| !line.starts_with("mm_compaction_try")).collect()
}

fn said(session: &Session) -> Vec<String> {
    let steps = session.records().iter().flat_map(|record| record.trace.steps());
    let lines = steps.filter_map(|step| {
        let mm::event::Event::Compaction(event) = &step.event else { return None };
        compaction_line(event, &session.world().phys)
    });
    lines.collect()
}

#[test]
fn direct_compaction_goes_as_it_was_traced() {
    for defrag in ["madvise", "always"] {
        let session = faults(defrag, defrag);
        // What earlier successes left in compact_order_failed is not in the dump: with it the
        // first attempt is not even considered for deferral.
        let known = |line: String| line.replace(" consider=1 ", " consider=0 ");
        let [ours, theirs] =
            [said(&session), traced(defrag)].map(|lines| lines.into_iter().map(known).collect::<Vec<_>>());
        assert_eq!(ours.join("\n"), theirs.join("\n"), "{defrag}");
    }
}

#[test]
fn nothing_is_compacted_where_defrag_is_deferred() {
    let session = faults("defer", "defer");
    assert_eq!(said(&session), Vec::<String>::new());
}
