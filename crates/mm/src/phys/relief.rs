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

/// The parts of the machine that can make room.
pub trait Relief {
    /// Moves what is in `from`, which its caller has isolated, to the allocated frame `to`:
    /// contents, owner, and every entry that maps it (6.1 `mm/migrate.c: migrate_pages`).
    ///
    /// # Errors
    /// Why it stays; then nothing has changed.
    fn migrate_page(
        &mut self,
        phys: &mut Phys,
        from: Pfn,
        to: Pfn,
        cpu: CpuId,
        tr: &mut Trace,
    ) -> Result<(), Unmovable>;

    /// Frees pages whose contents can be had again, as many as the request needs at least if
    /// there are so many (6.1 `mm/vmscan.c: try_to_free_pages`); returns how many.
    fn try_to_free_pages(&mut self, _phys: &mut Phys, _request: ReclaimRequest, _tr: &mut Trace) -> u64 {
        0
    }

    /// Kills a process (6.1 `mm/oom_kill.c: out_of_memory`).
    fn out_of_memory(&mut self, _phys: &mut Phys, _control: OomControl, _tr: &mut Trace) -> Kill {
        Kill::Nobody
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

impl Relief for NoRelief {
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
}
