//! Compaction for huge page faults: what was traced while a program touched huge pages one after
//! the other (`frag-defrag-SETTING-trace`), from the lists that `frag-defrag-SETTING` has of the
//! moment before.
//!
//! A dump has lists, but neither owners nor the memory of compaction: frames in use in movable
//! pageblocks are taken for movable, and which pageblocks are left out the trace itself tells.

use mm::config::CpuId;
use mm::event::Event;
use mm::import::freelists::FreelistsState;
use mm::phys::migratetype::MigrateType;
use mm::sysctl;
use mm::task::{Layout, TaskId};
use mm::trace::{Detail, Trace};
use mm::units::{Bytes, Order, Pfn, VirtAddr};
use mm::virt::madvise::Advice;
use mm::virt::mmap::MmapRequest;
use mm::virt::walk::Access;
use mm::world::World;

use super::frag::{Point, states};
use super::ftrace::{compaction_line, steal_line};
use super::trace::lost_events;
use super::{Capture, Comparison, Skipped, Stop, Tally};

/// Traces of compaction.
pub const COMPACTION: Comparison =
    Comparison { kind: "compaction trace", recognises: is_compaction, compare };

const CPU: CpuId = CpuId(0);
/// Marks around the faults.
const MARKS: [&str; 2] = ["tracing_mark_write: huge page faults", "tracing_mark_write: done"];
/// What begins events that are compared.
const EVENT: &str = "mm_compaction_";
/// The event of a block taken from another type.
const STOLEN: &str = "mm_page_alloc_extfrag: ";
/// The event that says what was asked for.
const ASKED: &str = "mm_compaction_try_to_compact_pages";
/// Huge pages that a run may touch.
const FAULTS_MAX: u64 = 4096;

fn is_compaction(capture: &Capture<'_>) -> bool {
    capture.text.lines().any(|line| line.ends_with(MARKS[0]))
}

fn compare(capture: &Capture<'_>) -> Result<Tally, Stop> {
    if lost_events(capture) {
        return Err(Skipped::EventsLost.into());
    }
    let (name, setting) = run_of(capture.name).ok_or(Skipped::NoState)?;
    let run = (capture.folder.read)(&name).ok_or(Skipped::NoState)?;
    let (points, states) =
        (Point::all(&run), states(&run).map_err(|error| Stop::from(error).in_file(&name))?);
    let number = points.iter().filter_map(Point::faults).max().ok_or(Skipped::NoState)?;
    let (_, state) = before_faults(&points, &states, Some(capture.text)).ok_or(Skipped::NoState)?;
    let mut faults = Faults::start(&state, setting, number).ok_or(Skipped::NoState)?;
    faults.up_to(number);
    let ours = faults.said();
    let mut tally = Tally::default();
    let real = traced(capture.text);
    for (at, &(line, event)) in real.iter().enumerate() {
        let ours = ours.get(at).map_or("-", String::as_str);
        let what = event.split(": ").next().unwrap_or(event);
        tally.compare(line, what, &known(event).as_str(), &known(ours).as_str());
    }
    tally.compare(0, "events of compaction", &real.len(), &ours.len());
    let parts = format!("{ASKED}, consider=, compact_memory");
    tally.skipped.push(Skipped::Part(parts));
    Ok(tally)
}

/// Returns the file of the run that a trace belongs to, and the setting of `defrag` in it.
fn run_of(name: &str) -> Option<(String, &str)> {
    let (stem, end) = name.split_once("-trace")?;
    let (_, setting) = stem.split_once("defrag-")?;
    Some((format!("{stem}{end}"), setting))
}

/// Returns the last point with lists before the faults, and those lists with what the trace
/// tells beyond them.
pub(super) fn before_faults<'a>(
    points: &'a [Point<'a>],
    states: &[FreelistsState],
    trace: Option<&str>,
) -> Option<(&'a Point<'a>, FreelistsState)> {
    let first = points.iter().find(|point| point.faults().is_some())?;
    let mut state = states.iter().rfind(|state| state.next_line <= first.line)?.clone();
    let line = state.zones.first()?.line;
    let point = points.iter().rfind(|point| point.line < line)?;
    if let Some((zone, blocks)) = trace.and_then(|trace| skipped(trace, &state)) {
        state.zones[zone].skipped = blocks;
    }
    Some((point, state))
}

/// Leaves out how often compaction was put off before: with it goes what earlier successes left
/// in `compact_order_failed`, which no dump has. Of a theft, the address of the page struct (the
/// kernel hides it) and what follows from the other words.
fn known(event: &str) -> String {
    const LEFT_OUT: [&str; 5] =
        ["consider=", "page=", "pageblock_order=", "fragmenting=", "change_ownership="];
    let words = event.split(' ').filter(|word| !LEFT_OUT.iter().any(|name| word.starts_with(name)));
    words.collect::<Vec<_>>().join(" ")
}

/// Returns the events of compaction between the marks with their lines, without task and time.
fn traced(trace: &str) -> Vec<(u32, &str)> {
    let lines = (1..).zip(trace.lines()).skip_while(|(_, line)| !line.ends_with(MARKS[0]));
    let during = lines.take_while(|(_, line)| !line.ends_with(MARKS[1]));
    let events = during.filter_map(|(number, line)| Some((number, line.split_once(": ")?.1)));
    let is_compared =
        |event: &str| (event.starts_with(EVENT) && !event.starts_with(ASKED)) || event.starts_with(STOLEN);
    events.filter(|(_, event)| is_compared(event)).collect()
}

/// A program that touches huge pages of advised memory, one after the other.
pub(super) struct Faults {
    /// The machine.
    pub(super) world: World,
    tr: Trace,
    task: TaskId,
    next: VirtAddr,
    done: u64,
    /// Steps before the first page.
    steps_before: usize,
}

impl Faults {
    /// Starts it for so many pages with a setting of `defrag`.
    pub(super) fn start(state: &FreelistsState, defrag: &str, faults: u64) -> Option<Faults> {
        let mut world = World::from_freelists(state, state.machine());
        let mut tr = Trace::new(Detail::Full);
        sysctl::write(&mut world, sysctl::THP_ENABLED, "always", &mut tr).ok()?;
        sysctl::write(&mut world, sysctl::THP_DEFRAG, defrag, &mut tr).ok()?;
        let huge = world.rest.virt.mode.huge_size();
        let task = world.ctx(CPU).spawn("t", Layout::Usual, &mut tr).ok()?;
        let len = Bytes(faults.min(FAULTS_MAX) * huge);
        let request = MmapRequest { align: Bytes(huge), ..MmapRequest::anonymous(len) };
        let next = world.ctx(CPU).mmap(task, &request, &mut tr).ok()?;
        world.ctx(CPU).madvise(task, next, len, Advice::Hugepage, &mut tr).ok()?;
        let steps_before = tr.steps().len();
        Some(Faults { world, tr, task, next, done: 0, steps_before })
    }

    /// Goes on until so many pages are touched.
    pub(super) fn up_to(&mut self, faults: u64) {
        while self.done < faults.min(FAULTS_MAX) {
            // A refusal shows in what is counted and traced.
            let _ = self.world.ctx(CPU).access(self.task, self.next, Access::Write, &mut self.tr);
            self.next = VirtAddr(self.next.0 + self.world.rest.virt.mode.huge_size());
            self.done += 1;
        }
    }

    /// Returns what compaction has done and which blocks were taken from other types, in the
    /// kernel's words.
    fn said(&self) -> Vec<String> {
        let events = self.tr.steps().iter().skip(self.steps_before).filter_map(|step| {
            if let Event::Compaction(event) = &step.event {
                compaction_line(event, &self.world.phys)
            } else if let Event::Fallback(event) = &step.event {
                steal_line(event)
            } else {
                None
            }
        });
        events.collect()
    }
}

/// Returns the pageblocks that the first run of a trace left out though it could have found
/// pages to move there, and the place of their zone in the dump: compaction before the capture
/// had set their hints. Only a run that walks tells; one that found its way by the free lists
/// has not looked at the others.
pub fn skipped(trace: &str, state: &FreelistsState) -> Option<(usize, Vec<Pfn>)> {
    let field = |line: &str, name: &str| -> Option<u32> {
        let digits = line.split_once(name)?.1.trim_start_matches("0x");
        let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        u32::from_str_radix(&digits[..end], 16).ok()
    };
    let mut lines =
        trace.lines().skip_while(|line| !line.contains("_begin:") || !line.contains("mode=async"));
    let begin = lines.next().and_then(|line| field(line, "migrate_pfn="))?;
    let first = lines.find_map(|line| field(line, "isolate_migratepages: range=("))?;
    let at = state.zones.iter().position(|zone| zone.start.0 == begin)?;
    let types = state.zones[at].pageblocks.as_ref()?;
    let first = Pfn(first).align_down(types.order);
    let in_block = |pfn: &Pfn| pfn.align_down(types.order) == first;
    let large = state.zones[at].free_lists.iter().filter(|list| list.order >= Order::new(3));
    if large.flat_map(|list| &list.blocks).any(in_block) {
        return None;
    }
    let firsts = types.types.iter().scan(types.first, |next, mt| {
        let pfn = *next;
        *next = Pfn(pfn.0 + types.order.pages());
        Some((pfn, *mt))
    });
    let blocks = firsts.take_while(|(pfn, _)| *pfn < first);
    let movable = blocks.filter(|(_, mt)| *mt == Some(MigrateType::Movable)).map(|(pfn, _)| pfn);
    Some((at, movable.collect()))
}
