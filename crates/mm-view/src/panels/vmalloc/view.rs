//! What the *vmalloc* panel shows: the kernel's half to scale, the areas in it and where their
//! frames lie, addresses that wait for a flush, and memory that is contiguous for comparison.

use mm::virt::BandKind;
use serde::Serialize;

use crate::panels::Run;

/// The kernel's own mappings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct VmallocView {
    /// Hex digits of an address.
    pub digits: u8,
    /// First address of the kernel's half.
    pub kernel_start: u64,
    /// What the kernel's half is divided into, in address order, gaps included.
    pub bands: Vec<BandView>,
    /// Areas, in address order; the first at most [`AREA_ROWS`].
    pub areas: Vec<AreaRow>,
    /// Areas that are not in the list.
    pub more_areas: u32,
    /// The area shown page by page: the one that was asked for, else the last that was made.
    pub area: Option<AreaDetail>,
    /// Addresses that wait for a flush, in address order.
    pub lazy: Vec<Waiting>,
    /// Pages of those.
    pub lazy_pages: u64,
    /// Pages above which they are flushed.
    pub lazy_max: u64,
    /// Frames of all areas.
    pub used_pages: u64,
    /// Memory of the script that is contiguous, for comparison.
    pub contiguous: Vec<Contiguous>,
    /// Slots for frames without an address, where there are such frames.
    pub kmap: Option<KmapView>,
}

/// Areas listed.
pub const AREA_ROWS: usize = 48;
/// Pages of an area listed.
pub const PAGE_ROWS: usize = 64;
/// Columns of the picture of where an area's frames lie.
pub const SCATTER_COLUMNS: u32 = 96;
/// Slots listed.
pub const SLOT_ROWS: usize = 48;

/// A part of the kernel's half.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct BandView {
    /// What it is for; `None` is a gap.
    #[serde(serialize_with = "band_name")]
    pub kind: Option<BandKind>,
    /// First address.
    pub start: u64,
    /// Address after the last.
    pub end: u64,
}

fn band_name<S: serde::Serializer>(kind: &Option<BandKind>, serializer: S) -> Result<S::Ok, S::Error> {
    match kind {
        Some(kind) => serializer.collect_str(&format_args!("{kind:?}")),
        None => serializer.serialize_none(),
    }
}

/// An area.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AreaRow {
    /// First address.
    pub start: u64,
    /// First address of the guard page.
    pub guard: u64,
    /// Address after the guard page.
    pub end: u64,
    /// Bytes that were asked for.
    pub bytes: u64,
    /// Frames.
    pub frames: u32,
    /// Pieces that follow each other in memory.
    pub pieces: u32,
    /// Label of the script, or what the area is for.
    pub label: Option<String>,
    /// The area whose list of frames it holds.
    pub list_of: Option<u64>,
    /// Whether the command wrote it, up to the step shown.
    pub changed: bool,
}

/// An area in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AreaDetail {
    /// Its row.
    pub row: AreaRow,
    /// Its pages, the first at most [`PAGE_ROWS`].
    pub pages: Vec<PageRow>,
    /// Pages that are not in the list.
    pub more_pages: u32,
    /// How many of its frames lie in each of [`SCATTER_COLUMNS`] equal parts of memory.
    pub scatter: Vec<u32>,
    /// Frames of the machine.
    pub machine: u32,
    /// Frames as runs, in the order of addresses; the first few.
    pub runs: Vec<Run>,
}

/// A page of an area.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct PageRow {
    /// Its address.
    pub va: u64,
    /// Its frame.
    pub pfn: u32,
    /// The entry that maps it: frame of the table, index.
    pub entry: Option<(u32, u32)>,
    /// Whether the command wrote the entry, up to the step shown.
    pub changed: bool,
}

/// Addresses that wait for a flush.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Waiting {
    /// First address.
    pub start: u64,
    /// Address after the last.
    pub end: u64,
}

/// Memory in one piece, in the direct map.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Contiguous {
    /// Label of the script.
    pub label: String,
    /// Its address: physical address + `offset`.
    pub va: u64,
    /// Its physical address.
    pub pa: u64,
    /// `PAGE_OFFSET`.
    pub offset: u64,
    /// Frames of the block it lies in.
    pub frames: Run,
}

/// Slots for frames without an address.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct KmapView {
    /// Slots.
    pub slots: u32,
    /// Slots with users.
    pub used: u32,
    /// Slots that are mapped and have no user.
    pub idle: u32,
    /// The slot that was given last.
    pub last: u32,
    /// Slots that are mapped, the first at most [`SLOT_ROWS`].
    pub rows: Vec<SlotRow>,
}

/// A mapped slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct SlotRow {
    /// Its number.
    pub slot: u32,
    /// Its address.
    pub va: u64,
    /// The frame.
    pub pfn: u32,
    /// Users.
    pub users: u32,
}
