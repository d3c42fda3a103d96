//! The one list of stores: what each is called in slots and deltas, and where it is in a machine.
//!
//! A new store is a row here and a field there; undo, digests, copies and the budget follow from the row.

use super::Digest;
use super::journal::Versions;

/// Hands the list to the macro `$then`: documentation, name, and place in a
/// [`World`](crate::world::World).
macro_rules! stores {
    ($then:ident) => {
        $then! {
            /// Words of page structs: three a frame.
            Page => phys.frames.mem_map,
            /// Ends of the lists that run through page structs.
            ListHead => phys.frames.mem_map.lists,
            /// Migrate type of each pageblock.
            PageblockType => phys.frames.mem_map.types,
            /// Counts of pages that their state has no bits for.
            PageCount => phys.frames.mem_map.spilled,
            /// Fields of zones.
            Zone => phys.frames.zones.words,
            /// Per-zone statistics (`enum zone_stat_item`), in whole pages.
            ZoneStat => phys.frames.vmstat.zones,
            /// Per-CPU page lists' counts.
            Pcp => phys.pcp.words,
            /// Per-node statistics (`enum node_stat_item`).
            NodeStat => phys.frames.vmstat.nodes,
            /// Event counters of `/proc/vmstat`.
            VmEvent => phys.frames.vmstat.events,
            /// Entries of page-table pages.
            PageTable => rest.virt.tables,
            /// Entries and replacement state of the translation caches.
            Tlb => rest.virt.tlb.words,
            /// Counters of the translation caches.
            TlbStat => rest.virt.tlb.stats,
            /// Tunables under `/proc/sys/vm` and `/sys/kernel/mm`.
            Sysctl => rest.sysctl.words,
            /// Model time, position of the random stream, next identifiers.
            Clock => rest.clock.words,
            /// Areas of address spaces.
            Vma => rest.virt.vmas,
            /// Address spaces.
            Mm => rest.virt.mms,
            /// Processes.
            Task => rest.virt.tasks,
            /// Values of labels.
            Label => labels.map,
            /// Counters of address spaces.
            MmCounter => rest.virt.mm_counters,
            /// Counters of processes.
            TaskCounter => rest.virt.task_counters,
            /// Next numbers and global counters of virtual memory.
            VirtCounter => rest.virt.counters,
            /// Which address space each CPU has loaded, and under which tags.
            CpuMm => rest.virt.cpu_mm,
            /// Each CPU's batch of pages that wait to be put on an LRU list.
            LruAdd => rest.virt.lru_add,
            /// Caches of the slab allocator.
            KmemCache => rest.slabs.caches,
            /// What each processor has of each cache.
            KmemCacheCpu => rest.slabs.cpu_words,
            /// Counters of each cache on each node.
            KmemCacheNode => rest.slabs.node_words,
            /// Links of free objects in slabs.
            SlabLink => rest.slabs.links,
            /// Number of the last cache made.
            SlabNextId => rest.slabs.next_id,
            /// Which process each CPU runs.
            CurrentTask => rest.virt.current,
            /// Records of the kernel's log.
            KernelLog => rest.log.records,
            /// What compaction remembers.
            Compaction => phys.compaction.words,
            /// Areas of `vmalloc`.
            VmapBusy => rest.virt.vmap.busy,
            /// Addresses of `vmalloc` that wait for a flush.
            VmapLazy => rest.virt.vmap.lazy,
            /// Free addresses of `vmalloc`.
            VmapFree => rest.virt.vmap.free,
            /// Slots of `kmap`.
            Pkmap => rest.virt.pkmap.words,
        }
    };
}
pub(crate) use stores;

macro_rules! table_ids {
    ($($(#[$doc:meta])* $id:ident => $($place:ident).+,)+) => {
        /// Names a store of a machine; the upper byte of a [`Slot`](super::Slot).
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        #[repr(u8)]
        pub enum TableId {
            $($(#[$doc])* $id,)+
        }

        impl TableId {
            /// Every store, in the order of their numbers.
            pub const ALL: &[TableId] = &[$(TableId::$id),+];
        }
    };
}
stores!(table_ids);

/// What undo, digests, copies and the budget ask of every store.
pub trait Store {
    /// Puts back a word of a delta without recording it, `versions` being its journal's: for undo and redo
    /// only.
    fn restore(&mut self, index: u64, value: u64, versions: &Versions);

    /// Mixes the state into `digest`.
    fn digest(&self, digest: &mut Digest);

    /// Returns the bytes of its own: what no copy shares.
    fn bytes(&self) -> u64;

    /// Lets copies made from now on share what is not written again.
    fn share(&mut self) {}

    /// Returns the bytes that copies may share and `older` does not.
    fn shared_bytes(&self, _older: Option<&Self>) -> u64 {
        0
    }
}
