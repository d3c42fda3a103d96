//! `/sys/kernel/debug/extfrag`: the fragmentation indexes, 6.1 `mm/vmstat.c:
//! extfrag_show_print`, `unusable_show_print`.

use core::fmt::Write as _;

use mm::phys::zone::ZoneId;
use mm::units::Order;
use mm::world::World;

pub(super) fn extfrag_index(world: &World) -> String {
    print(world, |zone, order| {
        let index = world.phys.frames.fragmentation_index(zone, order);
        format!("{:>2}.{:03}", index / 1000, index % 1000)
    })
}

pub(super) fn unusable_index(world: &World) -> String {
    print(world, |zone, order| {
        let index = world.phys.frames.unusable_index(zone, order);
        format!("{}.{:03}", index / 1000, index % 1000)
    })
}

fn print(world: &World, index: impl Fn(ZoneId, Order) -> String) -> String {
    let mut out = String::new();
    for (id, zone) in world.phys.zones().iter().filter(|(_, zone)| zone.is_populated()) {
        let _ = write!(out, "Node {}, zone {:>8} ", zone.node.0, zone.kind.name());
        for order in Order::ZERO.and_up() {
            let _ = write!(out, "{} ", index(id, order));
        }
        out.push('\n');
    }
    out
}
