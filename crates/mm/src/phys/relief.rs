//! What the page allocator asks of the rest of the machine when memory is short.
//!
//! The allocator knows frames, not what is in them. Moving a page means changing the entries
//! that map it, freeing one means finding something that can be had again, and killing a
//! process is nothing that a free list can do: whoever calls the allocator lends it the parts
//! that can.

use super::Phys;
use crate::config::CpuId;
use crate::trace::Trace;
use crate::units::Pfn;

/// Why a page stays where it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unmovable {
    /// Somebody holds a reference that no mapping explains: now is not the time (`EAGAIN`).
    Busy,
    /// Nothing here can move this kind of page.
    Kind,
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
