//! What lies where in the kernel's half of the address space.
//!
//! Constants of the architecture, in address order. On i386 each of them is taken off the
//! gigabyte that the kernel has, and what is left is the direct map: hence "896 MB". Mirrors
//! 6.1 `Documentation/x86/x86_64/mm.rst`, `arch/x86/include/asm/pgtable_64_types.h`,
//! `arch/x86/include/asm/pgtable_32_areas.h`.

use super::AddressLayout;
use crate::units::VirtAddr;

/// What a part of the kernel's addresses is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum BandKind {
    /// All memory (x86-64) or low memory (i386) in one piece: address = physical + `PAGE_OFFSET`.
    DirectMap,
    /// Mapped page by page: `vmalloc`, `ioremap`, kernel stacks.
    Vmalloc,
    /// The page structs, `mem_map` as one array (x86-64).
    Vmemmap,
    /// Slots for frames of high memory: `kmap` (i386).
    Pkmap,
    /// Local descriptor tables.
    Ldt,
    /// Entry stacks and tables of each processor.
    CpuEntryArea,
    /// The kernel's image.
    KernelText,
    /// Modules.
    Modules,
    /// Addresses fixed at compile time.
    Fixmap,
}

impl BandKind {
    /// Every kind.
    pub const ALL: [BandKind; 9] = [
        BandKind::DirectMap,
        BandKind::Vmalloc,
        BandKind::Vmemmap,
        BandKind::Pkmap,
        BandKind::Ldt,
        BandKind::CpuEntryArea,
        BandKind::KernelText,
        BandKind::Modules,
        BandKind::Fixmap,
    ];

    /// Returns how scripts write it.
    pub const fn name(self) -> &'static str {
        match self {
            BandKind::DirectMap => "direct_map",
            BandKind::Vmalloc => "vmalloc",
            BandKind::Vmemmap => "vmemmap",
            BandKind::Pkmap => "pkmap",
            BandKind::Ldt => "ldt",
            BandKind::CpuEntryArea => "cpu_entry_area",
            BandKind::KernelText => "kernel_text",
            BandKind::Modules => "modules",
            BandKind::Fixmap => "fixmap",
        }
    }
}

/// A part of the kernel's half.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Band {
    /// What it is for.
    pub kind: BandKind,
    /// First address.
    pub start: u64,
    /// Address after the last.
    pub end: u64,
}

impl Band {
    /// Returns its bytes.
    pub const fn bytes(&self) -> u64 {
        self.end - self.start
    }

    /// Returns whether `va` lies in it.
    pub const fn contains(&self, va: VirtAddr) -> bool {
        self.start <= va.0 && va.0 < self.end
    }
}

const fn band(kind: BandKind, start: u64, end: u64) -> Band {
    Band { kind, start, end }
}

/// x86-64 with four levels and without randomisation; the fixed mappings start somewhere in their
/// band, by how many a kernel is built with.
pub(super) static X86_64_BANDS: &[Band] = &[
    band(BandKind::DirectMap, 0xffff_8880_0000_0000, 0xffff_c880_0000_0000),
    band(BandKind::Vmalloc, 0xffff_c900_0000_0000, 0xffff_e8ff_ffff_ffff),
    band(BandKind::Vmemmap, 0xffff_ea00_0000_0000, 0xffff_eb00_0000_0000),
    band(BandKind::CpuEntryArea, 0xffff_fe00_0000_0000, 0xffff_fe80_0000_0000),
    band(BandKind::KernelText, 0xffff_ffff_8000_0000, 0xffff_ffff_a000_0000),
    band(BandKind::Modules, 0xffff_ffff_a000_0000, 0xffff_ffff_ff00_0000),
    band(BandKind::Fixmap, 0xffff_ffff_ff00_0000, 0xffff_ffff_ff7f_f000),
];

/// i386 without PAE, built for 3 GB of user addresses. From the top down: the fixed mappings
/// (with what each processor needs to enter the kernel below them), the descriptor tables,
/// `pkmap`, two guard pages, 128 MB of which `vmalloc` has all but a gap of 8 MB, and what is
/// left is the direct map. Where it ends is that of the captured kernel.
pub(super) static I386_BANDS: &[Band] = &[
    band(BandKind::DirectMap, 0xc000_0000, 0xf6bf_e000),
    band(BandKind::Vmalloc, 0xf73f_e000, 0xfebf_e000),
    band(BandKind::Pkmap, 0xfec0_0000, 0xff00_0000),
    band(BandKind::Ldt, 0xff00_0000, 0xff40_0000),
    band(BandKind::CpuEntryArea, 0xff40_0000, 0xff80_0000),
    band(BandKind::Fixmap, 0xff80_0000, 0xffff_f000),
];

impl AddressLayout {
    /// Returns the part of the kernel's addresses that is for `kind`, if there is one.
    pub fn band(&self, kind: BandKind) -> Option<&'static Band> {
        self.bands.iter().find(|band| band.kind == kind)
    }

    /// Returns where `vmalloc` may map: `VMALLOC_START`, `VMALLOC_END`.
    ///
    /// # Panics
    /// Never: every architecture has it.
    pub fn vmalloc(&self) -> &'static Band {
        self.band(BandKind::Vmalloc).expect("every kernel has vmalloc")
    }

    /// Returns the part of the kernel's addresses that contains `va`.
    pub fn band_of(&self, va: VirtAddr) -> Option<&'static Band> {
        self.bands.iter().find(|band| band.contains(va))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Arch;
    use crate::units::PAGE_SIZE;

    #[test]
    fn bands_follow_each_other() {
        for arch in [Arch::X86_64, Arch::I386] {
            let layout = AddressLayout::of(arch);
            let mut end = layout.task_size;
            for band in layout.bands {
                assert!(end <= band.start && band.start < band.end, "{band:x?}");
                end = band.end;
            }
            let direct = layout.band(BandKind::DirectMap).expect("a direct map");
            assert_eq!((direct.start, direct.bytes()), (layout.direct_map, layout.direct_map_bytes));
        }
    }

    #[test]
    fn sizes_are_those_that_meminfo_prints() {
        assert_eq!(AddressLayout::of(Arch::X86_64).vmalloc().bytes() >> 10, 34_359_738_367);
        assert_eq!(AddressLayout::of(Arch::I386).vmalloc().bytes() >> 10, 122_880);
        let layout = AddressLayout::of(Arch::I386);
        let pkmap = layout.band(BandKind::Pkmap).expect("i386 has pkmap");
        // 4 GB - everything above - 128 MB = the 876 MB that are left.
        assert_eq!(layout.vmalloc().end, pkmap.start - 2 * PAGE_SIZE);
        assert_eq!(layout.vmalloc().end - (128 << 20) - layout.direct_map, layout.direct_map_bytes);
    }
}
