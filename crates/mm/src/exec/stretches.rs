//! `munmap` and `madvise` of many stretches, `mprotect`, and `exit`: some of it at a time.

use core::ops::ControlFlow;

use super::address::{Stretches, Whole, resolve};
use super::process::MmapJob;
use super::{Job, Poll, Work, WorkUnit, cpu_of, process, refused};
use crate::config::CpuId;
use crate::errno::{Errno, Refusal};
use crate::outcome::Value;
use crate::script::{MemoryCommand, Mprotect, Pieces, Who};
use crate::trace::Trace;
use crate::units::{Bytes, VirtAddr};
use crate::virt::TaskId;
use crate::virt::area::madvise::{Advice, Madvising};
use crate::virt::area::mmap::Munmapping;
use crate::virt::area::mprotect::Mprotecting;
use crate::virt::area::vma::VmFlags;
use crate::virt::task::Exiting;
use crate::world::World;

/// Units that one stretch counts as: it is a call of its own.
const STRETCH_UNITS: u32 = 64;

/// Calls of a process, one a stretch, under way.
#[derive(Debug)]
pub struct StretchJob {
    task: TaskId,
    cpu: CpuId,
    call: Call,
    stretches: Stretches,
    next: u64,
    under_way: Option<UnderWay>,
}

/// What is called for each stretch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Call {
    Munmap,
    Madvise(Advice),
    Mprotect(VmFlags),
}

pub(super) fn start(call: &MemoryCommand, who: &Who, world: &World) -> Job {
    let job = match call {
        MemoryCommand::Mmap(_) => return Job::Mmap(MmapJob::default()),
        MemoryCommand::Munmap(pieces) => StretchJob::new(Call::Munmap, pieces, who, world),
        MemoryCommand::Mprotect(mprotect) => StretchJob::protecting(mprotect, who, world),
        MemoryCommand::Madvise(madvise) => {
            StretchJob::new(Call::Madvise(madvise.advice), &madvise.pieces, who, world)
        }
    };
    job.map_or_else(refused, Job::Stretches)
}

impl StretchJob {
    fn new(call: Call, pieces: &Pieces, who: &Who, world: &World) -> Result<StretchJob, Errno> {
        StretchJob::over(call, Stretches::of(pieces, Whole::Label, world), who, world)
    }

    /// Takes up `mprotect`, which has one stretch.
    fn protecting(mprotect: &Mprotect, who: &Who, world: &World) -> Result<StretchJob, Errno> {
        let start = resolve(&mprotect.at, world);
        let stretches = Stretches { start, len: mprotect.len.0, stride: 0, count: 1 };
        StretchJob::over(Call::Mprotect(process::rights(mprotect.prot)), stretches, who, world)
    }

    fn over(call: Call, stretches: Stretches, who: &Who, world: &World) -> Result<StretchJob, Errno> {
        let (task, cpu) = caller(who, world)?;
        Ok(StretchJob { task, cpu, call, stretches, next: 0, under_way: None })
    }

    pub(super) fn advance(&mut self, world: &mut World, units: u32, tr: &mut Trace) -> Poll {
        let mut left = units;
        while left > 0 {
            if self.next == self.stretches.count {
                return ready(Ok(()), self.cpu, world, tr);
            }
            let before = tr.events();
            let called = match self.call(world, left, tr) {
                ControlFlow::Continue(called) => called,
                ControlFlow::Break(work) => return Poll::Pending(work),
            };
            let done = u32::try_from(tr.events() - before).unwrap_or(u32::MAX);
            left = left.saturating_sub(done.max(STRETCH_UNITS));
            self.next += 1;
            if called.is_err() || self.next == self.stretches.count {
                return ready(called, self.cpu, world, tr);
            }
        }
        Poll::Pending(Work::new(WorkUnit::Stretches, self.next, self.stretches.count))
    }

    /// Goes on with the call for one stretch; breaks when there are more pages in it than units.
    fn call(
        &mut self,
        world: &mut World,
        units: u32,
        tr: &mut Trace,
    ) -> ControlFlow<Work, Result<(), Errno>> {
        let offset = self.next.wrapping_mul(self.stretches.stride);
        let start = VirtAddr(self.stretches.start.0.wrapping_add(offset));
        let len = Bytes(self.stretches.len);
        let mut ctx = world.ctx(self.cpu);
        let begun = match (self.under_way.take(), self.call) {
            (Some(under_way), _) => Ok(Some(under_way)),
            (None, Call::Munmap) => {
                let begun = ctx.munmap_begin(self.task, start, len, tr);
                begun.map(|begun| begun.map(UnderWay::Munmap))
            }
            (None, Call::Madvise(advice)) => {
                let begun = ctx.madvise_begin(self.task, (start, len), advice, tr);
                begun.map(|begun| Some(UnderWay::Madvise(begun)))
            }
            (None, Call::Mprotect(prot)) => {
                Ok(Some(UnderWay::Mprotect(ctx.mprotect_begin(self.task, (start, len), prot, tr))))
            }
        };
        let mut under_way = match begun {
            Ok(Some(under_way)) => under_way,
            Ok(None) => return ControlFlow::Continue(Ok(())),
            Err(errno) => return ControlFlow::Continue(Err(errno)),
        };
        let poll = match &mut under_way {
            UnderWay::Munmap(call) => match ctx.munmap_go_on(call, units, tr) {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(Ok(())),
            },
            UnderWay::Madvise(call) => ctx.madvise_go_on(call, units, tr),
            UnderWay::Mprotect(call) => ctx.mprotect_go_on(call, units, tr),
        };
        if let ControlFlow::Break(result) = poll {
            if let UnderWay::Munmap(call) = under_way {
                ctx.munmap_end(call, tr);
            }
            return ControlFlow::Continue(result);
        }
        let work = self.work(&under_way);
        self.under_way = Some(under_way);
        ControlFlow::Break(work)
    }

    /// Says how far it is: pages where there is one stretch.
    fn work(&self, under_way: &UnderWay) -> Work {
        if self.stretches.count > 1 {
            return Work::new(WorkUnit::Stretches, self.next, self.stretches.count);
        }
        let (done, total) = match under_way {
            UnderWay::Munmap(call) => call.memory.entries(),
            UnderWay::Madvise(call) => call.entries(),
            UnderWay::Mprotect(call) => call.pages(),
        };
        Work::new(WorkUnit::Pages, done, total)
    }
}

/// A call for one stretch under way.
#[derive(Debug)]
enum UnderWay {
    Munmap(Munmapping),
    Madvise(Madvising),
    Mprotect(Mprotecting),
}

/// A process that ends.
#[derive(Debug)]
pub struct ExitJob {
    task: TaskId,
    cpu: CpuId,
    exiting: Option<Exiting>,
}

impl ExitJob {
    pub(super) fn new(who: &Who, world: &World) -> Result<ExitJob, Errno> {
        let (task, cpu) = caller(who, world)?;
        Ok(ExitJob { task, cpu, exiting: None })
    }

    pub(super) fn advance(&mut self, world: &mut World, units: u32, tr: &mut Trace) -> Poll {
        let mut ctx = world.ctx(self.cpu);
        let mut exiting = match self.exiting.take() {
            Some(exiting) => exiting,
            None => ctx.exit_begin(self.task, tr),
        };
        if ctx.exit_go_on(&mut exiting, units, tr) {
            let (done, total) = exiting.pages();
            self.exiting = Some(exiting);
            return Poll::Pending(Work::new(WorkUnit::Pages, done, total));
        }
        ctx.exit_end(exiting, tr);
        ready(Ok(()), self.cpu, world, tr)
    }
}

/// Returns who calls, and on which processor.
fn caller(who: &Who, world: &World) -> Result<(TaskId, CpuId), Errno> {
    let cpu = cpu_of(who);
    if cpu.0 >= world.phys.cpus() {
        return Err(Errno::EINVAL);
    }
    Ok((process::task_of(who, world)?, cpu))
}

fn ready(called: Result<(), Errno>, cpu: CpuId, world: &mut World, tr: &mut Trace) -> Poll {
    let result = called.map(|()| Value::Nothing).map_err(Refusal::from);
    Poll::Ready(process::back_to_user_mode(result, cpu, world, tr).into())
}
