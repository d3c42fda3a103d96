//! Simulated time by call stack, as text that flame graph tools read: `a;b;c NANOSECONDS`.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use mm::session::Record;
use mm::trace::{Span, Trace};
use mm::units::index;

/// Sums the time spent in each stack over several commands, the command's verb outermost.
pub fn folded<'a>(records: impl Iterator<Item = &'a Record>) -> String {
    let mut stacks: BTreeMap<String, u64> = BTreeMap::new();
    for record in records {
        add(&mut stacks, record);
    }
    let mut out = String::new();
    for (stack, nanos) in stacks.iter().filter(|(_, nanos)| **nanos > 0) {
        let _ = writeln!(out, "{stack} {nanos}");
    }
    out
}

fn add(stacks: &mut BTreeMap<String, u64>, record: &Record) {
    let root = record.command.verb.kind().spec().name;
    let spans = record.trace.spans();
    let mut own: Vec<u64> = spans.iter().map(length).collect();
    let mut rest = record.trace.now().0;
    for span in spans {
        match span.parent {
            Some(parent) => own[index(parent)] -= length(span),
            None => rest -= length(span),
        }
    }
    *stacks.entry(root.into()).or_default() += rest;
    for (span, own) in spans.iter().zip(own) {
        *stacks.entry(stack(root, span, &record.trace)).or_default() += own;
    }
}

fn length(span: &Span) -> u64 {
    span.end.0 - span.start.0
}

fn stack(root: &str, span: &Span, trace: &Trace) -> String {
    let callers = core::iter::successors(Some(span), |span| Some(&trace.spans()[index(span.parent?)]));
    let mut names: Vec<&str> = callers.map(|span| span.func.name()).collect();
    names.push(root);
    names.reverse();
    names.join(";")
}

#[cfg(test)]
mod tests {
    use super::folded;
    use crate::tests::session;

    #[test]
    fn stacks_add_up_to_the_time_of_the_commands() {
        let session = session("boot ram=128M\nspawn web\nweb: buf = mmap 64K\nweb: touch buf\nsleep 1ms");
        let text = folded(session.records().iter());
        let sum: u64 = text.lines().filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok()).sum();
        let total: u64 = session.records().iter().map(|record| record.trace.now().0).sum();
        assert_eq!(sum, total);
        assert!(text.contains("touch;asm_exc_page_fault;"), "{text}");
        assert!(text.contains("sleep 1000000"), "{text}");
    }
}
