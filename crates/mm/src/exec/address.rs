//! Addresses of a script, resolved on the machine as it is.

use crate::label::Label;
use crate::script::{Address, Base, Extent, Pieces};
use crate::units::{PAGE_SIZE, VirtAddr};
use crate::world::World;

/// Resolves an address; a label that was never set is 0.
pub(super) fn resolve(address: &Address, world: &World) -> VirtAddr {
    world.address(address).unwrap_or_else(|| VirtAddr(address.resolve(0)))
}

/// What a stretch without a length covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Whole {
    /// The label from the address on.
    Label,
    /// One byte.
    Byte,
}

/// Returns the bytes of a stretch: as written, or what the verb takes without a length.
pub(super) fn length(extent: &Extent, whole: Whole, world: &World) -> u64 {
    if let Some(len) = extent.len {
        return len.0;
    }
    match (whole, label_len(&extent.at, world)) {
        (Whole::Label, Some(len)) => len,
        (Whole::Label, None) | (Whole::Byte, _) => 1,
    }
}

/// Returns the bytes from `address` to the end of its label's range, at least one.
fn label_len(address: &Address, world: &World) -> Option<u64> {
    let Base::Label(picked) = &address.base else { return None };
    match world.labels.get(picked.label.as_str())? {
        Label::Range { start, len } => {
            let offset = resolve(address, world).0.wrapping_sub(start.0);
            Some(len.checked_sub(offset).filter(|&left| left > 0).unwrap_or(1))
        }
        Label::Blocks { order, .. } => Some(u64::from(order.pages()) * PAGE_SIZE),
        Label::Objects { size, .. } => Some(*size),
        Label::Cache(_) => None,
    }
}

/// Stretches of equal length, a stride apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Stretches {
    /// First byte of the first.
    pub(super) start: VirtAddr,
    /// Bytes of each; none is a stretch that no access touches.
    pub(super) len: u64,
    /// From the start of one to the start of the next.
    pub(super) stride: u64,
    /// How many.
    pub(super) count: u64,
}

impl Stretches {
    /// Resolves the pieces of a command.
    pub(super) fn of(pieces: &Pieces, whole: Whole, world: &World) -> Stretches {
        let (stride, count) =
            pieces.repeat.map_or((0, 1), |repeat| (repeat.stride.0, u64::from(repeat.count)));
        Stretches {
            start: resolve(&pieces.first.at, world),
            len: length(&pieces.first, whole, world),
            stride,
            count,
        }
    }

    /// Returns the pages that one stretch reaches into.
    pub(super) fn pages_each(&self) -> u64 {
        let Some(beyond_first) = self.len.checked_sub(1) else { return 0 };
        let first = self.start.page_number();
        // A stretch that leaves the 64 bits ends with them: what lies there faults anyway.
        let last = VirtAddr(self.start.0.saturating_add(beyond_first)).page_number();
        last - first + 1
    }

    /// Returns the address of access `at`: the first byte of its stretch, then page starts.
    pub(super) fn address(&self, at: u64) -> VirtAddr {
        let (stretch, page) = (at / self.pages_each(), at % self.pages_each());
        let start = self.start.0.wrapping_add(stretch.wrapping_mul(self.stride));
        if page == 0 {
            VirtAddr(start)
        } else {
            VirtAddr((start & !(PAGE_SIZE - 1)).wrapping_add(page * PAGE_SIZE))
        }
    }

    /// Returns how many accesses there are, one a page.
    pub(super) fn accesses(&self) -> u64 {
        self.pages_each().saturating_mul(self.count)
    }
}
