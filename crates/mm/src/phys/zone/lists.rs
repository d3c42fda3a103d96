//! Numbers of the lists that run through page structs.

use crate::config::{CpuId, NodeId};
use crate::phys::zone::ZoneId;
use crate::phys::zone::lru_list::LruList;
use crate::phys::zone::migratetype::{MIGRATE_TYPES, MigrateType};
use crate::store::ListId;
use crate::units::{MAX_ORDER, Order, count, low16, widen8, widen16};

/// Per-CPU lists of a zone: three types of orders 0 to 3, and two for huge pages.
pub const PCP_LISTS: u8 = 14;
/// LRU lists of a node: inactive and active, anonymous and file, and the unevictable.
const LRU_LISTS: u32 = count(LruList::ALL.len());

const TYPES: u32 = count(MIGRATE_TYPES);
const FREE_LISTS: u32 = count(MAX_ORDER) * TYPES;
/// Users of the lists that are reserved for slabs, on each node and processor.
pub const SLAB_USERS_MAX: u16 = 256;
const CACHE_SLOTS: u32 = widen16(SLAB_USERS_MAX);

/// Layout of list numbers: buddy lists, then per-CPU lists, then LRU lists, then for each
/// cache of small objects the lists of its slabs on nodes and processors, then the queues of
/// huge pages to be cut.
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
    /// Slabs of a node with free objects: node, slot of the cache.
    SlabNode(NodeId, u16),
    /// Slabs that a processor has in reserve: processor, slot of the cache.
    SlabCpu(CpuId, u16),
    /// Huge pages of a node that are to be cut (`deferred_split_queue`).
    SplitQueue(NodeId),
}

impl Lists {
    /// Lays out the lists of a machine.
    pub const fn new(zones: u32, cpus: u32, nodes: u32) -> Lists {
        Lists { zones, cpus, nodes }
    }

    /// Returns how many lists there are.
    pub const fn len(&self) -> u32 {
        self.split_base() + self.nodes
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
        ListId(self.lru_base() + widen8(node.0) * LRU_LISTS + widen8(index))
    }

    /// Returns the list of slabs of `node` for the cache in `slot`.
    #[inline]
    pub const fn slab_node(&self, node: NodeId, slot: u16) -> ListId {
        ListId(self.slab_base() + widen16(slot) * (self.nodes + self.cpus) + widen8(node.0))
    }

    /// Returns the list of slabs of `cpu` for the cache in `slot`.
    #[inline]
    pub const fn slab_cpu(&self, cpu: CpuId, slot: u16) -> ListId {
        ListId(self.slab_base() + widen16(slot) * (self.nodes + self.cpus) + self.nodes + widen8(cpu.0))
    }

    /// Returns the queue of huge pages of `node` to be cut.
    pub const fn split_queue(&self, node: NodeId) -> ListId {
        ListId(self.split_base() + widen8(node.0))
    }

    /// Tells what list `id` keeps, `None` beyond the last.
    pub fn describe(&self, id: ListId) -> Option<ListUse> {
        let byte = |n: u32| u8::try_from(n).ok();
        let (pcp, lru, slab) = (self.pcp_base(), self.lru_base(), self.slab_base());
        if id.0 < pcp {
            let (zone, list) = (byte(id.0 / FREE_LISTS)?, id.0 % FREE_LISTS);
            let order = Order::new(byte(list / TYPES)?);
            Some(ListUse::Free(ZoneId(zone), order, MigrateType::from_code(byte(list % TYPES)?)))
        } else if id.0 < lru {
            let (lists, index) = ((id.0 - pcp) / widen8(PCP_LISTS), (id.0 - pcp) % widen8(PCP_LISTS));
            let (zone, cpu) = (byte(lists / self.cpus)?, byte(lists % self.cpus)?);
            Some(ListUse::Pcp(ZoneId(zone), CpuId(cpu), byte(index)?))
        } else if id.0 < slab {
            let (node, index) = ((id.0 - lru) / LRU_LISTS, (id.0 - lru) % LRU_LISTS);
            Some(ListUse::Lru(NodeId(byte(node)?), byte(index)?))
        } else if id.0 < self.split_base() {
            let each = self.nodes + self.cpus;
            let (slot, part) = (low16(u64::from((id.0 - slab) / each)), (id.0 - slab) % each);
            Some(match part.checked_sub(self.nodes) {
                None => ListUse::SlabNode(NodeId(byte(part)?), slot),
                Some(cpu) => ListUse::SlabCpu(CpuId(byte(cpu)?), slot),
            })
        } else if id.0 < self.len() {
            Some(ListUse::SplitQueue(NodeId(byte(id.0 - self.split_base())?)))
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

    const fn slab_base(&self) -> u32 {
        self.lru_base() + self.nodes * LRU_LISTS
    }

    const fn split_base(&self) -> u32 {
        self.slab_base() + CACHE_SLOTS * (self.nodes + self.cpus)
    }
}
