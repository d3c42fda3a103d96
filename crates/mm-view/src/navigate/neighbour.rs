//! What stands beside a thing: the one before, the one after, the block that it merges with.

use mm::slab::slab_at;
use mm::store::PageState;
use mm::units::{Order, Pfn};
use mm::world::World;

use crate::panels::Thing;

/// Which neighbour of a thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// The one before of this kind.
    Previous,
    /// The one after of this kind.
    Next,
    /// The block that it merges with.
    Buddy,
}

impl Way {
    /// Every way.
    pub const ALL: [Way; 3] = [Way::Previous, Way::Next, Way::Buddy];

    /// Returns its name in the package.
    pub const fn slug(self) -> &'static str {
        match self {
            Way::Previous => "previous",
            Way::Next => "next",
            Way::Buddy => "buddy",
        }
    }
}

/// Returns a neighbour of a thing, for the keys `[`, `]` and `b`.
pub fn neighbour(world: &World, thing: &Thing, way: Way) -> Option<Thing> {
    match thing {
        Thing::Frame(pfn) => frame_neighbour(world, Pfn(*pfn), way).map(|pfn| Thing::Frame(pfn.0)),
        Thing::Entry { table, index } => match way {
            Way::Previous => index.checked_sub(1),
            Way::Next => index.checked_add(1),
            Way::Buddy => None,
        }
        .filter(|index| *index < entries(world))
        .map(|index| Thing::Entry { table: *table, index }),
        Thing::Zone { node, zone } => zone_neighbour(world, (*node, *zone), way),
        Thing::Pageblock(block) => match way {
            Way::Previous => block.checked_sub(1),
            Way::Next => block.checked_add(1),
            Way::Buddy => Some(Pfn(*block).buddy(Order::ZERO).0),
        }
        .filter(|block| *block < pageblocks(world))
        .map(Thing::Pageblock),
        Thing::Cache(name) => cache_neighbour(world, name, way),
        Thing::Slab(pfn) => slab_neighbour(world, Pfn(*pfn), way),
        Thing::Object { slab, index } => match way {
            Way::Previous => index.checked_sub(1),
            Way::Next => index.checked_add(1),
            Way::Buddy => None,
        }
        .filter(|index| *index < objects(world, Pfn(*slab)))
        .map(|index| Thing::Object { slab: *slab, index }),
        Thing::Vma { process, start } => {
            let task = world.rest.virt.task_named(process).and_then(|id| world.rest.virt.tasks.get(id))?;
            in_row(world.rest.virt.areas(task.mm).map(|area| area.start.0), start, way)
                .map(|start| Thing::Vma { process: process.clone(), start })
        }
        Thing::Process(name) => {
            let alive = world.rest.virt.tasks.iter().filter(|(_, task)| task.alive);
            let names: Vec<String> = alive.map(|(_, task)| task.name.to_string()).collect();
            in_row(names.into_iter(), name, way).map(Thing::Process)
        }
        Thing::Node(node) => {
            in_row(world.phys.nodes().iter().map(|node| node.id.0), node, way).map(Thing::Node)
        }
        Thing::Address { .. } | Thing::VmapArea(_) | Thing::ProcFile(_) => None,
    }
}

/// Returns the neighbour in a row of things.
fn in_row<T: PartialEq>(row: impl DoubleEndedIterator<Item = T>, here: &T, way: Way) -> Option<T> {
    match way {
        Way::Previous => row.rev().skip_while(|other| other != here).nth(1),
        Way::Next => {
            let mut row = row;
            row.find(|other| other == here)?;
            row.next()
        }
        Way::Buddy => None,
    }
}

fn zone_neighbour(world: &World, here: (u8, u8), way: Way) -> Option<Thing> {
    let populated = world.phys.zones().iter().filter(|(_, zone)| zone.is_populated());
    in_row(populated.map(|(_, zone)| (zone.node.0, zone.class)), &here, way)
        .map(|(node, zone)| Thing::Zone { node, zone })
}

/// Returns the first frame of a pageblock.
pub fn first_of_pageblock(world: &World, block: u32) -> Option<u32> {
    block.checked_mul(world.phys.pageblock_order().pages())
}

fn pageblocks(world: &World) -> u32 {
    let map = &world.phys.frames.mem_map;
    map.end().0.div_ceil(map.pageblock_order().pages())
}

fn cache_neighbour(world: &World, name: &str, way: Way) -> Option<Thing> {
    let names = world.rest.slabs.caches().map(|(_, cache)| cache.name.to_string());
    in_row(names, &name.to_owned(), way).map(Thing::Cache)
}

/// The slab of the same cache above or below in memory.
fn slab_neighbour(world: &World, here: Pfn, way: Way) -> Option<Thing> {
    let (.., state) = slab_at(&world.phys, here).filter(|_| way != Way::Buddy)?;
    let is_same = |pfn: Pfn| {
        slab_at(&world.phys, pfn).is_some_and(|(head, _, other)| head == pfn && other.cache == state.cache)
    };
    let mut at = here;
    // Only frames of slabs are stopped at; those of other caches are passed over.
    loop {
        at = frame_neighbour(world, at, way)?;
        if is_same(at) {
            return Some(Thing::Slab(at.0));
        }
    }
}

fn objects(world: &World, slab: Pfn) -> u32 {
    let found = slab_at(&world.phys, slab);
    found
        .and_then(|(_, order, state)| Some(world.rest.slabs.cache(state.cache)?.geometry.objects(order)))
        .unwrap_or(0)
}

fn entries(world: &World) -> u32 {
    world.rest.virt.mode.levels.first().map_or(0, |root| u32::from(root.entries()))
}

fn frame_neighbour(world: &World, pfn: Pfn, way: Way) -> Option<Pfn> {
    let map = &world.phys.frames.mem_map;
    let (head, state) = map.block_of(pfn)?;
    let same = |(_, other): &(Pfn, PageState)| other.kind() == state.kind();
    match way {
        Way::Buddy => Some(head.buddy(state.order())).filter(|buddy| *buddy < map.end()),
        Way::Next => map.blocks(head.add(state.order().pages()), map.end()).find(same).map(|(head, _)| head),
        Way::Previous => {
            // Blocks can only be gone through upwards: pageblock by pageblock, from here down.
            let mut end = head;
            while end > Pfn(0) {
                let start = Pfn(end.0 - 1).align_down(Order::MAX);
                let below = |(head, _): &(Pfn, PageState)| *head < end;
                if let Some((head, _)) = map.blocks(start, end).filter(below).filter(same).last() {
                    return Some(head);
                }
                end = start;
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::session;

    #[test]
    fn neighbours_of_a_kind_lead_there_and_back() {
        let session = session("boot ram=128M\nspawn web\nweb: buf = mmap 64K\nweb: touch buf\n");
        let map = &session.world().phys.frames.mem_map;
        let (head, state) = map.block_of(Pfn(5000)).expect("RAM");
        let frame = Thing::Frame(head.0);
        let next = neighbour(session.world(), &frame, Way::Next).expect("more of this kind");
        assert_eq!(neighbour(session.world(), &next, Way::Previous), Some(frame.clone()));
        let buddy = neighbour(session.world(), &frame, Way::Buddy).expect("in RAM");
        assert_eq!(buddy, Thing::Frame(head.0 ^ state.order().pages()));
    }
}
