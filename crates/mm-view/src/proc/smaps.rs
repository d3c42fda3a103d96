//! `/proc/PID/smaps`, 6.1 `fs/proc/task_mmu.c: show_smap`.
//!
//! Pages of files are not modelled: their areas come without the lines that count pages.

use core::fmt::Write as _;

use mm::task::TaskId;
use mm::units::PAGE_SIZE;
use mm::virt::Vma;
use mm::virt::huge_memory::{has_huge_piece, may_have_huge_pages};
use mm::virt::smaps::MemSize;
use mm::virt::vma::VmFlags;
use mm::world::World;

use super::task::map_line;

pub(super) fn smaps(world: &World, task: TaskId) -> String {
    let mm = world.virt.mm_of(task);
    let mut out = String::new();
    for (row, vma) in world.virt.maps(mm).zip(world.virt.areas(mm)) {
        let _ = writeln!(out, "{}", map_line(world, &row));
        line(&mut out, "Size", vma.end.0 - vma.start.0);
        line(&mut out, "KernelPageSize", PAGE_SIZE);
        line(&mut out, "MMUPageSize", PAGE_SIZE);
        if vma.is_anonymous() {
            counted(&mut out, &world.virt.mem_size(&world.phys, mm, vma));
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

/// Writes the lines that count pages of private memory; what only files and pools have is 0.
fn counted(out: &mut String, size: &MemSize) {
    for (name, bytes) in [
        ("Rss", size.rss),
        ("Pss", size.pss()),
        ("Pss_Dirty", size.pss_dirty()),
        ("Shared_Clean", size.shared_clean),
        ("Shared_Dirty", size.shared_dirty),
        ("Private_Clean", size.private_clean),
        ("Private_Dirty", size.private_dirty),
        ("Referenced", size.referenced),
        ("Anonymous", size.anonymous),
        ("LazyFree", size.lazyfree),
        ("AnonHugePages", size.anon_huge),
        ("ShmemPmdMapped", 0),
        ("FilePmdMapped", 0),
        ("Shared_Hugetlb", 0),
        ("Private_Hugetlb", 0),
        ("Swap", 0),
        ("SwapPss", 0),
        ("Locked", size.locked()),
    ] {
        line(out, name, bytes);
    }
}

/// Returns whether a huge page could come to lie in the area.
fn is_eligible(world: &World, vma: &Vma) -> bool {
    may_have_huge_pages(vma, world.sysctl.thp().enabled) && has_huge_piece(vma, world.virt.mode.huge_size())
}
