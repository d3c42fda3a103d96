//! One access of a program: translate, fault, try again.

use crate::errno::Signal;
use crate::func::Func;
use crate::rest::Ctx;
use crate::trace::Trace;
use crate::units::{PhysAddr, VirtAddr};
use crate::virt::TaskId;
use crate::virt::paging::mmu::Exception;
use crate::virt::paging::walk::Access;

/// Tries that an instruction may need: each fault changes something for good.
const TRIES_MAX: u32 = 8;

impl Ctx<'_> {
    /// Lets `task` access `va` on the running CPU.
    ///
    /// # Errors
    /// The signal that the process gets. Whether it survives is the caller's to say.
    pub fn access(
        &mut self,
        task: TaskId,
        va: VirtAddr,
        access: Access,
        tr: &mut Trace,
    ) -> Result<PhysAddr, Signal> {
        let mm = self.rest.virt.mm_of(task);
        let mut result =
            tr.span(Func::CpuAccess, |tr| self.rest.virt.translate_access(self.cpu, mm, va, access, tr));
        for _ in 0..TRIES_MAX {
            let signal = match result {
                Ok(pa) => return Ok(pa),
                Err(Exception::PageFault(code)) => self.page_fault(task, va, code, tr).err(),
                Err(Exception::GeneralProtection) => Some(self.general_protection(task, va, tr)),
            };
            if let Some(killed) = self.deliver_kill(task, tr) {
                return Err(killed);
            }
            if let Some(signal) = signal {
                self.rest.virt.note_signal(task, signal, tr);
                return Err(signal);
            }
            tr.span(Func::CpuRetry, |tr| {
                result = self.rest.virt.translate_access(self.cpu, mm, va, access, tr);
            });
        }
        unreachable!("a fault that is served makes the access possible");
    }
}
