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
use mm::session::{HostFile, PrintArea};
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

/// How a file of a process is written.
enum PrintTask {
    /// At once.
    Whole(fn(&World, TaskId) -> String),
    /// Area by area, with the pages of each counted.
    Areas(PrintArea),
}

fn print_of_task(file: TaskFile) -> PrintTask {
    match file {
        TaskFile::Maps => PrintTask::Whole(task::maps),
        TaskFile::OomScore => PrintTask::Whole(task::oom_score),
        TaskFile::OomScoreAdj => PrintTask::Whole(task::oom_score_adj),
        TaskFile::Smaps => PrintTask::Areas(smaps::area),
        TaskFile::Status => PrintTask::Whole(task::status),
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
    text_to(world, path, usize::MAX)
}

/// Returns the text of a file, of a long one written area by area about `most` bytes from its start.
pub fn text_to(world: &World, path: &str, most: usize) -> Option<String> {
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
    let (task, print) = of_task(world, path)?;
    Some(match print {
        PrintTask::Whole(print) => print(world, task),
        PrintTask::Areas(print) => areas(world, task, print, most),
    })
}

/// Returns what `cat` reads, `None` when there is no file of this path.
pub(crate) fn file(world: &World, path: &str) -> Option<HostFile> {
    match of_task(world, path) {
        Some((task, PrintTask::Areas(print))) => Some(HostFile::Areas { task, print }),
        Some((_, PrintTask::Whole(_))) | None => text(world, path).map(HostFile::Text),
    }
}

/// Finds a file of a living process.
fn of_task(world: &World, path: &str) -> Option<(TaskId, PrintTask)> {
    let (who, file) = path.strip_prefix("/proc/")?.split_once('/')?;
    let &file = TaskFile::ALL.iter().find(|known| known.name() == file)?;
    Some((task_of(world, who)?, print_of_task(file)))
}

fn areas(world: &World, task: TaskId, print: PrintArea, most: usize) -> String {
    let virt = &world.rest.virt;
    let mm = virt.mm_of(task);
    let mut out = String::new();
    for vma in virt.areas(mm) {
        if out.len() >= most {
            break;
        }
        print(world, (mm, vma), &virt.mem_size(&world.phys, mm, vma), &mut out);
    }
    out
}

/// Finds a living process by pid or by name.
fn task_of(world: &World, who: &str) -> Option<TaskId> {
    let task = match who.parse() {
        Ok(pid) => TaskId(pid),
        Err(_) => world.rest.virt.task_named(who)?,
    };
    world.rest.virt.tasks.get(task).is_some_and(|task| task.alive).then_some(task)
}
