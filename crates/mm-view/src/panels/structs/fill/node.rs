//! A memory node in full, 6.1 `include/linux/mmzone.h: struct pglist_data`.

use mm::config::{CpuId, NodeId};
use mm::phys::compaction::NodeField as Kept;
use mm::phys::zone::lru_list::LruList;
use mm::phys::zone::node::Node;
use mm::phys::zone::vmstat::{NodeStat, ZoneStat};
use mm::phys::zone::{Zone, ZoneId};
use mm::store::TableId;
use mm::units::low8;

use super::{Shown, counters, gone, live, not_built, not_modelled};
use crate::panels::fill::zone_name;
use crate::panels::inspector::{InspectorView, NodeView};
use crate::panels::structs::{FieldId, FieldValue, Lack, NodeField, StructField};
use crate::panels::{Moment, Thing};

/// Fills the view of a node by its number.
pub(in crate::panels) fn node(at: Moment<'_>, number: u8) -> Option<InspectorView> {
    let phys = &at.world.phys;
    let node = phys.nodes().get(usize::from(number))?;
    let span = phys.node_span(node.id);
    let own = || zones(at, node.id);
    let populated = own().filter(|(_, zone)| zone.is_populated());
    Some(InspectorView::Node(Box::new(NodeView {
        node: number,
        start: span.start.0,
        spanned: u64::from(span.spanned),
        present: u64::from(span.present),
        free: own().map(|(id, _)| phys.frames.vmstat.zone(id, ZoneStat::NrFreePages)).sum(),
        zones: populated.map(|(id, _)| zone_name(at.world, id)).collect(),
        fields: fields(at, node),
    })))
}

fn zones<'a>(at: Moment<'a>, node: NodeId) -> impl Iterator<Item = (ZoneId, &'a Zone)> {
    at.world.phys.zones().iter().filter(move |(_, zone)| zone.node == node)
}

/// Fields that kcompactd keeps.
const KCOMPACTD: [(NodeField, Kept); 3] = [
    (NodeField::KcompactdMaxOrder, Kept::MaxOrder),
    (NodeField::KcompactdHighestZoneidx, Kept::Classes),
    (NodeField::ProactiveCompactTrigger, Kept::ProactiveTrigger),
];

fn fields(at: Moment<'_>, node: &Node) -> Vec<StructField> {
    let counted = at.step_deltas().iter().any(|delta| delta.slot.table() == TableId::NodeStat);
    let compacted = |field| {
        KCOMPACTD.iter().filter(|&&(other, _)| other == field).any(|&(_, kept)| {
            let slot = at.world.phys.compaction().node_slot(node.id, kept);
            at.step_deltas().iter().any(|delta| delta.slot == slot)
        })
    };
    let field = |&field: &NodeField| {
        let (value, links) = value(at, node, field);
        StructField {
            field: FieldId::Node(field),
            value,
            links,
            changed: (counted && field == NodeField::VmStat) || compacted(field),
        }
    };
    NodeField::ALL.iter().map(field).collect()
}

/// Names of zones, each a link.
fn named<'a>(at: Moment<'a>, ids: impl Iterator<Item = ZoneId>) -> Shown {
    let several = at.world.phys.nodes().len() > 1;
    let mut links = Vec::new();
    for id in ids {
        let zone = at.world.phys.zone(id);
        let name = zone.kind.name();
        let text = if several { format!("{name}@{}", zone.node.0) } else { name.to_owned() };
        links.push((text, Thing::Zone { node: zone.node.0, zone: zone.class }));
    }
    let texts: Vec<&str> = links.iter().map(|(text, _)| text.as_str()).collect();
    (FieldValue::Live(texts.join(", ")), links)
}

fn nr_zones(at: Moment<'_>, node: NodeId) -> u8 {
    let last = zones(at, node).filter(|(_, zone)| zone.is_populated()).last();
    last.map_or(0, |(_, zone)| zone.class + 1)
}

/// The highest zone that kcompactd looks at: the node's last, unless it was asked for less.
fn kcompactd_highest(at: Moment<'_>, node: NodeId) -> Shown {
    let highest = match at.world.phys.compaction().node(node, Kept::Classes) {
        0 => nr_zones(at, node).saturating_sub(1),
        classes => low8(classes - 1),
    };
    let text = match zones(at, node).find(|(_, zone)| zone.class == highest) {
        Some((_, zone)) => format!("{highest} ({})", zone.kind.name()),
        None => highest.to_string(),
    };
    (FieldValue::Live(text.clone()), vec![(text, Thing::Zone { node: node.0, zone: highest })])
}

fn value(at: Moment<'_>, node: &Node, field: NodeField) -> Shown {
    let phys = &at.world.phys;
    let number = node.id.0;
    let span = phys.node_span(node.id);
    match field {
        NodeField::NodeZones => named(at, zones(at, node.id).map(|(id, _)| id)),
        NodeField::NodeZonelists => named(at, node.zonelist.iter().copied()),
        NodeField::NrZones => live(&nr_zones(at, node.id)),
        NodeField::NodeStartPfn => {
            let (value, mut links) = live(&span.start);
            links.push((span.start.to_string(), Thing::Frame(span.start.0)));
            (value, links)
        }
        NodeField::NodePresentPages => live(&span.present),
        NodeField::NodeSpannedPages => live(&span.spanned),
        NodeField::NodeId => live(&number),
        NodeField::Kswapd => live(&format!("kswapd{number}")),
        NodeField::Kcompactd => live(&format!("kcompactd{number}")),
        NodeField::TotalreservePages => live(&phys.totalreserve_pages(node.id)),
        NodeField::MinUnmappedPages if !phys.has_numa_stats() => not_built(),
        NodeField::MinSlabPages if !phys.has_numa_stats() => not_built(),
        NodeField::MinUnmappedPages => live(&phys.share_of_node(node.id, 1)),
        NodeField::MinSlabPages => live(&phys.share_of_node(node.id, 5)),
        NodeField::Lruvec => {
            let length = |list: u8| phys.frames.mem_map.list(phys.lists().lru(node.id, list)).count();
            let items = (0..).zip(LruList::ALL.map(LruList::name));
            counters(items.map(|(list, name)| (name, i64::try_from(length(list)).unwrap_or(i64::MAX))))
        }
        NodeField::VmStat => {
            let value = |item| i64::try_from(phys.frames.vmstat.node(node.id, item)).unwrap_or(i64::MAX);
            counters(NodeStat::ALL.iter().map(|&item| (item.name(), value(item))))
        }
        NodeField::PerCpuNodestats => {
            let cpus = || (0..phys.cpus()).map(CpuId);
            let held = |item| cpus().map(|cpu| phys.frames.vmstat.node_diff(node.id, item, cpu)).sum();
            counters(NodeStat::ALL.iter().map(|&item| (item.name(), held(item))))
        }
        NodeField::NodeMemMap if phys.has_numa_stats() => not_built(),
        NodeField::NodePageExt | NodeField::FirstDeferredPfn => not_built(),
        NodeField::KcompactdMaxOrder => live(&phys.compaction().node(node.id, Kept::MaxOrder)),
        NodeField::KcompactdHighestZoneidx => kcompactd_highest(at, node.id),
        NodeField::ProactiveCompactTrigger => live(&phys.compaction().node(node.id, Kept::ProactiveTrigger)),
        NodeField::DeferredSplitQueue => {
            let queued = phys.frames.mem_map.list(phys.lists().split_queue(node.id)).count();
            live(&format!("split_queue_len {queued}"))
        }
        NodeField::NodeMemMap => not_modelled(Lack::Placed),
        NodeField::NodeSizeLock => not_modelled(Lack::Hotplug),
        NodeField::KswapdWait | NodeField::PfmemallocWait | NodeField::KcompactdWait => {
            not_modelled(Lack::Waiting)
        }
        NodeField::KswapdOrder
        | NodeField::KswapdHighestZoneidx
        | NodeField::KswapdFailures
        | NodeField::Flags => not_modelled(Lack::Reclaim),
        NodeField::LruLock | NodeField::NodeNext | NodeField::Bdata => gone(),
    }
}
