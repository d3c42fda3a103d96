//! How virtual memory helps the page allocator when memory is short.

use super::{Ctx, Tunables, Virt};
use crate::config::CpuId;
use crate::phys::Phys;
use crate::phys::relief::{FailedAlloc, Isolation, Kill, OomControl, Relief, Unmovable};
use crate::trace::Trace;
use crate::units::Pfn;

impl Virt {
    /// Returns the parts of this folder's code for the allocator that lends `phys`.
    fn with<'a>(&'a mut self, phys: &'a mut Phys, cpu: CpuId) -> Ctx<'a> {
        let managed = phys.zones().iter().map(|(_, zone)| u64::from(zone.managed)).sum();
        Ctx { phys, virt: self, tunables: Tunables::defaults(managed), cpu }
    }
}

impl Relief for Virt {
    fn lru_add_drain(&mut self, phys: &mut Phys, cpu: CpuId, tr: &mut Trace) {
        self.with(phys, cpu).lru_add_drain(tr);
    }

    fn lru_add_drain_all(&mut self, phys: &mut Phys, _cpu: CpuId, tr: &mut Trace) {
        for cpu in (0..phys.cpus()).map(CpuId) {
            self.with(phys, cpu).lru_add_drain(tr);
        }
    }

    fn isolate_page(&mut self, phys: &mut Phys, pfn: Pfn, cpu: CpuId, tr: &mut Trace) -> Isolation {
        self.with(phys, cpu).isolate_lru_page(pfn, tr)
    }

    fn putback_page(&mut self, phys: &mut Phys, pfn: Pfn, cpu: CpuId, tr: &mut Trace) {
        self.with(phys, cpu).putback_lru_page(pfn, tr);
    }

    fn migrate_page(
        &mut self,
        phys: &mut Phys,
        from: Pfn,
        to: Pfn,
        cpu: CpuId,
        tr: &mut Trace,
    ) -> Result<(), Unmovable> {
        self.with(phys, cpu).migrate_anon_page(from, to, tr)
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
