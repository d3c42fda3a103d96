//! The table of tunables: path, how a text is read, what it holds, what a write does.
//!
//! Every file has a reader of its own in the kernel, and they differ: in bases, blanks, signs,
//! in what may follow, and in the error.

use super::kstrtox::{Base, kstrtoint, kstrtoull};
use super::*;
use crate::config::Arch;
use crate::phys::zone::Tunable as ZoneTunable;
use crate::procfs::{File, TaskFile};

/// What a file makes of a text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reads {
    /// One number within bounds; what follows it after a blank is ignored (`proc_dointvec_minmax`).
    Int(RangeInt),
    /// As many numbers as there are, never an error (`lowmem_reserve_ratio_sysctl_handler`).
    Ints,
    /// A text by its first letter (`__parse_numa_zonelist_order`).
    Initial(&'static [u8]),
    /// Anything: it is not looked at.
    Anything,
    /// One of some words, alone or with a newline (`sysfs_streq`); gives its place in the list.
    Word(fn(&str) -> Option<u64>),
    /// A decimal number, 0 or 1, alone or with a newline (`kstrtoul`).
    Flag,
    /// Nothing: the file cannot be opened for writing.
    Nothing,
}

/// Bounds of an `int`, both included.
pub(super) type RangeInt = (i32, i32);

/// What a tunable holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Held {
    /// A number.
    Number(u64),
    /// Numbers, one for each kind of zone.
    Numbers(Vec<u64>),
    /// One of some words, by its place among them.
    Choice(Vec<&'static str>, usize),
    /// A word that never changes.
    Word(&'static str),
    /// Nothing: the file can only be written.
    Nothing,
}

/// A tunable's row: everything that is to be known of it stands here, and where its value is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tunable {
    pub(super) path: &'static str,
    pub(super) reads: Reads,
    pub(super) get: fn(&World) -> Held,
    /// Sets what was read: one number, or several for [`Reads::Ints`].
    pub(super) set: fn(&mut World, &[u64], &mut Trace) -> Result<(), Errno>,
}

const INT_MAX: i32 = i32::MAX;

/// Makes the rows: path, how a text is read with its range, what `cat` and `expect` see, what a write
/// does. An effect that can fail says so with `?`.
macro_rules! tunables {
    ($($(#[$doc:meta])* $name:ident = $path:literal, $reads:expr, |$seen:ident| $get:expr, |$world:ident, $read:ident, $tr:ident| $set:expr;)*) => {
        /// Where tunables stand.
        pub(in crate::sysctl) mod at {
            $($(#[$doc])* pub const $name: &str = $path;)*
        }

        /// Every tunable of the machine, in the order in which they are listed.
        pub(super) const TUNABLES: &[Tunable] = &[$(Tunable {
            path: $path,
            reads: $reads,
            get: |$seen| $get,
            set: |$world, $read, $tr| {
                $set;
                Ok(())
            },
        }),*];
    };
}

tunables! {
    // 6.1 mm/huge_memory.c: enabled_store, defrag_store, single_hugepage_flag_store.
    /// Where the mode of transparent huge pages stands.
    THP_ENABLED = "/sys/kernel/mm/transparent_hugepage/enabled", Reads::Word(|word| place(&ThpMode::ALL, ThpMode::name, word)),
        |world| choice(&ThpMode::ALL, ThpMode::name, world.rest.sysctl.thp().enabled),
        |world, read, tr| set_thp_enabled(world, read[0], tr);
    /// Where stands how hard a fault looks for a huge page.
    THP_DEFRAG = "/sys/kernel/mm/transparent_hugepage/defrag", Reads::Word(|word| place(&ThpDefrag::ALL, ThpDefrag::name, word)),
        |world| choice(&ThpDefrag::ALL, ThpDefrag::name, world.rest.sysctl.thp().defrag),
        |world, read, tr| world.rest.sysctl.set(DEFRAG, read[0], tr);
    /// Where stands whether reads map a huge page of zeroes.
    THP_ZERO_PAGE = "/sys/kernel/mm/transparent_hugepage/use_zero_page", Reads::Flag,
        |world| Held::Number(world.rest.sysctl.thp().use_zero_page.into()),
        |world, read, tr| world.rest.sysctl.set(ZERO_PAGE, read[0], tr);
    // 6.1 mm/khugepaged.c: defrag_store.
    /// Where stands whether khugepaged may compact.
    KHUGEPAGED_DEFRAG = "/sys/kernel/mm/transparent_hugepage/khugepaged/defrag", Reads::Flag,
        |world| Held::Number(world.rest.sysctl.khugepaged_defrag().into()),
        |world, read, tr| world.rest.sysctl.set(KHUGEPAGED, read[0], tr);
    /// Where the size of a huge page stands; it cannot be written.
    HPAGE_PMD_SIZE = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size", Reads::Nothing,
        |world| Held::Number(world.rest.virt.mode.huge_size()),
        |_world, _read, _tr| {};
    // 6.1 kernel/sysctl.c: vm_table.
    /// Where the size of the emergency reserve stands.
    MIN_FREE_KBYTES = "/proc/sys/vm/min_free_kbytes", Reads::Int((0, INT_MAX)),
        |world| of_zones(world, ZoneTunable::MinFreeKbytes),
        |world, read, tr| world.phys.set_min_free_kbytes(read[0], tr);
    // At most 30 % of a zone.
    /// Where the distance of the marks stands.
    WATERMARK_SCALE_FACTOR = "/proc/sys/vm/watermark_scale_factor", Reads::Int((1, 3000)),
        |world| of_zones(world, ZoneTunable::WatermarkScaleFactor),
        |world, read, tr| world.phys.set_watermark_scale_factor(read[0], tr);
    /// Where the boost after mixing pageblocks stands.
    WATERMARK_BOOST_FACTOR = "/proc/sys/vm/watermark_boost_factor", Reads::Int((0, INT_MAX)),
        |world| of_zones(world, ZoneTunable::WatermarkBoostFactor),
        |world, read, tr| world.phys.set_watermark_boost_factor(read[0], tr);
    /// Where what zones keep from higher requests stands, one number for each kind of zone.
    LOWMEM_RESERVE_RATIO = "/proc/sys/vm/lowmem_reserve_ratio", Reads::Ints,
        |world| lowmem_reserve_ratio(world),
        |world, read, tr| world.phys.set_lowmem_reserve_ratio(read, tr);
    /// Where the share of a zone that a processor's lists may hold stands.
    PERCPU_PAGELIST_HIGH_FRACTION = "/proc/sys/vm/percpu_pagelist_high_fraction", Reads::Int((0, INT_MAX)),
        |world| of_zones(world, ZoneTunable::PercpuPagelistHighFraction),
        |world, read, tr| set_pagelist_high_fraction(world, read[0], tr)?;
    // Written by scripts of old: "Default" and "Node" are the same now.
    /// Where the order of zonelists stands: nodes first, the only one there is since 4.14.
    NUMA_ZONELIST_ORDER = "/proc/sys/vm/numa_zonelist_order", Reads::Initial(b"dDnN"), |_world| Held::Word("Node"), |_world, _read, _tr| {};
    /// Where the bound of the fragmentation index stands.
    EXTFRAG_THRESHOLD = "/proc/sys/vm/extfrag_threshold", Reads::Int((0, CompactTunable::ExtfragThreshold.max())),
        |world| of_compaction(world, CompactTunable::ExtfragThreshold),
        |world, read, tr| world.phys.set_compact_tunable(CompactTunable::ExtfragThreshold, read[0], tr);
    /// Where it stands how eagerly kcompactd works unasked.
    COMPACTION_PROACTIVENESS = "/proc/sys/vm/compaction_proactiveness", Reads::Int((0, CompactTunable::Proactiveness.max())),
        |world| of_compaction(world, CompactTunable::Proactiveness),
        |world, read, tr| world.phys.set_compact_tunable(CompactTunable::Proactiveness, read[0], tr);
    /// Where it stands whether locked pages may move.
    COMPACT_UNEVICTABLE_ALLOWED = "/proc/sys/vm/compact_unevictable_allowed", Reads::Int((0, CompactTunable::UnevictableAllowed.max())),
        |world| of_compaction(world, CompactTunable::UnevictableAllowed),
        |world, read, tr| world.phys.set_compact_tunable(CompactTunable::UnevictableAllowed, read[0], tr);
    // 6.1 mm/compaction.c: sysctl_compaction_handler, which `exec/compact.rs` is.
    /// Writing anything here compacts all of memory.
    COMPACT_MEMORY = "/proc/sys/vm/compact_memory", Reads::Anything, |_world| Held::Nothing, |_world, _read, _tr| {};
}

fn of_zones(world: &World, tunable: ZoneTunable) -> Held {
    Held::Number(world.phys.zones().tunable(tunable))
}

/// One number for each kind of zone, lowest first.
fn lowmem_reserve_ratio(world: &World) -> Held {
    let zones = world.phys.zones();
    let ratios = (0..zones.per_node()).map(|class| zones.tunable(ZoneTunable::LowmemReserveRatio(class)));
    Held::Numbers(ratios.collect())
}

fn of_compaction(world: &World, tunable: CompactTunable) -> Held {
    Held::Number(world.phys.compaction().tunable(tunable))
}

fn choice<T: Copy + PartialEq>(all: &[T], name: fn(T) -> &'static str, now: T) -> Held {
    let at = all.iter().position(|&value| value == now).expect("every value is listed");
    Held::Choice(all.iter().map(|&value| name(value)).collect(), at)
}

/// Least `percpu_pagelist_high_fraction` but for 0, 6.1 `mm/page_alloc.c`.
const PAGELIST_HIGH_FRACTION_MIN: u64 = 8;

fn set_pagelist_high_fraction(world: &mut World, fraction: u64, tr: &mut Trace) -> Result<(), Errno> {
    if (1..PAGELIST_HIGH_FRACTION_MIN).contains(&fraction) {
        return Err(Errno::EINVAL);
    }
    world.phys.set_percpu_pagelist_high_fraction(fraction, tr);
    Ok(())
}

/// Returns what a write to a file that is only read comes to, `None` for what is no such file. A file
/// of a process cannot write.
pub(super) fn refusal_of_reader(world: &World, path: &str) -> Option<Errno> {
    if TaskFile::ALL.iter().any(|file| task_of(world, path, file.name()).is_some()) {
        return Some(Errno::EINVAL);
    }
    File::ALL.iter().find(|file| file.path() == path).map(|file| file.refusal())
}

fn place<T: Copy>(all: &[T], name: fn(T) -> &'static str, word: &str) -> Option<u64> {
    all.iter().position(|&value| name(value) == word).map(|at| u64::from(count(at)))
}

impl Reads {
    /// Reads a text, without the newline that `echo` puts behind it.
    ///
    /// # Errors
    /// What the kernel returns for a text that it does not take.
    pub(super) fn read(self, text: &str, arch: Arch) -> Result<Vec<u64>, Errno> {
        match self {
            Reads::Int((least, most)) => ints::one(text, least..=most).map(|number| vec![number]),
            Reads::Ints => {
                Ok(ints::several(text).map(|number| number.max(0).unsigned_abs().into()).collect())
            }
            Reads::Initial(letters) => {
                let known = text.bytes().next().is_some_and(|first| letters.contains(&first));
                if known { Ok(Vec::new()) } else { Err(Errno::EINVAL) }
            }
            Reads::Anything => Ok(Vec::new()),
            Reads::Word(place) => place(text).map(|at| vec![at]).ok_or(Errno::EINVAL),
            Reads::Flag => match kstrtoull(text.as_bytes(), Base::Ten)? {
                flag @ 0..=1 => Ok(vec![flag]),
                long if arch == Arch::I386 && long > u64::from(u32::MAX) => Err(Errno::ERANGE),
                _ => Err(Errno::EINVAL),
            },
            Reads::Nothing => Err(Errno::EACCES),
        }
    }
}

/// Bytes that `oom_score_adj` takes with one call (`PROC_NUMBUF`); `echo` writes the rest with
/// further ones, each of which counts for itself.
const ADJ_BYTES: usize = 12;

/// Writes to a process's `oom_score_adj`, 6.1 `fs/proc/base.c: oom_score_adj_write`.
pub(super) fn write_oom_score_adj(
    world: &mut World,
    task: TaskId,
    text: &str,
    tr: &mut Trace,
) -> Result<(), Errno> {
    for piece in format!("{text}\n").as_bytes().chunks(ADJ_BYTES) {
        let start = ints::skip_spaces(piece);
        let blanks = start.iter().rev().take_while(|&&byte| ints::skip_spaces(&[byte]).is_empty()).count();
        let adj = kstrtoint(&start[..start.len() - blanks])?;
        let adj = i16::try_from(adj).map_err(|_| Errno::EINVAL)?;
        if !(klog::SCORE_ADJ_MIN..=klog::SCORE_ADJ_MAX).contains(&adj) {
            return Err(Errno::EINVAL);
        }
        world.rest.virt.tasks.update(task, tr, |task| task.oom_score_adj = adj);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
