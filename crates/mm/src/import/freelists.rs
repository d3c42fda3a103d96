//! Dumps of free lists: the state of the page allocator as the probe printed it.
//!
//! One `zone` line for each zone, then its free lists, per-CPU lists and pageblock types. The
//! same text comes from the probe's files `freelists`, `state`, `before`, `after` and `buddy`.

use crate::config::{Arch, CpuId, MachineConfig, NodeId};
use crate::import::text::{DumpError, Expected, Line, lines};
use crate::import::valid;
use crate::phys::buddy::pcp::list_type;
use crate::phys::zone::ZoneKind;
use crate::phys::zone::lists::PCP_LISTS;
use crate::phys::zone::migratetype::MigrateType;
use crate::units::{Bytes, Order, PAGE_SHIFT, Pfn, count, index64};

/// Lists that a zone may have: of each order and type, and those of many processors.
const LISTS_MAX: usize = 4096;

/// The page allocator of a machine at one instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FreelistsState {
    /// Its zones with memory.
    pub zones: Vec<ZoneState>,
    /// The line after the dump, counted from 1.
    pub next_line: u32,
}

/// A zone as dumped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ZoneState {
    /// Line of the dump, counted from 1.
    pub line: u32,
    /// The node.
    pub node: NodeId,
    /// What it is for.
    pub kind: ZoneKind,
    /// First frame.
    pub start: Pfn,
    /// Frames from first to last.
    pub spanned: u32,
    /// Frames that exist.
    pub present: u32,
    /// Frames that the allocator hands out.
    pub managed: u32,
    /// The free counter, without the processors' parts.
    pub free: i64,
    /// Each processor's part of the free counter.
    pub diffs: Vec<i64>,
    /// The bound of those parts.
    pub stat_threshold: u64,
    /// Marks min, low and high.
    pub marks: [u64; 3],
    /// What is added to the marks for now.
    pub boost: u64,
    /// Pages kept from requests of each class.
    pub lowmem_reserve: Vec<u64>,
    /// Pages held back for allocations that cannot wait.
    pub highatomic: u64,
    /// `zone->flags`.
    pub flags: u64,
    /// Non-empty free lists.
    pub free_lists: Vec<FreeList>,
    /// Per-CPU lists of each processor.
    pub cpus: Vec<PcpState>,
    /// Types of the zone's pageblocks, if the dump has them.
    pub pageblocks: Option<Pageblocks>,
}

/// A free list, head first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FreeList {
    /// Order of its blocks.
    pub order: Order,
    /// Type of the list.
    pub mt: MigrateType,
    /// Its blocks.
    pub blocks: Vec<Pfn>,
}

/// A processor's lists of a zone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PcpState {
    /// The processor.
    pub cpu: CpuId,
    /// Pages on the lists.
    pub count: u64,
    /// Pages they may hold.
    pub high: u64,
    /// Pages moved at a time.
    pub batch: u64,
    /// Frees in a row.
    pub free_factor: u64,
    /// Non-empty lists.
    pub lists: Vec<PcpList>,
}

/// One list of a processor, head first. Its type follows from the index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PcpList {
    /// Its index.
    pub index: u8,
    /// Order of its blocks.
    pub order: Order,
    /// Its blocks.
    pub blocks: Vec<Pfn>,
}

/// Types of pageblocks that follow each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pageblocks {
    /// Order of a pageblock.
    pub order: Order,
    /// First frame of the first.
    pub first: Pfn,
    /// The types, `None` where no RAM is and the dump has a dot.
    pub types: Vec<Option<MigrateType>>,
}

/// Types of pageblocks known from elsewhere: a dump that lacks them goes on where another ended.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CarriedTypes(pub Vec<Pageblocks>);

impl CarriedTypes {
    /// Takes over the types that `state` has; those of other frames stay.
    pub fn learn(&mut self, state: &FreelistsState) {
        for blocks in state.zones.iter().filter_map(|zone| zone.pageblocks.as_ref()) {
            self.0.retain(|known| known.first != blocks.first);
            self.0.push(blocks.clone());
        }
    }
}

impl FreelistsState {
    /// Gives the zones whose dump lacks pageblock types those that are known from elsewhere.
    pub fn carry(&mut self, types: &CarriedTypes) {
        let order = self.machine().arch.pageblock_order();
        for zone in self.zones.iter_mut().filter(|zone| zone.pageblocks.is_none()) {
            let end = Pfn(zone.start.0.saturating_add(zone.spanned));
            zone.pageblocks = types
                .0
                .iter()
                .find(|known| {
                    let last = known.first.0.saturating_add(known.order.pages());
                    // Those of another machine are not taken.
                    known.order == order && known.first < end && last > zone.start.0
                })
                .cloned();
        }
    }

    /// Returns the types of pageblocks as the lists tell them, for a dump that has none: a free
    /// block is on the list of its pageblock's type. Blocks without free pages stay unknown.
    pub fn likely_types(&self) -> CarriedTypes {
        let order = self.machine().arch.pageblock_order();
        CarriedTypes(self.zones.iter().map(|zone| zone.likely_types(order)).collect())
    }

    /// Reads the first dump of `text`.
    pub fn parse(text: &str) -> Result<FreelistsState, DumpError> {
        FreelistsState::parse_all(text)?
            .into_iter()
            .next()
            .ok_or(DumpError { line: 1, expected: Expected::State })
    }

    /// Reads every dump of `text`; other lines are left out.
    pub fn parse_all(text: &str) -> Result<Vec<FreelistsState>, DumpError> {
        let mut dumps = Vec::new();
        let mut rest = lines(text).peekable();
        while let Some(line) = rest.peek().copied() {
            if line.keyword() == "zone" {
                dumps.push(parse_dump(&mut rest)?);
            } else {
                rest.next();
            }
        }
        Ok(dumps)
    }

    /// Returns a machine that could have printed this: architecture by its zones and
    /// pageblocks, RAM by where the last zone ends.
    pub fn machine(&self) -> MachineConfig {
        let has = |kind| self.zones.iter().any(|zone| zone.kind == kind);
        let blocks = self.zones.iter().find_map(|zone| zone.pageblocks.as_ref());
        let is_i386 = has(ZoneKind::HighMem)
            || blocks.is_some_and(|blocks| blocks.order == Arch::I386.pageblock_order());
        let cpus = self.zones.iter().flat_map(|zone| &zone.cpus).map(|pcp| pcp.cpu.0.saturating_add(1)).max();
        let nodes = self.zones.iter().map(|zone| zone.node.0.saturating_add(1)).max();
        MachineConfig {
            arch: if is_i386 { Arch::I386 } else { Arch::X86_64 },
            ram: self.ram(),
            cpus: cpus.unwrap_or(1),
            nodes: nodes.unwrap_or(1),
            ..MachineConfig::default()
        }
    }

    fn ram(&self) -> Bytes {
        let end = self.zones.iter().map(|zone| u64::from(zone.start.0) + u64::from(zone.spanned)).max();
        ram_of_pc(end.unwrap_or(0))
    }
}

/// Returns the RAM of a PC whose last zone ends with this frame.
pub(super) fn ram_of_pc(end: u64) -> Bytes {
    const FOUR_GB: u64 = 1 << 20;
    // Above 4 GB the PCI hole of 1 GB counts; below, the firmware keeps the last 128 KB.
    let pages = if end > FOUR_GB { end - (FOUR_GB >> 2) } else { end + 32 };
    Bytes(pages << PAGE_SHIFT)
}

/// Reads one dump; `rest` stands at its first `zone` line.
pub fn parse_dump<'a>(
    rest: &mut core::iter::Peekable<impl Iterator<Item = Line<'a>>>,
) -> Result<FreelistsState, DumpError> {
    let mut zones: Vec<ZoneState> = Vec::new();
    let mut next_line = 1;
    while let Some(line) = rest.peek().copied() {
        next_line = line.number + 1;
        match line.keyword() {
            "zone" => zones.push(parse_zone(line)?),
            "free" | "pcp" | "pcplist" | "pageblocks" => {
                let zone = zones.last_mut().ok_or(line.lacks(Expected::Line("zone")))?;
                parse_list(line, zone)?;
            }
            "end" => {
                rest.next();
                break;
            }
            _ => {
                next_line = line.number;
                break;
            }
        }
        rest.next();
    }
    let state = FreelistsState { zones, next_line };
    valid::validate(&state)?;
    Ok(state)
}

fn parse_zone(line: Line<'_>) -> Result<ZoneState, DumpError> {
    let kind = ZoneKind::from_name(line.field("name")?).ok_or(line.lacks(Expected::ZoneName))?;
    let diffs = match line.optional_field("diff") {
        Some(_) => line.numbers("diff")?,
        None => Vec::new(),
    };
    let optional = |name| match line.optional_field(name) {
        Some(_) => line.number(name),
        None => Ok(0),
    };
    Ok(ZoneState {
        line: line.number,
        node: NodeId(line.number("node")?),
        kind,
        start: Pfn(line.number("start_pfn")?),
        spanned: line.number("spanned")?,
        present: line.number("present")?,
        managed: line.number("managed")?,
        free: line.number("free")?,
        diffs,
        stat_threshold: optional("stat_threshold")?,
        marks: [line.number("min")?, line.number("low")?, line.number("high")?],
        boost: line.number("boost")?,
        lowmem_reserve: line.numbers("lowmem_reserve")?,
        highatomic: optional("highatomic")?,
        flags: optional("flags")?,
        free_lists: Vec::new(),
        cpus: Vec::new(),
        pageblocks: None,
    })
}

/// Reads a line that belongs to `zone`.
fn parse_list(line: Line<'_>, zone: &mut ZoneState) -> Result<(), DumpError> {
    match line.keyword() {
        "free" => {
            let (order, mt) = (line.order()?, migrate_type(line)?);
            let blocks = checked_runs(line, order, zone)?;
            zone.free_lists.push(FreeList { order, mt, blocks });
            limit_lists(line, zone)?;
        }
        "pcp" => zone.cpus.push(PcpState {
            cpu: CpuId(line.number("cpu")?),
            count: line.number("count")?,
            high: line.number("high")?,
            batch: line.number("batch")?,
            free_factor: line.number("free_factor")?,
            lists: Vec::new(),
        }),
        "pcplist" => {
            let (order, index) = (line.order()?, line.number("index")?);
            let blocks = checked_runs(line, order, zone)?;
            let cpu = CpuId(line.number("cpu")?);
            let pcp = zone.cpus.iter_mut().find(|pcp| pcp.cpu == cpu);
            let pcp = pcp.ok_or(line.lacks(Expected::Line("pcp")))?;
            if index >= PCP_LISTS {
                return Err(line.lacks(Expected::Number("index")));
            }
            pcp.lists.push(PcpList { index, order, blocks });
            limit_lists(line, zone)?;
        }
        _ => {
            let known = |letter| match letter {
                '.' => Some(None),
                letter => MigrateType::from_letter(letter).map(Some),
            };
            let types: Option<Vec<_>> = line.field("types")?.chars().map(known).collect();
            let types = types.ok_or(line.lacks(Expected::MigrateType))?;
            let first = Pfn(line.number("first_pfn")?);
            zone.pageblocks = Some(Pageblocks { order: line.order()?, first, types });
        }
    }
    Ok(())
}

/// Refuses more lists, or more pages on them, than a zone can have: a text of runs can stand
/// for much more memory than it has bytes.
fn limit_lists(line: Line<'_>, zone: &ZoneState) -> Result<(), DumpError> {
    let lists = zone.free_lists.len() + zone.cpus.iter().map(|pcp| pcp.lists.len()).sum::<usize>();
    let fits = lists <= LISTS_MAX && zone.listed_pages() <= u64::from(zone.spanned);
    if fits { Ok(()) } else { Err(line.lacks(Expected::DisjointBlocks)) }
}

fn migrate_type(line: Line<'_>) -> Result<MigrateType, DumpError> {
    let mut letters = line.field("mt")?.chars();
    let mt = letters.next().and_then(MigrateType::from_letter);
    mt.filter(|_| letters.next().is_none()).ok_or(line.lacks(Expected::MigrateType))
}

/// Reads the blocks of a list: aligned, and within the zone.
fn checked_runs(line: Line<'_>, order: Order, zone: &ZoneState) -> Result<Vec<Pfn>, DumpError> {
    let blocks = line.runs(order)?;
    let fits = |pfn: &Pfn| {
        let offset = pfn.0.checked_sub(zone.start.0);
        pfn.align_down(order) == *pfn
            && offset.is_some_and(|offset| {
                offset.checked_add(order.pages()).is_some_and(|end| end <= zone.spanned)
            })
    };
    if blocks.iter().all(fits) { Ok(blocks) } else { Err(line.lacks(Expected::Runs)) }
}

impl ZoneState {
    fn likely_types(&self, order: Order) -> Pageblocks {
        let first = self.start.align_down(order);
        let blocks = (u64::from(self.start.0) + u64::from(self.spanned) - u64::from(first.0))
            .div_ceil(u64::from(order.pages()));
        let mut types = vec![None; index64(blocks)];
        let mut note = |pfn: Pfn, pages: u32, mt: MigrateType| {
            for at in (0..pages).step_by(index64(u64::from(order.pages()))) {
                let at = (pfn.0 - first.0 + at) >> order.get();
                if let Some(known) = types.get_mut(index64(u64::from(at))) {
                    *known = Some(mt);
                }
            }
        };
        for list in self.cpus.iter().flat_map(|pcp| &pcp.lists) {
            list.blocks.iter().for_each(|&pfn| note(pfn, list.order.pages(), list_type(list.index)));
        }
        for list in &self.free_lists {
            list.blocks.iter().for_each(|&pfn| note(pfn, list.order.pages(), list.mt));
        }
        Pageblocks { order, first, types }
    }

    /// Returns the free pages on all lists.
    pub fn listed_pages(&self) -> u64 {
        let free = self.free_lists.iter().map(|list| pages(list.order, &list.blocks));
        free.sum::<u64>()
            + self.cpus.iter().flat_map(|pcp| &pcp.lists).map(|l| pages(l.order, &l.blocks)).sum::<u64>()
    }
}

fn pages(order: Order, blocks: &[Pfn]) -> u64 {
    u64::from(order.pages()) * u64::from(count(blocks.len()))
}
