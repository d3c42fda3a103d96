//! What a name on the page points at, and the kinds of frames as people tell them apart.

use mm::store::Kind;
use serde::Serialize;

/// Anything that the inspector can show and a link can name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum Thing {
    /// A page frame, by number.
    Frame(u32),
    /// A page table, by the frame that holds it.
    Table(u32),
    /// An entry of a page table.
    Entry {
        /// Frame that holds the table.
        table: u32,
        /// Position in the table.
        index: u32,
    },
    /// An area of an address space.
    Vma {
        /// Number of the process.
        process: u32,
        /// First address.
        start: u64,
    },
    /// An address of a process.
    Address {
        /// Number of the process.
        process: u32,
        /// The address.
        address: u64,
    },
    /// A process, by number.
    Process(u32),
    /// A zone of a node.
    Zone {
        /// Number of the node.
        node: u32,
        /// Position of the zone in its node, as `/proc/zoneinfo` lists them.
        zone: u32,
    },
    /// The lists of one CPU in a zone.
    CpuList {
        /// Number of the CPU.
        cpu: u32,
        /// Position of the zone in its node.
        zone: u32,
    },
}

/// A process as links name it and as scripts call it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ProcessName {
    /// Number.
    pub id: u32,
    /// Name.
    pub name: String,
}

/// A frame's use as the map tells them apart: a colour, a pattern and a letter each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum FrameKind {
    /// Anonymous memory of processes.
    Anon,
    /// Page cache.
    File,
    /// Slab.
    Slab,
    /// Page-table page.
    PageTable,
    /// Allocated by the kernel for itself.
    Kernel,
    /// In use before the captured state began; nobody knows for what.
    Before,
    /// Taken before the page allocator existed.
    Reserved,
    /// Free, on a CPU's list.
    Pcp,
    /// Free, in the buddy's lists.
    Free,
    /// No RAM.
    Hole,
}

impl FrameKind {
    /// Every kind in the order of the legend; holes are last and not in it.
    pub const ALL: [FrameKind; 10] = [
        FrameKind::Anon,
        FrameKind::File,
        FrameKind::Slab,
        FrameKind::PageTable,
        FrameKind::Kernel,
        FrameKind::Before,
        FrameKind::Reserved,
        FrameKind::Pcp,
        FrameKind::Free,
        FrameKind::Hole,
    ];

    /// Returns the letter that stands for the kind where there is room, empty for free frames.
    pub const fn letter(self) -> &'static str {
        match self {
            FrameKind::Anon => "A",
            FrameKind::File => "F",
            FrameKind::Slab => "S",
            FrameKind::PageTable => "T",
            FrameKind::Kernel => "K",
            FrameKind::Before => "?",
            FrameKind::Reserved => "B",
            FrameKind::Pcp | FrameKind::Free | FrameKind::Hole => "",
        }
    }

    /// Returns the name of the kind in style sheets and addresses.
    pub const fn slug(self) -> &'static str {
        match self {
            FrameKind::Anon => "anon",
            FrameKind::File => "file",
            FrameKind::Slab => "slab",
            FrameKind::PageTable => "pt",
            FrameKind::Kernel => "kern",
            FrameKind::Before => "before",
            FrameKind::Reserved => "res",
            FrameKind::Pcp => "pcp",
            FrameKind::Free => "free",
            FrameKind::Hole => "hole",
        }
    }

    /// Returns the position in [`FrameKind::ALL`].
    pub fn index(self) -> usize {
        FrameKind::ALL.iter().position(|&kind| kind == self).unwrap_or(0)
    }
}

impl From<Kind> for FrameKind {
    fn from(kind: Kind) -> FrameKind {
        match kind {
            Kind::Hole => FrameKind::Hole,
            Kind::Reserved => FrameKind::Reserved,
            Kind::Free => FrameKind::Free,
            Kind::Pcp => FrameKind::Pcp,
            Kind::BeforeCapture => FrameKind::Before,
            Kind::Kernel => FrameKind::Kernel,
            Kind::PageTable => FrameKind::PageTable,
            Kind::Anon => FrameKind::Anon,
            Kind::File => FrameKind::File,
            Kind::Slab => FrameKind::Slab,
        }
    }
}

/// Numbers `start..end`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Run {
    /// First number.
    pub start: u32,
    /// Number after the last.
    pub end: u32,
}
