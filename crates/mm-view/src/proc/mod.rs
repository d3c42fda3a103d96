//! Text of files under `/proc` and `/sys`, byte for byte as 6.1 prints it.
//!
//! A file prints the lines that the model has, in the kernel's order and format; a line whose
//! number is not modelled is left out, never made up. Tests hold the formats against captures.

pub mod boot_log;
mod buddy;
mod dmesg;
mod extfrag;
mod iomem;
mod meminfo;
mod node;
mod slabinfo;
mod smaps;
mod task;
mod tunables;
mod vmallocinfo;
mod vmstat;
mod zoneinfo;

use mm::procfs::{File, TaskFile};
use mm::virt::TaskId;
use mm::world::World;

pub(crate) use buddy::pageblock_types;

/// Writes a file of the machine.
fn print(file: File, world: &World) -> String {
    match file {
        File::Buddyinfo => buddy::buddyinfo(world),
        File::Iomem => iomem::iomem(world),
        File::Meminfo => meminfo::meminfo(world),
        File::Pagetypeinfo => buddy::pagetypeinfo(world),
        File::Slabinfo => slabinfo::slabinfo(world),
        File::Vmallocinfo => vmallocinfo::vmallocinfo(world),
        File::Vmstat => vmstat::vmstat(world),
        File::Zoneinfo => zoneinfo::zoneinfo(world),
        File::ExtfragIndex => extfrag::extfrag_index(world),
        File::UnusableIndex => extfrag::unusable_index(world),
    }
}

/// Writes a file of a process.
fn print_of_task(file: TaskFile, world: &World, task: TaskId) -> String {
    match file {
        TaskFile::Maps => task::maps(world, task),
        TaskFile::OomScore => task::oom_score(world, task),
        TaskFile::OomScoreAdj => task::oom_score_adj(world, task),
        TaskFile::Smaps => smaps::smaps(world, task),
        TaskFile::Status => task::status(world, task),
    }
}

/// Lists the files that there are: the machine's, then those of each living process.
pub fn files(world: &World) -> Vec<String> {
    let own = File::ALL.iter().map(|file| file.path().to_owned());
    let can_be_read = |path: &&str| mm::sysctl::held(world, path).and_then(tunables::line).is_some();
    let tunables = mm::sysctl::paths().filter(can_be_read).map(str::to_owned);
    let living = world.rest.virt.tasks.iter().filter(|(_, task)| task.alive);
    let of_tasks = living.flat_map(|(_, task)| {
        TaskFile::ALL.iter().map(move |file| format!("/proc/{}/{}", task.name, file.name()))
    });
    own.chain(node::files(world)).chain(tunables).chain(of_tasks).collect()
}

/// Returns the text of a file, `None` when there is none of this path.
pub fn text(world: &World, path: &str) -> Option<String> {
    if path == mm::shell::LOG {
        return Some(dmesg::dmesg(world));
    }
    if let Some(&file) = File::ALL.iter().find(|file| file.path() == path) {
        return Some(print(file, world));
    }
    if let Some(held) = mm::sysctl::held(world, path) {
        return tunables::line(held);
    }
    if let Some(text) = node::text(world, path) {
        return Some(text);
    }
    let (who, file) = path.strip_prefix("/proc/")?.split_once('/')?;
    let &file = TaskFile::ALL.iter().find(|known| known.name() == file)?;
    Some(print_of_task(file, world, task_of(world, who)?))
}

/// Finds a living process by pid or by name.
fn task_of(world: &World, who: &str) -> Option<TaskId> {
    let task = match who.parse() {
        Ok(pid) => TaskId(pid),
        Err(_) => world.rest.virt.task_named(who)?,
    };
    world.rest.virt.tasks.get(task).is_some_and(|task| task.alive).then_some(task)
}
