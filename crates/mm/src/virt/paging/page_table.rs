//! Page-table pages: their contents, and tables coming and going below a root.
//!
//! A table is a frame of the buddy allocator; its entries are journaled words, found by
//! frame number. Mirrors 6.1 `mm/memory.c` (`__pud_alloc` .. `__pte_alloc`) and
//! `arch/x86/mm/pgtable.c` (`pgd_alloc`).

use core::ops::Range;

use super::pte::Entry;
use crate::cost::Cost;
use crate::errno::Errno;
use crate::func::Func;
use crate::gfp::Gfp;
use crate::identity::Identity;
use crate::phys::zone::vmstat::NodeStat;
use crate::rest::Ctx;
use crate::store::journal::Versions;
use crate::store::words::ChunkPlace;
use crate::store::{Digest, Kind, Store, TableId, Words};
use crate::trace::Trace;
use crate::units::{Order, PAGE_SIZE, Pfn, VirtAddr, count, index64, low8, signed};
use crate::virt::paging::leaf::{LeafPlace, LeafSize};
use crate::virt::{MmCounter, MmId, Virt};

/// What happened to page tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// An address space got its root; the kernel's entries were copied into it.
    RootAlloc {
        /// Address space.
        mm: MmId,
        /// First frame of the root's block.
        pfn: Pfn,
        /// Order of the block.
        order: Order,
        /// Entries of the kernel's half that were copied.
        copied: u16,
    },
    /// An address space gave its root back.
    RootFree {
        /// Address space.
        mm: MmId,
        /// First frame of the root's block.
        pfn: Pfn,
    },
    /// A table was allocated and linked into the one above.
    TableAlloc {
        /// Address space.
        mm: MmId,
        /// Depth of the new table; 1 hangs below the root.
        depth: u8,
        /// Frame of the new table.
        pfn: Pfn,
        /// First address it covers.
        va: VirtAddr,
    },
    /// A table was taken out of the one above; its frame is freed with the pages.
    TableFree {
        /// Address space.
        mm: MmId,
        /// Depth of the table.
        depth: u8,
        /// Frame of the table.
        pfn: Pfn,
        /// First address it covered.
        va: VirtAddr,
    },
    /// An entry that maps a page was written.
    SetEntry {
        /// Address space.
        mm: MmId,
        /// Address of the page.
        va: VirtAddr,
        /// Frame of the table.
        table: Pfn,
        /// Index in the table.
        index: u16,
        /// Raw entry before.
        old: u64,
        /// Raw entry now.
        new: u64,
    },
    /// An entry above the last level that maps a huge page was written.
    SetHuge {
        /// Address space.
        mm: MmId,
        /// First address of the huge page.
        va: VirtAddr,
        /// Frame of the table.
        table: Pfn,
        /// Index in the table.
        index: u16,
        /// Raw entry before.
        old: u64,
        /// Raw entry now.
        new: u64,
    },
    /// A table was left with the directory, for the day when the huge page is cut.
    Deposited {
        /// Frame of the directory.
        directory: Pfn,
        /// The spare table.
        pfn: Pfn,
    },
    /// A spare table was taken back.
    Withdrawn {
        /// Frame of the directory.
        directory: Pfn,
        /// The spare table.
        pfn: Pfn,
    },
}

/// Words kept per frame: i386 has 1024 entries a table.
const ENTRIES_PER_FRAME: u64 = 1024;
/// Of them, those that lie beside each other.
const HALF: u16 = 512;

/// Contents of all page-table pages.
#[derive(Clone, Debug)]
pub struct PageTables {
    words: Words,
    shortcuts: Box<[Shortcut; SHORTCUTS]>,
    epoch: u32,
}

/// Where the table of the last level for some addresses is: what a CPU's paging-structure
/// cache knows. Derived, and forgotten as soon as any entry above the last level changes.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::virt) struct Shortcut {
    key: u64,
    epoch: u32,
    place: ChunkPlace,
    /// Bits that all entries on the way have.
    pub(in crate::virt) all: u64,
    /// Bits that any entry on the way has.
    pub(in crate::virt) any: u64,
}

/// Shortcuts kept, a power of two.
const SHORTCUTS: usize = 1024;

impl Default for PageTables {
    fn default() -> PageTables {
        PageTables::new()
    }
}

impl PageTables {
    /// Makes a memory without tables.
    pub fn new() -> PageTables {
        let shortcuts = vec![Shortcut::default(); SHORTCUTS].into_boxed_slice();
        let shortcuts = shortcuts.try_into().expect("as many as there are");
        PageTables { words: Words::new(TableId::PageTable), shortcuts, epoch: 1 }
    }

    /// Returns raw entry `index` of the table in frame `table`.
    #[inline]
    pub fn entry(&self, table: Pfn, index: u16) -> u64 {
        self.words.get(u64::from(table.0) * ENTRIES_PER_FRAME + u64::from(index))
    }

    /// Returns some raw entries of a table, in order.
    pub(super) fn raw_entries(&self, table: Pfn, within: Range<u16>) -> impl Iterator<Item = (u16, u64)> {
        let halves = [0, 1].map(|half| self.words.place(u64::from(table.0) * 2 + half));
        within.map(move |index| {
            let raw = halves[usize::from(index / HALF)].map(|place| self.words.get_at(place, index.into()));
            (index, raw.unwrap_or(0))
        })
    }

    /// Writes a raw entry, whatever it says.
    pub fn set(&mut self, table: Pfn, index: u16, raw: u64, tr: &mut Trace) {
        self.epoch += 1;
        self.set_page(table, index, raw, tr);
    }

    /// Writes a raw entry of the last level.
    #[inline]
    pub(in crate::virt) fn set_page(&mut self, table: Pfn, index: u16, raw: u64, tr: &mut Trace) {
        self.words.set(u64::from(table.0) * ENTRIES_PER_FRAME + u64::from(index), raw, tr);
    }

    /// Returns the shortcut under `key`, a root and the part of an address above the last
    /// level, if it is known.
    #[inline]
    pub(in crate::virt) fn shortcut(&self, key: u64) -> Option<Shortcut> {
        let shortcut = self.shortcuts[index64(key % u64::from(count(SHORTCUTS)))];
        (shortcut.key == key && shortcut.epoch == self.epoch).then_some(shortcut)
    }

    /// Keeps a shortcut to `table`.
    pub(in crate::virt) fn keep_shortcut(&mut self, key: u64, table: Pfn, all: u64, any: u64) {
        // A table of i386 fills two chunks; those are walked in full.
        if let Some(place) = self.words.place(u64::from(table.0) * 2) {
            let shortcut = Shortcut { key, epoch: self.epoch, place, all, any };
            self.shortcuts[index64(key % u64::from(count(SHORTCUTS)))] = shortcut;
        }
    }

    /// Returns raw entry `index` of the table that a shortcut leads to.
    #[inline]
    pub(in crate::virt) fn entry_at(&self, shortcut: Shortcut, index: u16) -> u64 {
        self.words.get_at(shortcut.place, u64::from(index))
    }

    /// Writes a raw entry while booting, before there is a journal.
    pub(in crate::virt) fn init(&mut self, table: Pfn, index: u16, raw: u64) {
        self.words.init(u64::from(table.0) * ENTRIES_PER_FRAME + u64::from(index), raw);
    }

    /// Returns the slot of an entry, to ask whether a step touched it.
    pub fn slot(&self, table: Pfn, index: u16) -> crate::store::Slot {
        self.words.slot(u64::from(table.0) * ENTRIES_PER_FRAME + u64::from(index))
    }

    /// Iterates over the entries of a table that are not zero.
    pub fn entries(&self, table: Pfn, entries: u16) -> impl Iterator<Item = (u16, u64)> + '_ {
        (0..entries).map(move |index| (index, self.entry(table, index))).filter(|&(_, raw)| raw != 0)
    }
}

impl Store for PageTables {
    fn restore(&mut self, at: u64, value: u64, versions: &Versions) {
        self.epoch += 1;
        self.words.restore(at, value, versions);
    }

    fn digest(&self, digest: &mut Digest) {
        self.words.digest(digest);
    }

    fn bytes(&self) -> u64 {
        self.words.bytes()
    }

    fn share(&mut self) {
        self.words.share();
    }

    fn shared_bytes(&self, older: Option<&PageTables>) -> u64 {
        self.words.shared_bytes(older.map(|older| &older.words))
    }
}

impl Virt {
    /// Returns where the entry of `va` in the last level is: table, index, raw entry; `None`
    /// when a table on the way is missing or the memory is mapped further up.
    pub fn leaf_entry(&self, mm: MmId, va: VirtAddr) -> Option<(Pfn, u16, u64)> {
        if va.0 >= self.layout.task_size {
            return None;
        }
        let table = self.table_at(mm, va, self.mode.leaf_depth())?;
        let index = self.mode.index(va, self.mode.leaf_depth());
        Some((table, index, self.tables.entry(table, index)))
    }

    /// Returns the frame of the table of `depth` that covers `va`.
    pub(in crate::virt) fn table_at(&self, mm: MmId, va: VirtAddr, depth: usize) -> Option<Pfn> {
        let hardware = &self.mode.codec.hardware;
        let mut table = self.root(mm);
        for above in 0..depth {
            let raw = self.tables.entry(table, self.mode.index(va, above));
            if raw & hardware.present == 0 || raw & hardware.large != 0 {
                return None;
            }
            table = Pfn(self.mode.codec.pfn(raw));
        }
        Some(table)
    }

    /// Returns the first address that the table of `depth` around `va` covers.
    pub(in crate::virt) fn table_start(&self, va: VirtAddr, depth: usize) -> VirtAddr {
        VirtAddr(va.0 & !(self.mode.levels[depth - 1].span() - 1))
    }

    /// Returns the first index of the kernel's half in a root table.
    pub(in crate::virt) fn kernel_index(&self) -> u16 {
        let root = &self.mode.levels[0];
        let span = root.span();
        crate::units::low16(self.layout.task_size.next_multiple_of(span) >> root.shift) & (root.entries() - 1)
    }

    /// Returns the entry that maps `va`, of the last level or a huge page's.
    pub fn mapping_entry(&self, mm: MmId, va: VirtAddr) -> Entry {
        match self.huge_leaf(mm, va) {
            Some(leaf) => leaf.entry(self.mode),
            None => self.mode.codec.decode(self.leaf_entry(mm, va).map_or(0, |(_, _, raw)| raw), true),
        }
    }

    /// Returns the leaf above the last level that maps `va`, a huge page's, if there is one.
    pub fn huge_leaf(&self, mm: MmId, va: VirtAddr) -> Option<LeafPlace> {
        if va.0 >= self.layout.task_size {
            return None;
        }
        let depth = self.mode.leaf_depth().checked_sub(1)?;
        let table = self.table_at(mm, va, depth)?;
        let index = self.mode.index(va, depth);
        let raw = self.tables.entry(table, index);
        let leaf = matches!(self.mode.codec.decode(raw, false), Entry::Leaf { .. });
        let va = VirtAddr(va.0 & !(self.mode.levels[depth].span() - 1));
        leaf.then_some(LeafPlace { va, table, index, raw, size: LeafSize::Huge })
    }

    /// Writes the entry of a huge page and says so.
    pub(in crate::virt) fn set_huge(
        &mut self,
        mm: MmId,
        va: VirtAddr,
        place: (Pfn, u16),
        raw: u64,
        tr: &mut Trace,
    ) {
        let (table, index) = place;
        let old = self.tables.entry(table, index);
        self.tables.set(table, index, raw, tr);
        tr.spend(Cost::SetPte);
        tr.emit(Event::SetHuge { mm, va, table, index, old, new: raw });
    }

    /// Writes an entry of the last level and says so.
    pub(in crate::virt) fn set_leaf(
        &mut self,
        mm: MmId,
        va: VirtAddr,
        place: (Pfn, u16),
        raw: u64,
        tr: &mut Trace,
    ) {
        let (table, index) = place;
        let old = self.tables.entry(table, index);
        self.tables.set_page(table, index, raw, tr);
        tr.spend(Cost::SetPte);
        tr.emit(Event::SetEntry { mm, va, table, index, old, new: raw });
    }
}

/// The span of a table's allocation.
fn alloc_func(virt: &Virt, depth: usize) -> Func {
    if depth == virt.mode.leaf_depth() {
        Func::PteAlloc
    } else if depth + 1 == virt.mode.leaf_depth() {
        Func::PmdAlloc
    } else {
        Func::PudAlloc
    }
}

impl Ctx<'_> {
    /// Allocates the root of `mm` and copies the kernel's entries (`pgd_alloc`).
    pub(crate) fn alloc_root(&mut self, mm: MmId, tr: &mut Trace) -> Result<Pfn, Errno> {
        let order = self.rest.virt.mode.root_order;
        let pfn = self.alloc_block(order, Gfp::KERNEL_ACCOUNT | Gfp::ZERO, tr).ok_or(Errno::ENOMEM)?;
        self.claim(pfn, Kind::PageTable, Identity::Table { mm, depth: 0, start: VirtAddr(0) }, tr);
        let mut copied = 0;
        for index in self.rest.virt.kernel_index()..self.rest.virt.mode.levels[0].entries() {
            let raw = self.rest.virt.tables.entry(self.rest.virt.kernel.root, index);
            if raw != 0 {
                self.rest.virt.tables.set(pfn, index, raw, tr);
                copied += 1;
            }
        }
        tr.emit(Event::RootAlloc { mm, pfn, order, copied });
        Ok(pfn)
    }

    /// Gives the root of `mm` back (`pgd_free`).
    pub(crate) fn free_root(&mut self, mm: MmId, tr: &mut Trace) {
        let pfn = self.rest.virt.root(mm);
        for index in 0..self.rest.virt.mode.levels[0].entries() {
            self.rest.virt.tables.set(pfn, index, 0, tr);
        }
        tr.emit(Event::RootFree { mm, pfn });
        self.free_block(pfn, self.rest.virt.mode.root_order, tr);
    }

    /// Returns the table of `depth` that covers `va`, allocating what is missing on the way.
    pub(in crate::virt) fn table_alloc(
        &mut self,
        mm: MmId,
        va: VirtAddr,
        depth: usize,
        tr: &mut Trace,
    ) -> Result<Pfn, Errno> {
        let mut table = self.rest.virt.root(mm);
        for below in 1..=depth {
            let index = self.rest.virt.mode.index(va, below - 1);
            let raw = self.rest.virt.tables.entry(table, index);
            table = if raw & self.rest.virt.mode.codec.hardware.present != 0 {
                Pfn(self.rest.virt.mode.codec.pfn(raw))
            } else {
                let new = tr.span(alloc_func(&self.rest.virt, below), |tr| {
                    self.link_new_table(mm, va, below, (table, index), tr)
                });
                new?
            };
        }
        Ok(table)
    }

    fn link_new_table(
        &mut self,
        mm: MmId,
        va: VirtAddr,
        depth: usize,
        parent: (Pfn, u16),
        tr: &mut Trace,
    ) -> Result<Pfn, Errno> {
        let pfn = self.new_table(mm, va, depth, tr)?;
        let raw = self.rest.virt.mode.codec.encode_table(pfn);
        self.rest.virt.tables.set(parent.0, parent.1, raw, tr);
        self.count_table(mm, pfn, depth, 1, tr);
        tr.spend(Cost::SetPte);
        let va = self.rest.virt.table_start(va, depth);
        tr.emit(Event::TableAlloc { mm, depth: low8(u64::from(count(depth))), pfn, va });
        Ok(pfn)
    }

    /// Allocates an empty table for the addresses around `va`, linked to nothing
    /// (`pte_alloc_one`).
    pub(in crate::virt) fn new_table(
        &mut self,
        mm: MmId,
        va: VirtAddr,
        depth: usize,
        tr: &mut Trace,
    ) -> Result<Pfn, Errno> {
        let gfp = Gfp::KERNEL_ACCOUNT | Gfp::ZERO;
        let pfn = self.alloc_block(Order::ZERO, gfp, tr).ok_or(Errno::ENOMEM)?;
        let start = self.rest.virt.table_start(va, depth);
        self.claim(pfn, Kind::PageTable, Identity::Table { mm, depth, start }, tr);
        Ok(pfn)
    }

    /// Counts a table that came to, or left, an address space (`mm_inc_nr_ptes`).
    pub(in crate::virt) fn count_table(&mut self, mm: MmId, pfn: Pfn, depth: usize, by: i64, tr: &mut Trace) {
        self.rest.virt.add_mm(mm, MmCounter::PgtablesBytes, by * signed(PAGE_SIZE), tr);
        if self.is_counted_table(depth) {
            self.mod_node(pfn, NodeStat::NrPageTablePages, by, tr);
        }
    }

    /// Takes the table that `parent` points to out; the caller frees its frame.
    pub(in crate::virt) fn unlink_table(
        &mut self,
        mm: MmId,
        va: VirtAddr,
        depth: usize,
        parent: (Pfn, u16),
        tr: &mut Trace,
    ) -> Pfn {
        let raw = self.rest.virt.tables.entry(parent.0, parent.1);
        let pfn = Pfn(self.rest.virt.mode.codec.pfn(raw));
        self.rest.virt.tables.set(parent.0, parent.1, 0, tr);
        self.count_table(mm, pfn, depth, -1, tr);
        let va = self.rest.virt.table_start(va, depth);
        tr.emit(Event::TableFree { mm, depth: low8(u64::from(count(depth))), pfn, va });
        pfn
    }

    /// Returns whether tables of this depth are in `nr_page_table_pages`: the last level and
    /// the one above, unless that is the root.
    fn is_counted_table(&self, depth: usize) -> bool {
        depth > 0 && depth + 1 >= self.rest.virt.mode.leaf_depth()
    }
}
