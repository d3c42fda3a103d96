//! Random allocations and frees, and what must hold of the answers.

use mm::config::{CpuId, NodeId};
use mm::gfp::Gfp;
use mm::phys::zone::migratetype::MigrateType;
use mm::phys::zone::vmstat::ZoneStat;
use mm::phys::{AllocRequest, Phys};
use mm::rng::Rng;
use mm::store::Kind;
use mm::trace::{Detail, Trace};
use mm::units::{Order, Pfn, count, index64, low8};
use mm::world::World;

use super::{Actor, Bitmap};

/// What requests ask for: every type, every zone, the right to the reserves.
const GFPS: &[Gfp] = &[
    Gfp::KERNEL,
    Gfp::HIGHUSER_MOVABLE,
    Gfp::KERNEL.with(Gfp::RECLAIMABLE),
    Gfp::DMA,
    Gfp::DMA32,
    Gfp::ATOMIC,
    Gfp::HIGHUSER.with(Gfp::THISNODE),
    Gfp::KERNEL.with(Gfp::MEMALLOC),
];
/// Operations between two changes of mind about taking or giving.
const MOOD: u64 = 400;

/// A machine, the blocks that are held of it, and the frames as the naive model sees them.
#[derive(Debug)]
pub struct Blocks {
    world: World,
    rng: Rng,
    held: Vec<(Pfn, Order)>,
    bitmap: Bitmap,
    operations: u64,
    /// Of ten operations, how many allocate.
    greed: u64,
}

impl Actor for Blocks {
    fn new(world: World, seed: u64) -> Blocks {
        let bitmap = free_frames(&world.phys);
        Blocks { world, rng: Rng::new(seed), held: Vec::new(), bitmap, operations: 0, greed: 6 }
    }

    fn world(&self) -> &World {
        &self.world
    }

    fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    /// Nobody but the allocator is at work: frames and lists are all there is to look at.
    fn check(&self) -> Option<String> {
        super::told(&mm::check::phys::check(&self.world.phys))
    }

    fn operate(&mut self, tr: &mut Trace) {
        if self.operations.is_multiple_of(MOOD) {
            self.greed = 1 + self.rng.below(9);
        }
        self.operations += 1;
        let cpu = CpuId(low8(self.rng.below(u64::from(self.phys().cpus()))));
        match self.rng.below(100) {
            0 => self.world.phys.drain_all_pages(tr),
            1 => self.free_list(cpu, tr),
            rest if rest % 10 < self.greed => self.alloc(cpu, tr),
            _ => self.free(cpu, tr),
        }
    }

    /// Empties the processors' lists and asks, whatever the marks say, for a block of each order:
    /// it must be had exactly when the naive model has room in pageblocks that anybody may use.
    fn probe(&mut self) {
        let mut tr = Trace::new(Detail::Off);
        self.world.phys.drain_all_pages(&mut tr);
        assert_eq!(self.bitmap.free_frames(), self.listed(), "both count the same free frames");
        // With one zone the search of the naive model needs no zonelist.
        if self.phys().zones().iter().filter(|(_, zone)| zone.spanned > 0).count() > 1 {
            return;
        }
        let mut usable = self.bitmap.clone();
        for pfn in self.reserved_frames() {
            usable.take(pfn, Order::ZERO);
        }
        let order = Order::new(low8(self.rng.below(11)));
        let gfp = *self.rng.pick(&[Gfp::KERNEL, Gfp::HIGHUSER_MOVABLE, Gfp::KERNEL.with(Gfp::RECLAIMABLE)]);
        let (must, may) = (usable.has_room(order), self.bitmap.has_room(order));
        let request = AllocRequest::new(order, gfp | Gfp::MEMALLOC | Gfp::NOWARN | Gfp::NORETRY);
        let got = self.take(request, &mut tr);
        assert!(got || !must, "{order:?} is refused though the naive model has room");
        assert!(!got || may, "{order:?} is granted though the naive model has no room");
    }

    /// Frees all blocks; then the naive model has as many free frames as the lists.
    fn finish(&mut self) {
        let mut tr = Trace::new(Detail::Off);
        while !self.held.is_empty() {
            self.free(CpuId(0), &mut tr);
        }
        self.world.phys.drain_all_pages(&mut tr);
        assert_eq!(self.bitmap.free_frames(), self.listed(), "all frames are back");
    }
}

impl Blocks {
    fn phys(&self) -> &Phys {
        &self.world.phys
    }

    fn alloc(&mut self, cpu: CpuId, tr: &mut Trace) {
        let gfp = *self.rng.pick(GFPS) | Gfp::NOWARN;
        let node = NodeId(low8(self.rng.below(u64::from(count(self.phys().nodes().len())))));
        // Mostly small blocks, now and then large ones, so that lists run dry.
        let order = Order::new(low8(match self.rng.below(8) {
            0..=3 => 0,
            4..=6 => self.rng.below(4),
            _ => self.rng.below(11),
        }));
        self.take(AllocRequest { order, gfp, cpu, node }, tr);
    }

    /// Asks for a block; the naive model must agree that it was free.
    fn take(&mut self, request: AllocRequest, tr: &mut Trace) -> bool {
        let Some(pfn) = self.world.phys.alloc_pages(request, &mut self.world.rest, tr) else {
            return false;
        };
        let state = self.phys().frames.mem_map.state(pfn);
        let refcount = self.world.phys.frames.mem_map.refcount(pfn);
        assert_eq!((state.kind(), state.order(), refcount), (Kind::Kernel, request.order, 1));
        self.bitmap.take(pfn, request.order);
        self.held.push((pfn, request.order));
        true
    }

    fn free(&mut self, cpu: CpuId, tr: &mut Trace) {
        if self.held.is_empty() {
            return;
        }
        let at = index64(self.rng.below(u64::from(count(self.held.len()))));
        let (pfn, order) = self.held.swap_remove(at);
        self.world.phys.free_pages(pfn, order, cpu, tr);
        self.bitmap.free(pfn, order);
    }

    /// Frees many single pages in one call.
    fn free_list(&mut self, cpu: CpuId, tr: &mut Trace) {
        let mut pages = Vec::new();
        let most = index64(self.rng.below(64));
        self.held.retain(|&(pfn, order)| {
            let goes = order == Order::ZERO && pages.len() < most;
            if goes {
                pages.push(pfn);
            }
            !goes
        });
        self.world.phys.free_page_list(&pages, cpu, tr);
        for pfn in pages {
            self.bitmap.free(pfn, Order::ZERO);
        }
    }

    /// Free frames of pageblocks set aside for urgent requests.
    fn reserved_frames(&self) -> Vec<Pfn> {
        let mut frames = Vec::new();
        for (zone, _) in self.phys().zones().iter() {
            for order in Order::ZERO.and_up() {
                for pfn in self.phys().free_list(zone, order, MigrateType::HighAtomic) {
                    frames.extend((pfn.0..pfn.0 + order.pages()).map(Pfn));
                }
            }
        }
        frames
    }

    /// Returns the free frames that the zones' counters name.
    fn listed(&self) -> u64 {
        let of_zone = |zone| self.phys().frames.vmstat.zone_exact(zone, ZoneStat::NrFreePages);
        let sum: i64 = self.phys().zones().iter().map(|(zone, _)| of_zone(zone)).sum();
        u64::try_from(sum).expect("no fewer than none")
    }
}

/// Reads off which frames are free, in the buddy or on a processor's lists.
fn free_frames(phys: &Phys) -> Bitmap {
    let end = phys.zones().iter().map(|(_, zone)| zone.end()).max().expect("a machine has zones");
    let mut bitmap = Bitmap::full(end);
    for (_, zone) in phys.zones().iter().filter(|(_, zone)| zone.spanned > 0) {
        let blocks = phys.frames.mem_map.blocks(zone.start, zone.end());
        for (pfn, state) in blocks.filter(|(_, state)| matches!(state.kind(), Kind::Free | Kind::Pcp)) {
            bitmap.free(pfn, state.order());
        }
    }
    bitmap
}
