//! What the *Compaction* panel shows: a zone's pageblocks with two scanners between them, how
//! fragmented the zone is, and what a large request would meet.

use serde::Serialize;

use crate::panels::Run;
use crate::panels::buddy::{MigrateName, ZoneName};

/// A zone as compaction sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CompactionView {
    /// Zones to choose from.
    pub zones: Vec<ZoneName>,
    /// The zone shown, an index into `zones`.
    pub zone: usize,
    /// Its frames.
    pub span: Run,
    /// Frames of a pageblock.
    pub pageblock_frames: u32,
    /// Pageblocks that a cell stands for: one, unless the zone is large.
    pub per_cell: u32,
    /// The zone from its first pageblock to its last, at most [`CELLS_MAX`] cells.
    pub cells: Vec<BlockCell>,
    /// Where the next run starts its scanners.
    pub cached: CachedPositions,
    /// The last run of the command in the zone, up to the step shown.
    pub run: Option<RunView>,
    /// What free memory is worth, order by order.
    pub orders: Vec<OrderIndex>,
    /// `extfrag_threshold`: an index up to it means shortage, not fragmentation.
    pub threshold: u64,
    /// Attempts that are left out because of failures.
    pub deferral: Deferral,
    /// What a request would meet.
    pub outlook: CompactOutlook,
    /// The node's fragmentation score in percent, and the marks between which kcompactd works on its own
    /// account: it stops at the first and starts above the second.
    pub score: (u64, u64, u64),
    /// Order that kcompactd was asked for, if it was.
    pub kcompactd: Option<u8>,
}

/// Cells of a zone at most.
pub const CELLS_MAX: u32 = 256;

/// One pageblock, or several.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct BlockCell {
    /// Number of the first pageblock.
    pub block: u32,
    /// Its migrate type.
    pub migrate: MigrateName,
    /// Pageblocks of the cell that scanners leave out (`PB_migrate_skip`).
    pub skipped: u32,
    /// Frames in use that could move: anonymous memory and page cache.
    pub movable: u32,
    /// Free frames.
    pub free: u32,
    /// Frames in use for anything else.
    pub fixed: u32,
    /// Whether the step shown wrote it: the hint, the type, or one of its frames.
    pub changed: bool,
}

/// Cached positions of the scanners, `None` where the zone does not contain what is cached: then the
/// scanner starts at its end of the zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct CachedPositions {
    /// `compact_cached_migrate_pfn[0]`.
    pub migrate_async: Option<u32>,
    /// `compact_cached_migrate_pfn[1]`.
    pub migrate_sync: Option<u32>,
    /// `compact_cached_free_pfn`.
    pub free: Option<u32>,
}

/// A run of compaction over the zone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RunView {
    /// Where the migrate scanner started, and where it is.
    pub migrate: (u32, u32),
    /// Where the free scanner started, and where it is.
    pub free: (u32, u32),
    /// `async` or `sync`.
    pub mode: &'static str,
    /// Steps of the migrate scanner, and of the free scanner.
    pub scanned: (u32, u32),
    /// Pages moved, and pages that stayed where they were.
    pub moved: (u32, u32),
    /// Pages that are isolated, from the last look of the migrate scanner on.
    pub isolated: u32,
    /// The last moves, oldest first: from, to.
    pub last: Vec<(u32, u32)>,
    /// What came of it, `None` while it runs.
    pub result: Option<&'static str>,
}

/// Moves that are written out.
pub const MOVES_MAX: usize = 8;

/// What free memory is worth to requests of an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct OrderIndex {
    /// The order.
    pub order: u8,
    /// Blocks of it that the free ones hold.
    pub fits: u64,
    /// Part of free memory that is useless to it, in thousandths.
    pub unusable: u64,
    /// Fragmentation index in thousandths: -1000 where a block fits.
    pub fragmentation: i64,
}

/// Failures of the zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Deferral {
    /// Least order that failed; requests below it are not deferred.
    pub order_failed: u8,
    /// Attempts since the last failure.
    pub considered: u64,
    /// Attempts that are left out.
    pub limit: u64,
}

/// What compaction would do for a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct CompactOutlook {
    /// Order of the request.
    pub order: u8,
    /// Free frames.
    pub free: u64,
    /// Free frames that it takes: the mark, and twice the block.
    pub needed: u64,
    /// Fragmentation index in thousandths.
    pub index: i64,
    /// What the kernel answers.
    pub answer: Answer,
    /// Whether the attempt would be left out because of failures.
    pub deferred: bool,
}

/// Answers to "could compaction help?".
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename = "CompactionAnswer")]
pub enum Answer {
    /// Not needed: a block is there.
    NotNeeded,
    /// It could.
    Helps,
    /// Too little free memory to move pages to.
    TooLittle,
    /// Memory is short rather than fragmented.
    NotFragmented,
}

/// Orders to choose from.
pub const ORDERS: [u8; 6] = [1, 2, 3, 4, 9, 10];
