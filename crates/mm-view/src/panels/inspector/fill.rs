//! Everything about one thing.

use mm::script::KERNEL;
use mm::units::{Pfn, VirtAddr};
use mm::virt::area::maps::PageUse;
use mm::virt::paging::walk::{self, Access, Outcome, Privilege};

use super::{entry, frame, places};
use crate::panels::fill::choose;
use crate::panels::inspector::{InspectorView, ProcessSummary, VmaView};
use crate::panels::process::Counter;
use crate::panels::slab::fill as slab;
use crate::panels::structs::fill as structs;
use crate::panels::{Moment, Thing};

/// Pages of an area that are looked at to count those with a frame.
const RESIDENT_PAGES: u64 = 1 << 18;

/// Fills the view of a thing; one that is not there at this moment is [`InspectorView::Gone`].
pub fn inspect(at: Moment<'_>, thing: Option<&Thing>) -> InspectorView {
    let Some(thing) = thing else { return InspectorView::Empty };
    let found = match thing {
        Thing::Frame(pfn) => frame::frame(at, Pfn(*pfn)).map(|view| InspectorView::Frame(Box::new(view))),
        Thing::Entry { table, index } => {
            entry::entry(at, Pfn(*table), *index).map(|view| InspectorView::Entry(Box::new(view)))
        }
        Thing::Vma { process, start } => area(at, process, VirtAddr(*start)),
        Thing::Address { process, address } => of_address(at, process, VirtAddr(*address)),
        Thing::Process(name) => summary(at, name),
        Thing::Zone { node, zone } => structs::zone(at, *node, *zone),
        Thing::Node(node) => structs::node(at, *node),
        Thing::Pageblock(block) => {
            places::pageblock(at, *block).map(|view| InspectorView::Pageblock(Box::new(view)))
        }
        Thing::Cache(name) => slab::cache_of_name(at, name).map(|view| InspectorView::Cache(Box::new(view))),
        Thing::Slab(pfn) => {
            slab::grid_of(at, Pfn(*pfn), None).map(|view| InspectorView::Slab(Box::new(view)))
        }
        Thing::Object { slab, index } => {
            places::object(at, Pfn(*slab), *index).map(|view| InspectorView::Object(Box::new(view)))
        }
        Thing::VmapArea(start) => {
            let area = at.world.rest.virt.vmap.starting_at(VirtAddr(*start));
            area.map(|area| InspectorView::VmapArea(Box::new(crate::panels::vmalloc::fill::row(at, area))))
        }
        Thing::ProcFile(_) => Some(InspectorView::Empty),
    };
    found.unwrap_or_else(|| InspectorView::Gone(thing.clone()))
}

/// The entry that maps an address; without a table, its area.
fn of_address(at: Moment<'_>, name: &str, va: VirtAddr) -> Option<InspectorView> {
    if name == KERNEL {
        return of_kernel_address(at, va);
    }
    let (process, _, mm) = choose(at.world, Some(name)).filter(|(process, ..)| process.name == name)?;
    let virt = &at.world.rest.virt;
    virt.mms.get(mm)?;
    let huge = virt.huge_leaf(mm, va).map(|leaf| (leaf.table, leaf.index));
    match huge.or_else(|| virt.leaf_entry(mm, va).map(|(table, index, _)| (table, index))) {
        Some((table, index)) => {
            entry::entry(at, table, u32::from(index)).map(|view| InspectorView::Entry(Box::new(view)))
        }
        None => virt
            .find_vma(mm, va)
            .filter(|vma| vma.contains(va))
            .and_then(|vma| area(at, &process.name, vma.start)),
    }
}

/// The frame behind an address of the kernel's; without one, the area of `vmalloc` around it.
fn of_kernel_address(at: Moment<'_>, va: VirtAddr) -> Option<InspectorView> {
    let virt = &at.world.rest.virt;
    let root = virt.layout.kernel_root;
    let walk = walk::translate(virt.mode, &virt.tables, root, va, Access::Read, Privilege::Kernel);
    if let Outcome::Translated { pa, .. } = walk.outcome {
        return frame::frame(at, pa.pfn()).map(|view| InspectorView::Frame(Box::new(view)));
    }
    let area = virt.vmap.find(va)?;
    Some(InspectorView::VmapArea(Box::new(crate::panels::vmalloc::fill::row(at, area))))
}

fn area(at: Moment<'_>, name: &str, start: VirtAddr) -> Option<InspectorView> {
    let (process, _, mm) = choose(at.world, Some(name)).filter(|(process, ..)| process.name == name)?;
    let row = crate::panels::process::fill::areas(at, mm).find(|row| row.start == start.0)?;
    let pages = (row.end - row.start) >> mm::units::PAGE_SHIFT;
    let end = VirtAddr(start.0 + (pages.min(RESIDENT_PAGES) << mm::units::PAGE_SHIFT));
    let runs = at.world.rest.virt.page_runs(&at.world.phys, mm, start, end);
    let has_frame = |page_use: PageUse| !matches!(page_use, PageUse::None | PageUse::Swap);
    let resident = runs.iter().filter(|run| has_frame(run.page_use)).map(|run| run.pages).sum();
    let digits = if at.world.rest.virt.mode.address_bits == 64 { 12 } else { 8 };
    Some(InspectorView::Vma(Box::new(VmaView { process, row, resident, pages, digits })))
}

fn summary(at: Moment<'_>, name: &str) -> Option<InspectorView> {
    let (process, _, mm) = choose(at.world, Some(name)).filter(|(process, ..)| process.name == name)?;
    let pgd = at.world.rest.virt.mms.get(mm)?.pgd;
    let counters = crate::panels::process::fill::counters(at.world, name).into_iter();
    Some(InspectorView::Process(Box::new(ProcessSummary {
        process,
        cr3: pgd.addr().0,
        areas: mm::units::count(at.world.rest.virt.areas(mm).count()),
        counters: counters.map(|(name, value)| Counter { name, value, before: value }).collect(),
    })))
}
