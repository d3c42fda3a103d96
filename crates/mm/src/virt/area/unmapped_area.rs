//! Where a new area goes: the highest gap below the base that is large enough.
//!
//! Mirrors 6.1 `mm/mmap.c: vm_unmapped_area` and `arch/x86/kernel/sys_x86_64.c:
//! arch_get_unmapped_area_topdown`.

use crate::errno::Errno;
use crate::units::{PAGE_SIZE, VirtAddr};
use crate::virt::{MmId, Virt};

/// Where the caller wants an area.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Placement {
    /// Wherever there is room.
    #[default]
    Anywhere,
    /// Here if it is free, else wherever there is room.
    Hint(VirtAddr),
    /// Here, in place of what is there (`MAP_FIXED`).
    Fixed(VirtAddr),
    /// Here or not at all (`MAP_FIXED_NOREPLACE`).
    NoReplace(VirtAddr),
}

impl Virt {
    /// Finds room for `len` bytes, a multiple of pages; `align` is a power of two.
    pub(in crate::virt) fn unmapped_area(
        &self,
        mm: MmId,
        len: u64,
        align: u64,
        placement: Placement,
    ) -> Result<VirtAddr, Errno> {
        let task_size = self.layout.task_size;
        if len > task_size {
            return Err(Errno::ENOMEM);
        }
        let addr = match placement {
            Placement::Fixed(addr) | Placement::NoReplace(addr) => addr,
            Placement::Hint(hint) if self.is_free(mm, hint.page_start(), len) => hint.page_start(),
            Placement::Hint(_) | Placement::Anywhere => self.highest_gap(mm, len, align)?,
        };
        if addr.0 > task_size - len {
            return Err(Errno::ENOMEM);
        }
        if addr.page_offset() != 0 {
            return Err(Errno::EINVAL);
        }
        Ok(addr)
    }

    /// Returns whether nothing is mapped at `addr..addr + len`, with the gap that an area above
    /// needs if it grows down.
    fn is_free(&self, mm: MmId, addr: VirtAddr, len: u64) -> bool {
        addr.0 != 0
            && self.layout.task_size - len >= addr.0
            && self.find_vma(mm, addr).is_none_or(|next| addr.0 + len <= next.gap_start())
    }

    /// Returns the highest address from which `len` bytes are free, below the base first and,
    /// when there is no room, from a third of the address space upwards.
    fn highest_gap(&self, mm: MmId, len: u64, align: u64) -> Result<VirtAddr, Errno> {
        let base = self.mms.get(mm).expect("an address space that exists").mmap_base.0;
        if let Some(addr) = self.vmas.gap_below(mm, base, len, align) {
            return Ok(addr);
        }
        self.gap_above(mm, (self.layout.task_size / 3).next_multiple_of(PAGE_SIZE), len, align)
            .ok_or(Errno::ENOMEM)
    }

    fn gap_above(&self, mm: MmId, limit: u64, len: u64, align: u64) -> Option<VirtAddr> {
        let mut bottom = limit;
        for vma in self.areas(mm).filter(|vma| vma.end.0 > limit) {
            if let Some(addr) = fit_low(bottom, vma.gap_start(), len, align) {
                return Some(addr);
            }
            bottom = bottom.max(vma.end.0);
        }
        fit_low(bottom, self.layout.task_size, len, align)
    }
}

/// Returns the highest aligned start of `len` bytes between `low` and `high`.
pub(in crate::virt) fn fit_high(low: u64, high: u64, len: u64, align: u64) -> Option<VirtAddr> {
    let start = high.checked_sub(len)? & !(align - 1);
    (start >= low).then_some(VirtAddr(start))
}

/// Returns the lowest aligned start of `len` bytes between `low` and `high`.
fn fit_low(low: u64, high: u64, len: u64, align: u64) -> Option<VirtAddr> {
    let start = low.next_multiple_of(align);
    (start.checked_add(len)? <= high).then_some(VirtAddr(start))
}
