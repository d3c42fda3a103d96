//! What the *Frames* panel shows: the strip of the whole machine, and the map of a part of it.

use serde::Serialize;

use super::buddy::MigrateName;
use super::{FrameKind, ProcessName};

/// Cells of a column of the strip, top to bottom.
pub const STRIP_CELLS: usize = 16;
/// Frames of one row of a pageblock's rectangle.
pub const CELLS_PER_ROW: u32 = 32;

/// The strip: the whole machine, one column a pageblock or several.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StripView {
    /// Frames of the machine.
    pub frames: u32,
    /// Frames of a pageblock.
    pub pageblock_frames: u32,
    /// Pageblocks of a column.
    pub blocks_per_column: u32,
    /// The columns, lowest frame first.
    pub columns: Vec<StripColumn>,
    /// Where zones begin.
    pub zones: Vec<ZoneMark>,
    /// Kinds that occur in this machine, with their frames, in the order of the legend.
    pub kinds: Vec<KindCount>,
}

/// One column of the strip.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct StripColumn {
    /// Top to bottom. One pageblock: the kind of most frames in each sixteenth. Several: kinds
    /// by their share.
    pub cells: [FrameKind; STRIP_CELLS],
    /// Migrate type of the pageblock, of most of them when there are several.
    pub migrate: MigrateName,
}

/// A zone's place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ZoneMark {
    /// Node.
    pub node: u8,
    /// Position of the zone in its node.
    pub zone: u8,
    /// Name.
    pub name: &'static str,
    /// First frame.
    pub start: u32,
    /// Frame after the last.
    pub end: u32,
}

/// Frames of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct KindCount {
    /// The kind.
    pub kind: FrameKind,
    /// Frames.
    pub frames: u64,
}

/// Which part of the map is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct MapAsk {
    /// First pageblock.
    pub first: u32,
    /// Pageblocks.
    pub count: u32,
    /// How closely.
    pub detail: Detail,
}

/// How closely the map is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Detail {
    /// Shares of each kind: pageblocks smaller than their frames.
    Shares,
    /// Every block where it is.
    Blocks,
}

/// A part of the map.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MapView {
    /// Pageblocks of the machine.
    pub pageblocks: u32,
    /// Frames of a pageblock, 512 or 1024.
    pub pageblock_frames: u32,
    /// Frame after the machine's last.
    pub end: u32,
    /// The pageblocks asked for.
    pub blocks: Vec<PageblockView>,
    /// Where zones begin.
    pub zones: Vec<ZoneMark>,
    /// Every kind that occurs in the machine, for the legend.
    pub kinds: Vec<KindCount>,
}

/// One pageblock of the map.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PageblockView {
    /// Number of the pageblock.
    pub number: u32,
    /// Its migrate type.
    pub migrate: MigrateName,
    /// What is in it.
    pub content: Content,
}

/// What is in a pageblock.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum Content {
    /// Frames of each kind, none that has none, in the order of the legend.
    Shares(Vec<KindCount>),
    /// Runs in the order of their frames; a free block is a run of its own.
    Runs(Vec<FrameRun>),
}

/// Frames of one kind that follow each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct FrameRun {
    /// First frame.
    pub start: u32,
    /// Frame after the last.
    pub end: u32,
    /// Their kind.
    pub kind: FrameKind,
    /// Order of a free block, whose outline is drawn.
    pub order: Option<u8>,
}

/// What is under the pointer or the keyboard's cursor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FrameHint {
    /// The frame.
    pub pfn: u32,
    /// Its kind.
    pub kind: FrameKind,
    /// Head of the block it belongs to.
    pub head: u32,
    /// Order of that block.
    pub order: u8,
    /// Process it belongs to, and the address there.
    pub owner: Option<(ProcessName, u64)>,
    /// Migrate type of its pageblock.
    pub migrate: MigrateName,
    /// Zone it lies in.
    pub zone: &'static str,
}
