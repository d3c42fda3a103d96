//! Pages of several frames: who maps them, whole or by the frame, and when they go.
//!
//! The head's page struct counts the entries that map all of it; each tail counts the entries
//! that map its own frame, and the first tail also those that map the head's frame alone. A
//! page of which a part is mapped by nobody waits in its node's queue to be cut one day, linked
//! through the second tail, as in the kernel. Mirrors 6.1 `mm/rmap.c` (`page_add_new_anon_rmap`,
//! `page_remove_rmap`) and `mm/huge_memory.c` (`deferred_split_huge_page`,
//! `free_transhuge_page`).

use crate::cost::Cost;
use crate::identity::Identity;
use crate::phys::zone::vmstat::{NodeStat, VmEvent};
use crate::rest::Ctx;
use crate::store::page::{Links, Owner};
use crate::store::{End, Kind, ListId, MemMap, PageFlags, PageState};
use crate::trace::Trace;
use crate::units::{Order, Pfn, VirtAddr};
use crate::virt::MmId;

/// What happened to huge pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// The area may have huge pages, but the 2 MB around the address are not all in it.
    Unsuitable {
        /// First address of the 2 MB.
        haddr: VirtAddr,
        /// First address of the area.
        start: VirtAddr,
        /// First address after it.
        end: VirtAddr,
    },
    /// No block of this size was to be had: small pages serve.
    Fallback {
        /// First address of the 2 MB.
        haddr: VirtAddr,
    },
    /// A huge page of zeroes belongs to the process.
    HugePage {
        /// Its first address.
        haddr: VirtAddr,
        /// Its first frame.
        pfn: Pfn,
    },
    /// The shared huge page of zeroes was made.
    ZeroPageMade {
        /// Its first frame.
        pfn: Pfn,
    },
    /// A read of fresh memory mapped the shared huge page of zeroes.
    ZeroPageMapped {
        /// First address of the 2 MB.
        haddr: VirtAddr,
        /// Its first frame.
        pfn: Pfn,
    },
    /// A write to a read-only huge entry: the process keeps the page and may write now.
    Reused {
        /// Its first address.
        haddr: VirtAddr,
        /// Its first frame.
        pfn: Pfn,
    },
    /// The entry of a huge page became a table of 512 entries; the frames stay one page.
    Split {
        /// Address space.
        mm: MmId,
        /// First address.
        haddr: VirtAddr,
        /// First frame of the page.
        pfn: Pfn,
        /// The table, from the spare ones.
        table: Pfn,
    },
    /// A huge page, parts of which nobody maps, was queued to be cut when memory is short.
    DeferredSplit {
        /// Its first frame.
        pfn: Pfn,
    },
}

/// Returns the first frame of the page that `pfn` is part of; of a small page, `pfn` itself.
pub fn compound_head(map: &MemMap, pfn: Pfn) -> Pfn {
    map.block_of(pfn).map_or(pfn, |(head, _)| head)
}

/// Returns how many entries map the frame by itself (`_mapcount` + 1).
pub fn frame_mappings(map: &MemMap, pfn: Pfn) -> u32 {
    let state = map.state(pfn);
    if state.is_head() && state.order() > Order::ZERO {
        crate::units::low32(map.page(pfn.add(1)).owner().word())
    } else {
        map.mappings(pfn)
    }
}

/// Returns how many entries map the frame, alone or with all of its page (`page_mapcount`).
pub fn page_mappings(map: &MemMap, pfn: Pfn) -> u32 {
    let Some((head, state)) = map.block_of(pfn) else { return 0 };
    if state.order() == Order::ZERO {
        map.mappings(pfn)
    } else {
        frame_mappings(map, pfn) + map.mappings(head)
    }
}

impl Ctx<'_> {
    /// Returns the first frame of the page that `pfn` is part of.
    pub(in crate::virt) fn compound_head(&self, pfn: Pfn) -> Pfn {
        compound_head(&self.phys.frames.mem_map, pfn)
    }

    /// Makes `pfn`, of any order, the anonymous page of `va`, mapped once and by this process
    /// only (`page_add_new_anon_rmap`).
    pub(in crate::virt) fn add_anon_rmap(&mut self, pfn: Pfn, mm: MmId, va: VirtAddr, tr: &mut Trace) {
        let flags = PageFlags::UPTODATE.with(PageFlags::SWAPBACKED).with(PageFlags::ANON_EXCLUSIVE);
        self.claim(pfn, Kind::Anon, Identity::Anon { mm, va }, tr);
        let state = self.phys.frames.mem_map.state(pfn);
        let frames = i64::from(state.order().pages());
        let is_huge = state.order() > Order::ZERO;
        let flags = if is_huge { flags.with(PageFlags::HEAD) } else { flags };
        let refcount = self.phys.frames.mem_map.refcount(pfn);
        self.phys.frames.mem_map.set_counted(pfn, state.with_flags(flags), refcount, 1, tr);
        if is_huge {
            self.mod_node(pfn, NodeStat::NrAnonTransparentHugepages, frames, tr);
        }
        self.mod_node(pfn, NodeStat::NrAnonPages, frames, tr);
        tr.spend(Cost::PageAccounting);
    }

    /// Takes one mapping of the frame alone off (`page_remove_rmap`).
    pub(in crate::virt) fn remove_rmap(&mut self, pfn: Pfn, tr: &mut Trace) {
        let mappings = frame_mappings(&self.phys.frames.mem_map, pfn);
        let mappings = mappings.checked_sub(1).expect("a page mapped no more than counted");
        self.set_frame_mappings(pfn, mappings, tr);
        tr.spend(Cost::PageAccounting);
        let head = self.compound_head(pfn);
        let state = self.phys.frames.mem_map.state(head);
        if state.kind() == Kind::Anon && page_mappings(&self.phys.frames.mem_map, pfn) == 0 {
            self.mod_node(head, NodeStat::NrAnonPages, -1, tr);
            if state.order() > Order::ZERO {
                self.defer_split(head, tr);
            }
        }
    }

    /// Takes one mapping of all of a huge page off (`page_remove_anon_compound_rmap`).
    pub(in crate::virt) fn remove_huge_rmap(&mut self, head: Pfn, tr: &mut Trace) {
        tr.spend(Cost::PageAccounting);
        if self.drop_huge_mapping(head, tr) > 0 {
            return;
        }
        let frames = self.phys.frames.mem_map.state(head).order().pages();
        let alone =
            (0..frames).filter(|&at| frame_mappings(&self.phys.frames.mem_map, head.add(at)) == 0).count();
        let unmapped = crate::units::count(alone);
        if unmapped > 0 && unmapped < frames {
            self.defer_split(head, tr);
        }
        self.mod_node(head, NodeStat::NrAnonPages, -i64::from(unmapped), tr);
    }

    /// Maps each frame of a huge page once by itself in place of once as a whole; the frames
    /// are the process's own if the page was.
    pub(in crate::virt) fn split_rmap(&mut self, head: Pfn, tr: &mut Trace) {
        let state = self.phys.frames.mem_map.state(head);
        let frames = state.order().pages();
        let exclusive = state.flags().and(PageFlags::ANON_EXCLUSIVE);
        for pfn in (0..frames).map(|at| head.add(at)) {
            let mappings = frame_mappings(&self.phys.frames.mem_map, pfn);
            self.set_frame_mappings(pfn, mappings + 1, tr);
            let state = self.phys.frames.mem_map.state(pfn);
            self.phys.frames.mem_map.set_state(pfn, state.with_flags(state.flags().with(exclusive)), tr);
        }
        let refcount = self.phys.frames.mem_map.refcount(head) + frames - 1;
        self.phys.frames.mem_map.set_refcount(head, refcount, tr);
        self.drop_huge_mapping(head, tr);
    }

    /// Counts one mapping of the whole less; returns how many are left.
    fn drop_huge_mapping(&mut self, head: Pfn, tr: &mut Trace) -> u32 {
        let state = self.phys.frames.mem_map.state(head);
        let left = self
            .phys
            .frames
            .mem_map
            .mappings(head)
            .checked_sub(1)
            .expect("a huge page mapped no more than counted");
        self.phys.frames.mem_map.set_mappings(head, left, tr);
        if left == 0 {
            let frames = i64::from(state.order().pages());
            self.mod_node(head, NodeStat::NrAnonTransparentHugepages, -frames, tr);
        }
        left
    }

    fn set_frame_mappings(&mut self, pfn: Pfn, mappings: u32, tr: &mut Trace) {
        let state = self.phys.frames.mem_map.state(pfn);
        if state.is_head() && state.order() > Order::ZERO {
            self.phys.frames.mem_map.set_owner(pfn.add(1), Owner::of_word(u64::from(mappings)), tr);
        } else {
            self.phys.frames.mem_map.set_mappings(pfn, mappings, tr);
        }
    }

    /// Queues a page, parts of which nobody maps, to be cut when memory is short.
    fn defer_split(&mut self, head: Pfn, tr: &mut Trace) {
        let link = deferred_link(head);
        if self.phys.frames.mem_map.page(link).links() == Links::POISON {
            let list = self.split_queue(head);
            self.phys.frames.mem_map.list_add(list, link, End::Tail, tr);
            self.count_event(VmEvent::ThpDeferredSplitPage, tr);
            tr.emit(Event::DeferredSplit { pfn: head });
        }
    }

    fn split_queue(&self, head: Pfn) -> ListId {
        self.phys.lists().split_queue(self.phys.zone(self.phys.zone_of(head)).node)
    }

    /// Frees a page that nobody refers to.
    pub(in crate::virt) fn free_page(&mut self, head: Pfn, tr: &mut Trace) {
        match self.phys.frames.mem_map.state(head).order() {
            Order::ZERO => self.free_block(head, Order::ZERO, tr),
            order => self.free_compound(head, order, tr),
        }
    }

    /// Readies a page that nobody refers to for being freed. One frame goes to `batch`; a page
    /// of several is freed at once.
    pub(in crate::virt) fn collect_free(&mut self, head: Pfn, batch: &mut Vec<Pfn>, tr: &mut Trace) {
        let order = self.phys.frames.mem_map.state(head).order();
        if order == Order::ZERO {
            batch.push(head);
        } else {
            self.free_compound(head, order, tr);
        }
    }

    /// Forgets what the tails said and frees the block (`free_transhuge_page`).
    fn free_compound(&mut self, head: Pfn, order: Order, tr: &mut Trace) {
        let link = deferred_link(head);
        if self.phys.frames.mem_map.page(link).links() != Links::POISON {
            self.phys.frames.mem_map.list_del(link, tr);
        }
        for pfn in (1..order.pages()).map(|at| head.add(at)) {
            let page = self.phys.frames.mem_map.page(pfn);
            if page.state() != PageState::INTERIOR {
                self.phys.frames.mem_map.set_state(pfn, PageState::INTERIOR, tr);
            }
            if page.owner() != Owner::NONE {
                self.phys.frames.mem_map.set_owner(pfn, Owner::NONE, tr);
            }
        }
        self.free_block(head, order, tr);
    }
}

/// Returns the frame whose page struct links a huge page into the queue (`page_deferred_list`).
pub fn deferred_link(head: Pfn) -> Pfn {
    head.add(2)
}
