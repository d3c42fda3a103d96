//! A machine made from what a probe dumped of a real one.
//!
//! Lists, counters and marks are taken as they were. What was in use then is in use here too,
//! as [`Kind::Unknown`]: nobody knows by whom, so nobody can free it.

mod owners;

use crate::config::{MachineConfig, NodeId};
use crate::import::freelists::{CarriedTypes, FreelistsState, Pageblocks, ZoneState};
use crate::phys::Phys;
use crate::phys::boot::{freed_after_boot, is_bootable, memory_map, never_freed};
use crate::phys::buddy::pcp::list_type;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::node::small_number;
use crate::phys::zone::setup::{THP_PAGES_MIN, ThpAtBoot};
use crate::phys::zone::vmstat::ZoneStat;
use crate::phys::zone::{Tunable, Wmark, Zone, ZoneId, ZoneKind};
use crate::sort::sort_by_number;
use crate::store::{End, Kind, PageState};
use crate::trace::{Detail, Trace};
use crate::units::{Order, Pfn, Span};

impl Phys {
    /// Makes the machine that `state` was dumped from. `config` says what a dump does not:
    /// [`FreelistsState::machine`] is a good guess.
    ///
    /// # Panics
    /// When the dump names a zone that the architecture lacks, or more processors or nodes
    /// than `config` has.
    pub fn from_freelists(state: &FreelistsState, config: &MachineConfig) -> Phys {
        let mut tr = Trace::new(Detail::Off);
        let mut phys = Phys::of_lists(state, config, &mut tr);
        phys.fill_the_rest(state, config, &mut tr);
        phys
    }

    /// Makes the machine without the frames that are in use.
    fn of_lists(state: &FreelistsState, config: &MachineConfig, tr: &mut Trace) -> Phys {
        let mut phys = Phys::empty(zones(state, config), config);
        phys.setup_zones(ThpAtBoot::Off, tr);
        phys.guess_min_free_kbytes(state, tr);
        for dumped in &state.zones {
            let zone = phys.find_zone(dumped.node, dumped.kind).expect("the zone was made from the dump");
            phys.take_numbers(zone, dumped, tr);
            phys.take_types(dumped, tr);
            phys.take_lists(zone, dumped, tr);
        }
        phys
    }

    /// Returns the types of all pageblocks, for a dump that goes on from here.
    pub fn pageblock_types(&self) -> CarriedTypes {
        let order = self.pageblock_order();
        let populated = self.frames.zones.iter().filter(|(_, zone)| zone.is_populated());
        let of_zone = |zone: &Zone| {
            let first = zone.start.align_down(order);
            let pages = usize::try_from(order.pages()).expect("a pageblock is small");
            let types = (first.0..zone.end().0).step_by(pages).map(|pfn| Some(self.pageblock_type(Pfn(pfn))));
            Pageblocks { order, first, types: types.collect() }
        };
        CarriedTypes(populated.map(|(_, zone)| of_zone(zone)).collect())
    }

    /// Finds the `min_free_kbytes` that gives the dumped marks: the rule's if it does, with or
    /// without huge pages; else what the marks add up to.
    fn guess_min_free_kbytes(&mut self, state: &FreelistsState, tr: &mut Trace) {
        let managed: u64 = state.zones.iter().map(|zone| u64::from(zone.managed)).sum();
        let likely = if managed < THP_PAGES_MIN {
            [ThpAtBoot::Off, ThpAtBoot::On]
        } else {
            [ThpAtBoot::On, ThpAtBoot::Off]
        };
        for thp in likely {
            self.reset_marks(tr);
            self.setup_zones(thp, tr);
            if state.zones.iter().all(|dumped| self.has_marks(dumped)) {
                return;
            }
        }
        let lowmem = state.zones.iter().filter(|zone| zone.kind != ZoneKind::HighMem);
        let pages: u64 = lowmem.map(|zone| zone.marks[0]).sum();
        self.frames.zones.set_tunable(Tunable::MinFreeKbytes, pages * 4, tr);
    }

    fn reset_marks(&mut self, tr: &mut Trace) {
        let all: Vec<ZoneId> = self.frames.zones.iter().map(|(id, _)| id).collect();
        for (zone, mark) in all.into_iter().flat_map(|zone| Wmark::ALL.map(|mark| (zone, mark))) {
            self.frames.zones.set_watermark(zone, mark, 0, tr);
        }
    }

    fn has_marks(&self, dumped: &ZoneState) -> bool {
        let zone = self.find_zone(dumped.node, dumped.kind);
        zone.is_some_and(|zone| {
            Wmark::ALL.map(|mark| self.frames.zones.watermark(zone, mark)) == dumped.marks
        })
    }

    fn take_numbers(&mut self, zone: ZoneId, dumped: &ZoneState, tr: &mut Trace) {
        for (mark, pages) in Wmark::ALL.into_iter().zip(dumped.marks) {
            self.frames.zones.set_watermark(zone, mark, pages, tr);
        }
        self.frames.zones.set_boost(zone, dumped.boost, tr);
        self.frames.zones.set_highatomic(zone, dumped.highatomic, tr);
        self.frames.zones.set_flags(zone, dumped.flags, tr);
        for (class, &pages) in dumped.lowmem_reserve.iter().enumerate().take(self.kinds().len()) {
            self.frames.zones.set_lowmem_reserve(zone, small_number(class), pages, tr);
        }
        self.frames.vmstat.set_threshold(zone, dumped.stat_threshold, tr);
        self.frames.vmstat.set_zone(zone, ZoneStat::NrFreePages, dumped.free, &dumped.diffs, tr);
        for pcp in &dumped.cpus {
            assert!(pcp.cpu.0 < self.cpus(), "the machine has every processor of the dump");
            self.pcp.set_limits(zone, pcp.cpu, pcp.high, pcp.batch, tr);
            self.pcp.set_free_factor(zone, pcp.cpu, pcp.free_factor, tr);
            let count = i64::try_from(pcp.count).expect("a count of pages");
            self.pcp.add_count(zone, pcp.cpu, count, tr);
        }
    }

    fn take_types(&mut self, dumped: &ZoneState, tr: &mut Trace) {
        let end = Pfn(dumped.start.0 + dumped.spanned);
        let types = dumped.pageblocks.as_ref();
        let size = self.pageblock_order().pages();
        let mut first = dumped.start.align_down(self.pageblock_order());
        let mut left = types.map(|blocks| blocks.types.iter().copied());
        while first < end {
            let known = match (&mut left, types) {
                (Some(left), Some(blocks)) if first >= blocks.first => left.next().flatten(),
                (Some(_) | None, Some(_) | None) => None,
            };
            let mt = known.unwrap_or(MigrateType::Movable);
            self.frames.mem_map.set_pageblock_type(first, mt.code(), tr);
            first = first.add(size);
        }
    }

    fn take_lists(&mut self, zone: ZoneId, dumped: &ZoneState, tr: &mut Trace) {
        for list in &dumped.free_lists {
            for &pfn in &list.blocks {
                self.frames.enlist(zone, pfn, list.order, list.mt, End::Tail, tr);
            }
        }
        for pcp in &dumped.cpus {
            for list in &pcp.lists {
                let id = self.lists().pcp(zone, pcp.cpu, list.index);
                let state =
                    PageState::head(Kind::Pcp, list.order).with_list_type(list_type(list.index).code());
                for &pfn in &list.blocks {
                    self.frames.mem_map.set_state(pfn, state, tr);
                    self.frames.mem_map.list_add(id, pfn, End::Tail, tr);
                }
            }
        }
    }

    /// Marks what is neither free nor a hole as in use before the capture, and what the kernel
    /// had from the start as reserved.
    fn fill_the_rest(&mut self, state: &FreelistsState, config: &MachineConfig, tr: &mut Trace) {
        let mut free: Vec<(Pfn, Order)> = Vec::new();
        for zone in &state.zones {
            let buddy = zone.free_lists.iter().map(|list| (list.order, &list.blocks));
            let stock = zone.cpus.iter().flat_map(|pcp| &pcp.lists).map(|list| (list.order, &list.blocks));
            for (order, blocks) in buddy.chain(stock) {
                free.extend(blocks.iter().map(|&pfn| (pfn, order)));
            }
        }
        sort_by_number(&mut free, |&(pfn, _)| pfn.0.into());
        let reserved = reserved(state, &free);
        for span in present(state, config) {
            let mut at = span.start;
            let from = free.partition_point(|&(pfn, _)| pfn < span.start);
            for &(pfn, order) in free[from..].iter().take_while(|&&(pfn, _)| pfn < span.end) {
                self.fill_used(Span { start: at, end: pfn }, &reserved, tr);
                at = pfn.add(order.pages());
            }
            self.fill_used(Span { start: at, end: span.end }, &reserved, tr);
        }
    }

    fn fill_used(&mut self, span: Span, reserved: &[Span], tr: &mut Trace) {
        let mut at = span.start;
        for part in reserved.iter().map(|part| part.within(span)).filter(|part| part.pages() > 0) {
            self.fill(Span { start: at, end: part.start }, Kind::Unknown, tr);
            self.fill(part, Kind::Reserved, tr);
            at = part.end;
        }
        self.fill(Span { start: at, end: span.end }, Kind::Unknown, tr);
    }
}

/// Returns the frames that the kernel took before there was an allocator, by the rule of
/// [`boot`](crate::phys::boot): none, unless the rule gives the managed pages of every zone and no frame
/// that is free.
fn reserved(state: &FreelistsState, free: &[(Pfn, Order)]) -> Vec<Span> {
    let machine = state.machine();
    if !is_bootable(&machine) {
        return Vec::new();
    }
    let spans = never_freed(&machine);
    let fits = state.zones.iter().all(|zone| {
        let own = Span { start: zone.start, end: Pfn(zone.start.0 + zone.spanned) };
        let taken: u32 = spans.iter().map(|span| span.within(own).pages()).sum();
        zone.present.checked_sub(zone.managed) == Some(taken)
    });
    let is_reserved = |&(pfn, order): &(Pfn, Order)| {
        let block = Span { start: pfn, end: pfn.add(order.pages()) };
        let at = spans.partition_point(|span| span.end <= block.start);
        spans.get(at).is_some_and(|span| span.within(block).pages() > 0)
    };
    if fits && !free.iter().any(is_reserved) { spans } else { Vec::new() }
}

/// Returns the zones of the dump, completed by the empty ones.
fn zones(state: &FreelistsState, config: &MachineConfig) -> Vec<Zone> {
    let kinds = ZoneKind::of_arch(config.arch);
    let mut zones = Vec::new();
    for node in (0..config.nodes).map(NodeId) {
        for (class, &kind) in kinds.iter().enumerate() {
            let dumped = state.zones.iter().find(|zone| zone.node == node && zone.kind == kind);
            zones.push(Zone {
                kind,
                node,
                class: small_number(class),
                start: dumped.map_or(Pfn(0), |zone| zone.start),
                spanned: dumped.map_or(0, |zone| zone.spanned),
                present: dumped.map_or(0, |zone| zone.present),
                managed: dumped.map_or(0, |zone| zone.managed),
                managed_at_marks: 0,
            });
        }
    }
    let known = zones.iter().filter(|zone| zone.spanned > 0).count();
    assert!(known == state.zones.len(), "the machine has every zone of the dump");
    let later = freed_after_boot(config, &zones);
    for (zone, later) in zones.iter_mut().zip(later) {
        zone.managed_at_marks = zone.managed.saturating_sub(later);
    }
    zones
}

/// Returns the frames that exist: those of a PC with this RAM where the numbers agree, else
/// the whole span of each zone.
fn present(state: &FreelistsState, config: &MachineConfig) -> Vec<Span> {
    let map = memory_map(&MachineConfig { nodes: config.nodes, ..state.machine() });
    let mut spans = Vec::new();
    for zone in &state.zones {
        let own = Span { start: zone.start, end: Pfn(zone.start.0 + zone.spanned) };
        let ram = map.iter().map(|ram| Span { start: ram.start, end: ram.end }.within(own));
        let ram: Vec<Span> = ram.filter(|part| part.pages() > 0).collect();
        if ram.iter().map(|part| part.pages()).sum::<u32>() == zone.present {
            spans.extend(ram);
        } else {
            spans.push(own);
        }
    }
    spans
}
