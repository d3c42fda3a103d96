//! How views are filled from the model: questions to `mm`, no answers of our own.

pub use super::buddy::fill::buddy;
pub use super::compaction::fill::compaction;
pub use super::frames::AgeBook;
pub use super::frames::fill::{map, strip};
pub use super::inspector::fill::inspect;
pub use super::process::fill::{counters, process, process_to};
pub use super::slab::fill::slab;
pub use super::translate::fill::translate;
pub use super::vmalloc::fill::vmalloc;
pub use super::zones::fill::zones;

use mm::phys::zone::ZoneId;
use mm::phys::zone::migratetype::MigrateType;
use mm::units::VirtAddr;
use mm::virt::{MmId, TaskId};
use mm::world::World;

use super::ProcessName;
use super::buddy::{MigrateName, ZoneName};

/// Names a migrate type.
pub(super) fn migrate(mt: MigrateType) -> MigrateName {
    MigrateName::ALL[usize::from(mt.code())]
}

/// Names a zone.
pub(super) fn zone_name(world: &World, id: ZoneId) -> ZoneName {
    let zone = world.phys.zone(id);
    ZoneName { node: zone.node.0, zone: zone.class, name: zone.kind.name() }
}

/// Lists the processes that run.
pub(super) fn processes(world: &World) -> Vec<ProcessName> {
    let alive = world.rest.virt.tasks.iter().filter(|(_, task)| task.alive);
    alive.map(|(id, task)| ProcessName { id: id.0, name: task.name.to_string() }).collect()
}

/// Finds the process of an address space, the first one where threads share it.
pub(super) fn process_of(world: &World, mm: MmId) -> Option<ProcessName> {
    let (id, task) = world.rest.virt.tasks.iter().find(|(_, task)| task.mm == mm && task.alive)?;
    Some(ProcessName { id: id.0, name: task.name.to_string() })
}

/// Finds a process by name, else the youngest one.
pub(super) fn choose(world: &World, name: Option<&str>) -> Option<(ProcessName, TaskId, MmId)> {
    let named = name.and_then(|name| world.rest.virt.task_named(name));
    let youngest =
        || world.rest.virt.tasks.iter().filter(|(_, task)| task.alive).map(|(id, _)| id).next_back();
    let id = named.or_else(youngest)?;
    let task = world.rest.virt.tasks.get(id)?;
    Some((ProcessName { id: id.0, name: task.name.to_string() }, id, task.mm))
}

/// Writes an address by the nearest label below it within its range: `buf+0x1000`.
pub(super) fn by_label(world: &World, address: VirtAddr) -> Option<String> {
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
