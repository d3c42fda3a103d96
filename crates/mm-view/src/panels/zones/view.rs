//! What the *Zones* panel shows: where zones lie, what they keep, whom they would serve.

use mm::gfp::Gfp;
use mm::virt::BandKind;
use serde::{Serialize, Serializer};

use crate::panels::Run;
use crate::panels::buddy::{MigrateName, ZoneName};

/// Nodes and zones, and what a request would meet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ZonesView {
    /// Frame after the last one of the machine.
    pub frames: u32,
    /// The nodes.
    pub nodes: Vec<NodeRow>,
    /// Zones with memory, node by node, lowest first.
    pub zones: Vec<ZoneRow>,
    /// The last watermark tests of the command up to the step shown, oldest first.
    pub checks: Vec<CheckRow>,
    /// What a request would meet.
    pub request: RequestView,
    /// Bands of the kernel's part of a 32-bit address space; empty on 64 bits.
    pub bands: Vec<Band>,
}

/// A node.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NodeRow {
    /// Number.
    pub node: u8,
    /// Its processors.
    pub cpus: Vec<u8>,
    /// How far each node is, in node order; 10 is itself.
    pub distances: Vec<u8>,
    /// Zones in the order in which an allocation here tries them.
    pub zonelist: Vec<ZoneName>,
}

/// A zone with memory.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ZoneRow {
    /// Name.
    pub name: ZoneName,
    /// First frame, and the one after the last.
    pub span: Run,
    /// Frames that exist.
    pub present: u64,
    /// Frames that the page allocator hands out.
    pub managed: u64,
    /// Runs without RAM inside the span, at most [`HOLES_MAX`].
    pub holes: Vec<Run>,
    /// Free frames (`NR_FREE_PAGES`).
    pub free: u64,
    /// Free frames before the step shown, where it changed them.
    pub free_before: Option<u64>,
    /// Marks min, low, high without the boost.
    pub marks: [u64; 3],
    /// What is added to every mark for now.
    pub boost: u64,
    /// Frames held back for requests that cannot wait.
    pub highatomic: u64,
    /// Flags that are set.
    pub flags: Vec<&'static str>,
    /// What is kept from requests that could go to a higher zone.
    pub reserves: Vec<Reserve>,
    /// Lists of the processors.
    pub cpus: Vec<PcpRow>,
    /// Whether the step shown wrote marks, boost, reserve or flags.
    pub changed: bool,
}

/// Holes of a zone that are shown.
pub const HOLES_MAX: usize = 32;

/// A row of `lowmem_reserve`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Reserve {
    /// Highest zone that the request could have used.
    pub from: &'static str,
    /// Frames kept from it.
    pub pages: u64,
}

/// A processor's lists of a zone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PcpRow {
    /// Processor.
    pub cpu: u8,
    /// Frames on all lists.
    pub count: u64,
    /// Frames they may hold.
    pub high: u64,
    /// Blocks that are taken or given back at once.
    pub batch: u64,
    /// Blocks by list, in the kernel's order; lists without any are left out.
    pub lists: Vec<PcpList>,
    /// Whether the step shown wrote the counters.
    pub changed: bool,
}

/// A list of a processor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct PcpList {
    /// Type of its blocks.
    pub migrate: MigrateName,
    /// Order of its blocks.
    pub order: u8,
    /// Blocks.
    pub blocks: u32,
}

/// What came of a watermark test.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename = "WatermarkVerdict")]
pub enum Verdict {
    /// The zone may give.
    Ok,
    /// Too few free frames.
    TooFew,
    /// Enough, but no block that large.
    NoBlock,
}

/// A watermark.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum MarkName {
    /// `WMARK_MIN`.
    Min,
    /// `WMARK_LOW`.
    Low,
    /// `WMARK_HIGH`.
    High,
}

impl MarkName {
    /// Returns the name that `/proc/zoneinfo` prints.
    pub const fn name(self) -> &'static str {
        match self {
            MarkName::Min => "min",
            MarkName::Low => "low",
            MarkName::High => "high",
        }
    }
}

/// A watermark test with its operands: passed if `free - unusable > mark + reserve` and there
/// is a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename = "WatermarkTest")]
pub struct Test {
    /// Which mark.
    pub level: MarkName,
    /// Free frames.
    pub free: u64,
    /// Frames of those that the request cannot have.
    pub unusable: u64,
    /// The mark: boost added, privileges deducted.
    pub mark: u64,
    /// What is kept from this request.
    pub reserve: u64,
    /// What came of it.
    pub verdict: Verdict,
}

/// A test that the command made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CheckRow {
    /// The zone.
    pub zone: ZoneName,
    /// Order wanted.
    pub order: u8,
    /// The test.
    pub test: Test,
    /// Command and step of it.
    pub at: (u32, u32),
    /// Whether it is the step shown.
    pub now: bool,
}

/// Tests of the command that are shown.
pub const CHECKS_MAX: usize = 4;

/// What is asked about a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct RequestAsk {
    /// Flags, an index into [`GFPS`].
    pub gfp: usize,
    /// Order.
    pub order: u8,
    /// Node to begin with.
    pub node: u8,
}

impl Default for RequestAsk {
    fn default() -> RequestAsk {
        RequestAsk { gfp: 1, order: 0, node: 0 }
    }
}

/// Flags to choose from.
pub const GFPS: [(&str, Gfp); 5] = [
    ("GFP_KERNEL", Gfp::KERNEL),
    ("GFP_HIGHUSER_MOVABLE", Gfp::HIGHUSER_MOVABLE),
    ("GFP_ATOMIC", Gfp::ATOMIC),
    ("GFP_DMA", Gfp::KERNEL.with(Gfp::DMA)),
    ("GFP_DMA32", Gfp::KERNEL.with(Gfp::DMA32)),
];

/// Orders to choose from.
pub const ORDERS: [u8; 5] = [0, 1, 3, 9, 10];

/// What a request would meet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RequestView {
    /// What was asked.
    pub ask: RequestAsk,
    /// Highest zone that its flags allow.
    pub highest: &'static str,
    /// Type of the blocks wanted.
    pub migrate: MigrateName,
    /// Zones of the zonelist, in order.
    pub tries: Vec<TryRow>,
    /// The zone that would serve it, an index into `tries`, and the mark that let it.
    pub served: Option<(usize, MarkName)>,
}

/// A zone that a request would try.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TryRow {
    /// The zone.
    pub zone: ZoneName,
    /// The low mark, then the minimum mark; `None` where the flags leave the zone out.
    pub tests: Option<[Test; 2]>,
}

/// A band of the kernel's part of a 32-bit address space.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Band {
    /// What it is for.
    #[serde(serialize_with = "by_name")]
    pub kind: BandKind,
    /// First address.
    pub start: u64,
    /// Address after the last.
    pub end: u64,
}

fn by_name<S: Serializer>(kind: &BandKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{kind:?}"))
}
