//! Sums over all pages of a process, counted some at a time before what needs them is read.

use super::Ask;
use super::eval::mm_of;
use crate::virt::area::smaps::{Areas, Counted, MemSize};
use crate::virt::{MmCounter, MmId};
use crate::world::World;

/// Sums of address spaces.
#[derive(Debug, Default)]
pub struct Sums {
    done: Vec<(MmId, MemSize)>,
    /// The one under way, and those that are not begun.
    under_way: Option<(Areas, MemSize)>,
    open: Vec<MmId>,
}

impl Sums {
    /// Begins with those that some quantities need.
    pub fn needed<'a>(asks: impl Iterator<Item = &'a Ask>, world: &World) -> Sums {
        let mut open: Vec<MmId> = Vec::new();
        for mm in asks.filter(|ask| ask.is_long()).filter_map(|ask| ask.mm(world)) {
            if !open.contains(&mm) {
                open.push(mm);
            }
        }
        Sums { open, ..Sums::default() }
    }

    /// Counts an address space at once.
    pub(super) fn counted(mm: MmId, world: &World) -> MemSize {
        let mut sums = Sums { open: vec![mm], ..Sums::default() };
        while sums.go_on(world, u32::MAX).is_some() {}
        sums.of(mm).expect("it is counted")
    }

    /// Counts on, about `units` units of work; returns how many pages are done and how many there are, there or not,
    /// `None` when all is counted.
    pub fn go_on(&mut self, world: &World, units: u32) -> Option<(u64, u64)> {
        let mut left = units;
        loop {
            let Some((areas, sum)) = &mut self.under_way else {
                self.under_way = Some((Areas::of(self.open.pop()?), MemSize::default()));
                continue;
            };
            let mm = areas.mm();
            if left == 0 {
                let total = world.rest.virt.mm_counter(mm, MmCounter::TotalVm);
                return Some((areas.pages(), total));
            }
            match areas.go_on(&world.rest.virt, &world.phys, left) {
                Counted::Pages { units } => left = left.saturating_sub(units),
                Counted::Area(_, area) => {
                    *sum = sum.plus(&area);
                    left -= 1;
                }
                Counted::All => {
                    self.done.push((mm, *sum));
                    self.under_way = None;
                }
            }
        }
    }

    /// Returns the sums of an address space that was counted.
    pub(super) fn of(&self, mm: MmId) -> Option<MemSize> {
        self.done.iter().find(|(counted, _)| *counted == mm).map(|(_, sum)| *sum)
    }
}

impl Ask {
    /// Returns whether reading it takes long where there is much memory.
    pub fn is_long(&self) -> bool {
        matches!(self, Ask::Smaps(..))
    }

    fn mm(&self, world: &World) -> Option<MmId> {
        mm_of(world, self.subject()?).ok()
    }
}
