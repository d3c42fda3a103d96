//! What a machine is made of: what `boot` was told, with defaults filled in.

use crate::units::{Bytes, Order, PAGE_SHIFT, Pfn};

/// RAM of the smallest machine that 6.1 would boot on.
pub const RAM_MIN: Bytes = Bytes(16 << 20);
/// RAM of the largest machine: with the hole below 4 GiB every frame still has a 32-bit number.
pub const RAM_MAX: Bytes = Bytes(8 << 40);
/// Processors of a machine.
pub const CPUS_MAX: u8 = 64;
/// Memory nodes of a machine.
pub const NODES_MAX: u8 = 8;

/// Instruction set and its paging.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub enum Arch {
    /// 64-bit, four levels of 9 bits.
    #[default]
    X86_64,
    /// 32-bit without PAE, two levels of 10 bits.
    I386,
}

impl Arch {
    /// Returns the name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Arch::X86_64 => "x86_64",
            Arch::I386 => "i386",
        }
    }

    /// Returns the binary logarithm of a pageblock's frames: a huge page's on x86-64, the
    /// largest block on i386 (6.1 `include/linux/pageblock-flags.h`).
    pub const fn pageblock_order(self) -> Order {
        match self {
            Arch::X86_64 => Order::new(9),
            Arch::I386 => Order::new(10),
        }
    }
}

/// `/sys/kernel/mm/transparent_hugepage/enabled`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum ThpMode {
    /// Huge pages wherever they fit.
    Always,
    /// Only in areas marked with `MADV_HUGEPAGE`.
    Madvise,
    /// Not at all.
    Never,
}

impl ThpMode {
    /// Every mode, in the order the file lists them.
    pub const ALL: [ThpMode; 3] = [ThpMode::Always, ThpMode::Madvise, ThpMode::Never];

    /// Returns the word in the file.
    pub const fn name(self) -> &'static str {
        match self {
            ThpMode::Always => "always",
            ThpMode::Madvise => "madvise",
            ThpMode::Never => "never",
        }
    }
}

/// `/sys/kernel/mm/transparent_hugepage/defrag`: what a fault may do to find a huge page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum ThpDefrag {
    /// It compacts and reclaims by itself.
    Always,
    /// It wakes the daemons and takes small pages.
    Defer,
    /// In areas marked with `MADV_HUGEPAGE` as `always`, elsewhere as `defer`.
    DeferMadvise,
    /// In areas marked with `MADV_HUGEPAGE` as `always`, elsewhere as `never`.
    Madvise,
    /// It takes what is free.
    Never,
}

impl ThpDefrag {
    /// Every value, in the order the file lists them.
    pub const ALL: [ThpDefrag; 5] =
        [ThpDefrag::Always, ThpDefrag::Defer, ThpDefrag::DeferMadvise, ThpDefrag::Madvise, ThpDefrag::Never];

    /// Returns the word in the file.
    pub const fn name(self) -> &'static str {
        match self {
            ThpDefrag::Always => "always",
            ThpDefrag::Defer => "defer",
            ThpDefrag::DeferMadvise => "defer+madvise",
            ThpDefrag::Madvise => "madvise",
            ThpDefrag::Never => "never",
        }
    }
}

/// What decides about huge pages in faults.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Thp {
    /// Where they are given.
    pub enabled: ThpMode,
    /// How hard they are looked for.
    pub defrag: ThpDefrag,
    /// Whether reads of fresh memory map a shared huge page of zeroes.
    pub use_zero_page: bool,
}

/// Managed memory from which 6.1 turns huge pages on by itself; below it everything about them
/// is off (`mm/huge_memory.c: hugepage_init`).
const THP_DEFAULT_MIN: Bytes = Bytes(512 << 20);

impl Thp {
    /// Returns 6.1's defaults on a machine with `ram_pages` managed pages.
    pub fn defaults(ram_pages: u64) -> Thp {
        if ram_pages < THP_DEFAULT_MIN.pages_up() {
            Thp { enabled: ThpMode::Never, defrag: ThpDefrag::Never, use_zero_page: false }
        } else {
            Thp { enabled: ThpMode::Always, defrag: ThpDefrag::Madvise, use_zero_page: true }
        }
    }
}

/// Processor, counted from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct CpuId(pub u8);

/// Memory node, counted from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct NodeId(pub u8);

/// Frames `start..end` that are RAM, on one node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MemoryRange {
    /// Node that the RAM belongs to.
    pub node: u8,
    /// First frame.
    pub start: Pfn,
    /// Frame after the last.
    pub end: Pfn,
}

/// What a PC makes of RAM that the devices below 4 GB hide.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub enum Remap {
    /// It appears above 4 GB.
    #[default]
    Above4G,
    /// It is lost: boards of the first 64-bit years cannot move it.
    Lost,
}

/// How far the memory nodes are from each other, as firmware tells the kernel (ACPI SLIT).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub enum Topology {
    /// Every other node is equally far: 20. What 6.1 assumes when firmware says nothing.
    #[default]
    Flat,
    /// Two nodes in each socket: 12 to the neighbour, 32 to the other socket.
    Sockets,
}

impl Topology {
    /// Returns the distance between two nodes, 10 for a node and itself.
    pub const fn distance(self, from: NodeId, to: NodeId) -> u8 {
        if from.0 == to.0 {
            return 10;
        }
        match self {
            Topology::Flat => 20,
            Topology::Sockets if from.0 / 2 == to.0 / 2 => 12,
            Topology::Sockets => 32,
        }
    }
}

/// An amount of memory on the kernel's command line: `512M` or `30%`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Portion {
    /// So much.
    Size(Bytes),
    /// So many per cent of all RAM.
    Percent(u8),
}

impl Portion {
    /// Returns the frames that it is of `total`.
    pub fn of(self, total: u64) -> u64 {
        match self {
            Portion::Size(bytes) => bytes.0 >> PAGE_SHIFT,
            Portion::Percent(percent) => total * u64::from(percent) / 100,
        }
    }
}

/// A machine to boot. Fixed from boot to the next boot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MachineConfig {
    /// Instruction set.
    pub arch: Arch,
    /// RAM as the user named it, holes not deducted.
    pub ram: Bytes,
    /// Processors, at least one.
    pub cpus: u8,
    /// Memory nodes, at least one.
    pub nodes: u8,
    /// Mode of transparent huge pages; `None` lets the kernel choose by the size of RAM.
    pub thp: Option<ThpMode>,
    /// Start of the model's random stream.
    pub seed: u64,
    /// Memory for movable pages only, `movablecore=`.
    pub movablecore: Option<Portion>,
    /// Memory for pages of any kind, `kernelcore=`; the rest is for movable pages only.
    pub kernelcore: Option<Portion>,
    /// Size of the initial RAM disk, `initrd=`; `None`: the kernel's own.
    pub initrd: Option<Bytes>,
    /// Where the RAM goes that devices below 4 GB hide.
    pub remap: Remap,
    /// How far nodes are from each other.
    pub topology: Topology,
    /// Order of the blocks of free memory in each of which one page is pinned; `None`: memory
    /// is as boot leaves it.
    pub pinned: Option<Order>,
}

/// RAM of a machine that `boot` says nothing of.
pub const DEFAULT_RAM: Bytes = Bytes(512 << 20);

impl Default for MachineConfig {
    fn default() -> MachineConfig {
        MachineConfig {
            arch: Arch::X86_64,
            ram: DEFAULT_RAM,
            cpus: 1,
            nodes: 1,
            thp: None,
            seed: 1,
            movablecore: None,
            kernelcore: None,
            initrd: None,
            remap: Remap::Above4G,
            topology: Topology::Flat,
            pinned: None,
        }
    }
}
