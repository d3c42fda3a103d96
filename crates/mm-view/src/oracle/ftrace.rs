//! Events of compaction as the kernel's trace buffer prints them, without task and time.

use mm::phys::compaction::Event;
use mm::phys::zone::ZoneId;
use mm::phys::{Phys, fallback};
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
        Event::TryToCompactPages { .. }
        | Event::Moved { .. }
        | Event::Captured { .. }
        | Event::ResetSkip { .. }
        | Event::WakeupKcompactd { .. }
        | Event::KcompactdWake { .. }
        | Event::Score { .. }
        | Event::KcompactdSleep { .. } => return None,
    })
}

/// Writes that a block was taken from another type, without what follows from the rest; `None`
/// for other events.
pub(super) fn steal_line(event: &fallback::Event) -> Option<String> {
    match *event {
        fallback::Event::Steal { order, block_order, mt, from, pfn, .. } => Some(format!(
            "mm_page_alloc_extfrag: pfn={:#x} alloc_order={order} fallback_order={block_order} \
             alloc_migratetype={} fallback_migratetype={}",
            pfn.0,
            mt.code(),
            from.code()
        )),
        fallback::Event::Boost { .. } | fallback::Event::Weigh { .. } | fallback::Event::Retype { .. } => {
            None
        }
    }
}
