//! Traces of compaction beside a dump that does not tell all: which block is scanned next does not follow
//! from lists, but events must fit zones and each other.
//!
//! Zones lie where this machine has them; a scan stays within a pageblock and takes no more than it looks
//! at; what was isolated is moved or fails; scanners only go towards each other.

use std::collections::BTreeMap;

use mm::phys::Phys;
use mm::phys::relief::MigrateMode;

use super::{Capture, Class, Comparison, Skipped, Stop, Tally};

/// Traces of compaction beside lists alone.
pub const TRACE: Comparison = Comparison { kind: "compaction trace", recognises: is_trace, compare };

/// What begins a trace of faults.
const MARK: &str = "tracing_mark_write: huge page faults";

fn is_trace(capture: &Capture<'_>) -> bool {
    capture.text.lines().any(|line| line.ends_with(MARK))
}

fn compare(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let phys = Phys::boot(&capture.folder.machine()?);
    let mut tally = Tally::default();
    // Whoever compacts is interrupted by others who do.
    let mut runs: BTreeMap<&str, Run<'_>> = BTreeMap::new();
    for (number, line) in (1..).zip(capture.text.lines()) {
        let Some((head, event)) = line.split_once(": mm_compaction_") else { continue };
        let task = head.split(" [").next().unwrap_or(head);
        let run = runs.entry(task).or_insert_with(|| Run::new(&phys));
        let Some((name, fields)) = event.split_once(": ") else { continue };
        let broken = run.broken(name, &Fields(fields));
        tally.note(Class::Form, number, name, broken.is_none(), || {
            (fields.to_owned(), broken.unwrap_or_default().to_owned())
        });
    }
    tally.skipped.push(Skipped::NoHints);
    Ok(tally)
}

/// The words `name=value` of an event.
struct Fields<'a>(&'a str);

impl<'a> Fields<'a> {
    fn word(&self, name: &str) -> Option<&'a str> {
        let words = self.0.split([' ', ',', '(', ')']).filter_map(|word| word.split_once('='));
        words.filter(|(known, _)| *known == name).map(|(_, value)| value).next()
    }

    fn number(&self, name: &str) -> Option<u64> {
        number(self.word(name)?)
    }

    /// Returns the ends of `range=(A ~ B)`.
    fn range(&self) -> Option<(u64, u64)> {
        let (_, rest) = self.0.split_once("range=(")?;
        let (start, end) = rest.split_once(')')?.0.split_once(" ~ ")?;
        Some((number(start)?, number(end)?))
    }
}

fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// A task's run of compaction over a zone.
struct Run<'a> {
    phys: &'a Phys,
    /// The order wanted, as the trace writes it.
    order: Option<String>,
    /// First frame of the zone and the one behind it.
    zone: Option<(u64, u64)>,
    /// Where the scanners began.
    from: (u64, u64),
    /// Pages isolated and not moved yet.
    isolated: u64,
}

impl<'a> Run<'a> {
    fn new(phys: &'a Phys) -> Run<'a> {
        Run { phys, order: None, zone: None, from: (0, 0), isolated: 0 }
    }

    /// Returns what an event breaks.
    fn broken(&mut self, name: &str, fields: &Fields<'_>) -> Option<&'static str> {
        let fits = match name {
            "begin" | "end" => self.ends(name, fields),
            "isolate_migratepages" | "isolate_freepages" => self.isolates(name, fields),
            "migratepages" => {
                let moved = fields.number("nr_migrated").zip(fields.number("nr_failed"));
                let isolated = core::mem::take(&mut self.isolated);
                return (moved.map(|(moved, failed)| moved.saturating_add(failed)) != Some(isolated))
                    .then_some("not the pages that were isolated");
            }
            "try_to_compact_pages" => {
                self.order = fields.word("order").map(str::to_owned);
                fields.number("order").is_some_and(|order| order <= 10)
                    && fields.number("priority").is_some_and(|priority| priority <= 2)
            }
            "suitable" | "finished" => self.is_wanted(name, fields),
            "defer_reset" | "defer_compaction" | "deferred" => self.is_deferral(fields),
            "kcompactd_sleep" | "kcompactd_wake" | "wakeup_kcompactd" => {
                self.phys.nodes().iter().any(|node| fields.number("nid") == Some(u64::from(node.id.0)))
            }
            _ => true,
        };
        (!fits).then_some("outside of its zone, or not what went before")
    }

    fn ends(&mut self, name: &str, fields: &Fields<'_>) -> bool {
        let of = |name| fields.number(name).unwrap_or(u64::MAX);
        let zone = (of("zone_start"), of("zone_end"));
        let zones = self.phys.zones();
        let mut known = zones.iter().map(|(_, zone)| (u64::from(zone.start.0), u64::from(zone.end().0)));
        let at = (of("migrate_pfn"), of("free_pfn"));
        let within = |pfn: u64| zone.0 <= pfn && pfn <= zone.1;
        let mode = fields.word("mode").is_some_and(|mode| {
            [MigrateMode::Async, MigrateMode::SyncLight, MigrateMode::Sync]
                .iter()
                .any(|known| known.name() == mode)
        });
        let fits = known.any(|known| known == zone) && within(at.0) && within(at.1) && mode;
        if name == "begin" {
            (self.zone, self.from, self.isolated) = (fits.then_some(zone), at, 0);
            return fits;
        }
        fits && self.zone.take() == Some(zone) && at.0 >= self.from.0 && at.1 <= self.from.1
    }

    fn isolates(&mut self, name: &str, fields: &Fields<'_>) -> bool {
        let numbers = fields.range().zip(fields.number("nr_scanned").zip(fields.number("nr_taken")));
        let (Some(((start, end), (scanned, taken))), Some(zone)) = (numbers, self.zone) else {
            return numbers.is_some();
        };
        let block = u64::from(self.phys.pageblock_order().pages());
        if name == "isolate_migratepages" {
            self.isolated = self.isolated.saturating_add(taken);
        }
        start < end
            && zone.0 <= start
            && end <= zone.1.next_multiple_of(block)
            && start / block == (end - 1) / block
            && taken <= scanned
            && scanned <= block
    }

    /// Tests that the zone is there, and the order the one wanted.
    fn is_wanted(&mut self, name: &str, fields: &Fields<'_>) -> bool {
        if name == "suitable" && fields.word("order") == Some("-1") {
            self.order = Some("-1".to_owned());
        }
        let order = self.order.is_none() || fields.word("order") == self.order.as_deref();
        order && self.has_zone(fields)
    }

    fn has_zone(&self, fields: &Fields<'_>) -> bool {
        let mut zones = self.phys.zones().iter();
        zones.any(|(_, zone)| {
            fields.number("node") == Some(zone.node.0.into()) && fields.word("zone") == Some(zone.kind.name())
        })
    }

    fn is_deferral(&self, fields: &Fields<'_>) -> bool {
        let of = |name| fields.number(name).unwrap_or(u64::MAX);
        let (limit, order) = (of("limit"), of("order"));
        let is_limit = limit.is_power_of_two() && limit <= 64 && of("consider") <= limit;
        is_limit && order <= 10 && of("order_failed") <= 11 && self.has_zone(fields)
    }
}
