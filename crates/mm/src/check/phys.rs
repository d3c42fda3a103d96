//! Invariants of frames, free lists and their counters.

use std::collections::BTreeMap;

use crate::config::{CpuId, NodeId};
use crate::phys::Phys;
use crate::phys::buddy::pcp::{list_index, list_order};
use crate::phys::zone::lists::PCP_LISTS;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::vmstat::ZoneStat;
use crate::phys::zone::{Zone, ZoneId, ZoneKind};
use crate::store::mem_map::{CHUNK_PAGES, chunk_index};
use crate::store::{Kind, MemMap};
use crate::units::{Order, Pfn, count};

/// What is wrong with physical memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Violation {
    /// An entry of a free list or a per-CPU list does not say so itself.
    WrongState {
        /// The entry.
        pfn: Pfn,
    },
    /// A block does not start at a multiple of its size.
    Misaligned {
        /// The block.
        pfn: Pfn,
        /// Its order.
        order: Order,
    },
    /// A list of one zone has a block of another.
    WrongZone {
        /// The block.
        pfn: Pfn,
        /// Zone of the list.
        zone: ZoneId,
    },
    /// A block is on two lists, or twice on one.
    Twice {
        /// The block.
        pfn: Pfn,
    },
    /// A page says it is free, and no list has it.
    Unlisted {
        /// The page.
        pfn: Pfn,
    },
    /// A list's last entry is not the one its end names.
    BrokenEnd {
        /// Zone of the list.
        zone: ZoneId,
        /// Order of the list.
        order: Order,
        /// Type of the list.
        mt: MigrateType,
    },
    /// Two blocks share frames.
    Overlap {
        /// The lower block.
        low: Pfn,
        /// The upper block.
        high: Pfn,
    },
    /// Two free buddies were not merged.
    Unmerged {
        /// The lower buddy.
        pfn: Pfn,
        /// Order of both.
        order: Order,
    },
    /// A zone's number of free blocks is not the length of its lists.
    FreeBlocks {
        /// The zone.
        zone: ZoneId,
        /// The order.
        order: Order,
        /// The counter.
        counted: u64,
        /// Blocks on the lists.
        listed: u64,
    },
    /// A zone's free counter, with the processors' parts, is not what its lists hold.
    FreePages {
        /// The zone.
        zone: ZoneId,
        /// The counter.
        counted: i64,
        /// Pages on the lists.
        listed: i64,
    },
    /// A processor's part of a counter is beyond its bound.
    Drift {
        /// The zone.
        zone: ZoneId,
        /// The processor.
        cpu: CpuId,
        /// Its part.
        diff: i64,
    },
    /// A processor's count is not what its lists hold.
    PcpCount {
        /// The zone.
        zone: ZoneId,
        /// The processor.
        cpu: CpuId,
        /// The counter.
        counted: u64,
        /// Pages on the lists.
        listed: u64,
    },
    /// The blocks of a zone do not add up to the frames that exist.
    Present {
        /// The zone.
        zone: ZoneId,
        /// Frames that exist.
        present: u32,
        /// Frames in blocks.
        found: u32,
    },
    /// The summary of a chunk of 512 frames is not the sum over its blocks.
    KindCount {
        /// The chunk.
        chunk: u32,
        /// The kind of frames.
        kind: Kind,
        /// The summary.
        counted: u32,
        /// The sum.
        found: u32,
    },
    /// Two zones claim the same frames.
    ZonesOverlap {
        /// The lower zone.
        low: ZoneId,
        /// The upper zone.
        high: ZoneId,
    },
    /// A pageblock of zone Movable is for pages that cannot move.
    TypeInMovable {
        /// First frame of the pageblock.
        first: Pfn,
    },
    /// A node's zonelist is not all zones with memory, its own first, node after node.
    Zonelist {
        /// The node.
        node: NodeId,
    },
}

/// Derives the state of physical memory from the blocks and lists, and returns what disagrees.
pub fn check(phys: &Phys) -> Vec<Violation> {
    let mut check = Check { phys, listed: BTreeMap::new(), found: Vec::new() };
    for (id, zone) in phys.zones().iter() {
        check.free_lists(id, zone);
        for cpu in (0..phys.cpus()).map(CpuId) {
            check.pcp_lists(id, zone, cpu);
        }
    }
    check.zones();
    check.zonelists();
    check.overlaps();
    check.buddies();
    check.blocks();
    check.found
}

struct Check<'a> {
    phys: &'a Phys,
    listed: BTreeMap<Pfn, (Order, Kind)>,
    found: Vec<Violation>,
}

impl Check<'_> {
    fn free_lists(&mut self, id: ZoneId, zone: &Zone) {
        let mut pages = 0;
        for order in Order::ZERO.and_up() {
            let mut blocks = 0;
            for mt in MigrateType::ALL {
                let mut last = None;
                for pfn in self.phys.free_list(id, order, mt) {
                    self.entry(pfn, order, Some(mt), Kind::Free, (id, zone));
                    blocks += 1;
                    last = Some(pfn);
                    if mt != MigrateType::Isolate {
                        pages += i64::from(order.pages());
                    }
                }
                if last != self.phys.frames.mem_map.last(self.phys.lists().free(id, order, mt)) {
                    self.found.push(Violation::BrokenEnd { zone: id, order, mt });
                }
            }
            let counted = self.phys.nr_free(id, order);
            if counted != blocks {
                self.found.push(Violation::FreeBlocks { zone: id, order, counted, listed: blocks });
            }
        }
        let counted = self.phys.frames.vmstat.zone_exact(id, ZoneStat::NrFreePages);
        if counted != pages {
            self.found.push(Violation::FreePages { zone: id, counted, listed: pages });
        }
        for cpu in (0..self.phys.cpus()).map(CpuId) {
            let diff = self.phys.frames.vmstat.zone_diff(id, ZoneStat::NrFreePages, cpu);
            if diff.unsigned_abs() > self.phys.frames.vmstat.threshold(id) {
                self.found.push(Violation::Drift { zone: id, cpu, diff });
            }
        }
    }

    fn pcp_lists(&mut self, id: ZoneId, zone: &Zone, cpu: CpuId) {
        let mut pages = 0;
        for index in 0..PCP_LISTS {
            let order = list_order(index, self.phys.pageblock_order());
            for pfn in self.phys.pcp_list(id, cpu, index) {
                self.entry(pfn, order, None, Kind::Pcp, (id, zone));
                let mt = MigrateType::from_code(self.phys.frames.mem_map.state(pfn).list_type());
                let huge = order == self.phys.pageblock_order();
                if !huge && list_index(order, mt, self.phys.pageblock_order()) != Some(index) {
                    self.found.push(Violation::WrongState { pfn });
                }
                pages += u64::from(order.pages());
            }
        }
        let counted = self.phys.pcp().count(id, cpu);
        if counted != pages {
            self.found.push(Violation::PcpCount { zone: id, cpu, counted, listed: pages });
        }
    }

    /// Checks an entry of a list and notes it.
    fn entry(&mut self, pfn: Pfn, order: Order, mt: Option<MigrateType>, kind: Kind, list: (ZoneId, &Zone)) {
        let state = self.phys.frames.mem_map.state(pfn);
        let is_type = mt.is_none_or(|mt| mt.code() == state.list_type());
        if !state.is_head() || state.kind() != kind || state.order() != order || !is_type {
            self.found.push(Violation::WrongState { pfn });
        }
        if !pfn.0.is_multiple_of(order.pages()) {
            self.found.push(Violation::Misaligned { pfn, order });
        }
        let (zone, geometry) = list;
        if pfn < geometry.start || pfn.0 + order.pages() > geometry.start.0 + geometry.spanned {
            self.found.push(Violation::WrongZone { pfn, zone });
        }
        if self.listed.insert(pfn, (order, kind)).is_some() {
            self.found.push(Violation::Twice { pfn });
        }
    }

    fn zones(&mut self) {
        let mut spans: Vec<(ZoneId, &Zone)> = self.phys.zones().iter().collect();
        spans.retain(|(_, zone)| zone.spanned > 0);
        spans.sort_by_key(|(_, zone)| zone.start);
        for pair in spans.windows(2) {
            if pair[0].1.end() > pair[1].1.start {
                self.found.push(Violation::ZonesOverlap { low: pair[0].0, high: pair[1].0 });
            }
        }
        let order = self.phys.pageblock_order();
        for (_, zone) in spans.into_iter().filter(|(_, zone)| zone.kind == ZoneKind::Movable) {
            let mut first = zone.start.align_down(order);
            while first < zone.end() {
                let exists = self.phys.frames.mem_map.block_of(first).is_some();
                if exists && self.phys.pageblock_type(first) != MigrateType::Movable {
                    self.found.push(Violation::TypeInMovable { first });
                }
                first = first.add(order.pages());
            }
        }
    }

    fn zonelists(&mut self) {
        let zones = self.phys.zones();
        let mut managed: Vec<ZoneId> =
            zones.iter().filter(|(_, zone)| zone.is_managed()).map(|(id, _)| id).collect();
        managed.sort();
        for node in self.phys.nodes() {
            let mut sorted = node.zonelist.clone();
            sorted.sort();
            let mut nodes: Vec<NodeId> = node.zonelist.iter().map(|&id| zones.get(id).node).collect();
            nodes.dedup();
            let of_order: Vec<NodeId> = node.order.iter().copied().filter(|id| nodes.contains(id)).collect();
            let falls = node.zonelist.windows(2).all(|pair| {
                let [a, b] = [zones.get(pair[0]), zones.get(pair[1])];
                a.node != b.node || a.class > b.class
            });
            if sorted != managed || nodes != of_order || !falls || node.order.first() != Some(&node.id) {
                self.found.push(Violation::Zonelist { node: node.id });
            }
        }
    }

    fn overlaps(&mut self) {
        let pairs = self.listed.iter().zip(self.listed.iter().skip(1));
        for ((&low, &(order, _)), (&high, _)) in pairs {
            if low.0 + order.pages() > high.0 {
                self.found.push(Violation::Overlap { low, high });
            }
        }
    }

    fn buddies(&mut self) {
        for (&pfn, &(order, kind)) in &self.listed {
            let upper = Pfn(pfn.0 | order.pages());
            let is_lower = kind == Kind::Free && upper != pfn && order < Order::MAX;
            if is_lower
                && self.listed.get(&upper) == Some(&(order, Kind::Free))
                && self.may_merge(pfn, upper, order)
            {
                self.found.push(Violation::Unmerged { pfn, order });
            }
        }
    }

    fn may_merge(&self, low: Pfn, high: Pfn, order: Order) -> bool {
        let (a, b) = (self.phys.pageblock_type(low), self.phys.pageblock_type(high));
        let ordinary = |mt| MigrateType::ON_CPU_LISTS.contains(&mt);
        self.phys.zone_of(low) == self.phys.zone_of(high)
            && (order < self.phys.pageblock_order() || a == b || (ordinary(a) && ordinary(b)))
    }

    /// Walks all blocks: free ones are listed, and the sums are the summaries.
    fn blocks(&mut self) {
        let map = &self.phys.frames.mem_map;
        let mut counts: BTreeMap<(usize, Kind), u32> = BTreeMap::new();
        for (zone, geometry) in self.phys.zones().iter().filter(|(_, zone)| zone.spanned > 0) {
            let mut found = 0;
            for (pfn, state) in map.blocks(geometry.start, Pfn(geometry.start.0 + geometry.spanned)) {
                let (kind, pages) = (state.kind(), state.order().pages());
                found += pages;
                let is_free = matches!(kind, Kind::Free | Kind::Pcp);
                if is_free != (self.listed.get(&pfn) == Some(&(state.order(), kind))) {
                    self.found.push(Violation::Unlisted { pfn });
                }
                for (chunk, part) in chunks(pfn, pages) {
                    *counts.entry((chunk, kind)).or_default() += part;
                }
            }
            if found != geometry.present {
                self.found.push(Violation::Present { zone, present: geometry.present, found });
            }
        }
        self.summaries(map, &counts);
    }

    fn summaries(&mut self, map: &MemMap, counts: &BTreeMap<(usize, Kind), u32>) {
        for first in (0..map.end().0).step_by(512) {
            let chunk = chunk_index(Pfn(first));
            for kind in Kind::ALL {
                // Reserved frames outside of every zone are no zone's blocks.
                let counted = u32::from(map.kind_counts(Pfn(first))[kind.index()]);
                let found = counts.get(&(chunk, kind)).copied().unwrap_or(0);
                if counted != found {
                    self.found.push(Violation::KindCount { chunk: count(chunk), kind, counted, found });
                }
            }
        }
    }
}

/// Cuts a block into its parts by chunk of the memory map.
fn chunks(pfn: Pfn, pages: u32) -> impl Iterator<Item = (usize, u32)> {
    let part = pages.min(CHUNK_PAGES);
    (0..pages / part).map(move |at| (chunk_index(Pfn(pfn.0 + at * part)), part))
}
