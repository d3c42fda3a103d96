//! Dumps of compaction: beside the free lists, what it remembers of each zone and node, and what
//! every frame is used for.
//!
//! Behind the free lists come `node`, `settings`, `counters`, `batch` and `compact` lines, the hints
//! (` skip`), then `class` lines that say what a character stands for, and under `frames` a
//! line ` f` for each pageblock with a character for each frame.

mod class;

use std::collections::BTreeMap;

use crate::config::NodeId;
use crate::import::freelists::{FreelistsState, parse_dump};
use crate::import::text::{DumpError, Expected, Line, lines, parse_number};
use crate::phys::compaction::{CompactTunable, ZoneField};
use crate::phys::zone::ZoneKind;
use crate::units::{Order, Pfn, count};

use class::class;
pub use class::{FrameClass, FrameUse, PageMapping};

/// Frames of the largest machine that a dump may be of: 16 GB.
const FRAMES_MAX: u32 = 1 << 22;
/// Largest class of a zone.
const CLASS_MAX: u64 = 5;
/// Largest `compact_defer_shift`.
const DEFER_SHIFT_MAX: u64 = 6;
/// Pages that a processor's batches may hold.
const BATCH_PAGES_MAX: usize = 1024;

/// The memory of a machine at one instant, with the memory of compaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompactionState {
    /// Its free lists.
    pub lists: FreelistsState,
    /// What kcompactd of each node is to do.
    pub nodes: Vec<DaemonState>,
    /// Tunables of compaction.
    pub settings: Vec<(CompactTunable, u64)>,
    /// Counters of `/proc/vmstat` by name.
    pub counters: Vec<(String, u64)>,
    /// Pages that wait in batches to be put on an LRU list.
    pub batch: Vec<Pfn>,
    /// What compaction remembers of each zone.
    pub zones: Vec<ZoneMemory>,
    /// What frames are used for.
    pub classes: Vec<FrameClass>,
    /// The class of each frame, by its place in `classes`.
    pub frames: Frames,
}

/// What kcompactd of a node is to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DaemonState {
    /// Line of the dump, counted from 1.
    pub line: u32,
    /// The node.
    pub node: NodeId,
    /// `kcompactd_max_order`.
    pub max_order: u64,
    /// `kcompactd_highest_zoneidx`.
    pub highest_class: u64,
    /// `proactive_compact_trigger`.
    pub proactive_trigger: u64,
    /// `kswapd_failures`: runs of kswapd in a row that freed nothing.
    pub kswapd_failures: u64,
}

/// What compaction remembers of a zone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ZoneMemory {
    /// Line of the dump, counted from 1.
    pub line: u32,
    /// The zone's node.
    pub node: NodeId,
    /// Which zone.
    pub kind: ZoneKind,
    /// Positions and deferral.
    pub fields: Vec<(ZoneField, u64)>,
    /// First frame of the first pageblock that has a hint.
    pub first: Pfn,
    /// The hint of each pageblock: whether it is left out.
    pub skips: Vec<bool>,
}

/// The class of each frame of a dump.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frames {
    first: Pfn,
    classes: Vec<u8>,
}

impl Frames {
    /// Marks frames that no line tells of.
    const UNKNOWN: u8 = u8::MAX;

    const fn none() -> Frames {
        Frames { first: Pfn(0), classes: Vec::new() }
    }

    /// Returns the class of a frame, `None` where the dump does not say.
    pub fn class(&self, pfn: Pfn) -> Option<usize> {
        let at = usize::try_from(pfn.0.checked_sub(self.first.0)?).ok()?;
        self.classes.get(at).filter(|&&class| class != Frames::UNKNOWN).map(|&class| usize::from(class))
    }

    /// Iterates over the frames that the dump tells of, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = (Pfn, usize)> + '_ {
        let all = (self.first.0..).map(Pfn).zip(&self.classes);
        all.filter(|&(_, &class)| class != Frames::UNKNOWN).map(|(pfn, &class)| (pfn, usize::from(class)))
    }

    /// Adds frames from `pfn` on; lines are in the order of frames.
    fn push(&mut self, pfn: Pfn, class: u8, frames: u32) -> Option<()> {
        if self.classes.is_empty() {
            self.first = pfn;
        }
        let next = self.first.0 + count(self.classes.len());
        let end = pfn.0.checked_add(frames)?;
        if pfn.0 < next || end > FRAMES_MAX {
            return None;
        }
        let gap = usize::try_from(pfn.0 - next).ok()?;
        self.classes.resize(self.classes.len() + gap, Frames::UNKNOWN);
        self.classes.resize(self.classes.len() + usize::try_from(frames).ok()?, class);
        Some(())
    }
}

impl CompactionState {
    /// Reads the first dump of `text`.
    pub fn parse(text: &str) -> Result<CompactionState, DumpError> {
        let mut rest = lines(text).peekable();
        while rest.peek().is_some_and(|line| line.keyword() != "zone") {
            rest.next();
        }
        let end = DumpError { line: 1, expected: Expected::State };
        rest.peek().ok_or(end)?;
        let mut state = CompactionState {
            lists: parse_dump(&mut rest)?,
            nodes: Vec::new(),
            settings: Vec::new(),
            counters: Vec::new(),
            batch: Vec::new(),
            zones: Vec::new(),
            classes: Vec::new(),
            frames: Frames::none(),
        };
        let mut names: Vec<char> = Vec::new();
        for line in rest {
            match line.keyword() {
                "node" => state.nodes.push(daemon(line)?),
                "settings" => state.settings = settings(line)?,
                "counters" => state.counters = counters(line)?,
                "batch" => state.batch.extend(line.runs(Order::ZERO)?),
                "compact" => state.zones.push(zone_memory(line)?),
                "skip" => {
                    let zone = state.zones.last_mut().ok_or(line.lacks(Expected::Line("compact")))?;
                    (zone.first, zone.skips) = skips(line)?;
                }
                "class" => {
                    let (name, class) = class(line)?;
                    names.push(name);
                    state.classes.push(class);
                }
                "f" => frames(line, &names, &mut state.frames)?,
                "end" => break,
                _ => {}
            }
        }
        state.validate().ok_or(DumpError { expected: Expected::DisjointBlocks, ..end })?;
        let fits = state.batch.len() <= BATCH_PAGES_MAX && state.classes.len() < usize::from(Frames::UNKNOWN);
        let told = state.frames.iter().next().is_some() && !state.zones.is_empty();
        if fits && told { Ok(state) } else { Err(DumpError { expected: Expected::Line("frames"), ..end }) }
    }

    /// Tests that lists and frames tell the same, and that compound pages are whole.
    fn validate(&self) -> Option<()> {
        let mut listed: BTreeMap<Pfn, FrameUse> = BTreeMap::new();
        for zone in &self.lists.zones {
            let free = zone.free_lists.iter().map(|list| (list.order, &list.blocks, FrameUse::Free));
            let pcp = zone.cpus.iter().flat_map(|pcp| &pcp.lists);
            let pcp = pcp.map(|list| (list.order, &list.blocks, FrameUse::Pcp));
            for (order, blocks, usage) in free.chain(pcp) {
                let frames = blocks.iter().flat_map(|pfn| (0..order.pages()).map(|at| pfn.add(at)));
                listed.extend(frames.map(|pfn| (pfn, usage)));
            }
        }
        let mut tails = Pfn(0)..Pfn(0);
        for (pfn, class) in self.frames.iter() {
            let class = self.classes[class];
            let on_list = match class.usage {
                FrameUse::Free | FrameUse::Pcp => Some(class.usage),
                FrameUse::Hole
                | FrameUse::Reserved
                | FrameUse::Slab
                | FrameUse::Compound
                | FrameUse::Tail
                | FrameUse::Kernel
                | FrameUse::Inner
                | FrameUse::Lru
                | FrameUse::Movable => None,
            };
            if listed.remove(&pfn) != on_list || (class.usage == FrameUse::Tail) != tails.contains(&pfn) {
                return None;
            }
            if class.order > Order::ZERO {
                tails = pfn.add(1)..pfn.add(class.order.pages());
                let is_whole =
                    pfn.align_down(class.order) == pfn && self.frames.class(Pfn(tails.end.0 - 1)).is_some();
                is_whole.then_some(())?;
            }
        }
        listed.is_empty().then_some(())
    }

    /// Returns what a frame is used for, `None` where the dump does not say.
    pub fn class_of(&self, pfn: Pfn) -> Option<&FrameClass> {
        self.classes.get(self.frames.class(pfn)?)
    }
}

fn daemon(line: Line<'_>) -> Result<DaemonState, DumpError> {
    let node = line.word(1).and_then(parse_number).and_then(|node| u8::try_from(node).ok());
    Ok(DaemonState {
        line: line.number,
        node: NodeId(node.ok_or(line.lacks(Expected::Number("node")))?),
        max_order: up_to(line, "kcompactd_max_order", u64::from(Order::MAX.get()))?,
        highest_class: up_to(line, "kcompactd_highest_zoneidx", CLASS_MAX)?,
        proactive_trigger: up_to(line, "proactive_compact_trigger", 1)?,
        kswapd_failures: line.number("kswapd_failures")?,
    })
}

fn up_to(line: Line<'_>, name: &'static str, max: u64) -> Result<u64, DumpError> {
    let number = line.number(name)?;
    if number <= max { Ok(number) } else { Err(line.lacks(Expected::Number(name))) }
}

fn settings(line: Line<'_>) -> Result<Vec<(CompactTunable, u64)>, DumpError> {
    Ok(vec![
        (CompactTunable::UnevictableAllowed, up_to(line, "compact_unevictable_allowed", 1)?),
        (CompactTunable::ExtfragThreshold, up_to(line, "extfrag_threshold", 1000)?),
        (CompactTunable::Proactiveness, up_to(line, "compaction_proactiveness", 100)?),
    ])
}

fn counters(line: Line<'_>) -> Result<Vec<(String, u64)>, DumpError> {
    let words = line.text.split_ascii_whitespace().skip(1);
    let counter = |word: &str| {
        let (name, value) = word.split_once('=')?;
        Some((name.to_owned(), value.parse().ok()?))
    };
    words.map(|word| counter(word).ok_or(line.lacks(Expected::Number("counters")))).collect()
}

fn zone_memory(line: Line<'_>) -> Result<ZoneMemory, DumpError> {
    let cached: Vec<u64> = line.numbers("cached_migrate_pfn")?;
    let frames = u64::from(FRAMES_MAX);
    let position = |name| up_to(line, name, frames);
    let [migrate_async, migrate_sync] = cached[..] else {
        return Err(line.lacks(Expected::Number("cached_migrate_pfn")));
    };
    if cached.iter().any(|&pfn| pfn > frames) {
        return Err(line.lacks(Expected::Number("cached_migrate_pfn")));
    }
    let fields = vec![
        (ZoneField::CachedMigrateAsync, migrate_async),
        (ZoneField::CachedMigrateSync, migrate_sync),
        (ZoneField::CachedFree, position("cached_free_pfn")?),
        (ZoneField::InitMigrate, position("init_migrate_pfn")?),
        (ZoneField::InitFree, position("init_free_pfn")?),
        (ZoneField::Considered, up_to(line, "considered", 1 << DEFER_SHIFT_MAX)?),
        (ZoneField::DeferShift, up_to(line, "defer_shift", DEFER_SHIFT_MAX)?),
        (ZoneField::OrderFailed, up_to(line, "order_failed", u64::from(Order::MAX.get()) + 1)?),
        (ZoneField::BlockskipFlush, up_to(line, "blockskip_flush", 1)?),
    ];
    Ok(ZoneMemory {
        line: line.number,
        node: NodeId(line.number("node")?),
        kind: ZoneKind::from_name(line.field("zone")?).ok_or(line.lacks(Expected::ZoneName))?,
        fields,
        first: Pfn(0),
        skips: Vec::new(),
    })
}

fn skips(line: Line<'_>) -> Result<(Pfn, Vec<bool>), DumpError> {
    let bit = |bit| match bit {
        '0' => Some(false),
        '1' => Some(true),
        _ => None,
    };
    let bits: Option<Vec<bool>> = line.field("bits")?.chars().map(bit).collect();
    Ok((Pfn(line.number("first_pfn")?), bits.ok_or(line.lacks(Expected::Number("bits")))?))
}

/// ` f PFN CHARS`, or ` f PFN C*N`
fn frames(line: Line<'_>, names: &[char], frames: &mut Frames) -> Result<(), DumpError> {
    let bad = line.lacks(Expected::Field("f"));
    let first = line.word(1).and_then(parse_number).and_then(|pfn| u32::try_from(pfn).ok()).ok_or(bad)?;
    let text = line.word(2).ok_or(bad)?;
    let place = |name| {
        let place = names.iter().position(|&known| known == name)?;
        u8::try_from(place).ok()
    };
    let mut add = |at: Pfn, name, number| frames.push(at, place(name)?, number);
    let many = text.split_once('*').filter(|(name, _)| name.chars().count() == 1);
    let many = many.and_then(|(name, number)| Some((name.chars().next()?, number.parse::<u32>().ok()?)));
    if let Some((name, number)) = many {
        return add(Pfn(first), name, number).ok_or(bad);
    }
    (0..).zip(text.chars()).try_for_each(|(at, name)| add(Pfn(first.checked_add(at)?), name, 1)).ok_or(bad)
}
