//! Caches and `kmalloc`: objects by the thousand, some at a time.

use std::rc::Rc;

use super::alloc::places;
use super::{Poll, Work, WorkUnit};
use crate::config::CpuId;
use crate::errno::{Errno, Refusal};
use crate::gfp::Gfp;
use crate::label::Label;
use crate::outcome::Value;
use crate::runs::Runs;
use crate::script::{Count, KmemCacheCreate, Name, Picked, SlabCommand};
use crate::slab::CacheId;
use crate::trace::Trace;
use crate::units::{Bytes, PAGE_SIZE, VirtAddr};
use crate::world::World;

/// Objects that one command may take: a label keeps the address of each, in a browser too.
const OBJECTS_MAX: u32 = 1 << 24;

/// A command about caches under way.
#[derive(Debug)]
pub struct SlabJob {
    cpu: CpuId,
    call: Call,
}

#[derive(Debug)]
enum Call {
    Create(KmemCacheCreate),
    Shrink(CacheId),
    Destroy(CacheId),
    Alloc(Allocs),
    Free(Frees),
}

/// Allocations under way.
#[derive(Debug)]
struct Allocs {
    from: From,
    gfp: Gfp,
    wanted: Count,
    got: Runs<VirtAddr>,
}

/// Where objects come from.
#[derive(Clone, Copy, Debug)]
enum From {
    Cache(CacheId),
    Kmalloc(u64),
}

/// Frees under way.
#[derive(Debug)]
struct Frees {
    objects: Rc<Runs<VirtAddr>>,
    next: u32,
    end: u32,
    by: By,
}

/// How objects are freed.
#[derive(Clone, Copy, Debug)]
enum By {
    Cache(Option<CacheId>),
    Kfree,
}

impl SlabJob {
    pub(super) fn new(command: &SlabCommand, cpu: CpuId, world: &World) -> Result<SlabJob, Errno> {
        if cpu.0 >= world.phys.cpus() {
            return Err(Errno::EINVAL);
        }
        let allocs = |from, gfp, wanted| match wanted {
            Count::Exactly(many) if many > OBJECTS_MAX => Err(Errno::EINVAL),
            Count::Exactly(_) | Count::Max => {
                Ok(Call::Alloc(Allocs { from, gfp, wanted, got: Runs::default() }))
            }
        };
        let call = match command {
            SlabCommand::Create(create) => Call::Create(create.clone()),
            SlabCommand::Shrink(cache) => Call::Shrink(cache_of(cache, world)?),
            SlabCommand::Destroy(cache) => Call::Destroy(cache_of(cache, world)?),
            SlabCommand::Alloc(alloc) => {
                allocs(From::Cache(cache_of(&alloc.cache, world)?), alloc.gfp.gfp, alloc.count)?
            }
            SlabCommand::Kmalloc(kmalloc) => {
                allocs(From::Kmalloc(kmalloc.size.0), kmalloc.gfp.gfp, kmalloc.count)?
            }
            SlabCommand::Free(free) => {
                let said = free.cache.as_ref().map(|cache| cache_of(cache, world)).transpose()?;
                Call::Free(Frees::new(&free.objects, By::Cache(said), world)?)
            }
            SlabCommand::Kfree(objects) => Call::Free(Frees::new(objects, By::Kfree, world)?),
        };
        Ok(SlabJob { cpu, call })
    }

    /// Returns the bytes of what was got so far.
    pub(super) fn bytes(&self) -> u64 {
        match &self.call {
            Call::Alloc(allocs) => allocs.got.bytes(),
            Call::Create(_) | Call::Shrink(_) | Call::Destroy(_) | Call::Free(_) => 0,
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
            Call::Create(create) => ready(self::create(world, create, label, cpu, tr)),
            Call::Shrink(cache) => {
                world.ctx(cpu).kmem_cache_shrink(*cache, tr);
                ready(Ok(Value::Nothing))
            }
            Call::Destroy(cache) => {
                let destroyed = world.ctx(cpu).kmem_cache_destroy(*cache, tr);
                ready(destroyed.map(|()| Value::Nothing))
            }
            Call::Alloc(allocs) => allocs.advance(world, label, (cpu, units), tr),
            Call::Free(frees) => frees.advance(world, (cpu, units), tr),
        }
    }
}

impl Allocs {
    fn advance(
        &mut self,
        world: &mut World,
        label: Option<&Name>,
        (cpu, units): (CpuId, u32),
        tr: &mut Trace,
    ) -> Poll {
        for _ in 0..units {
            let enough = match self.wanted {
                Count::Exactly(wanted) => self.got.len() == wanted,
                Count::Max => self.got.len() == OBJECTS_MAX,
            };
            if enough {
                return self.finish(world, label, tr);
            }
            let mut ctx = world.ctx(cpu);
            let object = match self.from {
                From::Cache(cache) => ctx.kmem_cache_alloc(cache, self.gfp, tr),
                // Nothing is an address too, and there is no end of it.
                From::Kmalloc(0) if self.wanted == Count::Max => Err(Errno::EINVAL),
                From::Kmalloc(bytes) => ctx.kmalloc(bytes, self.gfp, tr),
            };
            match object {
                Ok(object) => self.got.push(object),
                Err(_) => return self.finish(world, label, tr),
            }
        }
        Poll::Pending(Work::new(WorkUnit::Objects, u64::from(self.got.len()), self.total(world)))
    }

    /// Returns how many objects there may be in all.
    fn total(&self, world: &World) -> u64 {
        let size = match self.from {
            From::Cache(cache) => {
                world.rest.slabs.cache(cache).map_or(1, |cache| u64::from(cache.geometry.size))
            }
            From::Kmalloc(bytes) => bytes.max(1),
        };
        match self.wanted {
            Count::Exactly(wanted) => u64::from(wanted),
            Count::Max => (world.managed_pages() * PAGE_SIZE / size).min(u64::from(OBJECTS_MAX)),
        }
    }

    /// Keeps what was got under the label. A request that got fewer than it asked for is
    /// refused, what it got stays allocated under the label.
    fn finish(&mut self, world: &mut World, label: Option<&Name>, tr: &mut Trace) -> Poll {
        let got = self.got.len();
        let short = matches!(self.wanted, Count::Exactly(wanted) if got < wanted);
        let Some(first) = self.got.first() else {
            return ready(Err(Errno::ENOMEM));
        };
        let size = world.rest.slabs.ksize(&world.phys, world.rest.virt.layout, first).unwrap_or(0);
        if let Some(label) = label {
            let at = Rc::new(core::mem::take(&mut self.got));
            world.labels.set(label.as_str(), Label::Objects { at, size }, tr);
        }
        if short {
            return ready(Err(Errno::ENOMEM));
        }
        ready(Ok(if got == 1 { Value::Address(first) } else { Value::Objects { first, count: got, size } }))
    }
}

impl Frees {
    fn new(picked: &Picked, by: By, world: &World) -> Result<Frees, Errno> {
        let Some(Label::Objects { at, .. }) = world.labels.get(picked.label.as_str()) else {
            return Err(Errno::EINVAL);
        };
        let (next, end) = places(picked.pick, at.len())?;
        Ok(Frees { objects: at.clone(), next, end, by })
    }

    /// Frees in the order of allocation; what cannot be freed ends it.
    fn advance(&mut self, world: &mut World, (cpu, units): (CpuId, u32), tr: &mut Trace) -> Poll {
        for _ in 0..units {
            if self.next == self.end {
                return ready(Ok(Value::Nothing));
            }
            let Some(object) = self.objects.get(self.next) else { break };
            let mut ctx = world.ctx(cpu);
            let freed = match self.by {
                By::Cache(cache) => ctx.kmem_cache_free(cache, object, tr),
                By::Kfree => ctx.kfree(object, tr),
            };
            if let Err(errno) = freed {
                return ready(Err(errno));
            }
            self.next += 1;
        }
        Poll::Pending(Work::new(WorkUnit::Objects, u64::from(self.next), u64::from(self.end)))
    }
}

fn create(
    world: &mut World,
    create: &KmemCacheCreate,
    label: Option<&Name>,
    cpu: CpuId,
    tr: &mut Trace,
) -> Result<Value, Errno> {
    let align = create.align.unwrap_or(Bytes(0));
    let mut ctx = world.ctx(cpu);
    let cache = ctx.kmem_cache_create(create.name.as_str(), create.size, align, create.flags, tr)?;
    if let Some(label) = label {
        world.labels.set(label.as_str(), Label::Cache(cache), tr);
    }
    Ok(Value::Cache(cache))
}

/// Returns the living cache that a label stands for.
fn cache_of(label: &Name, world: &World) -> Result<CacheId, Errno> {
    let Some(&Label::Cache(id)) = world.labels.get(label.as_str()) else {
        return Err(Errno::EINVAL);
    };
    let alive = world.rest.slabs.cache(id).is_some_and(|cache| cache.alive);
    if alive { Ok(id) } else { Err(Errno::EINVAL) }
}

fn ready(result: Result<Value, Errno>) -> Poll {
    Poll::Ready(result.map_err(Refusal::from).into())
}
