//! The memory management unit: TLB first, tables second, a fault third.

use super::walk::{Access, Outcome, Privilege, quick_walk, walk};
use crate::config::CpuId;
use crate::cost::Cost;
use crate::func::Func;
use crate::trace::Trace;
use crate::units::{Nanos, Pfn, PhysAddr, VirtAddr, count, high32};
use crate::virt::tlb::{DATA_DIRTY, DATA_EXEC, DATA_USER, DATA_WRITE, Lack, Quick};
use crate::virt::{MmId, Virt};

/// Bits of the error code that the CPU pushes with a page fault.
pub mod error_code {
    /// The entry was present: a right was missing.
    pub const PROTECTION: u32 = 1;
    /// A store.
    pub const WRITE: u32 = 2;
    /// From user mode.
    pub const USER: u32 = 4;
    /// A fetch.
    pub const INSTRUCTION: u32 = 16;
}

/// Events of a lookup that hits.
const HIT_EVENTS: u64 = 1;
/// Events of one that does not, besides those of the walk: the miss, and a fill a level.
const MISS_EVENTS: u64 = 3;

/// An exception that an access raised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exception {
    /// `#PF`: the error code.
    PageFault(u32),
    /// `#GP`: the address is not canonical.
    GeneralProtection,
}

impl Virt {
    /// Translates `va` for a program of `mm` on `cpu`, as one try of an instruction does.
    #[inline]
    pub fn translate_access(
        &mut self,
        cpu: CpuId,
        mm: MmId,
        va: VirtAddr,
        access: Access,
        tr: &mut Trace,
    ) -> Result<PhysAddr, Exception> {
        let pcid = self.switch_mm(cpu, mm, tr);
        // The form of an address is judged before any cache is asked.
        if !self.mode.is_canonical(va) {
            return self.walk_and_fill(cpu, mm, pcid, va, access, tr);
        }
        if !tr.is_detailed()
            && let Some(pa) = self.translate_quick(cpu, pcid, va, access, tr)
        {
            return Ok(pa);
        }
        self.translate_recorded(cpu, mm, pcid, va, access, tr)
    }

    /// Translates without a record where nothing but the caches changes; `None` where more
    /// would, and then nothing has changed.
    #[inline]
    fn translate_quick(
        &mut self,
        cpu: CpuId,
        pcid: u16,
        va: VirtAddr,
        access: Access,
        tr: &mut Trace,
    ) -> Option<PhysAddr> {
        let need = match access {
            Access::Read => 0,
            Access::Write => DATA_WRITE | DATA_DIRTY,
            Access::Exec => DATA_EXEC,
        };
        let offset = va.page_offset();
        match self.tlb.quick_lookup(cpu, pcid, va, need, tr) {
            Quick::Hit(data) => {
                tr.skip(HIT_EVENTS, Cost::TlbHit.nanos());
                Some(PhysAddr(Pfn(high32(data)).addr().0 + offset))
            }
            Quick::Miss(missing) => {
                let data = {
                    let root = self.cr3(cpu).0;
                    quick_walk(self.mode, &mut self.tables, root, va, need | DATA_USER)?
                };
                self.tlb.quick_fill(cpu, missing, data, tr);
                let refs = u64::from(count(self.mode.levels.len()));
                tr.skip(MISS_EVENTS + refs, Nanos(refs * Cost::TableReference.nanos().0));
                Some(PhysAddr(Pfn(high32(data)).addr().0 + offset))
            }
            Quick::Unknown => None,
        }
    }

    fn translate_recorded(
        &mut self,
        cpu: CpuId,
        mm: MmId,
        pcid: u16,
        va: VirtAddr,
        access: Access,
        tr: &mut Trace,
    ) -> Result<PhysAddr, Exception> {
        if let Some(entry) = self.tlb.lookup(cpu, pcid, va, tr) {
            tr.spend(Cost::TlbHit);
            let lack = match access {
                _ if !entry.user => Some(Lack::User),
                Access::Write if !entry.write => Some(Lack::Write),
                Access::Write if !entry.dirty => Some(Lack::Dirty),
                Access::Exec if !entry.exec => Some(Lack::Exec),
                Access::Read | Access::Write | Access::Exec => None,
            };
            match lack {
                None => return Ok(PhysAddr(entry.pfn.addr().0 + (va.0 & ((1 << entry.shift) - 1)))),
                Some(lack) => self.tlb.reject(cpu, pcid, va, lack, tr),
            }
        }
        self.walk_and_fill(cpu, mm, pcid, va, access, tr)
    }

    fn walk_and_fill(
        &mut self,
        cpu: CpuId,
        mm: MmId,
        pcid: u16,
        va: VirtAddr,
        access: Access,
        tr: &mut Trace,
    ) -> Result<PhysAddr, Exception> {
        let root = self.root(mm);
        let walk = tr.span(Func::CpuWalk, |tr| {
            walk(self.mode, &mut self.tables, root, va, access, Privilege::User, tr)
        });
        match walk.outcome {
            Outcome::Translated { pa, entry } => {
                self.tlb.fill(cpu, pcid, va, entry, tr);
                Ok(pa)
            }
            Outcome::NotPresent { .. } => Err(Exception::PageFault(self.error_code(access))),
            Outcome::Protection { .. } => {
                Err(Exception::PageFault(self.error_code(access) | error_code::PROTECTION))
            }
            Outcome::NonCanonical => Err(Exception::GeneralProtection),
        }
    }

    /// Returns the error code of a user access whose entry is not present. Fetches are told
    /// apart only where there is an NX bit to forbid them.
    fn error_code(&self, access: Access) -> u32 {
        let kind = match access {
            Access::Write => error_code::WRITE,
            Access::Exec if self.mode.codec.hardware.no_exec != 0 => error_code::INSTRUCTION,
            Access::Read | Access::Exec => 0,
        };
        error_code::USER | kind
    }
}
