//! `/proc/meminfo`, 6.1 `fs/proc/meminfo.c`: the lines that the model has.

use core::fmt::Write as _;

use mm::quantity::MeminfoLine;
use mm::world::World;

/// Lines of the direct map are written elsewhere, in a column of their own (6.1
/// `arch/x86/mm/pat/set_memory.c: arch_report_meminfo`).
const DIRECT_MAP: &str = "DirectMap";

pub(super) fn meminfo(world: &World) -> String {
    let mut out = String::new();
    for line in MeminfoLine::lines(world) {
        let (name, kib) = (line.name(), line.kib(world));
        let _ = if name.starts_with(DIRECT_MAP) {
            writeln!(out, "{name}: {kib:>11} kB")
        } else {
            writeln!(out, "{:<16}{kib:>8} kB", format!("{name}:"))
        };
    }
    out
}
