//! `munmap` and `madvise` of many stretches, and `exit`: some of it at a time.

use super::address::{Stretches, Whole};
use super::{Poll, Work, WorkUnit, cpu_of, process};
use crate::config::CpuId;
use crate::errno::{Errno, Refusal};
use crate::outcome::Value;
use crate::script::{Pieces, Who};
use crate::task::{Exiting, TaskId};
use crate::trace::Trace;
use crate::units::{Bytes, VirtAddr};
use crate::virt::madvise::Advice;
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
}

/// What is called for each stretch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Call {
    Munmap,
    Madvise(Advice),
}

impl StretchJob {
    pub(super) fn new(call: Call, pieces: &Pieces, who: &Who, world: &World) -> Result<StretchJob, Errno> {
        let (task, cpu) = caller(who, world)?;
        let stretches = Stretches::of(pieces, Whole::Label, world);
        Ok(StretchJob { task, cpu, call, stretches, next: 0 })
    }

    pub(super) fn advance(&mut self, world: &mut World, units: u32, tr: &mut Trace) -> Poll {
        for _ in 0..units.div_ceil(STRETCH_UNITS) {
            if self.next == self.stretches.count {
                return ready(Ok(()), self.cpu, world, tr);
            }
            let offset = self.next.wrapping_mul(self.stretches.stride);
            let start = VirtAddr(self.stretches.start.0.wrapping_add(offset));
            let len = Bytes(self.stretches.len);
            self.next += 1;
            let called = match self.call {
                Call::Munmap => world.ctx(self.cpu).munmap(self.task, start, len, tr),
                Call::Madvise(advice) => world.ctx(self.cpu).madvise(self.task, start, len, advice, tr),
            };
            if called.is_err() || self.next == self.stretches.count {
                return ready(called, self.cpu, world, tr);
            }
        }
        Poll::Pending(Work::new(WorkUnit::Stretches, self.next, self.stretches.count))
    }
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
