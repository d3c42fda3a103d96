//! Sizes of translation caches, as data.

use crate::config::Arch;

/// One array of entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TlbArray {
    /// Name for views.
    pub name: &'static str,
    /// Sets, a power of two.
    pub sets: u16,
    /// Ways, 16 at most.
    pub ways: u8,
    /// Binary logarithms of the page sizes it holds.
    pub shifts: &'static [u8],
}

/// The arrays of a CPU, first level first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TlbGeometry {
    /// The arrays, in the order of looking.
    pub arrays: &'static [TlbArray],
    /// Whether entries are tagged, so that a switch need not flush.
    pub pcid: bool,
}

pub(super) static X86_64_TLB: TlbGeometry = TlbGeometry {
    arrays: &[
        TlbArray { name: "L1 4K", sets: 16, ways: 4, shifts: &[12] },
        TlbArray { name: "STLB", sets: 128, ways: 12, shifts: &[12, 21] },
        TlbArray { name: "L1 2M", sets: 8, ways: 4, shifts: &[21] },
        TlbArray { name: "L1 1G", sets: 1, ways: 4, shifts: &[30] },
    ],
    pcid: true,
};

pub(super) static I386_TLB: TlbGeometry = TlbGeometry {
    arrays: &[
        TlbArray { name: "L1 4K", sets: 16, ways: 4, shifts: &[12] },
        TlbArray { name: "STLB", sets: 128, ways: 12, shifts: &[12, 22] },
        TlbArray { name: "L1 4M", sets: 8, ways: 4, shifts: &[22] },
    ],
    pcid: false,
};

impl TlbGeometry {
    /// Returns the arrays of `arch`; 32-bit kernels use no PCID.
    pub fn of(arch: Arch) -> &'static TlbGeometry {
        match arch {
            Arch::X86_64 => &X86_64_TLB,
            Arch::I386 => &I386_TLB,
        }
    }
}
