//! Reading values off a machine.

use super::ask::Subject;
use super::sums::Sums;
use super::{
    LayoutField, MemField, PageField, PcpField, PteField, SigField, SlabField, Unit, Unknown, Value,
    VmallocField, WalkField,
};
use crate::config::{Arch, CpuId};
use crate::func::Func;
use crate::label::Label;
use crate::phys::zone::ZoneId;
use crate::phys::zone::migratetype::MigrateType;
use crate::store::{Kind as FrameKind, PageFlags};
use crate::sysctl::{self, Held};
use crate::trace::Trace;
use crate::units::{Order, PAGE_SIZE, Pfn, VirtAddr, count};
use crate::virt::BandKind;
use crate::virt::area::smaps::MemSize;
use crate::virt::paging::pte::{Entry, PteFlags};
use crate::virt::paging::walk::{self, Access, Outcome, Privilege, Walk};
use crate::virt::rmap::compound::page_mappings;
use crate::virt::task::Task;
use crate::virt::vmalloc::lazy_max_pages;
use crate::virt::{MmCounter, MmId, TaskCounter};
use crate::world::World;

/// Returns the bytes of a real `struct page`; the model's own is smaller.
const fn struct_page_bytes(arch: Arch) -> u64 {
    match arch {
        Arch::X86_64 => 64,
        Arch::I386 => 40,
    }
}

/// What is known beside a machine.
#[derive(Clone, Copy, Default)]
pub struct Known<'a> {
    /// What the last command did, for what is asked about it.
    trace: Option<&'a Trace>,
    /// What has been counted before.
    sums: Option<&'a Sums>,
}

impl<'a> Known<'a> {
    /// Nothing.
    pub fn none() -> Known<'a> {
        Known::default()
    }

    /// The last command.
    pub fn of(trace: &'a Trace) -> Known<'a> {
        Known { trace: Some(trace), sums: None }
    }

    /// And these sums.
    #[must_use]
    pub fn with(self, sums: &'a Sums) -> Known<'a> {
        Known { sums: Some(sums), ..self }
    }

    /// Returns the last command's trace.
    pub(super) fn trace(self) -> Option<&'a Trace> {
        self.trace
    }

    /// Returns the sums of an address space, which is counted at once if it was not before.
    pub(super) fn smaps(self, world: &World, mm: MmId) -> MemSize {
        self.sums.and_then(|sums| sums.of(mm)).unwrap_or_else(|| Sums::counted(mm, world))
    }
}

/// Returns the length of the heap.
pub(super) fn heap(world: &World, mm: MmId) -> u64 {
    world.rest.virt.mms.get(mm).map_or(0, |mm| mm.brk.0 - mm.start_brk.0)
}

/// Returns the bytes that may be used of an object.
pub(super) fn ksize(world: &World, va: VirtAddr) -> Result<u64, Unknown> {
    let usable = world.rest.slabs.ksize(&world.phys, world.rest.virt.layout, va);
    usable.ok_or(Unknown::NotMapped(va.0))
}

pub(super) fn mem(world: &World, field: MemField) -> Value {
    let frames = world.config.ram.0 / PAGE_SIZE;
    match field {
        MemField::Frames => Value::number(frames, Unit::Count),
        MemField::Memmap => Value::number(frames * struct_page_bytes(world.config.arch), Unit::Bytes),
    }
}

/// Returns how many blocks a label stands for.
pub(super) fn blocks_of(world: &World, name: &str) -> Result<u64, Unknown> {
    match world.labels.get(name) {
        Some(Label::Blocks { frames, .. }) => Ok(u64::from(frames.len())),
        Some(Label::Objects { at, .. }) => Ok(u64::from(at.len())),
        Some(Label::Range { .. } | Label::Cache(_)) => Ok(1),
        None => Err(Unknown::Label(name.into())),
    }
}

/// Returns the physical address behind one of the kernel's.
pub(super) fn pa(world: &World, va: VirtAddr) -> Result<Value, Unknown> {
    Ok(match pfn(world, &Subject::Kernel, va)? {
        Value::Number { value, .. } => {
            let start = value * i128::from(PAGE_SIZE);
            Value::Number { value: start + i128::from(va.page_offset()), unit: Unit::Address }
        }
        other @ (Value::List(_) | Value::Word(_) | Value::Text(_)) => other,
    })
}

pub(super) fn task<'a>(world: &'a World, name: &str) -> Result<&'a Task, Unknown> {
    let id = world.rest.virt.task_named(name).ok_or_else(|| Unknown::Process(name.into()))?;
    world.rest.virt.tasks.get(id).ok_or_else(|| Unknown::Process(name.into()))
}

pub(super) fn mm_of(world: &World, name: &str) -> Result<MmId, Unknown> {
    Ok(task(world, name)?.mm)
}

pub(super) fn faults(world: &World, name: &str, counter: TaskCounter) -> Result<u64, Unknown> {
    let id = world.rest.virt.task_named(name).ok_or_else(|| Unknown::Process(name.into()))?;
    Ok(world.rest.virt.task_counter(id, counter))
}

pub(super) fn signal(task: &Task, field: SigField) -> Value {
    let Some(signal) = task.last_signal else {
        return Value::Word("none".into());
    };
    match field {
        SigField::Code => Value::Word(signal.code.name().into()),
        SigField::Signo => Value::Word(signal.signo.name().into()),
        SigField::Error => Value::number(u64::from(signal.error_code), Unit::Count),
        SigField::Addr => Value::number(signal.addr.0, Unit::Address),
    }
}

/// Frames behind a label: of an area of `vmalloc`, of all blocks, or of the blocks that objects
/// lie in.
pub(super) fn frames(world: &World, name: &str) -> Result<u64, Unknown> {
    let of_block = |va: VirtAddr| -> Option<u64> {
        let Value::Number { value, .. } = pfn(world, &Subject::Kernel, va).ok()? else { return None };
        let (_, state) = world.phys.frames.mem_map.block_of(Pfn(u32::try_from(value).ok()?))?;
        Some(u64::from(state.order().pages()))
    };
    match world.labels.get(name) {
        Some(Label::Blocks { frames, order }) => Ok(u64::from(frames.len()) << order.get()),
        Some(Label::Objects { at, .. }) => Ok(at.iter().filter_map(of_block).sum()),
        Some(Label::Range { start, .. }) => {
            let area = world.rest.virt.vmap.starting_at(*start).ok_or(Unknown::NotMapped(start.0))?;
            Ok(u64::from(count(area.pages.len())))
        }
        Some(Label::Cache(_)) | None => Err(Unknown::Label(name.into())),
    }
}

pub(super) fn vmalloc(world: &World, field: VmallocField) -> u64 {
    let vmap = &world.rest.virt.vmap;
    match field {
        VmallocField::Areas => u64::from(count(vmap.areas().count())),
        VmallocField::Used => vmap.used_pages(),
        VmallocField::Lazy => vmap.lazy_pages(),
        VmallocField::LazyMax => lazy_max_pages(world.phys.cpus()),
        VmallocField::Largest => vmap.largest_free() / PAGE_SIZE,
    }
}

/// The root's block counts as one: the second root of page-table isolation is not a level.
pub(super) fn table_pages(world: &World, mm: MmId) -> u64 {
    let root = u64::from(world.rest.virt.mms.get(mm).is_some());
    root + world.rest.virt.mm_counter(mm, MmCounter::PgtablesBytes) / PAGE_SIZE
}

pub(super) fn layout(world: &World, kind: BandKind, field: LayoutField) -> Result<Value, Unknown> {
    let band = world.rest.virt.layout.band(kind);
    let band = band.ok_or_else(|| Unknown::Field { found: kind.name().into(), nearest: None })?;
    Ok(match field {
        LayoutField::Start => Value::number(band.start, Unit::Address),
        LayoutField::End => Value::number(band.end, Unit::Address),
        LayoutField::Size => Value::number(band.bytes(), Unit::Bytes),
    })
}

/// Returns the free blocks of an order, the whole row without one.
pub(super) fn buddyinfo(world: &World, zone: ZoneId, order: Option<Order>) -> Value {
    let free = |order| world.phys.nr_free(zone, order);
    match order {
        Some(order) => Value::number(free(order), Unit::Count),
        None => {
            let row: Vec<String> = Order::ZERO.and_up().map(|order| free(order).to_string()).collect();
            Value::Text(row.join(" "))
        }
    }
}

pub(super) fn pageblocks(world: &World, id: ZoneId, mt: MigrateType) -> u64 {
    let zone = world.phys.zone(id);
    let block = world.phys.pageblock_order();
    let (first, last) = (zone.start.0 >> block.get(), zone.end().0.div_ceil(block.pages()));
    let of_type = (first..last).filter(|&at| world.phys.pageblock_type(Pfn(at << block.get())) == mt);
    u64::from(count(of_type.count()))
}

/// The count is that of all processors; the limits are the first one's.
pub(super) fn pcp_field(world: &World, zone: ZoneId, field: PcpField) -> u64 {
    let pcp = world.phys.pcp();
    match field {
        PcpField::Count => (0..world.phys.cpus()).map(|cpu| pcp.count(zone, CpuId(cpu))).sum(),
        PcpField::High => pcp.high(zone, CpuId(0)),
        PcpField::Batch => pcp.batch(zone, CpuId(0)),
    }
}

pub(super) fn walk_of(world: &World, subject: &Subject, va: VirtAddr) -> Result<Walk, Unknown> {
    let virt = &world.rest.virt;
    let root = match subject {
        Subject::Kernel => virt.layout.kernel_root,
        Subject::Process(name) => {
            let mm = mm_of(world, name)?;
            virt.mms.get(mm).ok_or_else(|| Unknown::Process(name.clone()))?.pgd
        }
    };
    Ok(walk::translate(virt.mode, &virt.tables, root, va, Access::Read, Privilege::Kernel))
}

pub(super) fn pfn(world: &World, subject: &Subject, va: VirtAddr) -> Result<Value, Unknown> {
    match walk_of(world, subject, va)?.outcome {
        Outcome::Translated { pa, .. } | Outcome::Protection { pa } => {
            Ok(Value::number(u64::from(pa.pfn().0), Unit::Frame))
        }
        Outcome::NotPresent { .. } | Outcome::NonCanonical => Err(Unknown::NotMapped(va.0)),
    }
}

pub(super) fn pte(world: &World, walk: &Walk, field: PteField) -> Result<Value, Unknown> {
    let codec = world.rest.virt.mode.codec;
    let Some(step) = walk.steps().last() else {
        return Ok(Value::number(0, Unit::Count));
    };
    let last = walk.steps().len() == world.rest.virt.mode.levels.len();
    let (flags, pfn) = match codec.decode(step.raw, last) {
        Entry::None | Entry::Swap { .. } => (PteFlags::NONE, 0),
        Entry::Table { flags, table } => (flags, table.0),
        Entry::Leaf { flags, pfn } => (flags, pfn.0),
    };
    let flag = |wanted| u64::from(flags.contains(wanted));
    let value = match field {
        PteField::Raw => step.raw,
        PteField::Present => flag(PteFlags::PRESENT),
        PteField::Rw => flag(PteFlags::WRITE),
        PteField::User => flag(PteFlags::USER),
        PteField::Accessed => flag(PteFlags::ACCESSED),
        PteField::Dirty => flag(PteFlags::DIRTY),
        PteField::Nx => flag(PteFlags::NO_EXEC),
        PteField::Global => flag(PteFlags::GLOBAL),
        PteField::SoftDirty => flag(PteFlags::SOFT_DIRTY),
        PteField::Special => flag(PteFlags::SPECIAL),
        PteField::Pfn => u64::from(pfn),
    };
    Ok(Value::number(value, Unit::Count))
}

pub(super) fn walk_field(
    world: &World,
    subject: &Subject,
    va: VirtAddr,
    field: WalkField,
) -> Result<Value, Unknown> {
    let walk = walk_of(world, subject, va)?;
    Ok(match (field, walk.outcome) {
        (WalkField::Idx, _) => {
            let mode = world.rest.virt.mode;
            Value::List((0..mode.levels.len()).map(|depth| u64::from(mode.index(va, depth))).collect())
        }
        (WalkField::Refs, _) => Value::number(u64::from(walk.refs()), Unit::Count),
        (WalkField::Pa, Outcome::Translated { pa, .. } | Outcome::Protection { pa }) => {
            Value::number(pa.0, Unit::Address)
        }
        (WalkField::Pa, Outcome::NotPresent { .. } | Outcome::NonCanonical) => {
            return Err(Unknown::NotMapped(va.0));
        }
        (WalkField::Leaf, Outcome::Translated { entry, .. }) => Value::number(1 << entry.shift, Unit::Bytes),
        (WalkField::Leaf, _) => return Err(Unknown::NotMapped(va.0)),
        (WalkField::Fault, Outcome::Translated { .. }) => Value::Word("none".into()),
        (WalkField::Fault, Outcome::NotPresent { depth }) => {
            Value::Word(world.rest.virt.mode.levels[usize::from(depth)].name.into())
        }
        (WalkField::Fault, Outcome::Protection { .. }) => Value::Word("protection".into()),
        (WalkField::Fault, Outcome::NonCanonical) => Value::Word("noncanonical".into()),
        (WalkField::Tlb, _) => Value::Word(if in_tlb(world, subject, va)? { "hit" } else { "miss" }.into()),
    })
}

fn in_tlb(world: &World, subject: &Subject, va: VirtAddr) -> Result<bool, Unknown> {
    let Subject::Process(name) = subject else { return Ok(false) };
    let mm = mm_of(world, name)?;
    let found = (0..world.rest.virt.tlb.cpus()).map(CpuId).any(|cpu| {
        let pcid = world.rest.virt.pcid(cpu, mm);
        pcid.is_some_and(|pcid| world.rest.virt.tlb.find(cpu, pcid, va).is_some())
    });
    Ok(found)
}

pub(super) fn page(world: &World, pfn: Pfn, field: PageField) -> Result<Value, Unknown> {
    if pfn >= world.phys.frames.mem_map.end() {
        return Err(Unknown::NoFrame(u64::from(pfn.0)));
    }
    let state = world.phys.frames.mem_map.state(pfn);
    let block = world.phys.frames.mem_map.block_of(pfn);
    let zone = world.phys.zones().containing(pfn).map(|id| world.phys.zone(id));
    let zone = zone.ok_or(Unknown::NoFrame(u64::from(pfn.0)))?;
    let number = |value: u32| Value::number(u64::from(value), Unit::Count);
    Ok(match field {
        PageField::Zone => Value::Word(zone.kind.name().into()),
        PageField::Node => number(u32::from(zone.node.0)),
        PageField::Mapcount => number(page_mappings(&world.phys.frames.mem_map, pfn)),
        PageField::Refcount => number(block.map_or(0, |(head, _)| world.phys.frames.mem_map.refcount(head))),
        PageField::Flags => {
            let set = PageFlags::NAMES.iter().filter(|(flag, _)| state.flags().contains(*flag));
            Value::Word(set.map(|(_, name)| *name).collect::<Vec<_>>().join(","))
        }
        PageField::Kind => {
            Value::Word(block.map_or(FrameKind::Hole, |(_, state)| state.kind()).name().into())
        }
        PageField::Order => number(block.map_or(0, |(_, state)| u32::from(state.order().get()))),
        PageField::Slab => number(u32::from(block.is_some_and(|(_, state)| state.kind() == FrameKind::Slab))),
        PageField::Block => Value::Word(world.phys.pageblock_type(pfn).name().into()),
    })
}

pub(super) fn slab(world: &World, name: &str, field: SlabField) -> Result<u64, Unknown> {
    let id = world.rest.slabs.find(name).ok_or_else(|| Unknown::Cache(name.into()))?;
    let cache = world.rest.slabs.cache(id).ok_or_else(|| Unknown::Cache(name.into()))?;
    let counts = world.rest.slabs.counts(&world.phys, cache);
    Ok(match field {
        SlabField::Slabs => counts.slabs,
        SlabField::Objs => counts.active_objects,
        SlabField::Total => counts.objects,
        SlabField::PerSlab => u64::from(cache.geometry.per_slab()),
        SlabField::Order => u64::from(cache.geometry.order.get()),
        SlabField::Size => u64::from(cache.geometry.size),
        SlabField::Partial => counts.partial,
        SlabField::CpuSlabs => counts.cpu_slabs,
    })
}

/// Returns the share of the last command's time under `func`.
pub(super) fn share(last: Known<'_>, func: Func) -> Result<u64, Unknown> {
    match last.trace {
        Some(trace) if !trace.is_detailed() => Err(Unknown::WithoutDetail),
        trace => Ok(trace.map_or(0, |trace| share_of(trace, func))),
    }
}

/// Share of the trace's time under `func`, in whole per cent; recursion counts once.
fn share_of(trace: &Trace, func: Func) -> u64 {
    let spans = trace.spans();
    let outermost = spans.iter().filter(|span| {
        let mut parent = span.parent;
        while let Some(at) = parent {
            let above = &spans[crate::units::index(at)];
            if above.func == func {
                return false;
            }
            parent = above.parent;
        }
        span.func == func
    });
    let under: u64 = outermost.map(|span| span.end.0 - span.start.0).sum();
    (under * 100).checked_div(trace.now().0).unwrap_or(0)
}

pub(super) fn tunable(world: &World, name: &str) -> Result<Value, Unknown> {
    match sysctl::held(world, &format!("{}{name}", sysctl::FOLDER)) {
        Some(Held::Number(number)) => Ok(Value::number(number, Unit::Count)),
        Some(Held::Numbers(numbers)) => Ok(Value::List(numbers)),
        Some(Held::Word(word)) => Ok(Value::Word(word.into())),
        Some(Held::Choice(words, at)) => Ok(Value::Word(words[at].into())),
        Some(Held::Nothing) | None => Err(Unknown::NotModelled(name.into())),
    }
}
