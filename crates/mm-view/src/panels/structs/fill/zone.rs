//! A zone in full, 6.1 `include/linux/mmzone.h: struct zone`.

use mm::config::CpuId;
use mm::phys::compaction::ZoneField as Kept;
use mm::phys::zone::vmstat::{NumaStat, ZoneStat};
use mm::phys::zone::{Wmark, Zone, ZoneFlag, ZoneId, words};
use mm::store::TableId;
use mm::units::{Order, low32};

use super::{Shown, counters, frames, gone, live, not_built, not_modelled};
use crate::panels::fill::zone_name;
use crate::panels::inspector::{InspectorView, ZoneView};
use crate::panels::structs::{FieldId, Lack, StructField, ZoneField};
use crate::panels::{Moment, Thing};
use crate::proc;

/// Fills the view of a zone by its node and its place there.
pub(in crate::panels) fn zone(at: Moment<'_>, node: u8, class: u8) -> Option<InspectorView> {
    let phys = &at.world.phys;
    let (id, zone) = phys.zones().iter().find(|(_, zone)| zone.node.0 == node && zone.class == class)?;
    Some(InspectorView::Zone(Box::new(ZoneView {
        name: zone_name(at.world, id),
        start: zone.start.0,
        spanned: u64::from(zone.spanned),
        present: u64::from(zone.present),
        managed: u64::from(zone.managed),
        free: phys.frames.vmstat.zone(id, ZoneStat::NrFreePages),
        marks: Wmark::ALL.map(|mark| phys.zones().watermark(id, mark)),
        fields: fields(at, id, zone),
    })))
}

fn fields(at: Moment<'_>, id: ZoneId, zone: &Zone) -> Vec<StructField> {
    let written = Written::of(at, id);
    let field = |&field: &ZoneField| {
        let (value, links) = value(at, id, zone, field);
        StructField { field: FieldId::Zone(field), value, links, changed: written.has(field) }
    };
    ZoneField::ALL.iter().map(field).collect()
}

/// What the step shown wrote of the zone: its words, its counters, its CPUs' lists.
struct Written {
    words: Vec<u32>,
    counters: bool,
    pcp: bool,
    kept: Vec<Kept>,
}

/// Fields whose words are the zone's own.
const WORDS: [(ZoneField, core::ops::Range<u32>); 6] = [
    (ZoneField::FreeArea, words::FREE_AREA),
    (ZoneField::Watermark, words::MARKS),
    (ZoneField::WatermarkBoost, words::BOOST),
    (ZoneField::NrReservedHighatomic, words::HIGHATOMIC),
    (ZoneField::Flags, words::FLAGS),
    (ZoneField::LowmemReserve, words::RESERVE),
];

impl Written {
    fn of(at: Moment<'_>, id: ZoneId) -> Written {
        let phys = &at.world.phys;
        let own = phys.zones().words_of(id);
        let slots = || at.step_deltas().iter().map(|delta| (delta.slot.table(), delta.slot.index()));
        let of_table = |table| slots().filter(move |slot| slot.0 == table).map(|slot| slot.1);
        let words = of_table(TableId::Zone).map(low32).filter(|word| own.contains(word));
        Written {
            words: words.map(|word| word - own.start).collect(),
            counters: of_table(TableId::ZoneStat).any(|word| phys.frames.vmstat.zone_of_word(word) == id),
            pcp: of_table(TableId::Pcp).any(|word| phys.pcp().zone_of_word(word) == id),
            kept: Kept::ALL
                .into_iter()
                .filter(|&kept| {
                    let slot = phys.compaction().zone_slot(id, kept);
                    at.step_deltas().iter().any(|delta| delta.slot == slot)
                })
                .collect(),
        }
    }

    fn has(&self, field: ZoneField) -> bool {
        let range = WORDS.iter().find(|(other, _)| *other == field).map(|(_, range)| range);
        range.is_some_and(|range| self.words.iter().any(|word| range.contains(word)))
            || (self.counters && field == ZoneField::VmStat)
            || (self.pcp && field == ZoneField::PerCpuPageset)
            || self.kept.iter().any(|&kept| field_of(kept) == field)
    }
}

/// The field that shows what compaction keeps.
const fn field_of(kept: Kept) -> ZoneField {
    match kept {
        Kept::CachedFree => ZoneField::CompactCachedFreePfn,
        Kept::CachedMigrateAsync | Kept::CachedMigrateSync => ZoneField::CompactCachedMigratePfn,
        Kept::InitMigrate => ZoneField::CompactInitMigratePfn,
        Kept::InitFree => ZoneField::CompactInitFreePfn,
        Kept::Considered => ZoneField::CompactConsidered,
        Kept::DeferShift => ZoneField::CompactDeferShift,
        Kept::OrderFailed => ZoneField::CompactOrderFailed,
        Kept::BlockskipFlush => ZoneField::CompactBlockskipFlush,
    }
}

/// Positions of compaction; each leads to its frame if the zone has it.
fn positions<const N: usize>(at: Moment<'_>, id: ZoneId, kept: [(&str, Kept); N]) -> Shown {
    let phys = &at.world.phys;
    let items = kept.map(|(name, kept)| (name, phys.compaction().position(id, kept)));
    frames(items, |pfn| phys.zone(id).contains(pfn))
}

fn value(at: Moment<'_>, id: ZoneId, zone: &Zone, field: ZoneField) -> Shown {
    let phys = &at.world.phys;
    let zones = phys.zones();
    let cpus = || (0..phys.cpus()).map(CpuId);
    match field {
        ZoneField::Watermark => {
            let [min, low, high] = Wmark::ALL.map(|mark| zones.watermark(id, mark));
            live(&format!("min {min}, low {low}, high {high}"))
        }
        ZoneField::WatermarkBoost => live(&zones.boost(id)),
        ZoneField::NrReservedHighatomic => live(&zones.highatomic(id)),
        ZoneField::LowmemReserve => {
            let reserves = (0..zones.per_node()).map(|class| zones.lowmem_reserve(id, class).to_string());
            live(&reserves.collect::<Vec<_>>().join(", "))
        }
        ZoneField::Node if !phys.has_numa_stats() => not_built(),
        ZoneField::Node => live(&zone.node.0),
        ZoneField::ZonePgdat => {
            let (value, mut links) = live(&format!("NODE_DATA({})", zone.node.0));
            links.push((format!("NODE_DATA({})", zone.node.0), Thing::Node(zone.node.0)));
            (value, links)
        }
        ZoneField::PerCpuPageset => {
            let pcp = phys.pcp();
            let one = |cpu: CpuId| {
                let (count, high, batch) = (pcp.count(id, cpu), pcp.high(id, cpu), pcp.batch(id, cpu));
                format!("CPU {}: count {count}, high {high}, batch {batch}", cpu.0)
            };
            live(&cpus().map(one).collect::<Vec<_>>().join("; "))
        }
        ZoneField::PerCpuZonestats => {
            let free =
                cpus().map(|cpu| phys.frames.vmstat.zone_diff(id, ZoneStat::NrFreePages, cpu).to_string());
            let free = free.collect::<Vec<_>>().join(", ");
            live(&format!("stat_threshold {}, nr_free_pages {free}", phys.frames.vmstat.threshold(id)))
        }
        ZoneField::PagesetHigh => live(&phys.pcp().high(id, CpuId(0))),
        ZoneField::PagesetBatch => live(&phys.pcp().batch(id, CpuId(0))),
        ZoneField::ZoneStartPfn => {
            let start = zone.start.0;
            let (value, mut links) = live(&start);
            if zone.is_populated() {
                links.push((start.to_string(), Thing::Frame(start)));
            }
            (value, links)
        }
        ZoneField::ManagedPages => live(&zone.managed),
        ZoneField::SpannedPages => live(&zone.spanned),
        ZoneField::PresentPages => live(&zone.present),
        ZoneField::Name => live(zone.kind.name()),
        ZoneField::Initialized => live(&u8::from(zone.is_populated())),
        ZoneField::FreeArea => {
            let blocks = Order::ZERO.and_up().map(|order| phys.nr_free(id, order).to_string());
            live(&blocks.collect::<Vec<_>>().join(" "))
        }
        ZoneField::Flags => live(&flags(at, id)),
        ZoneField::VmStat => {
            counters(ZoneStat::ALL.iter().map(|&item| (item.name(), phys.frames.vmstat.zone_total(id, item))))
        }
        ZoneField::VmNumaEvent if !phys.has_numa_stats() => not_built(),
        ZoneField::VmNumaEvent => {
            let value = |item| i64::try_from(phys.frames.vmstat.numa(id, item)).unwrap_or(i64::MAX);
            counters(NumaStat::ALL.iter().map(|&item| (item.name(), value(item))))
        }
        ZoneField::PageblockFlags if phys.has_numa_stats() => not_built(),
        ZoneField::PageblockFlags => {
            counters(proc::pageblock_types(at.world, zone).into_iter().map(|(mt, n)| (mt.name(), n.into())))
        }
        ZoneField::CmaPages => not_built(),
        ZoneField::NrIsolatePageblock => not_modelled(Lack::Isolation),
        ZoneField::SpanSeqlock => not_modelled(Lack::Hotplug),
        ZoneField::Lock => not_modelled(Lack::Waiting),
        ZoneField::Contiguous => not_modelled(Lack::Holes),
        ZoneField::PercpuDriftMark => live(&phys.percpu_drift_mark(id)),
        ZoneField::CompactCachedMigratePfn => {
            positions(at, id, [("async", Kept::CachedMigrateAsync), ("sync", Kept::CachedMigrateSync)])
        }
        ZoneField::CompactCachedFreePfn => positions(at, id, [("", Kept::CachedFree)]),
        ZoneField::CompactInitMigratePfn => positions(at, id, [("", Kept::InitMigrate)]),
        ZoneField::CompactInitFreePfn => positions(at, id, [("", Kept::InitFree)]),
        ZoneField::CompactConsidered => live(&phys.compaction().zone(id, Kept::Considered)),
        ZoneField::CompactDeferShift => live(&phys.compaction().zone(id, Kept::DeferShift)),
        ZoneField::CompactOrderFailed => live(&phys.compaction().order_failed(id)),
        ZoneField::CompactBlockskipFlush => live(&phys.compaction().zone(id, Kept::BlockskipFlush)),
        ZoneField::Bitmap | ZoneField::Padding | ZoneField::ZoneMemMap => gone(),
    }
}

fn flags(at: Moment<'_>, id: ZoneId) -> String {
    let zones = at.world.phys.zones();
    let names = [
        (ZoneFlag::BoostedWatermark, "ZONE_BOOSTED_WATERMARK"),
        (ZoneFlag::ReclaimActive, "ZONE_RECLAIM_ACTIVE"),
    ];
    let set: Vec<&str> =
        names.into_iter().filter(|&(flag, _)| zones.has_flag(id, flag)).map(|(_, name)| name).collect();
    if set.is_empty() { "0".to_owned() } else { set.join(" | ") }
}
