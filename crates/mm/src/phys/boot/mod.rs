//! Boot: from a size of RAM to zones, page structs and free lists.
//!
//! A machine that starts without a capture reserves what the kernel of `oracle/` reserved, by
//! the rules below: the image where its linker put it, and early allocations from the top of
//! memory down in the kernel's order. With them `spanned`, `present` and `managed` of every
//! zone come out exactly as captured, from 96 MB to 8 GB, and on two nodes. What the kernel
//! and its programs allocate after that (about 9000 pages at the captures' prompt) is not
//! there: a booted machine has that much more free memory. Mirrors 6.1 `mm/page_alloc.c:
//! free_area_init`, `mm/memblock.c: memblock_free_all`, `arch/x86/kernel/e820.c`.

pub mod iomem;
pub mod memblock;
mod movable;
pub mod partition;

use crate::config::{Arch, CpuId, MachineConfig, MemoryRange, NodeId, Remap, ThpMode};
use crate::config::{CPUS_MAX, NODES_MAX, RAM_MAX};
use crate::gfp::Gfp;
use crate::kernels::pc::{ACPI_PAGES, FIRST_MEGABYTE, FIRST_PFN, LEGACY_HOLE, LOW_PAGES, ONE_PIECE_BELOW};
use crate::kernels::{Image, Kernel, LOW_MEMORY_END};
use crate::phys::Phys;
use crate::phys::alloc::page_alloc::AllocRequest;
use crate::phys::boot::memblock::Memblock;
use crate::phys::relief::NoRelief;
use crate::phys::zone::node::small_number;
use crate::phys::zone::setup::{THP_PAGES_MIN, ThpAtBoot};
use crate::phys::zone::{Zone, ZoneKind};
use crate::sort::sort_by_number;
use crate::trace::Trace;
use crate::units::{Bytes, Order, PAGE_SHIFT, Pfn, Span, low32};

/// Least RAM that holds the kernel and leaves something.
pub const RAM_MIN: Bytes = Bytes(80 << 20);

/// End of the DMA zone: 24 address lines of the ISA bus.
const DMA_END: Pfn = Pfn(16 << 8);
/// 4 GB: end of the DMA32 zone, and of what i386 without PAE can address.
pub(super) const FOUR_GB: Pfn = Pfn(1 << 20);

/// Frames of a chunk of processors' own data: of 2 MB, so that one leaf maps it.
const PERCPU_CHUNK: u32 = 512;
/// Bounce buffers for devices that cannot reach above 4 GB, with the table of their slots.
const SWIOTLB_PAGES: u32 = 64 << 8;
const SWIOTLB_SLOTS: u32 = 192;
/// Tables that map the RAM below the PCI hole where there is some above it: of its last GB, and
/// of its last 2 MB, which the firmware keeps a part of.
const LOW_TABLES: u32 = 2;
/// Entries of a page table: so many frames does one map, so many sections' page structs in
/// leaves of 2 MB.
const TABLE_ENTRIES: u32 = 512;
/// Sections of a root, of 16 bytes each.
const SECTIONS_PER_ROOT: u32 = 256;

/// RAM that i386 without PAE can address.
pub const I386_RAM_MAX: Bytes = Bytes(4 << 30);

/// Returns whether a machine can be booted: what a script says is answered by `boot` with a
/// reason, what a dump says may be anything.
pub fn is_bootable(config: &MachineConfig) -> bool {
    let fits = match config.arch {
        Arch::X86_64 => config.ram <= RAM_MAX && config.nodes <= NODES_MAX,
        Arch::I386 => config.ram <= I386_RAM_MAX && config.nodes == 1,
    };
    let is_enough = config.nodes > 0 && config.ram.0 / u64::from(config.nodes) >= RAM_MIN.0;
    let has_room = || config.initrd.is_none_or(|initrd| initrd <= initrd_max(config));
    fits && is_enough && has_room() && (1..=CPUS_MAX).contains(&config.cpus)
}

/// Returns the frames of the initial RAM disk: the kernel's own, unless the boot loader brought another.
pub fn initrd_pages(config: &MachineConfig) -> u32 {
    config.initrd.map_or(image(config.arch).initrd, |size| low32(size.pages_up()))
}

/// Returns the largest RAM disk that a machine is sure to hold.
pub fn initrd_max(config: &MachineConfig) -> Bytes {
    const MOST: u64 = 512 << 20;
    let of_node = config.ram.0 / u64::from(config.nodes.max(1));
    let own = u64::from(image(config.arch).initrd) << PAGE_SHIFT;
    Bytes((of_node.saturating_sub(RAM_MIN.0) / 2).clamp(own, MOST))
}

impl Phys {
    /// Boots a machine: the state after the kernel has started and before any program.
    ///
    /// # Panics
    /// When RAM is below [`RAM_MIN`] a node, or there are no processors or nodes.
    pub fn boot(config: &MachineConfig) -> Phys {
        let mut booting = Booting::new(config);
        while booting.go_on(u32::MAX) {}
        *booting.end()
    }

    /// Returns the size of a pool for atomic DMA, 6.1 `kernel/dma/pool.c`: 128 KB for each GB, at least that.
    ///
    /// # Panics
    /// Never: the largest pool is the largest block.
    pub fn dma_pool_order(&self) -> Order {
        let managed: u64 = self.frames.zones.iter().map(|(_, zone)| u64::from(zone.managed_at_marks)).sum();
        let pages = (managed >> 13).clamp(32, 1 << 10);
        let order = Order::and_up(Order::ZERO).find(|order| u64::from(order.pages()) >= pages);
        order.expect("a pool fits the largest block")
    }

    /// Takes the pools for atomic DMA, one for each zone that devices may need.
    fn preallocate_dma_pools(&mut self, tr: &mut Trace) {
        if self.arch != Arch::X86_64 {
            return;
        }
        let order = self.dma_pool_order();
        for zone in [Gfp::NONE, Gfp::DMA, Gfp::DMA32] {
            // A pool that does not fit is left out, as in the kernel.
            let _ = self.alloc_pages(AllocRequest::new(order, Gfp::KERNEL.with(zone)), &mut NoRelief, tr);
        }
    }

    /// Frees reserved frames page by page, through the per-CPU lists (`free_reserved_area`).
    fn free_reserved(&mut self, span: Span, tr: &mut Trace) {
        for pfn in (span.start.0..span.end.0).map(Pfn) {
            self.split_in_use(pfn, Order::ZERO, tr);
            self.free_pages(pfn, Order::ZERO, CpuId(0), tr);
        }
    }
}

/// Returns the pages of each zone that the kernel freed once it had started: its init sections
/// and, in the highest zone that early boot could use, the RAM disk.
pub(crate) fn freed_after_boot(config: &MachineConfig, zones: &[Zone]) -> Vec<u32> {
    let image = image(config.arch);
    let limit = match config.arch {
        Arch::X86_64 => FOUR_GB,
        Arch::I386 => LOW_MEMORY_END,
    };
    let top = zones.iter().map(Zone::end).filter(|&end| end <= limit).max();
    let freed = |zone: &Zone| {
        let own = Span { start: zone.start, end: zone.end() };
        let init: u32 = image.freed_late.iter().map(|span| span.within(own).pages()).sum();
        init + if zone.spanned > 0 && Some(zone.end()) == top { initrd_pages(config) } else { 0 }
    };
    zones.iter().map(freed).collect()
}

fn image(arch: Arch) -> &'static Image {
    &Kernel::of(arch).image
}

fn thp_at_boot(phys: &Phys, config: &MachineConfig) -> ThpAtBoot {
    // 6.1 `hugepage_init` runs before the kernel frees what it needed to start.
    let managed: u64 = phys.frames.zones.iter().map(|(_, zone)| u64::from(zone.managed_at_marks)).sum();
    if managed < THP_PAGES_MIN || config.thp == Some(ThpMode::Never) { ThpAtBoot::Off } else { ThpAtBoot::On }
}

/// Returns where the RAM below the PCI hole ends.
pub(super) fn low_ram_end(config: &MachineConfig) -> Pfn {
    let pages = low32(config.ram.0 >> PAGE_SHIFT);
    Pfn(if config.ram.0 < ONE_PIECE_BELOW { pages } else { LOW_PAGES })
}

/// Returns where the RAM of a machine lies, lowest first; what the firmware keeps is left out.
pub fn memory_map(config: &MachineConfig) -> Vec<MemoryRange> {
    let low = low_ram_end(config).0;
    let usable_end = match (config.arch, config.remap) {
        (Arch::X86_64, Remap::Above4G) => u32::MAX,
        (Arch::I386, _) | (_, Remap::Lost) => FOUR_GB.0,
    };
    // What nobody can reach is no node's.
    let pages = if usable_end == FOUR_GB.0 { low } else { low32(config.ram.0 >> PAGE_SHIFT) };
    let low_part = Span::new(0, low);
    let high_part = Span::new(FOUR_GB.0, FOUR_GB.0 + (pages - low)).within(Span::new(0, usable_end));
    let usable = [
        Span { start: FIRST_PFN, end: LEGACY_HOLE.start },
        Span { start: LEGACY_HOLE.end, end: Pfn(low - ACPI_PAGES) },
        high_part,
    ];
    let nodes = u32::from(config.nodes);
    let border = |node: u32| {
        let at = low32(u64::from(pages) * u64::from(node) / u64::from(nodes));
        if at < low_part.end.0 || node == 0 { at } else { FOUR_GB.0 + (at - low) }
    };
    let of_node = |node: u32| {
        let end = if node + 1 == nodes { u32::MAX } else { border(node + 1) };
        let own = Span::new(border(node), end);
        usable.map(|part| part.within(own)).into_iter().filter(|part| part.pages() > 0).map(move |part| {
            let node = crate::units::low8(u64::from(node));
            MemoryRange { node, start: part.start, end: part.end }
        })
    };
    (0..nodes).flat_map(of_node).collect()
}

/// Returns the frames that a machine's kernel never gives to the page allocator: its image, the
/// page structs, early tables. Lowest first.
pub(crate) fn never_freed(config: &MachineConfig) -> Vec<Span> {
    let image = image(config.arch);
    let (mut memblock, initrd) = early_boot(config, image);
    let spans = [initrd, image.freed_early].into_iter().chain(image.freed_late.iter().copied());
    for span in spans.filter(|span| span.pages() > 0) {
        memblock.free(span);
    }
    let mut spans = memblock.used_spans();
    sort_by_number(&mut spans, |span| span.start.0.into());
    spans
}

/// Reserves and allocates what boot needs before the page allocator, in the kernel's order.
/// Returns the state of memory and where the RAM disk lies.
fn early_boot(config: &MachineConfig, image: &Image) -> (Memblock, Span) {
    let anywhere = Pfn(u32::MAX);
    // i386 can use nothing above low memory before the page allocator runs.
    let limit = match config.arch {
        Arch::X86_64 => anywhere,
        Arch::I386 => LOW_MEMORY_END,
    };
    let mut memblock = Memblock::new(memory_map(config));
    memblock.reserve(FIRST_MEGABYTE);
    memblock.reserve(image.whole);
    let must = "boot memory fits the least RAM";
    let initrd = match initrd_pages(config) {
        0 => Span::new(0, 0),
        pages => memblock.alloc(pages, 1, None, limit.min(FOUR_GB)).expect(must),
    };
    let above_4g = memblock.memory().iter().map(|range| range.end).max().is_some_and(|end| end > FOUR_GB);
    for node in 0..config.nodes {
        let pages = early_records(&memblock, config, image, node);
        memblock.alloc(pages, 1, Some(NodeId(node)), limit).expect(must);
    }
    if above_4g {
        memblock.alloc(SWIOTLB_PAGES, 1, None, FOUR_GB).expect(must);
        memblock.alloc(SWIOTLB_SLOTS + LOW_TABLES, 1, None, limit).expect(must);
    }
    for node in 0..config.nodes {
        let pages = sections_of(&memblock, NodeId(node), image.section) * image.section_memmap;
        memblock.alloc(pages, 512, Some(NodeId(node)), limit).expect(must);
    }
    alloc_percpu(&mut memblock, config, image, limit);
    if config.nodes == 1 {
        // With more nodes the tables come later, from vmalloc.
        for shift in [1, 2] {
            memblock.alloc(hash_pages(&memblock, image, limit, shift), 1, None, limit).expect(must);
        }
    }
    (memblock, initrd)
}

/// Returns the frames that small records and tables take on a node: its own, those of its
/// sections, and on the last node, where memory is given first, those that are of none.
fn early_records(memblock: &Memblock, config: &MachineConfig, image: &Image, node: u8) -> u32 {
    let usage = sections_of(memblock, NodeId(node), image.section) * image.section_usage;
    let mut pages = image.node_data;
    if node == 0 {
        pages += image.first_node;
    }
    if node + 1 < config.nodes {
        return pages + usage.div_ceil(1 << PAGE_SHIFT);
    }
    let end = memblock.memory().iter().map(|range| range.end.0).max().unwrap_or(0);
    let last_section = end.saturating_sub(1) / image.section;
    if image.section_usage > 0 {
        pages += last_section / SECTIONS_PER_ROOT + last_section / TABLE_ENTRIES;
    }
    // Behind a page with tables of interrupts, each processor has its stacks.
    let entry_area = 1 + u32::from(config.cpus) * image.entry_area;
    pages += entry_area.div_ceil(TABLE_ENTRIES) - 1;
    pages + image.general + (usage + image.general_rest).div_ceil(1 << PAGE_SHIFT)
}

/// Returns the sparse sections that the RAM of `node` touches.
fn sections_of(memblock: &Memblock, node: NodeId, section: u32) -> u32 {
    let mut next = 0;
    let mut sections = 0;
    for range in memblock.memory().iter().filter(|range| range.node == node.0) {
        let first = (range.start.0 / section).max(next);
        next = range.end.0.div_ceil(section);
        sections += next.saturating_sub(first);
    }
    sections
}

/// Allocates the processors' own data: units in chunks of 2 MB for each node, of which only the
/// first part of each unit is kept.
fn alloc_percpu(memblock: &mut Memblock, config: &MachineConfig, image: &Image, limit: Pfn) {
    let cpus_of =
        |node: u8| crate::units::count((node..config.cpus).step_by(usize::from(config.nodes)).count());
    let groups: Vec<u32> = (0..config.nodes).map(cpus_of).collect();
    let per_chunk = units_per_chunk(&groups, image.percpu);
    let unit = PERCPU_CHUNK / per_chunk;
    for (node, cpus) in (0..config.nodes).zip(groups).filter(|&(_, cpus)| cpus > 0) {
        let chunk = cpus.div_ceil(per_chunk) * PERCPU_CHUNK;
        let Some(span) = memblock.alloc(chunk, PERCPU_CHUNK, Some(NodeId(node)), limit) else {
            // Too little memory in one piece: each processor's by itself then.
            for _ in 0..cpus {
                memblock.alloc(image.percpu, 1, Some(NodeId(node)), limit).expect("boot memory fits");
            }
            continue;
        };
        memblock.free(span);
        for cpu in 0..cpus {
            let start = span.start.0 + cpu * unit;
            memblock.reserve(Span::new(start, start + image.percpu));
        }
    }
}

/// Returns how many processors share a chunk: as many as keeps the number of chunks small while
/// at most a third as many units stay unused as there are processors, 6.1
/// `pcpu_build_alloc_info`. `groups` has the processors of each node.
fn units_per_chunk(groups: &[u32], unit: u32) -> u32 {
    let cpus: u32 = groups.iter().sum();
    let mut best = 1;
    let mut last_chunks = u32::MAX;
    for units in (1..=PERCPU_CHUNK / unit).rev().filter(|&units| PERCPU_CHUNK.is_multiple_of(units)) {
        let chunks: u32 = groups.iter().map(|group| group.div_ceil(units)).sum();
        if chunks * units - cpus > cpus / 3 {
            continue;
        }
        if chunks > last_chunks {
            break;
        }
        (last_chunks, best) = (chunks, units);
    }
    best
}

/// Returns the frames of a hash table with a bucket for every `2^shift` frames of low memory, a
/// power of two; from 64 GB on a quarter as many for each fourfold, 6.1
/// `alloc_large_system_hash`.
fn hash_pages(memblock: &Memblock, image: &Image, limit: Pfn, shift: u32) -> u32 {
    let is_64_bit = image.bucket == 8;
    let up_to = |limit: Pfn| -> u64 {
        memblock.memory().iter().map(|r| u64::from(r.end.min(limit).0.saturating_sub(r.start.0))).sum()
    };
    // What page structs take does not count, nor (64 bits) what is in use for DMA; MBs are
    // rounded up.
    let structs = up_to(Pfn(u32::MAX)) * u64::from(image.section_memmap) / u64::from(image.section);
    let dma = Span { start: FIRST_PFN, end: if is_64_bit { DMA_END } else { FIRST_PFN } };
    let used: u32 = memblock.used_spans().iter().map(|span| span.within(dma).pages()).sum();
    let pages = up_to(limit).saturating_sub(structs + u64::from(used));
    let pages = pages.next_multiple_of(1 << (20 - PAGE_SHIFT));
    let mut scale = shift;
    let mut adapt: u64 = 64 << (30 - PAGE_SHIFT);
    while is_64_bit && adapt < pages {
        scale += 1;
        adapt <<= 2;
    }
    let buckets = (pages >> scale).next_power_of_two();
    low32((buckets * image.bucket).div_ceil(1 << PAGE_SHIFT))
}

/// Returns the zones of every node, lowest first, empty ones included.
fn zones(config: &MachineConfig, memblock: &Memblock, image: &Image, initrd: Span) -> Vec<Zone> {
    let kinds = ZoneKind::of_arch(config.arch);
    let ranges: Vec<(ZoneKind, Span)> =
        kinds.iter().map(|&kind| (kind, zone_range(config.arch, kind))).collect();
    let source = movable::source(&ranges, memblock.memory());
    let movable = movable::starts(config, memblock.memory(), source.map_or(Pfn(0), |(_, span)| span.start));
    let mut zones = Vec::new();
    for node in 0..config.nodes {
        for (class, &(kind, range)) in ranges.iter().enumerate() {
            let range = match (movable[usize::from(node)], source) {
                (Some(start), Some((_, source))) => movable::cut(kind, range, start, source),
                (None, _) | (_, None) => range,
            };
            let ram = memblock.memory().iter().filter(|ram| ram.node == node);
            let parts = ram.map(|ram| Span { start: ram.start, end: ram.end }.within(range));
            let parts: Vec<Span> = parts.filter(|part| part.pages() > 0).collect();
            let within = |spans: &[Span]| -> u32 {
                let overlap = |span: &Span| parts.iter().map(|part| span.within(*part).pages()).sum::<u32>();
                spans.iter().map(overlap).sum()
            };
            let free = within(&memblock.free_spans(None)) + within(&[image.freed_early]);
            // What the kernel frees once it has started.
            let later = within(&[initrd]) + within(image.freed_late);
            let span = zone_span(range, &parts, memblock, node);
            zones.push(Zone {
                kind,
                node: NodeId(node),
                class: small_number(class),
                start: span.start,
                spanned: span.pages(),
                present: parts.iter().map(|part| part.pages()).sum(),
                managed: free + later,
                managed_at_marks: free,
            });
        }
    }
    zones
}

/// Returns the reach of each zone on the whole machine, as far as there is RAM, before zone
/// Movable is cut off: 6.1 `arch_zone_lowest_possible_pfn`, `arch_zone_highest_possible_pfn`.
pub fn zone_ranges(config: &MachineConfig) -> Vec<(ZoneKind, Option<Span>)> {
    let end = memory_map(config).iter().map(|range| range.end).max().unwrap_or(Pfn(0));
    let range = |&kind: &ZoneKind| {
        let range = zone_range(config.arch, kind);
        let reached = Span { start: range.start, end: range.end.min(end) };
        (kind, (reached.start < reached.end).then_some(reached))
    };
    ZoneKind::of_arch(config.arch).iter().map(range).collect()
}

/// Returns the frames that zones of `kind` may contain.
fn zone_range(arch: Arch, kind: ZoneKind) -> Span {
    let dma32_end = match arch {
        Arch::X86_64 => FOUR_GB,
        Arch::I386 => DMA_END,
    };
    let normal_end = match arch {
        Arch::X86_64 => Pfn(u32::MAX),
        Arch::I386 => LOW_MEMORY_END,
    };
    match kind {
        ZoneKind::Dma => Span { start: FIRST_PFN, end: DMA_END },
        ZoneKind::Dma32 => Span { start: DMA_END, end: dma32_end },
        ZoneKind::Normal => Span { start: dma32_end, end: normal_end },
        ZoneKind::HighMem => Span { start: LOW_MEMORY_END, end: Pfn(u32::MAX) },
        ZoneKind::Movable | ZoneKind::Device => Span::new(0, 0),
    }
}

/// Returns the span of a zone: from its first RAM to its last, or to the zone's border where
/// the node goes on behind it.
fn zone_span(range: Span, parts: &[Span], memblock: &Memblock, node: u8) -> Span {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return Span::new(0, 0);
    };
    let ends = memblock.memory().iter().filter(|ram| ram.node == node).map(|ram| ram.end);
    let node_end = ends.max().unwrap_or(last.end);
    Span { start: first.start, end: if node_end > range.end { range.end } else { last.end } }
}

mod booting;

pub use booting::Booting;

#[cfg(test)]
mod tests;
