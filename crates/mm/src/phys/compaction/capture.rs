//! Capture: a block that becomes free goes to the request that compacts, before others see it.
//!
//! Mirrors 6.1 `mm/page_alloc.c: compaction_capture`.

use super::event::Event;
use crate::phys::buddy::pcp::allocated;
use crate::phys::zone::ZoneId;
use crate::phys::zone::frames::Frames;
use crate::phys::zone::migratetype::MigrateType;
use crate::trace::Trace;
use crate::units::{Order, Pfn};

impl Frames {
    /// Takes a block that is being freed, if it is what the running compaction waits for.
    #[inline]
    pub(in crate::phys) fn compaction_capture(
        &mut self,
        zone: ZoneId,
        pfn: Pfn,
        order: Order,
        mt: MigrateType,
        tr: &mut Trace,
    ) -> bool {
        match &self.capture {
            Some(capture) if capture.zone == zone && capture.order == order && capture.page.is_none() => {
                self.capture_block(pfn, order, mt, tr)
            }
            Some(_) | None => false,
        }
    }

    #[cold]
    fn capture_block(&mut self, pfn: Pfn, order: Order, mt: MigrateType, tr: &mut Trace) -> bool {
        // Smaller requests must not spread over a movable pageblock.
        let spoils = order < self.pageblock_order() && mt == MigrateType::Movable;
        if matches!(mt, MigrateType::Cma | MigrateType::Isolate) || spoils {
            return false;
        }
        self.mem_map.set_state(pfn, allocated(order), tr);
        if let Some(capture) = &mut self.capture {
            capture.page = Some(pfn);
        }
        tr.emit(Event::Captured { pfn, order });
        true
    }
}
