//! Slots, deltas and the journal that collects them.

/// Names a store of a machine; the upper byte of a [`Slot`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum TableId {
    /// Words of page structs: three a frame.
    Page,
    /// Ends of the lists that run through page structs.
    ListHead,
    /// Migrate type of each pageblock.
    PageblockType,
    /// Fields of zones.
    Zone,
    /// Per-zone statistics (`enum zone_stat_item`), in whole pages.
    ZoneStat,
    /// Per-CPU page lists' counts.
    Pcp,
    /// Per-node statistics (`enum node_stat_item`).
    NodeStat,
    /// Event counters of `/proc/vmstat`.
    VmEvent,
    /// Entries of page-table pages.
    PageTable,
    /// Entries and replacement state of the translation caches.
    Tlb,
    /// Counters of the translation caches.
    TlbStat,
    /// Tunables under `/proc/sys/vm` and `/sys/kernel/mm`.
    Sysctl,
    /// Model time, position of the random stream, next identifiers.
    Clock,
    /// Areas of address spaces.
    Vma,
    /// Address spaces.
    Mm,
    /// Processes.
    Task,
    /// Values of labels.
    Label,
    /// Counters of address spaces.
    MmCounter,
    /// Counters of processes.
    TaskCounter,
    /// Next numbers and global counters of virtual memory.
    VirtCounter,
    /// Which address space each CPU has loaded, and under which tags.
    CpuMm,
    /// Each CPU's batch of pages that wait to be put on an LRU list.
    LruAdd,
    /// Caches of the slab allocator.
    KmemCache,
    /// What each processor has of each cache.
    KmemCacheCpu,
    /// Counters of each cache on each node.
    KmemCacheNode,
    /// Links of free objects in slabs.
    SlabLink,
    /// Number of the last cache made.
    SlabNextId,
    /// Which process each CPU runs.
    CurrentTask,
    /// Records of the kernel's log.
    KernelLog,
    /// What compaction remembers.
    Compaction,
    /// Areas of `vmalloc`.
    VmapBusy,
    /// Addresses of `vmalloc` that wait for a flush.
    VmapLazy,
    /// Free addresses of `vmalloc`.
    VmapFree,
    /// Slots of `kmap`.
    Pkmap,
}

impl TableId {
    /// Every store, in the order of their numbers.
    pub const ALL: [TableId; 34] = [
        TableId::Page,
        TableId::ListHead,
        TableId::PageblockType,
        TableId::Zone,
        TableId::ZoneStat,
        TableId::Pcp,
        TableId::NodeStat,
        TableId::VmEvent,
        TableId::PageTable,
        TableId::Tlb,
        TableId::TlbStat,
        TableId::Sysctl,
        TableId::Clock,
        TableId::Vma,
        TableId::Mm,
        TableId::Task,
        TableId::Label,
        TableId::MmCounter,
        TableId::TaskCounter,
        TableId::VirtCounter,
        TableId::CpuMm,
        TableId::LruAdd,
        TableId::KmemCache,
        TableId::KmemCacheCpu,
        TableId::KmemCacheNode,
        TableId::SlabLink,
        TableId::SlabNextId,
        TableId::CurrentTask,
        TableId::KernelLog,
        TableId::Compaction,
        TableId::VmapBusy,
        TableId::VmapLazy,
        TableId::VmapFree,
        TableId::Pkmap,
    ];
}

/// Bits of a slot below the store's number.
const INDEX_BITS: u32 = 56;

/// A place that holds one word of state: a store, and an index in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Slot(u64);

impl Slot {
    /// Names word `index` of `table`.
    #[inline]
    pub fn new(table: TableId, index: u64) -> Slot {
        debug_assert!(index < 1 << INDEX_BITS, "slot index beyond 56 bits");
        #[expect(clippy::as_conversions, reason = "the discriminant of a fieldless enum")]
        let table = table as u64;
        Slot(table << INDEX_BITS | index)
    }

    /// Returns the store.
    pub fn table(self) -> TableId {
        TableId::ALL[crate::units::index64(self.0 >> INDEX_BITS)]
    }

    /// Returns the index within the store.
    pub fn index(self) -> u64 {
        self.0 & ((1 << INDEX_BITS) - 1)
    }
}

/// One overwritten word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Delta {
    /// Where.
    pub slot: Slot,
    /// What it held.
    pub old: u64,
    /// What it holds now.
    pub new: u64,
}

/// The deltas of the running command, in the order they were made.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    recording: bool,
    deltas: Vec<Delta>,
}

impl Journal {
    /// Returns a journal that records.
    pub fn recording() -> Journal {
        Journal { recording: true, deltas: Vec::new() }
    }

    /// Returns a journal that costs one branch a write and keeps nothing.
    pub fn off() -> Journal {
        Journal::default()
    }

    /// Notes that `slot` changed from `old` to `new`. Stores call this, nobody else.
    #[inline]
    pub fn record(&mut self, slot: Slot, old: u64, new: u64) {
        if self.recording {
            self.deltas.push(Delta { slot, old, new });
        }
    }

    /// Returns whether writes are being kept.
    #[inline]
    pub fn is_recording(&self) -> bool {
        self.recording
    }

    /// Stops recording and forgets what was recorded: the operation is coarse from here on.
    pub fn stop(&mut self) {
        self.recording = false;
        self.deltas = Vec::new();
    }

    /// Returns how many deltas there are.
    pub fn len(&self) -> usize {
        self.deltas.len()
    }

    /// Returns whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.deltas.is_empty()
    }

    /// Hands over the deltas.
    pub fn into_deltas(self) -> Vec<Delta> {
        self.deltas
    }

    /// Returns the deltas so far.
    pub fn deltas(&self) -> &[Delta] {
        &self.deltas
    }
}
