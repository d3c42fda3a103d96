//! Traces of `mm_page_*` events between two states (`touch`, `life`, `work`).

use crate::replay::replay_trace;

use super::buddy::is_zone;
use super::{Capture, Comparison, Part, Skipped, Stop, Tally};

/// Events of the page allocator, in the kernel's words or by their letters.
pub const TRACE: Comparison = Comparison { kind: "page trace", recognises: is_trace, compare: trace };

/// Neighbours that are looked through for states.
const NEIGHBOURS_MAX: usize = 64;

fn is_trace(capture: &Capture<'_>) -> bool {
    let is_event = |line: &str| line.contains(": mm_page_alloc: ") || line.contains(": mm_page_free: ");
    let is_letter = |line: &str| {
        let words: Vec<&str> = line.split_ascii_whitespace().take(6).collect();
        match words[..] {
            ["A", pfn, order, mt, gfp] => {
                let is_frame = pfn.strip_prefix("0x").unwrap_or(pfn).chars().all(|c| c.is_ascii_hexdigit());
                let are_numbers = [order, mt].iter().all(|word| word.parse::<u32>().is_ok());
                is_frame && are_numbers && gfp.contains("GFP_")
            }
            _ => false,
        }
    };
    capture.text.lines().any(|line| is_event(line) || is_letter(line))
}

fn trace(capture: &Capture<'_>) -> Result<Tally, Stop> {
    if lost_events(capture) {
        return Err(Skipped::EventsLost.into());
    }
    let states = states(capture).ok_or(Skipped::NoState)?;
    let mut tally = replay_trace(&states, capture.text)?;
    tally.skipped.extend(capture.text.lines().filter_map(other_event).map(|name| Part::Named(name).into()));
    tally.skipped.push(Part::DrainTypes.into());
    Ok(tally)
}

/// Returns the name of an event that is none of the page allocator's: `TASK-PID [CPU] TIME: NAME: ...`.
fn other_event(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("] ")?;
    let (name, _) = rest.split_once(": ")?.1.split_once(':')?;
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && !name.starts_with("mm_page_")).then(|| name.to_owned())
}

/// Returns the states around the trace: in the file itself, in the one named like it
/// (`thp-state` for `thp-trace`), or in two of them (`before` and `after`).
fn states(capture: &Capture<'_>) -> Option<String> {
    if dumps(capture.text) > 1 {
        return Some(capture.text.to_owned());
    }
    let (stem, end) = split(capture.name);
    let read = |word: &str| (capture.folder.read)(&format!("{stem}{word}{end}"));
    if let Some(text) = read("state").filter(|text| dumps(text) > 1) {
        return Some(text);
    }
    match (read("before"), read("after")) {
        (Some(before), Some(after)) => Some(format!("{}\n{after}", before.trim_end())),
        (Some(_) | None, Some(_) | None) => only_states(capture),
    }
}

/// Reads the folder's file of states, if there is only one.
fn only_states(capture: &Capture<'_>) -> Option<String> {
    let names = capture.folder.names.iter().filter(|name| name.as_str() != capture.name);
    let texts = names.take(NEIGHBOURS_MAX).filter_map(|name| (capture.folder.read)(name));
    let mut states = texts.filter(|text| text.lines().next().is_some_and(is_zone) && dumps(text) == 2);
    states.next().filter(|_| states.next().is_none())
}

/// Counts the dumps of a text.
fn dumps(text: &str) -> u32 {
    let mut is_within = false;
    let mut found = 0;
    for line in text.lines() {
        found += u32::from(is_zone(line) && !is_within);
        is_within = is_zone(line) || line.starts_with(' ');
    }
    found
}

/// Cuts the word that says what a file is out of its name: `life-trace.txt` is `life-`, `.txt`.
fn split(name: &str) -> (&str, &str) {
    let (base, end) = name.rfind('.').map_or((name, ""), |at| name.split_at(at));
    let stem = ["trace", "events"].iter().find_map(|word| base.strip_suffix(word));
    (stem.unwrap_or(base), end)
}

/// `# entries-in-buffer/entries-written: 6479/6479   #P:1`, in the trace or beside it.
pub(super) fn lost_events(capture: &Capture<'_>) -> bool {
    let stem = capture.name.strip_suffix(".txt").unwrap_or(capture.name);
    let heads = [capture.name, stem].map(|name| (capture.folder.read)(&format!("{name}.head")));
    let beside = heads.into_iter().flatten().next().unwrap_or_default();
    let head = capture.text.lines().take_while(|line| line.starts_with('#')).chain(beside.lines());
    let counts = head.filter_map(|line| line.split_once("entries-written:")?.1.split_whitespace().next());
    counts.filter_map(|counts| counts.split_once('/')).any(|(kept, written)| kept != written)
}
