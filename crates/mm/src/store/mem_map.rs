//! The sparse array of page structs, and the lists that run through it.
//!
//! Memory is a partition into blocks of 2^order frames; only the head of a block is written,
//! as the kernel does, and the frames behind it are interior. 512 frames make a chunk; a
//! chunk whose only written page is its first one (the head of a block of order 9 or 10)
//! keeps that page inline, so that an untouched machine of 76 GB takes two megabytes.
//!
//! Frames by kind are counted per chunk as a consequence of writing a state word, undo
//! included: the map of a large machine is drawn from these counts.

mod counts;
mod sums;

use std::rc::Rc;

use super::journal::Versions;
use super::page::{Links, Owner, end_link, list_of, page_of};
use super::{Digest, Journal, Kind, Page, PageState, Slot, Store, Table, TableId, Words};
use crate::units::{Order, PAGE_SHIFT, Pfn, count, high32, index, index64, low16, low32, pack32};

pub use super::page::Neighbour as Link;

/// Frames in a chunk of the sparse array.
pub const CHUNK_PAGES: u32 = 512;
const CHUNK_ORDER: Order = Order::new(9);
const WORDS_PER_PAGE: u64 = 3;

/// Number of a list whose entries are pages.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct ListId(pub u32);

/// Which end of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Where allocation takes from.
    Head,
    /// The far end.
    Tail,
}

/// Page structs of 512 frames.
#[derive(Clone, Debug)]
enum Chunk {
    /// Only the first page was ever written.
    Whole(Page),
    /// All pages are kept.
    Split(Box<[Page; 512]>),
    /// All pages are kept, and copies of the map share them until one of them writes.
    #[expect(
        clippy::redundant_allocation,
        reason = "what is shared stays where it is: a pointer moves, not 12 KB"
    )]
    Shared(Rc<Box<[Page; 512]>>),
}

impl Chunk {
    /// Keeps every page from now on, for its map alone.
    #[cold]
    fn split(&mut self) {
        match self {
            Chunk::Whole(first) => {
                let mut pages = vec![Page::UNTOUCHED; 512];
                pages[0] = *first;
                *self = Chunk::Split(pages.into_boxed_slice().try_into().expect("512 pages"));
            }
            Chunk::Shared(pages) => *self = Chunk::Split(Box::clone(pages)),
            Chunk::Split(_) => {}
        }
    }

    /// Lets copies made from now on share the pages.
    fn share(&mut self) {
        if matches!(self, Chunk::Split(_))
            && let Chunk::Split(pages) = core::mem::replace(self, Chunk::Whole(Page::UNTOUCHED))
        {
            *self = Chunk::Shared(Rc::new(pages));
        }
    }

    /// Returns whether copies may share it and it is not the one in `older`.
    fn is_shared_beyond(&self, older: Option<&Chunk>) -> bool {
        match (self, older) {
            (Chunk::Shared(pages), Some(Chunk::Shared(older))) => !Rc::ptr_eq(pages, older),
            (Chunk::Shared(_), _) => true,
            (Chunk::Whole(_) | Chunk::Split(_), _) => false,
        }
    }
}

/// Frames of each kind in a chunk, by [`Kind::index`]; holes are not counted.
pub type KindCounts = [u16; Kind::ALL.len()];

/// Page structs of a machine, list ends and migrate types of pageblocks.
#[derive(Clone, Debug)]
pub struct MemMap {
    chunks: Vec<Chunk>,
    counts: Vec<KindCounts>,
    pub(crate) lists: Table,
    pub(crate) types: Table,
    /// Counts that the bits of a state do not hold.
    pub(crate) spilled: Words,
    pageblock_order: Order,
    end: Pfn,
    /// Chunks whose pages are all kept and that no copy shares.
    own: u32,
}

/// Bytes of a chunk of which all pages are kept, with what leads to it.
const SPLIT_BYTES: u64 = 512 * 24 + 32;
/// Bytes of any chunk: its place, its counts.
const CHUNK_BYTES: u64 = 32 + 20;

impl MemMap {
    /// Makes the map of a machine whose frames lie below `end`, all holes, with `lists` empty
    /// lists.
    pub fn new(end: Pfn, lists: u32, pageblock_order: Order) -> MemMap {
        let mut map = MemMap::begin(end, lists, pageblock_order);
        map.grow(usize::MAX);
        map
    }

    /// Begins to make such a map: no frame can be asked for until it has grown to its end.
    pub(crate) fn begin(end: Pfn, lists: u32, pageblock_order: Order) -> MemMap {
        let chunks = end.0.div_ceil(CHUNK_PAGES);
        let blocks = end.0.div_ceil(pageblock_order.pages());
        let mut heads = Table::new(TableId::ListHead, u64::from(lists));
        for list in 0..lists {
            let empty = end_link(ListId(list));
            heads.init(u64::from(list), pack32(empty, empty));
        }
        MemMap {
            chunks: Vec::with_capacity(index(chunks)),
            counts: vec![[0; Kind::ALL.len()]; index(chunks)],
            lists: heads,
            types: Table::new(TableId::PageblockType, u64::from(blocks)),
            spilled: Words::new(TableId::PageCount),
            pageblock_order,
            end,
            own: 0,
        }
    }

    /// Makes the map longer, by at most `most` chunks of frames; returns how many less it was.
    pub(crate) fn grow(&mut self, most: usize) -> usize {
        let by = most.min(self.counts.len() - self.chunks.len());
        self.chunks.extend(core::iter::repeat_with(|| Chunk::Whole(Page::UNTOUCHED)).take(by));
        most - by
    }

    /// Returns the frame after the last one.
    pub fn end(&self) -> Pfn {
        self.end
    }

    /// Returns the binary logarithm of a pageblock's frames: 9 on x86-64, 10 on i386.
    pub fn pageblock_order(&self) -> Order {
        self.pageblock_order
    }

    /// Returns a copy of the page struct of `pfn`.
    ///
    /// # Panics
    /// When `pfn` is beyond the machine.
    #[inline]
    pub fn page(&self, pfn: Pfn) -> Page {
        let offset = pfn.0 % CHUNK_PAGES;
        match &self.chunks[index(pfn.0 / CHUNK_PAGES)] {
            Chunk::Split(pages) => pages[index(offset)],
            Chunk::Shared(pages) => pages[index(offset)],
            Chunk::Whole(page) if offset == 0 => *page,
            Chunk::Whole(_) => Page::UNTOUCHED,
        }
    }

    /// Returns the state word of `pfn`.
    #[inline]
    pub fn state(&self, pfn: Pfn) -> PageState {
        self.page(pfn).state
    }

    /// Returns whether `pfn` heads a free block of `order` in the buddy lists; frames beyond
    /// the machine do not.
    #[inline]
    pub fn is_free_block(&self, pfn: Pfn, order: Order) -> bool {
        pfn < self.end && {
            let state = self.state(pfn);
            state.is_head() && state.kind() == Kind::Free && state.order() == order
        }
    }

    /// Writes the state word of `pfn`.
    #[inline]
    pub fn set_state(&mut self, pfn: Pfn, state: PageState, journal: &mut Journal) {
        let old = core::mem::replace(&mut self.page_mut(pfn).state, state);
        self.state_written(pfn, old, state, journal);
    }

    /// Records that `state` was written over `old`, and counts it.
    #[inline(always)]
    fn state_written(&mut self, pfn: Pfn, old: PageState, state: PageState, journal: &mut Journal) {
        if old != state {
            journal.record(word_slot(pfn, Word::State), old.0, state.0);
            self.account(pfn, old, state);
        }
    }

    /// Writes who uses `pfn`.
    #[inline]
    pub fn set_owner(&mut self, pfn: Pfn, owner: Owner, journal: &mut Journal) {
        let page = self.page_mut(pfn);
        if page.owner != owner {
            journal.record(word_slot(pfn, Word::Owner), page.owner.0, owner.0);
            page.owner = owner;
        }
    }

    /// Returns the block that contains `pfn`: its head and the head's state. `None` in a hole and
    /// beyond the machine.
    pub fn block_of(&self, pfn: Pfn) -> Option<(Pfn, PageState)> {
        if pfn >= self.end {
            return None;
        }
        Order::ZERO.and_up().find_map(|order| {
            let head = pfn.align_down(order);
            let state = self.state(head);
            (state.is_head() && state.order() >= order).then_some((head, state))
        })
    }

    /// Returns how many frames from `pfn` on, below `end`, lie behind the head of one block, and the
    /// head's state; `None` where `pfn` heads a block and in a hole. A scan frame by frame meets
    /// nothing there.
    #[inline]
    pub fn tails(&self, pfn: Pfn, end: Pfn) -> Option<(u32, PageState)> {
        if pfn >= end || self.state(pfn).is_head() {
            return None;
        }
        let (head, state) = self.block_of(pfn)?;
        Some((head.add(state.order().pages()).min(end).0 - pfn.0, state))
    }

    /// Iterates over the blocks that lie in, or reach into, frames `start..end`, holes left out.
    pub fn blocks(&self, start: Pfn, end: Pfn) -> impl Iterator<Item = (Pfn, PageState)> {
        let mut at = start;
        let end = end.min(self.end);
        core::iter::from_fn(move || {
            while at < end {
                match self.block_of(at) {
                    Some((head, state)) => {
                        at = head.add(state.order().pages());
                        return Some((head, state));
                    }
                    None => at = self.after_hole(at),
                }
            }
            None
        })
    }

    /// Returns the first frame after `pfn`, a hole, that may be something else.
    fn after_hole(&self, pfn: Pfn) -> Pfn {
        match &self.chunks[index(pfn.0 / CHUNK_PAGES)] {
            Chunk::Whole(_) => pfn.align_down(CHUNK_ORDER).add(CHUNK_PAGES),
            Chunk::Split(_) | Chunk::Shared(_) => pfn.add(1),
        }
    }

    /// Returns the frames of each kind in the chunk of 512 frames that contains `pfn`.
    pub fn kind_counts(&self, pfn: Pfn) -> &KindCounts {
        &self.counts[index(pfn.0 / CHUNK_PAGES)]
    }

    /// Sums the frames of each kind over the whole machine.
    pub fn total_counts(&self) -> [u32; Kind::ALL.len()] {
        let mut sum = [0; Kind::ALL.len()];
        for chunk in &self.counts {
            for (total, &part) in sum.iter_mut().zip(chunk) {
                *total += u32::from(part);
            }
        }
        sum
    }

    /// Returns the bytes that the map takes on this host, for the figures in docs.
    pub fn host_bytes(&self) -> usize {
        let split = self.chunks.iter().filter(|chunk| !matches!(chunk, Chunk::Whole(_))).count();
        self.chunks.len() * (size_of::<Chunk>() + size_of::<KindCounts>())
            + split * size_of::<[Page; 512]>()
            + (index(self.lists.len()) + index(self.types.len())) * size_of::<u64>()
    }

    /// Returns the code of the migrate type of the pageblock that contains `pfn`.
    #[inline]
    pub fn pageblock_type(&self, pfn: Pfn) -> u8 {
        crate::units::low8(self.types.get(pfn.0 >> self.pageblock_order.get()))
    }

    /// Writes the code of the migrate type of the pageblock that contains `pfn`.
    pub fn set_pageblock_type(&mut self, pfn: Pfn, code: u8, journal: &mut Journal) {
        self.types.set(pfn.0 >> self.pageblock_order.get(), u64::from(code), journal);
    }

    // ---- lists

    /// Returns the first page of `list`.
    #[inline]
    pub fn first(&self, list: ListId) -> Option<Pfn> {
        page_of(low32(self.lists.get(list.0)))
    }

    /// Returns the last page of `list`.
    #[inline]
    pub fn last(&self, list: ListId) -> Option<Pfn> {
        page_of(high32(self.lists.get(list.0)))
    }

    /// Iterates over the pages of `list` from its head.
    pub fn list(&self, list: ListId) -> impl Iterator<Item = Pfn> {
        core::iter::successors(self.first(list), |&pfn| page_of(low32(self.page(pfn).links.0)))
    }

    /// Adds `pfn`, which is on no list, to an end of `list`.
    #[inline]
    pub fn list_add(&mut self, list: ListId, pfn: Pfn, end: End, journal: &mut Journal) {
        let (next, prev) = self.neighbours(list, end);
        self.set_links(pfn, Links::pack(next, prev), journal);
        self.set_prev(next, pfn.0, journal);
        self.set_next(prev, pfn.0, journal);
    }

    /// Returns the links of who is added to an end of `list`: next and previous.
    #[inline(always)]
    fn neighbours(&self, list: ListId, end: End) -> (u32, u32) {
        let (sentinel, ends) = (end_link(list), self.lists.get(list.0));
        match end {
            End::Head => (low32(ends), sentinel),
            End::Tail => (sentinel, high32(ends)),
        }
    }

    /// Takes `pfn` off the list it is on.
    #[inline]
    pub fn list_del(&mut self, pfn: Pfn, journal: &mut Journal) {
        let links = core::mem::replace(&mut self.page_mut(pfn).links, Links::POISON);
        debug_assert!(links != Links::POISON, "frame {pfn} is on no list");
        let (next, prev) = (low32(links.0), high32(links.0));
        self.set_next(prev, next, journal);
        self.set_prev(next, prev, journal);
        journal.record(word_slot(pfn, Word::Links), links.0, Links::POISON.0);
    }

    /// Gives `pfn`, which is on no list, the state `state` and adds it to an end of `list`.
    #[inline]
    pub fn list_put(&mut self, list: ListId, pfn: Pfn, state: PageState, end: End, journal: &mut Journal) {
        let (next, prev) = self.neighbours(list, end);
        let new = Links::pack(next, prev);
        let page = self.page_mut(pfn);
        let old = core::mem::replace(&mut page.state, state);
        let links = core::mem::replace(&mut page.links, new);
        self.state_written(pfn, old, state, journal);
        debug_assert!(links != new, "frame {pfn} is on the list already");
        journal.record(word_slot(pfn, Word::Links), links.0, new.0);
        self.set_prev(next, pfn.0, journal);
        self.set_next(prev, pfn.0, journal);
    }

    /// Takes the first page of `list` off it and gives it the state `state`; `None` when the
    /// list is empty.
    #[inline(always)]
    pub fn list_take(&mut self, list: ListId, state: PageState, journal: &mut Journal) -> Option<Pfn> {
        let pfn = self.first(list)?;
        let page = self.page_mut(pfn);
        let links = core::mem::replace(&mut page.links, Links::POISON);
        let old = core::mem::replace(&mut page.state, state);
        let (sentinel, next) = (end_link(list), low32(links.0));
        self.set_next(sentinel, next, journal);
        self.set_prev(next, sentinel, journal);
        journal.record(word_slot(pfn, Word::Links), links.0, Links::POISON.0);
        self.state_written(pfn, old, state, journal);
        Some(pfn)
    }

    /// Moves the first entries of `list`, up to and with `last`, behind the others: `last`
    /// becomes the tail.
    pub fn list_rotate_to_tail(&mut self, list: ListId, last: Pfn, journal: &mut Journal) {
        let sentinel = end_link(list);
        let (first, tail) = (low32(self.lists.get(list.0)), high32(self.lists.get(list.0)));
        if tail == last.0 {
            return;
        }
        let next = low32(self.page(last).links.0);
        self.set_next(tail, first, journal);
        self.set_prev(first, tail, journal);
        self.set_next(last.0, sentinel, journal);
        self.set_prev(next, sentinel, journal);
        self.lists.set(list.0, pack32(next, last.0), journal);
    }

    /// Moves the entries of `list` before `first` behind the others: `first` becomes the head.
    pub fn list_rotate_to_head(&mut self, list: ListId, first: Pfn, journal: &mut Journal) {
        if let Some(last) = page_of(high32(self.page(first).links.0)) {
            self.list_rotate_to_tail(list, last, journal);
        }
    }

    /// Iterates over the pages of `list` from its tail.
    pub fn list_from_tail(&self, list: ListId) -> impl Iterator<Item = Pfn> {
        core::iter::successors(self.last(list), |&pfn| page_of(high32(self.page(pfn).links.0)))
    }

    /// Returns the slot of the ends of `list`, to ask whether a step touched it.
    pub fn list_slot(&self, list: ListId) -> Slot {
        self.lists.slot(list.0)
    }

    #[inline]
    pub(super) fn set_links(&mut self, pfn: Pfn, links: Links, journal: &mut Journal) {
        let page = self.page_mut(pfn);
        if page.links != links {
            journal.record(word_slot(pfn, Word::Links), page.links.0, links.0);
            page.links = links;
        }
    }

    /// Points the forward link of `at`, a page or the end of a list, to `next`.
    #[inline(always)]
    pub(super) fn set_next(&mut self, at: u32, next: u32, journal: &mut Journal) {
        match page_of(at) {
            Some(pfn) => {
                let page = self.page_mut(pfn);
                let links = Links::pack(next, high32(page.links.0));
                journal.record(word_slot(pfn, Word::Links), page.links.0, links.0);
                page.links = links;
            }
            None => {
                let list = list_of(at);
                let last = high32(self.lists.get(list));
                self.lists.set(list, pack32(next, last), journal);
            }
        }
    }

    /// Points the backward link of `at`, a page or the end of a list, to `prev`.
    #[inline(always)]
    pub(super) fn set_prev(&mut self, at: u32, prev: u32, journal: &mut Journal) {
        match page_of(at) {
            Some(pfn) => {
                let page = self.page_mut(pfn);
                let links = Links::pack(low32(page.links.0), prev);
                journal.record(word_slot(pfn, Word::Links), page.links.0, links.0);
                page.links = links;
            }
            None => {
                let list = list_of(at);
                let first = low32(self.lists.get(list));
                self.lists.set(list, pack32(first, prev), journal);
            }
        }
    }

    // ---- undo, digest

    fn restore_page(&mut self, pfn: Pfn, word: u64, value: u64) {
        let page = self.page_mut(pfn);
        match word {
            0 => page.links = Links(value),
            1 => {
                let old = page.state;
                page.state = PageState(value);
                self.account(pfn, old, PageState(value));
            }
            _ => page.owner = Owner(value),
        }
    }

    /// Returns the frame that a slot of a page struct belongs to.
    pub fn slot_pfn(slot: Slot) -> Option<Pfn> {
        (slot.table() == TableId::Page).then(|| Pfn(low32(slot.index() / WORDS_PER_PAGE)))
    }

    /// Returns the page struct for writing, keeping the whole chunk from now on if need be.
    #[inline]
    fn page_mut(&mut self, pfn: Pfn) -> &mut Page {
        debug_assert!(pfn < self.end, "frame {pfn} beyond the machine");
        let offset = pfn.0 % CHUNK_PAGES;
        let chunk = &mut self.chunks[index(pfn.0 / CHUNK_PAGES)];
        if !matches!(chunk, Chunk::Split(_)) && (offset != 0 || matches!(chunk, Chunk::Shared(_))) {
            chunk.split();
            self.own += 1;
        }
        match chunk {
            Chunk::Split(pages) => &mut pages[index(offset)],
            Chunk::Shared(pages) => &mut Rc::make_mut(pages)[index(offset)],
            Chunk::Whole(page) => page,
        }
    }

    /// Moves the frames of the block that `pfn` heads from one kind to another.
    #[inline]
    fn account(&mut self, pfn: Pfn, old: PageState, new: PageState) {
        let differ = (old.0 ^ new.0) & PageState::BLOCK_MASK;
        if differ == 0 {
            return;
        }
        let pages = new.pages();
        if differ & !PageState::KIND_MASK == 0 && new.is_head() && pages <= CHUNK_PAGES {
            // Another use of the same block, as nearly always.
            let counts = &mut self.counts[index(pfn.0 / CHUNK_PAGES)];
            let pages = low16(u64::from(pages));
            counts[old.kind_index()] = counts[old.kind_index()].wrapping_sub(pages);
            counts[new.kind_index()] = counts[new.kind_index()].wrapping_add(pages);
        } else {
            self.count_block(pfn, old, u16::wrapping_sub);
            self.count_block(pfn, new, u16::wrapping_add);
        }
    }

    /// Counts the block that `state` makes `pfn` the head of, if it does.
    #[inline(never)]
    fn count_block(&mut self, pfn: Pfn, state: PageState, op: fn(u16, u16) -> u16) {
        let pages = if state.is_head() { state.pages() } else { 0 };
        let first = index(pfn.0 / CHUNK_PAGES);
        for chunk in &mut self.counts[first..first + index(pages.div_ceil(CHUNK_PAGES))] {
            let cell = &mut chunk[state.kind_index()];
            *cell = op(*cell, low16(u64::from(pages.min(CHUNK_PAGES))));
        }
    }
}

/// A word of a page struct.
#[derive(Clone, Copy)]
enum Word {
    Links,
    State,
    Owner,
}

#[inline]
fn word_slot(pfn: Pfn, word: Word) -> Slot {
    let word = match word {
        Word::Links => 0,
        Word::State => 1,
        Word::Owner => 2,
    };
    Slot::new(TableId::Page, u64::from(pfn.0) * WORDS_PER_PAGE + word)
}

/// Returns the physical bytes that `frames` cover.
pub fn frames_bytes(frames: u64) -> u64 {
    frames << PAGE_SHIFT
}

/// Returns the position of a chunk in the machine's array, for maps drawn chunk by chunk.
pub fn chunk_index(pfn: Pfn) -> usize {
    index64(u64::from(pfn.0 / CHUNK_PAGES))
}

impl Store for MemMap {
    fn restore(&mut self, index: u64, value: u64, _versions: &Versions) {
        self.restore_page(Pfn(low32(index / WORDS_PER_PAGE)), index % WORDS_PER_PAGE, value);
    }

    fn digest(&self, digest: &mut Digest) {
        for chunk in &self.chunks {
            let pages = match chunk {
                Chunk::Whole(page) => core::slice::from_ref(page),
                Chunk::Split(pages) => &pages[..],
                Chunk::Shared(pages) => &pages[..],
            };
            for (at, page) in pages.iter().enumerate() {
                if *page != Page::UNTOUCHED {
                    digest.word(u64::from(count(at)));
                    digest.word(page.links.0);
                    digest.word(page.state.0);
                    digest.word(page.owner.0);
                }
            }
            digest.word(u64::MAX);
        }
    }

    fn share(&mut self) {
        for chunk in &mut self.chunks {
            chunk.share();
        }
        self.own = 0;
    }

    fn bytes(&self) -> u64 {
        let chunks = u64::from(count(self.chunks.len()));
        chunks * CHUNK_BYTES + u64::from(self.own) * SPLIT_BYTES
    }

    fn shared_bytes(&self, older: Option<&MemMap>) -> u64 {
        let of_older = |at: usize| older.and_then(|older| older.chunks.get(at));
        let chunks = self.chunks.iter().enumerate();
        let alone = chunks.filter(|(at, chunk)| chunk.is_shared_beyond(of_older(*at)));
        u64::from(count(alone.count())) * SPLIT_BYTES
    }
}
