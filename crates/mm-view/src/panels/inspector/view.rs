//! What the inspector shows: one thing in full.

mod entry;

use serde::Serialize;

use crate::panels::buddy::{MigrateName, ZoneName};
use crate::panels::frames::FrameRun;
use crate::panels::process::VmaRow;
use crate::panels::slab::{CacheDetail, ObjectCell, SlabGrid};
use crate::panels::structs::{PageField, StructField};
use crate::panels::translate::{LevelName, Target};
use crate::panels::vmalloc::AreaRow;
use crate::panels::{FrameKind, ProcessName, Run, Thing};

pub use entry::{EntryView, Field, FieldName, fields};

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
    /// An area of the kernel's own addresses.
    VmapArea(Box<AreaRow>),
    /// A process.
    Process(Box<ProcessSummary>),
    /// A zone.
    Zone(Box<ZoneView>),
    /// A memory node.
    Node(Box<NodeView>),
    /// A pageblock.
    Pageblock(Box<PageblockPage>),
    /// A cache of small objects.
    Cache(Box<CacheDetail>),
    /// A slab.
    Slab(Box<SlabGrid>),
    /// An object of a slab.
    Object(Box<ObjectPage>),
}

/// A pageblock in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PageblockPage {
    /// Number.
    pub number: u32,
    /// Its frames.
    pub frames: Run,
    /// Zone it lies in.
    pub zone: ZoneName,
    /// Migrate type.
    pub migrate: MigrateName,
    /// Frames by use.
    pub kinds: Vec<(FrameKind, u32)>,
    /// Free blocks, by order: blocks of each.
    pub free: Vec<(u8, u32)>,
}

/// An object of a slab.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ObjectPage {
    /// Its cache.
    pub cache: String,
    /// First frame of its slab.
    pub slab: u32,
    /// Number, and state.
    pub cell: ObjectCell,
    /// Address in the direct map.
    pub address: u64,
    /// Frame that it begins in.
    pub frame: u32,
    /// Bytes from one object to the next.
    pub size: u32,
    /// Labels of the script that hold it: `a[3]`.
    pub labels: Vec<String>,
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
    /// Its address in the kernel's direct map; `None` in high memory.
    pub direct_address: Option<u64>,
    /// Section of the sparse memory map and its frames; `None` on a machine with one flat map.
    pub section: Option<(u32, Run)>,
    /// What `/proc/kpageflags` says, by name; `None` where nobody knows.
    pub kpageflags: Option<Vec<&'static str>>,
    /// What its pageblock holds.
    pub around: Vec<FrameRun>,
    /// Head and order of the block it belongs to.
    pub block: (u32, u8),
    /// Entries that map it: process, address.
    pub mapped_by: Vec<Mapping>,
    /// The area of `vmalloc` that it belongs to, and its address there.
    pub vmalloc: Option<(u64, u64)>,
    /// Where the LRU has it.
    pub lru: Option<LruPlace>,
    /// The next block on the list it is on.
    pub next: Option<NextOnList>,
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
    /// Fields of the union's other arms, and of older kernels.
    pub other_fields: Vec<StructField>,
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
    /// The area it lies in.
    pub area: Option<VmaRow>,
    /// Frame of the table whose entry maps it, and the entry.
    pub entry: (u32, u32),
}

/// Where the LRU lists have a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum LruPlace {
    /// In a CPU's batch of new pages, on no list yet.
    Batch {
        /// The CPU.
        cpu: u8,
        /// Place in the batch, from 1.
        place: u32,
        /// Pages that the batch holds.
        of: u32,
    },
    /// On the list of this name.
    List(&'static str),
}

/// The block behind another on a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NextOnList {
    /// Its first frame; `None` when the list ends.
    pub pfn: Option<u32>,
    /// What it is used for.
    pub kind: FrameKind,
    /// The list, as the kernel writes it.
    pub list: String,
}

/// The block next to a block, with which it would merge.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename = "BuddyBlock")]
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
    /// Behind the head of a page of several frames.
    Tail,
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
    /// Field of the arm in use; the first where two share the word.
    pub field: PageField,
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
    pub counters: Vec<crate::panels::process::Counter>,
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
