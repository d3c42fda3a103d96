//! The kernel's log: what `dmesg` prints, as records.
//!
//! A record holds the numbers of a report at the time of writing; its text is made where text
//! is made. The newest records are kept, as in the ring of 6.1 `kernel/printk`.

use std::sync::Arc;

use crate::config::NodeId;
use crate::gfp::Gfp;
use crate::phys::zone::show_mem::MemInfo;
use crate::slab::KmemCache;
use crate::store::map::{Key, Weigh};
use crate::store::{Journal, Map, TableId};
use crate::units::{Bytes, Order};
use crate::virt::TaskId;

/// Records that are kept; the oldest give way.
pub const RECORDS_MAX: u32 = 256;

/// Number of a record, from 1 in the order of writing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct RecordId(pub u32);

impl Key for RecordId {
    fn pack(self) -> u64 {
        u64::from(self.0)
    }
}

/// Something that the kernel printed.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Record {
    /// A request failed (`warn_alloc`).
    AllocFailure(Box<AllocFailure>),
    /// Memory ran out, and somebody was killed or nobody could be (`out_of_memory`).
    OutOfMemory(Box<OutOfMemory>),
    /// A cache got no slab (`slab_out_of_memory`).
    SlabFailure(Box<SlabFailure>),
    /// `kmalloc` left out flags that it cannot serve (`kmalloc_fix_flags`).
    UnexpectedGfp {
        /// The flags left out.
        invalid: Gfp,
        /// What was left.
        fixed: Gfp,
    },
}

/// Who asked for memory in vain, and what for.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Asked {
    /// Name of the process, or of the kernel's own part.
    pub comm: Arc<str>,
    /// Order wanted.
    pub order: Order,
    /// Flags of the request.
    pub gfp: Gfp,
}

/// A request that failed.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct AllocFailure {
    /// Who asked.
    pub asked: Asked,
    /// Memory at that time.
    pub mem: MemInfo,
}

/// A cache that got no slab.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct SlabFailure {
    /// Flags of the request for an object.
    pub gfp: Gfp,
    /// The cache as it is.
    pub cache: KmemCache,
    /// What each node has of it.
    pub nodes: Vec<SlabNode>,
}

/// What a node has of a cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct SlabNode {
    /// The node.
    pub node: NodeId,
    /// Slabs.
    pub slabs: u64,
    /// Objects of all slabs.
    pub objects: u64,
    /// Free objects of slabs on the node's partial list.
    pub free: u64,
}

/// What the OOM killer saw and did.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct OutOfMemory {
    /// Who asked.
    pub asked: Asked,
    /// How much the asking process was to be spared.
    pub oom_score_adj: i16,
    /// Memory at that time.
    pub mem: MemInfo,
    /// Processes that could have been chosen, oldest first.
    pub tasks: Vec<TaskState>,
    /// Who was killed; `None` when nobody could be.
    pub victim: Option<TaskState>,
}

/// A process as the table of the report shows it.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct TaskState {
    /// Its number.
    pub task: TaskId,
    /// Its name.
    pub comm: Arc<str>,
    /// Pages of its areas.
    pub total_vm: u64,
    /// Resident pages of anonymous memory, of files, of shared memory.
    pub rss: [u64; 3],
    /// Memory of its page tables.
    pub pgtables: Bytes,
    /// Its pages in swap.
    pub swapents: u64,
    /// How much it is to be spared (or not).
    pub oom_score_adj: i16,
}

impl Weigh for Record {}

/// The log.
#[derive(Clone, Debug)]
pub struct Log {
    pub(crate) records: Map<RecordId, Record>,
}

impl Default for Log {
    fn default() -> Log {
        Log { records: Map::new(TableId::KernelLog) }
    }
}

impl Log {
    /// Appends a record and returns its number.
    pub(crate) fn print(&mut self, record: Record, journal: &mut Journal) -> RecordId {
        let newest = self.records.iter().next_back().map_or(0, |(id, _)| id.0);
        let id = RecordId(newest + 1);
        self.records.set(id, record, journal);
        if id.0 > RECORDS_MAX {
            self.records.remove(RecordId(id.0 - RECORDS_MAX), journal);
        }
        id
    }

    /// Iterates over the records, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (RecordId, &Record)> {
        self.records.iter()
    }
}

impl TaskState {
    /// Returns all resident pages (`get_mm_rss`).
    pub fn rss_pages(&self) -> u64 {
        self.rss.iter().sum()
    }

    /// Returns what counts against the process, 6.1 `oom_badness`: what its death would free,
    /// and its adjustment in thousandths of memory. `None` for one that must be spared.
    pub fn badness(&self, total_pages: u64) -> Option<i64> {
        let pages = self.rss_pages() + self.swapents + self.pgtables.0 / crate::units::PAGE_SIZE;
        let adj = i64::from(self.oom_score_adj) * crate::units::signed(total_pages / 1000);
        (self.oom_score_adj != SCORE_ADJ_MIN).then(|| crate::units::signed(pages) + adj)
    }
}

/// Adjustment of a process that is never killed (`OOM_SCORE_ADJ_MIN`).
pub const SCORE_ADJ_MIN: i16 = -1000;
/// Adjustment of one that is killed first (`OOM_SCORE_ADJ_MAX`).
pub const SCORE_ADJ_MAX: i16 = 1000;
