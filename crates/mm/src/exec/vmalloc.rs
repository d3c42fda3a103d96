//! `vmalloc` and `kmap`: large areas some pages at a time, frames by the label.

use std::rc::Rc;

use super::address::resolve;
use super::alloc::Held;
use super::{Poll, Work, WorkUnit, cpu_of};
use crate::config::CpuId;
use crate::errno::{Errno, Refusal};
use crate::label::Label;
use crate::outcome::Value;
use crate::runs::Runs;
use crate::script::{Command, Name, VmallocCommand};
use crate::trace::Trace;
use crate::units::{PAGE_SIZE, Pfn, VirtAddr};
use crate::virt::vmalloc::{Progress, Vfree, Vmalloc};
use crate::world::World;

/// A command about the kernel's own mappings under way.
#[derive(Debug)]
pub struct VmallocJob {
    cpu: CpuId,
    call: Call,
}

#[derive(Debug)]
enum Call {
    Vmalloc { bytes: u64, job: Option<Vmalloc> },
    Vfree { at: VirtAddr, job: Option<Vfree> },
    UnmapAliases,
    Kmap { held: Held, next: u32, got: Runs<VirtAddr> },
    Kunmap { held: Held, next: u32 },
}

impl VmallocJob {
    pub(super) fn new(command: &VmallocCommand, line: &Command, world: &World) -> Result<VmallocJob, Errno> {
        let cpu = cpu_of(&line.who);
        if cpu.0 >= world.phys.cpus() {
            return Err(Errno::EINVAL);
        }
        let call = match command {
            VmallocCommand::Vmalloc(bytes) => Call::Vmalloc { bytes: bytes.0, job: None },
            VmallocCommand::Vfree(at) => Call::Vfree { at: resolve(at, world), job: None },
            VmallocCommand::UnmapAliases => Call::UnmapAliases,
            VmallocCommand::Kmap(blocks) => {
                let held = Held::new(blocks, world)?;
                Call::Kmap { next: held.first, held, got: Runs::default() }
            }
            VmallocCommand::Kunmap(blocks) => {
                let held = Held::new(blocks, world)?;
                Call::Kunmap { next: held.first, held }
            }
        };
        Ok(VmallocJob { cpu, call })
    }

    /// Returns the blocks that are looked at first.
    pub(super) fn held(&mut self) -> Option<&mut Held> {
        match &mut self.call {
            Call::Kmap { held, .. } | Call::Kunmap { held, .. } => Some(held),
            Call::Vmalloc { .. } | Call::Vfree { .. } | Call::UnmapAliases => None,
        }
    }

    /// Returns the bytes that it keeps meanwhile.
    pub(super) fn bytes(&self) -> u64 {
        match &self.call {
            Call::Kmap { got, .. } => got.bytes(),
            Call::Vmalloc { .. } | Call::Vfree { .. } | Call::UnmapAliases | Call::Kunmap { .. } => 0,
        }
    }

    pub(super) fn advance(
        &mut self,
        world: &mut World,
        label: Option<&Name>,
        units: u32,
        tr: &mut Trace,
    ) -> Poll {
        let cpu = self.cpu;
        match &mut self.call {
            Call::Vmalloc { bytes, job } => {
                let poll = vmalloc(*bytes, job, world, (cpu, units), tr);
                if let (Poll::Ready(answer), Some(label)) = (&poll, label)
                    && let Ok(Value::Address(start)) = answer.result
                {
                    let range = Label::Range { start, len: *bytes };
                    world.labels.set(label.as_str(), range, tr);
                }
                poll
            }
            Call::Vfree { at, job } => vfree(*at, job, world, (cpu, units), tr),
            Call::UnmapAliases => {
                world.ctx(cpu).vm_unmap_aliases(tr);
                ready(Ok(Value::Nothing))
            }
            Call::Kmap { held, next, got } => {
                let called = each(held, next, units, |pfn| {
                    got.push(world.ctx(cpu).kmap(pfn, tr)?);
                    Ok(())
                });
                called.map_or_else(Poll::Pending, |called| ready(mapped(called, got, world, label, tr)))
            }
            Call::Kunmap { held, next } => {
                let called = each(held, next, units, |pfn| world.ctx(cpu).kunmap(pfn, tr));
                called.map_or_else(Poll::Pending, |called| ready(called.map(|()| Value::Nothing)))
            }
        }
    }
}

/// Does something with the first frames of blocks from `next` on, `units` of them; returns how
/// far it is, or what came of it when it has ended.
fn each(
    held: &Held,
    next: &mut u32,
    units: u32,
    mut call: impl FnMut(Pfn) -> Result<(), Errno>,
) -> Result<Result<(), Errno>, Work> {
    let from = *next;
    *next = from.saturating_add(units).min(held.end);
    for pfn in held.frames.between(from, *next) {
        if let Err(errno) = call(pfn) {
            return Ok(Err(errno));
        }
    }
    let blocks = |end: u32| u64::from(end - held.first);
    if *next < held.end {
        return Err(Work::new(WorkUnit::Blocks, blocks(*next), blocks(held.end)));
    }
    Ok(Ok(()))
}

/// Makes an area, a slice of it at a time; a slice counts as many units as it has pages.
fn vmalloc(
    bytes: u64,
    under_way: &mut Option<Vmalloc>,
    world: &mut World,
    (cpu, units): (CpuId, u32),
    tr: &mut Trace,
) -> Poll {
    const SLICE: u32 = 128;
    let mut ctx = world.ctx(cpu);
    let job = match under_way {
        Some(job) => job,
        None => match ctx.vmalloc_begin(bytes, tr) {
            Ok(job) => under_way.insert(job),
            Err(errno) => return ready(Err(errno)),
        },
    };
    let mut progress = Progress::Under { done: 0, total: 1 };
    for _ in 0..units.div_ceil(SLICE) {
        progress = match ctx.vmalloc_go_on(job, tr) {
            Ok(Progress::Done(start)) => return ready(Ok(Value::Address(start))),
            Ok(progress) => progress,
            Err(errno) => return ready(Err(errno)),
        };
    }
    match progress {
        Progress::Under { done, total } => {
            Poll::Pending(Work::new(WorkUnit::Pages, u64::from(done), u64::from(total)))
        }
        Progress::Done(start) => ready(Ok(Value::Address(start))),
    }
}

/// Frees an area, some pages at a time.
fn vfree(
    at: VirtAddr,
    under_way: &mut Option<Vfree>,
    world: &mut World,
    (cpu, units): (CpuId, u32),
    tr: &mut Trace,
) -> Poll {
    let mut ctx = world.ctx(cpu);
    let job = match under_way {
        Some(job) => job,
        None => match ctx.vfree_begin(at, tr) {
            Ok(job) => under_way.insert(job),
            Err(errno) => return ready(Err(errno)),
        },
    };
    if ctx.vfree_go_on(job, units, tr) {
        let (done, total) = job.pages();
        return Poll::Pending(Work::new(WorkUnit::Pages, done, total));
    }
    ready(Ok(Value::Nothing))
}

/// Keeps the addresses under the label: what was got before a refusal, too.
fn mapped(
    called: Result<(), Errno>,
    got: &mut Runs<VirtAddr>,
    world: &mut World,
    label: Option<&Name>,
    tr: &mut Trace,
) -> Result<Value, Errno> {
    let (first, many) = (got.first(), got.len());
    if let (Some(label), Some(_)) = (label, first) {
        let at = Rc::new(core::mem::take(got));
        world.labels.set(label.as_str(), Label::Objects { at, size: PAGE_SIZE }, tr);
    }
    called?;
    match first {
        Some(first) if many == 1 => Ok(Value::Address(first)),
        Some(first) => Ok(Value::Objects { first, count: many, size: PAGE_SIZE }),
        None => Err(Errno::EINVAL),
    }
}

fn ready(result: Result<Value, Errno>) -> Poll {
    Poll::Ready(result.map_err(Refusal::from).into())
}
