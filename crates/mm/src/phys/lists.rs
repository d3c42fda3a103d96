//! Numbers of the lists that run through page structs.

use crate::config::{CpuId, NodeId};
use crate::phys::migratetype::{MIGRATE_TYPES, MigrateType};
use crate::phys::zone::ZoneId;
use crate::store::ListId;
use crate::units::{MAX_ORDER, Order, count, widen8};

/// Per-CPU lists of a zone: three types of orders 0 to 3, and two for huge pages.
pub const PCP_LISTS: u8 = 14;
/// LRU lists of a node: inactive and active, anonymous and file, and the unevictable.
pub const LRU_LISTS: u8 = 5;

const TYPES: u32 = count(MIGRATE_TYPES);
const FREE_LISTS: u32 = count(MAX_ORDER) * TYPES;

/// Layout of list numbers: buddy lists, then per-CPU lists, then LRU lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lists {
    zones: u32,
    cpus: u32,
    nodes: u32,
}

/// What a list keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListUse {
    /// Free blocks of the buddy.
    Free(ZoneId, Order, MigrateType),
    /// Free blocks of a processor: zone, processor, index of the list.
    Pcp(ZoneId, CpuId, u8),
    /// Pages of a node by use: node, index of the list.
    Lru(NodeId, u8),
}

impl Lists {
    /// Lays out the lists of a machine.
    pub const fn new(zones: u32, cpus: u32, nodes: u32) -> Lists {
        Lists { zones, cpus, nodes }
    }

    /// Returns how many lists there are.
    pub const fn len(&self) -> u32 {
        self.lru_base() + self.nodes * widen8(LRU_LISTS)
    }

    /// Returns whether there is no list.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the list of free blocks of `order` and type `mt` in `zone`.
    #[inline]
    pub const fn free(&self, zone: ZoneId, order: Order, mt: MigrateType) -> ListId {
        ListId(widen8(zone.0) * FREE_LISTS + widen8(order.get()) * TYPES + widen8(mt.code()))
    }

    /// Returns list `index` of `cpu` for `zone`.
    #[inline]
    pub const fn pcp(&self, zone: ZoneId, cpu: CpuId, index: u8) -> ListId {
        let lists = widen8(zone.0) * self.cpus + widen8(cpu.0);
        ListId(self.pcp_base() + lists * widen8(PCP_LISTS) + widen8(index))
    }

    /// Returns LRU list `index` of `node`.
    pub const fn lru(&self, node: NodeId, index: u8) -> ListId {
        ListId(self.lru_base() + widen8(node.0) * widen8(LRU_LISTS) + widen8(index))
    }

    /// Tells what list `id` keeps, `None` beyond the last.
    pub fn describe(&self, id: ListId) -> Option<ListUse> {
        let byte = |n: u32| u8::try_from(n).ok();
        let (pcp, lru) = (self.pcp_base(), self.lru_base());
        if id.0 < pcp {
            let (zone, list) = (byte(id.0 / FREE_LISTS)?, id.0 % FREE_LISTS);
            let order = Order::new(byte(list / TYPES)?);
            Some(ListUse::Free(ZoneId(zone), order, MigrateType::from_code(byte(list % TYPES)?)))
        } else if id.0 < lru {
            let (lists, index) = ((id.0 - pcp) / widen8(PCP_LISTS), (id.0 - pcp) % widen8(PCP_LISTS));
            let (zone, cpu) = (byte(lists / self.cpus)?, byte(lists % self.cpus)?);
            Some(ListUse::Pcp(ZoneId(zone), CpuId(cpu), byte(index)?))
        } else if id.0 < self.len() {
            let (node, index) = ((id.0 - lru) / widen8(LRU_LISTS), (id.0 - lru) % widen8(LRU_LISTS));
            Some(ListUse::Lru(NodeId(byte(node)?), byte(index)?))
        } else {
            None
        }
    }

    const fn pcp_base(&self) -> u32 {
        self.zones * FREE_LISTS
    }

    const fn lru_base(&self) -> u32 {
        self.pcp_base() + self.zones * self.cpus * widen8(PCP_LISTS)
    }
}
