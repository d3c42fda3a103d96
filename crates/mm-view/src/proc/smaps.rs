//! `/proc/PID/smaps`, 6.1 `fs/proc/task_mmu.c: show_smap`.
//!
//! Pages of files are not modelled: their areas come without the lines that count pages.

use core::fmt::Write as _;

use mm::quantity::SmapsLine;
use mm::units::PAGE_SIZE;
use mm::virt::TaskId;
use mm::virt::Vma;
use mm::virt::area::smaps::MemSize;
use mm::virt::area::vma::VmFlags;
use mm::virt::fault::huge_memory::{has_huge_piece, may_have_huge_pages};
use mm::world::World;

use super::task::map_line;

pub(super) fn smaps(world: &World, task: TaskId) -> String {
    let mm = world.rest.virt.mm_of(task);
    let mut out = String::new();
    for (row, vma) in world.rest.virt.maps(mm).zip(world.rest.virt.areas(mm)) {
        let _ = writeln!(out, "{}", map_line(world, &row));
        line(&mut out, SmapsLine::Size.name(), vma.end.0 - vma.start.0);
        line(&mut out, "KernelPageSize", PAGE_SIZE);
        line(&mut out, "MMUPageSize", PAGE_SIZE);
        if vma.is_anonymous() {
            counted(&mut out, &world.rest.virt.mem_size(&world.phys, mm, vma));
            let _ = writeln!(out, "THPeligible:    {}", u8::from(is_eligible(world, vma)));
        }
        let flags = VmFlags::NAMES.iter().filter(|(flag, _)| vma.flags.contains(*flag));
        let letters: String = flags.map(|(_, letters)| format!("{letters} ")).collect();
        let _ = writeln!(out, "VmFlags: {letters}");
    }
    out
}

fn line(out: &mut String, name: &str, bytes: u64) {
    let _ = writeln!(out, "{:<16}{:>8} kB", format!("{name}:"), bytes >> 10);
}

/// Writes the lines that count pages of private memory; the first, its size, stands already.
fn counted(out: &mut String, size: &MemSize) {
    for counted in &SmapsLine::ALL[1..] {
        line(out, counted.name(), counted.bytes(size));
    }
}

/// Returns whether a huge page could come to lie in the area.
fn is_eligible(world: &World, vma: &Vma) -> bool {
    may_have_huge_pages(vma, world.rest.sysctl.thp().enabled)
        && has_huge_piece(vma, world.rest.virt.mode.huge_size())
}
