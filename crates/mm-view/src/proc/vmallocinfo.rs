//! `/proc/vmallocinfo`, 6.1 `mm/vmalloc.c: s_show`: the areas of the script, in address order,
//! then the addresses that wait for a flush.
//!
//! Who called `vmalloc` is a name in a kernel that ran; a script has none, and as for an area
//! without a caller, nothing is printed for it. Addresses are as root sees them.

use core::fmt::Write as _;

use mm::phys::Phys;
use mm::units::VirtAddr;
use mm::virt::vmalloc::VmArea;
use mm::world::World;

pub(super) fn vmallocinfo(world: &World) -> String {
    let virt = &world.rest.virt;
    let digits = if virt.mode.address_bits == 64 { 16 } else { 8 };
    let range = |start: VirtAddr, end: VirtAddr| {
        format!("0x{:0digits$x}-0x{:0digits$x} {:7}", start.0, end.0, end.0 - start.0)
    };
    let mut out = String::new();
    for area in virt.vmap.areas() {
        let _ = write!(out, "{} pages={} vmalloc", range(area.start, area.end), area.pages.len());
        if area.page_array.is_some_and(|at| virt.layout.vmalloc().contains(at)) {
            out.push_str(" vpages");
        }
        out.push_str(&by_node(&world.phys, area));
        out.push('\n');
    }
    for lazy in virt.vmap.lazy() {
        let _ = writeln!(out, "{} unpurged vm_area", range(lazy.start, lazy.end));
    }
    out
}

/// Counts frames by node, on kernels that know nodes.
fn by_node(phys: &Phys, area: &VmArea) -> String {
    if !phys.has_numa_stats() {
        return String::new();
    }
    let count = |node| area.pages.iter().filter(|&&pfn| phys.zone(phys.zone_of(pfn)).node == node).count();
    let nodes = phys.nodes().iter().map(|node| (node.id, count(node.id)));
    nodes.filter(|(_, pages)| *pages > 0).map(|(node, pages)| format!(" N{}={pages}", node.0)).collect()
}
