//! What the kernel says of memory while it starts, without time stamps.
//!
//! The head of `dmesg`: zones, nodes, where each falls back, and on i386 how much of memory is
//! high. Mirrors 6.1 `mm/page_alloc.c`: `free_area_init`, `build_zonelists`,
//! `build_all_zonelists`; `arch/x86/mm/init_32.c: initmem_init`.

use core::fmt::Write as _;

use mm::config::Arch;
use mm::phys::boot::{memory_map, zone_ranges};
use mm::phys::zone::{Zone, ZoneKind};
use mm::units::{PAGE_SHIFT, Pfn};
use mm::world::World;

/// Writes the lines.
pub fn boot_log(world: &World) -> String {
    let mut out = String::new();
    if world.config.arch == Arch::I386 {
        high_memory(world, &mut out);
    }
    zones(world, &mut out);
    nodes(world, &mut out);
    zonelists(world, &mut out);
    out
}

fn bytes(pfn: Pfn) -> u64 {
    u64::from(pfn.0) << PAGE_SHIFT
}

fn range(start: Pfn, end: Pfn) -> String {
    format!("[mem {:#018x}-{:#018x}]", bytes(start), bytes(end) - 1)
}

fn high_memory(world: &World, out: &mut String) {
    let megabytes = |pages: u32| pages >> (20 - PAGE_SHIFT);
    let ranges = zone_ranges(&world.config);
    let of = |wanted| ranges.iter().find(|(kind, _)| *kind == wanted).and_then(|(_, span)| *span);
    let high = of(ZoneKind::HighMem).map_or(0, |span| span.pages());
    let low = of(ZoneKind::Normal).map_or(0, |span| span.end.0);
    let _ = writeln!(out, "{}MB HIGHMEM available.\n{}MB LOWMEM available.", megabytes(high), megabytes(low));
}

fn zones(world: &World, out: &mut String) {
    out.push_str("Zone ranges:\n");
    for (kind, reach) in zone_ranges(&world.config) {
        if kind != ZoneKind::Movable {
            let text = reach.map_or("empty".into(), |span| range(span.start, span.end));
            let _ = writeln!(out, "  {:<8} {text}", kind.name());
        }
    }
    out.push_str("Movable zone start for each node\n");
    let movable = world.phys.zones().iter().filter(|(_, zone)| zone.kind == ZoneKind::Movable);
    for (_, zone) in movable.filter(|(_, zone)| zone.spanned > 0) {
        let _ = writeln!(out, "  Node {}: {:#018x}", zone.node.0, bytes(zone.start));
    }
}

fn nodes(world: &World, out: &mut String) {
    let memory = memory_map(&world.config);
    out.push_str("Early memory node ranges\n");
    for ram in &memory {
        let _ = writeln!(out, "  node {:>3}: {}", ram.node, range(ram.start, ram.end));
    }
    for node in world.phys.nodes() {
        let own = || memory.iter().filter(|ram| ram.node == node.id.0);
        let ends = own().map(|ram| ram.start).min().zip(own().map(|ram| ram.end).max());
        if let Some((start, end)) = ends {
            let _ = writeln!(out, "Initmem setup node {} {}", node.id.0, range(start, end));
        }
    }
}

fn zonelists(world: &World, out: &mut String) {
    let phys = &world.phys;
    if phys.has_numa_stats() {
        for node in phys.nodes() {
            let order: String = node.order.iter().map(|node| format!("{} ", node.0)).collect();
            let _ = writeln!(out, "Fallback order for Node {}: {order}", node.id.0);
        }
    }
    let total: u64 = phys.zones().iter().map(|(_, zone)| managed_before_boot(world, zone)).sum();
    let _ =
        writeln!(out, "Built {} zonelists, mobility grouping on.  Total pages: {total}", phys.nodes().len());
    if phys.has_numa_stats() {
        let reached =
            phys.zones().iter().filter(|(_, zone)| zone.is_populated() && zone.kind != ZoneKind::Movable);
        if let Some((_, zone)) = reached.max_by_key(|(_, zone)| zone.class) {
            let _ = writeln!(out, "Policy zone: {}", zone.kind.name());
        }
    }
}

/// Returns what a zone is thought to manage before boot memory is freed: what there is less its
/// page structs, and less what lies reserved in the first zone (`free_area_init_core`).
fn managed_before_boot(world: &World, zone: &Zone) -> u64 {
    let (page_struct, reserved) = match (world.config.arch, zone.kind) {
        (Arch::X86_64, ZoneKind::Dma) => (64, zone.present - zone.managed_at_marks),
        (Arch::X86_64, _) => (64, 0),
        // High memory's page structs lie in low memory.
        (Arch::I386, ZoneKind::HighMem | ZoneKind::Movable) => (0, 0),
        (Arch::I386, _) => (40, 0),
    };
    let sparse = zone.spanned > zone.present + (zone.present >> 4);
    let described = u64::from(if sparse { zone.present } else { zone.spanned });
    let memmap = (described * page_struct).div_ceil(1 << PAGE_SHIFT);
    u64::from(zone.present).saturating_sub(memmap + u64::from(reserved))
}
