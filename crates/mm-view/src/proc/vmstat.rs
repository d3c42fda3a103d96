//! `/proc/vmstat`, 6.1 `mm/vmstat.c: vmstat_start`.

use core::fmt::Write as _;

use mm::quantity::Counter;
use mm::world::World;

pub(super) fn vmstat(world: &World) -> String {
    let mut out = String::new();
    for counter in Counter::lines(world) {
        let _ = writeln!(out, "{} {}", counter.name(), counter.value(world));
    }
    out
}
