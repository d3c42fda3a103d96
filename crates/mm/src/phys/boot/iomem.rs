//! Physical addresses and who claims them: RAM, firmware, the kernel's image, devices.
//!
//! RAM and what firmware keeps follow from the machine; the devices are those of the PC on
//! which the captures were made, the parts of the image those of the captured kernels. Mirrors
//! 6.1 `kernel/resource.c: iomem_resource`, `arch/x86/kernel/setup.c`.

use crate::config::{Arch, MachineConfig};
use crate::phys::boot::{ACPI_PAGES, FOUR_GB, low_ram_end, memory_map};
use crate::units::{PAGE_SHIFT, Pfn};

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

const fn claim(start: u64, last: u64, depth: u8, claim: Claim) -> Resource {
    Resource { start, last, depth, claim }
}

/// The first megabyte, RAM up to the EBDA included.
const LEGACY: [Resource; 7] = [
    claim(0, 0xfff, 0, Claim::Reserved),
    claim(0x1000, 0x9_fbff, 0, Claim::SystemRam),
    claim(0x9_fc00, 0x9_ffff, 0, Claim::Reserved),
    claim(0xa_0000, 0xb_ffff, 0, Claim::PciBus),
    claim(0xc_0000, 0xc_05ff, 0, Claim::VideoRom),
    claim(0xf_0000, 0xf_ffff, 0, Claim::Reserved),
    claim(0xf_0000, 0xf_ffff, 1, Claim::SystemRom),
];
/// Only the i386 kernel looks for a graphics card here.
const VIDEO_RAM: Resource = claim(0xa_0000, 0xb_ffff, 1, Claim::VideoRam);
/// Devices below 4 GB.
const DEVICES: [Resource; 5] = [
    claim(0xfec0_0000, 0xfec0_03ff, 0, Claim::IoApic),
    claim(0xfed0_0000, 0xfed0_03ff, 0, Claim::Hpet),
    claim(0xfed0_0000, 0xfed0_03ff, 1, Claim::HpetPnp),
    claim(0xfee0_0000, 0xfee0_0fff, 0, Claim::LocalApic),
    claim(0xfffc_0000, 0xffff_ffff, 0, Claim::Reserved),
];
/// The window of PCI below 4 GB ends where the interrupt controllers start.
const PCI_WINDOW_END: u64 = 0xfec0_0000;
/// Bytes of the window of PCI above 4 GB, and what it is aligned to.
const PCI_WINDOW_64: u64 = 2 << 30;
const PCI_WINDOW_64_ALIGN: u64 = 1 << 30;
/// Addresses that the processor's own bus uses; one on which memory or a window lies there keeps
/// none.
const HYPERTRANSPORT: Resource = claim(0xfd_0000_0000, 0xff_ffff_ffff, 0, Claim::Reserved);

const X86_64_IMAGE: [Resource; 4] = [
    claim(0x100_0000, 0x1e0_1d31, 1, Claim::KernelCode),
    claim(0x200_0000, 0x28e_afff, 1, Claim::KernelRodata),
    claim(0x2a0_0000, 0x2c4_897f, 1, Claim::KernelData),
    claim(0x331_0000, 0x43f_ffff, 1, Claim::KernelBss),
];
const I386_IMAGE: [Resource; 4] = [
    claim(0x100_0000, 0x191_bc7f, 1, Claim::KernelCode),
    claim(0x191_c000, 0x1c3_8fff, 1, Claim::KernelRodata),
    claim(0x1c3_9000, 0x1d7_0bbf, 1, Claim::KernelData),
    claim(0x1e7_2000, 0x1ee_5fff, 1, Claim::KernelBss),
];

/// Returns who claims which physical addresses, lowest first, what is inside a range behind it.
pub fn resources(config: &MachineConfig) -> Vec<Resource> {
    let low_end = address(low_ram_end(config));
    let firmware = low_end - address(Pfn(ACPI_PAGES));
    let mut all = LEGACY.to_vec();
    all.push(claim(0x10_0000, firmware - 1, 0, Claim::SystemRam));
    match config.arch {
        Arch::X86_64 => all.extend(X86_64_IMAGE),
        Arch::I386 => {
            all.insert(4, VIDEO_RAM);
            all.extend(I386_IMAGE);
        }
    }
    all.push(claim(firmware, low_end - 1, 0, Claim::Reserved));
    all.push(claim(low_end, PCI_WINDOW_END - 1, 0, Claim::PciBus));
    all.extend(DEVICES);
    if config.arch == Arch::X86_64 {
        all.extend(above_4g(config));
    }
    all
}

fn above_4g(config: &MachineConfig) -> Vec<Resource> {
    let four_gb = address(FOUR_GB);
    let end = memory_map(config).iter().map(|range| address(range.end)).max().unwrap_or(0).max(four_gb);
    let ram = (end > four_gb).then(|| claim(four_gb, end - 1, 0, Claim::SystemRam));
    let start = end.next_multiple_of(PCI_WINDOW_64_ALIGN);
    let window = claim(start, start + PCI_WINDOW_64 - 1, 0, Claim::PciBus);
    let own_bus = (window.last < HYPERTRANSPORT.start).then_some(HYPERTRANSPORT);
    ram.into_iter().chain([window]).chain(own_bus).collect()
}

fn address(pfn: Pfn) -> u64 {
    u64::from(pfn.0) << PAGE_SHIFT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Bytes;

    #[test]
    fn ranges_of_any_machine_are_in_order_and_lie_in_one_another_or_apart() {
        for gb in [1, 3, 4, 64, 1000, 1009, 1010, 1011, 1012, 1023, 1024, 1030, 8192] {
            let config = MachineConfig { ram: Bytes(gb << 30), ..MachineConfig::default() };
            let all = resources(&config);
            for (at, this) in all.iter().enumerate() {
                assert!(this.start <= this.last, "{gb} GB: {this:x?}");
                let Some(next) = all.get(at + 1) else { break };
                let is_inside = next.start >= this.start && next.last <= this.last;
                let is_fine = if next.depth > this.depth { is_inside } else { next.start > this.last };
                assert!(is_fine, "{gb} GB: {this:x?} before {next:x?}");
            }
        }
    }
}
