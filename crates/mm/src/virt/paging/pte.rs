//! Entries of page tables: raw bits to an enum, and back.
//!
//! Everything branches on [`Entry`], never on bits; the raw word stays with it for the bit
//! view. The layouts are data. Mirrors 6.1 `arch/x86/include/asm/pgtable*.h`.

mod layouts;

use crate::units::{Pfn, low8, low32};

pub use layouts::{I386_CODEC, X86_64_CODEC};

/// What the bits of an entry say about the memory it maps: a set of [`Codec`]-independent
/// attributes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct PteFlags(u16);

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident = $bit:literal, $word:literal;)*) => {
        impl PteFlags {
            $($(#[$doc])* pub const $name: PteFlags = PteFlags(1 << $bit);)*

            /// Every attribute with the name that scripts use: `pte(P,VA).dirty`.
            pub const NAMES: &[(PteFlags, &'static str)] = &[$((PteFlags::$name, $word)),*];
        }
    };
}

flags! {
    /// The hardware may use the entry.
    PRESENT = 0, "present";
    /// Writes are allowed.
    WRITE = 1, "rw";
    /// User mode may use it.
    USER = 2, "user";
    /// Write-through.
    WRITE_THROUGH = 3, "pwt";
    /// Not cached.
    CACHE_DISABLE = 4, "pcd";
    /// The hardware has used it.
    ACCESSED = 5, "accessed";
    /// The hardware has written through it.
    DIRTY = 6, "dirty";
    /// Kept over a change of address space.
    GLOBAL = 7, "global";
    /// Memory type extension.
    PAT = 8, "pat";
    /// Not backed by a counted page: the zero page, devices.
    SPECIAL = 9, "special";
    /// Written since the soft-dirty bits were last cleared.
    SOFT_DIRTY = 10, "soft_dirty";
    /// Write-protected by userfaultfd.
    UFFD_WP = 11, "uffd_wp";
    /// Device memory with page structs.
    DEVMAP = 12, "devmap";
    /// No instruction fetches.
    NO_EXEC = 13, "nx";
    /// Present for the kernel only: `PROT_NONE` over a mapped page.
    PROT_NONE = 14, "prot_none";
}

impl PteFlags {
    /// No attribute.
    pub const NONE: PteFlags = PteFlags(0);

    /// Returns both sets together.
    #[must_use]
    pub const fn with(self, other: PteFlags) -> PteFlags {
        PteFlags(self.0 | other.0)
    }

    /// Returns these attributes less `other`.
    #[must_use]
    pub const fn without(self, other: PteFlags) -> PteFlags {
        PteFlags(self.0 & !other.0)
    }

    /// Returns the attributes in both sets.
    #[must_use]
    pub const fn and(self, other: PteFlags) -> PteFlags {
        PteFlags(self.0 & other.0)
    }

    /// Returns whether any attribute of `other` is set.
    pub const fn intersects(self, other: PteFlags) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns whether all attributes of `other` are set.
    #[inline]
    pub const fn contains(self, other: PteFlags) -> bool {
        self.0 & other.0 == other.0
    }
}

/// An entry, decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry {
    /// All bits zero.
    None,
    /// Points to the next table.
    Table {
        /// The table's frame.
        table: Pfn,
        /// Rights and accessed bit.
        flags: PteFlags,
    },
    /// Maps memory, for the hardware or (with `PROT_NONE`) only in the kernel's books.
    Leaf {
        /// First frame.
        pfn: Pfn,
        /// Rights and state.
        flags: PteFlags,
    },
    /// Not present: the page is in a swap area.
    Swap {
        /// Number of the area.
        kind: u8,
        /// Slot in the area.
        offset: u64,
        /// The page belonged to this process only.
        exclusive: bool,
        /// The page was soft-dirty.
        soft_dirty: bool,
    },
}

/// A named bit or range of bits, for the bit view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    /// Lowest bit.
    pub low: u8,
    /// Number of bits.
    pub bits: u8,
    /// Short name on the bit.
    pub name: &'static str,
    /// Key of its explanation.
    pub key: &'static str,
}

impl Field {
    /// Returns what the field holds in a raw entry.
    pub const fn value(&self, raw: u64) -> u64 {
        raw >> self.low & (u64::MAX >> (64 - self.bits))
    }
}

/// Where the swap type and offset of a non-present entry lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SwapLayout {
    /// Lowest bit of the type.
    pub kind_low: u8,
    /// Bits of the type.
    pub kind_bits: u8,
    /// Lowest bit of the offset.
    pub offset_low: u8,
    /// Bits of the offset.
    pub offset_bits: u8,
    /// Whether the offset is stored inverted, so that it is no low physical address to a
    /// speculating CPU (L1TF).
    pub inverted: bool,
    /// Bit of the soft-dirty mark, if there is one.
    pub soft_dirty: Option<u8>,
    /// Bit of the exclusive mark.
    pub exclusive: u8,
}

/// Masks of the bits that the hardware itself reads and writes; 0 where it has none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HardwareBits {
    /// The entry may be used.
    pub present: u64,
    /// Writes are allowed.
    pub write: u64,
    /// User mode may use it.
    pub user: u64,
    /// Set when the entry is used.
    pub accessed: u64,
    /// Set when a leaf is written through.
    pub dirty: u64,
    /// Makes an entry above the last level a leaf.
    pub large: u64,
    /// Forbids fetches.
    pub no_exec: u64,
}

/// The layout of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Codec {
    /// Bits by attribute in leaves of the last level; absent ones have no place here.
    bits: &'static [(PteFlags, u8)],
    /// What the hardware's walk looks at, as masks of the raw word.
    pub hardware: HardwareBits,
    /// Bit that makes an entry above the last level a leaf.
    large: u8,
    /// PAT bit of such a leaf.
    large_pat: u8,
    /// Lowest bit of the frame number.
    pfn_low: u8,
    /// Bits of the frame number.
    pfn_bits: u8,
    /// Bit that, without the present bit, means `PROT_NONE`.
    prot_none: u8,
    /// Whether a `PROT_NONE` entry keeps its frame number inverted (L1TF).
    prot_none_inverted: bool,
    /// Non-present entries of swapped pages.
    pub swap: SwapLayout,
    /// Names of the bits of an entry that maps a page.
    pub leaf_fields: &'static [Field],
    /// Names of the bits of an entry that points to a table.
    pub table_fields: &'static [Field],
    /// Names of the bits of a leaf above the last level.
    pub large_fields: &'static [Field],
    /// Names of the bits of a swap entry.
    pub swap_fields: &'static [Field],
}

impl Codec {
    /// Decodes an entry: `last` when its table is of the last level.
    #[inline]
    pub fn decode(&self, raw: u64, last: bool) -> Entry {
        if raw == 0 {
            return Entry::None;
        }
        let present = raw & self.hardware.present != 0;
        if !present && raw >> self.prot_none & 1 == 0 {
            return self.decode_swap(raw);
        }
        let leaf = last || raw >> self.large & 1 != 0;
        if !leaf {
            return Entry::Table { table: Pfn(self.pfn(raw)), flags: self.flags(raw, true) };
        }
        let word = self.upright(raw);
        let align = if last { 0 } else { 1 << (self.large_pat - self.pfn_low) };
        Entry::Leaf { pfn: Pfn(self.pfn(word) & !align), flags: self.flags(word, !last) }
    }

    /// Returns the bits of an entry that are not its frame number: among entries of the last level
    /// they say alone whether it maps a page, and how.
    #[inline]
    pub fn attributes(&self, raw: u64) -> u64 {
        raw & !self.pfn_mask()
    }

    /// Returns the frame that an entry of the last level maps, of one that maps any.
    #[inline]
    pub fn frame(&self, raw: u64) -> Pfn {
        Pfn(self.pfn(self.upright(raw)))
    }

    /// Returns a leaf with its frame number as it is meant.
    #[inline]
    fn upright(&self, raw: u64) -> u64 {
        let inverted = self.prot_none_inverted && raw & self.hardware.present == 0;
        if inverted { raw ^ self.pfn_mask() } else { raw }
    }

    /// Returns the names of the bits of an entry, by what it is; `last` when its table is of the
    /// last level.
    pub fn fields(&self, raw: u64, last: bool) -> &'static [Field] {
        match self.decode(raw, last) {
            Entry::None | Entry::Leaf { .. } if last => self.leaf_fields,
            Entry::None | Entry::Table { .. } => self.table_fields,
            Entry::Leaf { .. } => self.large_fields,
            Entry::Swap { .. } => self.swap_fields,
        }
    }

    /// Encodes a pointer to a table: present, writable, for the user, accessed and dirty
    /// (`_PAGE_TABLE`), the rights being decided further down.
    pub fn encode_table(&self, table: Pfn) -> u64 {
        u64::from(table.0) << self.pfn_low | 0x67
    }

    /// Encodes an entry of the last level that maps `pfn`; attributes without a bit in this
    /// layout are dropped.
    pub fn encode_page(&self, pfn: Pfn, flags: PteFlags) -> u64 {
        let mut raw = u64::from(pfn.0) << self.pfn_low;
        if flags.contains(PteFlags::PROT_NONE) {
            if self.prot_none_inverted {
                raw ^= self.pfn_mask();
            }
            raw |= 1 << self.prot_none;
        }
        raw | self.flag_bits(flags.without(PteFlags::PROT_NONE))
    }

    /// Encodes a leaf above the last level.
    pub fn encode_large(&self, pfn: Pfn, flags: PteFlags) -> u64 {
        // The PAT bit stands where the lowest bit of a frame number would.
        let pat = if flags.contains(PteFlags::PAT) { 1 << (self.large_pat - self.pfn_low) } else { 0 };
        self.encode_page(Pfn(pfn.0 | pat), flags.without(PteFlags::PAT)) | 1 << self.large
    }

    /// Encodes the entry of a page in slot `offset` of swap area `kind`.
    ///
    /// # Panics
    /// When the offset or the kind does not fit.
    pub fn encode_swap(&self, kind: u8, offset: u64, marks: SwapMarks) -> u64 {
        let layout = &self.swap;
        assert!(u64::from(kind) >> layout.kind_bits == 0, "swap type beyond its bits");
        assert!(offset >> layout.offset_bits == 0, "swap offset beyond its bits");
        let mask = (1 << layout.offset_bits) - 1;
        let stored = if layout.inverted { !offset & mask } else { offset };
        let soft_dirty = match layout.soft_dirty {
            Some(bit) if marks.soft_dirty => 1 << bit,
            Some(_) | None => 0,
        };
        let exclusive = if marks.exclusive { 1 << layout.exclusive } else { 0 };
        u64::from(kind) << layout.kind_low | stored << layout.offset_low | soft_dirty | exclusive
    }

    /// Returns `raw` with the attributes of `set` added and those of `clear` removed.
    #[inline]
    pub fn update(&self, raw: u64, set: PteFlags, clear: PteFlags) -> u64 {
        raw & !self.flag_bits(clear) | self.flag_bits(set)
    }

    /// Returns the bit of `flag` in an entry of the last level, 0 without one.
    #[inline]
    pub fn flag_bits(&self, flags: PteFlags) -> u64 {
        let mut raw = 0;
        for &(flag, bit) in self.bits {
            if flags.contains(flag) {
                raw |= 1 << bit;
            }
        }
        raw
    }

    fn decode_swap(&self, raw: u64) -> Entry {
        let layout = &self.swap;
        let mask = (1 << layout.offset_bits) - 1;
        let stored = raw >> layout.offset_low & mask;
        Entry::Swap {
            kind: low8(raw >> layout.kind_low) & ((1 << layout.kind_bits) - 1),
            offset: if layout.inverted { !stored & mask } else { stored },
            exclusive: raw >> layout.exclusive & 1 != 0,
            soft_dirty: layout.soft_dirty.is_some_and(|bit| raw >> bit & 1 != 0),
        }
    }

    fn flags(&self, raw: u64, above_last: bool) -> PteFlags {
        let mut flags = PteFlags::NONE;
        for &(flag, bit) in self.bits {
            if raw >> bit & 1 != 0 {
                flags = flags.with(flag);
            }
        }
        if above_last {
            flags = flags.without(PteFlags::PAT);
            if raw >> self.large & 1 != 0 && raw >> self.large_pat & 1 != 0 {
                flags = flags.with(PteFlags::PAT);
            }
        }
        if !flags.contains(PteFlags::PRESENT) {
            flags = flags.without(PteFlags::GLOBAL).with(PteFlags::PROT_NONE);
        }
        flags
    }

    /// Returns the frame number in a raw entry that is present.
    #[inline]
    pub fn pfn(&self, raw: u64) -> u32 {
        low32(raw >> self.pfn_low & ((1 << self.pfn_bits) - 1))
    }

    #[inline]
    fn pfn_mask(&self) -> u64 {
        ((1 << self.pfn_bits) - 1) << self.pfn_low
    }
}

/// Marks in the entry of a swapped page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SwapMarks {
    /// The page belonged to this process only.
    pub exclusive: bool,
    /// The page was soft-dirty.
    pub soft_dirty: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    const RW_ANON: PteFlags = PteFlags::PRESENT
        .with(PteFlags::WRITE)
        .with(PteFlags::USER)
        .with(PteFlags::ACCESSED)
        .with(PteFlags::DIRTY)
        .with(PteFlags::SOFT_DIRTY)
        .with(PteFlags::NO_EXEC);

    #[test]
    fn entries_of_the_captures() {
        let codec = &X86_64_CODEC;
        assert_eq!(
            codec.decode(0x8000_0000_029b_e867, true),
            Entry::Leaf { pfn: Pfn(10686), flags: RW_ANON }
        );
        assert_eq!(codec.encode_page(Pfn(10686), RW_ANON), 0x8000_0000_029b_e867);
        // PROT_NONE over the same page: frame number inverted.
        let none =
            PteFlags::PROT_NONE.with(PteFlags::ACCESSED).with(PteFlags::DIRTY).with(PteFlags::SOFT_DIRTY);
        assert_eq!(codec.decode(0x000f_ffff_fd64_1960, true), Entry::Leaf { pfn: Pfn(10686), flags: none });
        assert_eq!(codec.encode_page(Pfn(10686), none), 0x000f_ffff_fd64_1960);
        // A page in slot 512 of the first swap area.
        let marks = SwapMarks { exclusive: true, soft_dirty: true };
        assert_eq!(codec.encode_swap(0, 512, marks), 0x07ff_ffff_fffb_fe0a);
        assert_eq!(
            codec.decode(0x07ff_ffff_fffb_fe0a, true),
            Entry::Swap { kind: 0, offset: 512, exclusive: true, soft_dirty: true }
        );
    }

    #[test]
    fn fields_cover_each_bit_once() {
        for (codec, width) in [(&X86_64_CODEC, 64), (&I386_CODEC, 32)] {
            for fields in [codec.leaf_fields, codec.table_fields, codec.large_fields, codec.swap_fields] {
                let mut next = 0;
                for field in fields {
                    assert_eq!(field.low, next, "{}", field.name);
                    next += field.bits;
                }
                assert_eq!(next, width);
            }
        }
    }

    #[test]
    fn encoding_then_decoding_is_the_identity() {
        let mut rng = Rng::new(11);
        for (codec, pfn_bits) in [(&X86_64_CODEC, 32), (&I386_CODEC, 20)] {
            for _ in 0..10_000 {
                let mut flags = PteFlags::NONE;
                for &(flag, _) in codec.bits {
                    if rng.below(2) == 1 {
                        flags = flags.with(flag);
                    }
                }
                flags = if rng.below(4) == 0 {
                    flags.without(PteFlags::PRESENT).without(PteFlags::GLOBAL).with(PteFlags::PROT_NONE)
                } else {
                    flags.with(PteFlags::PRESENT)
                };
                let pfn = Pfn(low32(rng.below(1 << pfn_bits)));
                assert_eq!(codec.decode(codec.encode_page(pfn, flags), true), Entry::Leaf { pfn, flags });

                let (kind, offset) = (low8(rng.below(32)), rng.below(1 << codec.swap.offset_bits));
                let marks = SwapMarks {
                    exclusive: rng.below(2) == 1,
                    soft_dirty: codec.swap.soft_dirty.is_some() && rng.below(2) == 1,
                };
                let SwapMarks { exclusive, soft_dirty } = marks;
                let raw = codec.encode_swap(kind, offset, marks);
                if raw != 0 {
                    assert_eq!(codec.decode(raw, true), Entry::Swap { kind, offset, exclusive, soft_dirty });
                }
                let aligned = pfn.align_down(crate::units::Order::new(9));
                assert_eq!(
                    codec.decode(codec.encode_large(aligned, flags), false),
                    Entry::Leaf { pfn: aligned, flags }
                );
            }
        }
    }
}
