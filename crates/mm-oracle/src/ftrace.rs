//! Events of compaction as the kernel's trace buffer prints them, without task and time.

use mm::phys::Phys;
use mm::phys::compaction::{CompactPriority, Event};
use mm::phys::zone::ZoneId;
use mm::units::Order;

/// Writes an event as its tracepoint does, `None` where the kernel has none for it.
pub(super) fn compaction_line(event: &Event, phys: &Phys) -> Option<String> {
    let place = |zone: ZoneId, order: Option<Order>| {
        let zone = phys.zone(zone);
        let order = order.map_or_else(|| "-1".into(), |order| order.to_string());
        format!("node={} zone={:<8} order={order}", zone.node.0, zone.kind.name())
    };
    let ends = |zone: ZoneId| (phys.zone(zone).start.0, phys.zone(zone).end().0);
    Some(match *event {
        Event::Suitable { zone, order, result, .. } => {
            format!("mm_compaction_suitable: {} ret={}", place(zone, order), result.name())
        }
        Event::Finished { zone, order, result } => {
            format!("mm_compaction_finished: {} ret={}", place(zone, order), result.name())
        }
        Event::Begin { zone, migrate_pfn, free_pfn, mode } => {
            let (start, end) = ends(zone);
            format!(
                "mm_compaction_begin: zone_start={start:#x} migrate_pfn={:#x} free_pfn={:#x} zone_end={end:#x}, mode={}",
                migrate_pfn.0,
                free_pfn.0,
                mode.name()
            )
        }
        Event::End { zone, migrate_pfn, free_pfn, mode, result } => {
            let (start, end) = ends(zone);
            format!(
                "mm_compaction_end: zone_start={start:#x} migrate_pfn={:#x} free_pfn={:#x} zone_end={end:#x}, mode={} status={}",
                migrate_pfn.0,
                free_pfn.0,
                mode.name(),
                result.name()
            )
        }
        Event::IsolateMigratepages { start, end, scanned, taken } => format!(
            "mm_compaction_isolate_migratepages: range=({:#x} ~ {:#x}) nr_scanned={scanned} nr_taken={taken}",
            start.0, end.0
        ),
        Event::IsolateFreepages { start, end, scanned, taken } => format!(
            "mm_compaction_isolate_freepages: range=({:#x} ~ {:#x}) nr_scanned={scanned} nr_taken={taken}",
            start.0, end.0
        ),
        Event::Migratepages { migrated, failed } => {
            format!("mm_compaction_migratepages: nr_migrated={migrated} nr_failed={failed}")
        }
        Event::DeferReset { zone, order, order_failed, considered, limit } => format!(
            "mm_compaction_defer_reset: {} order_failed={order_failed} consider={considered} limit={limit}",
            place(zone, Some(order))
        ),
        Event::DeferCompaction { zone, order, order_failed, limit } => format!(
            "mm_compaction_defer_compaction: {} order_failed={order_failed} consider=0 limit={limit}",
            place(zone, Some(order))
        ),
        Event::Deferred { zone, order, order_failed, considered, limit } => format!(
            "mm_compaction_deferred: {} order_failed={order_failed} consider={considered} limit={limit}",
            place(zone, Some(order))
        ),
        Event::TryToCompactPages { order, gfp, priority } => {
            let priority = match priority {
                CompactPriority::SyncFull => 0,
                CompactPriority::SyncLight => 1,
                CompactPriority::Async => 2,
            };
            format!("mm_compaction_try_to_compact_pages: order={order} gfp_mask={gfp} priority={priority}")
        }
        Event::WakeupKcompactd { node, order, highest } => {
            format!(
                "mm_compaction_wakeup_kcompactd: nid={} order={order} classzone_idx={:<8}",
                node.0,
                highest.name()
            )
        }
        Event::KcompactdWake { node, order, highest } => {
            format!(
                "mm_compaction_kcompactd_wake: nid={} order={order} classzone_idx={:<8}",
                node.0,
                highest.name()
            )
        }
        Event::KcompactdSleep { node } => format!("mm_compaction_kcompactd_sleep: nid={}", node.0),
        Event::Moved { .. } | Event::Captured { .. } | Event::ResetSkip { .. } | Event::Score { .. } => {
            return None;
        }
    })
}
