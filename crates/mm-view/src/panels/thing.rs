//! What a name on the page points at, and the kinds of frames as people tell them apart.

use mm::script::KERNEL;
use mm::store::Kind;
use serde::Serialize;

/// Anything that can be selected: every link on the page names one.
///
/// Written with [`Thing::key`] in the address bar and on the marks that light up together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum Thing {
    /// A page frame, by number.
    Frame(u32),
    /// An entry of a page-table page.
    Entry {
        /// Frame that holds the table.
        table: u32,
        /// Position in the table.
        index: u32,
    },
    /// An area of an address space.
    Vma {
        /// Process that owns the address space.
        process: String,
        /// First address.
        start: u64,
    },
    /// An address of a process, or of the kernel.
    Address {
        /// Process that owns the address space, or `kernel`.
        process: String,
        /// The address.
        address: u64,
    },
    /// A process, by the name that scripts use.
    Process(String),
    /// A zone of a node.
    Zone {
        /// Number of the node.
        node: u8,
        /// Position of the zone in its node, as `/proc/zoneinfo` lists them.
        zone: u8,
    },
    /// A memory node.
    Node(u8),
    /// A pageblock, by number.
    Pageblock(u32),
    /// A cache of small objects, by name.
    Cache(String),
    /// A slab, by its first frame.
    Slab(u32),
    /// An object of a slab.
    Object {
        /// First frame of the slab.
        slab: u32,
        /// Its number there.
        index: u32,
    },
    /// An area of the kernel's own addresses, by its first.
    VmapArea(u64),
    /// A file under `/proc`.
    ProcFile(String),
}

impl Thing {
    /// Names an address of the kernel's own: no process has this name.
    pub fn of_kernel(address: u64) -> Thing {
        Thing::Address { process: KERNEL.to_owned(), address }
    }

    /// Returns whether this is an address of the kernel's own.
    pub fn is_of_kernel(&self) -> bool {
        matches!(self, Thing::Address { process, .. } if process == KERNEL)
    }

    /// Returns a text that names the thing and nothing else: `frame:16899`, `entry:28398/369`.
    pub fn key(&self) -> String {
        match self {
            Thing::Frame(pfn) => format!("frame:{pfn}"),
            Thing::Entry { table, index } => format!("entry:{table}/{index}"),
            Thing::Vma { process, start } => format!("vma:{process}/{start:x}"),
            Thing::Address { process, address } => format!("address:{process}/{address:x}"),
            Thing::Process(name) => format!("process:{name}"),
            Thing::Zone { node, zone } => format!("zone:{node}/{zone}"),
            Thing::Node(node) => format!("node:{node}"),
            Thing::Pageblock(block) => format!("pageblock:{block}"),
            Thing::Cache(name) => format!("cache:{name}"),
            Thing::Slab(pfn) => format!("slab:{pfn}"),
            Thing::Object { slab, index } => format!("object:{slab}/{index}"),
            Thing::VmapArea(start) => format!("vmap:{start:x}"),
            Thing::ProcFile(path) => format!("file:{path}"),
        }
    }

    /// Reads what [`Thing::key`] wrote, `None` when the text names nothing.
    pub fn from_key(key: &str) -> Option<Thing> {
        let (kind, rest) = key.split_once(':')?;
        let pair = || rest.split_once('/');
        let hex = |text| u64::from_str_radix(text, 16).ok();
        match kind {
            "frame" => rest.parse().ok().map(Thing::Frame),
            "entry" => {
                let (table, index) = pair()?;
                Some(Thing::Entry { table: table.parse().ok()?, index: index.parse().ok()? })
            }
            "vma" => {
                let (process, start) = pair()?;
                Some(Thing::Vma { process: process.to_owned(), start: hex(start)? })
            }
            "address" => {
                let (process, address) = pair()?;
                Some(Thing::Address { process: process.to_owned(), address: hex(address)? })
            }
            "process" => Some(Thing::Process(rest.to_owned())),
            "zone" => {
                let (node, zone) = pair()?;
                Some(Thing::Zone { node: node.parse().ok()?, zone: zone.parse().ok()? })
            }
            "node" => rest.parse().ok().map(Thing::Node),
            "pageblock" => rest.parse().ok().map(Thing::Pageblock),
            "cache" => Some(Thing::Cache(rest.to_owned())),
            "slab" => rest.parse().ok().map(Thing::Slab),
            "object" => {
                let (slab, index) = pair()?;
                Some(Thing::Object { slab: slab.parse().ok()?, index: index.parse().ok()? })
            }
            "vmap" => hex(rest).map(Thing::VmapArea),
            "file" => Some(Thing::ProcFile(rest.to_owned())),
            _ => None,
        }
    }
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
            Kind::Unknown => FrameKind::Before,
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

#[cfg(test)]
mod tests {
    use super::Thing;

    #[test]
    fn a_key_names_its_thing() {
        let things = [
            Thing::Frame(16899),
            Thing::Entry { table: 28398, index: 369 },
            Thing::Vma { process: "web".into(), start: 0x7fff_f6ff_9000 },
            Thing::Address { process: "web".into(), address: 0x7fff_f717_1123 },
            Thing::Process("web".into()),
            Thing::Zone { node: 0, zone: 1 },
            Thing::Node(1),
            Thing::Pageblock(33),
            Thing::Cache("dma-kmalloc-8k".into()),
            Thing::Slab(16896),
            Thing::Object { slab: 16896, index: 15 },
            Thing::VmapArea(0xffff_c900_0000_0000),
            Thing::ProcFile("/proc/web/maps".into()),
        ];
        for thing in things {
            assert_eq!(Thing::from_key(&thing.key()), Some(thing));
        }
        for text in ["", "frame", "frame:x", "entry:1", "zone:1/x", "node:x", "object:1", "cat:1"] {
            assert_eq!(Thing::from_key(text), None, "{text}");
        }
    }
}
