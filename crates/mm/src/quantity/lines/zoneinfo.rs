//! `/proc/zoneinfo`, 6.1 `mm/vmstat.c: zoneinfo_show_print`: what stands there of a zone, and of its node.

use super::{NODE_ITEMS, NUMA_ITEMS, ZONE_ITEMS};
use crate::phys::zone::vmstat::{NodeStat, NumaStat, ZoneStat};
use crate::phys::zone::{Wmark, ZoneId};
use crate::quantity::{Unit, Value};
use crate::world::World;

/// Field of `zoneinfo.ZONE`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ZoneField {
    /// `pages free`.
    Free,
    /// What is added to the marks.
    Boost,
    /// A mark, boost included.
    Mark(Wmark),
    /// Frames from the first to the last.
    Spanned,
    /// Those that exist.
    Present,
    /// Those that the allocator hands out.
    Managed,
    /// Free frames of contiguous areas.
    Cma,
    /// What is kept from requests for higher zones.
    Protection,
    /// A statistic of the zone's node, which stands with the node's first zone.
    Node(NodeStat),
    /// A statistic of the zone.
    Zone(ZoneStat),
    /// Where allocations landed.
    Numa(NumaStat),
    /// How much a processor may hold back of a statistic.
    Threshold,
    /// First frame.
    StartPfn,
}

impl ZoneField {
    /// What stands of each zone after its free pages, in the order of the file.
    pub const NUMBERS: &[ZoneField] = &[
        ZoneField::Boost,
        ZoneField::Mark(Wmark::Min),
        ZoneField::Mark(Wmark::Low),
        ZoneField::Mark(Wmark::High),
        ZoneField::Spanned,
        ZoneField::Present,
        ZoneField::Managed,
        ZoneField::Cma,
    ];

    /// Iterates over the fields on this machine.
    pub fn fields(world: &World) -> impl Iterator<Item = ZoneField> {
        let numa = if world.phys.has_numa_stats() { NUMA_ITEMS } else { &[] };
        let own = ZoneField::NUMBERS.iter().copied();
        let rest = [ZoneField::Protection, ZoneField::Threshold, ZoneField::StartPfn];
        (core::iter::once(ZoneField::Free).chain(own).chain(rest))
            .chain(NODE_ITEMS.iter().map(|&item| ZoneField::Node(item)))
            .chain(ZONE_ITEMS.iter().map(|&item| ZoneField::Zone(item)))
            .chain(numa.iter().map(|&item| ZoneField::Numa(item)))
    }

    /// Returns whether the kernel has a line of this name that nothing in the model changes.
    pub(crate) fn is_fixed(name: &str) -> bool {
        name == "node_unreclaimable"
            || ZoneStat::ALL.iter().any(|item| item.name() == name)
            || NodeStat::ALL.iter().any(|item| item.name() == name)
    }

    /// Returns the name, as the file has it.
    pub const fn name(self) -> &'static str {
        match self {
            ZoneField::Free => "free",
            ZoneField::Boost => "boost",
            ZoneField::Mark(Wmark::Min) => "min",
            ZoneField::Mark(Wmark::Low) => "low",
            ZoneField::Mark(Wmark::High) => "high",
            ZoneField::Spanned => "spanned",
            ZoneField::Present => "present",
            ZoneField::Managed => "managed",
            ZoneField::Cma => "cma",
            ZoneField::Protection => "protection",
            ZoneField::Node(item) => item.name(),
            ZoneField::Zone(item) => item.name(),
            ZoneField::Numa(item) => item.name(),
            ZoneField::Threshold => "threshold",
            ZoneField::StartPfn => "start_pfn",
        }
    }

    /// Returns the value.
    pub fn value(self, world: &World, id: ZoneId) -> Value {
        match self {
            ZoneField::Protection => {
                let zones = world.phys.zones();
                Value::List((0..zones.per_node()).map(|class| zones.lowmem_reserve(id, class)).collect())
            }
            ZoneField::Numa(_)
            | ZoneField::Threshold
            | ZoneField::Node(NodeStat::NrAnonTransparentHugepages) => {
                Value::number(self.number(world, id), Unit::Count)
            }
            ZoneField::Free
            | ZoneField::Boost
            | ZoneField::Mark(_)
            | ZoneField::Spanned
            | ZoneField::Present
            | ZoneField::Managed
            | ZoneField::Cma
            | ZoneField::Node(_)
            | ZoneField::Zone(_)
            | ZoneField::StartPfn => Value::number(self.number(world, id), Unit::Pages),
        }
    }

    /// Returns the number; of several the first.
    pub fn number(self, world: &World, id: ZoneId) -> u64 {
        let (zones, zone, stats) = (world.phys.zones(), world.phys.zone(id), &world.phys.frames.vmstat);
        match self {
            ZoneField::Free => stats.zone(id, ZoneStat::NrFreePages),
            ZoneField::Boost => zones.boost(id),
            // The marks as printed have the boost in them, as `min_wmark_pages` gives them.
            ZoneField::Mark(mark) => zones.watermark(id, mark) + zones.boost(id),
            ZoneField::Spanned => u64::from(zone.spanned),
            ZoneField::Present => u64::from(zone.present),
            ZoneField::Managed => u64::from(zone.managed),
            ZoneField::Cma => stats.zone(id, ZoneStat::NrFreeCma),
            ZoneField::Protection => zones.lowmem_reserve(id, 0),
            ZoneField::Node(item) => stats.node_printed(zone.node, item, world.rest.virt.mode.huge_order()),
            ZoneField::Zone(item) => stats.zone(id, item),
            ZoneField::Numa(item) => stats.numa(id, item),
            ZoneField::Threshold => stats.threshold(id),
            ZoneField::StartPfn => u64::from(zone.start.0),
        }
    }
}
