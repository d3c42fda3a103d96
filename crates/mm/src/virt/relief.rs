//! How virtual memory helps the page allocator when memory is short.

use super::Virt;
use crate::config::CpuId;
use crate::phys::Phys;
use crate::phys::relief::{FailedAlloc, Kill, OomControl, Relief, Unmovable};
use crate::trace::Trace;
use crate::units::Pfn;

impl Relief for Virt {
    fn migrate_page(
        &mut self,
        _phys: &mut Phys,
        _from: Pfn,
        _to: Pfn,
        _cpu: CpuId,
        _tr: &mut Trace,
    ) -> Result<(), Unmovable> {
        Err(Unmovable::Kind)
    }

    fn out_of_memory(&mut self, phys: &mut Phys, control: OomControl, tr: &mut Trace) -> Kill {
        Virt::out_of_memory(self, phys, control, tr)
    }

    fn is_oom_victim(&self, cpu: CpuId) -> bool {
        self.current(cpu).is_some_and(|task| self.is_dying(task))
    }

    fn warn_alloc(&mut self, phys: &mut Phys, failed: FailedAlloc, tr: &mut Trace) {
        self.log_failure(phys, failed, tr);
    }
}
