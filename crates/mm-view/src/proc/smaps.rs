//! `/proc/PID/smaps`, 6.1 `fs/proc/task_mmu.c: show_smap`.
//!
//! Pages of files are not modelled: their areas come without the lines that count pages.

use mm::quantity::SmapsLine;
use mm::units::PAGE_SIZE;
use mm::virt::area::smaps::MemSize;
use mm::virt::area::vma::VmFlags;
use mm::virt::fault::huge_memory::{has_huge_piece, may_have_huge_pages};
use mm::virt::{MmId, Vma};
use mm::world::World;

use super::task::map_line;

/// Characters of a name with its colon, and of a number, at least.
const WIDTHS: (usize, usize) = (16, 8);

/// Writes an area.
pub(super) fn area(world: &World, (mm, vma): (MmId, &Vma), size: &MemSize, out: &mut String) {
    out.push_str(&map_line(world, &world.rest.virt.map_row(mm, vma)));
    out.push('\n');
    line(out, SmapsLine::Size.name(), vma.end.0 - vma.start.0);
    line(out, "KernelPageSize", PAGE_SIZE);
    line(out, "MMUPageSize", PAGE_SIZE);
    if vma.is_anonymous() {
        counted(out, size);
        out.push_str("THPeligible:    ");
        out.push_str(if is_eligible(world, vma) { "1\n" } else { "0\n" });
    }
    out.push_str("VmFlags: ");
    for (_, letters) in VmFlags::NAMES.iter().filter(|(flag, _)| vma.flags.contains(*flag)) {
        out.push_str(letters);
        out.push(' ');
    }
    out.push('\n');
}

/// Writes `NAME:           NUMBER kB`, by hand: there are two dozen an area, and tens of thousands of areas.
fn line(out: &mut String, name: &str, bytes: u64) {
    let number = (bytes >> 10).to_string();
    out.push_str(name);
    out.push(':');
    let blanks = WIDTHS.0.saturating_sub(name.len() + 1) + WIDTHS.1.saturating_sub(number.len());
    out.extend(core::iter::repeat_n(' ', blanks));
    out.push_str(&number);
    out.push_str(" kB\n");
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
