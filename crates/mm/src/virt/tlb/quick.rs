//! The common lookup without a record: smallest pages only, nothing out of the ordinary.
//!
//! Made for two levels of the usual shape, so that a set is an array whose length is known
//! here. Changes exactly what [`Tlb::lookup`] and [`Tlb::fill`] change, or nothing at all;
//! whoever gets [`Quick::Unknown`] goes the long way. A law holds the two to each other.

use super::set::{DATA_USER, data_at, find, holds, most_recent, replace, smallest_tag};
use super::{Place, Tlb, TlbCounter, TlbGeometry};
use crate::config::CpuId;
use crate::store::Journal;
use crate::units::{VirtAddr, count, low16};

/// What a quick lookup found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::virt) enum Quick {
    /// The data of an entry that allows the access.
    Hit(u64),
    /// No entry; [`Tlb::quick_fill`] may follow.
    Miss(Missing),
    /// Not a case for this file; nothing has changed.
    Unknown,
}

/// A page that no cache holds, and the sets that it belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::virt) struct Missing {
    tag: u64,
    first: u32,
    second: u32,
}

/// Ways of the arrays that hold the smallest pages, first and second level.
const WAYS: [usize; 2] = [4, 12];
/// Words of a set of either: order of use, tags, data.
const FIRST: usize = 1 + 2 * WAYS[0];
const SECOND: usize = 1 + 2 * WAYS[1];

/// Where the two arrays lie, if they are of that shape.
#[derive(Clone, Copy, Debug)]
pub(super) struct SmallArrays {
    shift: u8,
    bases: [u32; 2],
    masks: [u16; 2],
}

impl SmallArrays {
    /// Finds them among the arrays of a CPU, which lie at `places`.
    pub(super) fn find(geometry: &TlbGeometry, places: &[Place]) -> Option<SmallArrays> {
        let shift = geometry.arrays[0].shifts[0];
        let small = geometry.arrays.iter().enumerate().filter(|(_, array)| array.shifts.contains(&shift));
        if !small.map(|(at, array)| (at, usize::from(array.ways))).eq(WAYS.into_iter().enumerate()) {
            return None;
        }
        Some(SmallArrays {
            shift,
            bases: [places[0].base, places[1].base],
            masks: [geometry.arrays[0].sets - 1, geometry.arrays[1].sets - 1],
        })
    }
}

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
        let Some(SmallArrays { shift, bases, masks }) = self.small else {
            return Quick::Unknown;
        };
        if self.counter(cpu, TlbCounter::LargeEntries) != 0 {
            return Quick::Unknown;
        }
        let tag = smallest_tag(pcid, va, shift);
        let own = u32::from(cpu.0) * self.cpu_words;
        let page = low16(va.0 >> shift);
        let first = own + bases[0] + u32::from(page & masks[0]) * count(FIRST);
        let second = own + bases[1] + u32::from(page & masks[1]) * count(SECOND);
        let Some(words) = self.words.block_mut::<FIRST>(first, journal) else {
            return Quick::Unknown;
        };
        let Some(way) = find(words, tag) else {
            let held = holds(self.words.block::<SECOND>(second), tag);
            return if held { Quick::Unknown } else { Quick::Miss(Missing { tag, first, second }) };
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
        missing: Missing,
        data: u64,
        journal: &mut Journal,
    ) {
        let Missing { tag, first, second } = missing;
        replace(self.words.block_mut::<FIRST>(first, journal).expect("no record"), tag, data);
        replace(self.words.block_mut::<SECOND>(second, journal).expect("no record"), tag, data);
        self.count_quick(cpu, TlbCounter::Walk, journal);
    }

    #[inline]
    fn count_quick(&mut self, cpu: CpuId, counter: TlbCounter, journal: &mut Journal) {
        self.stats.add(u32::from(cpu.0) * super::COUNTER_WORDS + counter.word(), 1, journal);
    }
}
