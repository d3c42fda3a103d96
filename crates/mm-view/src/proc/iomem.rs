//! `/proc/iomem`, 6.1 `kernel/resource.c: r_show`.

use core::fmt::Write as _;

use mm::phys::boot::iomem::{Claim, resources};
use mm::world::World;

pub(super) fn iomem(world: &World) -> String {
    let mut out = String::new();
    for resource in resources(&world.config) {
        let indent = "  ".repeat(usize::from(resource.depth));
        let _ =
            writeln!(out, "{indent}{:08x}-{:08x} : {}", resource.start, resource.last, name(resource.claim));
    }
    out
}

const fn name(claim: Claim) -> &'static str {
    match claim {
        Claim::SystemRam => "System RAM",
        Claim::Reserved => "Reserved",
        Claim::KernelCode => "Kernel code",
        Claim::KernelRodata => "Kernel rodata",
        Claim::KernelData => "Kernel data",
        Claim::KernelBss => "Kernel bss",
        Claim::PciBus => "PCI Bus 0000:00",
        Claim::VideoRam => "Video RAM area",
        Claim::VideoRom => "Video ROM",
        Claim::SystemRom => "System ROM",
        Claim::IoApic => "IOAPIC 0",
        Claim::Hpet => "HPET 0",
        Claim::HpetPnp => "PNP0103:00",
        Claim::LocalApic => "Local APIC",
    }
}
