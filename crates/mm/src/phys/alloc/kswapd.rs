//! Calling kswapd: which nodes have reason to reclaim, and which only lack large blocks.
//!
//! The daemon itself is not here: an allocation says what it would be woken for. Mirrors 6.1
//! `mm/page_alloc.c: wake_all_kswapds`, `mm/vmscan.c`: `wakeup_kswapd`, `pgdat_balanced`.

use super::page_alloc::Context;
use super::slowpath::Event;
use crate::config::NodeId;
use crate::gfp::Gfp;
use crate::phys::Phys;
use crate::phys::zone::vmstat::ZoneStat;
use crate::phys::zone::watermark::{Privileges, Query, Verdict};
use crate::phys::zone::{Wmark, ZoneId};
use crate::trace::Trace;
use crate::units::{Order, unsigned};

/// Whether kswapd of a node has anything to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeState {
    /// No zone of the request keeps its high mark at this order: kswapd is woken.
    Short,
    /// A zone has its marks raised: kswapd is woken to bring them down.
    Boosted,
    /// A zone keeps its high mark: it is not woken.
    Balanced,
}

impl Phys {
    /// Calls kswapd of every node in the request's zonelist; where it has nothing to do, and the
    /// caller cannot compact for itself, kcompactd.
    pub(in crate::phys) fn wake_all_kswapds(&mut self, ctx: &Context, tr: &mut Trace) {
        let mut last = None;
        let zones: Vec<ZoneId> = self.zones_of(ctx).collect();
        for zone in zones {
            let node = self.frames.zones.get(zone).node;
            if last == Some(node) {
                continue;
            }
            last = Some(node);
            let order = ctx.req.order;
            let state = self.node_state(node, order, ctx.class);
            let highest = self.kinds()[usize::from(ctx.class)];
            tr.emit(Event::WakeKswapd { node, order, highest, state });
            if state == NodeState::Balanced && !ctx.req.gfp.contains(Gfp::DIRECT_RECLAIM) {
                self.wakeup_kcompactd(node, order, ctx.class, tr);
            }
        }
    }

    /// Returns whether kswapd would find anything to do on a node.
    fn node_state(&self, node: NodeId, order: Order, class: u8) -> NodeState {
        let zones = || (0..=class).map(|class| self.frames.zones.of_node(node, class));
        let mut managed = zones().filter(|&zone| self.frames.zones.get(zone).is_managed());
        let balanced = managed.any(|zone| self.is_balanced(zone, order, class));
        match () {
            () if !balanced => NodeState::Short,
            () if zones().any(|zone| self.frames.zones.boost(zone) > 0) => NodeState::Boosted,
            () => NodeState::Balanced,
        }
    }

    /// Returns whether a zone keeps its high mark, boost included.
    fn is_balanced(&self, zone: ZoneId, order: Order, class: u8) -> bool {
        let mark = self.frames.zones.watermark(zone, Wmark::High) + self.frames.zones.boost(zone);
        let query = Query { order, level: Wmark::High, class, privileges: Privileges::default() };
        self.frames.watermark_test(zone, query, mark, self.free_pages_safe(zone)).0 == Verdict::Ok
    }

    /// Returns the free pages of a zone, exactly where what the processors hold back could
    /// hide that a mark is broken (6.1 `zone_watermark_ok_safe`).
    fn free_pages_safe(&self, zone: ZoneId) -> u64 {
        let free = self.frames.vmstat.zone(zone, ZoneStat::NrFreePages);
        let could_hide = free < self.percpu_drift_mark(zone);
        if could_hide {
            unsigned(self.frames.vmstat.zone_exact(zone, ZoneStat::NrFreePages).max(0))
        } else {
            free
        }
    }

    /// Returns the free pages of a zone below which they are counted exactly; 0 where all that
    /// the processors can hold back lies between two marks (6.1 `refresh_zone_stat_thresholds`).
    pub fn percpu_drift_mark(&self, zone: ZoneId) -> u64 {
        let mark = |mark| self.frames.zones.watermark(zone, mark);
        let drift = u64::from(self.cpus()) * self.frames.vmstat.threshold(zone);
        if drift > mark(Wmark::Low) - mark(Wmark::Min) { mark(Wmark::High) + drift } else { 0 }
    }
}
