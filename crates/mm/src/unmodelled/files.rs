//! Paths of 6.1, by folder: of the machine, of a process, and what tunables take.

use crate::config::Arch;
use crate::errno::Errno;

/// Files of folders; `*` is any name. The 32-bit kernel is built without NUMA and the 64-bit one
/// without high memory, so some are of one of them.
pub(super) const OF_MACHINE: &[(Option<Arch>, &str, &str)] = &[
    (
        None,
        "/proc",
        "bootconfig buddyinfo cgroups cmdline consoles cpuinfo crypto devices diskstats dma execdomains fb \
         filesystems interrupts iomem ioports kallsyms kcore key-users keys kmsg kpagecgroup kpagecount \
         kpageflags loadavg locks mdstat meminfo misc modules mounts mtrr pagetypeinfo partitions \
         pressure/cpu pressure/io pressure/memory schedstat slabinfo softirqs stat swaps \
         sysrq-trigger sysvipc/msg sysvipc/sem sysvipc/shm timer_list tty/drivers uptime version vmallocinfo \
         vmstat zoneinfo",
    ),
    (
        None,
        "/proc/sys/vm",
        "admin_reserve_kbytes compact_memory compact_unevictable_allowed compaction_proactiveness \
         dirty_background_bytes dirty_background_ratio dirty_bytes dirty_expire_centisecs dirty_ratio \
         dirty_writeback_centisecs dirtytime_expire_seconds drop_caches extfrag_threshold hugetlb_shm_group \
         laptop_mode legacy_va_layout lowmem_reserve_ratio max_map_count memory_failure_early_kill \
         memory_failure_recovery min_free_kbytes mmap_min_addr mmap_rnd_bits nr_hugepages \
         nr_overcommit_hugepages oom_dump_tasks oom_kill_allocating_task overcommit_kbytes \
         overcommit_memory overcommit_ratio page-cluster page_lock_unfairness panic_on_oom \
         percpu_pagelist_high_fraction stat_interval stat_refresh swappiness unprivileged_userfaultfd \
         user_reserve_kbytes vfs_cache_pressure watermark_boost_factor watermark_scale_factor",
    ),
    (
        Some(Arch::X86_64),
        "/proc/sys/vm",
        "hugetlb_optimize_vmemmap min_slab_ratio min_unmapped_ratio mmap_rnd_compat_bits \
         nr_hugepages_mempolicy numa_stat numa_zonelist_order zone_reclaim_mode",
    ),
    (Some(Arch::I386), "/proc/sys/vm", "highmem_is_dirtyable vdso_enabled"),
    (
        None,
        "/proc/sys/kernel",
        "hostname hung_task_timeout_secs numa_balancing osrelease ostype panic panic_on_oops pid_max printk \
         randomize_va_space shm_rmid_forced shmall shmmax shmmni sysrq threads-max version",
    ),
    (
        None,
        "/proc/sys/fs",
        "aio-max-nr dentry-state file-max file-nr inode-nr inode-state nr_open pipe-max-size",
    ),
    (
        None,
        "/sys/kernel/mm",
        "ksm/full_scans ksm/max_page_sharing ksm/merge_across_nodes ksm/pages_shared ksm/pages_sharing \
         ksm/pages_to_scan ksm/pages_unshared ksm/pages_volatile ksm/run ksm/sleep_millisecs \
         ksm/stable_node_chains ksm/stable_node_chains_prune_millisecs ksm/stable_node_dups \
         ksm/use_zero_pages lru_gen/enabled lru_gen/min_ttl_ms page_idle/bitmap swap/vma_ra_enabled \
         transparent_hugepage/defrag transparent_hugepage/enabled transparent_hugepage/hpage_pmd_size \
         transparent_hugepage/shmem_enabled transparent_hugepage/use_zero_page",
    ),
    (Some(Arch::X86_64), "/sys/kernel/mm", "numa/demotion_enabled"),
    (
        None,
        "/sys/kernel/mm/transparent_hugepage/khugepaged",
        "alloc_sleep_millisecs defrag full_scans max_ptes_none max_ptes_shared max_ptes_swap pages_collapsed \
         pages_to_scan scan_sleep_millisecs",
    ),
    (Some(Arch::X86_64), "/sys/kernel/mm/hugepages/hugepages-2048kB", HUGEPAGES),
    (Some(Arch::X86_64), "/sys/kernel/mm/hugepages/hugepages-1048576kB", HUGEPAGES),
    (Some(Arch::I386), "/sys/kernel/mm/hugepages/hugepages-4096kB", HUGEPAGES),
    (
        None,
        "/sys/kernel/slab/*",
        "aliases align cache_dma cpu_partial cpu_slabs ctor destroy_by_rcu hwcache_align min_partial \
         object_size objects objects_partial objs_per_slab order partial poison reclaim_account red_zone \
         sanity_checks shrink slab_size slabs slabs_cpu_partial store_user total_objects trace usersize \
         validate",
    ),
    (Some(Arch::X86_64), "/sys/kernel/slab/*", "remote_node_defrag_ratio"),
    (
        Some(Arch::X86_64),
        "/sys/devices/system/node",
        "has_cpu has_generic_initiator has_memory has_normal_memory online possible",
    ),
    (
        Some(Arch::X86_64),
        "/sys/devices/system/node/node*",
        "compact cpulist cpumap distance hugepages/hugepages-1048576kB/free_hugepages \
         hugepages/hugepages-1048576kB/nr_hugepages hugepages/hugepages-1048576kB/surplus_hugepages \
         hugepages/hugepages-2048kB/free_hugepages hugepages/hugepages-2048kB/nr_hugepages \
         hugepages/hugepages-2048kB/surplus_hugepages meminfo numastat vmstat",
    ),
    (None, "/sys/devices/system/cpu", "kernel_max offline online possible present"),
    (Some(Arch::X86_64), "/sys/devices/system/memory", "auto_online_blocks block_size_bytes probe"),
    (
        Some(Arch::X86_64),
        "/sys/devices/system/memory/memory*",
        "online phys_device phys_index removable state valid_zones",
    ),
    (
        None,
        "/sys/kernel/debug",
        "extfrag/extfrag_index extfrag/unusable_index fault_around_bytes gup_test kfence/objects \
         kfence/stats lru_gen lru_gen_full page_owner page_tables/current_kernel page_tables/current_user \
         page_tables/kernel percpu_stats split_huge_pages x86/tlb_single_page_flush_ceiling \
         zswap/pool_total_size zswap/stored_pages",
    ),
    (None, "/sys/kernel/debug/slab/*", "alloc_traces free_traces"),
    (None, "/sys/kernel/debug/tracing", TRACING),
    (None, "/sys/kernel/tracing", TRACING),
    (
        None,
        "/sys/fs/cgroup",
        "cgroup.controllers cgroup.procs cgroup.subtree_control cpu.pressure io.pressure memory.numa_stat \
         memory.pressure memory.reclaim memory.stat",
    ),
    (
        None,
        "/sys/fs/cgroup/*",
        "cgroup.controllers cgroup.procs cgroup.subtree_control memory.current memory.events \
         memory.events.local memory.high memory.low memory.max memory.min memory.numa_stat \
         memory.oom.group memory.peak memory.pressure memory.reclaim memory.stat memory.swap.current \
         memory.swap.events memory.swap.high memory.swap.max memory.zswap.current memory.zswap.max",
    ),
    (
        None,
        "/sys/module/zswap/parameters",
        "accept_threshold_percent compressor enabled max_pool_percent zpool",
    ),
    (
        None,
        "/sys/block/*",
        "comp_algorithm disksize mm_stat queue/nr_requests queue/read_ahead_kb queue/rotational \
         queue/scheduler size stat",
    ),
];

const HUGEPAGES: &str = "demote demote_size free_hugepages nr_hugepages nr_hugepages_mempolicy \
                         nr_overcommit_hugepages resv_hugepages surplus_hugepages";

const TRACING: &str = "available_events available_filter_functions available_tracers buffer_size_kb \
                       current_tracer events/enable set_event set_ftrace_filter trace trace_marker trace_pipe \
                       tracing_on";

/// Files of a process.
pub(super) const OF_PROCESS: &str = "arch_status auxv cgroup clear_refs cmdline comm coredump_filter cpuset environ exe gid_map io \
     ksm_merging_pages ksm_stat limits loginuid maps mem mountinfo mounts mountstats numa_maps oom_adj \
     oom_score oom_score_adj pagemap personality sched schedstat smaps smaps_rollup stack stat statm status \
     syscall timers timerslack_ns uid_map wchan attr/current fd/0 fd/1 fd/2 fdinfo/0 fdinfo/1 fdinfo/2 \
     net/dev net/tcp ns/mnt ns/pid";

/// Files that can only be written, by folder, and what root gets who reads them: tunables ask their
/// mode of root too (6.1 `fs/proc/proc_sysctl.c: sysctl_perm`), sysfs refuses to open
/// (`fs/kernfs/file.c: kernfs_fop_open`), `/proc` misses the function (`fs/proc/inode.c:
/// proc_reg_read`), and everywhere else the file cannot read (`fs/read_write.c: vfs_read`).
pub(super) const WRITE_ONLY: &[(&str, &str, Errno)] = &[
    ("/proc/sys/vm", "compact_memory drop_caches", Errno::EACCES),
    ("/sys/devices/system/node/node*", "compact", Errno::EACCES),
    ("/sys/devices/system/memory", "probe", Errno::EACCES),
    ("/sys/kernel/mm/hugepages/*", "demote", Errno::EACCES),
    ("/proc", "sysrq-trigger", Errno::EIO),
    ("/proc/*", "clear_refs", Errno::EINVAL),
    ("/sys/kernel/debug", "split_huge_pages tracing/trace_marker", Errno::EINVAL),
    ("/sys/kernel/tracing", "trace_marker", Errno::EINVAL),
    ("/sys/fs/cgroup", "memory.reclaim", Errno::EINVAL),
    ("/sys/fs/cgroup/*", "memory.reclaim", Errno::EINVAL),
];

/// Files of sysfs that can only be read, by folder: they do not open for a write, root's either.
pub(super) const READ_ONLY: &[(&str, &str, Errno)] = &[
    (
        "/sys/devices/system/node",
        "has_cpu has_generic_initiator has_memory has_normal_memory online possible",
        Errno::EACCES,
    ),
    (
        "/sys/devices/system/node/node*",
        "cpulist cpumap distance hugepages/hugepages-1048576kB/free_hugepages \
         hugepages/hugepages-1048576kB/surplus_hugepages hugepages/hugepages-2048kB/free_hugepages \
         hugepages/hugepages-2048kB/surplus_hugepages meminfo numastat vmstat",
        Errno::EACCES,
    ),
    ("/sys/devices/system/cpu", "kernel_max offline online possible present", Errno::EACCES),
    ("/sys/devices/system/memory", "block_size_bytes", Errno::EACCES),
    ("/sys/devices/system/memory/memory*", "phys_device phys_index removable valid_zones", Errno::EACCES),
    ("/sys/kernel/mm/hugepages/*", "free_hugepages resv_hugepages surplus_hugepages", Errno::EACCES),
    (
        "/sys/kernel/mm/ksm",
        "full_scans pages_shared pages_sharing pages_unshared pages_volatile stable_node_chains \
         stable_node_dups",
        Errno::EACCES,
    ),
    ("/sys/kernel/mm/transparent_hugepage/khugepaged", "full_scans pages_collapsed", Errno::EACCES),
    (
        "/sys/kernel/slab/*",
        "aliases align cache_dma cpu_slabs ctor destroy_by_rcu hwcache_align object_size objects \
         objects_partial objs_per_slab order partial poison reclaim_account red_zone sanity_checks \
         slab_size slabs slabs_cpu_partial store_user total_objects trace usersize",
        Errno::EACCES,
    ),
];

/// Tunables of `/proc/sys/vm` with bounds, and these, 6.1 `kernel/sysctl.c`: `vm_table`.
pub(super) const RANGES: &[(&str, i32, i32)] = &[
    ("swappiness", 0, 200),
    ("drop_caches", 1, 4),
    ("overcommit_memory panic_on_oom", 0, 2),
    ("dirty_background_ratio dirty_ratio min_slab_ratio min_unmapped_ratio", 0, 100),
    ("memory_failure_early_kill memory_failure_recovery numa_stat unprivileged_userfaultfd", 0, 1),
    ("dirty_expire_centisecs dirtytime_expire_seconds max_map_count vfs_cache_pressure", 0, i32::MAX),
    ("legacy_va_layout page_lock_unfairness zone_reclaim_mode", 0, i32::MAX),
];
