//! A machine for the tests of virtual memory: frames and address spaces, no session.

#![expect(dead_code, reason = "each test binary uses a part of it")]

use mm::config::{CpuId, MachineConfig};
use mm::errno::{Errno, Signal};
use mm::rest::Ctx;
use mm::trace::{Detail, Trace};
use mm::units::{Bytes, PhysAddr, VirtAddr};
use mm::virt::area::maps::PageUse;
use mm::virt::area::mmap::MmapRequest;
use mm::virt::area::unmapped_area::Placement;
use mm::virt::area::vma::VmFlags;
use mm::virt::paging::walk::Access;
use mm::virt::task::Layout;
use mm::virt::{MmCounter, TaskCounter, TaskId};
use mm::world::World;

pub(crate) const R: VmFlags = VmFlags::READ;
pub(crate) const RW: VmFlags = R.with(VmFlags::WRITE);
pub(crate) const RX: VmFlags = R.with(VmFlags::EXEC);
pub(crate) const NONE: VmFlags = VmFlags::NONE;

/// A machine and the record of what ran on it since the last [`Machine::restart`].
pub(crate) struct Machine {
    pub(crate) world: World,
    pub(crate) tr: Trace,
    pub(crate) cpu: CpuId,
}

impl Machine {
    pub(crate) fn boot(config: &MachineConfig) -> Machine {
        Machine::of(World::boot(config.clone()))
    }

    pub(crate) fn of(world: World) -> Machine {
        Machine { world, tr: Trace::new(Detail::Full), cpu: CpuId(0) }
    }

    pub(crate) fn restart(&mut self, detail: Detail) {
        self.tr = Trace::new(detail);
    }

    pub(crate) fn run<T>(&mut self, run: impl FnOnce(&mut Ctx, &mut Trace) -> T) -> T {
        let Machine { world, tr, cpu } = self;
        run(&mut world.ctx(*cpu), tr)
    }

    pub(crate) fn spawn(&mut self, name: &str, layout: Layout) -> TaskId {
        self.run(|ctx, tr| ctx.spawn(name, layout, tr)).expect("frames for a process")
    }

    pub(crate) fn mmap(&mut self, task: TaskId, req: &MmapRequest) -> Result<VirtAddr, Errno> {
        self.run(|ctx, tr| ctx.mmap(task, req, tr))
    }

    pub(crate) fn anon(&mut self, task: TaskId, len: u64) -> VirtAddr {
        self.mmap(task, &MmapRequest::anonymous(Bytes(len))).expect("room")
    }

    pub(crate) fn munmap(&mut self, task: TaskId, start: VirtAddr, len: u64) -> Result<(), Errno> {
        self.run(|ctx, tr| ctx.munmap(task, start, Bytes(len), tr))
    }

    pub(crate) fn mprotect(
        &mut self,
        task: TaskId,
        start: VirtAddr,
        len: u64,
        prot: VmFlags,
    ) -> Result<(), Errno> {
        self.run(|ctx, tr| ctx.mprotect(task, start, Bytes(len), prot, tr))
    }

    pub(crate) fn access(&mut self, task: TaskId, va: VirtAddr, access: Access) -> Result<PhysAddr, Signal> {
        self.run(|ctx, tr| ctx.access(task, va, access, tr))
    }

    pub(crate) fn write(&mut self, task: TaskId, va: VirtAddr) -> Result<PhysAddr, Signal> {
        self.access(task, va, Access::Write)
    }

    pub(crate) fn touch(&mut self, task: TaskId, start: VirtAddr, len: u64) {
        for page in 0..len.div_ceil(4096) {
            self.write(task, VirtAddr(start.0 + page * 4096)).expect("a page");
        }
    }

    pub(crate) fn minflt(&self, task: TaskId) -> u64 {
        self.world.rest.virt.task_counter(task, TaskCounter::Minflt)
    }

    pub(crate) fn rss(&self, task: TaskId) -> u64 {
        self.world.rest.virt.rss(self.world.rest.virt.mm_of(task))
    }

    pub(crate) fn pgtables_kib(&self, task: TaskId) -> u64 {
        self.world.rest.virt.mm_counter(self.world.rest.virt.mm_of(task), MmCounter::PgtablesBytes) >> 10
    }

    pub(crate) fn raw_pte(&self, task: TaskId, va: VirtAddr) -> u64 {
        self.world.rest.virt.leaf_entry(self.world.rest.virt.mm_of(task), va).map_or(0, |(_, _, raw)| raw)
    }

    /// Rows of `maps` as text, without the spaces before the name.
    pub(crate) fn maps(&self, task: TaskId) -> Vec<String> {
        self.world
            .rest
            .virt
            .maps(self.world.rest.virt.mm_of(task))
            .map(|row| {
                let letter =
                    |flag: VmFlags, letter: char| if row.flags.contains(flag) { letter } else { '-' };
                let perms: String = [
                    letter(VmFlags::READ, 'r'),
                    letter(VmFlags::WRITE, 'w'),
                    letter(VmFlags::EXEC, 'x'),
                    if row.flags.contains(VmFlags::SHARED) { 's' } else { 'p' },
                ]
                .iter()
                .collect();
                let text = format!(
                    "{:08x}-{:08x} {perms} {:08x} {:02x}:{:02x} {} {}",
                    row.start.0,
                    row.end.0,
                    row.offset,
                    row.dev.0,
                    row.dev.1,
                    row.inode,
                    row.name.text().unwrap_or_default()
                );
                text.trim_end().to_string()
            })
            .collect()
    }

    pub(crate) fn pages(&self, task: TaskId, start: VirtAddr, len: u64) -> Vec<(u64, u64, PageUse)> {
        let end = VirtAddr(start.0 + len);
        self.world
            .rest
            .virt
            .page_runs(&self.world.phys, self.world.rest.virt.mm_of(task), start, end)
            .iter()
            .map(|run| (run.start.0, run.pages, run.page_use))
            .collect()
    }

    pub(crate) fn digest(&self) -> u64 {
        self.world.digest()
    }

    /// Puts back every word written since the last restart, the last first.
    pub(crate) fn revert(&mut self) {
        mm::session::undo(&mut self.world, &self.tr, 0..self.tr.delta_count());
    }

    /// Writes every word again.
    pub(crate) fn reapply(&mut self) {
        mm::session::redo(&mut self.world, &self.tr, 0..self.tr.delta_count());
    }

    #[track_caller]
    pub(crate) fn check(&self) {
        let found = mm::check::virt::check(&self.world.phys, &self.world.rest.virt);
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// Asks for `len` bytes with these rights at a place.
pub(crate) fn request(len: u64, prot: VmFlags, placement: Placement) -> MmapRequest {
    MmapRequest { prot, placement, ..MmapRequest::anonymous(Bytes(len)) }
}
