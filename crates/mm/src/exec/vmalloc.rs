//! `vmalloc` and `kmap`: large areas some pages at a time, frames by the label.

use std::rc::Rc;

use super::address::resolve;
use super::alloc::{is_allocated, places};
use super::{Poll, Work, WorkUnit, cpu_of};
use crate::config::CpuId;
use crate::errno::{Errno, Refusal};
use crate::label::Label;
use crate::outcome::Value;
use crate::script::{Command, Name, Picked, VmallocCommand};
use crate::trace::Trace;
use crate::units::{PAGE_SIZE, Pfn, VirtAddr, count};
use crate::virt::vmalloc::{Progress, Vmalloc};
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
    Vfree(VirtAddr),
    UnmapAliases,
    Kmap(Vec<Pfn>),
    Kunmap(Vec<Pfn>),
}

impl VmallocJob {
    pub(super) fn new(command: &VmallocCommand, line: &Command, world: &World) -> Result<VmallocJob, Errno> {
        let cpu = cpu_of(&line.who);
        if cpu.0 >= world.phys.cpus() {
            return Err(Errno::EINVAL);
        }
        let call = match command {
            VmallocCommand::Vmalloc(bytes) => Call::Vmalloc { bytes: bytes.0, job: None },
            VmallocCommand::Vfree(at) => Call::Vfree(resolve(at, world)),
            VmallocCommand::UnmapAliases => Call::UnmapAliases,
            VmallocCommand::Kmap(blocks) => Call::Kmap(frames(blocks, world)?),
            VmallocCommand::Kunmap(blocks) => Call::Kunmap(frames(blocks, world)?),
        };
        Ok(VmallocJob { cpu, call })
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
            Call::Vfree(va) => ready(world.ctx(cpu).vfree(*va, tr).map(|()| Value::Nothing)),
            Call::UnmapAliases => {
                world.ctx(cpu).vm_unmap_aliases(tr);
                ready(Ok(Value::Nothing))
            }
            Call::Kmap(frames) => ready(kmap(frames, world, label, cpu, tr)),
            Call::Kunmap(frames) => {
                let mut released = frames.iter().map(|&pfn| world.ctx(cpu).kunmap(pfn, tr));
                ready(released.find(Result::is_err).unwrap_or(Ok(())).map(|()| Value::Nothing))
            }
        }
    }
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

/// Asks for an address of each frame; what was got before a refusal stays under the label.
fn kmap(
    frames: &[Pfn],
    world: &mut World,
    label: Option<&Name>,
    cpu: CpuId,
    tr: &mut Trace,
) -> Result<Value, Errno> {
    let mut got = Vec::new();
    let mut refused = None;
    for &pfn in frames {
        match world.ctx(cpu).kmap(pfn, tr) {
            Ok(va) => got.push(va),
            Err(errno) => {
                refused = Some(errno);
                break;
            }
        }
    }
    let (first, many) = (got.first().copied(), count(got.len()));
    if let (Some(label), Some(_)) = (label, first) {
        let at = Rc::new(got.iter().copied().collect());
        world.labels.set(label.as_str(), Label::Objects { at, size: PAGE_SIZE }, tr);
    }
    match (refused, first) {
        (None, Some(first)) if many == 1 => Ok(Value::Address(first)),
        (None, Some(first)) => Ok(Value::Objects { first, count: many, size: PAGE_SIZE }),
        (Some(errno), _) => Err(errno),
        (None, None) => Err(Errno::EINVAL),
    }
}

/// Returns the first frames of the blocks that a label stands for, all still allocated.
fn frames(picked: &Picked, world: &World) -> Result<Vec<Pfn>, Errno> {
    let Some(Label::Blocks { frames, order }) = world.labels.get(picked.label.as_str()) else {
        return Err(Errno::EINVAL);
    };
    let (first, end) = places(picked.pick, frames.len())?;
    let held = |&pfn: &Pfn| is_allocated(world, pfn, *order);
    if frames.between(first, end).all(|pfn| held(&pfn)) {
        Ok(frames.between(first, end).collect())
    } else {
        Err(Errno::EINVAL)
    }
}

fn ready(result: Result<Value, Errno>) -> Poll {
    Poll::Ready(result.map_err(Refusal::from).into())
}
