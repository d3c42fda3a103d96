//! Running commands: from what a line says to calls of the model, some units at a time.
//!
//! A [`Job`] is a command under way. Most are done in one go; those that a user can make long
//! (accesses, allocations by the thousand) keep their place between slices, so that the page
//! stays alive and can cancel.

mod access;
mod address;
mod alloc;
mod boot;
mod compact;
mod pages;
mod process;
mod read;
mod shell;
mod slab;
mod sleep;
mod stretches;
mod vmalloc;
mod work;

use core::ops::ControlFlow;

use crate::config::CpuId;
use crate::errno::Refusal;
use crate::host::Host;
use crate::outcome::{Answer, Value};
use crate::script::{Command, Verb, Who};
use crate::shell as events;
use crate::trace::Trace;
use crate::units::Nanos;
use crate::world::World;

use access::AccessJob;
use alloc::{AllocJob, FreeJob, Held};
use boot::BootJob;
use compact::CompactJob;
use pages::PagesJob;
use process::MmapJob;
use read::ReadJob;
use slab::SlabJob;
use sleep::SleepJob;
use stretches::{ExitJob, StretchJob};
use vmalloc::VmallocJob;

pub use work::{Work, WorkUnit};

/// What a slice of work came to.
#[derive(Debug)]
pub enum Poll {
    /// There is more to do.
    Pending(Work),
    /// The command is done.
    Ready(Answer),
}

/// A command under way.
#[derive(Debug)]
pub enum Job {
    /// The answer was clear from the start; the event says what was done.
    Answered(Answer, events::Event),
    /// A file being read.
    Read(ReadJob),
    /// A machine that takes the place of the present one.
    Boot(BootJob),
    /// Done in one go.
    Whole,
    /// Accesses, page by page.
    Access(AccessJob),
    /// Allocations, block by block.
    Alloc(AllocJob),
    /// Frees, block by block.
    Free(FreeJob),
    /// Caches and their objects.
    Slab(SlabJob),
    /// The kernel's own mappings.
    Vmalloc(VmallocJob),
    /// Calls of a process, stretch by stretch.
    Stretches(StretchJob),
    /// A new area and its pages.
    Mmap(MmapJob),
    /// The end of a process.
    Exit(ExitJob),
    /// All memory compacted, pageblock by pageblock.
    Compact(CompactJob),
    /// What is behind addresses, page by page.
    Pages(PagesJob),
    /// Time that goes by, and the daemons in it.
    Sleep(SleepJob),
}

/// The job of what only asks, where nobody wants the answer.
fn looked() -> Job {
    Job::Answered(Ok(Value::Nothing).into(), events::Event::Compared { holds: true })
}

/// A refusal before anything was done.
fn refused(why: impl Into<Refusal>) -> Job {
    Job::Answered(Err(why.into()).into(), events::Event::Refused)
}

impl Job {
    /// Returns the job of a claim that was looked at.
    pub(crate) fn compared(value: Value) -> Job {
        let holds = matches!(value, Value::Holds { .. });
        Job::Answered(Ok(value).into(), events::Event::Compared { holds })
    }

    /// Takes a command up, any but a claim.
    pub(crate) fn start(command: &Command, world: &World, host: Host) -> Job {
        match &command.verb {
            Verb::Shell(call) => shell::start(call, world, host),
            Verb::Boot(_)
            | Verb::Process(_)
            | Verb::Memory(_)
            | Verb::Access(_)
            | Verb::Kernel(_)
            | Verb::Slab(_)
            | Verb::Vmalloc(_)
            | Verb::Expect(_) => Job::restart(command, world, host),
        }
    }

    /// Takes a command up for the state that it leaves: what only asks does nothing.
    pub(crate) fn restart(command: &Command, world: &World, host: Host) -> Job {
        let (who, cpu) = (&command.who, cpu_of(&command.who));
        match &command.verb {
            Verb::Boot(boot) => boot::prepare(boot, host),
            Verb::Process(call) => process::start(call, who, world),
            Verb::Memory(call) => stretches::start(call, who, world),
            Verb::Access(call) => access::start(call, who, world),
            Verb::Kernel(call) => alloc::start(call, cpu, world),
            Verb::Slab(call) => SlabJob::new(call, cpu, world).map_or_else(refused, Job::Slab),
            Verb::Vmalloc(call) => VmallocJob::new(call, command, world).map_or_else(refused, Job::Vmalloc),
            Verb::Shell(call) => shell::restart(call),
            Verb::Expect(_) => looked(),
        }
    }

    /// Returns the bytes that it keeps meanwhile.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Job::Read(job) => job.bytes(),
            Job::Alloc(job) => job.bytes(),
            Job::Slab(job) => job.bytes(),
            Job::Pages(job) => job.bytes(),
            Job::Vmalloc(job) => job.bytes(),
            Job::Answered(..)
            | Job::Boot(_)
            | Job::Whole
            | Job::Access(_)
            | Job::Free(_)
            | Job::Stretches(_)
            | Job::Mmap(_)
            | Job::Exit(_)
            | Job::Compact(_)
            | Job::Sleep(_) => 0,
        }
    }

    /// Returns the blocks that have to be looked at first.
    fn unseen(&mut self) -> Option<&mut Held> {
        let held = match self {
            Job::Free(job) => &mut job.held,
            Job::Vmalloc(job) => job.held()?,
            Job::Answered(..)
            | Job::Read(_)
            | Job::Boot(_)
            | Job::Whole
            | Job::Access(_)
            | Job::Alloc(_)
            | Job::Slab(_)
            | Job::Stretches(_)
            | Job::Mmap(_)
            | Job::Exit(_)
            | Job::Compact(_)
            | Job::Pages(_)
            | Job::Sleep(_) => return None,
        };
        Some(held).filter(|held| held.is_unseen())
    }

    /// Notes who runs: the process that speaks on its processor, nobody else.
    fn set_current(&self, world: &mut World, command: &Command, tr: &mut Trace) {
        if matches!(self, Job::Answered(..) | Job::Read(_) | Job::Boot(_)) {
            return;
        }
        let task = process::task_of(&command.who, world).ok();
        let here = cpu_of(&command.who);
        for cpu in (0..world.phys.cpus()).map(CpuId) {
            world.rest.virt.set_current(cpu, task.filter(|_| cpu == here), tr);
        }
    }

    /// Does up to about `units` units of work.
    pub(crate) fn advance(
        &mut self,
        world: &mut World,
        command: &Command,
        units: u32,
        tr: &mut Trace,
    ) -> Poll {
        if let Some(held) = self.unseen() {
            match held.look(world, units) {
                ControlFlow::Continue(()) => return Poll::Pending(held.work()),
                ControlFlow::Break(Err(errno)) => *self = refused(errno),
                ControlFlow::Break(Ok(())) => {}
            }
        }
        self.set_current(world, command, tr);
        let poll = self.work(world, command, units, tr);
        if matches!(poll, Poll::Ready(_)) && !matches!(self, Job::Boot(_)) {
            let began = world.rest.clock.now();
            world.phys.vmstat_update(began, Nanos(began.0 + tr.now().0), tr);
        }
        poll
    }

    fn work(&mut self, world: &mut World, command: &Command, units: u32, tr: &mut Trace) -> Poll {
        match self {
            Job::Answered(answer, event) => {
                tr.emit(*event);
                Poll::Ready(answer.clone())
            }
            Job::Read(job) => job.advance(world, command, units, tr),
            Job::Boot(job) => job.advance(world, units, tr),
            Job::Whole => seen(Poll::Ready(whole(world, command, tr)), tr),
            Job::Access(job) => seen(job.advance(world, units, tr), tr),
            Job::Alloc(job) => job.advance(world, command.label.as_ref(), units, tr),
            Job::Free(job) => job.advance(world, units, tr),
            Job::Slab(job) => seen(job.advance(world, command.label.as_ref(), units, tr), tr),
            Job::Vmalloc(job) => seen(job.advance(world, command.label.as_ref(), units, tr), tr),
            Job::Stretches(job) => seen(job.advance(world, units, tr), tr),
            Job::Mmap(job) => seen(job.advance(world, command, units, tr), tr),
            Job::Exit(job) => job.advance(world, units, tr),
            Job::Compact(job) => job.advance(world, units, tr),
            Job::Pages(job) => seen(job.advance(world, units, tr), tr),
            Job::Sleep(job) => job.advance(world, units, tr),
        }
    }
}

/// Gives a command that ended without an event a step of its own, so that it can be stood at.
fn seen(poll: Poll, tr: &mut Trace) -> Poll {
    if let Poll::Ready(answer) = &poll
        && tr.events() == 0
    {
        tr.emit(if answer.result.is_ok() { events::Event::Nothing } else { events::Event::Refused });
    }
    poll
}

fn whole(world: &mut World, command: &Command, tr: &mut Trace) -> Answer {
    match &command.verb {
        Verb::Process(call) => process::whole(world, call, &command.who, tr),
        Verb::Access(call) => access::whole(world, call, &command.who, tr),
        Verb::Kernel(call) => alloc::whole(world, call, tr),
        Verb::Shell(call) => shell::whole(world, call, tr),
        Verb::Boot(_) | Verb::Memory(_) | Verb::Slab(_) | Verb::Vmalloc(_) | Verb::Expect(_) => {
            unreachable!("has a job of its own")
        }
    }
}

/// Returns the processor that a line runs on, the first one if it does not say.
fn cpu_of(who: &Who) -> CpuId {
    match who {
        Who::Kernel { cpu } | Who::Process { cpu, .. } => CpuId(cpu.unwrap_or(0)),
        Who::Shell => CpuId(0),
    }
}
