//! An entry of a page table, field by field.

use mm::virt::paging::pte::{Codec, Entry};
use serde::Serialize;

use crate::panels::translate::{LevelName, Target};

/// An entry of a page table, bit by bit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct EntryView {
    /// Frame that holds the table.
    pub table: u32,
    /// Position in it.
    pub index: u32,
    /// Level.
    pub level: LevelName,
    /// The entry.
    pub raw: u64,
    /// The entry before the command, where that differs.
    pub before: Option<u64>,
    /// Bits of an entry: 64 or 32.
    pub width: u8,
    /// What it names.
    pub target: Target,
    /// Fields that are set, highest bit first.
    pub fields: Vec<Field>,
    /// Names of the fields that are 0.
    pub clear: Vec<&'static str>,
}

/// A field of an entry that is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename = "EntryField")]
pub struct Field {
    /// Which.
    pub name: FieldName,
    /// Highest bit.
    pub high: u8,
    /// Lowest bit.
    pub low: u8,
    /// Value.
    pub value: u64,
}

/// Fields of an x86 entry, as far as Linux uses them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum FieldName {
    /// No-execute.
    NoExecute,
    /// Frame number.
    Pfn,
    /// Soft-dirty, Linux's own.
    SoftDirty,
    /// Write-protected by userfaultfd, Linux's own.
    UffdWp,
    /// Special mapping without a `struct page`, Linux's own.
    Special,
    /// Global.
    Global,
    /// Page size, or PAT in a page table.
    PageSize,
    /// Page attribute table.
    Pat,
    /// Dirty.
    Dirty,
    /// Accessed.
    Accessed,
    /// Cache disable.
    CacheDisable,
    /// Write-through.
    WriteThrough,
    /// User.
    User,
    /// Writable.
    Writable,
    /// Present.
    Present,
    /// Device memory with page structs, Linux's own.
    Devmap,
    /// Protection key.
    ProtectionKey,
    /// Free for software.
    Available,
    /// Ignored by the CPU.
    Ignored,
    /// Must be 0.
    Reserved,
    /// `PROT_NONE` over a page, in an entry that is not present.
    ProtNone,
    /// The page in the swap area belonged to this process only.
    SwapExclusive,
    /// Swap area of an entry that is not present.
    SwapType,
    /// Slot in that area.
    SwapOffset,
    /// Kind of a migration entry.
    MigrationType,
    /// Frame whose page is moving, and marks of its entry.
    MigrationFrame,
}

impl FieldName {
    /// Returns the short name, as manuals write it.
    pub const fn short(self) -> &'static str {
        match self {
            FieldName::NoExecute => "NX",
            FieldName::Pfn => "PFN",
            FieldName::SoftDirty => "SD",
            FieldName::UffdWp => "uffd-wp",
            FieldName::Special => "special",
            FieldName::Global => "G",
            FieldName::PageSize => "PS",
            FieldName::Pat => "PAT",
            FieldName::Dirty => "D",
            FieldName::Accessed => "A",
            FieldName::CacheDisable => "PCD",
            FieldName::WriteThrough => "PWT",
            FieldName::User => "U",
            FieldName::Writable => "W",
            FieldName::Present => "P",
            FieldName::Devmap => "DEV",
            FieldName::ProtectionKey => "PK",
            FieldName::Available => "AVL",
            FieldName::Ignored => "ign",
            FieldName::Reserved => "0",
            FieldName::ProtNone => "G",
            FieldName::SwapExclusive => "EXC",
            FieldName::SwapType | FieldName::MigrationType => "type",
            FieldName::SwapOffset => "slot",
            FieldName::MigrationFrame => "PFN",
        }
    }
}

impl FieldName {
    /// Finds a field by the key that the model's layout has for it, see [`mm::virt::paging::pte::Field`].
    fn from_key(key: &str) -> Option<FieldName> {
        Some(match key {
            "present" => FieldName::Present,
            "write" => FieldName::Writable,
            "user" => FieldName::User,
            "write_through" => FieldName::WriteThrough,
            "cache_disable" => FieldName::CacheDisable,
            "accessed" => FieldName::Accessed,
            "dirty" => FieldName::Dirty,
            "pat" => FieldName::Pat,
            "large" => FieldName::PageSize,
            "global" => FieldName::Global,
            "special" => FieldName::Special,
            "uffd_wp" | "swap_uffd_wp" => FieldName::UffdWp,
            "soft_dirty" | "swap_soft_dirty" => FieldName::SoftDirty,
            "pfn" | "table" => FieldName::Pfn,
            "no_exec" => FieldName::NoExecute,
            "devmap" => FieldName::Devmap,
            "protection_key" => FieldName::ProtectionKey,
            "available" => FieldName::Available,
            "ignored" => FieldName::Ignored,
            "reserved" => FieldName::Reserved,
            "prot_none" => FieldName::ProtNone,
            "swap_type" => FieldName::SwapType,
            "swap_offset" => FieldName::SwapOffset,
            "swap_exclusive" => FieldName::SwapExclusive,
            _ => return None,
        })
    }

    /// Whether a 0 in the field says anything.
    const fn is_worth_naming(self) -> bool {
        !matches!(self, FieldName::Available | FieldName::Ignored | FieldName::Reserved)
    }
}

/// Splits an entry into the fields that are set, highest first, and the names of those that are
/// 0, lowest first. `last` says whether its table is of the last level. An empty entry has none
/// that are set.
pub fn fields(codec: &Codec, raw: u64, last: bool) -> (Vec<Field>, Vec<&'static str>) {
    let entry = codec.decode(raw, last);
    let mut set = Vec::new();
    let mut clear = Vec::new();
    for field in codec.fields(raw, last) {
        // A migration entry has the layout of a swapped page's.
        let name = match (field.key, entry.migrating()) {
            ("swap_type", Some(_)) => Some(FieldName::MigrationType),
            ("swap_offset", Some(_)) => Some(FieldName::MigrationFrame),
            (key, _) => FieldName::from_key(key),
        };
        let Some(name) = name else { continue };
        let value = match (name, entry) {
            (FieldName::MigrationFrame, _) => entry.migrating().map_or(0, |pfn| u64::from(pfn.0)),
            // Stored inverted in some layouts: people want the numbers.
            (FieldName::SwapOffset, Entry::Swap { offset, .. }) => offset,
            (FieldName::SwapType | FieldName::MigrationType, Entry::Swap { kind, .. }) => u64::from(kind),
            (FieldName::Pfn, Entry::Leaf { pfn, .. }) if field.value(raw) != 0 => u64::from(pfn.0),
            _ => field.value(raw),
        };
        let is_number = matches!(
            name,
            FieldName::SwapOffset
                | FieldName::SwapType
                | FieldName::MigrationType
                | FieldName::MigrationFrame
        );
        if value != 0 || (is_number && raw != 0) {
            set.push(Field { name, high: field.low + field.bits - 1, low: field.low, value });
        } else if name.is_worth_naming() {
            clear.push(name.short());
        }
    }
    set.reverse();
    (set, clear)
}

#[cfg(test)]
mod tests {
    use mm::virt::paging::pte::{Codec, I386_CODEC, SwapMarks, X86_64_CODEC};

    use super::{FieldName, fields};

    fn names(codec: &Codec, raw: u64, last: bool) -> Vec<&'static str> {
        fields(codec, raw, last).0.iter().map(|field| field.name.short()).collect()
    }

    #[test]
    fn every_key_of_the_layouts_is_a_field() {
        for codec in [&X86_64_CODEC, &I386_CODEC] {
            for layout in [codec.leaf_fields, codec.table_fields, codec.large_fields, codec.swap_fields] {
                for field in layout {
                    assert!(FieldName::from_key(field.key).is_some(), "{}", field.key);
                }
            }
        }
    }

    #[test]
    fn an_entry_splits_into_its_fields() {
        let (set, clear) = fields(&X86_64_CODEC, 0x8000_0000_0420_3867, true);
        let set: Vec<_> = set.iter().map(|field| (field.name.short(), field.value)).collect();
        assert_eq!(
            set,
            [("NX", 1), ("PFN", 0x4203), ("SD", 1), ("D", 1), ("A", 1), ("U", 1), ("W", 1), ("P", 1)]
        );
        assert_eq!(clear, ["PWT", "PCD", "PAT", "G", "special", "uffd-wp", "DEV", "PK"]);
    }

    #[test]
    fn what_is_not_a_page_has_its_own_fields() {
        assert!(names(&X86_64_CODEC, 0, true).is_empty());
        assert_eq!(names(&X86_64_CODEC, 0x06e2_2067, false), ["PFN", "ign", "A", "U", "W", "P"]);
        assert_eq!(names(&I386_CODEC, 0x0040_00e3, false), ["PFN", "PS", "D", "A", "W", "P"]);
        let swap = X86_64_CODEC.encode_swap(0, 512, SwapMarks { exclusive: true, soft_dirty: false });
        let (set, _) = fields(&X86_64_CODEC, swap, true);
        let set: Vec<_> = set.iter().map(|field| (field.name, field.value)).collect();
        assert_eq!(
            set,
            [(FieldName::SwapType, 0), (FieldName::SwapOffset, 512), (FieldName::SwapExclusive, 1)]
        );
    }
}
