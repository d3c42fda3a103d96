//! `alloc_pages` and `free_pages`: blocks by the thousand, some at a time.

use core::ops::ControlFlow;
use std::rc::Rc;

use super::{Job, Poll, Work, WorkUnit, refused};
use crate::config::{CpuId, NodeId};
use crate::errno::Errno;
use crate::identity::Identity;
use crate::label::Label;
use crate::outcome::{Answer, Value};
use crate::phys::AllocRequest;
use crate::runs::Runs;
use crate::script::{AllocPages, Count, KernelCommand, Name, Pick, Picked};
use crate::trace::Trace;
use crate::units::{Order, Pfn};
use crate::world::World;

/// Allocations under way.
#[derive(Debug)]
pub struct AllocJob {
    request: AllocRequest,
    wanted: Count,
    frames: Runs<Pfn>,
}

pub(super) fn start(call: &KernelCommand, cpu: CpuId, world: &World) -> Job {
    match call {
        KernelCommand::AllocPages(alloc) => AllocJob::new(alloc, cpu, world).map_or_else(refused, Job::Alloc),
        KernelCommand::FreePages(picked) => FreeJob::new(picked, cpu, world).map_or_else(refused, Job::Free),
        KernelCommand::DrainAllPages => Job::Whole,
    }
}

pub(super) fn whole(world: &mut World, call: &KernelCommand, tr: &mut Trace) -> Answer {
    match call {
        KernelCommand::DrainAllPages => world.phys.drain_all_pages(tr),
        KernelCommand::AllocPages(_) | KernelCommand::FreePages(_) => unreachable!("has a job of its own"),
    }
    Ok(Value::Nothing).into()
}

impl AllocJob {
    pub(super) fn new(alloc: &AllocPages, cpu: CpuId, world: &World) -> Result<AllocJob, Errno> {
        let cpu = alloc.cpu.map_or(cpu, CpuId);
        let node = alloc.node.map(NodeId);
        let exists = cpu.0 < world.phys.cpus()
            && node.is_none_or(|node| usize::from(node.0) < world.phys.nodes().len());
        if !exists {
            return Err(Errno::EINVAL);
        }
        let node = node.unwrap_or(world.phys.node_of_cpu(cpu));
        let request = AllocRequest { order: alloc.order, gfp: alloc.gfp.gfp, cpu, node };
        Ok(AllocJob { request, wanted: alloc.count, frames: Runs::default() })
    }

    /// Returns the bytes of what was got so far.
    pub(super) fn bytes(&self) -> u64 {
        self.frames.bytes()
    }

    pub(super) fn advance(
        &mut self,
        world: &mut World,
        label: Option<&Name>,
        units: u32,
        tr: &mut Trace,
    ) -> Poll {
        for _ in 0..units {
            let enough = match self.wanted {
                Count::Exactly(wanted) => self.frames.len() == wanted,
                Count::Max => false,
            };
            if enough {
                return self.finish(world, label, tr);
            }
            match world.phys.alloc_pages(self.request, &mut world.rest, tr) {
                Some(pfn) => self.frames.push(pfn),
                None => return self.finish(world, label, tr),
            }
        }
        let total = match self.wanted {
            Count::Exactly(wanted) => u64::from(wanted),
            Count::Max => world.managed_pages() >> self.request.order.get(),
        };
        Poll::Pending(Work::new(WorkUnit::Blocks, u64::from(self.frames.len()), total))
    }

    /// Keeps what was got under the label. A request that got nothing is refused, and so is one
    /// that got fewer than it asked for: what it got stays allocated under the label.
    fn finish(&mut self, world: &mut World, label: Option<&Name>, tr: &mut Trace) -> Poll {
        let order = self.request.order;
        let got = self.frames.len();
        let short = matches!(self.wanted, Count::Exactly(wanted) if got < wanted);
        let Some(first) = self.frames.first() else {
            return Poll::Ready(Err(Errno::ENOMEM.into()).into());
        };
        if let Some(label) = label {
            let frames = Rc::new(core::mem::take(&mut self.frames));
            world.labels.set(label.as_str(), Label::Blocks { frames, order }, tr);
        }
        if short {
            return Poll::Ready(Err(Errno::ENOMEM.into()).into());
        }
        Poll::Ready(Ok(Value::Blocks { first, count: got, order }).into())
    }
}

/// Blocks of a label that are looked at before anything is done with them: the kernel would find a
/// bad page; nothing is freed twice here.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) frames: Rc<Runs<Pfn>>,
    pub(super) order: Order,
    pub(super) first: u32,
    pub(super) end: u32,
    seen: u32,
}

/// Blocks that are looked at for a unit of work.
const UNIT_HELD: u32 = 16;

impl Held {
    pub(super) fn new(picked: &Picked, world: &World) -> Result<Held, Errno> {
        let Some(Label::Blocks { frames, order }) = world.labels.get(picked.label.as_str()) else {
            return Err(Errno::EINVAL);
        };
        let (first, end) = places(picked.pick, frames.len())?;
        Ok(Held { frames: frames.clone(), order: *order, first, end, seen: first })
    }

    /// Looks at blocks for about `units` units; breaks once all were seen, with an error when one
    /// is not allocated any more.
    pub(super) fn look(&mut self, world: &World, units: u32) -> ControlFlow<Result<(), Errno>> {
        let until = self.seen.saturating_add(units.saturating_mul(UNIT_HELD)).min(self.end);
        let mut some = self.frames.between(self.seen, until);
        self.seen = until;
        if !some.all(|pfn| is_allocated(world, pfn, self.order)) {
            ControlFlow::Break(Err(Errno::EINVAL))
        } else if until == self.end {
            ControlFlow::Break(Ok(()))
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Returns whether some were not looked at.
    pub(super) fn is_unseen(&self) -> bool {
        self.seen < self.end
    }

    /// Says how far it is.
    pub(super) fn work(&self) -> Work {
        let blocks = |end: u32| u64::from(end - self.first);
        Work::new(WorkUnit::Blocks, blocks(self.seen), blocks(self.end))
    }
}

/// Frees under way.
#[derive(Debug)]
pub struct FreeJob {
    pub(super) held: Held,
    next: u32,
    cpu: CpuId,
}

impl FreeJob {
    pub(super) fn new(picked: &Picked, cpu: CpuId, world: &World) -> Result<FreeJob, Errno> {
        let held = Held::new(picked, world)?;
        if cpu.0 >= world.phys.cpus() {
            return Err(Errno::EINVAL);
        }
        Ok(FreeJob { next: held.first, held, cpu })
    }

    pub(super) fn advance(&mut self, world: &mut World, units: u32, tr: &mut Trace) -> Poll {
        let Held { frames, order, end, .. } = &self.held;
        for _ in 0..units {
            if self.next == *end {
                return Poll::Ready(Ok(Value::Nothing).into());
            }
            let Some(pfn) = frames.get(self.next) else { break };
            world.phys.free_pages(pfn, *order, self.cpu, tr);
            self.next += 1;
        }
        Poll::Pending(Work::new(WorkUnit::Blocks, u64::from(self.next), u64::from(*end)))
    }
}

/// Returns the places that a pick of a label of `len` blocks or objects covers: the first and
/// the one behind the last.
pub(super) fn places(pick: Option<Pick>, len: u32) -> Result<(u32, u32), Errno> {
    let (first, last) = match pick {
        None => return Ok((0, len)),
        Some(Pick::One(at)) => (at, at),
        Some(Pick::Range { first, last }) => (first, last),
    };
    if first <= last && last < len { Ok((first, last + 1)) } else { Err(Errno::EINVAL) }
}

/// Returns whether the block is still what `alloc_pages` gave: nobody else has claimed it.
pub(super) fn is_allocated(world: &World, pfn: Pfn, order: Order) -> bool {
    let state = world.phys.frames.mem_map.state(pfn);
    state.is_head()
        && state.order() == order
        && Identity::of(&world.phys.frames.mem_map.page(pfn)) == Identity::Kernel
}
