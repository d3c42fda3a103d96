//! The probe's scripts and states of the page allocator (`*-buddy`, `buddy-N`, `freelists`).

use crate::replay::{check_state, replay_script};
use mm::import::freelists::{CarriedTypes, FreelistsState};
use mm::import::text::{DumpError, Expected};

use super::{Capture, Comparison, Skipped, Stop, Tally};

/// Allocations and frees with dumps around them.
pub const SCRIPT: Comparison = Comparison { kind: "probe script", recognises: is_script, compare: script };

/// Dumps alone.
pub const STATE: Comparison = Comparison { kind: "free lists", recognises: is_state, compare: state };

/// Returns whether a line begins a zone of a dump.
pub(super) fn is_zone(line: &str) -> bool {
    line.starts_with("zone ") && line.contains(" start_pfn=")
}

fn is_state(capture: &Capture<'_>) -> bool {
    // A file that keeps dumps among other things is of another kind; headings are nothing.
    let is_heading = |line: &&str| line.trim().is_empty() || line.starts_with('#');
    capture.text.lines().find(|line| !is_heading(line)).is_some_and(is_zone)
}

/// Returns whether a line is something that the probe did.
fn is_operation(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().take(6).collect();
    match words[..] {
        ["a", _, _, gfp, pfn, ..] => gfp.starts_with("0x") && pfn.parse::<i64>().is_ok(),
        ["f", _, order, pfn, ..] => [order, pfn].iter().all(|word| word.parse::<i64>().is_ok()),
        ["aa", order, ..] => order.starts_with("order="),
        ["fa", mode, ..] => mode.starts_with("mode="),
        _ => false,
    }
}

fn is_script(capture: &Capture<'_>) -> bool {
    capture.text.lines().any(is_zone) && capture.text.lines().any(is_operation)
}

/// Tests that no dump is cut off: each has its `end`, or something done behind it. Returns the
/// line of the last operation if no dump follows that would tell what it left.
fn last_operation(text: &str) -> Result<Option<u32>, DumpError> {
    let (mut is_open, mut last, mut lines) = (false, None, 0);
    for (number, line) in (1..).zip(text.lines()) {
        lines = number;
        if is_zone(line) {
            (is_open, last) = (true, None);
        } else if line.trim() == "end" {
            is_open = false;
        } else if is_operation(line) {
            (is_open, last) = (false, Some(number));
        }
    }
    if is_open {
        return Err(DumpError { line: lines + 1, expected: Expected::Line("end") });
    }
    Ok(last)
}

fn script(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let last = last_operation(capture.text)?;
    let mut types = carried(capture)?;
    let mut tally = replay_script(capture.text, &mut types)?;
    if let Some(line) = last {
        tally.skipped.push(Skipped::NoStateAfter { line });
    }
    Ok(tally)
}

fn state(capture: &Capture<'_>) -> Result<Tally, Stop> {
    last_operation(capture.text)?;
    Ok(check_state(capture.text)?)
}

/// Returns the pageblock types that the folder's lower-numbered files end with, unless the
/// file has its own. Only files since the last that has types need to be replayed.
pub(super) fn carried(capture: &Capture<'_>) -> Result<CarriedTypes, Stop> {
    let has_types = |text: &str| -> bool {
        let first = text.lines().skip_while(|line| !is_zone(line)).take_while(|line| line.trim() != "end");
        first.into_iter().any(|line| line.trim_start().starts_with("pageblocks "))
    };
    let mut types = CarriedTypes::default();
    if has_types(capture.text) {
        return Ok(types);
    }
    let mut earlier = Vec::new();
    for name in series(capture).into_iter().rev() {
        let Some(text) = (capture.folder.read)(name) else { continue };
        if !text.lines().any(is_zone) {
            continue;
        }
        let is_start = has_types(&text);
        earlier.push((name, text));
        if is_start {
            break;
        }
    }
    for (name, text) in earlier.iter().rev() {
        replay_script(text, &mut types).map_err(|error| Stop::from(error).in_file(name))?;
    }
    if earlier.is_empty() {
        // Alone, a file still tells the types of the blocks that it has lists of.
        types = FreelistsState::parse(capture.text)?.likely_types();
    }
    Ok(types)
}

/// Returns the names of the files of the same series with lower numbers, in order.
fn series<'a>(capture: &Capture<'a>) -> Vec<&'a str> {
    let Some((number, series)) = numbered(capture.name) else { return Vec::new() };
    let key = |name: &'a str| numbered(name).filter(|(at, other)| *at < number && *other == series);
    let names = capture.folder.names.iter().map(String::as_str);
    let mut earlier: Vec<(u64, &str)> = names.filter_map(|name| Some((key(name)?.0, name))).collect();
    earlier.sort_unstable();
    earlier.into_iter().map(|(_, name)| name).collect()
}

/// Returns a file's number and what names its series: `07-pcp.txt` is 7 of "", `buddy-2.txt` 2
/// of "buddy-".
fn numbered(name: &str) -> Option<(u64, &str)> {
    let at = name.find(|c: char| c.is_ascii_digit())?;
    let digits = &name[at..];
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    Some((digits[..end].parse().ok()?, &name[..at]))
}
