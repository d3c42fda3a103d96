//! All of a machine but its frames: what the page allocator asks when memory is short.
//!
//! The allocator borrows [`Phys`] and is lent [`Rest`], which alone knows whose a page is, what can be had
//! again, and whom to kill. Every algorithm above the allocator takes a [`Ctx`].

use crate::clock::Clock;
use crate::config::{CpuId, MachineConfig, MemoryRange, Thp};
use crate::klog::{Log, Record};
use crate::phys::Phys;
use crate::phys::relief::{FailedAlloc, Isolation, Kill, MigrateMode, OomControl, Relief, Unmovable};
use crate::slab::Slabs;
use crate::sysctl::Sysctl;
use crate::trace::Trace;
use crate::units::Pfn;
use crate::virt::Virt;
use crate::virt::rmap::unknown;
use crate::virt::task::oom_kill;

/// Whatever can make room, and what it decides by.
#[derive(Clone, Debug)]
pub struct Rest {
    /// Page tables, translation caches, address spaces, processes.
    pub virt: Virt,
    /// Caches of small objects.
    pub slabs: Slabs,
    /// Tunables that belong to no single part.
    pub sysctl: Sysctl,
    /// Model time and chance.
    pub clock: Clock,
    /// What the kernel printed.
    pub log: Log,
}

/// What algorithms above the page allocator work on.
#[derive(Debug)]
pub struct Ctx<'a> {
    /// Frames, zones, statistics.
    pub phys: &'a mut Phys,
    /// Everything else.
    pub rest: &'a mut Rest,
    /// The CPU that runs.
    pub cpu: CpuId,
}

impl Rest {
    /// Makes all but the frames of a machine that has just booted. `ram` are the frames that are memory.
    pub fn boot(phys: &Phys, config: &MachineConfig, ram: &[MemoryRange]) -> Rest {
        let thp = Thp::defaults(phys.managed_pages());
        let thp = Thp { enabled: config.thp.unwrap_or(thp.enabled), ..thp };
        Rest {
            virt: Virt::boot(config, ram),
            slabs: Slabs::boot(config),
            sysctl: Sysctl::new(thp),
            clock: Clock::new(config.seed),
            log: Log::default(),
        }
    }

    /// Joins the parts for a command on `cpu`.
    pub fn ctx<'a>(&'a mut self, phys: &'a mut Phys, cpu: CpuId) -> Ctx<'a> {
        Ctx { phys, rest: self, cpu }
    }

    /// Writes a record into the kernel's log.
    pub(crate) fn print(&mut self, record: Record, tr: &mut Trace) {
        let record = self.log.print(record, tr);
        tr.emit(oom_kill::Event::Logged { record });
    }
}

impl Relief for Rest {
    fn lru_add_drain(&mut self, phys: &mut Phys, cpu: CpuId, tr: &mut Trace) {
        self.ctx(phys, cpu).lru_add_drain(tr);
    }

    fn lru_add_drain_all(&mut self, phys: &mut Phys, _cpu: CpuId, tr: &mut Trace) {
        for cpu in (0..phys.cpus()).map(CpuId) {
            self.ctx(phys, cpu).lru_add_drain(tr);
        }
    }

    fn takes_for_page(&self, phys: &Phys, pfn: Pfn) -> bool {
        unknown::is_page(phys, pfn)
    }

    fn isolate_page(
        &mut self,
        phys: &mut Phys,
        pfn: Pfn,
        _mode: MigrateMode,
        cpu: CpuId,
        tr: &mut Trace,
    ) -> Isolation {
        if unknown::is_unknown(phys, pfn) {
            return unknown::isolate(phys, pfn, tr);
        }
        self.ctx(phys, cpu).isolate_lru_page(pfn, tr)
    }

    fn putback_page(&mut self, phys: &mut Phys, pfn: Pfn, cpu: CpuId, tr: &mut Trace) {
        if !unknown::is_unknown(phys, pfn) {
            self.ctx(phys, cpu).putback_lru_page(pfn, tr);
        }
    }

    fn migrate_page(
        &mut self,
        phys: &mut Phys,
        from: Pfn,
        to: Pfn,
        cpu: CpuId,
        tr: &mut Trace,
    ) -> Result<(), Unmovable> {
        if unknown::is_unknown(phys, from) {
            unknown::migrate(phys, from, to, tr);
            return Ok(());
        }
        self.ctx(phys, cpu).migrate_anon_page(from, to, tr)
    }

    fn out_of_memory(&mut self, phys: &mut Phys, control: OomControl, tr: &mut Trace) -> Kill {
        self.ctx(phys, control.cpu).out_of_memory(control, tr)
    }

    fn is_oom_victim(&self, cpu: CpuId) -> bool {
        self.virt.current(cpu).is_some_and(|task| self.virt.is_dying(task))
    }

    fn warn_alloc(&mut self, phys: &mut Phys, failed: FailedAlloc, tr: &mut Trace) {
        self.log_failure(phys, failed, tr);
    }
}
