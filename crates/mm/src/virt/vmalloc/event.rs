//! What happens in the kernel's own mappings, for traces.

use crate::phys::zone::ZoneId;
use crate::units::{Pfn, VirtAddr};

/// What happened to an area of `vmalloc`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A request for nothing, or for more than all memory, was refused at once.
    Refused {
        /// Bytes asked for.
        bytes: u64,
        /// Frames that the machine has.
        ram_pages: u64,
    },
    /// The lowest addresses that fit became an area.
    Reserved {
        /// First address.
        start: VirtAddr,
        /// Address after the last, the guard page included.
        until: VirtAddr,
        /// Address after the last of the free range that they were cut from.
        free_until: VirtAddr,
        /// Free ranges below it that were too small.
        too_small: u32,
    },
    /// No free range is large enough.
    NoRoom {
        /// Bytes wanted, the guard page included.
        bytes: u64,
        /// The largest free range.
        largest: u64,
    },
    /// The list of the area's frames has its own memory.
    PageArray {
        /// First address of the area.
        start: VirtAddr,
        /// Entries.
        pages: u32,
        /// Bytes.
        bytes: u64,
        /// Where it is.
        list_at: VirtAddr,
        /// Whether it is itself from `vmalloc`.
        is_nested: bool,
    },
    /// Single frames came by the handful.
    Bulk {
        /// First address of the area.
        start: VirtAddr,
        /// Frames asked for.
        want: u32,
        /// Frames that came.
        got: u32,
        /// The zone whose processor list gave them; `None` for a single one by the ordinary way.
        zone: Option<ZoneId>,
        /// Frames of the area so far.
        have: u32,
        /// Frames it needs.
        total: u32,
    },
    /// A frame came alone, because no zone would give a handful.
    Single {
        /// First address of the area.
        start: VirtAddr,
        /// The frame.
        pfn: Pfn,
        /// Frames of the area so far.
        have: u32,
        /// Frames it needs.
        total: u32,
    },
    /// The kernel's tables got a new one below.
    TableAlloc {
        /// Depth of the new table.
        depth: u8,
        /// Its frame.
        pfn: Pfn,
        /// First address it covers.
        va: VirtAddr,
        /// Roots of processes that got the new entry too.
        synced: u32,
    },
    /// A frame was mapped.
    Map {
        /// Its address.
        va: VirtAddr,
        /// The frame.
        pfn: Pfn,
        /// Frame of the table.
        table: Pfn,
        /// Index in the table.
        index: u16,
    },
    /// The memory is ready.
    Allocated {
        /// First address.
        start: VirtAddr,
        /// Bytes that may be used.
        bytes: u64,
        /// Its frames.
        pages: u32,
        /// Pieces that follow each other in physical memory.
        pieces: u32,
    },
    /// Frames or tables ran out: all is given back.
    Failed {
        /// First address.
        start: VirtAddr,
        /// Frames that there were.
        got: u32,
        /// Frames it needs.
        total: u32,
    },
    /// Nothing that can be freed begins at this address.
    NotFound {
        /// The address.
        va: VirtAddr,
    },
    /// The entries of an area were cleared; translation caches may still know them.
    Unmapped {
        /// First address.
        start: VirtAddr,
        /// Address after the last page.
        until: VirtAddr,
        /// Entries that were cleared.
        pages: u32,
    },
    /// The addresses wait for a flush before anybody may have them again.
    Lazy {
        /// First address.
        start: VirtAddr,
        /// Address after the last, the guard page included.
        until: VirtAddr,
        /// Pages of addresses that wait now.
        lazy: u64,
        /// Pages above which they are flushed.
        max: u64,
    },
    /// Every address of an area waits no longer: the area's addresses are free.
    Purged {
        /// First address.
        start: VirtAddr,
        /// Address after the last.
        until: VirtAddr,
        /// Pages of addresses that still wait.
        lazy: u64,
    },
    /// Addresses of the kernel were dropped from every translation cache.
    Flush {
        /// First address.
        start: VirtAddr,
        /// Address after the last.
        until: VirtAddr,
        /// Pages between them.
        pages: u64,
        /// Whether everything was dropped because they are too many to name.
        all: bool,
    },
}
