//! What the inspector shows: one thing in full.

use serde::Serialize;

use super::buddy::{MigrateName, ZoneName};
use super::process::VmaRow;
use super::structs::StructField;
use super::translate::{LevelName, Target};
use super::{FrameKind, ProcessName, Run, Thing};

/// The selected thing in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum InspectorView {
    /// Nothing is selected.
    Empty,
    /// The thing is not there at the step shown.
    Gone(Thing),
    /// A frame.
    Frame(Box<FrameView>),
    /// An entry of a page table.
    Entry(Box<EntryView>),
    /// An area.
    Vma(Box<VmaView>),
    /// A process.
    Process(Box<ProcessSummary>),
    /// A zone.
    Zone(Box<ZoneView>),
    /// A memory node.
    Node(Box<NodeView>),
}

/// A frame: what it is, where it is, its `struct page`, and its life.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FrameView {
    /// Number.
    pub pfn: u32,
    /// Use.
    pub kind: FrameKind,
    /// Zone it lies in.
    pub zone: ZoneName,
    /// Pageblock it lies in.
    pub pageblock: u32,
    /// Frames of that pageblock.
    pub pageblock_frames: Run,
    /// Migrate type of that pageblock.
    pub migrate: MigrateName,
    /// Physical addresses, first and last.
    pub physical: (u64, u64),
    /// Where the kernel keeps its `struct page`: `vmemmap` + 64 bytes a frame; `None` on a
    /// machine whose `mem_map` is elsewhere.
    pub page_address: Option<u64>,
    /// Head and order of the block it belongs to.
    pub block: (u32, u8),
    /// Entries that map it: process, address.
    pub mapped_by: Vec<Mapping>,
    /// The block it would merge with.
    pub buddy: Option<Buddy>,
    /// The table it holds.
    pub table: Option<TableUse>,
    /// `_refcount`.
    pub refcount: u32,
    /// `_mapcount` as the kernel stores it: mappings less one.
    pub mapcount: i64,
    /// Flags that are set, by name.
    pub flags: Vec<&'static str>,
    /// The eight words of the `struct page`.
    pub words: Vec<PageWord>,
    /// Which arm of the union is in use.
    pub arm: Arm,
    /// The entry that maps it.
    pub entry: Option<EntryView>,
    /// What happened to it, oldest first; the last at most [`LIFE_LINES`].
    pub life: Vec<LifeLine>,
}

/// Lines of a frame's life that are shown.
pub const LIFE_LINES: usize = 12;

/// A place that maps a frame.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Mapping {
    /// Process.
    pub process: ProcessName,
    /// Virtual address.
    pub address: u64,
    /// The address by a label of the script: `buf+0x178000`.
    pub expression: Option<String>,
}

/// The block next to a block, with which it would merge.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Buddy {
    /// Its first frame.
    pub pfn: u32,
    /// Order of both.
    pub order: u8,
    /// What it is used for.
    pub kind: FrameKind,
    /// Whether it is free and whole, so that freeing this one merges them.
    pub merges: bool,
}

/// A page-table page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TableUse {
    /// Level of its entries.
    pub level: LevelName,
    /// Process whose table it is.
    pub process: Option<ProcessName>,
    /// Entries in use.
    pub used: u32,
    /// Entries of the table.
    pub entries: u32,
    /// Entries in use, as runs.
    pub in_use: Vec<Run>,
    /// The first entries in use.
    pub rows: Vec<TableRow>,
}

/// An entry in a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct TableRow {
    /// Position.
    pub index: u32,
    /// What it names.
    pub target: Target,
}

/// Which arm of the union of `struct page` is in use.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Arm {
    /// Page cache and anonymous memory.
    Anon,
    /// Page cache.
    File,
    /// Slab.
    Slab,
    /// Page table.
    PageTable,
    /// A block in a buddy list.
    Buddy,
    /// A frame on a CPU's list.
    Pcp,
    /// None: kernel memory that nobody lists.
    None,
}

/// One of the eight words of a `struct page`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PageWord {
    /// Bytes from the start of the structure.
    pub offset: u8,
    /// Field by the name of the arm in use.
    pub name: &'static str,
    /// Value as it is written: hex, or a small number.
    pub value: String,
    /// The frame that the value leads to.
    pub link: Option<u32>,
    /// Whether the word belongs to the union.
    pub in_union: bool,
    /// Whether the command wrote it, up to the step shown.
    pub changed: bool,
}

/// Something that happened to a frame.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LifeLine {
    /// Command, from 1; 0 for the boot.
    pub command: u32,
    /// Step within it.
    pub step: u32,
    /// What happened, in each language.
    pub words: [String; 2],
    /// Whether this is the step shown.
    pub now: bool,
}

/// An entry of a page table, bit by bit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct EntryView {
    /// Frame that holds the table.
    pub table: u32,
    /// Position in it.
    pub index: u32,
    /// Level.
    pub level: LevelName,
    /// The entry.
    pub raw: u64,
    /// The entry before the command, where that differs.
    pub before: Option<u64>,
    /// Bits of an entry: 64 or 32.
    pub width: u8,
    /// What it names.
    pub target: Target,
    /// Fields that are set, highest bit first.
    pub fields: Vec<Field>,
    /// Names of the fields that are 0.
    pub clear: Vec<&'static str>,
}

/// A field of an entry that is not zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Field {
    /// Which.
    pub name: FieldName,
    /// Highest bit.
    pub high: u8,
    /// Lowest bit.
    pub low: u8,
    /// Value.
    pub value: u64,
}

/// Fields of an x86 entry, as far as Linux uses them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum FieldName {
    /// No-execute.
    NoExecute,
    /// Frame number.
    Pfn,
    /// Soft-dirty, Linux's own.
    SoftDirty,
    /// Write-protected by userfaultfd, Linux's own.
    UffdWp,
    /// Special mapping without a `struct page`, Linux's own.
    Special,
    /// Global.
    Global,
    /// Page size, or PAT in a page table.
    PageSize,
    /// Page attribute table.
    Pat,
    /// Dirty.
    Dirty,
    /// Accessed.
    Accessed,
    /// Cache disable.
    CacheDisable,
    /// Write-through.
    WriteThrough,
    /// User.
    User,
    /// Writable.
    Writable,
    /// Present.
    Present,
    /// Swap area of an entry that is not present.
    SwapType,
    /// Slot in that area.
    SwapOffset,
}

impl FieldName {
    /// Returns the short name, as manuals write it.
    pub const fn short(self) -> &'static str {
        match self {
            FieldName::NoExecute => "NX",
            FieldName::Pfn => "PFN",
            FieldName::SoftDirty => "SD",
            FieldName::UffdWp => "uffd-wp",
            FieldName::Special => "special",
            FieldName::Global => "G",
            FieldName::PageSize => "PS",
            FieldName::Pat => "PAT",
            FieldName::Dirty => "D",
            FieldName::Accessed => "A",
            FieldName::CacheDisable => "PCD",
            FieldName::WriteThrough => "PWT",
            FieldName::User => "U",
            FieldName::Writable => "W",
            FieldName::Present => "P",
            FieldName::SwapType => "type",
            FieldName::SwapOffset => "slot",
        }
    }
}

/// An area in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct VmaView {
    /// Process.
    pub process: ProcessName,
    /// The line of `maps`.
    pub row: VmaRow,
    /// Pages of the area that have a frame.
    pub resident: u64,
    /// Pages of the area.
    pub pages: u64,
    /// Hex digits of an address.
    pub digits: u8,
}

/// A process in short.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ProcessSummary {
    /// The process.
    pub process: ProcessName,
    /// `CR3`.
    pub cr3: u64,
    /// Areas.
    pub areas: u32,
    /// Counters.
    pub counters: Vec<super::process::Counter>,
}

/// A zone in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ZoneView {
    /// Name.
    pub name: ZoneName,
    /// First frame.
    pub start: u32,
    /// Frames from first to last, holes included (`spanned`).
    pub spanned: u64,
    /// Frames that exist (`present`).
    pub present: u64,
    /// Frames that the page allocator manages (`managed`).
    pub managed: u64,
    /// Free frames.
    pub free: u64,
    /// Watermarks min, low, high.
    pub marks: [u64; 3],
    /// `struct zone`.
    pub fields: Vec<StructField>,
}

/// A memory node in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NodeView {
    /// Number.
    pub node: u8,
    /// First frame.
    pub start: u32,
    /// Frames from first to last, holes included.
    pub spanned: u64,
    /// Frames that exist.
    pub present: u64,
    /// Free frames of its zones.
    pub free: u64,
    /// Its zones that have memory.
    pub zones: Vec<ZoneName>,
    /// `pg_data_t`.
    pub fields: Vec<StructField>,
}

/// Splits an entry into the fields that are set, highest first, and the names of those that
/// are 0. The layout is the CPU's (Intel SDM 3A 4.5) with Linux's use of the bits it leaves free
/// (6.1 `arch/x86/include/asm/pgtable_types.h`).
pub fn fields(raw: u64, level: LevelName, width: u8) -> (Vec<Field>, Vec<&'static str>) {
    let present = raw & 1 == 1;
    let wide = width == 64;
    let leaf_table = level == LevelName::Pte;
    let mut layout: Vec<(FieldName, u8, u8)> = Vec::new();
    if wide {
        layout.push((FieldName::NoExecute, 63, 63));
    }
    layout.push((FieldName::Pfn, if wide { 51 } else { 31 }, 12));
    if wide {
        layout.extend([
            (FieldName::SoftDirty, 11, 11),
            (FieldName::UffdWp, 10, 10),
            (FieldName::Special, 9, 9),
        ]);
    } else {
        layout.push((FieldName::Special, 9, 9));
    }
    layout.extend([
        (FieldName::Global, 8, 8),
        (if leaf_table { FieldName::Pat } else { FieldName::PageSize }, 7, 7),
        (FieldName::Dirty, 6, 6),
        (FieldName::Accessed, 5, 5),
        (FieldName::CacheDisable, 4, 4),
        (FieldName::WriteThrough, 3, 3),
        (FieldName::User, 2, 2),
        (FieldName::Writable, 1, 1),
        (FieldName::Present, 0, 0),
    ]);
    if !present {
        return (
            Vec::new(),
            if raw == 0 { layout.iter().map(|(name, ..)| name.short()).collect() } else { vec!["P"] },
        );
    }
    let value = |high: u8, low: u8| raw >> low & (u64::MAX >> (63 - (high - low)));
    let set = |&(_, high, low): &(FieldName, u8, u8)| value(high, low) != 0;
    let fields = layout.iter().filter(|field| set(field));
    let fields =
        fields.map(|&(name, high, low)| Field { name, high, low, value: value(high, low) }).collect();
    let clear = layout.iter().rev().filter(|field| !set(field)).map(|(name, ..)| name.short()).collect();
    (fields, clear)
}

#[cfg(test)]
mod tests {
    use super::{FieldName, fields};
    use crate::panels::translate::LevelName;

    #[test]
    fn an_entry_splits_into_its_fields() {
        let (set, clear) = fields(0x8000_0000_0420_3867, LevelName::Pte, 64);
        let names: Vec<FieldName> = set.iter().map(|field| field.name).collect();
        assert_eq!(
            names,
            [
                FieldName::NoExecute,
                FieldName::Pfn,
                FieldName::SoftDirty,
                FieldName::Dirty,
                FieldName::Accessed,
                FieldName::User,
                FieldName::Writable,
                FieldName::Present
            ]
        );
        assert_eq!(set[1].value, 0x4203);
        assert_eq!(clear, ["PWT", "PCD", "PAT", "G", "special", "uffd-wp"]);
    }

    #[test]
    fn an_absent_entry_has_no_fields() {
        assert_eq!(fields(0, LevelName::Pte, 64).0, []);
    }
}
