//! `/proc/buddyinfo` and `/proc/pagetypeinfo`, 6.1 `mm/vmstat.c: frag_show_print`,
//! `pagetypeinfo_show`.

use core::fmt::Write as _;

use mm::phys::zone::migratetype::MigrateType;
use mm::phys::zone::{Zone, ZoneId};
use mm::units::{Order, Pfn};
use mm::world::World;

/// Types that the captured kernel lists: it is built without CMA.
const TYPES: [MigrateType; 5] = [
    MigrateType::Unmovable,
    MigrateType::Movable,
    MigrateType::Reclaimable,
    MigrateType::HighAtomic,
    MigrateType::Isolate,
];
/// Where the kernel stops counting a list.
const LIST_LIMIT: usize = 100_000;

pub(super) fn buddyinfo(world: &World) -> String {
    let mut out = String::new();
    for (id, zone) in populated(world) {
        let _ = write!(out, "Node {}, zone {:>8} ", zone.node.0, zone.kind.name());
        for order in Order::ZERO.and_up() {
            let _ = write!(out, "{:>6} ", world.phys.nr_free(id, order));
        }
        out.push('\n');
    }
    out
}

pub(super) fn pagetypeinfo(world: &World) -> String {
    let mut out = String::new();
    let block = world.phys.pageblock_order();
    let _ = writeln!(out, "Page block order: {block}\nPages per block:  {}\n", block.pages());
    for node in world.phys.nodes() {
        let _ = write!(out, "{:<43} ", "Free pages count per migrate type at order");
        for order in Order::ZERO.and_up() {
            let _ = write!(out, "{:>6} ", order.get());
        }
        out.push('\n');
        for (id, zone) in populated(world).filter(|(_, zone)| zone.node == node.id) {
            free_by_type(world, id, zone, &mut out);
        }
        let _ = write!(out, "\n{:<23}", "Number of blocks type ");
        for mt in TYPES {
            let _ = write!(out, "{:>12} ", mt.name());
        }
        out.push('\n');
        for (_, zone) in populated(world).filter(|(_, zone)| zone.node == node.id) {
            blocks_by_type(world, zone, &mut out);
        }
    }
    out
}

fn free_by_type(world: &World, id: ZoneId, zone: &Zone, out: &mut String) {
    for mt in TYPES {
        let _ = write!(out, "Node {:>4}, zone {:>8}, type {:>12} ", zone.node.0, zone.kind.name(), mt.name());
        for order in Order::ZERO.and_up() {
            let blocks = world.phys.free_list(id, order, mt).take(LIST_LIMIT + 1).count();
            let more = if blocks > LIST_LIMIT { ">" } else { "" };
            let _ = write!(out, "{more}{:>6} ", blocks.min(LIST_LIMIT));
        }
        out.push('\n');
    }
}

fn blocks_by_type(world: &World, zone: &Zone, out: &mut String) {
    let _ = write!(out, "Node {}, zone {:>8} ", zone.node.0, zone.kind.name());
    for (_, blocks) in pageblock_types(world, zone) {
        let _ = write!(out, "{blocks:>12} ");
    }
    out.push('\n');
}

/// Counts the pageblocks of a zone by type: by the frame that they begin with, though the first
/// may begin below the zone.
pub(crate) fn pageblock_types(world: &World, zone: &Zone) -> [(MigrateType, u32); TYPES.len()] {
    let mut counts = TYPES.map(|mt| (mt, 0));
    let mut at = zone.start;
    while at < zone.end() {
        let is_ram = world.phys.frames.mem_map.block_of(at).is_some();
        let mt = world.phys.pageblock_type(at);
        if let Some(count) = counts.iter_mut().find(|(known, _)| *known == mt)
            && is_ram
        {
            count.1 += 1;
        }
        let next = at.align_down(world.phys.pageblock_order());
        at = Pfn(next.0 + world.phys.pageblock_order().pages());
    }
    counts
}

fn populated(world: &World) -> impl Iterator<Item = (ZoneId, &Zone)> {
    world.phys.zones().iter().filter(|(_, zone)| zone.is_populated())
}
