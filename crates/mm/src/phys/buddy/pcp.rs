//! Per-CPU page lists: a stock of free blocks that each processor keeps for itself.
//!
//! Orders 0 to 3 and the huge page's go through them; each zone has its own on each
//! processor. A list is refilled from the buddy by the batch, freed blocks go to its head,
//! and what is too many goes back from its tail. Mirrors 6.1 `mm/page_alloc.c`:
//! `rmqueue_pcplist`, `rmqueue_bulk`, `free_unref_page_commit`, `free_pcppages_bulk`.

use crate::config::CpuId;
use crate::cost::Cost;
use crate::func::Func;
use crate::phys::buddy::fallback::Fragment;
use crate::phys::buddy::{Freed, Placement};
use crate::phys::zone::frames::Frames;
use crate::phys::zone::lists::PCP_LISTS;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::vmstat::{VmEvent, ZoneStat};
use crate::phys::zone::{ZoneFlag, ZoneId};
use crate::store::{End, Journal, Kind, PageState, Table, TableId};
use crate::trace::Trace;
use crate::units::{Order, Pfn, low8, low32};

/// What happened on a processor's lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// An empty list got blocks from the buddy.
    Refill {
        /// Zone of the blocks.
        zone: ZoneId,
        /// Processor of the list.
        cpu: CpuId,
        /// Order of the blocks.
        order: Order,
        /// Type of the list.
        mt: MigrateType,
        /// Blocks asked for.
        want: u32,
        /// Blocks that there were.
        got: u32,
        /// Pages on all of the processor's lists of the zone afterwards.
        count: u32,
    },
    /// A block was put on a list's tail while refilling.
    Stock {
        /// Zone of the block.
        zone: ZoneId,
        /// Processor of the list.
        cpu: CpuId,
        /// Order of the block.
        order: Order,
        /// Type of the list.
        mt: MigrateType,
        /// The block.
        pfn: Pfn,
    },
    /// The block at a list's head was handed out.
    Get {
        /// Zone of the block.
        zone: ZoneId,
        /// Processor of the list.
        cpu: CpuId,
        /// Order of the block.
        order: Order,
        /// Type of the list.
        mt: MigrateType,
        /// The block.
        pfn: Pfn,
        /// Pages on all of the processor's lists of the zone afterwards.
        count: u32,
    },
    /// A freed block was put on a list's head.
    Put {
        /// Zone of the block.
        zone: ZoneId,
        /// Processor of the list.
        cpu: CpuId,
        /// Order of the block.
        order: Order,
        /// Type of its pageblock.
        mt: MigrateType,
        /// The block.
        pfn: Pfn,
        /// Pages on all of the processor's lists of the zone afterwards.
        count: u32,
    },
    /// The lists hold too much: pages go back to the buddy.
    Excess {
        /// Zone of the lists.
        zone: ZoneId,
        /// Processor of the lists.
        cpu: CpuId,
        /// Pages on them.
        count: u32,
        /// Pages they may hold.
        high: u32,
        /// Pages that go back.
        excess: u32,
        /// `free_factor` afterwards: a run of frees gives back twice as much each time.
        free_factor: u8,
    },
    /// A block left the tail of a list for the buddy.
    Drain {
        /// Zone of the block.
        zone: ZoneId,
        /// Processor of the list.
        cpu: CpuId,
        /// Order of the block.
        order: Order,
        /// Type of the list it goes to.
        mt: MigrateType,
        /// The block.
        pfn: Pfn,
    },
}

/// Largest order below the huge page's that the lists keep, `PAGE_ALLOC_COSTLY_ORDER`.
const ORDER_MAX: Order = Order::new(3);
/// Cap of `free_factor`, `CONFIG_PCP_BATCH_SCALE_MAX`.
const FREE_FACTOR_MAX: u64 = 5;
/// Index of the first of the two lists of huge pages: movable ones have the second.
const HUGE_LISTS: u8 = 12;

/// Words of a processor's lists of a zone in the table.
const STRIDE: u32 = 4;
const COUNT: u32 = 0;
const HIGH: u32 = 1;
const BATCH: u32 = 2;
const FREE_FACTOR: u32 = 3;

/// Counters of the per-CPU lists, `struct per_cpu_pages`.
#[derive(Clone, Debug)]
pub struct PerCpuPages {
    cpus: u32,
    pub(crate) words: Table,
}

impl PerCpuPages {
    /// Makes the counters of this many zones and processors, all zero.
    pub fn new(zones: u32, cpus: u32) -> PerCpuPages {
        PerCpuPages { cpus, words: Table::new(TableId::Pcp, u64::from(zones * cpus * STRIDE)) }
    }

    /// Returns the words of a processor's lists of a zone, to ask whether a step touched them.
    pub fn slots(&self, zone: ZoneId, cpu: CpuId) -> core::ops::Range<u64> {
        let first = u64::from(self.at(zone, cpu, COUNT));
        first..first + u64::from(STRIDE)
    }

    /// Returns the pages on the lists.
    #[inline]
    pub fn count(&self, zone: ZoneId, cpu: CpuId) -> u64 {
        self.words.get(self.at(zone, cpu, COUNT))
    }

    /// Returns the pages that the lists may hold.
    #[inline]
    pub fn high(&self, zone: ZoneId, cpu: CpuId) -> u64 {
        self.words.get(self.at(zone, cpu, HIGH))
    }

    /// Returns the pages that move between a list and the buddy at a time.
    #[inline]
    pub fn batch(&self, zone: ZoneId, cpu: CpuId) -> u64 {
        self.words.get(self.at(zone, cpu, BATCH))
    }

    /// Returns how often in a row pages went back to the buddy without an allocation.
    #[inline]
    pub fn free_factor(&self, zone: ZoneId, cpu: CpuId) -> u64 {
        self.words.get(self.at(zone, cpu, FREE_FACTOR))
    }

    /// Returns the zone that word `index` of the table belongs to.
    pub fn zone_of_word(&self, index: u64) -> ZoneId {
        ZoneId(low8(index / u64::from(self.cpus * STRIDE)))
    }

    /// Writes the limits of the lists.
    pub(crate) fn set_limits(
        &mut self,
        zone: ZoneId,
        cpu: CpuId,
        high: u64,
        batch: u64,
        journal: &mut Journal,
    ) {
        self.words.set(self.at(zone, cpu, HIGH), high, journal);
        self.words.set(self.at(zone, cpu, BATCH), batch, journal);
    }

    #[inline]
    pub(crate) fn add_count(&mut self, zone: ZoneId, cpu: CpuId, by: i64, journal: &mut Journal) {
        self.words.add(self.at(zone, cpu, COUNT), by, journal);
    }

    #[inline]
    pub(crate) fn set_free_factor(&mut self, zone: ZoneId, cpu: CpuId, factor: u64, journal: &mut Journal) {
        self.words.set(self.at(zone, cpu, FREE_FACTOR), factor, journal);
    }

    #[inline]
    fn at(&self, zone: ZoneId, cpu: CpuId, word: u32) -> u32 {
        (u32::from(zone.0) * self.cpus + u32::from(cpu.0)) * STRIDE + word
    }
}

/// Returns the index of the list that keeps blocks of `order` and type `mt`, `None` if the
/// processors keep no such blocks. Types that have no list of their own share the movable one.
#[inline]
pub fn list_index(order: Order, mt: MigrateType, pageblock_order: Order) -> Option<u8> {
    let mt = if mt.is_on_cpu_lists() { mt } else { MigrateType::Movable };
    if order <= ORDER_MAX {
        Some(order.get() * 3 + mt.code())
    } else if order == pageblock_order {
        Some(HUGE_LISTS + u8::from(mt == MigrateType::Movable))
    } else {
        None
    }
}

/// Returns the order of the blocks on list `index`.
#[inline]
pub fn list_order(index: u8, pageblock_order: Order) -> Order {
    if index >= HUGE_LISTS { pageblock_order } else { Order::new(index / 3) }
}

/// Returns the type that list `index` is for; the unmovable huge list serves reclaimable ones too.
#[inline]
pub fn list_type(index: u8) -> MigrateType {
    MigrateType::from_code(if index >= HUGE_LISTS { index - HUGE_LISTS } else { index % 3 })
}

/// Lists visited in turn; those found empty at either edge are left out from then on.
struct Rounds {
    at: u8,
    low: u8,
    high: u8,
}

impl Rounds {
    fn starting_at(index: u8) -> Rounds {
        Rounds { at: index, low: 0, high: PCP_LISTS - 1 }
    }

    /// Moves to the next list for which `filled` holds; there must be one.
    #[inline]
    fn next(&mut self, filled: impl Fn(u8) -> bool) -> u8 {
        loop {
            if self.at > self.high {
                self.at = self.low;
            }
            let index = self.at;
            self.at += 1;
            if filled(index) {
                return index;
            }
            if index == self.high {
                self.high -= 1;
            }
            if index == self.low {
                self.low += 1;
            }
        }
    }
}

impl PerCpuPages {
    /// Hands out a block from the processor's list, refilled first if it is empty. `None` when
    /// the zone has no such block, or the order is not kept per processor.
    #[inline]
    pub(in crate::phys) fn take(
        &mut self,
        frames: &mut Frames,
        want: &PcpRequest,
        tr: &mut Trace,
    ) -> Option<Pfn> {
        list_index(want.order, want.mt, frames.pageblock_order())?;
        let factor = self.free_factor(want.zone, want.cpu);
        self.set_free_factor(want.zone, want.cpu, factor >> 1, tr);
        self.next(frames, want, tr)
    }

    /// The same without the note that somebody allocates, 6.1 `__rmqueue_pcplist`.
    #[inline]
    pub(in crate::phys) fn next(
        &mut self,
        frames: &mut Frames,
        want: &PcpRequest,
        tr: &mut Trace,
    ) -> Option<Pfn> {
        let PcpRequest { zone, cpu, order, mt, .. } = *want;
        let index = list_index(order, mt, frames.pageblock_order())?;
        tr.spend(Cost::PcpList);
        let list = frames.lists.pcp(zone, cpu, index);
        if frames.mem_map.first(list).is_none() {
            self.refill(frames, want, index, tr);
        }
        let pfn = frames.mem_map.list_take(list, allocated(order), tr)?;
        self.add_count(zone, cpu, -i64::from(order.pages()), tr);
        tr.emit(Event::Get { zone, cpu, order, mt, pfn, count: low32(self.count(zone, cpu)) });
        Some(pfn)
    }

    /// Puts a freed block on the processor's list, and sends back what is too many.
    #[inline]
    pub(in crate::phys) fn give(&mut self, frames: &mut Frames, freed: Freed, index: u8, tr: &mut Trace) {
        let Freed { zone, pfn, order, mt, cpu } = freed;
        tr.spend(Cost::PcpList);
        frames.vmstat.count(VmEvent::Pgfree, order.pages(), tr);
        frames.mem_map.list_put(frames.lists.pcp(zone, cpu, index), pfn, stocked(order, mt), End::Head, tr);
        self.add_count(zone, cpu, i64::from(order.pages()), tr);
        let count = self.count(zone, cpu);
        tr.emit(Event::Put { zone, cpu, order, mt, pfn, count: low32(count) });
        let is_high_order_run = self.free_factor(zone, cpu) > 0 && order > Order::ZERO && order <= ORDER_MAX;
        let high = if is_high_order_run { 0 } else { self.limit(frames, zone, cpu) };
        if count >= high {
            let excess = if is_high_order_run { count } else { self.excess(zone, cpu, high, tr) };
            let free_factor = low8(self.free_factor(zone, cpu));
            let (count, high) = (low32(count), low32(high));
            tr.emit(Event::Excess { zone, cpu, count, high, excess: low32(excess), free_factor });
            self.drain_some(frames, zone, cpu, excess, index, tr);
        }
    }

    /// Sends everything on the lists of `cpu` for `zone` back to the buddy.
    pub(in crate::phys) fn drain(&mut self, frames: &mut Frames, zone: ZoneId, cpu: CpuId, tr: &mut Trace) {
        let count = self.count(zone, cpu);
        if count > 0 {
            self.drain_some(frames, zone, cpu, count, 0, tr);
        }
    }

    /// Returns the pages that the lists may hold right now.
    #[inline]
    pub(in crate::phys) fn limit(&self, frames: &Frames, zone: ZoneId, cpu: CpuId) -> u64 {
        let high = self.high(zone, cpu);
        if frames.zones.has_flag(zone, ZoneFlag::ReclaimActive) {
            // While kswapd works here, free pages are wanted in the buddy.
            high.min(self.batch(zone, cpu) * 4)
        } else {
            high
        }
    }

    /// Returns how many pages go back, more for each time in a row, 6.1 `nr_pcp_free`.
    fn excess(&mut self, zone: ZoneId, cpu: CpuId, high: u64, tr: &mut Trace) -> u64 {
        let batch = self.batch(zone, cpu);
        if high < batch {
            return 1;
        }
        let factor = self.free_factor(zone, cpu);
        let most = high - batch;
        let scaled = batch << factor;
        if scaled < most && factor < FREE_FACTOR_MAX {
            self.set_free_factor(zone, cpu, factor + 1, tr);
        }
        scaled.max(batch).min(most)
    }

    /// Fills an empty list with a batch of blocks, 6.1 `rmqueue_bulk`.
    #[inline(never)]
    fn refill(&mut self, frames: &mut Frames, want: &PcpRequest, index: u8, tr: &mut Trace) {
        let PcpRequest { zone, cpu, order, mt, fragment } = *want;
        tr.span(Func::RmqueueBulk, |tr| {
            let list = frames.lists.pcp(zone, cpu, index);
            let batch = low32(self.batch(zone, cpu));
            let blocks = if batch > 1 { (batch >> order.get()).max(2) } else { batch };
            let mut got = 0;
            while got < blocks
                && let Some(pfn) = frames.take_or_steal(zone, order, mt, fragment, tr)
            {
                frames.mem_map.list_put(list, pfn, stocked(order, mt), End::Tail, tr);
                tr.emit(Event::Stock { zone, cpu, order, mt, pfn });
                if frames.pageblock_type(pfn) == MigrateType::Cma {
                    frames.vmstat.mod_zone(zone, ZoneStat::NrFreeCma, -i64::from(order.pages()), cpu, tr);
                }
                got += 1;
            }
            let pages = i64::from(got << order.get());
            frames.vmstat.mod_zone(zone, ZoneStat::NrFreePages, -pages, cpu, tr);
            self.add_count(zone, cpu, pages, tr);
            let count = low32(self.count(zone, cpu));
            tr.emit(Event::Refill { zone, cpu, order, mt, want: blocks, got, count });
        });
    }

    /// Sends at least `pages` pages back, oldest first: all of list `first`, then of the lists
    /// after it in turn, 6.1 `free_pcppages_bulk`.
    #[inline(never)]
    fn drain_some(
        &mut self,
        frames: &mut Frames,
        zone: ZoneId,
        cpu: CpuId,
        pages: u64,
        first: u8,
        tr: &mut Trace,
    ) {
        tr.span(Func::FreePcppagesBulk, |tr| {
            let mut left = i64::from(low32(pages.min(self.count(zone, cpu))));
            let mut rounds = Rounds::starting_at(first);
            while left > 0 {
                let index =
                    rounds.next(|index| frames.mem_map.first(frames.lists.pcp(zone, cpu, index)).is_some());
                let list = frames.lists.pcp(zone, cpu, index);
                let order = list_order(index, frames.pageblock_order());
                while left > 0
                    && let Some(pfn) = frames.mem_map.last(list)
                {
                    let size = i64::from(order.pages());
                    left -= size;
                    let mt = MigrateType::from_code(frames.mem_map.state(pfn).list_type());
                    frames.mem_map.list_del(pfn, tr);
                    self.add_count(zone, cpu, -size, tr);
                    tr.emit(Event::Drain { zone, cpu, order, mt, pfn });
                    frames.free_block(Freed { zone, pfn, order, mt, cpu }, Placement::ByMergeChance, tr);
                }
            }
        });
    }
}

/// What is asked of a processor's lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::phys) struct PcpRequest {
    /// Zone to take from.
    pub(in crate::phys) zone: ZoneId,
    /// Processor that asks.
    pub(in crate::phys) cpu: CpuId,
    /// Order of the block.
    pub(in crate::phys) order: Order,
    /// Type of the block.
    pub(in crate::phys) mt: MigrateType,
    /// What a refill may do to other types' pageblocks.
    pub(in crate::phys) fragment: Fragment,
}

/// The state of a block on a processor's list, which remembers the type it goes back to.
#[inline]
pub(in crate::phys) fn stocked(order: Order, mt: MigrateType) -> PageState {
    PageState::head(Kind::Pcp, order).with_list_type(mt.code())
}

/// The state of a block just handed out.
#[inline]
pub(in crate::phys) fn allocated(order: Order) -> PageState {
    PageState::head(Kind::Kernel, order).with_refcount(1)
}
