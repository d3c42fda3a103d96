//! Invariants of the kernel's own mappings.
//!
//! Reads the kernel's tables from their root and holds what they map against areas, frames and
//! the slots of `kmap`.

use crate::identity::Identity;
use std::collections::BTreeMap;

use crate::phys::Phys;
use crate::store::Kind;
use crate::units::{PAGE_SIZE, Pfn, VirtAddr, index64};
use crate::virt::paging::highmem::LAST_PKMAP;
use crate::virt::paging::pte::Entry;
use crate::virt::vmalloc::{INIT_MM, VmArea};
use crate::virt::{BandKind, Virt};

/// What is wrong with the kernel's own mappings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Violation {
    /// Ranges overlap, or there is an address that none of them has.
    Ranges {
        /// Where.
        at: VirtAddr,
    },
    /// Two free ranges, or two that wait, touch: they should be one.
    NotMerged {
        /// Where they touch.
        at: VirtAddr,
    },
    /// A page of an area has no entry, or one to another frame; or a page of no area has one.
    Entry {
        /// The page.
        va: VirtAddr,
        /// The frame that the tables say.
        mapped: Option<Pfn>,
        /// The frame that the area says.
        expected: Option<Pfn>,
    },
    /// A frame of an area does not know that it is one.
    Owner {
        /// The page.
        va: VirtAddr,
        /// The frame.
        pfn: Pfn,
    },
    /// A frame says that it is an area's, which does not have it.
    LostFrame {
        /// The frame.
        pfn: Pfn,
    },
    /// A table of the kernel is in a frame that is no page-table page.
    Table {
        /// The frame.
        pfn: Pfn,
    },
    /// A root of a process has another entry for the kernel's half.
    Root {
        /// The root.
        pfn: Pfn,
        /// Index in it.
        index: u16,
    },
    /// A slot's count, entry and frame do not agree.
    Pkmap {
        /// The slot.
        slot: u16,
    },
}

/// Returns everything that is wrong.
pub fn check(phys: &Phys, virt: &Virt) -> Vec<Violation> {
    let mut violations = Vec::new();
    ranges(virt, &mut violations);
    let mapped = mapped(phys, virt, &mut violations);
    entries(phys, virt, &mapped, &mut violations);
    frames(phys, virt, &mut violations);
    roots(virt, &mut violations);
    slots(virt, &mapped, &mut violations);
    violations
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Busy,
    Lazy,
    Free,
}

fn ranges(virt: &Virt, violations: &mut Vec<Violation>) {
    let busy = virt.vmap.areas().map(|area| (area.start, area.end, What::Busy));
    let lazy = virt.vmap.lazy().map(|range| (range.start, range.end, What::Lazy));
    let free = virt.vmap.free().map(|range| (range.start, range.end, What::Free));
    let mut all: Vec<_> = busy.chain(lazy).chain(free).collect();
    all.sort_by_key(|range| range.0);
    let band = virt.layout.vmalloc();
    let mut last = (VirtAddr(band.start), What::Busy);
    for (start, end, what) in all {
        if start != last.0 || end <= start {
            violations.push(Violation::Ranges { at: start });
        }
        if what == last.1 && what != What::Busy {
            violations.push(Violation::NotMerged { at: start });
        }
        last = (end, what);
    }
    if last.0 != VirtAddr(band.end).page_start() {
        violations.push(Violation::Ranges { at: last.0 });
    }
}

/// Returns what the kernel's tables map in the bands of `vmalloc` and `kmap`.
fn mapped(phys: &Phys, virt: &Virt, violations: &mut Vec<Violation>) -> BTreeMap<VirtAddr, Pfn> {
    let mut mapped = BTreeMap::new();
    let bands = [BandKind::Vmalloc, BandKind::Pkmap].map(|kind| virt.layout.band(kind));
    let high = !((1_u64 << virt.mode.va_bits) - 1);
    let sign = if virt.mode.address_bits > virt.mode.va_bits { high } else { 0 };
    let mut todo = vec![(virt.kernel.root, 0_usize, 0_u64)];
    while let Some((table, depth, base)) = todo.pop() {
        let level = virt.mode.levels[depth];
        for (index, raw) in virt.tables.entries(table, level.entries()) {
            let low = base + (u64::from(index) << level.shift);
            let start = if low >> (virt.mode.va_bits - 1) == 1 { low | sign } else { low };
            let touches = |band: &&crate::virt::Band| {
                start < band.end && band.start < start.saturating_add(level.span())
            };
            if !bands.iter().flatten().any(touches) {
                continue;
            }
            match virt.mode.codec.decode(raw, depth + 1 == virt.mode.levels.len()) {
                Entry::Table { table, .. } => {
                    // Early tables lie where the memory map of a tiny machine may have no frames.
                    let is_early = (virt.layout.kernel_tables..virt.kernel.tables_end).contains(&table);
                    let kind = || phys.frames.mem_map.block_of(table).map(|(_, state)| state.kind());
                    if !is_early && kind() != Some(Kind::PageTable) {
                        violations.push(Violation::Table { pfn: table });
                    }
                    todo.push((table, depth + 1, low));
                }
                Entry::Leaf { pfn, .. } => {
                    mapped.insert(VirtAddr(start), pfn);
                }
                Entry::None | Entry::Swap { .. } => {}
            }
        }
    }
    mapped
}

fn entries(phys: &Phys, virt: &Virt, mapped: &BTreeMap<VirtAddr, Pfn>, violations: &mut Vec<Violation>) {
    for area in virt.vmap.areas() {
        for page in 0..area.mapped_pages() {
            let va = VirtAddr(area.start.0 + page * PAGE_SIZE);
            let (got, expected) = (mapped.get(&va).copied(), area.pages.get(index64(page)).copied());
            if got != expected || expected.is_none() {
                violations.push(Violation::Entry { va, mapped: got, expected });
            }
            if let Some(pfn) = expected
                && Identity::of(&phys.frames.mem_map.page(pfn)) != (Identity::Vmalloc { va })
            {
                violations.push(Violation::Owner { va, pfn });
            }
        }
    }
    let band = virt.layout.vmalloc();
    for (&va, &pfn) in mapped.range(VirtAddr(band.start)..VirtAddr(band.end)) {
        let inside = |area: &VmArea| va < area.guard();
        if !virt.vmap.find(va).is_some_and(inside) {
            violations.push(Violation::Entry { va, mapped: Some(pfn), expected: None });
        }
    }
}

fn frames(phys: &Phys, virt: &Virt, violations: &mut Vec<Violation>) {
    let of_kernel = |kind| matches!(kind, Kind::Kernel | Kind::PageTable);
    for (pfn, state) in phys.frames.mem_map.blocks(Pfn(0), phys.frames.mem_map.end()) {
        if !of_kernel(state.kind()) {
            continue;
        }
        let Identity::Vmalloc { va } = Identity::of(&phys.frames.mem_map.page(pfn)) else { continue };
        let area = virt.vmap.find(va);
        let at = |area: &VmArea| area.pages.get(index64((va.0 - area.start.0) / PAGE_SIZE)).copied();
        if area.and_then(at) != Some(pfn) {
            violations.push(Violation::LostFrame { pfn });
        }
    }
}

/// The kernel's half of every root is the kernel's own.
fn roots(virt: &Virt, violations: &mut Vec<Violation>) {
    let first = virt.mode.index(VirtAddr(virt.layout.direct_map), 0);
    for (_, space) in virt.mms.iter() {
        for index in first..virt.mode.levels[0].entries() {
            if virt.tables.entry(space.pgd, index) != virt.tables.entry(virt.kernel.root, index) {
                violations.push(Violation::Root { pfn: space.pgd, index });
            }
        }
    }
}

fn slots(virt: &Virt, mapped: &BTreeMap<VirtAddr, Pfn>, violations: &mut Vec<Violation>) {
    for slot in 0..LAST_PKMAP {
        let Some(va) = virt.layout.pkmap_address(slot) else { return };
        let pfn = mapped.get(&va).copied();
        let right = match pfn {
            Some(pfn) => virt.pkmap.count(slot) > 0 && virt.pkmap.slot_of(pfn) == Some(slot),
            None => virt.pkmap.count(slot) == 0,
        };
        if !right {
            violations.push(Violation::Pkmap { slot });
        }
    }
}

/// Returns the depth of a table that is one of the kernel's own, as its frame says.
pub(super) fn kernel_table_depth(phys: &Phys, pfn: Pfn) -> Option<usize> {
    let (mm, depth) = Identity::of(&phys.frames.mem_map.page(pfn)).table()?;
    (mm == INIT_MM).then_some(depth)
}
