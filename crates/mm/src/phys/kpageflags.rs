//! What `/proc/kpageflags` says of a frame.
//!
//! One word a frame, derived from the page struct and from the block that the frame belongs to:
//! a free block's frames are all `buddy`, a slab's all `slab`, whatever their own structs say.
//! Mirrors 6.1 `fs/proc/page.c: stable_page_flags`, `include/uapi/linux/kernel-page-flags.h`.

use crate::store::mem_map::CHUNK_PAGES;
use crate::store::{Kind, MemMap, PageFlags};
use crate::units::{Order, Pfn};

macro_rules! bits {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $word:literal;)*) => {
        /// The flags of a frame, `KPF_*`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct KpageFlags(u64);

        impl KpageFlags {
            $($(#[$doc])* pub const $name: KpageFlags = KpageFlags(1 << $bit);)*

            /// Every flag that the model can set, lowest bit first, by the kernel's name in small
            /// letters.
            pub const NAMES: &[(KpageFlags, &'static str)] = &[$((KpageFlags::$name, $word)),*];
        }
    };
}

bits! {
    /// Locked for I/O.
    LOCKED = 0, "locked";
    /// Used since the last look.
    REFERENCED = 2, "referenced";
    /// Contents are valid.
    UPTODATE = 3, "uptodate";
    /// Contents differ from the backing store.
    DIRTY = 4, "dirty";
    /// On an LRU list.
    LRU = 5, "lru";
    /// On an active LRU list.
    ACTIVE = 6, "active";
    /// Part of a slab.
    SLAB = 7, "slab";
    /// Being written to its backing store.
    WRITEBACK = 8, "writeback";
    /// To be freed as soon as writeback ends.
    RECLAIM = 9, "reclaim";
    /// Part of a free block of the buddy.
    BUDDY = 10, "buddy";
    /// Mapped by a page table.
    MMAP = 11, "mmap";
    /// Anonymous memory.
    ANON = 12, "anon";
    /// Has a slot in a swap area.
    SWAPCACHE = 13, "swapcache";
    /// Backed by swap.
    SWAPBACKED = 14, "swapbacked";
    /// First page of a compound page.
    COMPOUND_HEAD = 15, "compound_head";
    /// Another page of a compound page.
    COMPOUND_TAIL = 16, "compound_tail";
    /// Must stay in memory.
    UNEVICTABLE = 18, "unevictable";
    /// No page struct.
    NOPAGE = 20, "nopage";
    /// Part of a transparent huge page.
    THP = 22, "thp";
    /// The shared page of zeroes.
    ZERO_PAGE = 24, "zero_page";
    /// A page table.
    PGTABLE = 26, "pgtable";
    /// Not managed by the page allocator.
    RESERVED = 32, "reserved";
    /// Locked by `mlock`.
    MLOCKED = 33, "mlocked";
    /// Belongs to one process only.
    ANON_EXCLUSIVE = 42, "anon_exclusive";
}

impl KpageFlags {
    /// Returns both sets together.
    #[must_use]
    pub const fn with(self, other: KpageFlags) -> KpageFlags {
        KpageFlags(self.0 | other.0)
    }

    /// Returns `other` if `set`, else nothing, added to these.
    #[must_use]
    const fn when(self, set: bool, other: KpageFlags) -> KpageFlags {
        if set { self.with(other) } else { self }
    }

    /// Returns whether all flags of `other` are set.
    pub const fn contains(self, other: KpageFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns the word of the file.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Iterates over the names of the flags that are set, lowest bit first.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        KpageFlags::NAMES.iter().filter(move |(flag, _)| self.contains(*flag)).map(|&(_, name)| name)
    }
}

/// Flags that a page struct of the model and the file both have.
const COPIED: [(PageFlags, KpageFlags); 13] = [
    (PageFlags::LOCKED, KpageFlags::LOCKED),
    (PageFlags::REFERENCED, KpageFlags::REFERENCED),
    (PageFlags::UPTODATE, KpageFlags::UPTODATE),
    (PageFlags::DIRTY, KpageFlags::DIRTY),
    (PageFlags::LRU, KpageFlags::LRU),
    (PageFlags::ACTIVE, KpageFlags::ACTIVE),
    (PageFlags::WRITEBACK, KpageFlags::WRITEBACK),
    (PageFlags::RECLAIM, KpageFlags::RECLAIM),
    (PageFlags::SWAPCACHE, KpageFlags::SWAPCACHE),
    (PageFlags::SWAPBACKED, KpageFlags::SWAPBACKED),
    (PageFlags::UNEVICTABLE, KpageFlags::UNEVICTABLE),
    (PageFlags::MLOCKED, KpageFlags::MLOCKED),
    (PageFlags::ZERO_PAGE, KpageFlags::ZERO_PAGE),
];

/// Returns what `/proc/kpageflags` says of `pfn`; `None` where the model does not know what the
/// frame is used for, since it was taken before the captured state.
pub fn kpage_flags(map: &MemMap, pfn: Pfn) -> Option<KpageFlags> {
    if !has_page_struct(map, pfn) {
        return Some(KpageFlags::NOPAGE);
    }
    let block = (pfn < map.end()).then(|| map.block_of(pfn)).flatten();
    let Some((head, state)) = block else { return Some(KpageFlags::RESERVED) };
    let is_tail = head != pfn;
    let mut flags = KpageFlags::default();
    match state.kind() {
        Kind::Unknown => return None,
        Kind::Hole | Kind::Reserved => flags = flags.with(KpageFlags::RESERVED),
        Kind::Free => flags = flags.with(KpageFlags::BUDDY),
        Kind::PageTable => flags = flags.with(KpageFlags::PGTABLE),
        Kind::Slab => flags = flags.with(KpageFlags::SLAB),
        Kind::Anon => flags = flags.with(KpageFlags::ANON),
        Kind::Pcp | Kind::Kernel | Kind::File => {}
    }
    let can_be_mapped = matches!(state.kind(), Kind::Anon | Kind::File);
    flags = flags.when(can_be_mapped && state.is_mapped(), KpageFlags::MMAP);
    let is_compound = state.flags().contains(PageFlags::HEAD)
        || (state.order() > Order::ZERO && matches!(state.kind(), Kind::Slab | Kind::Anon));
    flags = flags.when(is_compound && !is_tail, KpageFlags::COMPOUND_HEAD);
    flags = flags.when(is_compound && is_tail, KpageFlags::COMPOUND_TAIL);
    flags = flags.when(is_compound && state.kind() == Kind::Anon, KpageFlags::THP);
    if !is_tail {
        for (own, shown) in COPIED {
            flags = flags.when(state.flags().contains(own), shown);
        }
        let exclusive = state.flags().contains(PageFlags::ANON_EXCLUSIVE);
        flags = flags.when(state.kind() == Kind::Anon && exclusive, KpageFlags::ANON_EXCLUSIVE);
    }
    Some(flags)
}

/// Whether the kernel has a page struct for `pfn`: it makes them for whole subsections of 2 MB in
/// which there is any RAM, 6.1 `mm/sparse.c: subsection_map_init`, `pfn_section_valid`.
fn has_page_struct(map: &MemMap, pfn: Pfn) -> bool {
    let subsection = pfn.0 / CHUNK_PAGES;
    subsection <= (map.end().0 - 1) / CHUNK_PAGES && map.kind_counts(pfn).iter().any(|&frames| frames > 0)
}
