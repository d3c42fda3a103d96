//! Pageblocks and objects in full.

use std::collections::BTreeMap;

use mm::label::Label;
use mm::slab;
use mm::units::{PAGE_SIZE, Pfn, VirtAddr, low32};
use mm::world::World;

use crate::panels::fill::{migrate, zone_name};
use crate::panels::inspector::{ObjectPage, PageblockPage};
use crate::panels::slab::fill::grid_of;
use crate::panels::{FrameKind, Moment, Run};

/// Labels of an object that are looked for.
const LABELS_MAX: usize = 4;

/// Fills the view of a pageblock; `None` beyond the machine or where no zone is.
pub(in crate::panels) fn pageblock(at: Moment<'_>, number: u32) -> Option<PageblockPage> {
    let map = &at.world.phys.frames.mem_map;
    let frames = map.pageblock_order().pages();
    let start = number.checked_mul(frames).filter(|&start| start < map.end().0)?;
    let end = (start + frames).min(map.end().0);
    let zone = at.world.phys.zones().containing(Pfn(start))?;
    let mut kinds: BTreeMap<FrameKind, u32> = BTreeMap::new();
    let mut free: BTreeMap<u8, u32> = BTreeMap::new();
    for (head, state) in map.blocks(Pfn(start), Pfn(end)) {
        let kind = FrameKind::from(state.kind());
        let stop = (head.0 + state.order().pages()).min(end);
        *kinds.entry(kind).or_default() += stop - head.0.max(start);
        if kind == FrameKind::Free {
            *free.entry(state.order().get()).or_default() += 1;
        }
    }
    Some(PageblockPage {
        number,
        frames: Run { start, end },
        zone: zone_name(at.world, zone),
        migrate: migrate(at.world.phys.pageblock_type(Pfn(start))),
        kinds: kinds.into_iter().collect(),
        free: free.into_iter().collect(),
    })
}

/// Fills the view of an object.
pub(in crate::panels) fn object(at: Moment<'_>, slab: Pfn, index: u32) -> Option<ObjectPage> {
    let grid = grid_of(at, slab, Some(index)).filter(|grid| index < grid.objects)?;
    let cell = *grid.cells.iter().find(|cell| cell.index == index)?;
    let address = VirtAddr(grid.address + u64::from(index) * u64::from(grid.size));
    let layout = at.world.rest.virt.layout;
    Some(ObjectPage {
        cell,
        slab: slab.0,
        address: address.0,
        frame: slab::frame_of(layout, address)
            .map_or(slab.0 + low32(u64::from(index) * u64::from(grid.size) / PAGE_SIZE), |pfn| pfn.0),
        size: grid.size,
        labels: labels(at.world, address),
        cache: grid.cache,
    })
}

/// Names that the script has for an address of the kernel.
fn labels(world: &World, address: VirtAddr) -> Vec<String> {
    let named = world.labels.iter().filter_map(|(name, label)| match label {
        Label::Objects { at, .. } => {
            let nth = at.position(address)?;
            Some(if at.len() > 1 { format!("{name}[{nth}]") } else { name.to_owned() })
        }
        Label::Range { .. } | Label::Blocks { .. } | Label::Cache(_) => None,
    });
    named.take(LABELS_MAX).collect()
}
