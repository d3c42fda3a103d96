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

use mm::virt::TaskId;
use mm::world::World;

pub(crate) use buddy::pageblock_types;

/// Writes a file.
type Print = fn(&World) -> String;
/// Writes a file of a process.
type PrintTask = fn(&World, TaskId) -> String;

const FILES: &[(&str, Print)] = &[
    ("/proc/buddyinfo", buddy::buddyinfo),
    ("/proc/iomem", iomem::iomem),
    ("/proc/meminfo", meminfo::meminfo),
    ("/proc/pagetypeinfo", buddy::pagetypeinfo),
    ("/proc/slabinfo", slabinfo::slabinfo),
    ("/proc/vmallocinfo", vmallocinfo::vmallocinfo),
    ("/proc/vmstat", vmstat::vmstat),
    ("/proc/zoneinfo", zoneinfo::zoneinfo),
    ("/sys/kernel/debug/extfrag/extfrag_index", extfrag::extfrag_index),
    ("/sys/kernel/debug/extfrag/unusable_index", extfrag::unusable_index),
];

/// Files of a process under `/proc/PID` and `/proc/NAME`.
const TASK_FILES: &[(&str, PrintTask)] = &[
    ("maps", task::maps),
    ("oom_score", task::oom_score),
    (mm::sysctl::OOM_SCORE_ADJ, task::oom_score_adj),
    ("smaps", smaps::smaps),
    ("status", task::status),
];

/// Lists the files that there are: the machine's, then those of each living process.
pub fn files(world: &World) -> Vec<String> {
    let own = FILES.iter().map(|(path, _)| (*path).to_owned());
    let can_be_read = |path: &&str| mm::sysctl::held(world, path).and_then(tunables::line).is_some();
    let tunables = mm::sysctl::paths().filter(can_be_read).map(str::to_owned);
    let living = world.rest.virt.tasks.iter().filter(|(_, task)| task.alive);
    let of_tasks = living
        .flat_map(|(_, task)| TASK_FILES.iter().map(move |(file, _)| format!("/proc/{}/{file}", task.name)));
    own.chain(node::files(world)).chain(tunables).chain(of_tasks).collect()
}

/// Returns the text of a file, `None` when there is none of this path.
pub fn text(world: &World, path: &str) -> Option<String> {
    if path == mm::shell::LOG {
        return Some(dmesg::dmesg(world));
    }
    if let Some((_, print)) = FILES.iter().find(|(known, _)| *known == path) {
        return Some(print(world));
    }
    if let Some(held) = mm::sysctl::held(world, path) {
        return tunables::line(held);
    }
    if let Some(text) = node::text(world, path) {
        return Some(text);
    }
    let (who, file) = path.strip_prefix("/proc/")?.split_once('/')?;
    let (_, print) = TASK_FILES.iter().find(|(known, _)| *known == file)?;
    Some(print(world, task_of(world, who)?))
}

/// Finds a living process by pid or by name.
fn task_of(world: &World, who: &str) -> Option<TaskId> {
    let task = match who.parse() {
        Ok(pid) => TaskId(pid),
        Err(_) => world.rest.virt.task_named(who)?,
    };
    world.rest.virt.tasks.get(task).is_some_and(|task| task.alive).then_some(task)
}
