//! `alloc_pages` and `free_pages`: blocks by the thousand, some at a time.

use crate::identity::Identity;
use std::rc::Rc;

use super::{Poll, Work, WorkUnit};
use crate::config::{CpuId, NodeId};
use crate::errno::Errno;
use crate::label::Label;
use crate::outcome::Value;
use crate::phys::AllocRequest;
use crate::runs::Runs;
use crate::script::{AllocPages, Count, Name, Pick, Picked};
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

/// Frees under way.
#[derive(Debug)]
pub struct FreeJob {
    frames: Rc<Runs<Pfn>>,
    order: Order,
    next: u32,
    end: u32,
    cpu: CpuId,
}

impl FreeJob {
    pub(super) fn new(picked: &Picked, cpu: CpuId, world: &World) -> Result<FreeJob, Errno> {
        let Some(Label::Blocks { frames, order }) = world.labels.get(picked.label.as_str()) else {
            return Err(Errno::EINVAL);
        };
        let (next, end) = places(picked.pick, frames.len())?;
        // The kernel would find a bad page; nothing is freed twice here.
        let mut all = frames.between(next, end);
        if !all.all(|pfn| is_allocated(world, pfn, *order)) || cpu.0 >= world.phys.cpus() {
            return Err(Errno::EINVAL);
        }
        Ok(FreeJob { frames: frames.clone(), order: *order, next, end, cpu })
    }

    pub(super) fn advance(&mut self, world: &mut World, units: u32, tr: &mut Trace) -> Poll {
        for _ in 0..units {
            if self.next == self.end {
                return Poll::Ready(Ok(Value::Nothing).into());
            }
            let Some(pfn) = self.frames.get(self.next) else { break };
            world.phys.free_pages(pfn, self.order, self.cpu, tr);
            self.next += 1;
        }
        Poll::Pending(Work::new(WorkUnit::Blocks, u64::from(self.next), u64::from(self.end)))
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
    let state = world.phys.mem_map.state(pfn);
    state.is_head()
        && state.order() == order
        && Identity::of(&world.phys.mem_map.page(pfn)) == Identity::Kernel
}
