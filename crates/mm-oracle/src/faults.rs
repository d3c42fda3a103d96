//! Huge page faults on fragmented memory: a program touches huge pages one after the other, from
//! the lists that a run has of the moment before (`frag-defrag-SETTING`).
//!
//! Such a dump has lists, but neither owners nor what compaction remembers, so that not each number
//! follows from it but which counters grow. What compaction did event by event
//! (`frag-defrag-SETTING-trace`) follows from states that tell all (`points`); of a trace alone `compaction` holds what
//! its events must be to each other.

use mm::config::CpuId;
use mm::import::freelists::FreelistsState;
use mm::sysctl;
use mm::trace::{Detail, Trace};
use mm::units::{Bytes, VirtAddr};
use mm::virt::TaskId;
use mm::virt::area::madvise::Advice;
use mm::virt::area::mmap::MmapRequest;
use mm::virt::paging::walk::Access;
use mm::virt::task::Layout;
use mm::world::World;

use super::frag::Point;

const CPU: CpuId = CpuId(0);
/// Huge pages that a run may touch.
const FAULTS_MAX: u64 = 4096;

/// Returns the last point with lists before the faults, and those lists.
pub(super) fn before_faults<'a>(
    points: &'a [Point<'a>],
    states: &'a [FreelistsState],
) -> Option<(&'a Point<'a>, &'a FreelistsState)> {
    let first = points.iter().find(|point| point.faults().is_some())?;
    let state = states.iter().rfind(|state| state.next_line <= first.line)?;
    let line = state.zones.first()?.line;
    Some((points.iter().rfind(|point| point.line < line)?, state))
}

/// A program that touches huge pages of advised memory, one after the other.
pub(super) struct Faults {
    /// The machine.
    pub(super) world: World,
    tr: Trace,
    task: TaskId,
    next: VirtAddr,
    done: u64,
}

impl Faults {
    /// Starts it for so many pages with a setting of `defrag`.
    pub(super) fn start(state: &FreelistsState, defrag: &str, faults: u64) -> Option<Faults> {
        let mut world = World::from_freelists(state, state.machine());
        let mut tr = Trace::new(Detail::Off);
        sysctl::write(&mut world, sysctl::THP_ENABLED, "always", &mut tr).ok()?;
        sysctl::write(&mut world, sysctl::THP_DEFRAG, defrag, &mut tr).ok()?;
        let huge = world.rest.virt.mode.huge_size();
        let task = world.ctx(CPU).spawn("t", Layout::Usual, &mut tr).ok()?;
        let len = Bytes(faults.min(FAULTS_MAX) * huge);
        let request = MmapRequest { align: Bytes(huge), ..MmapRequest::anonymous(len) };
        let next = world.ctx(CPU).mmap(task, &request, &mut tr).ok()?;
        world.ctx(CPU).madvise(task, next, len, Advice::Hugepage, &mut tr).ok()?;
        Some(Faults { world, tr, task, next, done: 0 })
    }

    /// Goes on until so many pages are touched.
    pub(super) fn up_to(&mut self, faults: u64) {
        while self.done < faults.min(FAULTS_MAX) {
            // A refusal shows in what is counted and traced.
            let _ = self.world.ctx(CPU).access(self.task, self.next, Access::Write, &mut self.tr);
            self.next = VirtAddr(self.next.0 + self.world.rest.virt.mode.huge_size());
            self.done += 1;
        }
    }
}
