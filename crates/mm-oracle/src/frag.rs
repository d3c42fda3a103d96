//! Fragmented memory: points of a run with their counters, `/proc/buddyinfo`,
//! `/proc/pagetypeinfo`, the indexes of `extfrag` and a dump of the free lists (`frag-defrag-*`).
//!
//! A point begins with `LABEL: COUNTER=VALUE ...`. Where it has a dump, which was taken in one
//! with the rest, that state is loaded and everything that follows from it is printed and held
//! against the point's lines, byte for byte. The other counters tell of the whole run before.

use crate::replay::check_state;
use mm::import::freelists::{CarriedTypes, FreelistsState};
use mm::import::text::{DumpError, Expected};
use mm::phys::zone::vmstat::VmEvent;
use mm::units::{Order, index};
use mm::world::World;

use super::buddy::is_zone;
use super::faults::{Faults, before_faults};
use super::{Capture, Class, Comparison, Part, Stop, Tally};
use mm_view::proc;

/// Points of a run over fragmented memory.
pub const FRAG: Comparison = Comparison { kind: "fragmentation", recognises: is_frag, compare };

/// The counter that follows from free lists.
const NR_FREE_PAGES: &str = "nr_free_pages";
/// What tables of indexes are, in the order in which a point has them.
const INDEXES: [&str; 2] =
    ["/sys/kernel/debug/extfrag/extfrag_index", "/sys/kernel/debug/extfrag/unusable_index"];

fn is_frag(capture: &Capture<'_>) -> bool {
    capture.text.lines().any(|line| Point::begin(0, line).is_some()) && capture.text.lines().any(is_zone)
}

/// A moment of the run.
pub(super) struct Point<'a> {
    /// Line of its counters, counted from 1.
    pub(super) line: u32,
    pub(super) label: &'a str,
    /// Counters by name.
    counters: Vec<(&'a str, &'a str)>,
    /// Lines after it up to the next point, with their numbers.
    lines: Vec<(u32, &'a str)>,
}

impl<'a> Point<'a> {
    /// Reads `LABEL: COUNTER=VALUE ...`.
    fn begin(line: u32, text: &'a str) -> Option<Point<'a>> {
        let (label, counters) = text.split_once(": ")?;
        let counters: Vec<_> =
            counters.split_ascii_whitespace().map(|word| word.split_once('=')).collect::<Option<_>>()?;
        let is_point = counters.iter().any(|(name, _)| *name == NR_FREE_PAGES);
        is_point.then_some(Point { line, label, counters, lines: Vec::new() })
    }

    pub(super) fn all(text: &'a str) -> Vec<Point<'a>> {
        let mut points: Vec<Point<'a>> = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            match (Point::begin(number, line), points.last_mut()) {
                (Some(point), _) => points.push(point),
                (None, Some(point)) => point.lines.push((number, line)),
                (None, None) => {}
            }
        }
        points
    }

    /// Returns how many huge pages have been touched by now: `huge N`.
    pub(super) fn faults(&self) -> Option<u64> {
        self.label.strip_prefix("huge ")?.parse().ok()
    }

    fn counter(&self, name: &str) -> Option<i64> {
        self.counters.iter().find(|(known, _)| *known == name)?.1.parse().ok()
    }

    /// Returns whether a line of the file belongs to the point.
    fn has(&self, line: u32) -> bool {
        self.lines.iter().any(|(number, _)| *number == line)
    }
}

fn compare(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let mut tally = check_state(capture.text)?;
    let (points, states) = (Point::all(capture.text), states(capture.text)?);
    let mut without = Vec::new();
    for point in &points {
        let here = |state: &&FreelistsState| state.zones.first().is_some_and(|zone| point.has(zone.line));
        match states.iter().find(here) {
            Some(state) => compare_point(&mut tally, point, state),
            None => without.push(point.label),
        }
    }
    if compare_faults(&mut tally, capture, &points, &states).is_none() {
        let names = points.iter().flat_map(|point| &point.counters).map(|(name, _)| *name);
        let mut names: Vec<&str> = names.filter(|name| *name != NR_FREE_PAGES).collect();
        names.sort_unstable();
        names.dedup();
        tally.skipped.push(Part::Named(names.join(", ")).into());
    } else {
        tally.skipped.push(Part::OtherCounters.into());
    }
    if !without.is_empty() {
        let without = without.join(", ");
        tally.skipped.push(Part::Buddyinfo(without).into());
    }
    Ok(tally)
}

/// Touches the huge pages of the points `huge N`, with the setting of `defrag` that the file is
/// named after, and compares which counters grow. `None` where the file has no such points.
fn compare_faults(
    tally: &mut Tally,
    capture: &Capture<'_>,
    points: &[Point<'_>],
    states: &[FreelistsState],
) -> Option<()> {
    let base = capture.name.rfind('.').map_or(capture.name, |at| &capture.name[..at]);
    let (_, setting) = base.split_once("defrag-")?;
    let (before, state) = before_faults(points, states)?;
    let mut faults = Faults::start(state, setting, points.iter().filter_map(Point::faults).max()?)?;
    let counters = |faults: &Faults| -> Vec<(&'static str, i64)> {
        let vmstat = &faults.world.phys.frames.vmstat;
        let value = |event: VmEvent| i64::try_from(vmstat.event(event)).unwrap_or(i64::MAX);
        VmEvent::ALL.iter().map(|&event| (event.name(), value(event))).collect()
    };
    let at_first = counters(&faults);
    for (point, number) in points.iter().filter_map(|point| Some((point, point.faults()?))) {
        faults.up_to(number);
        for ((name, now), (_, then)) in counters(&faults).into_iter().zip(&at_first) {
            if let (Some(real), Some(first)) = (point.counter(name), before.counter(name)) {
                let real = course(real.saturating_sub(first));
                tally.compare(Class::against(course(0), real), point.line, name, real, course(now - then));
            }
        }
    }
    Some(())
}

/// Says how a counter changed, which is what follows from lists alone.
fn course(by: i64) -> &'static str {
    if by > 0 { "grows" } else { "stays" }
}

/// Reads all dumps, each with the types of pageblocks that it has or those before it had. They
/// are of one machine.
pub(super) fn states(text: &str) -> Result<Vec<FreelistsState>, DumpError> {
    let mut states = FreelistsState::parse_all(text)?;
    let machine = states.first().map(FreelistsState::machine);
    let mut types = CarriedTypes::default();
    for state in &mut states {
        types.learn(state);
        state.carry(&types);
        if Some(state.machine()) != machine {
            let line = state.zones.first().map_or(1, |zone| zone.line);
            return Err(DumpError { line, expected: Expected::Machine });
        }
    }
    Ok(states)
}

/// Compares what follows from the lists of a point.
fn compare_point(tally: &mut Tally, point: &Point<'_>, state: &FreelistsState) {
    let world = World::from_freelists(state, state.machine());
    let print = |path: &str| proc::text(&world, path).unwrap_or_default();
    let vmstat = print("/proc/vmstat");
    let free = vmstat.lines().find_map(|line| line.strip_prefix(NR_FREE_PAGES)).map_or("-", str::trim);
    for (name, value) in point.counters.iter().filter(|(name, _)| *name == NR_FREE_PAGES) {
        // What is printed of lists is in them, whatever is done.
        tally.compare(Class::Unchanged, point.line, name, *value, free);
    }
    let mut indexes = INDEXES.into_iter();
    let mut left_out = 0_u32;
    // The dump itself is compared already.
    let is_dump =
        |number: u32| state.zones.iter().any(|zone| zone.line <= number) && number < state.next_line;
    let mut rest = point.lines.iter().filter(|(number, _)| !is_dump(*number)).peekable();
    while let Some(&&(_, first)) = rest.peek() {
        let Some(path) = table_of(first).and_then(|table| match table {
            Table::Buddyinfo => Some("/proc/buddyinfo"),
            Table::Pagetypeinfo => Some("/proc/pagetypeinfo"),
            Table::Indexes => indexes.next(),
        }) else {
            left_out += u32::from(!first.trim().is_empty() && first.trim() != "end");
            rest.next();
            continue;
        };
        let what = path.rsplit('/').next().unwrap_or(path);
        for ours in print(path).lines() {
            let (number, line) = rest.next().copied().unwrap_or((point.line, "-"));
            tally.compare(Class::Unchanged, number, what, line, ours);
        }
    }
    if left_out > 0 {
        tally.skipped.push(Part::Lines(left_out, point.label.to_owned()).into());
    }
}

/// What is printed of a point.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Table {
    /// Free blocks of each order.
    Buddyinfo,
    /// Free blocks by type, pageblocks by type.
    Pagetypeinfo,
    /// An index for each order.
    Indexes,
}

/// Tells the table that begins with a line.
fn table_of(line: &str) -> Option<Table> {
    if line.starts_with("Page block order:") {
        return Some(Table::Pagetypeinfo);
    }
    let (_, row) = line.strip_prefix("Node ")?.split_once(", zone")?;
    let values: Vec<&str> = row.split_ascii_whitespace().skip(1).collect();
    if values.len() != index(u32::from(Order::MAX.get())) + 1 {
        return None;
    }
    let is_whole = values.iter().all(|value| value.parse::<u64>().is_ok());
    let is_decimal = values.iter().all(|value| value.contains('.') && value.parse::<f32>().is_ok());
    match (is_whole, is_decimal) {
        (true, _) => Some(Table::Buddyinfo),
        (_, true) => Some(Table::Indexes),
        (false, false) => None,
    }
}
