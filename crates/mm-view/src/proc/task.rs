//! Files of a process: `maps`, `status`, `oom_score`, 6.1 `fs/proc/task_mmu.c`, `fs/proc/array.c`.

use core::fmt::Write as _;

use mm::quantity::StatusLine;

use mm::virt::TaskId;
use mm::virt::area::maps::MapRow;
use mm::world::World;

use crate::words::rights;

/// Column of the name in `maps`: 25 and six characters for each byte of an address.
fn name_column(world: &World) -> usize {
    let word_bytes = usize::from(world.rest.virt.mode.entry_bytes);
    25 + word_bytes * 6
}

/// Prints what the OOM killer thinks of a process.
pub(super) fn oom_score(world: &World, task: TaskId) -> String {
    format!("{}\n", world.rest.virt.oom_score(task, world.managed_pages()))
}

pub(super) fn oom_score_adj(world: &World, task: TaskId) -> String {
    let adj = world.rest.virt.tasks.get(task).map_or(0, |task| task.oom_score_adj);
    format!("{adj}\n")
}

pub(super) fn maps(world: &World, task: TaskId) -> String {
    let mut out = String::new();
    for row in world.rest.virt.maps(world.rest.virt.mm_of(task)) {
        let _ = writeln!(out, "{}", map_line(world, &row));
    }
    out
}

/// Writes a row of `maps`, which `smaps` begins each area with.
pub(super) fn map_line(world: &World, row: &MapRow<'_>) -> String {
    let mut line = format!(
        "{:08x}-{:08x} {} {:08x} {:02x}:{:02x} {} ",
        row.start.0,
        row.end.0,
        rights(row.flags),
        row.offset,
        row.dev.0,
        row.dev.1,
        row.inode,
    );
    if let Some(name) = row.name.text() {
        let width = name_column(world);
        line = format!("{line:<width$}{name}");
    }
    line
}

pub(super) fn status(world: &World, task: TaskId) -> String {
    let mm = world.rest.virt.mm_of(task);
    let mut out = String::new();
    let name = world.rest.virt.tasks.get(task).map(|task| task.name.clone());
    // Fifteen characters are what a task's `comm` holds.
    let comm: String = name.iter().flat_map(|name| name.chars()).take(15).collect();
    let _ = writeln!(out, "Name:\t{comm}");
    let _ = writeln!(out, "Pid:\t{}", task.0);
    for line in StatusLine::ALL {
        let _ = writeln!(out, "{}:\t{:>8} kB", line.name(), line.kib(world, mm));
    }
    out
}
