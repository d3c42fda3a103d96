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

    /// Returns the first byte of a stretch; addresses wrap at 2^64.
    fn start_of(&self, stretch: u64) -> VirtAddr {
        VirtAddr(self.start.0.wrapping_add(stretch.wrapping_mul(self.stride)))
    }

    /// Returns the pages that a stretch reaches into: one more or less, as it begins within one.
    fn pages_of(&self, stretch: u64) -> u64 {
        let Some(beyond_first) = self.len.checked_sub(1) else { return 0 };
        let first = self.start_of(stretch);
        // A stretch that leaves the 64 bits ends with them: what lies there faults anyway.
        let last = VirtAddr(first.0.saturating_add(beyond_first));
        last.page_number() - first.page_number() + 1
    }

    /// Returns the address of an access, one a page: the first byte of a stretch, then page
    /// starts. Moves the place on to the next access; `None` after the last one.
    pub(super) fn next(&self, place: &mut Place) -> Option<VirtAddr> {
        let pages = self.pages_of(place.stretch);
        if place.stretch == self.count || pages == 0 {
            return None;
        }
        let start = self.start_of(place.stretch);
        let inside = VirtAddr(start.page_start().0.wrapping_add(place.page.wrapping_mul(PAGE_SIZE)));
        let va = if place.page == 0 { start } else { inside };
        place.page += 1;
        if place.page == pages {
            *place = Place { stretch: place.stretch + 1, page: 0 };
        }
        Some(va)
    }

    /// Returns about how many accesses there are: as if all stretches began as the first does.
    pub(super) fn accesses(&self) -> u64 {
        self.pages_of(0).saturating_mul(self.count)
    }
}

/// Where accesses have come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Place {
    /// The stretch.
    stretch: u64,
    /// The page of it.
    page: u64,
}
