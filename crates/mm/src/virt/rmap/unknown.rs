//! Frames of unknown use: in use when the machine was dumped, and the dump does not say by whom.
//!
//! Where pageblocks hold movable pages these are taken for single ones on an LRU list that
//! nobody pins: what they mostly were. Anywhere else they stay.

use crate::phys::Phys;
use crate::phys::relief::Isolation;
use crate::phys::zone::migratetype::MigrateType;
use crate::store::Kind;
use crate::trace::Trace;
use crate::units::{Order, Pfn};

/// Returns whether the use of a frame is unknown.
pub(crate) fn is_unknown(phys: &Phys, pfn: Pfn) -> bool {
    phys.frames.mem_map.block_of(pfn).is_some_and(|(_, state)| state.kind() == Kind::Unknown)
}

/// Returns whether a frame of unknown use is taken for a page that can be moved.
pub(crate) fn is_page(phys: &Phys, pfn: Pfn) -> bool {
    matches!(phys.pageblock_type(pfn), MigrateType::Movable | MigrateType::Cma)
}

/// Makes the frame a page of its own, to be moved.
pub(crate) fn isolate(phys: &mut Phys, pfn: Pfn, tr: &mut Trace) -> Isolation {
    if is_page(phys, pfn) && phys.split_in_use(pfn, Order::ZERO, tr) {
        Isolation::Taken
    } else {
        Isolation::Refused
    }
}

/// Moves the page: nothing but its state is known.
pub(crate) fn migrate(phys: &mut Phys, from: Pfn, to: Pfn, tr: &mut Trace) {
    let state = phys.frames.mem_map.state(from);
    phys.frames.mem_map.set_state(to, state, tr);
}
