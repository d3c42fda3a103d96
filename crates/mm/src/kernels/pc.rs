//! The PC that the captures were made on: what lies where in physical addresses.

use crate::units::{Pfn, Span};

/// RAM up to here lies in one piece below the PCI hole.
pub(crate) const ONE_PIECE_BELOW: u64 = 3584 << 20; // fitted: BIOS-e820 of sizes on both sides
/// RAM below the PCI hole when there is more than that.
pub(crate) const LOW_PAGES: u32 = 3 << 18; // boot log: BIOS-e820
/// Page 0 belongs to the BIOS; the DMA zone starts behind it.
pub(crate) const FIRST_PFN: Pfn = Pfn(1); // boot log: "DMA [mem 0x0000000000001000-"
/// Start and end of what the PC keeps below 1 MB: EBDA, video memory, ROMs.
pub(crate) const LEGACY_HOLE: Span = Span::new(0x9f, 0x100); // boot log: BIOS-e820
/// Frames at the end of low RAM that the firmware keeps for its tables: 128 KB.
pub(crate) const ACPI_PAGES: u32 = 32; // boot log: BIOS-e820
/// Frames that the kernel leaves to firmware and to bringing up processors: the first megabyte.
pub(crate) const FIRST_MEGABYTE: Span = Span::new(0, 0x100); // documented: reserve_real_mode

/// What a range of physical addresses is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Claim {
    /// Memory that the kernel may use.
    SystemRam,
    /// What firmware keeps for itself.
    Reserved,
    /// Instructions of the kernel.
    KernelCode,
    /// Constants of the kernel.
    KernelRodata,
    /// Variables of the kernel.
    KernelData,
    /// Variables of the kernel that start as zero.
    KernelBss,
    /// Addresses that the PCI bridge passes on to devices.
    PciBus,
    /// The window of a graphics card from the first PCs.
    VideoRam,
    /// Firmware of the graphics card.
    VideoRom,
    /// Firmware of the board.
    SystemRom,
    /// Interrupt controller of the board.
    IoApic,
    /// High-precision timer.
    Hpet,
    /// The same timer as the firmware's tables name it.
    HpetPnp,
    /// Interrupt controller of each processor.
    LocalApic,
}

/// A range of physical addresses with its owner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Resource {
    /// First byte.
    pub start: u64,
    /// Last byte.
    pub last: u64,
    /// Ranges that contain it.
    pub depth: u8,
    /// Whose it is.
    pub claim: Claim,
}

pub(crate) const fn claim(start: u64, last: u64, depth: u8, claim: Claim) -> Resource {
    Resource { start, last, depth, claim }
}

/// The first megabyte, RAM up to the EBDA included.
pub(crate) const LEGACY: &[Resource] = &[
    claim(0, 0xfff, 0, Claim::Reserved),            // boot log: iomem
    claim(0x1000, 0x9_fbff, 0, Claim::SystemRam),   // boot log: iomem
    claim(0x9_fc00, 0x9_ffff, 0, Claim::Reserved),  // boot log: iomem
    claim(0xa_0000, 0xb_ffff, 0, Claim::PciBus),    // boot log: iomem
    claim(0xc_0000, 0xc_05ff, 0, Claim::VideoRom),  // boot log: iomem
    claim(0xf_0000, 0xf_ffff, 0, Claim::Reserved),  // boot log: iomem
    claim(0xf_0000, 0xf_ffff, 1, Claim::SystemRom), // boot log: iomem
];
/// Only the i386 kernel looks for a graphics card here.
pub(crate) const VIDEO_RAM: Resource = claim(0xa_0000, 0xb_ffff, 1, Claim::VideoRam); // boot log: iomem
/// Devices below 4 GB.
pub(crate) const DEVICES: &[Resource] = &[
    claim(0xfec0_0000, 0xfec0_03ff, 0, Claim::IoApic), // boot log: iomem
    claim(0xfed0_0000, 0xfed0_03ff, 0, Claim::Hpet),   // boot log: iomem
    claim(0xfed0_0000, 0xfed0_03ff, 1, Claim::HpetPnp), // boot log: iomem
    claim(0xfee0_0000, 0xfee0_0fff, 0, Claim::LocalApic), // boot log: iomem
    claim(0xfffc_0000, 0xffff_ffff, 0, Claim::Reserved), // boot log: iomem
];
/// The window of PCI below 4 GB ends where the interrupt controllers start.
pub(crate) const PCI_WINDOW_END: u64 = 0xfec0_0000; // boot log: iomem
/// Bytes of the window of PCI above 4 GB, and what it is aligned to.
pub(crate) const PCI_WINDOW_64: u64 = 2 << 30; // boot log: iomem
pub(crate) const PCI_WINDOW_64_ALIGN: u64 = 1 << 30; // boot log: iomem
/// Addresses that the processor's own bus uses; one on which memory or a window lies there keeps
/// none.
pub(crate) const HYPERTRANSPORT: Resource = claim(0xfd_0000_0000, 0xff_ffff_ffff, 0, Claim::Reserved); // boot log: iomem
