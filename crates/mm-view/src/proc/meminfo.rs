//! `/proc/meminfo`, 6.1 `fs/proc/meminfo.c`: the lines that the model has.

use core::fmt::Write as _;

use mm::config::Arch;
use mm::phys::vmstat::{NodeStat, ZoneStat};
use mm::phys::zone::ZoneKind;
use mm::virt::{Overcommit, Tunables, VirtCounter};
use mm::world::World;

pub(super) fn meminfo(world: &World) -> String {
    let phys = &world.phys;
    let node = |item| -> u64 { phys.nodes().iter().map(|node| phys.vmstat.node(node.id, item)).sum() };
    let free: u64 = phys.zones().iter().map(|(id, _)| phys.vmstat.zone(id, ZoneStat::NrFreePages)).sum();
    let mut out = String::new();
    let mut line = |name: &str, pages: u64| {
        let _ = writeln!(out, "{:<16}{:>8} kB", format!("{name}:"), pages * 4);
    };
    line("MemTotal", world.managed_pages());
    line("MemFree", free);
    line("Inactive(anon)", node(NodeStat::NrInactiveAnon));
    if phys.kinds().contains(&ZoneKind::HighMem) {
        let (high, high_free) = high_memory(world);
        line("HighTotal", high);
        line("HighFree", high_free);
        line("LowTotal", world.managed_pages() - high);
        line("LowFree", free - high_free);
    }
    line("AnonPages", node(NodeStat::NrAnonPages));
    let (reclaimable, unreclaimable) =
        (node(NodeStat::NrSlabReclaimable), node(NodeStat::NrSlabUnreclaimable));
    line("KReclaimable", reclaimable + node(NodeStat::NrKernelMiscReclaimable));
    line("Slab", reclaimable + unreclaimable);
    line("SReclaimable", reclaimable);
    line("SUnreclaim", unreclaimable);
    line("PageTables", node(NodeStat::NrPageTablePages));
    line("CommitLimit", commit_limit(world));
    line("Committed_AS", world.virt.counter(VirtCounter::Committed));
    let vmap = &world.virt.vmap;
    let _ = writeln!(out, "VmallocTotal:   {:>8} kB", world.virt.layout.vmalloc().bytes() >> 10);
    let mut line = |name: &str, pages: u64| {
        let _ = writeln!(out, "{:<16}{:>8} kB", format!("{name}:"), pages * 4);
    };
    line("VmallocUsed", vmap.used_pages());
    // Too dear to find since 4.4: always 0.
    line("VmallocChunk", 0);
    line("AnonHugePages", node(NodeStat::NrAnonTransparentHugepages));
    out.push_str(&direct_map(world));
    out
}

/// Returns the lines of the direct map, 6.1 `arch/x86/mm/pat/set_memory.c:
/// arch_report_meminfo`.
fn direct_map(world: &World) -> String {
    let leaves = world.direct_map();
    let line = |name: &str, bytes: u64| format!("{name}: {:>11} kB\n", bytes >> 10);
    match world.config.arch {
        Arch::X86_64 => {
            let small = line("DirectMap4k", leaves.small()) + &line("DirectMap2M", leaves.large());
            small + &line("DirectMap1G", leaves.giant())
        }
        Arch::I386 => line("DirectMap4k", leaves.small()) + &line("DirectMap4M", leaves.large()),
    }
}

/// Returns the pages of high memory, and those of them that are free.
fn high_memory(world: &World) -> (u64, u64) {
    let zones = world.phys.zones().iter().filter(|(_, zone)| zone.kind == ZoneKind::HighMem);
    zones.fold((0, 0), |(total, free), (id, zone)| {
        (total + u64::from(zone.managed), free + world.phys.vmstat.zone(id, ZoneStat::NrFreePages))
    })
}

/// Returns the pages that strict overcommit would allow.
fn commit_limit(world: &World) -> u64 {
    let tunables = Tunables::defaults(world.managed_pages());
    match tunables.overcommit {
        Overcommit::Guess | Overcommit::Always | Overcommit::Never => {
            tunables.ram_pages * u64::from(tunables.overcommit_ratio) / 100 + tunables.swap_pages
        }
    }
}
