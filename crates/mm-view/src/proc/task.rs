//! Files of a process: `maps`, `status`, `oom_score`, 6.1 `fs/proc/task_mmu.c`, `fs/proc/array.c`.

use core::fmt::Write as _;

use mm::task::TaskId;
use mm::units::{PAGE_SIZE, signed};
use mm::virt::maps::MapRow;
use mm::virt::{MmCounter, MmId};
use mm::world::World;

use crate::words::rights;

/// Column of the name in `maps`: 25 and six characters for each byte of an address.
fn name_column(world: &World) -> usize {
    let word_bytes = usize::from(world.virt.mode.entry_bytes);
    25 + word_bytes * 6
}

/// Prints what the OOM killer thinks of a process, 0 for one that it spares (6.1
/// `fs/proc/base.c: proc_oom_score`).
pub(super) fn oom_score(world: &World, task: TaskId) -> String {
    let total = world.managed_pages();
    let points = world.virt.oom_badness(task, total);
    let scaled = points.map_or(0, |points| (1000 + points * 1000 / signed(total)) * 2 / 3);
    format!("{scaled}\n")
}

pub(super) fn oom_score_adj(world: &World, task: TaskId) -> String {
    let adj = world.virt.tasks.get(task).map_or(0, |task| task.oom_score_adj);
    format!("{adj}\n")
}

pub(super) fn maps(world: &World, task: TaskId) -> String {
    let mut out = String::new();
    for row in world.virt.maps(world.virt.mm_of(task)) {
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

/// A line of `status`: its name and its pages.
type StatusLine = (&'static str, fn(&World, MmId) -> u64);

const STATUS: &[StatusLine] = &[
    ("VmPeak", |world, mm| {
        let now = world.virt.mm_counter(mm, MmCounter::TotalVm);
        now.max(world.virt.mm_counter(mm, MmCounter::HiwaterVm))
    }),
    ("VmSize", |world, mm| world.virt.mm_counter(mm, MmCounter::TotalVm)),
    ("VmLck", |world, mm| world.virt.mm_counter(mm, MmCounter::LockedVm)),
    ("VmHWM", |world, mm| world.virt.rss(mm).max(world.virt.mm_counter(mm, MmCounter::HiwaterRss))),
    ("VmRSS", |world, mm| world.virt.rss(mm)),
    ("RssAnon", |world, mm| world.virt.mm_counter(mm, MmCounter::AnonPages)),
    ("RssFile", |world, mm| world.virt.mm_counter(mm, MmCounter::FilePages)),
    ("RssShmem", |world, mm| world.virt.mm_counter(mm, MmCounter::ShmemPages)),
    ("VmData", |world, mm| world.virt.mm_counter(mm, MmCounter::DataVm)),
    ("VmStk", |world, mm| world.virt.mm_counter(mm, MmCounter::StackVm)),
    ("VmExe", code_pages),
    ("VmLib", |world, mm| world.virt.mm_counter(mm, MmCounter::ExecVm) - code_pages(world, mm)),
    ("VmPTE", |world, mm| world.virt.mm_counter(mm, MmCounter::PgtablesBytes) / PAGE_SIZE),
    ("VmSwap", |world, mm| world.virt.mm_counter(mm, MmCounter::SwapEntries)),
];

pub(super) fn status(world: &World, task: TaskId) -> String {
    let mm = world.virt.mm_of(task);
    let mut out = String::new();
    let name = world.virt.tasks.get(task).map(|task| task.name.clone());
    // Fifteen characters are what a task's `comm` holds.
    let comm: String = name.iter().flat_map(|name| name.chars()).take(15).collect();
    let _ = writeln!(out, "Name:\t{comm}");
    let _ = writeln!(out, "Pid:\t{}", task.0);
    for (name, pages) in STATUS {
        let _ = writeln!(out, "{name}:\t{:>8} kB", pages(world, mm) * 4);
    }
    out
}

/// Pages of the program's code, not more than are mapped executable.
fn code_pages(world: &World, mm: MmId) -> u64 {
    let Some(space) = world.virt.mms.get(mm) else { return 0 };
    let (start, end) = (space.code.0.0 & !(PAGE_SIZE - 1), space.code.1.0.next_multiple_of(PAGE_SIZE));
    ((end - start) / PAGE_SIZE).min(world.virt.mm_counter(mm, MmCounter::ExecVm))
}
