//! Processes that fill memory with movable pages, kernel blocks between them, and compaction.

use mm::config::CpuId;
use mm::gfp::Gfp;
use mm::phys::AllocRequest;
use mm::phys::zone::vmstat::VmEvent;
use mm::rest::Ctx;
use mm::rng::Rng;
use mm::trace::{Detail, Trace};
use mm::units::{Bytes, Order, PAGE_SIZE, Pfn, VirtAddr, count, index64, low8};
use mm::virt::TaskId;
use mm::virt::area::mmap::MmapRequest;
use mm::virt::area::unmapped_area::Placement;
use mm::virt::paging::walk::Access;
use mm::virt::task::Layout;
use mm::world::World;

use super::Actor;

/// Processes at most.
const PROCESSES: usize = 4;
/// Pages of the area that each of them has, at most; never more than there is memory.
const AREA_PAGES: u64 = 2048;
/// Operations by which some page has moved on any machine.
const MOVES_BY: u64 = 2000;
const CPU: CpuId = CpuId(0);

/// A machine with processes, each with one area, and blocks that the kernel holds.
#[derive(Debug)]
pub struct Crowd {
    world: World,
    rng: Rng,
    processes: Vec<(TaskId, VirtAddr)>,
    held: Vec<(Pfn, Order)>,
    operations: u64,
    area_pages: u64,
}

impl Actor for Crowd {
    fn new(world: World, seed: u64) -> Crowd {
        let area_pages = (world.managed_pages() / 2).min(AREA_PAGES);
        let rng = Rng::new(seed);
        Crowd { world, rng, processes: Vec::new(), held: Vec::new(), operations: 0, area_pages }
    }

    fn world(&self) -> &World {
        &self.world
    }

    fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    fn check(&self) -> Option<String> {
        super::told(&mm::check::all(&self.world))
    }

    fn operate(&mut self, tr: &mut Trace) {
        self.operations += 1;
        self.forget_the_dead();
        match self.rng.below(100) {
            0..3 => self.spawn(tr),
            3 => self.exit(tr),
            4..60 => self.touch(tr),
            60..70 => self.unmap(tr),
            70..82 => self.alloc(tr),
            82..92 => self.free(tr),
            92 => self.world.phys.drain_all_pages(tr),
            93 => self.world.phys.compact_nodes(CPU, &mut self.world.rest, tr),
            _ => self.alloc_large(tr),
        }
    }

    /// What the processes see must not depend on where their pages lie: the checker compares
    /// entries and owners, and here nothing is left to ask.
    fn probe(&mut self) {}

    /// After a long sequence some pages have moved: else it has shown nothing.
    fn finish(&mut self) {
        let moved = self.world.phys.frames.vmstat.event(VmEvent::PgmigrateSuccess);
        assert!(
            moved > 0 || self.operations < MOVES_BY,
            "nothing was moved in {} operations",
            self.operations
        );
        let tr = &mut Trace::new(Detail::Off);
        self.forget_the_dead();
        while !self.processes.is_empty() {
            self.exit(tr);
        }
        while !self.held.is_empty() {
            self.free(tr);
        }
    }
}

impl Crowd {
    /// Leaves out those that were killed for want of memory, in the last operation too.
    fn forget_the_dead(&mut self) {
        let tasks = &self.world.rest.virt.tasks;
        self.processes.retain(|&(task, _)| tasks.get(task).is_some_and(|task| task.alive));
    }

    fn spawn(&mut self, tr: &mut Trace) {
        if self.processes.len() == PROCESSES {
            return;
        }
        let Ok(task) = self.world.ctx(CPU).spawn("crowd", Layout::Bare, tr) else { return };
        let area = MmapRequest::anonymous(Bytes(self.area_pages * PAGE_SIZE));
        let mut start = None;
        self.as_process(task, tr, |ctx, tr| {
            start = ctx.mmap(task, &area, tr).ok();
            start.is_some()
        });
        self.processes.extend(start.map(|start| (task, start)));
    }

    fn exit(&mut self, tr: &mut Trace) {
        if let Some((task, _)) = self.pick_process() {
            self.processes.retain(|&(other, _)| other != task);
            self.world.ctx(CPU).exit(task, tr);
        }
    }

    /// Writes to some pages that follow each other; memory may run out meanwhile.
    fn touch(&mut self, tr: &mut Trace) {
        let Some((task, start)) = self.pick_process() else { return };
        let first = self.rng.below(self.area_pages);
        for page in first..self.area_pages.min(first + 1 + self.rng.below(32)) {
            let va = VirtAddr(start.0 + page * PAGE_SIZE);
            if !self.as_process(task, tr, |ctx, tr| ctx.access(task, va, Access::Write, tr).is_ok()) {
                return;
            }
        }
    }

    /// Unmaps some pages and maps the same place again.
    fn unmap(&mut self, tr: &mut Trace) {
        let Some((task, start)) = self.pick_process() else { return };
        let first = self.rng.below(self.area_pages);
        let pages = (1 + self.rng.below(200)).min(self.area_pages - first);
        let (at, len) = (VirtAddr(start.0 + first * PAGE_SIZE), Bytes(pages * PAGE_SIZE));
        let area = MmapRequest { placement: Placement::Fixed(at), ..MmapRequest::anonymous(len) };
        self.as_process(task, tr, |ctx, tr| {
            ctx.munmap(task, at, len, tr).and_then(|()| ctx.mmap(task, &area, tr)).is_ok()
        });
    }

    fn alloc(&mut self, tr: &mut Trace) {
        let gfp = *self.rng.pick(&[Gfp::KERNEL, Gfp::KERNEL.with(Gfp::RECLAIMABLE), Gfp::HIGHUSER_MOVABLE]);
        let order = Order::new(low8(self.rng.below(4)));
        self.take(AllocRequest::new(order, gfp | Gfp::NOWARN | Gfp::NORETRY), tr);
    }

    /// Asks for a block that is there only after compaction, most likely.
    fn alloc_large(&mut self, tr: &mut Trace) {
        let gfp = *self.rng.pick(&[Gfp::KERNEL, Gfp::HIGHUSER_MOVABLE, Gfp::KERNEL.with(Gfp::RETRY_MAYFAIL)]);
        let order = Order::new(low8(4 + self.rng.below(7)));
        if self.take(AllocRequest::new(order, gfp | Gfp::NOWARN | Gfp::NORETRY), tr) {
            let (pfn, order) = self.held.pop().expect("just taken");
            self.world.phys.free_pages(pfn, order, CPU, tr);
        }
    }

    fn take(&mut self, request: AllocRequest, tr: &mut Trace) -> bool {
        let pfn = self.world.phys.alloc_pages(request, &mut self.world.rest, tr);
        self.held.extend(pfn.map(|pfn| (pfn, request.order)));
        pfn.is_some()
    }

    fn free(&mut self, tr: &mut Trace) {
        if self.held.is_empty() {
            return;
        }
        let at = index64(self.rng.below(u64::from(count(self.held.len()))));
        let (pfn, order) = self.held.swap_remove(at);
        self.world.phys.free_pages(pfn, order, CPU, tr);
    }

    /// Does something in the name of a process, which dies behind it if it was chosen to.
    fn as_process(
        &mut self,
        task: TaskId,
        tr: &mut Trace,
        work: impl FnOnce(&mut Ctx<'_>, &mut Trace) -> bool,
    ) -> bool {
        self.world.rest.virt.set_current(CPU, Some(task), tr);
        let ctx = &mut self.world.ctx(CPU);
        let done = work(ctx, tr);
        let lives = ctx.rest.virt.tasks.get(task).is_some_and(|task| task.alive);
        if lives && ctx.deliver_kill(task, tr).is_none() {
            ctx.rest.virt.set_current(CPU, None, tr);
            return done;
        }
        false
    }

    fn pick_process(&mut self) -> Option<(TaskId, VirtAddr)> {
        let processes = count(self.processes.len());
        (processes > 0).then(|| self.processes[index64(self.rng.below(u64::from(processes)))])
    }
}
