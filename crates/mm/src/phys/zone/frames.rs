//! Page structs, the zones that they are in, and the counts kept of them: what the buddy, the processors' lists and
//! the watermarks work on.

use super::lists::Lists;
use super::migratetype::MigrateType;
use super::vmstat::VmStat;
use super::{ZoneId, Zones};
use crate::store::MemMap;
use crate::units::{Order, Pfn};

/// All frames.
#[derive(Clone, Debug)]
pub struct Frames {
    /// Every frame's page struct, the lists through them, and the types of pageblocks.
    pub mem_map: MemMap,
    /// Counters of `/proc/vmstat`.
    pub vmstat: VmStat,
    pub(crate) zones: Zones,
    pub(in crate::phys) lists: Lists,
    /// Only while a direct compaction runs, within one command: not part of the state.
    pub(in crate::phys) capture: Option<CaptureControl>,
}

/// What the running direct compaction waits for, `struct capture_control`. It lives as long as
/// the compaction of one zone, within one command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::phys) struct CaptureControl {
    pub(in crate::phys) zone: ZoneId,
    pub(in crate::phys) order: Order,
    pub(in crate::phys) page: Option<Pfn>,
}

impl Frames {
    /// Returns the binary logarithm of a pageblock's frames.
    #[inline]
    pub fn pageblock_order(&self) -> Order {
        self.mem_map.pageblock_order()
    }

    /// Returns the migrate type of the pageblock that contains `pfn`.
    #[inline]
    pub fn pageblock_type(&self, pfn: Pfn) -> MigrateType {
        MigrateType::from_code(self.mem_map.pageblock_type(pfn))
    }

    /// Returns the zone that `pfn` belongs to.
    ///
    /// # Panics
    /// When no zone spans it.
    #[inline]
    pub fn zone_of(&self, pfn: Pfn) -> ZoneId {
        self.zones.containing(pfn).expect("a frame of the machine")
    }
}
