//! What the *Frames* panel shows: the strip of the whole machine, and the map of a part of it.

use serde::Serialize;

use crate::panels::buddy::MigrateName;
use crate::panels::process::Role;
use crate::panels::{FrameKind, ProcessName};

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
    /// What frames are told apart by.
    pub by: ColourBy,
}

/// What the map tells frames apart by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub enum ColourBy {
    /// Use.
    #[default]
    Kind,
    /// Migrate type of the pageblock.
    Type,
    /// Order of the free block.
    Order,
    /// Zone.
    Zone,
    /// Who has it: a process with the area, a cache, the kernel.
    Owner,
    /// How long ago it was allocated, freed or given to another use.
    Age,
}

impl ColourBy {
    /// Every way, in the order of the choice.
    pub const ALL: [ColourBy; 6] =
        [ColourBy::Kind, ColourBy::Type, ColourBy::Order, ColourBy::Zone, ColourBy::Owner, ColourBy::Age];

    /// Whether the counts of the legend are those of the part in sight: to count them over the
    /// machine would mean to look at every frame.
    pub const fn counts_what_is_seen(self) -> bool {
        matches!(self, ColourBy::Owner | ColourBy::Age)
    }
}

/// Frames that look the same on the map.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Group {
    /// What they have in common.
    pub key: GroupKey,
    /// How many there are: in the machine, or in sight, see [`ColourBy::counts_what_is_seen`].
    pub frames: u64,
}

/// What frames of one look have in common.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum GroupKey {
    /// A use.
    Kind(FrameKind),
    /// A migrate type.
    Type(MigrateName),
    /// Free blocks of an order.
    Order(u8),
    /// A zone.
    Zone {
        /// Node.
        node: u8,
        /// Position of the zone in its node.
        zone: u8,
        /// Name.
        name: &'static str,
    },
    /// An area of a process.
    Area {
        /// Number of the process.
        id: u32,
        /// Name of the process.
        process: String,
        /// Label, name or role of the area.
        area: AreaName,
    },
    /// Page tables of a process.
    Tables {
        /// Number of the process.
        id: u32,
        /// Name of the process.
        process: String,
    },
    /// A cache of small objects.
    Cache {
        /// Number of the cache.
        id: u32,
        /// Its name.
        name: String,
    },
    /// A time since the last change.
    Age(Age),
    /// Everything that has no group of its own.
    Others,
}

/// What an area is called.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum AreaName {
    /// By a label of the script, or as `maps` names it.
    Named(String),
    /// By what it is for.
    Role(Role),
    /// Of no area that is still there.
    Gone,
}

/// How long ago a block was allocated, freed or given to another use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum Age {
    /// By the step shown.
    ThisStep,
    /// By the command, before the step.
    ThisCommand,
    /// By the command before.
    OneCommand,
    /// Two to four commands ago.
    FewCommands,
    /// Longer ago.
    Longer,
    /// Not since the machine was booted.
    SinceBoot,
    /// Nobody knows: a command ran without detail.
    Unknown,
}

impl Age {
    /// Every age, youngest first.
    pub const ALL: [Age; 7] = [
        Age::ThisStep,
        Age::ThisCommand,
        Age::OneCommand,
        Age::FewCommands,
        Age::Longer,
        Age::SinceBoot,
        Age::Unknown,
    ];
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
    /// What frames are told apart by.
    pub by: ColourBy,
    /// The groups that runs and shares name, by their place here.
    pub groups: Vec<Group>,
    /// Groups of the legend, as places in `groups`.
    pub legend: Vec<u8>,
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
    /// Frames of the largest groups, in the order of the groups; those without frames are unused.
    Shares([Share; SHARES]),
    /// Runs in the order of their frames; a free block is a run of its own.
    Runs(Vec<FrameRun>),
}

/// Groups of a pageblock that are told apart from afar.
pub const SHARES: usize = 6;

/// A group's part of a pageblock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Share {
    /// Place of the group in [`MapView::groups`].
    pub group: u8,
    /// Frames; estimated from some of them where looking at all would take too long.
    pub frames: u16,
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
    /// Place of its group in [`MapView::groups`].
    pub group: u8,
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
