//! Whose a block of frames is: the owner word of its page struct, typed.
//!
//! The word is `mapping` and `index` of the kernel, or another arm of the union; which follows from the
//! block's [`Kind`]. This is the only place that packs and reads it.

use crate::slab::SlabState;
use crate::store::map::Key;
use crate::store::page::Owner;
use crate::store::{Kind, Page};
use crate::units::{VirtAddr, count, index64, low32};
use crate::virt::MmId;

/// Number of a process, its pid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct TaskId(pub u32);

impl Key for TaskId {
    fn pack(self) -> u64 {
        u64::from(self.0)
    }
}

/// What a block of frames belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Identity {
    /// Nobody: it is free, or no block begins here.
    Nobody,
    /// What was there before the page allocator.
    Reserved,
    /// Somebody from before the state that the machine started from.
    Unknown,
    /// Kernel code that asked the page allocator itself.
    Kernel,
    /// `kmalloc`, above its largest cache.
    Kmalloc {
        /// Bytes asked for.
        bytes: u64,
    },
    /// An area of `vmalloc`.
    Vmalloc {
        /// Where the frame is mapped.
        va: VirtAddr,
    },
    /// An address space, as one of its tables.
    Table {
        /// The address space; the kernel's own is [`INIT_MM`](crate::virt::vmalloc::INIT_MM).
        mm: MmId,
        /// Tables above it.
        depth: usize,
        /// First address covered, without the sign of the kernel's half.
        start: VirtAddr,
    },
    /// Anonymous memory (`PAGE_MAPPING_ANON`).
    Anon {
        /// The address space.
        mm: MmId,
        /// Address of the first frame's page there.
        va: VirtAddr,
    },
    /// The page cache.
    File,
    /// A cache of small objects.
    Slab(SlabState),
}

/// Bits of a page number in a user's half with five levels of tables.
const PAGE_NUMBER_BITS: u32 = 44;
const PAGE_NUMBER_MASK: u64 = (1 << PAGE_NUMBER_BITS) - 1;
/// The smallest table covers two megabytes.
const TABLE_SPAN_BITS: u32 = 21;
/// Address bits with five levels of tables.
const ADDRESS_MASK: u64 = (1 << 57) - 1;
const DEPTH_BITS: u32 = 3;
/// What frames of the kernel's own are for.
const USE_SHIFT: u32 = 62;
const USE_KMALLOC: u64 = 1;
const USE_VMALLOC: u64 = 2;

impl Identity {
    /// Reads whose the block is that `page` heads.
    pub fn of(page: &Page) -> Identity {
        let word = page.owner().word();
        match page.state().kind() {
            Kind::Hole | Kind::Free | Kind::Pcp => Identity::Nobody,
            Kind::Reserved => Identity::Reserved,
            Kind::Unknown => Identity::Unknown,
            Kind::Kernel => match word >> USE_SHIFT {
                USE_KMALLOC => Identity::Kmalloc { bytes: word & !(USE_KMALLOC << USE_SHIFT) },
                USE_VMALLOC => Identity::Vmalloc { va: VirtAddr(word << 12) },
                _ => Identity::Kernel,
            },
            Kind::PageTable => {
                let place = word & PAGE_NUMBER_MASK;
                Identity::Table {
                    mm: space_of(word),
                    depth: index64(place & ((1 << DEPTH_BITS) - 1)),
                    start: VirtAddr(place >> DEPTH_BITS << TABLE_SPAN_BITS),
                }
            }
            Kind::Anon => {
                Identity::Anon { mm: space_of(word), va: VirtAddr::from_page_number(word & PAGE_NUMBER_MASK) }
            }
            Kind::File => Identity::File,
            Kind::Slab => Identity::Slab(SlabState::of(page.owner())),
        }
    }

    /// Returns whose table it is, and how many tables are above it; `None` for what is no table.
    pub fn table(self) -> Option<(MmId, usize)> {
        if let Identity::Table { mm, depth, .. } = self { Some((mm, depth)) } else { None }
    }

    /// Packs it for a page struct.
    ///
    /// # Panics
    /// When it is beyond what an address space, or memory, can be.
    pub fn owner(self) -> Owner {
        match self {
            Identity::Nobody | Identity::Reserved | Identity::Unknown | Identity::Kernel | Identity::File => {
                Owner::NONE
            }
            Identity::Kmalloc { bytes } => Owner::of_word(USE_KMALLOC << USE_SHIFT | bytes),
            Identity::Vmalloc { va } => Owner::of_word(USE_VMALLOC << USE_SHIFT | va.page_number()),
            Identity::Table { mm, depth, start } => {
                let place = (start.0 & ADDRESS_MASK) >> TABLE_SPAN_BITS << DEPTH_BITS;
                in_space(mm, place | u64::from(count(depth)))
            }
            Identity::Anon { mm, va } => in_space(mm, va.page_number()),
            Identity::Slab(state) => state.owner(),
        }
    }
}

fn in_space(mm: MmId, place: u64) -> Owner {
    assert!(place <= PAGE_NUMBER_MASK, "a place beyond user space");
    assert!(mm.0 < crate::virt::mm_struct::MM_LIMIT, "an address space beyond the last");
    Owner::of_word(u64::from(mm.0) << PAGE_NUMBER_BITS | place)
}

fn space_of(word: u64) -> MmId {
    MmId(low32(word >> PAGE_NUMBER_BITS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slab::{CacheId, ObjectIndex};
    use crate::store::{Journal, MemMap, PageState};
    use crate::units::{Order, Pfn};
    use crate::virt::mm_struct::MM_LIMIT;

    #[test]
    fn what_is_packed_is_read_back() {
        let (first, last) = (MmId(0), MmId(MM_LIMIT - 1));
        let highest = VirtAddr((1 << 56) - 4096);
        let slab = SlabState {
            cache: CacheId((1 << 28) - 1),
            inuse: (1 << 15) - 1,
            frozen: true,
            freelist: Some(ObjectIndex(u16::MAX)),
        };
        let mut map = MemMap::new(Pfn(8), 1, Order::new(9));
        let mut journal = Journal::off();
        for (kind, identity) in [
            (Kind::Kernel, Identity::Kernel),
            (Kind::Kernel, Identity::Kmalloc { bytes: 1 << 22 }),
            (Kind::Kernel, Identity::Vmalloc { va: VirtAddr(0xffff_e8ff_ffff_f000) }),
            (Kind::PageTable, Identity::Table { mm: first, depth: 0, start: VirtAddr(0) }),
            (Kind::PageTable, Identity::Table { mm: last, depth: 4, start: VirtAddr((1 << 56) - (1 << 21)) }),
            (Kind::Anon, Identity::Anon { mm: last, va: highest }),
            (Kind::Anon, Identity::Anon { mm: MmId(1), va: VirtAddr(0) }),
            (Kind::Slab, Identity::Slab(slab)),
            (Kind::Free, Identity::Nobody),
        ] {
            let pfn = Pfn(4);
            map.set_state(pfn, PageState::head(kind, Order::ZERO), &mut journal);
            map.set_owner(pfn, identity.owner(), &mut journal);
            assert_eq!(Identity::of(&map.page(pfn)), identity);
        }
    }
}
