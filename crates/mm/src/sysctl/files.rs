//! The files that `echo` writes: how each reads what is written, and what it sets.
//!
//! Every file has a reader of its own in the kernel, and they differ: in bases, blanks, signs,
//! in what may follow, and in the error.

use super::kstrtox::{Base, kstrtoint, kstrtoull};
use super::*;
use crate::config::Arch;

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

/// A file.
#[derive(Clone, Copy, Debug)]
pub(super) struct File {
    pub(super) path: &'static str,
    pub(super) reads: Reads,
    /// Sets what was read: one number, or several for [`Reads::Ints`].
    pub(super) set: fn(&mut World, &[u64], &mut Trace) -> Result<(), Errno>,
}

const INT_MAX: i32 = i32::MAX;

const fn file(
    path: &'static str,
    reads: Reads,
    set: fn(&mut World, &[u64], &mut Trace) -> Result<(), Errno>,
) -> File {
    File { path, reads, set }
}

/// Every file of the machine that has a value, in the order in which they are listed.
pub(super) const FILES: &[File] = &[
    // 6.1 mm/huge_memory.c: enabled_store, defrag_store, single_hugepage_flag_store.
    file(THP_ENABLED, Reads::Word(|word| place(&ThpMode::ALL, ThpMode::name, word)), set_thp_enabled),
    file(THP_DEFRAG, Reads::Word(|word| place(&ThpDefrag::ALL, ThpDefrag::name, word)), |world, set, tr| {
        world.rest.sysctl.set(DEFRAG, set[0], tr);
        Ok(())
    }),
    file(THP_ZERO_PAGE, Reads::Flag, |world, set, tr| {
        world.rest.sysctl.set(ZERO_PAGE, set[0], tr);
        Ok(())
    }),
    // 6.1 mm/khugepaged.c: defrag_store.
    file(KHUGEPAGED_DEFRAG, Reads::Flag, |world, set, tr| {
        world.rest.sysctl.set(KHUGEPAGED, set[0], tr);
        Ok(())
    }),
    // 6.1 kernel/sysctl.c: vm_table.
    file(MIN_FREE_KBYTES, Reads::Int((0, INT_MAX)), |world, set, tr| {
        world.phys.set_min_free_kbytes(set[0], tr);
        Ok(())
    }),
    // At most 30 % of a zone.
    file(WATERMARK_SCALE_FACTOR, Reads::Int((1, 3000)), |world, set, tr| {
        world.phys.set_watermark_scale_factor(set[0], tr);
        Ok(())
    }),
    file(WATERMARK_BOOST_FACTOR, Reads::Int((0, INT_MAX)), |world, set, tr| {
        world.phys.set_watermark_boost_factor(set[0], tr);
        Ok(())
    }),
    file(LOWMEM_RESERVE_RATIO, Reads::Ints, |world, set, tr| {
        world.phys.set_lowmem_reserve_ratio(set, tr);
        Ok(())
    }),
    file(PERCPU_PAGELIST_HIGH_FRACTION, Reads::Int((0, INT_MAX)), |world, set, tr| {
        if (1..PAGELIST_HIGH_FRACTION_MIN).contains(&set[0]) {
            return Err(Errno::EINVAL);
        }
        world.phys.set_percpu_pagelist_high_fraction(set[0], tr);
        Ok(())
    }),
    // Written by scripts of old: "Default" and "Node" are the same now.
    file(NUMA_ZONELIST_ORDER, Reads::Initial(b"dDnN"), |_, _, _| Ok(())),
    file(EXTFRAG_THRESHOLD, Reads::Int((0, CompactTunable::ExtfragThreshold.max())), |world, set, tr| {
        world.phys.set_compact_tunable(CompactTunable::ExtfragThreshold, set[0], tr);
        Ok(())
    }),
    file(COMPACTION_PROACTIVENESS, Reads::Int((0, CompactTunable::Proactiveness.max())), |world, set, tr| {
        world.phys.set_compact_tunable(CompactTunable::Proactiveness, set[0], tr);
        Ok(())
    }),
    file(
        COMPACT_UNEVICTABLE_ALLOWED,
        Reads::Int((0, CompactTunable::UnevictableAllowed.max())),
        |world, set, tr| {
            world.phys.set_compact_tunable(CompactTunable::UnevictableAllowed, set[0], tr);
            Ok(())
        },
    ),
];

/// Files that are only written, or only read.
pub(super) const ONE_WAY: &[File] = &[
    // 6.1 mm/compaction.c: sysctl_compaction_handler, which `exec/compact.rs` is.
    file(COMPACT_MEMORY, Reads::Anything, |_, _, _| Ok(())),
    file(HPAGE_PMD_SIZE, Reads::Nothing, |_, _, _| Ok(())),
];

/// Files that are only read, and what each kind of file system makes of a write by root: `/proc`
/// has no function for it, a file of a process cannot write, `/sys` does not open
/// (6.1 `fs/proc/inode.c: proc_reg_write`, `fs/read_write.c: vfs_write`, `fs/kernfs/file.c`).
const READ_ONLY: &[(&str, &[&str], Errno)] = &[
    (
        "/proc/",
        &["buddyinfo", "iomem", "meminfo", "pagetypeinfo", "slabinfo", "vmallocinfo", "vmstat", "zoneinfo"],
        Errno::EIO,
    ),
    ("/sys/kernel/debug/extfrag/", &["extfrag_index", "unusable_index"], Errno::EINVAL),
];
const READ_ONLY_OF_TASK: &[&str] = &["maps", "oom_score", "smaps", "status"];

/// Returns what a write to a file that is only read comes to, `None` for what is no such file.
pub(super) fn refusal_of_reader(world: &World, path: &str) -> Option<Errno> {
    if READ_ONLY_OF_TASK.iter().any(|name| task_of(world, path, name).is_some()) {
        return Some(Errno::EINVAL);
    }
    let known = READ_ONLY
        .iter()
        .find(|(folder, names, _)| path.strip_prefix(folder).is_some_and(|name| names.contains(&name)));
    known.map(|&(.., errno)| errno)
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
