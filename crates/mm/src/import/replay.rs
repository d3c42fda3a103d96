//! Replay of what a real machine did: the model, started from the captured state, must give
//! the same answers and end with the same lists.
//!
//! Two languages: the probe's scripts (`a`, `f`, `aa`, `fa` and dumps in between), and traces
//! of `mm_page_*` events between two dumps. Every answer, list and counter compared counts;
//! the first difference is told.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::phys::{Violation, check};
use crate::config::CpuId;
use crate::gfp::Gfp;
use crate::import::freelists::{CarriedTypes, FreelistsState, ZoneState, parse_dump};
use crate::import::text::{DumpError, Expected, Line, lines, parse_number};
use crate::phys::lists::PCP_LISTS;
use crate::phys::migratetype::MigrateType;
use crate::phys::vmstat::ZoneStat;
use crate::phys::zone::ZoneId;
use crate::phys::{AllocRequest, Phys};
use crate::trace::{Detail, Trace};
use crate::units::{Order, Pfn, count};

/// What a replay found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Verdict {
    /// Allocations and frees performed.
    pub operations: u32,
    /// Dumps compared.
    pub dumps: u32,
    /// Answers, lists and counters compared.
    pub compared: u32,
    /// Those that agree.
    pub exact: u32,
    /// The first that does not.
    pub first: Option<Difference>,
    /// The model's own mistakes, as its checker sees them at each dump.
    pub violations: Vec<Violation>,
}

impl Verdict {
    /// Returns whether everything agrees.
    pub fn is_exact(&self) -> bool {
        self.exact == self.compared && self.violations.is_empty()
    }

    fn compare(&mut self, line: u32, item: Item, model: Option<i64>, real: Option<i64>) {
        self.compared += 1;
        if model == real {
            self.exact += 1;
        } else {
            self.first.get_or_insert(Difference { line, item, at: 0, model, real });
        }
    }

    fn compare_lists(&mut self, line: u32, item: Item, model: &[Pfn], real: &[Pfn]) {
        self.compared += 1;
        if model == real {
            self.exact += 1;
            return;
        }
        let at = model.iter().zip(real).take_while(|(a, b)| a == b).count();
        let number = |list: &[Pfn]| list.get(at).map(|pfn| i64::from(pfn.0));
        let (model, real) = (number(model), number(real));
        self.first.get_or_insert(Difference { line, item, at: count(at), model, real });
    }
}

/// A place where the model and the real machine differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Line of the capture, counted from 1.
    pub line: u32,
    /// What differs.
    pub item: Item,
    /// Where in a list.
    pub at: u32,
    /// The model's frame or number, `None` for a refusal or a list's end.
    pub model: Option<i64>,
    /// The real one's.
    pub real: Option<i64>,
}

/// Something that is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Item {
    /// The answer to an allocation.
    Answer {
        /// Its order.
        order: Order,
        /// Its flags.
        gfp: Gfp,
    },
    /// A free list.
    FreeList {
        /// The zone.
        zone: ZoneId,
        /// Order of its blocks.
        order: Order,
        /// Its type.
        mt: MigrateType,
    },
    /// A list of a processor.
    PcpList {
        /// The zone.
        zone: ZoneId,
        /// The processor.
        cpu: CpuId,
        /// Index of the list.
        index: u8,
    },
    /// A number of a processor's lists: count, limit, batch or free factor.
    PcpNumber {
        /// The zone.
        zone: ZoneId,
        /// The processor.
        cpu: CpuId,
        /// Which: 0 count, 1 high, 2 batch, 3 free factor.
        which: u8,
    },
    /// A zone's free counter.
    Free(ZoneId),
    /// A processor's part of the free counter.
    FreeDiff(ZoneId, CpuId),
    /// A zone's boost.
    Boost(ZoneId),
    /// A zone's flags.
    Flags(ZoneId),
    /// A pageblock's type, by its first frame.
    PageblockType(Pfn),
}

/// Replays one script of the probe. `types` are those that earlier files of the folder ended
/// with, and are brought up to date.
pub fn replay_script(text: &str, types: &mut CarriedTypes) -> Result<Verdict, DumpError> {
    let mut rest = lines(text).peekable();
    let mut replay: Option<Replay> = None;
    let mut verdict = Verdict::default();
    while let Some(line) = rest.peek().copied() {
        if line.keyword() == "zone" {
            let mut state = parse_dump(&mut rest)?;
            match &replay {
                Some(replay) => replay.compare(&state, &mut verdict),
                None => {
                    types.learn(&state);
                    state.carry(types);
                    replay = Some(Replay::new(&state));
                }
            }
            continue;
        }
        rest.next();
        let (first, second) = (line.keyword(), line.text);
        if !matches!(first, "a" | "f" | "aa" | "fa") {
            continue;
        }
        let replay = replay.as_mut().ok_or(line.lacks(Expected::State))?;
        match first {
            "a" => replay.alloc_one(line, &mut verdict)?,
            "f" => replay.free_one(line, &mut verdict)?,
            "fa" => replay.free_many(line, &mut verdict)?,
            _ if second.contains("gfp=") => {
                let total = rest.next().ok_or(line.lacks(Expected::Line("aa got=")))?;
                replay.alloc_many(line, total, &mut verdict)?;
            }
            _ => {}
        }
    }
    if let Some(replay) = replay {
        *types = replay.phys.pageblock_types();
    }
    Ok(verdict)
}

/// Replays a trace between two states: both in `states`, the second perhaps in a text of its
/// own appended to it.
pub fn replay_trace(states: &str, trace: &str) -> Result<Verdict, DumpError> {
    let mut dumps = FreelistsState::parse_all(states)?.into_iter();
    let no_state = DumpError { line: 1, expected: Expected::State };
    let mut before = dumps.next().ok_or(no_state)?;
    let after = dumps.next().ok_or(no_state)?;
    let mut types = CarriedTypes::default();
    types.learn(&before);
    before.carry(&types);
    let mut replay = Replay::new(&before);
    let mut verdict = Verdict::default();
    let events = parse_events(trace)?;
    let later = freed_later(&events);
    for (at, (line, event)) in events.iter().enumerate() {
        replay.perform(*line, *event, later.contains(&at), &mut verdict)?;
    }
    replay.compare(&after, &mut verdict);
    Ok(verdict)
}

/// An event of a trace.
#[derive(Clone, Copy)]
enum Traced {
    Alloc { pfn: Pfn, order: Order, gfp: Gfp },
    Free { pfn: Pfn, order: Order },
    FreeBatched { pfn: Pfn },
}

/// Returns which frees are only announced: pages of a batch, freed when it is worked off.
fn freed_later(events: &[(Line<'_>, Traced)]) -> BTreeSet<usize> {
    let mut later = BTreeSet::new();
    let mut announced = BTreeMap::new();
    for (at, (_, event)) in events.iter().enumerate() {
        match *event {
            Traced::Free { pfn, .. } => {
                announced.insert(pfn, at);
            }
            Traced::FreeBatched { pfn } => later.extend(announced.remove(&pfn)),
            Traced::Alloc { pfn, .. } => {
                announced.remove(&pfn);
            }
        }
    }
    later
}

/// Reads the events of both forms that the replay needs: `A`, `F`, `B`, and `mm_page_*` lines.
fn parse_events(trace: &str) -> Result<Vec<(Line<'_>, Traced)>, DumpError> {
    let mut events = Vec::new();
    for line in lines(trace) {
        let event = match line.keyword() {
            "A" | "F" | "B" => Some(parse_compact(line)?),
            _ => parse_event(line)?,
        };
        // A failed allocation is traced with frame 0.
        events.extend(
            event.filter(|event| !matches!(event, Traced::Alloc { pfn: Pfn(0), .. })).map(|e| (line, e)),
        );
    }
    Ok(events)
}

fn parse_compact(line: Line<'_>) -> Result<Traced, DumpError> {
    let word = |at, name| {
        let number = line.word(at).and_then(parse_number);
        number.and_then(|number| u32::try_from(number).ok()).ok_or(line.lacks(Expected::Number(name)))
    };
    let order = || Order::try_new(u64::from(word(2, "order")?)).ok_or(line.lacks(Expected::Order));
    let pfn = Pfn(word(1, "pfn")?);
    Ok(match line.keyword() {
        "A" => Traced::Alloc { pfn, order: order()?, gfp: gfp_by_name(line, line.word(4))? },
        "F" => Traced::Free { pfn, order: order()? },
        _ => Traced::FreeBatched { pfn },
    })
}

fn parse_event(line: Line<'_>) -> Result<Option<Traced>, DumpError> {
    let pfn = || Ok::<_, DumpError>(Pfn(line.number("pfn")?));
    Ok(if line.text.contains(": mm_page_alloc: ") {
        let gfp = gfp_by_name(line, line.optional_field("gfp_flags"))?;
        Some(Traced::Alloc { pfn: pfn()?, order: line.order()?, gfp })
    } else if line.text.contains(": mm_page_free: ") {
        Some(Traced::Free { pfn: pfn()?, order: line.order()? })
    } else if line.text.contains(": mm_page_free_batched: ") {
        Some(Traced::FreeBatched { pfn: pfn()? })
    } else {
        None
    })
}

fn gfp_by_name(line: Line<'_>, names: Option<&str>) -> Result<Gfp, DumpError> {
    let names = names.ok_or(line.lacks(Expected::Gfp))?;
    let gfp = names.split('|').try_fold(Gfp::NONE, |gfp, name| Some(gfp | Gfp::from_name(name)?));
    gfp.ok_or(line.lacks(Expected::Gfp))
}

fn gfp_by_bits(line: Line<'_>, bits: Option<&str>) -> Result<Gfp, DumpError> {
    let bits = bits.and_then(parse_number).and_then(|bits| u32::try_from(bits).ok());
    bits.and_then(Gfp::from_bits).ok_or(line.lacks(Expected::Gfp))
}

/// A machine that follows a capture.
struct Replay {
    phys: Phys,
    tr: Trace,
    named: BTreeMap<String, (Pfn, Order)>,
}

const CPU: CpuId = CpuId(0);

impl Replay {
    fn new(state: &FreelistsState) -> Replay {
        let phys = Phys::from_freelists(state, &state.machine());
        Replay { phys, tr: Trace::new(Detail::Off), named: BTreeMap::new() }
    }

    fn alloc(&mut self, order: Order, gfp: Gfp) -> Option<Pfn> {
        self.phys.alloc_pages(AllocRequest::new(order, gfp), &mut self.tr)
    }

    /// Frees what the real machine freed: perhaps part of a block, perhaps one from before.
    fn free(&mut self, line: Line<'_>, pfn: Pfn, order: Order) -> Result<(), DumpError> {
        if !self.phys.split_in_use(pfn, order, &mut self.tr) {
            return Err(line.lacks(Expected::FrameInUse));
        }
        self.phys.free_pages(pfn, order, CPU, &mut self.tr);
        Ok(())
    }

    // ---- the probe's scripts

    /// `a NAME ORDER GFP PFN ZONE`
    fn alloc_one(&mut self, line: Line<'_>, verdict: &mut Verdict) -> Result<(), DumpError> {
        let word = |at| line.word(at).and_then(parse_number);
        let order = word(2).and_then(|n| Order::try_new(u64::try_from(n).ok()?));
        let order = order.ok_or(line.lacks(Expected::Order))?;
        let gfp = gfp_by_bits(line, line.word(3))?;
        let real = word(4).ok_or(line.lacks(Expected::Number("pfn")))?;
        let model = self.alloc(order, gfp);
        verdict.operations += 1;
        let item = Item::Answer { order, gfp };
        verdict.compare(line.number, item, model.map(|pfn| i64::from(pfn.0)), (real >= 0).then_some(real));
        if let (Some(name), Some(pfn)) = (line.word(1), model) {
            self.named.insert(name.to_owned(), (pfn, order));
        }
        Ok(())
    }

    /// `f NAME ORDER PFN`
    fn free_one(&mut self, line: Line<'_>, verdict: &mut Verdict) -> Result<(), DumpError> {
        let known = line.word(1).and_then(|name| self.named.remove(name));
        let (pfn, order) = known.ok_or(line.lacks(Expected::Name))?;
        verdict.operations += 1;
        self.free(line, pfn, order)
    }

    /// `aa order=O gfp=G: RUNS`, then `aa got=N of=M`
    fn alloc_many(
        &mut self,
        line: Line<'_>,
        total: Line<'_>,
        verdict: &mut Verdict,
    ) -> Result<(), DumpError> {
        let order = line.order()?;
        let gfp = gfp_by_bits(line, line.optional_field("gfp"))?;
        let real = line.runs(order)?;
        let wanted: usize = total.number("of")?;
        let got: Vec<Pfn> = (0..wanted.min(real.len() + 1)).map_while(|_| self.alloc(order, gfp)).collect();
        verdict.operations += count(got.len());
        // Each answer counts for itself; a refusal too many or too few is one more.
        let longest = got.len().max(real.len());
        verdict.compared += count(longest).max(1) - 1;
        let same = got.iter().zip(&real).filter(|(a, b)| a == b).count();
        verdict.exact += count(if got == real { longest.max(1) - 1 } else { same.min(longest - 1) });
        verdict.compare_lists(line.number, Item::Answer { order, gfp }, &got, &real);
        Ok(())
    }

    /// `fa mode=M order=O: RUNS`
    fn free_many(&mut self, line: Line<'_>, verdict: &mut Verdict) -> Result<(), DumpError> {
        let order = line.order()?;
        for pfn in line.runs(order)? {
            verdict.operations += 1;
            self.free(line, pfn, order)?;
        }
        Ok(())
    }

    // ---- traces

    fn perform(
        &mut self,
        line: Line<'_>,
        event: Traced,
        is_announcement: bool,
        verdict: &mut Verdict,
    ) -> Result<(), DumpError> {
        match event {
            Traced::Alloc { pfn, order, gfp } => {
                verdict.operations += 1;
                let model = self.alloc(order, gfp).map(|pfn| i64::from(pfn.0));
                verdict.compare(line.number, Item::Answer { order, gfp }, model, Some(i64::from(pfn.0)));
                Ok(())
            }
            Traced::Free { .. } if is_announcement => Ok(()),
            Traced::Free { pfn, order } => {
                verdict.operations += 1;
                self.free(line, pfn, order)
            }
            Traced::FreeBatched { pfn } => {
                verdict.operations += 1;
                self.free(line, pfn, Order::ZERO)
            }
        }
    }

    // ---- comparing

    fn compare(&self, real: &FreelistsState, verdict: &mut Verdict) {
        verdict.dumps += 1;
        verdict.violations.extend(check(&self.phys));
        for dumped in &real.zones {
            match self.phys.find_zone(dumped.node, dumped.kind) {
                Some(zone) => self.compare_zone(zone, dumped, verdict),
                None => verdict.compared += 1,
            }
        }
    }

    fn compare_zone(&self, zone: ZoneId, real: &ZoneState, verdict: &mut Verdict) {
        let line = real.line;
        let number = |n: u64| i64::try_from(n).ok();
        let zones = self.phys.zones();
        let free = self.phys.vmstat.zone_total(zone, ZoneStat::NrFreePages);
        verdict.compare(line, Item::Free(zone), Some(free), Some(real.free));
        verdict.compare(line, Item::Boost(zone), number(zones.boost(zone)), number(real.boost));
        for (cpu, &diff) in (0..self.phys.cpus()).map(CpuId).zip(&real.diffs) {
            let model = self.phys.vmstat.zone_diff(zone, ZoneStat::NrFreePages, cpu);
            verdict.compare(line, Item::FreeDiff(zone, cpu), Some(model), Some(diff));
        }
        for order in Order::ZERO.and_up() {
            for mt in MigrateType::ALL {
                let listed = real.free_lists.iter().find(|list| list.order == order && list.mt == mt);
                let listed = listed.map_or(&[][..], |list| &list.blocks);
                let model: Vec<Pfn> = self.phys.free_list(zone, order, mt).collect();
                verdict.compare_lists(line, Item::FreeList { zone, order, mt }, &model, listed);
            }
        }
        self.compare_pcp(zone, real, verdict);
        if let Some(blocks) = &real.pageblocks {
            let firsts = (blocks.first.0..).step_by(1 << blocks.order.get()).map(Pfn);
            for (first, mt) in firsts.zip(&blocks.types) {
                let Some(mt) = mt else { continue };
                let model = self.phys.pageblock_type(first).code();
                let item = Item::PageblockType(first);
                verdict.compare(line, item, Some(i64::from(model)), Some(i64::from(mt.code())));
            }
        }
    }

    fn compare_pcp(&self, zone: ZoneId, real: &ZoneState, verdict: &mut Verdict) {
        let line = real.line;
        let number = |n: u64| i64::try_from(n).ok();
        for pcp in &real.cpus {
            let (model, cpu) = (self.phys.pcp(), pcp.cpu);
            let numbers = [
                (model.count(zone, cpu), pcp.count),
                (model.high(zone, cpu), pcp.high),
                (model.batch(zone, cpu), pcp.batch),
                (model.free_factor(zone, cpu), pcp.free_factor),
            ];
            for (which, (model, real)) in (0..).zip(numbers) {
                verdict.compare(line, Item::PcpNumber { zone, cpu, which }, number(model), number(real));
            }
            for index in 0..PCP_LISTS {
                let listed = pcp.lists.iter().find(|list| list.index == index);
                let listed = listed.map_or(&[][..], |list| &list.blocks);
                let model: Vec<Pfn> = self.phys.pcp_list(zone, cpu, index).collect();
                verdict.compare_lists(line, Item::PcpList { zone, cpu, index }, &model, listed);
            }
        }
    }
}
