//! Physical addresses and who claims them: RAM, firmware, the kernel's image, devices.
//!
//! RAM and what firmware keeps follow from the machine; the devices are those of the PC on
//! which the captures were made, the parts of the image those of the captured kernels. Mirrors
//! 6.1 `kernel/resource.c: iomem_resource`, `arch/x86/kernel/setup.c`.

use crate::config::{Arch, MachineConfig};
use crate::kernels::pc::{
    ACPI_PAGES, DEVICES, HYPERTRANSPORT, LEGACY, PCI_WINDOW_64, PCI_WINDOW_64_ALIGN, PCI_WINDOW_END,
    VIDEO_RAM, claim,
};
use crate::kernels::{Kernel, Parts};
use crate::phys::boot::{FOUR_GB, low_ram_end, memory_map};
use crate::units::{PAGE_SHIFT, Pfn};

pub use crate::kernels::pc::{Claim, Resource};

/// Returns who claims which physical addresses, lowest first, what is inside a range behind it.
pub fn resources(config: &MachineConfig) -> Vec<Resource> {
    let low_end = address(low_ram_end(config));
    let firmware = low_end - address(Pfn(ACPI_PAGES));
    let mut all = LEGACY.to_vec();
    all.push(claim(0x10_0000, firmware - 1, 0, Claim::SystemRam));
    match config.arch {
        Arch::X86_64 => {}
        // Only this kernel looks for a graphics card there.
        Arch::I386 => all.insert(4, VIDEO_RAM),
    }
    let Parts { code, rodata, data, bss } = &Kernel::of(config.arch).parts;
    let parts = [
        (code, Claim::KernelCode),
        (rodata, Claim::KernelRodata),
        (data, Claim::KernelData),
        (bss, Claim::KernelBss),
    ];
    all.extend(parts.map(|(&(start, last), part)| claim(start, last, 1, part)));
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
