//! Replay of what a real machine did: the model, started from the captured state, must give
//! the same answers and end with the same lists.
//!
//! Two languages, one file each: the probe's [`script`]s (`a`, `f`, `aa`, `fa`, dumps in
//! between), and [`trace`]s of `mm_page_*` events between two dumps. Every answer, list and
//! counter compared counts; the first difference is told.

pub mod pages;
pub mod script;
pub mod state;
pub mod trace;

use mm::check::phys::{Violation, check};
use mm::config::CpuId;
use mm::gfp::Gfp;
use mm::import::freelists::{FreelistsState, ZoneState};
use mm::import::text::{DumpError, Expected, Line};
use mm::phys::lists::PCP_LISTS;
use mm::phys::migratetype::MigrateType;
use mm::phys::vmstat::ZoneStat;
use mm::phys::zone::{Wmark, ZoneId};
use mm::phys::{AllocRequest, NoRelief, Phys};
use mm::trace::{Detail, Trace};
use mm::units::{Order, Pfn, count};

pub use script::replay_script;
pub use state::{booted_like, check_state};
pub use trace::replay_trace;

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
    /// The line that could not be followed any more, since by then the two differed.
    pub stopped_at: Option<u32>,
}

impl Verdict {
    /// Returns whether everything agrees.
    pub fn is_exact(&self) -> bool {
        self.exact == self.compared && self.violations.is_empty()
    }

    /// Ends a replay that an operation cannot be performed in: where the two differ already, a
    /// frame may be free here that was not there; else the capture contradicts itself.
    fn stop(&mut self, error: DumpError) -> Result<(), DumpError> {
        if self.first.is_none() {
            return Err(error);
        }
        self.stopped_at = Some(error.line);
        Ok(())
    }

    fn compare(&mut self, line: u32, item: Item, model: Option<i64>, real: Option<i64>) {
        self.compared += 1;
        if model == real {
            self.exact += 1;
        } else {
            self.first.get_or_insert(Difference { line, item, at: 0, model, real });
        }
    }

    /// Compares two sequences entry by entry.
    fn compare_sequences<T: PartialEq>(
        &mut self,
        item: Item,
        model: &[T],
        real: &[T],
        pfn: impl Fn(&T) -> Pfn,
    ) {
        let longest = model.len().max(real.len());
        self.compared += count(longest);
        self.exact += count(model.iter().zip(real).filter(|(a, b)| a == b).count());
        if model != real {
            let at = model.iter().zip(real).take_while(|(a, b)| a == b).count();
            let number = |list: &[T]| list.get(at).map(|entry| i64::from(pfn(entry).0));
            let (model, real) = (number(model), number(real));
            self.first.get_or_insert(Difference { line: 0, item, at: count(at), model, real });
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
    /// Line of the capture, counted from 1; 0 for a sequence over all of it.
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
    /// The zone that an answer came from, by its place among all kinds.
    AnswerZone,
    /// How many answers there were.
    Answers,
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
    /// A zone's free counter, held against what its lists have.
    Listed(ZoneId),
    /// The checker's laws: how many do not hold.
    Laws,
    /// A number of a zone: one that follows from the machine's size, or stays as it was.
    Number {
        /// The zone.
        zone: ZoneId,
        /// Which number.
        name: &'static str,
    },
    /// A pageblock's type, by its first frame.
    PageblockType(Pfn),
    /// The blocks taken from the buddy, in the order of the trace.
    TakenFromBuddy,
    /// The blocks that processors gave back to the buddy, in the order of the trace.
    DrainedToBuddy,
    /// The blocks taken from other types, in the order of the trace.
    Stolen,
}

/// A machine that follows a capture.
struct Replay {
    phys: Phys,
    tr: Trace,
}

const CPU: CpuId = CpuId(0);

impl Replay {
    fn new(state: &FreelistsState, detail: Detail) -> Replay {
        let phys = Phys::from_freelists(state, &state.machine());
        Replay { phys, tr: Trace::new(detail) }
    }

    fn alloc(&mut self, order: Order, gfp: Gfp) -> Option<Pfn> {
        self.phys.alloc_pages(AllocRequest::new(order, gfp), &mut NoRelief, &mut self.tr)
    }

    /// Frees what the real machine freed: perhaps part of a block, perhaps one from before.
    fn free(&mut self, line: Line<'_>, pfn: Pfn, order: Order) -> Result<(), DumpError> {
        if !self.phys.split_in_use(pfn, order, &mut self.tr) {
            return Err(line.lacks(Expected::FrameInUse));
        }
        self.phys.free_pages(pfn, order, CPU, &mut self.tr);
        Ok(())
    }

    fn compare(&self, real: &FreelistsState, verdict: &mut Verdict) {
        compare_lists(&self.phys, real, verdict);
    }
}

/// Holds lists, counters and types of pageblocks against those of a dump, and the machine against
/// the checker.
pub fn compare_lists(phys: &Phys, real: &FreelistsState, verdict: &mut Verdict) {
    verdict.dumps += 1;
    verdict.violations.extend(check(phys));
    let lists = Lists { phys };
    for dumped in &real.zones {
        match phys.find_zone(dumped.node, dumped.kind) {
            Some(zone) => lists.compare_zone(zone, dumped, verdict),
            None => verdict.compared += 1,
        }
    }
}

/// A machine whose lists are compared.
struct Lists<'a> {
    phys: &'a Phys,
}

impl Lists<'_> {
    fn compare_zone(&self, zone: ZoneId, real: &ZoneState, verdict: &mut Verdict) {
        let line = real.line;
        let number = |n: u64| i64::try_from(n).ok();
        let zones = self.phys.zones();
        let free = self.phys.vmstat.zone_total(zone, ZoneStat::NrFreePages);
        verdict.compare(line, Item::Free(zone), Some(free), Some(real.free));
        verdict.compare(line, Item::Boost(zone), number(zones.boost(zone)), number(real.boost));
        // Nothing that is replayed changes these, but for the pages held back.
        let geometry = self.phys.zone(zone);
        let marks = Wmark::ALL.map(|mark| zones.watermark(zone, mark));
        let numbers = [
            ("start_pfn", u64::from(geometry.start.0), u64::from(real.start.0)),
            ("spanned", u64::from(geometry.spanned), u64::from(real.spanned)),
            ("present", u64::from(geometry.present), u64::from(real.present)),
            ("managed", u64::from(geometry.managed), u64::from(real.managed)),
            ("min", marks[0], real.marks[0]),
            ("low", marks[1], real.marks[1]),
            ("high", marks[2], real.marks[2]),
            ("highatomic", zones.highatomic(zone), real.highatomic),
            ("stat_threshold", self.phys.vmstat.threshold(zone), real.stat_threshold),
        ];
        for (name, model, real) in numbers {
            verdict.compare(line, Item::Number { zone, name }, number(model), number(real));
        }
        for (class, &pages) in (0..zones.per_node()).zip(&real.lowmem_reserve) {
            let item = Item::Number { zone, name: "lowmem_reserve" };
            verdict.compare(line, item, number(zones.lowmem_reserve(zone, class)), number(pages));
        }
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
            // What lies beyond the zone has no type here; the zone's size differs then, too.
            let own = firsts.zip(&blocks.types).take_while(|(first, _)| *first < geometry.end());
            for (first, mt) in own {
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
            if cpu.0 >= self.phys.cpus() {
                // Not a processor of the machine that the first dump is of.
                verdict.compare(line, Item::PcpNumber { zone, cpu, which: 0 }, None, number(pcp.count));
                continue;
            }
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

#[cfg(test)]
mod tests;
