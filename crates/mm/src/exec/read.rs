//! `cat`: the text of a file, taken before the little that reading it changes.
//!
//! A file with a text for each area of a process (`smaps`) is written area by area, and the pages of an
//! area are counted some at a time: the model counts, the host writes.

use super::{Poll, Work, WorkUnit, shell};
use crate::host::PrintArea;
use crate::script::Command;
use crate::trace::Trace;
use crate::units::count;
use crate::virt::area::smaps::{Areas, Counted};
use crate::virt::{MmCounter, TaskId};
use crate::world::World;

/// Units that writing an area counts as.
const AREA_UNITS: u32 = 16;

/// A file being read.
#[derive(Debug, Default)]
pub struct ReadJob {
    text: String,
    /// Areas that are still to be written, and what writes one.
    areas: Option<(Areas, PrintArea)>,
}

impl ReadJob {
    /// Takes up a file whose text is known.
    pub(super) fn of(text: String) -> ReadJob {
        ReadJob { text, areas: None }
    }

    /// Takes up a file that is written area by area.
    pub(super) fn by_areas(task: TaskId, print: PrintArea, world: &World) -> ReadJob {
        let areas = Areas::of(world.rest.virt.mm_of(task));
        ReadJob { text: String::new(), areas: Some((areas, print)) }
    }

    /// Returns the bytes that it keeps meanwhile.
    pub(super) fn bytes(&self) -> u64 {
        u64::from(count(self.text.len()))
    }

    pub(super) fn advance(
        &mut self,
        world: &mut World,
        command: &Command,
        units: u32,
        tr: &mut Trace,
    ) -> Poll {
        let mut left = units;
        while let Some((areas, print)) = &mut self.areas {
            if left == 0 {
                let total = world.rest.virt.mm_counter(areas.mm(), MmCounter::TotalVm);
                return Poll::Pending(Work::new(WorkUnit::Pages, areas.pages(), total));
            }
            let units = match areas.go_on(&world.rest.virt, &world.phys, left) {
                Counted::Pages { units } => units,
                Counted::Area(vma, size) => {
                    print(world, (areas.mm(), vma), &size, &mut self.text);
                    AREA_UNITS
                }
                Counted::All => {
                    self.areas = None;
                    break;
                }
            };
            left = left.saturating_sub(units);
        }
        Poll::Ready(shell::read(world, command, core::mem::take(&mut self.text), tr))
    }
}
