//! Entry points of the page allocator: which zones to try, and on what terms.
//!
//! First every zone that keeps its low mark, without breaking pageblocks of other types up;
//! then the slow path ([`super::slowpath`]). Mirrors 6.1 `mm/page_alloc.c`: `__alloc_pages`,
//! `get_page_from_freelist`, `rmqueue`, `__free_pages`, `free_unref_page_list`.

mod bulk;
mod quick;

use crate::config::{CpuId, NodeId};
use crate::func::Func;
use crate::gfp::Gfp;
use crate::phys::Phys;
use crate::phys::buddy::fallback::Fragment;
use crate::phys::buddy::pcp::{PcpRequest, allocated, list_index};
use crate::phys::buddy::{Freed, Placement};
use crate::phys::relief::Relief;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::vmstat::{NumaStat, VmEvent};
use crate::phys::zone::watermark::{Privileges, Query};
use crate::phys::zone::{Wmark, ZoneFlag, ZoneId, ZoneKind};
use crate::store::page::Owner;
use crate::trace::Trace;
use crate::units::{Order, Pfn};

pub use bulk::Bulk;

/// What happened to a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// A request came in; flags decided the zones and the type.
    Request {
        /// Order wanted.
        order: Order,
        /// Flags.
        gfp: Gfp,
        /// Node to begin with.
        node: NodeId,
        /// Highest zone allowed.
        highest: ZoneKind,
        /// Type wanted.
        mt: MigrateType,
    },
    /// No zone had a whole pageblock to give: types may be mixed now.
    AllowFragments {
        /// Order wanted.
        order: Order,
        /// Type wanted.
        mt: MigrateType,
    },
    /// No zone was above its low mark: kswapd is called, the minimum mark counts now.
    Slowpath {
        /// Order wanted.
        order: Order,
        /// Flags.
        gfp: Gfp,
    },
    /// kswapd is to be woken for a zone, because its marks were raised.
    WakeForBoost {
        /// The zone.
        zone: ZoneId,
    },
    /// A pageblock was set aside for high-order requests that cannot wait.
    ReserveHighAtomic {
        /// Zone of the pageblock.
        zone: ZoneId,
        /// Its first frame.
        first: Pfn,
    },
    /// A pageblock of those set aside went back to ordinary use.
    UnreserveHighAtomic {
        /// Zone of the pageblock.
        zone: ZoneId,
        /// Its first frame.
        first: Pfn,
        /// Its type now.
        mt: MigrateType,
        /// Pages of the zone that are still held back.
        left: u32,
    },
    /// A block was handed out (`mm_page_alloc`).
    Allocated {
        /// The block.
        pfn: Pfn,
        /// Its order.
        order: Order,
        /// Zone it came from.
        zone: ZoneId,
        /// Type wanted.
        mt: MigrateType,
        /// Flags.
        gfp: Gfp,
    },
    /// No zone could serve the request.
    Failed {
        /// Order wanted.
        order: Order,
        /// Flags.
        gfp: Gfp,
    },
    /// A block was given back (`mm_page_free`).
    Freed {
        /// The block.
        pfn: Pfn,
        /// Its order.
        order: Order,
    },
    /// A page of a batch was given back (`mm_page_free_batched`).
    FreedBatched {
        /// The page.
        pfn: Pfn,
    },
}

/// What somebody wants from the page allocator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AllocRequest {
    /// Frames wanted, as a power of two.
    pub order: Order,
    /// Which zones, which type, how urgent.
    pub gfp: Gfp,
    /// Processor that asks.
    pub cpu: CpuId,
    /// Node to begin with.
    pub node: NodeId,
}

impl AllocRequest {
    /// Makes a request of the first processor on the first node.
    pub const fn new(order: Order, gfp: Gfp) -> AllocRequest {
        AllocRequest { order, gfp, cpu: CpuId(0), node: NodeId(0) }
    }
}

/// On what terms the zones are tried.
#[derive(Clone, Copy)]
pub(in crate::phys) struct Terms {
    /// The mark to keep; `None` ignores all of them.
    pub(in crate::phys) level: Option<Wmark>,
    pub(in crate::phys) privileges: Privileges,
    pub(in crate::phys) fragment: Fragment,
}

/// A request with what follows from its flags.
#[derive(Clone, Copy)]
pub(in crate::phys) struct Context {
    pub(in crate::phys) req: AllocRequest,
    pub(in crate::phys) class: u8,
    pub(in crate::phys) mt: MigrateType,
    preferred: Option<ZoneId>,
}

impl Phys {
    /// Allocates a block. On success its head is of kind `Kernel` with one reference, and what
    /// is in it is the caller's to say. When memory is short, `relief` makes room.
    pub fn alloc_pages(&mut self, req: AllocRequest, relief: &mut dyn Relief, tr: &mut Trace) -> Option<Pfn> {
        let ctx = self.context(req);
        if let Some(pfn) = self.alloc_quick(&ctx, tr) {
            return Some(pfn);
        }
        tr.span(Func::AllocPages, |tr| {
            tr.emit_with(|| {
                let highest = self.kinds()[usize::from(ctx.class)];
                Event::Request { order: req.order, gfp: req.gfp, node: req.node, highest, mt: ctx.mt }
            });
            let wakes_kswapd = req.gfp.contains(Gfp::KSWAPD_RECLAIM);
            let fragment = Fragment { whole_blocks_only: self.avoids_fragments(&ctx), wakes_kswapd };
            let terms = Terms { level: Some(Wmark::Low), privileges: Privileges::default(), fragment };
            let found = self.get_page_from_freelist(&ctx, terms, tr);
            found.or_else(|| self.alloc_slowpath(&ctx, relief, tr))
        })
    }

    /// Frees a block that [`Phys::alloc_pages`] gave.
    pub fn free_pages(&mut self, pfn: Pfn, order: Order, cpu: CpuId, tr: &mut Trace) {
        if self.free_quick(pfn, order, cpu, tr) {
            return;
        }
        tr.span(Func::FreePages, |tr| {
            self.frames.mem_map.set_owner(pfn, Owner::NONE, tr);
            tr.emit(Event::Freed { pfn, order });
            self.free_unref(pfn, order, cpu, tr);
        });
    }

    /// Frees single pages that a processor has gathered, last gathered first, as 6.1
    /// `release_pages` hands them to `free_unref_page_list`.
    pub fn free_page_list(&mut self, pfns: &[Pfn], cpu: CpuId, tr: &mut Trace) {
        tr.span(Func::FreeUnrefPageList, |tr| {
            for &pfn in pfns.iter().rev() {
                self.frames.mem_map.set_owner(pfn, Owner::NONE, tr);
                tr.emit(Event::Freed { pfn, order: Order::ZERO });
            }
            for &pfn in pfns.iter().rev() {
                self.free_unref(pfn, Order::ZERO, cpu, tr);
                tr.emit(Event::FreedBatched { pfn });
            }
        });
    }

    /// Sends what every processor keeps back to the buddy.
    pub fn drain_all_pages(&mut self, tr: &mut Trace) {
        tr.span(Func::DrainAllPages, |tr| {
            for cpu in 0..self.cpus() {
                for zone in 0..self.frames.zones.len() {
                    self.pcp.drain(
                        &mut self.frames,
                        ZoneId(crate::units::low8(u64::from(zone))),
                        CpuId(cpu),
                        tr,
                    );
                }
            }
        });
    }

    #[inline]
    fn context(&self, req: AllocRequest) -> Context {
        let class = self.highest_class(req.gfp);
        let list = self.nodes[usize::from(req.node.0)].zonelist(req.gfp);
        let preferred = list.iter().copied().find(|&zone| self.frames.zones.get(zone).class <= class);
        Context { req, class, mt: MigrateType::of_request(req.gfp), preferred }
    }

    /// Returns whether the request shall rather go to a lower zone than mix types in its own:
    /// only when a DMA32 zone lies below a normal one, 6.1 `alloc_flags_nofragment`.
    #[inline]
    fn avoids_fragments(&self, ctx: &Context) -> bool {
        ctx.preferred.is_some_and(|zone| {
            let zone = self.frames.zones.get(zone);
            zone.kind == ZoneKind::Normal && {
                let below = self.frames.zones.get(self.frames.zones.of_node(zone.node, zone.class - 1));
                below.kind == ZoneKind::Dma32 && (self.nodes.len() == 1 || below.is_populated())
            }
        })
    }

    /// Tries the zones of the list in turn.
    #[inline]
    pub(in crate::phys) fn get_page_from_freelist(
        &mut self,
        ctx: &Context,
        terms: Terms,
        tr: &mut Trace,
    ) -> Option<Pfn> {
        tr.span(Func::GetPageFromFreelist, |tr| {
            let mut pfn = self.try_zones(ctx, terms, tr);
            if pfn.is_none() && terms.fragment.whole_blocks_only {
                tr.emit(Event::AllowFragments { order: ctx.req.order, mt: ctx.mt });
                let fragment = Fragment { whole_blocks_only: false, ..terms.fragment };
                pfn = self.try_zones(ctx, Terms { fragment, ..terms }, tr);
            }
            pfn
        })
    }

    #[inline]
    fn try_zones(&mut self, ctx: &Context, terms: Terms, tr: &mut Trace) -> Option<Pfn> {
        let node = usize::from(ctx.req.node.0);
        for at in 0..self.nodes[node].zonelist(ctx.req.gfp).len() {
            let zone = self.nodes[node].zonelist[at];
            if self.frames.zones.get(zone).class > ctx.class {
                continue;
            }
            if terms.fragment.whole_blocks_only && self.is_remote(zone, ctx) {
                // A remote page costs more than a mixed pageblock here.
                return None;
            }
            let passes = match terms.level {
                Some(level) => {
                    let privileges = terms.privileges;
                    let query = Query { order: ctx.req.order, level, class: ctx.class, privileges };
                    self.frames.watermark_ok(zone, query, tr)
                }
                None => true,
            };
            if passes && let Some(pfn) = self.rmqueue(ctx, zone, terms, tr) {
                return Some(pfn);
            }
        }
        None
    }

    /// Iterates over the zones that a request may use, best first.
    pub(in crate::phys) fn zones_of(&self, ctx: &Context) -> impl Iterator<Item = ZoneId> + '_ {
        let class = ctx.class;
        let list = self.nodes[usize::from(ctx.req.node.0)].zonelist(ctx.req.gfp);
        list.iter().copied().filter(move |&zone| self.frames.zones.get(zone).class <= class)
    }

    /// Returns whether `zone` is on another node than the zone the request would like best.
    #[inline]
    fn is_remote(&self, zone: ZoneId, ctx: &Context) -> bool {
        ctx.preferred.is_some_and(|preferred| {
            self.frames.zones.get(preferred).node != self.frames.zones.get(zone).node
        })
    }

    /// Takes a block from one zone, from the processor's lists or the buddy.
    #[inline(never)]
    fn rmqueue(&mut self, ctx: &Context, zone: ZoneId, terms: Terms, tr: &mut Trace) -> Option<Pfn> {
        tr.span(Func::Rmqueue, |tr| {
            let AllocRequest { order, gfp, cpu, .. } = ctx.req;
            let want = PcpRequest { zone, cpu, order, mt: ctx.mt, fragment: terms.fragment };
            let pfn = self
                .pcp
                .take(&mut self.frames, &want, tr)
                .or_else(|| self.rmqueue_buddy(&want, terms.privileges, tr));
            if let Some(pfn) = pfn {
                self.count_allocation(ctx, zone, tr);
                tr.emit(Event::Allocated { pfn, order, zone, mt: ctx.mt, gfp });
            }
            if terms.fragment.wakes_kswapd && self.frames.zones.has_flag(zone, ZoneFlag::BoostedWatermark) {
                self.frames.zones.clear_flag(zone, ZoneFlag::BoostedWatermark, tr);
                tr.emit(Event::WakeForBoost { zone });
            }
            if let Some(pfn) = pfn
                && order > Order::ZERO
                && terms.privileges.harder
            {
                self.reserve_high_atomic(zone, pfn, tr);
            }
            pfn
        })
    }

    /// Takes a block straight from the buddy.
    fn rmqueue_buddy(&mut self, want: &PcpRequest, privileges: Privileges, tr: &mut Trace) -> Option<Pfn> {
        let PcpRequest { zone, cpu, order, mt, fragment } = *want;
        let reserved = if order > Order::ZERO && privileges.harder {
            self.frames.take_smallest(zone, order, MigrateType::HighAtomic, tr)
        } else {
            None
        };
        let pfn = reserved.or_else(|| self.frames.take_or_steal(zone, order, mt, fragment, tr))?;
        let block_type = self.pageblock_type(pfn);
        self.frames.account_free(zone, order, block_type, -1, cpu, tr);
        self.frames.mem_map.set_state(pfn, allocated(order), tr);
        Some(pfn)
    }

    #[inline(always)]
    fn count_allocation(&mut self, ctx: &Context, zone: ZoneId, tr: &mut Trace) {
        let kind = self.frames.zones.get(zone).kind;
        self.frames.vmstat.count(VmEvent::pgalloc(kind), ctx.req.order.pages(), tr);
        if !self.has_numa_stats() {
            return;
        }
        let node = self.frames.zones.get(zone).node;
        let preferred = ctx.preferred.unwrap_or(zone);
        let is_local = node == self.node_of_cpu(ctx.req.cpu);
        self.frames.vmstat.count_numa(
            zone,
            if is_local { NumaStat::NumaLocal } else { NumaStat::NumaOther },
            tr,
        );
        if node == self.frames.zones.get(preferred).node {
            self.frames.vmstat.count_numa(zone, NumaStat::NumaHit, tr);
        } else {
            self.frames.vmstat.count_numa(zone, NumaStat::NumaMiss, tr);
            self.frames.vmstat.count_numa(preferred, NumaStat::NumaForeign, tr);
        }
    }

    /// Gives a block to the processor's lists or, if they keep no such block, to the buddy.
    #[inline]
    fn free_unref(&mut self, pfn: Pfn, order: Order, cpu: CpuId, tr: &mut Trace) {
        let freed = Freed { zone: self.zone_of(pfn), pfn, order, mt: self.pageblock_type(pfn), cpu };
        match list_index(order, freed.mt, self.pageblock_order()) {
            Some(index) if freed.mt != MigrateType::Isolate => {
                self.pcp.give(&mut self.frames, freed, index, tr);
            }
            Some(_) | None => {
                self.frames.vmstat.count(VmEvent::Pgfree, order.pages(), tr);
                self.frames.free_block(freed, Placement::ByMergeChance, tr);
            }
        }
    }
}
