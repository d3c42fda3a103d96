//! Every entry that maps a page, found from the page.
//!
//! Mirrors 6.1 `mm/rmap.c: rmap_walk`, `mm/page_vma_mapped.c: page_vma_mapped_walk`.

pub mod compound;
mod migrate;
pub(crate) mod unknown;

use super::paging::leaf::LeafSize;
use super::paging::pte::{Entry, PteFlags};
use super::{MmId, Virt};
use crate::identity::Identity;
use crate::store::MemMap;
use crate::units::{PAGE_SIZE, Pfn, VirtAddr};

/// An entry that maps a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mapping {
    /// The address space.
    pub mm: MmId,
    /// Address of the frame there.
    pub va: VirtAddr,
    /// Frame of the table.
    pub table: Pfn,
    /// Index in the table.
    pub index: u16,
    /// Raw entry.
    pub raw: u64,
    /// Decoded rights and marks.
    pub flags: PteFlags,
    /// Whether the entry maps the frame alone or with all of its page.
    pub size: LeafSize,
}

impl Virt {
    /// Iterates over the entries that map the frame `pfn`, alone or with all of its page.
    pub fn rmap<'a>(&'a self, map: &'a MemMap, pfn: Pfn) -> impl Iterator<Item = Mapping> + 'a {
        self.places_of(map, pfn).filter_map(move |(mm, va)| self.mapping(mm, va, pfn))
    }

    /// Iterates over the places where the owner of a frame's page says that it could be mapped.
    fn places_of(&self, map: &MemMap, pfn: Pfn) -> impl Iterator<Item = (MmId, VirtAddr)> + use<> {
        let place = map.block_of(pfn).and_then(|(head, _)| match Identity::of(&map.page(head)) {
            Identity::Anon { mm, va } => Some((mm, VirtAddr(va.0 + u64::from(pfn.0 - head.0) * PAGE_SIZE))),
            Identity::Nobody
            | Identity::Reserved
            | Identity::Unknown
            | Identity::Kernel
            | Identity::Kmalloc { .. }
            | Identity::Vmalloc { .. }
            | Identity::Table { .. }
            | Identity::File
            | Identity::Slab(_) => None,
        });
        place.into_iter()
    }

    /// Returns the entry of `va` if it maps `pfn`.
    fn mapping(&self, mm: MmId, va: VirtAddr, pfn: Pfn) -> Option<Mapping> {
        self.mms.get(mm)?;
        if let Some(leaf) = self.huge_leaf(mm, va) {
            let Entry::Leaf { pfn: first, flags } = self.mode.codec.decode(leaf.raw, false) else {
                return None;
            };
            let frame = u64::from(first.0) + (va.0 - leaf.va.0) / PAGE_SIZE;
            let found = Mapping {
                mm,
                va,
                table: leaf.table,
                index: leaf.index,
                raw: leaf.raw,
                flags,
                size: leaf.size,
            };
            return (frame == u64::from(pfn.0)).then_some(found);
        }
        let (table, index, raw) = self.leaf_entry(mm, va)?;
        match self.mode.codec.decode(raw, true) {
            Entry::Leaf { pfn: mapped, flags } if mapped == pfn => {
                Some(Mapping { mm, va, table, index, raw, flags, size: LeafSize::Page })
            }
            Entry::Leaf { .. } | Entry::None | Entry::Table { .. } | Entry::Swap { .. } => None,
        }
    }
}
