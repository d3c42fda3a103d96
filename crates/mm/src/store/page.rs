//! One `struct page` in three words.
//!
//! 24 bytes a frame, so that a 76 GB machine fits a browser tab: the list links (or the word
//! of another union arm), the state, and the owner. Which union arm is in use follows from
//! the [`Kind`]. Mirrors 6.1 `include/linux/mm_types.h: struct page`.

use crate::units::{Order, Pfn, low8, low16, low32, pack32};

/// What a block of frames is used for. One kind a block, from its head to its last frame.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Kind {
    /// No RAM here, or not a block's head.
    Hole,
    /// Taken before the page allocator existed: kernel image, `mem_map`, early tables.
    Reserved,
    /// In a buddy list.
    Free,
    /// In a per-CPU list: free for the owner of the CPU, invisible to the buddy.
    Pcp,
    /// Allocated before the captured state that this machine started from, by nobody we know.
    Unknown,
    /// Allocated by kernel code through the page allocator.
    Kernel,
    /// A page-table page.
    PageTable,
    /// Anonymous memory of processes.
    Anon,
    /// Page cache.
    File,
    /// A slab of a cache.
    Slab,
}

impl Kind {
    /// Every kind, in the order of their codes.
    pub const ALL: [Kind; 10] = [
        Kind::Hole,
        Kind::Reserved,
        Kind::Free,
        Kind::Pcp,
        Kind::Unknown,
        Kind::Kernel,
        Kind::PageTable,
        Kind::Anon,
        Kind::File,
        Kind::Slab,
    ];

    /// Returns the word for scripts: `page(PFN).kind`.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Hole => "hole",
            Kind::Reserved => "reserved",
            Kind::Free => "free",
            Kind::Pcp => "pcp",
            Kind::Unknown => "before",
            Kind::Kernel => "kernel",
            Kind::PageTable => "pagetable",
            Kind::Anon => "anon",
            Kind::File => "file",
            Kind::Slab => "slab",
        }
    }

    /// Returns the position in [`Kind::ALL`], to index counts by kind.
    #[inline]
    pub const fn index(self) -> usize {
        match self {
            Kind::Hole => 0,
            Kind::Reserved => 1,
            Kind::Free => 2,
            Kind::Pcp => 3,
            Kind::Unknown => 4,
            Kind::Kernel => 5,
            Kind::PageTable => 6,
            Kind::Anon => 7,
            Kind::File => 8,
            Kind::Slab => 9,
        }
    }
}

macro_rules! page_flags {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $word:literal;)*) => {
        /// The `PG_` flags of a page that the model keeps.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct PageFlags(u32);

        impl PageFlags {
            $($(#[$doc])* pub const $name: PageFlags = PageFlags(1 << $bit);)*

            /// Every flag with the name `/proc/kpageflags` tools print.
            pub const NAMES: &[(PageFlags, &'static str)] = &[$((PageFlags::$name, $word)),*];
        }
    };
}

page_flags! {
    /// Contents are valid.
    UPTODATE = 0, "uptodate";
    /// Contents differ from the backing store.
    DIRTY = 1, "dirty";
    /// On an LRU list.
    LRU = 2, "lru";
    /// On an active LRU list.
    ACTIVE = 3, "active";
    /// Used since the last look.
    REFERENCED = 4, "referenced";
    /// Backed by swap: anonymous or shmem.
    SWAPBACKED = 5, "swapbacked";
    /// Has a slot in a swap area.
    SWAPCACHE = 6, "swapcache";
    /// Must stay in memory.
    UNEVICTABLE = 7, "unevictable";
    /// Locked by `mlock`.
    MLOCKED = 8, "mlocked";
    /// Under I/O by somebody.
    LOCKED = 9, "locked";
    /// Being written to its backing store.
    WRITEBACK = 10, "writeback";
    /// Not managed by the page allocator.
    RESERVED = 11, "reserved";
    /// First page of a compound page.
    HEAD = 12, "head";
    /// Belongs to one process only: a write fault may reuse it.
    ANON_EXCLUSIVE = 13, "anon_exclusive";
    /// Waits in a CPU's batch of pages to be put on an LRU list.
    LRU_BATCH = 14, "lru_add batch";
    /// Refaulted while it was remembered by a shadow entry.
    WORKINGSET = 15, "workingset";
    /// To be freed as soon as writeback ends.
    RECLAIM = 16, "reclaim";
    /// The shared page of zeroes.
    ZERO_PAGE = 17, "zero_page";
}

impl PageFlags {
    /// No flag.
    pub const NONE: PageFlags = PageFlags(0);

    /// Returns both sets of flags together.
    #[must_use]
    pub const fn with(self, other: PageFlags) -> PageFlags {
        PageFlags(self.0 | other.0)
    }

    /// Returns these flags less `other`.
    #[must_use]
    pub const fn without(self, other: PageFlags) -> PageFlags {
        PageFlags(self.0 & !other.0)
    }

    /// Returns the flags in both sets.
    #[must_use]
    pub const fn and(self, other: PageFlags) -> PageFlags {
        PageFlags(self.0 & other.0)
    }

    /// Returns whether all flags of `other` are set.
    pub const fn contains(self, other: PageFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns the raw bits, 20 at most.
    pub const fn bits(self) -> u32 {
        self.0
    }
}

const KIND_SHIFT: u32 = 0;
const ORDER_SHIFT: u32 = 4;
const HEAD_BIT: u64 = 1 << 8;
const LIST_TYPE_SHIFT: u32 = 9;
const FLAGS_SHIFT: u32 = 12;
const FLAGS_MASK: u64 = (1 << 20) - 1;
const REFCOUNT_SHIFT: u32 = 32;
const MAPCOUNT_SHIFT: u32 = 48;
/// All bits of a count: it stands beside, see [`MemMap::refcount`](super::MemMap::refcount).
pub(super) const SPILLED: u32 = 0xffff;

/// The state word of a page: kind and order of the block it heads, flags and counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PageState(pub(super) u64);

impl PageState {
    /// Bits that decide which kind of frames the block counts as.
    pub(super) const BLOCK_MASK: u64 = 0x1ff;

    /// Those of them that are the kind.
    pub(super) const KIND_MASK: u64 = 0xf;

    /// The state of a frame that heads no block.
    pub const INTERIOR: PageState = PageState(0);

    /// Returns the state of the head of a block of `kind`, without flags or references.
    #[inline]
    pub fn head(kind: Kind, order: Order) -> PageState {
        PageState(
            u64::from(count_code(kind)) << KIND_SHIFT | u64::from(order.get()) << ORDER_SHIFT | HEAD_BIT,
        )
    }

    /// Returns whether a block starts here.
    #[inline]
    pub fn is_head(self) -> bool {
        self.0 & HEAD_BIT != 0
    }

    /// Returns the kind of the block that starts here, [`Kind::Hole`] where none does.
    #[inline]
    pub fn kind(self) -> Kind {
        Kind::ALL[self.kind_index()]
    }

    /// Returns the position of the block's kind in [`Kind::ALL`]: its code.
    #[inline]
    pub(super) fn kind_index(self) -> usize {
        crate::units::index64(self.0 >> KIND_SHIFT & 0xf)
    }

    /// Returns the order of the block that starts here.
    #[inline]
    pub fn order(self) -> Order {
        Order::new(low8(self.0 >> ORDER_SHIFT) & 0xf)
    }

    /// Returns the frames of the block that starts here.
    #[inline]
    pub(super) fn pages(self) -> u32 {
        1 << (self.0 >> ORDER_SHIFT & 0xf)
    }

    /// Returns the code of the migrate type whose list the block is on, or was taken for.
    #[inline]
    pub fn list_type(self) -> u8 {
        low8(self.0 >> LIST_TYPE_SHIFT) & 7
    }

    /// Returns the flags.
    pub fn flags(self) -> PageFlags {
        PageFlags(low32(self.0 >> FLAGS_SHIFT & FLAGS_MASK))
    }

    /// Returns the bits of `_refcount`, [`SPILLED`] for what they do not hold.
    #[inline]
    pub(super) fn refcount_bits(self) -> u32 {
        u32::from(low16(self.0 >> REFCOUNT_SHIFT))
    }

    /// Returns the bits of the number of page-table entries that map the page, [`SPILLED`] for what they
    /// do not hold.
    #[inline]
    pub(super) fn mappings_bits(self) -> u32 {
        u32::from(low16(self.0 >> MAPCOUNT_SHIFT))
    }

    /// Returns whether any page-table entry maps the page.
    pub fn is_mapped(self) -> bool {
        self.mappings_bits() != 0
    }

    /// Returns the state with another kind.
    #[must_use]
    #[inline]
    pub fn with_kind(self, kind: Kind) -> PageState {
        PageState(self.0 & !0xf | u64::from(count_code(kind)))
    }

    /// Returns the state with another order.
    #[must_use]
    #[inline]
    pub fn with_order(self, order: Order) -> PageState {
        PageState(self.0 & !(0xf << ORDER_SHIFT) | u64::from(order.get()) << ORDER_SHIFT)
    }

    /// Returns the state with another list type, a code of 0..8.
    #[must_use]
    #[inline]
    pub fn with_list_type(self, code: u8) -> PageState {
        debug_assert!(code < 8, "a list type has three bits");
        PageState(self.0 & !(7 << LIST_TYPE_SHIFT) | u64::from(code) << LIST_TYPE_SHIFT)
    }

    /// Returns the state with exactly these flags.
    #[must_use]
    pub fn with_flags(self, flags: PageFlags) -> PageState {
        PageState(self.0 & !(FLAGS_MASK << FLAGS_SHIFT) | u64::from(flags.bits()) << FLAGS_SHIFT)
    }

    /// Returns the state with a reference count, [`SPILLED`] where the bits do not hold it.
    #[must_use]
    #[inline]
    pub(crate) fn with_refcount(self, refcount: u32) -> PageState {
        let bits = refcount.min(SPILLED);
        PageState(self.0 & !(0xffff << REFCOUNT_SHIFT) | u64::from(bits) << REFCOUNT_SHIFT)
    }

    /// Returns the state with a number of mappings, [`SPILLED`] where the bits do not hold it.
    #[must_use]
    pub(super) fn with_mappings(self, mappings: u32) -> PageState {
        let bits = mappings.min(SPILLED);
        PageState(self.0 & !(0xffff << MAPCOUNT_SHIFT) | u64::from(bits) << MAPCOUNT_SHIFT)
    }

    /// Returns the raw word.
    pub fn raw(self) -> u64 {
        self.0
    }
}

/// Returns the four-bit code of a kind.
#[inline]
fn count_code(kind: Kind) -> u32 {
    crate::units::count(kind.index())
}

/// Who uses a page, and which part of the owner it is, as one word; [`Identity`](crate::identity::Identity)
/// reads it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Owner(pub(super) u64);

impl Owner {
    /// Nobody.
    pub const NONE: Owner = Owner(0);

    /// Makes one of its word.
    pub(crate) fn of_word(word: u64) -> Owner {
        Owner(word)
    }

    /// Returns its word.
    pub(crate) fn word(self) -> u64 {
        self.0
    }
}

/// Neighbour in a list: another page, the end of the list, or poison after removal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Neighbour {
    /// A page.
    Page(Pfn),
    /// The list's own end.
    End(super::ListId),
    /// On no list.
    Poison,
}

/// Both links of a page, as one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Links(pub(super) u64);

/// Links from here up name a list instead of a page. The largest machine has a few more than
/// 2^31 frames (8 TB and the PCI hole), and no machine has 2^24 lists.
const ENDS: u32 = 0xff00_0000;
const POISON: u32 = u32::MAX;
/// A raw link to nothing.
pub(super) const NO_LINK: u32 = POISON;

impl Links {
    /// The links of a page on no list.
    pub const POISON: Links = Links(u64::MAX);

    /// Packs two raw links.
    #[inline]
    pub(super) fn pack(next: u32, prev: u32) -> Links {
        Links(pack32(next, prev))
    }

    /// Returns the neighbour towards the tail.
    pub fn next(self) -> Neighbour {
        decode(low32(self.0))
    }

    /// Returns the neighbour towards the head.
    pub fn prev(self) -> Neighbour {
        decode(crate::units::high32(self.0))
    }
}

/// Encodes the end of `list` as a raw link.
#[inline]
pub(super) fn end_link(list: super::ListId) -> u32 {
    debug_assert!(list.0 < POISON - ENDS, "a list beyond those that links can name");
    ENDS + list.0
}

/// Reads a raw link as a page, `None` at the end of a list.
#[inline]
pub(super) fn page_of(link: u32) -> Option<Pfn> {
    (link < ENDS).then_some(Pfn(link))
}

/// Reads a raw link as the number of a list.
#[inline]
pub(super) fn list_of(link: u32) -> u32 {
    link - ENDS
}

/// Decodes a raw link.
#[inline]
fn decode(link: u32) -> Neighbour {
    if link == POISON {
        Neighbour::Poison
    } else {
        page_of(link).map_or_else(|| Neighbour::End(super::ListId(list_of(link))), Neighbour::Page)
    }
}

/// A page as it stands: a copy of its three words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page {
    pub(super) links: Links,
    pub(super) state: PageState,
    pub(super) owner: Owner,
}

impl Page {
    /// A page nobody has written yet.
    pub(super) const UNTOUCHED: Page =
        Page { links: Links::POISON, state: PageState::INTERIOR, owner: Owner::NONE };

    /// Returns the list links.
    pub fn links(&self) -> Links {
        self.links
    }

    /// Returns kind, order, flags and counts.
    #[inline]
    pub fn state(&self) -> PageState {
        self.state
    }

    /// Returns who uses the page.
    #[inline]
    pub fn owner(&self) -> Owner {
        self.owner
    }
}
