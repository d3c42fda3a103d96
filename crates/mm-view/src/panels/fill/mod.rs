//! How views are filled from the model: questions to `mm`, no answers of our own.

mod ages;
mod buddy;
mod compaction;
mod entry;
mod fallback;
mod frame;
mod frames;
mod groups;
mod inspector;
mod places;
mod process;
mod slab;
mod structs;
mod translate;
mod vmalloc;
mod zones;

pub use ages::AgeBook;
pub use buddy::buddy;
pub use compaction::compaction;
pub use frames::{map, strip};
pub use inspector::inspect;
pub use process::{counters, process};
pub use slab::slab;
pub use translate::translate;
pub use vmalloc::vmalloc;
pub use zones::zones;

use mm::phys::zone::ZoneId;
use mm::phys::zone::migratetype::MigrateType;
use mm::units::VirtAddr;
use mm::virt::MmId;
use mm::virt::TaskId;
use mm::world::World;

use super::ProcessName;
use super::buddy::{MigrateName, ZoneName};

/// Names a migrate type.
fn migrate(mt: MigrateType) -> MigrateName {
    MigrateName::ALL[usize::from(mt.code())]
}

/// Names a zone.
fn zone_name(world: &World, id: ZoneId) -> ZoneName {
    let zone = world.phys.zone(id);
    ZoneName { node: zone.node.0, zone: zone.class, name: zone.kind.name() }
}

/// Lists the processes that run.
fn processes(world: &World) -> Vec<ProcessName> {
    let alive = world.rest.virt.tasks.iter().filter(|(_, task)| task.alive);
    alive.map(|(id, task)| ProcessName { id: id.0, name: task.name.to_string() }).collect()
}

/// Finds the process of an address space, the first one where threads share it.
fn process_of(world: &World, mm: MmId) -> Option<ProcessName> {
    let (id, task) = world.rest.virt.tasks.iter().find(|(_, task)| task.mm == mm && task.alive)?;
    Some(ProcessName { id: id.0, name: task.name.to_string() })
}

/// Finds a process by name, else the youngest one.
fn choose(world: &World, name: Option<&str>) -> Option<(ProcessName, TaskId, MmId)> {
    let named = name.and_then(|name| world.rest.virt.task_named(name));
    let youngest =
        || world.rest.virt.tasks.iter().filter(|(_, task)| task.alive).map(|(id, _)| id).next_back();
    let id = named.or_else(youngest)?;
    let task = world.rest.virt.tasks.get(id)?;
    Some((ProcessName { id: id.0, name: task.name.to_string() }, id, task.mm))
}

/// Writes an address by the nearest label below it within its range: `buf+0x1000`.
fn by_label(world: &World, address: VirtAddr) -> Option<String> {
    use mm::label::Label;
    let inside = world.labels.iter().filter_map(|(name, label)| match label {
        Label::Range { start, len } => {
            let distance = address.0.checked_sub(start.0)?;
            (distance < (*len).max(1)).then_some((distance, name))
        }
        Label::Blocks { .. } | Label::Cache(_) | Label::Objects { .. } => None,
    });
    let (distance, name) = inside.min()?;
    Some(if distance == 0 { name.to_owned() } else { format!("{name}+{distance:#x}") })
}

#[cfg(test)]
mod memory_tests;
#[cfg(test)]
mod tests;
