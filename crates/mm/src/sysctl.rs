//! Tunables that belong to no single subsystem, and writing to tunables by their paths.
//!
//! A path of `/proc/sys/vm` or `/sys/kernel/mm` is written as `echo` would; what the kernel
//! refuses is an errno. Reading them is text, and text is the host's.

mod files;
pub(crate) mod ints;
mod kstrtox;

pub use files::Held;
pub use files::at::*;

use crate::config::{Thp, ThpDefrag, ThpMode};
use crate::errno::Errno;
use crate::identity::TaskId;
use crate::klog;
use crate::phys::compaction::CompactTunable;
use crate::procfs::TaskFile;
use crate::store::{Journal, Table, TableId};
use crate::trace::Trace;
use crate::units::count;
use crate::world::World;

/// Every path of a tunable.
pub fn paths() -> impl Iterator<Item = &'static str> {
    files::TUNABLES.iter().map(|tunable| tunable.path)
}

/// Where the tunables of memory management are.
pub const FOLDER: &str = "/proc/sys/vm/";

/// Every tunable of [`FOLDER`] that can be read, by name.
pub fn of_proc() -> impl Iterator<Item = &'static str> {
    paths().filter(|path| *path != COMPACT_MEMORY).filter_map(|path| path.strip_prefix(FOLDER))
}

/// Returns what the tunable at `path` holds, `None` where the machine's kernel has none.
pub fn held(world: &World, path: &str) -> Option<Held> {
    let tunable = files::TUNABLES.iter().find(|tunable| tunable.path == path)?;
    is_there(world, path).then(|| (tunable.get)(world))
}

/// Words of the table, with the defaults of 6.1 in [`Sysctl::new`].
const ENABLED: u32 = 0;
const DEFRAG: u32 = 1;
const ZERO_PAGE: u32 = 2;
const KHUGEPAGED: u32 = 3;
const OVERCOMMIT_MEMORY: u32 = 4;
const OVERCOMMIT_RATIO: u32 = 5;
const MAX_MAP_COUNT: u32 = 6;
const MMAP_MIN_ADDR: u32 = 7;
const WORDS: u64 = 8;

/// How `mmap` judges whether there is enough memory (`vm.overcommit_memory`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overcommit {
    /// Refuses only what could never fit (0).
    Guess,
    /// Refuses nothing (1).
    Always,
    /// Refuses what exceeds the commit limit (2).
    Never,
}

impl Overcommit {
    const ALL: [Overcommit; 3] = [Overcommit::Guess, Overcommit::Always, Overcommit::Never];
}

/// Tunables as journaled words.
#[derive(Clone, Debug)]
pub struct Sysctl {
    pub(crate) words: Table,
}

impl Sysctl {
    /// Makes tunables with these settings of transparent huge pages.
    pub fn new(thp: Thp) -> Sysctl {
        let mut words = Table::new(TableId::Sysctl, WORDS);
        let khugepaged = u64::from(thp.defrag != ThpDefrag::Never);
        let zero_page = u64::from(thp.use_zero_page);
        for (word, value) in [
            (ENABLED, code(&ThpMode::ALL, thp.enabled)),
            (DEFRAG, code(&ThpDefrag::ALL, thp.defrag)),
            (ZERO_PAGE, zero_page),
            (KHUGEPAGED, khugepaged),
            (OVERCOMMIT_MEMORY, code(&Overcommit::ALL, Overcommit::Guess)),
            (OVERCOMMIT_RATIO, 50),
            (MAX_MAP_COUNT, 65530),
            (MMAP_MIN_ADDR, 65536),
        ] {
            words.init(word.into(), value);
        }
        Sysctl { words }
    }

    /// Returns what decides about huge pages in faults.
    pub fn thp(&self) -> Thp {
        Thp {
            enabled: ThpMode::ALL[crate::units::index64(self.words.get(ENABLED))],
            defrag: ThpDefrag::ALL[crate::units::index64(self.words.get(DEFRAG))],
            use_zero_page: self.words.get(ZERO_PAGE) != 0,
        }
    }

    /// Returns whether khugepaged may compact.
    pub fn khugepaged_defrag(&self) -> bool {
        self.words.get(KHUGEPAGED) != 0
    }

    /// Returns `vm.overcommit_memory`.
    pub fn overcommit(&self) -> Overcommit {
        Overcommit::ALL[crate::units::index64(self.words.get(OVERCOMMIT_MEMORY))]
    }

    /// Returns the pages that strict overcommit allows on a machine of `ram_pages` managed pages
    /// without swap (`vm_commit_limit`).
    pub fn commit_limit(&self, ram_pages: u64) -> u64 {
        ram_pages * self.words.get(OVERCOMMIT_RATIO) / 100
    }

    /// Returns `vm.max_map_count`: areas that an address space may have.
    pub fn max_map_count(&self) -> u64 {
        self.words.get(MAX_MAP_COUNT)
    }

    /// Returns `vm.mmap_min_addr`: hints below it are raised.
    pub fn mmap_min_addr(&self) -> u64 {
        self.words.get(MMAP_MIN_ADDR)
    }

    fn set(&mut self, word: u32, value: u64, journal: &mut Journal) {
        self.words.set(word, value, journal);
    }
}

/// Returns the place of a value in the list of all.
fn code<T: Copy + PartialEq>(all: &[T], value: T) -> u64 {
    let at = all.iter().position(|other| *other == value);
    u64::from(count(at.expect("every value is listed")))
}

/// Writes `text` to the file at `path`, as `echo` does: with a newline behind it.
///
/// # Errors
/// `ENOENT` for a file that is not modelled, else what the kernel returns for a text that it does
/// not take.
pub fn write(world: &mut World, path: &str, text: &str, tr: &mut Trace) -> Result<(), Errno> {
    let known = files::TUNABLES.iter().find(|tunable| tunable.path == path);
    match known.filter(|_| is_there(world, path)) {
        Some(tunable) => (tunable.set)(world, &tunable.reads.read(text, world.config.arch)?, tr),
        None => {
            let missing = || files::refusal_of_reader(world, path).unwrap_or(Errno::ENOENT);
            let task = task_of(world, path, TaskFile::OomScoreAdj.name()).ok_or_else(missing)?;
            files::write_oom_score_adj(world, task, text, tr)
        }
    }
}

/// Returns the living process whose file of this name is at `path`.
fn task_of(world: &World, path: &str, name: &str) -> Option<TaskId> {
    let (who, file) = path.strip_prefix("/proc/")?.split_once('/')?;
    let task = match who.parse() {
        Ok(pid) => TaskId(pid),
        Err(_) => world.rest.virt.task_named(who)?,
    };
    let living = world.rest.virt.tasks.get(task).is_some_and(|task| task.alive);
    (living && file == name).then_some(task)
}

/// Returns whether the machine's kernel has the tunable at `path`, one of [`paths`].
pub fn is_there(world: &World, path: &str) -> bool {
    path != NUMA_ZONELIST_ORDER || world.phys.has_numa_stats()
}

/// Returns whether already reading the file at `path` changes the machine.
pub fn reading_renews(path: &str) -> bool {
    path == LOWMEM_RESERVE_RATIO
}

/// Does what reading the file at `path` does, 6.1 `mm/page_alloc.c:
/// lowmem_reserve_ratio_sysctl_handler`.
pub fn after_reading(world: &mut World, path: &str, tr: &mut Trace) {
    if reading_renews(path) {
        world.phys.renew_lowmem_reserve(tr);
    }
}

/// Turning huge pages on raises the reserve to what khugepaged recommends; turning them off
/// puts back what the size of memory gives. 6.1 `mm/khugepaged.c: set_recommended_min_free_kbytes`.
fn set_thp_enabled(world: &mut World, mode: u64, tr: &mut Trace) {
    let was = world.rest.sysctl.thp().enabled;
    world.rest.sysctl.set(ENABLED, mode, tr);
    let mode = world.rest.sysctl.thp().enabled;
    match (was, mode) {
        (ThpMode::Never, ThpMode::Always | ThpMode::Madvise) => world.phys.recommend_min_free_kbytes(tr),
        (ThpMode::Always | ThpMode::Madvise, ThpMode::Never) => world.phys.recalculate_min_free_kbytes(tr),
        (ThpMode::Never, ThpMode::Never)
        | (ThpMode::Always | ThpMode::Madvise, ThpMode::Always | ThpMode::Madvise) => {}
    }
}
