//! Counters of address spaces, processes and the machine, and the next numbers.

use super::area::vma::Backing;
use super::{MmCounter, MmId, TaskId, Virt};
use crate::trace::Trace;
use crate::units::low32;

/// Words of an address space's or a process's counters.
const WORDS: u64 = 16;

/// A number that a process keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaskCounter {
    /// Page faults served without I/O (`min_flt`).
    Minflt,
    /// Page faults that waited for I/O (`maj_flt`).
    Majflt,
}

impl TaskCounter {
    const fn word(self) -> u64 {
        match self {
            TaskCounter::Minflt => 0,
            TaskCounter::Majflt => 1,
        }
    }
}

/// A number of the machine's virtual memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VirtCounter {
    /// Address spaces made so far.
    Mms,
    /// Processes made so far.
    Tasks,
    /// `anon_vma`s made so far.
    AnonVmas,
    /// Nameless shared objects made so far.
    SharedObjects,
    /// Pages promised to private writable areas and to shared memory (`Committed_AS`).
    Committed,
    /// First frame of the shared huge page of zeroes, 0 before it is made (`huge_zero_pfn`).
    HugeZeroPage,
}

/// First word of those that count the areas of each nameless shared object, by inode.
const SHARED_USERS: u64 = 512;

impl VirtCounter {
    const fn word(self) -> u64 {
        match self {
            VirtCounter::Mms => 0,
            VirtCounter::Tasks => 1,
            VirtCounter::AnonVmas => 2,
            VirtCounter::SharedObjects => 3,
            VirtCounter::Committed => 4,
            VirtCounter::HugeZeroPage => 5,
        }
    }
}

impl Virt {
    /// Returns a counter of an address space; one that has ended keeps its last values.
    pub fn mm_counter(&self, mm: MmId, counter: MmCounter) -> u64 {
        self.mm_counters.get(u64::from(mm.0) * WORDS + counter.word())
    }

    /// Adds to a counter of an address space.
    pub(crate) fn add_mm(&mut self, mm: MmId, counter: MmCounter, by: i64, tr: &mut Trace) {
        self.mm_counters.add(u64::from(mm.0) * WORDS + counter.word(), by, tr);
    }

    /// Raises a high-water mark to `value`.
    pub(crate) fn raise_mm(&mut self, mm: MmId, counter: MmCounter, value: u64, tr: &mut Trace) {
        if self.mm_counter(mm, counter) < value {
            self.mm_counters.set(u64::from(mm.0) * WORDS + counter.word(), value, tr);
        }
    }

    /// Returns the resident pages of an address space (`get_mm_rss`).
    pub fn rss(&self, mm: MmId) -> u64 {
        [MmCounter::AnonPages, MmCounter::FilePages, MmCounter::ShmemPages]
            .into_iter()
            .map(|counter| self.mm_counter(mm, counter))
            .sum()
    }

    /// Returns a counter of a process.
    pub fn task_counter(&self, task: TaskId, counter: TaskCounter) -> u64 {
        self.task_counters.get(u64::from(task.0) * WORDS + counter.word())
    }

    /// Adds one to a counter of a process.
    pub(crate) fn count_task(&mut self, task: TaskId, counter: TaskCounter, tr: &mut Trace) {
        self.task_counters.add(u64::from(task.0) * WORDS + counter.word(), 1, tr);
    }

    /// Returns a counter of the machine.
    pub fn counter(&self, counter: VirtCounter) -> u64 {
        self.counters.get(counter.word())
    }

    /// Adds to a counter of the machine.
    pub(crate) fn add(&mut self, counter: VirtCounter, by: i64, tr: &mut Trace) {
        self.counters.add(counter.word(), by, tr);
    }

    /// Returns how many areas show a part of a nameless shared object.
    pub fn users_of_shared(&self, inode: u64) -> u64 {
        self.counters.get(SHARED_USERS + inode)
    }

    /// Notes that an area shows a part of a shared object, or no longer.
    pub(super) fn count_shared_user(&mut self, backing: &Backing, by: i64, tr: &mut Trace) {
        if let Backing::SharedAnon { inode, charged } = backing
            && *charged > 0
        {
            self.counters.add(SHARED_USERS + inode, by, tr);
        }
    }

    /// Takes the next number of a kind, from 1.
    pub(crate) fn next_number(&mut self, counter: VirtCounter, tr: &mut Trace) -> u32 {
        self.add(counter, 1, tr);
        low32(self.counter(counter))
    }
}
