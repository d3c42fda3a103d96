//! Paging modes as data: how many levels, how wide, what an entry looks like.
//!
//! A mode is chosen when a machine boots, so it is a table and not a type parameter: the
//! same walker does four levels of 9 bits, two of 10, and whatever a textbook draws.

use super::pte::{Codec, I386_CODEC, X86_64_CODEC};
use crate::config::Arch;
use crate::units::{Order, VirtAddr, low16};

/// The most levels that a mode may have.
pub const MAX_LEVELS: usize = 5;

/// One level of tables, from the root (depth 0) down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Level {
    /// The kernel's name.
    pub name: &'static str,
    /// Lowest bit of the address that indexes this level.
    pub shift: u8,
    /// Bits of the address that index this level.
    pub bits: u8,
    /// Whether an entry may map memory itself.
    pub may_be_leaf: bool,
}

impl Level {
    /// Returns the entries in a table.
    pub const fn entries(&self) -> u16 {
        1 << self.bits
    }

    /// Returns the bytes that one entry covers.
    pub const fn span(&self) -> u64 {
        1 << self.shift
    }
}

/// A way of translating addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PagingMode {
    /// Name for scripts and views.
    pub name: &'static str,
    /// Levels from the root down; the last maps pages.
    pub levels: &'static [Level],
    /// Bits of a virtual address that mean something.
    pub va_bits: u8,
    /// Bits of a virtual address as written: above `va_bits` it must be sign-extended.
    pub address_bits: u8,
    /// Bits of a physical address.
    pub pa_bits: u8,
    /// Bytes of an entry.
    pub entry_bytes: u8,
    /// Binary logarithm of the page size.
    pub page_shift: u8,
    /// Order of the root's block: two pages where page-table isolation keeps two roots.
    pub root_order: Order,
    /// Layout of an entry.
    pub codec: &'static Codec,
}

/// x86-64 with four levels of 9 bits; the kernel is built with page-table isolation, which
/// makes the root an order-1 block even on a CPU that does not need two roots.
pub static X86_64_4LEVEL: PagingMode = PagingMode {
    name: "x86_64-4level",
    levels: &[
        Level { name: "PGD", shift: 39, bits: 9, may_be_leaf: false },
        Level { name: "PUD", shift: 30, bits: 9, may_be_leaf: true },
        Level { name: "PMD", shift: 21, bits: 9, may_be_leaf: true },
        Level { name: "PTE", shift: 12, bits: 9, may_be_leaf: true },
    ],
    va_bits: 48,
    address_bits: 64,
    pa_bits: 52,
    entry_bytes: 8,
    page_shift: 12,
    root_order: Order::new(1),
    codec: &X86_64_CODEC,
};

/// i386 without PAE: two levels of 10 bits, 4 MB leaves in the directory.
pub static I386_2LEVEL: PagingMode = PagingMode {
    name: "i386-2level",
    levels: &[
        Level { name: "PGD", shift: 22, bits: 10, may_be_leaf: true },
        Level { name: "PTE", shift: 12, bits: 10, may_be_leaf: true },
    ],
    va_bits: 32,
    address_bits: 32,
    pa_bits: 32,
    entry_bytes: 4,
    page_shift: 12,
    root_order: Order::ZERO,
    codec: &I386_CODEC,
};

impl PagingMode {
    /// Returns the mode that Linux uses on `arch`.
    pub fn of(arch: Arch) -> &'static PagingMode {
        match arch {
            Arch::X86_64 => &X86_64_4LEVEL,
            Arch::I386 => &I386_2LEVEL,
        }
    }

    /// Returns the index of `va` in the table at `depth`, 0 for the root.
    ///
    /// # Panics
    /// When there is no such level.
    #[inline]
    pub fn index(&self, va: VirtAddr, depth: usize) -> u16 {
        let level = &self.levels[depth];
        low16(va.0 >> level.shift) & (level.entries() - 1)
    }

    /// Returns the offset of `va` within memory mapped by an entry at `depth`.
    ///
    /// # Panics
    /// When there is no such level.
    #[inline]
    pub fn offset(&self, va: VirtAddr, depth: usize) -> u64 {
        va.0 & (self.levels[depth].span() - 1)
    }

    /// Returns whether the bits of `va` that no level looks at repeat the highest one.
    #[inline]
    pub fn is_canonical(&self, va: VirtAddr) -> bool {
        if self.address_bits == self.va_bits {
            return va.0 >> self.va_bits == 0;
        }
        let unused = 64 - self.va_bits;
        crate::units::unsigned(crate::units::signed(va.0 << unused) >> unused) == va.0
    }

    /// Returns the address `bytes` above `va` as the kernel computes it in an `unsigned long`;
    /// `None` where the sum wraps or `va` is wider than one.
    pub fn checked_add(&self, va: VirtAddr, bytes: u64) -> Option<VirtAddr> {
        let last = u64::MAX >> (64 - self.address_bits);
        va.checked_add(bytes).filter(|sum| sum.0 <= last)
    }

    /// Returns the depth of the level that maps pages.
    pub fn leaf_depth(&self) -> usize {
        self.levels.len() - 1
    }

    /// Returns the bytes of a huge page (`HPAGE_PMD_SIZE`): what an entry above the last level
    /// covers. 2 MB on x86-64, 4 MB on i386.
    pub fn huge_size(&self) -> u64 {
        self.levels[self.leaf_depth() - 1].span()
    }

    /// Returns the order of a huge page's block (`HPAGE_PMD_ORDER`).
    pub fn huge_order(&self) -> Order {
        Order::new(self.levels[self.leaf_depth()].bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_offset_use_every_bit_once() {
        for mode in [&X86_64_4LEVEL, &I386_2LEVEL] {
            let mut top = mode.va_bits;
            for level in mode.levels {
                assert_eq!(level.shift + level.bits, top, "{} {}", mode.name, level.name);
                top = level.shift;
            }
            assert_eq!(top, mode.page_shift);
            let table_bytes = u32::from(mode.levels[0].entries()) * u32::from(mode.entry_bytes);
            assert_eq!(table_bytes, 4096);
        }
    }

    #[test]
    fn canonical_form() {
        let mode = &X86_64_4LEVEL;
        for (va, canonical) in [
            (0, true),
            (0x7fff_ffff_ffff, true),
            (0x8000_0000_0000, false),
            (0xffff_7fff_ffff_ffff, false),
            (0xffff_8000_0000_0000, true),
            (u64::MAX, true),
        ] {
            assert_eq!(mode.is_canonical(VirtAddr(va)), canonical, "{va:#x}");
        }
        assert!(I386_2LEVEL.is_canonical(VirtAddr(0xffff_ffff)));
        assert!(!I386_2LEVEL.is_canonical(VirtAddr(0x1_0000_0000)));
    }

    #[test]
    fn indices_of_the_lesson() {
        let va = VirtAddr(0x7fff_dead_beef);
        let idx: Vec<u16> = (0..4).map(|depth| X86_64_4LEVEL.index(va, depth)).collect();
        assert_eq!(idx, [255, 511, 245, 219]);
        assert_eq!(X86_64_4LEVEL.offset(va, 3), 0xeef);
        let va = VirtAddr(0x0804_8123);
        assert_eq!([I386_2LEVEL.index(va, 0), I386_2LEVEL.index(va, 1)], [32, 72]);
    }
}
