//! The common lookup without a record: smallest pages only, nothing out of the ordinary.
//!
//! Changes exactly what [`Tlb::lookup`] and [`Tlb::fill`] change, or nothing at all; whoever
//! gets [`Quick::Unknown`] goes the long way. A law holds the two to each other.

use super::set::{DATA_USER, data_at, find, holds, most_recent, tag, victim};
use super::{Tlb, TlbCounter};
use crate::config::CpuId;
use crate::store::Journal;
use crate::units::{VirtAddr, count};

/// What a quick lookup found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::virt) enum Quick {
    /// The data of an entry that allows the access.
    Hit(u64),
    /// No entry; [`Tlb::quick_fill`] may follow.
    Miss,
    /// Not a case for this file; nothing has changed.
    Unknown,
}

/// Arrays that hold the smallest pages, first and second level.
const SMALL_ARRAYS: [usize; 2] = [0, 1];

impl Tlb {
    /// Looks `va` up for an access that needs the rights `need` of an entry's data.
    #[inline]
    pub(in crate::virt) fn quick_lookup(
        &mut self,
        cpu: CpuId,
        pcid: u16,
        va: VirtAddr,
        need: u64,
        journal: &mut Journal,
    ) -> Quick {
        if self.counter(cpu, TlbCounter::LargeEntries) != 0 {
            return Quick::Unknown;
        }
        let shift = self.geometry.arrays[0].shifts[0];
        let tag = tag(pcid, va, shift);
        let [first, second] = SMALL_ARRAYS.map(|at| (at, self.set_of(at, va, shift)));
        let base = self.set_base(cpu, first.0, first.1);
        let Some(words) = self.words.words_mut(base, self.places[first.0].stride, journal) else {
            return Quick::Unknown;
        };
        let Some(way) = find(words, tag) else {
            let held = holds(self.set_words(cpu, second.0, second.1), tag);
            return if held { Quick::Unknown } else { Quick::Miss };
        };
        let data = words[data_at(words, way)];
        if data & (need | DATA_USER) != need | DATA_USER {
            return Quick::Unknown;
        }
        words[0] = most_recent(words[0], count(way));
        self.count_quick(cpu, TlbCounter::Hit, journal);
        Quick::Hit(data)
    }

    /// Puts the data of a smallest page that [`Tlb::quick_lookup`] missed into both levels.
    #[inline]
    pub(in crate::virt) fn quick_fill(
        &mut self,
        cpu: CpuId,
        pcid: u16,
        va: VirtAddr,
        data: u64,
        journal: &mut Journal,
    ) {
        let shift = self.geometry.arrays[0].shifts[0];
        let tag = tag(pcid, va, shift);
        for at in SMALL_ARRAYS {
            let base = self.set_base(cpu, at, self.set_of(at, va, shift));
            let words = self.words.words_mut(base, self.places[at].stride, journal).expect("no record");
            let way = victim(words);
            words[1 + way] = tag;
            words[data_at(words, way)] = data;
            words[0] = most_recent(words[0], count(way));
        }
        self.count_quick(cpu, TlbCounter::Walk, journal);
    }

    #[inline]
    fn count_quick(&mut self, cpu: CpuId, counter: TlbCounter, journal: &mut Journal) {
        self.stats.add(u32::from(cpu.0) * super::COUNTER_WORDS + counter.word(), 1, journal);
    }
}
