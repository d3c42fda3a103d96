//! `spawn`, `exit` and the calls of a process that are done in one go.

use super::address::resolve;
use super::stretches::ExitJob;
use super::{Job, Poll, Work, WorkUnit, cpu_of, refused};
use crate::errno::{Errno, Refusal};
use crate::label::Label;
use crate::outcome::{Answer, Value};
use crate::script::{self, Command, KERNEL, Layout, MemoryCommand, Name, ProcessCommand, Prot, Verb, Who};
use crate::shell;
use crate::trace::Trace;
use crate::units::{Bytes, PAGE_SIZE, VirtAddr};
use crate::virt::TaskId;
use crate::virt::area::mmap::{MapSource, Mapping, MmapRequest, Populating, Sharing};
use crate::virt::area::unmapped_area::Placement;
use crate::virt::area::vma::VmFlags;
use crate::virt::paging::walk::{self, Access, Privilege};
use crate::world::World;

/// Returns the living process that a line names.
pub(super) fn task_of(who: &Who, world: &World) -> Result<TaskId, Errno> {
    let Who::Process { name, .. } = who else { return Err(Errno::ESRCH) };
    let task = world.rest.virt.task_named(name.as_str()).ok_or(Errno::ESRCH)?;
    let alive = world.rest.virt.tasks.get(task).is_some_and(|task| task.alive);
    if alive { Ok(task) } else { Err(Errno::ESRCH) }
}

pub(super) fn start(call: &ProcessCommand, who: &Who, world: &World) -> Job {
    match call {
        ProcessCommand::Spawn(_) => Job::Whole,
        ProcessCommand::Exit => ExitJob::new(who, world).map_or_else(refused, Job::Exit),
    }
}

pub(super) fn whole(world: &mut World, call: &ProcessCommand, who: &Who, tr: &mut Trace) -> Answer {
    match call {
        ProcessCommand::Spawn(spawn) => at_once(world, who, tr, |world, tr| self::spawn(world, spawn, tr)),
        ProcessCommand::Exit => unreachable!("has a job of its own"),
    }
}

/// Runs a call that is done in one go. A process that memory was taken from meanwhile dies on its
/// way back to user mode.
pub(super) fn at_once(
    world: &mut World,
    who: &Who,
    tr: &mut Trace,
    call: impl FnOnce(&mut World, &mut Trace) -> Result<Value, Refusal>,
) -> Answer {
    let cpu = cpu_of(who);
    let is_there = cpu.0 < world.phys.cpus();
    let result = if is_there { call(world, tr) } else { Err(Errno::EINVAL.into()) };
    back_to_user_mode(result, cpu, world, tr).into()
}

/// Lets the process that ran on `cpu` die of what it was sent meanwhile.
pub(super) fn back_to_user_mode(
    result: Result<Value, Refusal>,
    cpu: crate::config::CpuId,
    world: &mut World,
    tr: &mut Trace,
) -> Result<Value, Refusal> {
    if cpu.0 < world.phys.cpus()
        && let Some(task) = world.rest.virt.current(cpu)
        && let Some(signal) = world.ctx(cpu).deliver_kill(task, tr)
    {
        return Err(signal.into());
    }
    result
}

fn spawn(world: &mut World, spawn: &script::Spawn, tr: &mut Trace) -> Result<Value, Refusal> {
    let name = spawn.name.as_str();
    let taken = world.rest.virt.task_named(name).and_then(|task| world.rest.virt.tasks.get(task));
    if taken.is_some_and(|task| task.alive) || name == KERNEL {
        return Err(Errno::EEXIST.into());
    }
    let bare = spawn.layout == Layout::Bare;
    let layout = if bare { crate::virt::task::Layout::Bare } else { crate::virt::task::Layout::Usual };
    let task = world.ctx(crate::config::CpuId(0)).spawn(name, layout, tr)?;
    let started = world.rest.virt.tasks.get(task).expect("the process that was just made");
    let (pid, mm) = (task.0, started.mm);
    Ok(Value::Spawned { pid, pgd: world.rest.virt.mms.get(mm).map(|mm| mm.pgd) })
}

/// A call of `mmap`, with the pages that it gives at once.
#[derive(Debug, Default)]
pub struct MmapJob {
    mapping: Option<Mapping>,
}

impl MmapJob {
    pub(super) fn advance(
        &mut self,
        world: &mut World,
        command: &Command,
        units: u32,
        tr: &mut Trace,
    ) -> Poll {
        let Verb::Memory(MemoryCommand::Mmap(call)) = &command.verb else { unreachable!("a job of `mmap`") };
        let cpu = cpu_of(&command.who);
        let begun = self.mapping.take().map_or_else(|| begin(world, call, command, tr), Ok);
        let mut mapping = match begun {
            Ok(mapping) => mapping,
            Err(why) => return Poll::Ready(back_to_user_mode(Err(why), cpu, world, tr).into()),
        };
        if world.ctx(cpu).mmap_go_on(&mut mapping, units, tr) {
            let (done, total) = mapping.populating.as_ref().map_or((0, 0), Populating::pages);
            self.mapping = Some(mapping);
            return Poll::Pending(Work::new(WorkUnit::Pages, done, total));
        }
        set_range(world, command.label.as_ref(), mapping.start, call.len, tr);
        let result = Ok(Value::Address(mapping.start));
        Poll::Ready(back_to_user_mode(result, cpu, world, tr).into())
    }
}

fn begin(
    world: &mut World,
    mmap: &script::Mmap,
    command: &Command,
    tr: &mut Trace,
) -> Result<Mapping, Refusal> {
    let cpu = cpu_of(&command.who);
    if cpu.0 >= world.phys.cpus() {
        return Err(Errno::EINVAL.into());
    }
    let task = task_of(&command.who, world)?;
    // Files and huge pages of the pool are not modelled; refusing is better than ignoring.
    if mmap.file.is_some() || mmap.hugetlb {
        return Err(Refusal::NotModelled);
    }
    let request = request(mmap, world);
    Ok(world.ctx(cpu).mmap_begin(task, &request, tr)?)
}

fn request(mmap: &script::Mmap, world: &World) -> MmapRequest {
    let flag = |set: bool, flag: VmFlags| if set { flag } else { VmFlags::NONE };
    let (placement, align) = match &mmap.place {
        script::Placement::Anywhere => (Placement::Anywhere, PAGE_SIZE),
        script::Placement::Aligned(align) => (Placement::Anywhere, align.0.max(PAGE_SIZE)),
        script::Placement::Hint(at) => (Placement::Hint(resolve(at, world)), PAGE_SIZE),
        script::Placement::Fixed(at) => (Placement::Fixed(resolve(at, world)), PAGE_SIZE),
        script::Placement::NoReplace(at) => (Placement::NoReplace(resolve(at, world)), PAGE_SIZE),
    };
    MmapRequest {
        len: mmap.len,
        prot: rights(mmap.prot),
        placement,
        align: Bytes(align),
        source: MapSource::Anonymous,
        sharing: match mmap.sharing {
            script::Sharing::Private => Sharing::Private,
            script::Sharing::Shared => Sharing::Shared,
        },
        flags: flag(mmap.noreserve, VmFlags::NORESERVE)
            .with(flag(mmap.locked, VmFlags::LOCKED))
            .with(flag(mmap.growsdown, VmFlags::GROWSDOWN)),
        populate: mmap.populate,
    }
}

pub(super) fn rights(prot: Prot) -> VmFlags {
    let flag = |set: bool, flag: VmFlags| if set { flag } else { VmFlags::NONE };
    flag(prot.read, VmFlags::READ).with(flag(prot.write, VmFlags::WRITE)).with(flag(prot.exec, VmFlags::EXEC))
}

fn set_range(world: &mut World, label: Option<&Name>, start: VirtAddr, len: Bytes, tr: &mut Trace) {
    if let Some(label) = label {
        world.labels.set(label.as_str(), Label::Range { start, len: len.0 }, tr);
    }
}

/// Walks without touching: a process's tables, or the kernel's own.
pub(super) fn translate(
    world: &mut World,
    address: &script::Address,
    who: &Who,
    tr: &mut Trace,
) -> Result<Value, Refusal> {
    let va = resolve(address, world);
    let virt = &world.rest.virt;
    let root = match who {
        Who::Process { .. } => virt.root(virt.mm_of(task_of(who, world)?)),
        Who::Kernel { .. } | Who::Shell => virt.layout.kernel_root,
    };
    let walk = walk::translate(virt.mode, &virt.tables, root, va, Access::Read, Privilege::Kernel);
    tr.emit(shell::Event::Translated { va, refs: walk.refs() });
    Ok(Value::Walk(walk))
}
