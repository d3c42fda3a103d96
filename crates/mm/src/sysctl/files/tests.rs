use super::*;
use crate::config::{CpuId, MachineConfig};
use crate::phys::zone::Tunable;
use crate::trace::Detail;
use crate::virt::task::Layout;

use Errno::{EACCES, EINVAL, EIO, ENOENT, ERANGE};

fn machine(arch: Arch) -> (World, Trace) {
    (World::boot(MachineConfig { arch, ..MachineConfig::default() }), Trace::new(Detail::Off))
}

/// Writes each text to the file and holds what comes of it against `expected`.
#[track_caller]
fn check(path: &str, expected: &[(&str, Result<(), Errno>)]) {
    let (mut world, mut tr) = machine(Arch::X86_64);
    for (text, result) in expected {
        assert_eq!(write(&mut world, path, text, &mut tr), *result, "{text:?} > {path}");
    }
}

const BAD_INTS: &[(&str, Result<(), Errno>)] = &[
    ("", Err(EINVAL)),
    ("   ", Err(EINVAL)),
    ("x", Err(EINVAL)),
    ("-1", Err(EINVAL)),
    ("+1", Err(EINVAL)),
    ("1x", Err(EINVAL)),
    ("0x", Err(EINVAL)),
    ("09", Err(EINVAL)),
    ("2147483648", Err(EINVAL)),
    ("340282366920938463463374607431768211456", Err(EINVAL)),
];

#[test]
fn tunables_of_proc_take_ints() {
    for path in [
        MIN_FREE_KBYTES,
        WATERMARK_SCALE_FACTOR,
        WATERMARK_BOOST_FACTOR,
        PERCPU_PAGELIST_HIGH_FRACTION,
        EXTFRAG_THRESHOLD,
        COMPACTION_PROACTIVENESS,
        COMPACT_UNEVICTABLE_ALLOWED,
    ] {
        check(path, BAD_INTS);
    }
    check(MIN_FREE_KBYTES, &[("0x1000", Ok(())), (" 010 and more", Ok(())), ("0", Ok(()))]);
    check(WATERMARK_SCALE_FACTOR, &[("0", Err(EINVAL)), ("3000", Ok(())), ("3001", Err(EINVAL))]);
    check(WATERMARK_BOOST_FACTOR, &[("0", Ok(())), ("2147483647", Ok(()))]);
    check(PERCPU_PAGELIST_HIGH_FRACTION, &[("0", Ok(())), ("7", Err(EINVAL)), ("8", Ok(()))]);
    check(EXTFRAG_THRESHOLD, &[("1000", Ok(())), ("1001", Err(EINVAL))]);
    check(COMPACTION_PROACTIVENESS, &[("100", Ok(())), ("101", Err(EINVAL))]);
    check(COMPACT_UNEVICTABLE_ALLOWED, &[("0", Ok(())), ("1", Ok(())), ("2", Err(EINVAL))]);
}

#[test]
fn what_is_refused_changes_nothing() {
    let (mut world, mut tr) = machine(Arch::X86_64);
    let mut refused = 0;
    for path in paths() {
        for (text, _) in BAD_INTS {
            let before = world.digest();
            if write(&mut world, path, text, &mut tr).is_err() {
                assert_eq!(world.digest(), before, "{text:?} > {path}");
                refused += 1;
            }
        }
    }
    assert!(refused > 100, "{refused} were refused");
}

#[test]
fn reserve_ratios_are_read_as_far_as_they_go() {
    let (mut world, mut tr) = machine(Arch::X86_64);
    let ratios = |world: &World| -> Vec<u64> {
        (0..5).map(|class| world.phys.zones().tunable(Tunable::LowmemReserveRatio(class))).collect()
    };
    assert_eq!(ratios(&world), [256, 256, 32, 0, 0]);
    for (text, expected) in [
        ("100\t0x10 010", [100, 16, 8, 0, 0]),
        ("", [100, 16, 8, 0, 0]),
        ("-5 64 x 7", [0, 64, 8, 0, 0]),
        ("1 2 3 4 5 6 7", [1, 2, 3, 4, 5]),
        ("9 99999999999 9", [9, 2, 3, 4, 5]),
    ] {
        assert_eq!(write(&mut world, LOWMEM_RESERVE_RATIO, text, &mut tr), Ok(()), "{text:?}");
        assert_eq!(ratios(&world), expected, "{text:?}");
    }
}

#[test]
fn words_and_flags_of_sys_stand_alone() {
    for path in [THP_ENABLED, THP_DEFRAG] {
        check(
            path,
            &[
                ("always", Ok(())),
                ("madvise", Ok(())),
                ("never", Ok(())),
                (" never", Err(EINVAL)),
                ("never ", Err(EINVAL)),
                ("Never", Err(EINVAL)),
                ("[never]", Err(EINVAL)),
                ("always madvise", Err(EINVAL)),
                ("", Err(EINVAL)),
                ("0", Err(EINVAL)),
            ],
        );
    }
    check(THP_DEFRAG, &[("defer+madvise", Ok(())), ("defer", Ok(())), ("defer madvise", Err(EINVAL))]);
    for path in [THP_ZERO_PAGE, KHUGEPAGED_DEFRAG] {
        check(
            path,
            &[
                ("0", Ok(())),
                ("1", Ok(())),
                ("+1", Ok(())),
                ("001", Ok(())),
                ("2", Err(EINVAL)),
                ("0x1", Err(EINVAL)),
                (" 1", Err(EINVAL)),
                ("1 ", Err(EINVAL)),
                ("1 0", Err(EINVAL)),
                ("-1", Err(EINVAL)),
                ("-0", Err(EINVAL)),
                ("", Err(EINVAL)),
                ("y", Err(EINVAL)),
                ("4294967296", Err(EINVAL)),
                ("18446744073709551616", Err(ERANGE)),
            ],
        );
    }
    let (mut world, mut tr) = machine(Arch::I386);
    assert_eq!(write(&mut world, THP_ZERO_PAGE, "4294967296", &mut tr), Err(ERANGE));
}

#[test]
fn some_files_hardly_look() {
    check(
        NUMA_ZONELIST_ORDER,
        &[
            ("Node", Ok(())),
            ("default", Ok(())),
            ("nonsense", Ok(())),
            (" Node", Err(EINVAL)),
            ("", Err(EINVAL)),
        ],
    );
    check(COMPACT_MEMORY, &[("1", Ok(())), ("", Ok(())), ("please", Ok(()))]);
    check(HPAGE_PMD_SIZE, &[("2097152", Err(EACCES))]);
    check("/proc/sys/vm/nonsense", &[("1", Err(ENOENT))]);
    check("/proc/meminfo", &[("1", Err(EIO))]);
    check("/proc/nonsense", &[("1", Err(ENOENT))]);
    check("/proc/a/maps", &[("1", Err(ENOENT))]);
    check("/sys/kernel/debug/extfrag/extfrag_index", &[("1", Err(EINVAL))]);
    let (mut world, mut tr) = machine(Arch::I386);
    assert_eq!(write(&mut world, NUMA_ZONELIST_ORDER, "Node", &mut tr), Err(ENOENT));
}

#[test]
fn oom_score_adj_is_an_int_of_any_base() {
    let (mut world, mut tr) = machine(Arch::X86_64);
    let task = world.ctx(CpuId(0)).spawn("a", Layout::Bare, &mut tr).expect("a process");
    for (text, result, adj) in [
        ("0x10", Ok(()), 16),
        ("010", Ok(()), 8),
        (" +7 ", Ok(()), 7),
        ("-0x3e8", Ok(()), -1000),
        ("1000", Ok(()), 1000),
        ("1001", Err(EINVAL), 1000),
        ("-1001", Err(EINVAL), 1000),
        ("4294967296", Err(ERANGE), 1000),
        ("-99999999999", Err(ERANGE), 1000),
        ("", Err(EINVAL), 1000),
        ("5 5", Err(EINVAL), 1000),
        ("5x", Err(EINVAL), 1000),
        ("-+5", Err(EINVAL), 1000),
        // Twelve bytes at a time: the rest is a number of its own.
        ("        500 600", Ok(()), 600),
        ("000000000005", Err(EINVAL), 5),
        ("         70000000000015", Ok(()), 13),
        ("         500x", Err(EINVAL), 500),
    ] {
        let path = "/proc/a/oom_score_adj";
        assert_eq!(write(&mut world, path, text, &mut tr), result, "{text:?}");
        assert_eq!(world.rest.virt.tasks.get(task).map(|task| task.oom_score_adj), Some(adj), "{text:?}");
    }
    let by_pid = format!("/proc/{}/oom_score_adj", task.0);
    assert_eq!(write(&mut world, &by_pid, "1", &mut tr), Ok(()));
    assert_eq!(write(&mut world, "/proc/a/smaps", "1", &mut tr), Err(EINVAL));
    assert_eq!(write(&mut world, "/proc/b/oom_score_adj", "1", &mut tr), Err(ENOENT));
}
