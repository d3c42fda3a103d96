//! What each path is, on each kernel.

use super::*;
use crate::config::MachineConfig;

#[track_caller]
fn check(world: &World, path: &str, kind: PathKind) {
    assert_eq!(path_kind(world, path), kind, "{path}");
}

#[test]
fn paths_of_6_1_are_known_and_others_are_not() {
    let world = World::default();
    for file in [
        "/proc/swaps",
        "/proc/pressure/memory",
        "/proc/self/maps",
        "/proc/sys/vm/swappiness",
        "/proc/sys/vm/zone_reclaim_mode",
        "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages",
        "/sys/kernel/slab/kmalloc-64/objects",
        "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages",
        "/sys/fs/cgroup/memory.stat",
        "/sys/fs/cgroup/jobs/memory.max",
    ] {
        check(&world, file, PathKind::File);
        check(&world, &format!("{file}/"), PathKind::Absent);
        check(&world, &format!("{file}x"), PathKind::Absent);
        check(&world, &format!("{file}/x"), PathKind::Absent);
    }
    for folder in [
        "",
        "/",
        "/proc",
        "/proc/self",
        "/proc/self/fd",
        "/proc/pressure",
        "/proc/sys",
        "/proc/sys/vm",
        "/proc/sys/vm/",
        "/sys/kernel/mm/transparent_hugepage",
        "/sys/kernel/slab",
        "/sys/devices/system/node/node0/hugepages",
    ] {
        check(&world, folder, PathKind::Directory);
    }
    for absent in [
        "x",
        "proc/swaps",
        "/proc/nobody/maps",
        "/proc/4711/maps",
        "/proc/self/map",
        "/proc/sys/vm/block_dump",
        "/proc/sys/vm/highmem_is_dirtyable",
        "/sys/devices/system/node/node/meminfo",
        "/sys/devices/system/node/node1/meminfo",
        "/sys/kernel/slab//objects",
        "/etc/passwd",
    ] {
        check(&world, absent, PathKind::Absent);
    }
}

#[test]
fn the_32_bit_kernel_has_no_nodes() {
    let world = World::boot(MachineConfig { arch: Arch::I386, ..MachineConfig::default() });
    check(&world, "/proc/sys/vm/highmem_is_dirtyable", PathKind::File);
    check(&world, "/proc/sys/vm/zone_reclaim_mode", PathKind::Absent);
    check(&world, "/sys/devices/system/node/node0/meminfo", PathKind::Absent);
}

#[test]
fn a_value_that_6_1_refuses_is_refused_as_there() {
    let world = World::default();
    let written = |path: &str, text: &str| write(&world, path, text);
    for (value, refusal) in [
        ("0", Refusal::NotModelled),
        ("200", Refusal::NotModelled),
        ("201", Errno::EINVAL.into()),
        ("-1", Errno::EINVAL.into()),
        ("many", Errno::EINVAL.into()),
    ] {
        assert_eq!(written("/proc/sys/vm/swappiness", value), refusal, "{value}");
    }
    assert_eq!(written("/proc/sys/vm", "1"), Errno::EISDIR.into());
    assert_eq!(written("/proc/sys/vm/swapiness", "1"), Errno::ENOENT.into());
}

/// A name that stands in two lists of one folder says two things.
#[test]
fn names_stand_once() {
    for (_, folder, names) in files::OF_MACHINE {
        let all: Vec<&str> = names.split_ascii_whitespace().collect();
        let once: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(once.len(), all.len(), "{folder}");
    }
    for verb in crate::script::registry::verbs() {
        assert_eq!(verb_origin(verb.name), None, "{verb:?} is modelled");
    }
}

#[test]
fn a_file_of_one_way_refuses_the_other() {
    let world = World::default();
    for (path, refusal) in [
        ("/proc/sys/vm/compact_memory", Errno::EACCES.into()),
        ("/proc/sys/vm/drop_caches", Errno::EACCES.into()),
        ("/proc/sys/vm/stat_refresh", Refusal::NotModelled),
        ("/sys/devices/system/node/node0/compact", Errno::EACCES.into()),
        ("/proc/sysrq-trigger", Errno::EIO.into()),
        ("/proc/self/clear_refs", Errno::EINVAL.into()),
        ("/sys/kernel/debug/tracing/trace_marker", Errno::EINVAL.into()),
        ("/sys/fs/cgroup/jobs/memory.reclaim", Errno::EINVAL.into()),
    ] {
        assert_eq!(read(path), refusal, "{path}");
    }
    for (path, refusal) in [
        ("/sys/devices/system/node/node0/meminfo", Errno::EACCES.into()),
        ("/sys/devices/system/node/node1/meminfo", Errno::ENOENT.into()),
        ("/sys/devices/system/node/online", Errno::EACCES.into()),
        ("/sys/kernel/slab/kmalloc-64/order", Errno::EACCES.into()),
        ("/sys/kernel/slab/kmalloc-64/min_partial", Refusal::NotModelled),
        ("/sys/devices/system/node/node0/compact", Refusal::NotModelled),
    ] {
        assert_eq!(write(&world, path, "1"), refusal, "{path}");
    }
}

/// A name in these lists that no folder has would never be asked for.
#[test]
fn files_of_one_way_are_files_and_no_file_is_in_both() {
    let worlds = [Arch::X86_64, Arch::I386]
        .map(|arch| World::boot(MachineConfig { arch, ..MachineConfig::default() }));
    let all = |lists: &'static [(&str, &str, Errno)]| {
        lists.iter().flat_map(|(folder, names, _)| {
            let one = if *folder == "/proc/*" { "self" } else { "0" };
            let one = if folder.contains("hugepages") { "hugepages-2048kB" } else { one };
            let folder = folder.replace('*', one);
            names.split_ascii_whitespace().map(move |name| format!("{folder}/{name}"))
        })
    };
    for path in all(files::WRITE_ONLY).chain(all(files::READ_ONLY)) {
        let is_file = worlds.iter().any(|world| path_kind(world, &path) == PathKind::File);
        assert!(is_file, "{path}");
    }
    let both = all(files::WRITE_ONLY).find(|path| refusal_of(files::READ_ONLY, path).is_some());
    assert_eq!(both, None);
}
