//! `/proc/meminfo`, 6.1 `fs/proc/meminfo.c: meminfo_proc_show`.

use super::Counter;
use crate::config::Arch;
use crate::phys::zone::vmstat::{NodeStat, ZoneStat};
use crate::phys::zone::{Wmark, ZoneKind};
use crate::units::PAGE_SIZE;
use crate::virt::VirtCounter;
use crate::world::World;

macro_rules! lines {
    ($($name:ident = $text:literal),* $(,)?) => {
        /// Line of `/proc/meminfo` that the model has.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum MeminfoLine { $(#[doc = concat!("`", $text, "`.")] $name),* }

        impl MeminfoLine {
            /// Every line, in the order of the file.
            const ALL: &[MeminfoLine] = &[$(MeminfoLine::$name),*];

            /// Returns the name in the file.
            pub const fn name(self) -> &'static str {
                match self { $(MeminfoLine::$name => $text),* }
            }
        }
    };
}

lines! {
    MemTotal = "MemTotal", MemFree = "MemFree", MemAvailable = "MemAvailable",
    InactiveAnon = "Inactive(anon)", HighTotal = "HighTotal", HighFree = "HighFree",
    LowTotal = "LowTotal", LowFree = "LowFree", AnonPages = "AnonPages", KReclaimable = "KReclaimable",
    Slab = "Slab", SReclaimable = "SReclaimable", SUnreclaim = "SUnreclaim", PageTables = "PageTables",
    CommitLimit = "CommitLimit", CommittedAs = "Committed_AS", VmallocTotal = "VmallocTotal",
    VmallocUsed = "VmallocUsed", VmallocChunk = "VmallocChunk", AnonHugePages = "AnonHugePages",
    DirectMap4k = "DirectMap4k", DirectMap2M = "DirectMap2M", DirectMap4M = "DirectMap4M",
    DirectMap1G = "DirectMap1G",
}

/// Lines of the file whose numbers nothing in the model can change yet.
const FIXED: &[&str] = &[
    "Buffers",
    "Cached",
    "SwapCached",
    "Active",
    "Inactive",
    "Active(anon)",
    "Active(file)",
    "Inactive(file)",
    "Unevictable",
    "Mlocked",
    "SwapTotal",
    "SwapFree",
    "Zswap",
    "Zswapped",
    "Dirty",
    "Writeback",
    "Mapped",
    "Shmem",
    "KernelStack",
    "SecPageTables",
    "NFS_Unstable",
    "Bounce",
    "WritebackTmp",
    "Percpu",
    "HardwareCorrupted",
    "ShmemHugePages",
    "ShmemPmdMapped",
    "FileHugePages",
    "FilePmdMapped",
    "HugePages_Total",
    "HugePages_Free",
    "HugePages_Rsvd",
    "HugePages_Surp",
    "Hugepagesize",
    "Hugetlb",
];

impl MeminfoLine {
    /// Iterates over the lines of the file on this machine.
    pub fn lines(world: &World) -> impl Iterator<Item = MeminfoLine> {
        MeminfoLine::ALL.iter().copied().filter(|line| line.is_there(world))
    }

    /// Returns whether the kernel has a line of this name that nothing in the model changes.
    pub(crate) fn is_fixed(name: &str) -> bool {
        FIXED.contains(&name)
    }

    fn is_there(self, world: &World) -> bool {
        match self {
            MeminfoLine::HighTotal | MeminfoLine::HighFree | MeminfoLine::LowTotal | MeminfoLine::LowFree => {
                world.phys.kinds().contains(&ZoneKind::HighMem)
            }
            MeminfoLine::DirectMap2M | MeminfoLine::DirectMap1G => world.config.arch == Arch::X86_64,
            MeminfoLine::DirectMap4M => world.config.arch == Arch::I386,
            MeminfoLine::MemTotal
            | MeminfoLine::MemFree
            | MeminfoLine::MemAvailable
            | MeminfoLine::InactiveAnon
            | MeminfoLine::AnonPages
            | MeminfoLine::KReclaimable
            | MeminfoLine::Slab
            | MeminfoLine::SReclaimable
            | MeminfoLine::SUnreclaim
            | MeminfoLine::PageTables
            | MeminfoLine::CommitLimit
            | MeminfoLine::CommittedAs
            | MeminfoLine::VmallocTotal
            | MeminfoLine::VmallocUsed
            | MeminfoLine::VmallocChunk
            | MeminfoLine::AnonHugePages
            | MeminfoLine::DirectMap4k => true,
        }
    }

    /// Returns the number, in kB.
    pub fn kib(self, world: &World) -> u64 {
        let node = |item| Counter::Node(item).value(world);
        let (high, high_free) = high_memory(world);
        let leaves = || world.direct_map();
        let pages = match self {
            MeminfoLine::MemTotal => world.managed_pages(),
            MeminfoLine::MemFree => free_pages(world),
            MeminfoLine::MemAvailable => available(world),
            MeminfoLine::InactiveAnon => node(NodeStat::NrInactiveAnon),
            MeminfoLine::HighTotal => high,
            MeminfoLine::HighFree => high_free,
            MeminfoLine::LowTotal => world.managed_pages() - high,
            MeminfoLine::LowFree => free_pages(world).saturating_sub(high_free),
            MeminfoLine::AnonPages => node(NodeStat::NrAnonPages),
            MeminfoLine::KReclaimable => {
                node(NodeStat::NrSlabReclaimable) + node(NodeStat::NrKernelMiscReclaimable)
            }
            MeminfoLine::Slab => node(NodeStat::NrSlabReclaimable) + node(NodeStat::NrSlabUnreclaimable),
            MeminfoLine::SReclaimable => node(NodeStat::NrSlabReclaimable),
            MeminfoLine::SUnreclaim => node(NodeStat::NrSlabUnreclaimable),
            MeminfoLine::PageTables => node(NodeStat::NrPageTablePages),
            MeminfoLine::CommitLimit => world.rest.sysctl.commit_limit(world.managed_pages()),
            MeminfoLine::CommittedAs => world.rest.virt.counter(VirtCounter::Committed),
            MeminfoLine::VmallocUsed => world.rest.virt.vmap.used_pages(),
            // What it was is too dear to find since 4.4: always 0.
            MeminfoLine::VmallocChunk => 0,
            MeminfoLine::AnonHugePages => {
                let huge = u64::from(world.rest.virt.mode.huge_order().pages());
                node(NodeStat::NrAnonTransparentHugepages) * huge
            }
            MeminfoLine::VmallocTotal => return world.rest.virt.layout.vmalloc().bytes() >> 10,
            MeminfoLine::DirectMap4k => return leaves().small() >> 10,
            MeminfoLine::DirectMap2M | MeminfoLine::DirectMap4M => return leaves().large() >> 10,
            MeminfoLine::DirectMap1G => return leaves().giant() >> 10,
        };
        pages * (PAGE_SIZE / 1024)
    }
}

fn free_pages(world: &World) -> u64 {
    Counter::Zone(ZoneStat::NrFreePages).value(world)
}

/// Returns the pages of high memory, and those of them that are free.
fn high_memory(world: &World) -> (u64, u64) {
    let zones = world.phys.zones().iter().filter(|(_, zone)| zone.kind == ZoneKind::HighMem);
    zones.fold((0, 0), |(total, free), (id, zone)| {
        (total + u64::from(zone.managed), free + world.phys.frames.vmstat.zone(id, ZoneStat::NrFreePages))
    })
}

/// Returns the pages that could be had without swapping, 6.1 `mm/page_alloc.c: si_mem_available`:
/// what is free above the reserves, and what can be dropped, but of that not the part that
/// the kernel will want to keep. There are no pages of files.
fn available(world: &World) -> u64 {
    let (zones, nodes) = (world.phys.zones(), world.phys.nodes());
    let reserve: u64 = nodes.iter().map(|node| world.phys.totalreserve_pages(node.id)).sum();
    let low: u64 = zones.iter().map(|(id, _)| zones.watermark(id, Wmark::Low) + zones.boost(id)).sum();
    let node = |item| Counter::Node(item).value(world);
    let reclaimable = node(NodeStat::NrSlabReclaimable) + node(NodeStat::NrKernelMiscReclaimable);
    let kept = (reclaimable / 2).min(low);
    (free_pages(world) + reclaimable - kept).saturating_sub(reserve)
}
