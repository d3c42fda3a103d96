//! The common case without a record: a single page, from a processor's list and back.
//!
//! Changes exactly what the long way would change, counts its events and its time, or changes
//! nothing at all and leaves the request to it. Once it is clear that nothing is recorded, the
//! setters come without their journal. A test holds the two ways to each other.

use super::Context;
use crate::config::CpuId;
use crate::cost::Cost;
use crate::phys::Phys;
use crate::phys::buddy::pcp::{allocated, stocked};
use crate::phys::zone::vmstat::VmEvent;
use crate::phys::zone::{Wmark, ZoneFlag, ZoneId};
use crate::store::End;
use crate::store::page::Owner;
use crate::trace::Trace;
use crate::units::{Nanos, Order, Pfn};

/// Events of an allocation besides the tests of marks: the request, the list, the page.
const ALLOC_EVENTS: u64 = 3;
/// Events of a free: the page, the list.
const FREE_EVENTS: u64 = 2;

impl Phys {
    /// Allocates a page if the processor's list of the first zone that can spare one has it.
    #[inline]
    pub(super) fn alloc_quick(&mut self, ctx: &Context, tr: &mut Trace) -> Option<Pfn> {
        if tr.is_detailed() || ctx.req.order != Order::ZERO {
            return None;
        }
        let (zone, tests) = self.zone_to_spare(ctx)?;
        let cpu = ctx.req.cpu;
        let list = self.frames.lists.pcp(zone, cpu, ctx.mt.code());
        let pfn = self.frames.mem_map.list_take(list, allocated(Order::ZERO), tr)?;
        self.pcp.set_free_factor(zone, cpu, self.pcp.free_factor(zone, cpu) >> 1, tr);
        self.pcp.add_count(zone, cpu, -1, tr);
        self.count_allocation(ctx, zone, tr);
        tr.skip(
            ALLOC_EVENTS + tests,
            Nanos(tests * Cost::WatermarkCheck.nanos().0 + Cost::PcpList.nanos().0),
        );
        Some(pfn)
    }

    /// Returns the first zone that can spare a page, and how many were tested; `None` where more
    /// than that is to be thought of.
    #[inline]
    fn zone_to_spare(&self, ctx: &Context) -> Option<(ZoneId, u64)> {
        let mut tests = 0;
        for &zone in self.nodes[usize::from(ctx.req.node.0)].zonelist(ctx.req.gfp) {
            if self.frames.zones.get(zone).class > ctx.class {
                continue;
            }
            if self.is_remote(zone, ctx) {
                return None;
            }
            tests += 1;
            if self.frames.spares_page(zone, Wmark::Low, ctx.class) {
                let is_boosted = self.frames.zones.has_flag(zone, ZoneFlag::BoostedWatermark);
                return (!is_boosted).then_some((zone, tests));
            }
        }
        None
    }

    /// Frees a page to the processor's list where that has room; returns whether it has.
    #[inline]
    pub(super) fn free_quick(&mut self, pfn: Pfn, order: Order, cpu: CpuId, tr: &mut Trace) -> bool {
        if tr.is_detailed() || order != Order::ZERO {
            return false;
        }
        let (zone, mt) = (self.zone_of(pfn), self.pageblock_type(pfn));
        if !mt.is_on_cpu_lists() || self.pcp.count(zone, cpu) + 1 >= self.pcp.limit(&self.frames, zone, cpu) {
            return false;
        }
        self.frames.mem_map.set_owner(pfn, Owner::NONE, tr);
        let list = self.frames.lists.pcp(zone, cpu, mt.code());
        self.frames.mem_map.list_put(list, pfn, stocked(Order::ZERO, mt), End::Head, tr);
        self.pcp.add_count(zone, cpu, 1, tr);
        self.frames.vmstat.count(VmEvent::Pgfree, 1, tr);
        tr.skip(FREE_EVENTS, Cost::PcpList.nanos());
        true
    }
}
