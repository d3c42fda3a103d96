//! Tunables that belong to no single subsystem, and writing to tunables by their paths.
//!
//! A path of `/proc/sys/vm` or `/sys/kernel/mm` is written as `echo` would; what the kernel
//! refuses is an errno. Reading them is text, and text is the host's.

mod ints;

use core::ops::RangeInclusive;

use crate::config::{CpuId, Thp, ThpDefrag, ThpMode};
use crate::errno::Errno;
use crate::klog;
use crate::phys::compaction::CompactTunable;
use crate::store::{Digest, Journal, Table, TableId};
use crate::task::TaskId;
use crate::trace::Trace;
use crate::units::count;
use crate::world::World;

/// Where the mode of transparent huge pages stands.
pub const THP_ENABLED: &str = "/sys/kernel/mm/transparent_hugepage/enabled";
/// Where stands how hard a fault looks for a huge page.
pub const THP_DEFRAG: &str = "/sys/kernel/mm/transparent_hugepage/defrag";
/// Where stands whether reads map a huge page of zeroes.
pub const THP_ZERO_PAGE: &str = "/sys/kernel/mm/transparent_hugepage/use_zero_page";
/// Where stands whether khugepaged may compact.
pub const KHUGEPAGED_DEFRAG: &str = "/sys/kernel/mm/transparent_hugepage/khugepaged/defrag";
/// Where the size of a huge page stands; it cannot be written.
pub const HPAGE_PMD_SIZE: &str = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size";
/// Where the size of the emergency reserve stands.
pub const MIN_FREE_KBYTES: &str = "/proc/sys/vm/min_free_kbytes";
/// Where the distance of the marks stands.
pub const WATERMARK_SCALE_FACTOR: &str = "/proc/sys/vm/watermark_scale_factor";
/// Where the boost after mixing pageblocks stands.
pub const WATERMARK_BOOST_FACTOR: &str = "/proc/sys/vm/watermark_boost_factor";

/// Where what zones keep from higher requests stands, one number for each kind of zone.
pub const LOWMEM_RESERVE_RATIO: &str = "/proc/sys/vm/lowmem_reserve_ratio";
/// Where the share of a zone that a processor's lists may hold stands.
pub const PERCPU_PAGELIST_HIGH_FRACTION: &str = "/proc/sys/vm/percpu_pagelist_high_fraction";
/// Where the order of zonelists stands: nodes first, the only one there is since 4.14.
pub const NUMA_ZONELIST_ORDER: &str = "/proc/sys/vm/numa_zonelist_order";
/// Writing anything here compacts all of memory.
pub const COMPACT_MEMORY: &str = "/proc/sys/vm/compact_memory";
/// Where the bound of the fragmentation index stands.
pub const EXTFRAG_THRESHOLD: &str = "/proc/sys/vm/extfrag_threshold";
/// Where it stands how eagerly kcompactd works unasked.
pub const COMPACTION_PROACTIVENESS: &str = "/proc/sys/vm/compaction_proactiveness";
/// Where it stands whether locked pages may move.
pub const COMPACT_UNEVICTABLE_ALLOWED: &str = "/proc/sys/vm/compact_unevictable_allowed";

/// The file of a process that says how much the OOM killer spares it.
pub const OOM_SCORE_ADJ: &str = "oom_score_adj";

/// Every path that can be written and read.
pub const PATHS: &[&str] = &[
    THP_ENABLED,
    THP_DEFRAG,
    THP_ZERO_PAGE,
    KHUGEPAGED_DEFRAG,
    MIN_FREE_KBYTES,
    WATERMARK_SCALE_FACTOR,
    WATERMARK_BOOST_FACTOR,
    LOWMEM_RESERVE_RATIO,
    PERCPU_PAGELIST_HIGH_FRACTION,
    NUMA_ZONELIST_ORDER,
    EXTFRAG_THRESHOLD,
    COMPACTION_PROACTIVENESS,
    COMPACT_UNEVICTABLE_ALLOWED,
];

/// Distance of the marks in 1/10000 of a zone: at most 30 % (6.1 `kernel/sysctl.c`).
const SCALE_FACTOR: RangeInclusive<i32> = 1..=3000;
/// Least `percpu_pagelist_high_fraction` but for 0, 6.1 `mm/page_alloc.c`.
const PAGELIST_HIGH_FRACTION_MIN: u64 = 8;

/// Words of the table.
const ENABLED: u32 = 0;
const DEFRAG: u32 = 1;
const ZERO_PAGE: u32 = 2;
const KHUGEPAGED: u32 = 3;
const WORDS: u64 = 4;

/// Tunables as journaled words.
#[derive(Clone, Debug)]
pub struct Sysctl {
    words: Table,
}

impl Sysctl {
    /// Makes tunables with these settings of transparent huge pages.
    pub fn new(thp: Thp) -> Sysctl {
        let mut words = Table::new(TableId::Sysctl, WORDS);
        let khugepaged = u64::from(thp.defrag != ThpDefrag::Never);
        let zero_page = u64::from(thp.use_zero_page);
        let values =
            [code(&ThpMode::ALL, thp.enabled), code(&ThpDefrag::ALL, thp.defrag), zero_page, khugepaged];
        for (at, value) in (0..).zip(values) {
            words.restore(at, value);
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

    fn set(&mut self, word: u32, value: u64, journal: &mut Journal) {
        self.words.set(word, value, journal);
    }

    /// Puts back a word without recording it: for undo and redo only.
    pub fn restore(&mut self, index: u64, value: u64) {
        self.words.restore(index, value);
    }

    /// Mixes the state into `digest`.
    pub fn digest(&self, digest: &mut Digest) {
        self.words.digest(digest);
    }
}

/// Returns the place of a value in the list of all.
fn code<T: Copy + PartialEq>(all: &[T], value: T) -> u64 {
    let at = all.iter().position(|other| *other == value);
    u64::from(count(at.expect("every value is listed")))
}

/// Writes `text` to the file at `path`.
///
/// # Errors
/// `ENOENT` for a file that is not modelled, `EINVAL` for a value the kernel does not take.
pub fn write(world: &mut World, path: &str, text: &str, tr: &mut Trace) -> Result<(), Errno> {
    let text = text.trim();
    match path {
        THP_ENABLED => write_thp(world, text, tr),
        THP_DEFRAG => {
            let defrag = ThpDefrag::ALL.into_iter().find(|defrag| defrag.name() == text);
            world.sysctl.set(DEFRAG, code(&ThpDefrag::ALL, defrag.ok_or(Errno::EINVAL)?), tr);
            Ok(())
        }
        THP_ZERO_PAGE => {
            world.sysctl.set(ZERO_PAGE, flag(text)?, tr);
            Ok(())
        }
        KHUGEPAGED_DEFRAG => {
            world.sysctl.set(KHUGEPAGED, flag(text)?, tr);
            Ok(())
        }
        HPAGE_PMD_SIZE => Err(Errno::EACCES),
        MIN_FREE_KBYTES => {
            world.phys.set_min_free_kbytes(ints::one(text, ints::NOT_NEGATIVE)?, tr);
            Ok(())
        }
        WATERMARK_SCALE_FACTOR => {
            world.phys.set_watermark_scale_factor(ints::one(text, SCALE_FACTOR)?, tr);
            Ok(())
        }
        WATERMARK_BOOST_FACTOR => {
            world.phys.set_watermark_boost_factor(ints::one(text, ints::NOT_NEGATIVE)?, tr);
            Ok(())
        }
        LOWMEM_RESERVE_RATIO => {
            // What is no number, and what follows it, is ignored; a write never fails.
            let ratios: Vec<u64> =
                ints::several(text).map(|ratio| ratio.max(0).unsigned_abs().into()).collect();
            world.phys.set_lowmem_reserve_ratio(&ratios, tr);
            Ok(())
        }
        PERCPU_PAGELIST_HIGH_FRACTION => {
            let fraction = ints::one(text, ints::NOT_NEGATIVE)?;
            if (1..PAGELIST_HIGH_FRACTION_MIN).contains(&fraction) {
                return Err(Errno::EINVAL);
            }
            world.phys.set_percpu_pagelist_high_fraction(fraction, tr);
            Ok(())
        }
        NUMA_ZONELIST_ORDER if is_there(world, path) => {
            // Written by scripts of old: "Default" and "Node" are the same now.
            let known = text.starts_with(['d', 'D', 'n', 'N']);
            known.then_some(()).ok_or(Errno::EINVAL)
        }
        // 6.1 does not look at what is written.
        COMPACT_MEMORY => {
            world.phys.compact_nodes(CpuId(0), &mut world.virt, tr);
            Ok(())
        }
        EXTFRAG_THRESHOLD => write_compact(world, CompactTunable::ExtfragThreshold, text, tr),
        COMPACTION_PROACTIVENESS => write_compact(world, CompactTunable::Proactiveness, text, tr),
        COMPACT_UNEVICTABLE_ALLOWED => write_compact(world, CompactTunable::UnevictableAllowed, text, tr),
        _ => write_of_task(world, path, text, tr),
    }
}

/// Writes to a file of a process, `/proc/NAME/oom_score_adj`, 6.1 `fs/proc/base.c:
/// oom_score_adj_write`.
fn write_of_task(world: &mut World, path: &str, text: &str, tr: &mut Trace) -> Result<(), Errno> {
    let parts = path.strip_prefix("/proc/").and_then(|path| path.split_once('/'));
    let (who, file) = parts.ok_or(Errno::ENOENT)?;
    let task = match who.parse() {
        Ok(pid) => Some(TaskId(pid)),
        Err(_) => world.virt.task_named(who),
    };
    let living = task.filter(|&task| world.virt.tasks.get(task).is_some_and(|task| task.alive));
    let task = living.filter(|_| file == OOM_SCORE_ADJ).ok_or(Errno::ENOENT)?;
    let adj: i16 = text.parse().map_err(|_| Errno::EINVAL)?;
    if !(klog::SCORE_ADJ_MIN..=klog::SCORE_ADJ_MAX).contains(&adj) {
        return Err(Errno::EINVAL);
    }
    world.virt.tasks.update(task, tr, |task| task.oom_score_adj = adj);
    Ok(())
}

/// Returns whether the machine's kernel has the tunable at `path`, one of [`PATHS`].
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

fn write_compact(
    world: &mut World,
    tunable: CompactTunable,
    text: &str,
    tr: &mut Trace,
) -> Result<(), Errno> {
    world.phys.set_compact_tunable(tunable, ints::one(text, 0..=tunable.max())?, tr);
    Ok(())
}

/// Reads a file of `/sys` that is 0 or 1.
fn flag(text: &str) -> Result<u64, Errno> {
    text.parse().ok().filter(|&value| value <= 1).ok_or(Errno::EINVAL)
}

/// Turning huge pages on raises the reserve to what khugepaged recommends; turning them off
/// puts back what the size of memory gives. 6.1 `mm/khugepaged.c: set_recommended_min_free_kbytes`.
fn write_thp(world: &mut World, text: &str, tr: &mut Trace) -> Result<(), Errno> {
    let mode = ThpMode::ALL.into_iter().find(|mode| mode.name() == text).ok_or(Errno::EINVAL)?;
    let was = world.sysctl.thp().enabled;
    world.sysctl.set(ENABLED, code(&ThpMode::ALL, mode), tr);
    match (was, mode) {
        (ThpMode::Never, ThpMode::Always | ThpMode::Madvise) => world.phys.recommend_min_free_kbytes(tr),
        (ThpMode::Always | ThpMode::Madvise, ThpMode::Never) => world.phys.recalculate_min_free_kbytes(tr),
        (ThpMode::Never, ThpMode::Never)
        | (ThpMode::Always | ThpMode::Madvise, ThpMode::Always | ThpMode::Madvise) => {}
    }
    Ok(())
}
