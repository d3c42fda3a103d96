//! What the page allocator asks of the rest of the machine when memory is short.
//!
//! The allocator knows frames, not what is in them. Moving a page means changing the entries
//! that map it, freeing one means finding something that can be had again, and killing a
//! process is nothing that a free list can do: whoever calls the allocator lends it the parts
//! that can.

use super::Phys;
use crate::config::{CpuId, NodeId};
use crate::gfp::Gfp;
use crate::trace::Trace;
use crate::units::{Order, Pfn};

/// What a migration may wait for, `enum migrate_mode`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum MigrateMode {
    /// Nothing.
    Async,
    /// Locks, but not writes.
    SyncLight,
    /// Everything.
    Sync,
}

impl MigrateMode {
    /// Returns the word that the kernel's traces print.
    pub const fn name(self) -> &'static str {
        match self {
            MigrateMode::Async => "async",
            MigrateMode::SyncLight | MigrateMode::Sync => "sync",
        }
    }
}

/// Why a page stays where it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unmovable {
    /// Somebody holds a reference that no mapping explains: now is not the time (`EAGAIN`).
    Busy,
    /// Nothing here can move this kind of page.
    Kind,
}

/// What reclaim is to make room for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReclaimRequest {
    /// Order of the block wanted.
    pub order: Order,
    /// What reclaim may do.
    pub gfp: Gfp,
    /// Class of the highest zone that helps.
    pub class: u8,
    /// Processor that asks.
    pub cpu: CpuId,
    /// Node that the request began with.
    pub node: NodeId,
}

/// What a process is to be killed for, 6.1 `struct oom_control`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OomControl {
    /// Order of the block wanted.
    pub order: Order,
    /// Flags of the request.
    pub gfp: Gfp,
    /// Processor that asks.
    pub cpu: CpuId,
    /// Node that the request began with.
    pub node: NodeId,
}

/// What came of the search for a victim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kill {
    /// A process was killed, or one that is dying already will free its memory.
    Victim,
    /// The caller may not call filesystems: somebody else will have to run out of memory.
    LeftToOthers,
    /// There is no process that may be killed.
    Nobody,
}

/// A request that failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FailedAlloc {
    /// Order wanted.
    pub order: Order,
    /// Flags of the request.
    pub gfp: Gfp,
    /// Processor that asked.
    pub cpu: CpuId,
}

/// Whether a page left its LRU list, to be moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Isolation {
    /// It did, and whoever asked holds a reference.
    Taken,
    /// It stays.
    Refused,
}

/// The parts of the machine that can make room. What a part does not say it can do, it cannot.
pub trait Relief {
    /// Puts the pages that wait in the batch of `cpu` on their LRU lists (`lru_add_drain`).
    fn lru_add_drain(&mut self, _phys: &mut Phys, _cpu: CpuId, _tr: &mut Trace) {}

    /// Does the same for all processors, `cpu` being the one that asks (`lru_add_drain_all`).
    fn lru_add_drain_all(&mut self, _phys: &mut Phys, _cpu: CpuId, _tr: &mut Trace) {}

    /// Returns whether a frame of which nobody knows the use ([`crate::store::Kind::Unknown`])
    /// is taken for a page on an LRU list, by itself.
    fn takes_for_page(&self, _phys: &Phys, _pfn: Pfn) -> bool {
        false
    }

    /// Takes a page off its LRU list, to be moved (`mm/compaction.c:
    /// isolate_migratepages_block`). The caller has seen that it is on one, or asked
    /// [`Relief::takes_for_page`]; `mode` says what moving it may wait for.
    fn isolate_page(
        &mut self,
        _phys: &mut Phys,
        _pfn: Pfn,
        _mode: MigrateMode,
        _cpu: CpuId,
        _tr: &mut Trace,
    ) -> Isolation {
        Isolation::Refused
    }

    /// Puts an isolated page that stays back on its list (`putback_movable_pages`).
    fn putback_page(&mut self, _phys: &mut Phys, _pfn: Pfn, _cpu: CpuId, _tr: &mut Trace) {}

    /// Moves what is in `from`, which its caller has isolated, to the allocated frame `to`:
    /// contents, owner, and every entry that maps it (6.1 `mm/migrate.c: unmap_and_move`).
    /// Then nothing refers to `from` but its caller, who frees it.
    ///
    /// # Errors
    /// Why it stays; then nothing has changed.
    fn migrate_page(
        &mut self,
        _phys: &mut Phys,
        _from: Pfn,
        _to: Pfn,
        _cpu: CpuId,
        _tr: &mut Trace,
    ) -> Result<(), Unmovable> {
        Err(Unmovable::Kind)
    }

    /// Frees pages whose contents can be had again, as many as the request needs at least if
    /// there are so many (6.1 `mm/vmscan.c: try_to_free_pages`); returns how many.
    fn try_to_free_pages(&mut self, _phys: &mut Phys, _request: ReclaimRequest, _tr: &mut Trace) -> u64 {
        0
    }

    /// Kills a process (6.1 `mm/oom_kill.c: out_of_memory`).
    fn out_of_memory(&mut self, _phys: &mut Phys, _control: OomControl, _tr: &mut Trace) -> Kill {
        Kill::Nobody
    }

    /// Returns whether the process that runs on `cpu` is scheduled in real time (`rt_task`).
    fn is_real_time(&self, _cpu: CpuId) -> bool {
        false
    }

    /// Returns whether the process that runs on `cpu` was chosen to die (`tsk_is_oom_victim`).
    fn is_oom_victim(&self, _cpu: CpuId) -> bool {
        false
    }

    /// Writes the report of a request that failed into the kernel's log (`warn_alloc`).
    fn warn_alloc(&mut self, _phys: &mut Phys, _failed: FailedAlloc, _tr: &mut Trace) {}
}

/// A machine of nothing but frames: no page can be moved, nothing can be had back.
#[derive(Clone, Copy, Debug)]
pub struct NoRelief;

impl Relief for NoRelief {}
