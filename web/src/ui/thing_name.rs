//! Stands in for `mm_view::panels::Thing` until that module is part of `mm-view`.

/// Anything that can be selected: every link on the page names one.
///
/// Written with [`Thing::key`] in the address bar and on the marks that light up together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Thing {
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
    /// A process, by the name that scripts use.
    Process(String),
    /// A zone of a node.
    Zone {
        /// Number of the node.
        node: u8,
        /// Position of the zone in its node, as `/proc/zoneinfo` lists them.
        zone: u8,
    },
    /// A file under `/proc`.
    ProcFile(String),
}

impl Thing {
    /// Returns a text that names the thing and nothing else: `frame:16899`, `entry:28398/369`.
    pub(crate) fn key(&self) -> String {
        match self {
            Thing::Frame(pfn) => format!("frame:{pfn}"),
            Thing::Entry { table, index } => format!("entry:{table}/{index}"),
            Thing::Vma { process, start } => format!("vma:{process}/{start:x}"),
            Thing::Process(name) => format!("process:{name}"),
            Thing::Zone { node, zone } => format!("zone:{node}/{zone}"),
            Thing::ProcFile(path) => format!("file:{path}"),
        }
    }

    /// Reads what [`Thing::key`] wrote, `None` when the text names nothing.
    pub(crate) fn from_key(key: &str) -> Option<Thing> {
        let (kind, rest) = key.split_once(':')?;
        let pair = || rest.split_once('/');
        match kind {
            "frame" => rest.parse().ok().map(Thing::Frame),
            "entry" => {
                let (table, index) = pair()?;
                Some(Thing::Entry { table: table.parse().ok()?, index: index.parse().ok()? })
            }
            "vma" => {
                let (process, start) = pair()?;
                Some(Thing::Vma { process: process.to_owned(), start: u64::from_str_radix(start, 16).ok()? })
            }
            "process" => Some(Thing::Process(rest.to_owned())),
            "zone" => {
                let (node, zone) = pair()?;
                Some(Thing::Zone { node: node.parse().ok()?, zone: zone.parse().ok()? })
            }
            "file" => Some(Thing::ProcFile(rest.to_owned())),
            _ => None,
        }
    }
}
