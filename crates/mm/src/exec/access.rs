//! `touch`, `read`, `write`, `exec`: one access for each page, some at a time.

use super::address::{Place, Stretches, Whole};
use super::pages::PagesJob;
use super::{Job, Poll, Work, WorkUnit, cpu_of, process, refused};
use crate::config::CpuId;
use crate::errno::Errno;
use crate::outcome::{Answer, Value};
use crate::script::{AccessCommand, AccessKind, Pieces, Who};
use crate::trace::Trace;
use crate::units::{PAGE_SIZE, Pfn, low32};
use crate::virt::paging::walk::Access;
use crate::virt::{MmCounter, TaskCounter, TaskId};
use crate::world::World;

/// Accesses under way.
#[derive(Debug)]
pub struct AccessJob {
    task: TaskId,
    cpu: CpuId,
    access: Access,
    stretches: Stretches,
    place: Place,
    done: u64,
    total: u64,
    before: Counters,
    frame: Option<Pfn>,
}

/// What accesses move.
#[derive(Clone, Copy, Debug)]
struct Counters {
    minor: u64,
    major: u64,
    table_bytes: u64,
}

pub(super) fn start(call: &AccessCommand, who: &Who, world: &World) -> Job {
    match call {
        AccessCommand::Touch(pieces) => begin(AccessKind::Touch, pieces, who, world),
        AccessCommand::Read(pieces) => begin(AccessKind::Read, pieces, who, world),
        AccessCommand::Write(pieces) => begin(AccessKind::Write, pieces, who, world),
        AccessCommand::Exec(pieces) => begin(AccessKind::Exec, pieces, who, world),
        AccessCommand::Pages(extent) => Job::Pages(PagesJob::new(extent, who, world)),
        AccessCommand::Translate(_) => Job::Whole,
    }
}

fn begin(kind: AccessKind, pieces: &Pieces, who: &Who, world: &World) -> Job {
    AccessJob::new(kind, pieces, who, world).map_or_else(refused, Job::Access)
}

pub(super) fn whole(world: &mut World, call: &AccessCommand, who: &Who, tr: &mut Trace) -> Answer {
    match call {
        AccessCommand::Translate(address) => {
            process::at_once(world, who, tr, |world, tr| process::translate(world, address, who, tr))
        }
        AccessCommand::Touch(_)
        | AccessCommand::Read(_)
        | AccessCommand::Write(_)
        | AccessCommand::Exec(_)
        | AccessCommand::Pages(_) => unreachable!("has a job of its own"),
    }
}

impl AccessJob {
    fn new(kind: AccessKind, pieces: &Pieces, who: &Who, world: &World) -> Result<AccessJob, Errno> {
        let task = process::task_of(who, world)?;
        let cpu = cpu_of(who);
        if cpu.0 >= world.phys.cpus() {
            return Err(Errno::EINVAL);
        }
        let (access, whole) = match kind {
            AccessKind::Touch => (Access::Write, Whole::Label),
            AccessKind::Read => (Access::Read, Whole::Label),
            AccessKind::Write => (Access::Write, Whole::Byte),
            AccessKind::Exec => (Access::Exec, Whole::Byte),
        };
        let stretches = Stretches::of(pieces, whole, world);
        let total = stretches.accesses();
        let before = Counters::read(world, task);
        let place = Place::default();
        Ok(AccessJob { task, cpu, access, stretches, place, done: 0, total, before, frame: None })
    }

    pub(super) fn advance(&mut self, world: &mut World, units: u32, tr: &mut Trace) -> Poll {
        for _ in 0..units {
            let Some(va) = self.stretches.next(&mut self.place) else {
                return Poll::Ready(Ok(self.summary(world)).into());
            };
            self.done += 1;
            match world.ctx(self.cpu).access(self.task, va, self.access, tr) {
                Ok(pa) => self.frame = Some(pa.pfn()),
                Err(signal) => return Poll::Ready(Err(signal.into()).into()),
            }
        }
        Poll::Pending(Work::new(WorkUnit::Pages, self.done, self.total.max(self.done)))
    }

    fn summary(&self, world: &World) -> Value {
        let now = Counters::read(world, self.task);
        Value::Accessed {
            minor: now.minor - self.before.minor,
            major: now.major - self.before.major,
            tables: low32((now.table_bytes - self.before.table_bytes) / PAGE_SIZE),
            frame: self.frame,
        }
    }
}

impl Counters {
    fn read(world: &World, task: TaskId) -> Counters {
        let mm = world.rest.virt.mm_of(task);
        Counters {
            minor: world.rest.virt.task_counter(task, TaskCounter::Minflt),
            major: world.rest.virt.task_counter(task, TaskCounter::Majflt),
            table_bytes: world.rest.virt.mm_counter(mm, MmCounter::PgtablesBytes),
        }
    }
}
