//! Memory of a machine that boots, some pageblocks at a time.

use super::{early_boot, image, thp_at_boot, zones};
use crate::config::{Arch, CpuId, MachineConfig, MemoryRange};
use crate::phys::Phys;
use crate::phys::boot::partition::blocks;
use crate::phys::buddy::{Freed, Placement};
use crate::phys::zone::ZoneId;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::vmstat::VmEvent;
use crate::store::Kind;
use crate::trace::{Detail, Trace};
use crate::units::{Pfn, Span, index, low8};

/// Chunks of page structs that are made for a unit of work.
const UNIT_CHUNKS: usize = 128;
/// Pageblocks that get their type for a unit of work.
const UNIT_TYPES: usize = 32;
/// Blocks that are given to the buddy for a unit of work.
const UNIT_BLOCKS: usize = 4;

/// Memory that is being handed to the page allocator.
#[derive(Debug)]
pub struct Booting {
    config: MachineConfig,
    phys: Box<Phys>,
    initrd: Span,
    /// What is in use, until the page structs say so.
    used: Vec<Span>,
    /// Where there is memory, and how far pageblocks have their type.
    memory: Vec<MemoryRange>,
    typed: Pfn,
    /// What the buddy has not yet, each within a zone, and how far it has the rest.
    free: Vec<(ZoneId, Span)>,
    released: Pfn,
    tr: Trace,
}

impl Booting {
    /// Begins to boot.
    ///
    /// # Panics
    /// When RAM is below [`super::RAM_MIN`] a node, or there are no processors or nodes.
    pub fn new(config: &MachineConfig) -> Booting {
        // The i386 kernel is built without CONFIG_NUMA: all memory is one node to it.
        let nodes = if config.arch == Arch::I386 { 1 } else { config.nodes };
        let config = MachineConfig { nodes, ..config.clone() };
        assert!(config.cpus > 0 && config.nodes > 0, "a machine has processors and nodes");
        assert!(config.ram.0 / u64::from(config.nodes) >= super::RAM_MIN.0, "too little RAM to boot");
        let image = image(config.arch);
        let (memblock, initrd) = early_boot(&config, image);
        let zones = zones(&config, &memblock, image, initrd);
        let phys = Box::new(Phys::begin(zones, &config));
        let tr = Trace::new(Detail::Off);
        // Zones never share a span.
        let geometry = |zone: ZoneId| phys.frames.zones.get(zone);
        let own = |zone: ZoneId| Span { start: geometry(zone).start, end: geometry(zone).end() };
        let zones = || (0..phys.frames.zones.len()).map(|at| ZoneId(low8(u64::from(at))));
        let free = memblock.free_spans(None).into_iter().flat_map(|span| {
            let parts = zones().map(move |zone| (zone, span));
            parts.map(|(zone, span)| (zone, span.within(own(zone)))).filter(|(_, part)| part.pages() > 0)
        });
        let free = free.collect();
        let memory = memblock.memory().to_vec();
        let used = memblock.used_spans();
        Booting { config, phys, initrd, used, memory, typed: Pfn(0), free, released: Pfn(0), tr }
    }

    /// Goes on for about `units` units of work; returns whether there is more to do.
    pub fn go_on(&mut self, units: u32) -> bool {
        let left = self.phys.frames.mem_map.grow(index(units).saturating_mul(UNIT_CHUNKS)) / UNIT_CHUNKS;
        if left == 0 {
            return true;
        }
        for span in core::mem::take(&mut self.used) {
            self.phys.fill(span, Kind::Reserved, &mut self.tr);
        }
        let left = self.mark_pageblocks(left.saturating_mul(UNIT_TYPES)) / UNIT_TYPES;
        self.release(left.saturating_mul(UNIT_BLOCKS)) == 0
    }

    /// Returns the frames that are done, and those there are: once for the types, once for the
    /// buddy.
    pub fn frames(&self) -> (u64, u64) {
        let end = u64::from(self.phys.frames.mem_map.end().0);
        let is_typed = self.memory.is_empty();
        let typed = if is_typed { end } else { u64::from(self.typed.0) };
        (typed + u64::from(self.released.0), 2 * end)
    }

    /// Gives pageblocks whose first frame exists the type Movable, at most `most`; returns how many
    /// less it was. The others keep code 0, Unmovable: so the first pageblock of every PC, whose page
    /// 0 is not RAM.
    fn mark_pageblocks(&mut self, most: usize) -> usize {
        let size = self.phys.pageblock_order().pages();
        let mut left = most;
        while let Some(range) = self.memory.first() {
            let mut first = range.start.max(self.typed).0.next_multiple_of(size);
            while first < range.end.0 {
                if left == 0 {
                    self.typed = Pfn(first);
                    return 0;
                }
                let movable = MigrateType::Movable.code();
                self.phys.frames.mem_map.set_pageblock_type(Pfn(first), movable, &mut self.tr);
                (first, left) = (first + size, left - 1);
            }
            self.memory.remove(0);
        }
        left
    }

    /// Gives what is free to the buddy in the largest blocks that fit, lowest first, each at the tail
    /// of its list, at most `most` of them; returns how many less it was.
    fn release(&mut self, most: usize) -> usize {
        let mut left = most;
        while left > 0
            && let Some((zone, rest)) = self.free.first_mut()
        {
            let zone = *zone;
            for (pfn, order) in blocks(*rest).take(left) {
                let mt = self.phys.pageblock_type(pfn);
                let freed = Freed { zone, pfn, order, mt, cpu: CpuId(0) };
                self.phys.frames.vmstat.count(VmEvent::Pgfree, order.pages(), &mut self.tr);
                self.phys.frames.free_block(freed, Placement::Tail, &mut self.tr);
                left -= 1;
                rest.start = pfn.add(order.pages());
            }
            self.released = rest.start;
            if rest.start >= rest.end {
                self.free.remove(0);
            }
        }
        left
    }

    /// Ends it: the state after the kernel has started and before any program.
    pub fn end(self) -> Box<Phys> {
        let Booting { config, mut phys, initrd, mut tr, .. } = self;
        let image = image(config.arch);
        phys.setup_zones(thp_at_boot(&phys, &config), &mut tr);
        phys.free_reserved(image.freed_early, &mut tr);
        phys.preallocate_dma_pools(&mut tr);
        // What the kernel needed only to start.
        for &span in [initrd].iter().chain(image.freed_late) {
            phys.free_reserved(span, &mut tr);
        }
        phys
    }
}
