//! In leaves of which sizes the direct map is, as `/proc/meminfo` counts them.
//!
//! x86-64 maps memory from the top down in steps that grow, each with the largest leaves that
//! its neighbours in RAM allow. A leaf of a gigabyte that several steps touch is counted by
//! each of them: the kernel's figure exceeds memory on machines above 4 GB. Afterwards the
//! kernel protects its own text and data, which splits leaves. Mirrors 6.1
//! `arch/x86/mm/init.c: memory_map_top_down, split_mem_range, adjust_range_page_size_mask`,
//! `arch/x86/mm/init_64.c: phys_pud_init`.

use crate::config::{Arch, MemoryRange};
use crate::kernels::Kernel;
use crate::units::{Bytes, PAGE_SIZE, Pfn};

const MB: u64 = 1 << 20;
const GB: u64 = 1 << 30;
/// A leaf of the second lowest level on x86-64.
const PMD: u64 = 2 * MB;
/// A leaf of the second lowest level on i386.
const PSE: u64 = 4 * MB;
/// The BIOS's part of memory: always in small pages.
const ISA_END: u64 = MB;
/// Bytes of the direct map by the size of their leaves, as the kernel counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DirectMapLeaves {
    small: u64,
    large: u64,
    giant: u64,
}

impl DirectMapLeaves {
    /// Counts the leaves of a machine with memory in `ram`.
    pub fn of(arch: Arch, ram: &[MemoryRange], end_of_low: u64, initrd: Bytes) -> DirectMapLeaves {
        match arch {
            Arch::X86_64 => x86_64(&joined(ram), initrd.0),
            Arch::I386 => i386(end_of_low.min(joined(ram).last().map_or(0, |range| range.1))),
        }
    }

    /// Returns the bytes in leaves of 4 kB.
    pub fn small(self) -> u64 {
        self.small
    }

    /// Returns the bytes in leaves of 2 MB, on i386 of 4 MB.
    pub fn large(self) -> u64 {
        self.large
    }

    /// Returns the bytes in leaves of 1 GB.
    pub fn giant(self) -> u64 {
        self.giant
    }
}

/// Joins what nodes divide; physical addresses.
fn joined(ram: &[MemoryRange]) -> Vec<(u64, u64)> {
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for &MemoryRange { start, end, .. } in ram {
        let bytes = |pfn: Pfn| pfn.addr().0;
        match joined.last_mut() {
            Some(last) if last.1 == bytes(start) => last.1 = bytes(end),
            Some(_) | None => joined.push((bytes(start), bytes(end))),
        }
    }
    joined
}

/// i386 maps low memory from the bottom up. The first leaf would hold page 0, which is not
/// memory: small pages.
fn i386(end: u64) -> DirectMapLeaves {
    let large = (end / PSE * PSE).saturating_sub(PSE + Kernel::of(Arch::I386).splits * PSE);
    DirectMapLeaves { small: end - large, large, giant: 0 }
}

fn x86_64(ram: &[(u64, u64)], initrd: u64) -> DirectMapLeaves {
    let end = ram.last().map_or(0, |range| range.1);
    let mut leaves = DirectMapLeaves { small: ISA_END, ..DirectMapLeaves::default() };
    // The topmost large leaf that is free holds the first tables.
    let is_in_one_piece = end <= 4 * GB;
    let top = if is_in_one_piece { end - initrd } else { end } / PMD * PMD;
    let (mut last, mut step, mut mapped) = (top, PMD, 0);
    while last > ISA_END {
        let start = if last > step { ((last - 1) / step * step).max(ISA_END) } else { ISA_END };
        mapped += leaves.map(ram, start, last);
        last = start;
        if mapped >= step {
            step <<= 8;
        }
    }
    leaves.map(ram, top, end);
    leaves.split(ram);
    leaves
}

impl DirectMapLeaves {
    /// Counts the leaves that the memory between `start` and `end` gets; returns its bytes.
    fn map(&mut self, ram: &[(u64, u64)], start: u64, end: u64) -> u64 {
        let mut mapped = 0;
        for &(from, to) in ram {
            let (from, to) = (from.max(start), to.min(end));
            if from < to {
                self.map_piece(ram, from, to);
                mapped += to - from;
            }
        }
        mapped
    }

    fn map_piece(&mut self, ram: &[(u64, u64)], from: u64, to: u64) {
        let is_memory = |start: u64, size: u64| ram.iter().any(|&(a, b)| a <= start && start + size <= b);
        let mut at = from;
        while at < to {
            let (giant, large) = (at / GB * GB, at / PMD * PMD);
            if is_memory(giant, GB) {
                self.giant += GB;
                at = giant + GB;
            } else if is_memory(large, PMD) {
                self.large += PMD;
                at = large + PMD;
            } else {
                self.small += PAGE_SIZE;
                at += PAGE_SIZE;
            }
        }
    }

    /// Takes away what the kernel splits: above 4 GB the first and the last gigabyte, in which
    /// its early allocations lie, then large leaves.
    fn split(&mut self, ram: &[(u64, u64)]) {
        let above = ram.iter().find(|range| range.0 >= 4 * GB);
        let whole = above.map_or(0, |&(from, to)| (to / GB).saturating_sub(from.div_ceil(GB)));
        let giants = whole.min(2) * GB;
        self.giant -= giants.min(self.giant);
        self.large += giants;
        let split = (Kernel::of(Arch::X86_64).splits * PMD).min(self.large);
        self.large -= split;
        self.small += split;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::MachineConfig;
    use crate::units::Bytes;
    use crate::world::World;

    fn kib(ram: u64, arch: Arch) -> [u64; 3] {
        let config = MachineConfig { ram: Bytes(ram * MB), arch, ..MachineConfig::default() };
        let leaves = World::boot(config).direct_map();
        [leaves.small >> 10, leaves.large >> 10, leaves.giant >> 10]
    }

    #[test]
    fn leaves_are_those_of_the_captures() {
        for (ram, leaves) in [
            (96, [24_448, 73_728, 0]),
            (512, [24_448, 499_712, 0]),
            (4096, [24_448, 3_121_152, 3_145_728]),
            (6144, [24_448, 4_169_728, 4_194_304]),
            (8192, [24_448, 4_169_728, 6_291_456]),
        ] {
            assert_eq!(kib(ram, Arch::X86_64), leaves, "{ram} MB");
        }
        assert_eq!(kib(1024, Arch::I386), [12_280, 884_736, 0]);
        assert_eq!(kib(3072, Arch::I386), [12_280, 884_736, 0]);
    }
}
