//! Translation caches: sets, ways and page sizes as data, replacement as state.
//!
//! A first level by page size and a second level for all, per CPU, tagged with the address
//! space's PCID. Sizes are those of a current x86-64 core's data side (Intel optimization
//! manual 2023: 64 x 4K 4-way, 32 x 2M 4-way, 4 x 1G; 1536 x 4K/2M 12-way).

mod geometry;
pub mod mmu_gather;
mod quick;
mod set;
pub mod switch_mm;

use crate::config::CpuId;
use crate::store::{Table, TableId};
use crate::trace::Trace;
use crate::units::{Pfn, VirtAddr, count, low8, low16};

pub use geometry::{TlbArray, TlbGeometry};
pub(in crate::virt) use quick::Quick;
use quick::SmallArrays;
pub use set::TlbEntry;
pub(in crate::virt) use set::{DATA_DIRTY, DATA_EXEC, DATA_USER, DATA_WRITE};
use set::{
    VALID, initial_order, is_large, least_recent, most_recent, pack, page_of, pcid_of, shift_of, tag, unpack,
};

/// What happened in a translation cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// The page was found.
    Hit {
        /// CPU that looked.
        cpu: CpuId,
        /// Position of the array in [`TlbGeometry::arrays`].
        array: u8,
        /// Set within the array.
        set: u16,
        /// Way within the set.
        way: u8,
        /// Start of the page.
        page: VirtAddr,
        /// First frame of the page.
        pfn: Pfn,
    },
    /// No array holds the page: the tables must be walked.
    Miss {
        /// CPU that looked.
        cpu: CpuId,
        /// Tag of the address space.
        pcid: u16,
        /// Start of the 4 KB page.
        page: VirtAddr,
        /// Set of the first array in which it was looked for.
        set: u16,
    },
    /// The entry does not allow the access, or the dirty bit must be set first: walk again.
    Unfit {
        /// CPU that looked.
        cpu: CpuId,
        /// Start of the page.
        page: VirtAddr,
        /// What is missing.
        lack: Lack,
    },
    /// A translation was put into an array.
    Fill {
        /// CPU.
        cpu: CpuId,
        /// Position of the array.
        array: u8,
        /// Set within the array.
        set: u16,
        /// Way within the set.
        way: u8,
        /// Start of the page.
        page: VirtAddr,
        /// First frame.
        pfn: Pfn,
        /// The page that lost its place.
        evicted: Option<VirtAddr>,
    },
    /// One page was dropped (`INVLPG`).
    FlushPage {
        /// CPU.
        cpu: CpuId,
        /// Tag of the address space.
        pcid: u16,
        /// The page.
        page: VirtAddr,
        /// Entries that held it.
        dropped: u8,
    },
    /// All pages of an address space were dropped (a write to CR3).
    FlushAll {
        /// CPU.
        cpu: CpuId,
        /// Tag of the address space.
        pcid: u16,
        /// Entries that went.
        dropped: u16,
    },
    /// Another CPU was interrupted to flush (`tlb.shootdown`).
    Shootdown {
        /// CPU that asked.
        from: CpuId,
        /// CPU that was interrupted.
        to: CpuId,
    },
    /// A CPU loaded another address space.
    Switch {
        /// CPU.
        cpu: CpuId,
        /// Number of the address space.
        mm: super::MmId,
        /// Frame of its root, in CR3.
        pgd: Pfn,
        /// Tag, in CR3.
        pcid: u16,
        /// Whether entries under the tag had to go.
        flushed: bool,
    },
}

/// Why a cached translation could not be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lack {
    /// No right to write.
    Write,
    /// Not for user mode.
    User,
    /// No right to fetch.
    Exec,
    /// The entry's dirty bit is not known to be set.
    Dirty,
}

/// A counter of a CPU's translation caches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TlbCounter {
    /// Accesses that found their page.
    Hit,
    /// Accesses that walked the tables.
    Walk,
    /// Pages flushed one by one.
    FlushPage,
    /// Flushes of a whole address space.
    FlushAll,
    /// Interrupts sent to other CPUs.
    Shootdown,
    /// Valid entries for pages larger than the smallest; not a quantity, it spares lookups.
    LargeEntries,
}

impl TlbCounter {
    /// The counters that scripts can name, with their names: `tlb.hit`.
    pub const NAMES: [(TlbCounter, &'static str); 5] = [
        (TlbCounter::Hit, "hit"),
        (TlbCounter::Walk, "walk"),
        (TlbCounter::FlushPage, "flush_page"),
        (TlbCounter::FlushAll, "flush_all"),
        (TlbCounter::Shootdown, "shootdown"),
    ];

    const fn word(self) -> u32 {
        match self {
            TlbCounter::Hit => 0,
            TlbCounter::Walk => 1,
            TlbCounter::FlushPage => 2,
            TlbCounter::FlushAll => 3,
            TlbCounter::Shootdown => 4,
            TlbCounter::LargeEntries => 5,
        }
    }
}

const COUNTER_WORDS: u32 = 8;

/// An entry in its place, for views and checks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TlbPlace {
    /// Position of the array.
    pub array: u8,
    /// Set within the array.
    pub set: u16,
    /// Way within the set.
    pub way: u8,
    /// Tag of the address space.
    pub pcid: u16,
    /// Start of the page.
    pub page: VirtAddr,
    /// The translation.
    pub entry: TlbEntry,
}

/// Where an array's words lie: a set is its order of use, its tags, its data.
#[derive(Clone, Copy, Debug)]
struct Place {
    base: u32,
    stride: u32,
}

/// The translation caches of all CPUs.
#[derive(Clone, Debug)]
pub struct Tlb {
    geometry: &'static TlbGeometry,
    places: Vec<Place>,
    cpu_words: u32,
    pub(crate) words: Table,
    pub(crate) stats: Table,
    small: Option<SmallArrays>,
}

impl Tlb {
    /// Makes empty caches for `cpus` CPUs.
    pub fn new(geometry: &'static TlbGeometry, cpus: u8) -> Tlb {
        let mut base = 0;
        let places: Vec<Place> = geometry
            .arrays
            .iter()
            .map(|array| {
                let place = Place { base, stride: 1 + 2 * u32::from(array.ways) };
                base += u32::from(array.sets) * place.stride;
                place
            })
            .collect();
        let mut tlb = Tlb {
            geometry,
            small: SmallArrays::find(geometry, &places),
            places,
            cpu_words: base,
            words: Table::new(TableId::Tlb, u64::from(base) * u64::from(cpus)),
            stats: Table::new(TableId::TlbStat, u64::from(COUNTER_WORDS) * u64::from(cpus)),
        };
        for cpu in (0..cpus).map(CpuId) {
            for (at, array) in geometry.arrays.iter().enumerate() {
                for set in 0..array.sets {
                    tlb.words.init(u64::from(tlb.set_base(cpu, at, set)), initial_order(array.ways));
                }
            }
        }
        tlb
    }

    /// Returns the arrays.
    pub fn geometry(&self) -> &'static TlbGeometry {
        self.geometry
    }

    /// Returns the number of CPUs.
    pub fn cpus(&self) -> u8 {
        low8(u64::from(self.stats.len() / COUNTER_WORDS))
    }

    /// Returns a counter of one CPU.
    pub fn counter(&self, cpu: CpuId, counter: TlbCounter) -> u64 {
        self.stats.get(u32::from(cpu.0) * COUNTER_WORDS + counter.word())
    }

    /// Returns a counter summed over the CPUs.
    pub fn total(&self, counter: TlbCounter) -> u64 {
        (0..self.cpus()).map(|cpu| self.counter(CpuId(cpu), counter)).sum()
    }

    /// Adds to a counter.
    #[inline]
    pub(super) fn count(&mut self, cpu: CpuId, counter: TlbCounter, by: i64, tr: &mut Trace) {
        self.stats.add(u32::from(cpu.0) * COUNTER_WORDS + counter.word(), by, tr);
    }

    /// Looks `va` up under `pcid`, without judging whether the access is allowed.
    #[inline]
    pub fn lookup(&mut self, cpu: CpuId, pcid: u16, va: VirtAddr, tr: &mut Trace) -> Option<TlbEntry> {
        let found = self.find(cpu, pcid, va);
        if let Some(place) = found {
            self.touch(cpu, place, tr);
            self.count(cpu, TlbCounter::Hit, 1, tr);
            tr.emit(Event::Hit {
                cpu,
                array: place.array,
                set: place.set,
                way: place.way,
                page: place.page,
                pfn: place.entry.pfn,
            });
            if place.array != 0 && place.entry.shift == self.geometry.arrays[0].shifts[0] {
                self.fill_array(cpu, 0, pcid, va, place.entry, tr);
            }
            return Some(place.entry);
        }
        self.count(cpu, TlbCounter::Walk, 1, tr);
        let set = self.set_of(0, va, self.geometry.arrays[0].shifts[0]);
        tr.emit(Event::Miss { cpu, pcid, page: va.page_start(), set });
        None
    }

    /// Finds `va` under `pcid` without a trace of having looked.
    #[inline]
    pub fn find(&self, cpu: CpuId, pcid: u16, va: VirtAddr) -> Option<TlbPlace> {
        let large = self.counter(cpu, TlbCounter::LargeEntries) != 0;
        let smallest = self.geometry.arrays[0].shifts[0];
        for (at, array) in self.geometry.arrays.iter().enumerate() {
            for &shift in array.shifts {
                if (large || shift == smallest)
                    && let Some(place) = self.find_in(cpu, at, pcid, va, shift)
                {
                    return Some(place);
                }
            }
        }
        None
    }

    #[inline]
    fn find_in(&self, cpu: CpuId, at: usize, pcid: u16, va: VirtAddr, shift: u8) -> Option<TlbPlace> {
        let set = self.set_of(at, va, shift);
        let words = self.set_words(cpu, at, set);
        let (tag, page) = (tag(pcid, va, shift), VirtAddr(va.0 >> shift << shift));
        let way = set::find(words, tag)?;
        // A tag keeps 48 bits of an address; one that is not canonical shares them with another.
        if page_of(tag) != page {
            return None;
        }
        let entry = unpack(words[set::data_at(words, way)], shift);
        let (array, way) = (low8(u64::from(count(at))), low8(u64::from(count(way))));
        Some(TlbPlace { array, set, way, pcid, page, entry })
    }

    /// Drops an entry that does not allow an access; the walk that follows brings a new one.
    pub(super) fn reject(&mut self, cpu: CpuId, pcid: u16, va: VirtAddr, lack: Lack, tr: &mut Trace) {
        self.drop_page(cpu, pcid, va, tr);
        self.count(cpu, TlbCounter::Walk, 1, tr);
        tr.emit(Event::Unfit { cpu, page: va.page_start(), lack });
    }

    /// Puts a translation into every array that holds pages of its size.
    #[inline]
    pub fn fill(&mut self, cpu: CpuId, pcid: u16, va: VirtAddr, entry: TlbEntry, tr: &mut Trace) {
        for (at, array) in self.geometry.arrays.iter().enumerate() {
            if array.shifts.contains(&entry.shift) {
                self.fill_array(cpu, at, pcid, va, entry, tr);
            }
        }
    }

    #[inline]
    fn fill_array(
        &mut self,
        cpu: CpuId,
        at: usize,
        pcid: u16,
        va: VirtAddr,
        entry: TlbEntry,
        tr: &mut Trace,
    ) {
        let set = self.set_of(at, va, entry.shift);
        let words = self.set_words(cpu, at, set);
        let ways = u32::from(self.geometry.arrays[at].ways);
        let (way, order) = set::replace_last(words[0], ways);
        let (old, way) = (words[1 + way], count(way));
        let evicted = (old & VALID != 0).then(|| page_of(old));
        let base = self.set_base(cpu, at, set);
        self.words.set(base + 1 + way, tag(pcid, va, entry.shift), tr);
        self.words.set(base + 1 + ways + way, pack(entry), tr);
        self.words.set(base, order, tr);
        self.note_large(cpu, old, -1, tr);
        self.note_large(cpu, tag(pcid, va, entry.shift), 1, tr);
        tr.emit(Event::Fill {
            cpu,
            array: low8(u64::from(count(at))),
            set,
            way: low8(u64::from(way)),
            page: VirtAddr(va.0 >> entry.shift << entry.shift),
            pfn: entry.pfn,
            evicted,
        });
    }

    /// Drops the page of `va` under `pcid` (`INVLPG`).
    pub fn flush_page(&mut self, cpu: CpuId, pcid: u16, va: VirtAddr, tr: &mut Trace) {
        let dropped = self.drop_page(cpu, pcid, va, tr);
        self.count(cpu, TlbCounter::FlushPage, 1, tr);
        tr.emit(Event::FlushPage { cpu, pcid, page: va.page_start(), dropped });
    }

    /// Drops every page under `pcid`.
    pub fn flush_pcid(&mut self, cpu: CpuId, pcid: u16, tr: &mut Trace) {
        let dropped = self.drop_pcid(cpu, pcid, tr);
        self.count(cpu, TlbCounter::FlushAll, 1, tr);
        tr.emit(Event::FlushAll { cpu, pcid, dropped });
    }

    /// Drops every page under `pcid` as part of another event.
    pub(super) fn drop_pcid(&mut self, cpu: CpuId, pcid: u16, tr: &mut Trace) -> u16 {
        let places: Vec<TlbPlace> = self.entries(cpu).filter(|place| place.pcid == pcid).collect();
        for &place in &places {
            self.clear(cpu, place, tr);
        }
        low16(u64::from(count(places.len())))
    }

    /// Drops every page of every tag, those of the kernel too (`__flush_tlb_all`).
    pub(super) fn flush_everything(&mut self, cpu: CpuId, tr: &mut Trace) {
        let places: Vec<TlbPlace> = self.entries(cpu).collect();
        for &place in &places {
            self.clear(cpu, place, tr);
        }
        self.count(cpu, TlbCounter::FlushAll, 1, tr);
        tr.emit(Event::FlushAll { cpu, pcid: 0, dropped: low16(u64::from(count(places.len()))) });
    }

    fn drop_page(&mut self, cpu: CpuId, pcid: u16, va: VirtAddr, tr: &mut Trace) -> u8 {
        let mut dropped = 0;
        while let Some(place) = self.find(cpu, pcid, va) {
            self.clear(cpu, place, tr);
            dropped += 1;
        }
        dropped
    }

    fn clear(&mut self, cpu: CpuId, place: TlbPlace, tr: &mut Trace) {
        let at = usize::from(place.array);
        let (base, ways) = (self.set_base(cpu, at, place.set), u32::from(self.geometry.arrays[at].ways));
        let way = u32::from(place.way);
        let old = self.words.get(base + 1 + way);
        self.words.set(base + 1 + way, 0, tr);
        self.words.set(base + 1 + ways + way, 0, tr);
        let order = self.words.get(base);
        self.words.set(base, least_recent(order, way, ways), tr);
        self.note_large(cpu, old, -1, tr);
    }

    #[inline]
    fn note_large(&mut self, cpu: CpuId, tag: u64, by: i64, tr: &mut Trace) {
        if is_large(tag) {
            self.count(cpu, TlbCounter::LargeEntries, by, tr);
        }
    }

    /// Iterates over the valid entries of a CPU, array by array, set by set.
    pub fn entries(&self, cpu: CpuId) -> impl Iterator<Item = TlbPlace> + '_ {
        self.geometry
            .arrays
            .iter()
            .enumerate()
            .flat_map(move |(at, array)| (0..array.sets).flat_map(move |set| self.set_entries(cpu, at, set)))
    }

    /// Iterates over the valid entries of one set, by way.
    ///
    /// # Panics
    /// When there is no such array or set.
    pub fn set_entries(&self, cpu: CpuId, array: usize, set: u16) -> impl Iterator<Item = TlbPlace> + '_ {
        let words = self.set_words(cpu, array, set);
        set::tags(words).iter().enumerate().filter(|(_, tag)| *tag & VALID != 0).map(move |(way, &tag)| {
            TlbPlace {
                array: low8(u64::from(count(array))),
                set,
                way: low8(u64::from(count(way))),
                pcid: pcid_of(tag),
                page: page_of(tag),
                entry: unpack(words[set::data_at(words, way)], shift_of(tag)),
            }
        })
    }

    /// Returns the ways of a set from the most to the least recently used.
    ///
    /// # Panics
    /// When there is no such array or set.
    pub fn order_of_use(&self, cpu: CpuId, array: usize, set: u16) -> impl Iterator<Item = u8> {
        let order = self.words.get(self.set_base(cpu, array, set));
        (0..u32::from(self.geometry.arrays[array].ways)).map(move |rank| low8(order >> (4 * rank)) & 0xf)
    }

    #[inline]
    fn touch(&mut self, cpu: CpuId, place: TlbPlace, tr: &mut Trace) {
        let base = self.set_base(cpu, usize::from(place.array), place.set);
        let order = self.words.get(base);
        self.words.set(base, most_recent(order, u32::from(place.way)), tr);
    }

    #[inline]
    fn set_of(&self, at: usize, va: VirtAddr, shift: u8) -> u16 {
        low16(va.0 >> shift) & (self.geometry.arrays[at].sets - 1)
    }

    #[inline]
    fn set_base(&self, cpu: CpuId, at: usize, set: u16) -> u32 {
        let place = self.places[at];
        u32::from(cpu.0) * self.cpu_words + place.base + u32::from(set) * place.stride
    }

    #[inline]
    fn set_words(&self, cpu: CpuId, at: usize, set: u16) -> &[u64] {
        self.words.words(self.set_base(cpu, at, set), self.places[at].stride)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Detail;
    use geometry::X86_64_TLB;

    fn entry(pfn: u32) -> TlbEntry {
        TlbEntry { pfn: Pfn(pfn), shift: 12, write: true, user: true, exec: false, dirty: true }
    }

    #[test]
    fn order_of_use_moves_to_the_front() {
        let order = most_recent(most_recent(initial_order(4), 2), 0);
        let ranks: Vec<u64> = (0..4).map(|rank| order >> (4 * rank) & 0xf).collect();
        assert_eq!(ranks, [0, 2, 3, 1]);
        let mut twelve = initial_order(12);
        for way in [3, 11, 0, 3] {
            twelve = most_recent(twelve, way);
            assert_eq!((0..12).map(|rank| 1 << (twelve >> (4 * rank) & 0xf)).sum::<u32>(), 0xfff);
        }
        assert_eq!(twelve & 0xfff, 0xb03);
    }

    #[test]
    fn fifth_page_of_a_set_evicts_the_least_recently_used() {
        let mut tr = Trace::new(Detail::Full);
        let mut tlb = Tlb::new(&X86_64_TLB, 1);
        let page = |n: u64| VirtAddr(0x7fff_0000_1000 + (n << 16));
        for n in 0..4 {
            tlb.fill(CpuId(0), 1, page(n), entry(u32::from(low8(n))), &mut tr);
        }
        assert_eq!(tlb.lookup(CpuId(0), 1, page(0), &mut tr), Some(entry(0)));
        tlb.fill(CpuId(0), 1, page(4), entry(4), &mut tr);
        let held: Vec<VirtAddr> = tlb.set_entries(CpuId(0), 0, 1).map(|place| place.page).collect();
        assert_eq!(held, [page(0), page(4), page(2), page(3)]);
        // The second level still has the page that was evicted, other tags never see it.
        assert_eq!(tlb.find(CpuId(0), 1, page(1)).map(|place| place.array), Some(1));
        assert_eq!(tlb.find(CpuId(0), 2, page(1)), None);
        tlb.flush_page(CpuId(0), 1, page(1), &mut tr);
        assert_eq!(tlb.find(CpuId(0), 1, page(1)), None);
        tlb.flush_pcid(CpuId(0), 1, &mut tr);
        assert_eq!(tlb.entries(CpuId(0)).count(), 0);
    }

    #[test]
    fn kernel_and_huge_pages_keep_their_addresses() {
        let mut tr = Trace::new(Detail::Off);
        let mut tlb = Tlb::new(&X86_64_TLB, 2);
        let va = VirtAddr(0xffff_8880_0020_0123);
        tlb.fill(CpuId(1), 0, va, TlbEntry { shift: 21, ..entry(512) }, &mut tr);
        let place = tlb.find(CpuId(1), 0, VirtAddr(va.0 + 0x1000)).expect("the same 2 MB");
        assert_eq!(place.page, VirtAddr(0xffff_8880_0020_0000));
        assert_eq!(tlb.counter(CpuId(1), TlbCounter::LargeEntries), 2);
        assert_eq!(tlb.find(CpuId(0), 0, va), None);
    }
}
