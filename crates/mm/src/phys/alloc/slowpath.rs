//! The slow path: what is tried, in which order, when no zone is above its low mark.
//!
//! kswapd is called and the minimum mark counts. A request that may wait then goes round:
//! reserves, reclaim, compaction, and again while that leads anywhere; at last a process is
//! killed for it. What reclaims, moves and kills is lent by the caller ([`Relief`]). Mirrors
//! 6.1 `mm/page_alloc.c`: `__alloc_pages_slowpath` and what it calls.

mod event;

pub use event::{Event, GiveUp, NoKill, Reserve};

use super::highatomic::Spare;
use super::page_alloc::{AllocRequest, Context, Terms};
use crate::func::Func;
use crate::gfp::Gfp;
use crate::phys::Phys;
use crate::phys::buddy::fallback::Fragment;
use crate::phys::compaction::{CompactPriority, CompactRequest, CompactResult, Compacted};
use crate::phys::relief::{FailedAlloc, Kill, OomControl, ReclaimRequest, Relief};
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::vmstat::{VmEvent, ZoneStat};
use crate::phys::zone::watermark::{Privileges, Query, Verdict};
use crate::phys::zone::{Wmark, ZoneId, ZoneKind};
use crate::trace::Trace;
use crate::units::{Order, Pfn, low32, unsigned};

/// Blocks above this order are not worth a process's life (`PAGE_ALLOC_COSTLY_ORDER`).
const COSTLY_ORDER: Order = Order::new(3);
/// Rounds without progress (`MAX_RECLAIM_RETRIES`).
const RECLAIM_RETRIES_MAX: u32 = 16;
/// Compactions that made a block which somebody else took (`MAX_COMPACT_RETRIES`).
const COMPACT_RETRIES_MAX: u32 = 16;

/// A request on the slow path.
struct Slow {
    ctx: Context,
    gfp: Gfp,
    terms: Terms,
    priority: CompactPriority,
    result: CompactResult,
    compaction_retries: u32,
    no_progress_loops: u32,
    reserve: Option<Reserve>,
    /// Whether this round freed anything: without, the next one would be the same.
    progress: bool,
}

/// How an attempt ended.
enum Turn {
    Got(Pfn),
    Again,
    GiveUp(GiveUp),
}

impl Slow {
    fn new(ctx: &Context, relief: &dyn Relief) -> Slow {
        let mut gfp = ctx.req.gfp;
        // Who can wait has no business with the reserves of those who cannot.
        if gfp.contains(Gfp::ATOMIC_BIT | Gfp::DIRECT_RECLAIM) {
            gfp = gfp.without(Gfp::ATOMIC_BIT);
        }
        let mut privileges = Privileges::of(gfp);
        // What runs in real time shall not wait for memory (`ALLOC_MIN_RESERVE`).
        privileges.high |= relief.is_real_time(ctx.req.cpu);
        let fragment = Fragment { whole_blocks_only: false, wakes_kswapd: gfp.contains(Gfp::KSWAPD_RECLAIM) };
        Slow {
            ctx: *ctx,
            gfp,
            terms: Terms { level: Some(Wmark::Min), privileges, fragment },
            priority: CompactPriority::SyncLight,
            result: CompactResult::Skipped,
            compaction_retries: 0,
            no_progress_loops: 0,
            reserve: None,
            progress: false,
        }
    }

    fn order(&self) -> Order {
        self.ctx.req.order
    }

    fn is_costly(&self) -> bool {
        self.order() > COSTLY_ORDER
    }

    fn can_compact(&self) -> bool {
        self.gfp.contains(Gfp::IO)
    }

    fn compact_request(&self, phys: &Phys, priority: CompactPriority) -> CompactRequest {
        let AllocRequest { order, cpu, .. } = self.ctx.req;
        CompactRequest {
            order,
            gfp: self.gfp,
            class: self.ctx.class,
            priority,
            zonelist: phys.zones_of(&self.ctx).collect(),
            level: self.terms.level,
            privileges: self.terms.privileges,
            cpu,
        }
    }
}

impl Phys {
    /// Finds memory though no zone is above its low mark.
    #[cold]
    #[inline(never)]
    pub(in crate::phys) fn alloc_slowpath(
        &mut self,
        ctx: &Context,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) -> Option<Pfn> {
        tr.span(Func::AllocPagesSlowpath, |tr| {
            let AllocRequest { order, gfp, cpu, .. } = ctx.req;
            tr.emit(super::page_alloc::Event::Slowpath { order, gfp });
            let slow = &mut Slow::new(ctx, relief);
            let mut turn = self.first_attempt(slow, relief, tr);
            let got = loop {
                turn = match turn {
                    Turn::Got(pfn) => break Ok(pfn),
                    Turn::Again => self.attempt(slow, relief, tr),
                    Turn::GiveUp(why) => match self.insist(slow, why, tr) {
                        Turn::GiveUp(why) => break Err(why),
                        turn @ (Turn::Got(_) | Turn::Again) => turn,
                    },
                };
            };
            if let Err(why) = got {
                tr.emit(Event::GiveUp { order, why });
                // A kernel that has panicked writes no report of this.
                if !gfp.contains(Gfp::NOWARN) && !matches!(why, GiveUp::Panic | GiveUp::Endless) {
                    relief.warn_alloc(self, FailedAlloc { order, gfp: slow.gfp, cpu }, tr);
                }
                tr.emit(super::page_alloc::Event::Failed { order, gfp });
            }
            got.ok()
        })
    }

    /// Tries at the minimum mark; for large blocks, lets memory be compacted before it is
    /// reclaimed: there are frames enough, most likely.
    fn first_attempt(&mut self, slow: &mut Slow, relief: &mut dyn Relief, tr: &mut Trace) -> Turn {
        let calls_kswapd = slow.terms.fragment.wakes_kswapd;
        tr.emit(Event::Rights { privileges: slow.terms.privileges, calls_kswapd });
        if calls_kswapd {
            self.wake_all_kswapds(&slow.ctx, tr);
        }
        if let Some(pfn) = self.get_page_from_freelist(&slow.ctx, slow.terms, tr) {
            return Turn::Got(pfn);
        }
        let mixes = slow.order() > Order::ZERO && slow.ctx.mt != MigrateType::Movable;
        let compacts = slow.gfp.contains(Gfp::DIRECT_RECLAIM) && slow.can_compact();
        if compacts && (slow.is_costly() || mixes) && reserve_of(slow, relief).is_none() {
            if let Some(pfn) = self.direct_compact(slow, CompactPriority::Async, relief, tr) {
                return Turn::Got(pfn);
            }
            if slow.is_costly() && slow.gfp.contains(Gfp::NORETRY) {
                if matches!(slow.result, CompactResult::Skipped | CompactResult::Deferred) {
                    return Turn::GiveUp(GiveUp::NoCompaction);
                }
                // One node is not to be reclaimed for what another may have.
                if slow.gfp.contains(Gfp::THISNODE) {
                    return Turn::GiveUp(GiveUp::ThisNode);
                }
                slow.priority = CompactPriority::Async;
            }
        }
        Turn::Again
    }

    /// Goes round once: reserves, reclaim, compaction, and what to do if all that failed.
    fn attempt(&mut self, slow: &mut Slow, relief: &mut dyn Relief, tr: &mut Trace) -> Turn {
        slow.progress = false;
        if slow.terms.fragment.wakes_kswapd {
            self.wake_all_kswapds(&slow.ctx, tr);
        }
        slow.reserve = reserve_of(slow, relief);
        if let Some(extent) = slow.reserve {
            tr.emit(Event::Reserves { order: slow.order(), extent });
            slow.terms = reserve_terms(extent, slow.terms.fragment);
        }
        if let Some(pfn) = self.get_page_from_freelist(&slow.ctx, slow.terms, tr) {
            return Turn::Got(pfn);
        }
        if !slow.gfp.contains(Gfp::DIRECT_RECLAIM) {
            return Turn::GiveUp(GiveUp::NoWait);
        }
        let freed = match self.direct_reclaim(slow, relief, tr) {
            Ok(pfn) => return Turn::Got(pfn),
            Err(freed) => freed,
        };
        slow.progress = freed > 0;
        if slow.order() > Order::ZERO
            && let Some(pfn) = self.direct_compact(slow, slow.priority, relief, tr)
        {
            return Turn::Got(pfn);
        }
        if slow.gfp.contains(Gfp::NORETRY) {
            return Turn::GiveUp(GiveUp::NoRetry);
        }
        let may_retry = slow.can_compact() && slow.gfp.contains(Gfp::RETRY_MAYFAIL);
        if slow.is_costly() && !may_retry {
            return Turn::GiveUp(GiveUp::CostlyOrder);
        }
        if self.should_reclaim_retry(slow, freed, tr) {
            return Turn::Again;
        }
        if freed > 0 && slow.can_compact() && self.should_compact_retry(slow, tr) {
            return Turn::Again;
        }
        self.kill_for(slow, relief, tr)
    }

    /// Reclaims, then tries again; an error says how many pages were freed in vain.
    fn direct_reclaim(&mut self, slow: &Slow, relief: &mut dyn Relief, tr: &mut Trace) -> Result<Pfn, u64> {
        let AllocRequest { order, cpu, node, .. } = slow.ctx.req;
        let (gfp, class) = (slow.gfp, slow.ctx.class);
        tr.span(Func::DirectReclaim, |tr| {
            self.frames.vmstat.count(VmEvent::allocstall(self.kinds()[usize::from(class)]), 1, tr);
            let freed = relief.try_to_free_pages(self, ReclaimRequest { order, gfp, class, cpu, node }, tr);
            tr.emit(Event::DirectReclaim { order, freed: low32(freed) });
            let mut pfn = None;
            if freed > 0 {
                pfn = self.get_page_from_freelist(&slow.ctx, slow.terms, tr);
                if pfn.is_none() {
                    // What was freed may sit on processors' lists, or be held back.
                    self.unreserve_high_atomic(&slow.ctx, Spare::LastPageblock, tr);
                    self.drain_all_pages(tr);
                    pfn = self.get_page_from_freelist(&slow.ctx, slow.terms, tr);
                }
            }
            pfn.ok_or(freed)
        })
    }

    /// Compacts, then tries again.
    fn direct_compact(
        &mut self,
        slow: &mut Slow,
        priority: CompactPriority,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) -> Option<Pfn> {
        tr.span(Func::DirectCompact, |tr| {
            let request = slow.compact_request(self, priority);
            let Compacted { result, captured } = self.try_to_compact_pages(&request, relief, tr);
            slow.result = result;
            let order = slow.order();
            let mut pfn = None;
            if result != CompactResult::Skipped {
                self.frames.vmstat.count(VmEvent::CompactStall, 1, tr);
            }
            tr.emit(Event::DirectCompact { order, priority, result });
            if result != CompactResult::Skipped {
                // A block captured on the way is the request's already; `Allocated` is said of those
                // that come from lists.
                pfn = captured.or_else(|| self.get_page_from_freelist(&slow.ctx, slow.terms, tr));
                match pfn {
                    Some(pfn) => {
                        self.compaction_got_block(self.zone_of(pfn), order, tr);
                        self.frames.vmstat.count(VmEvent::CompactSuccess, 1, tr);
                    }
                    None => self.frames.vmstat.count(VmEvent::CompactFail, 1, tr),
                }
            }
            pfn
        })
    }

    /// Returns whether another round of reclaim could lead anywhere.
    fn should_reclaim_retry(&mut self, slow: &mut Slow, freed: u64, tr: &mut Trace) -> bool {
        if freed > 0 && !slow.is_costly() {
            slow.no_progress_loops = 0;
        } else {
            slow.no_progress_loops += 1;
        }
        if slow.no_progress_loops > RECLAIM_RETRIES_MAX {
            return self.unreserve_high_atomic(&slow.ctx, Spare::Nothing, tr);
        }
        let (order, class, privileges) = (slow.order(), slow.ctx.class, slow.terms.privileges);
        let zones: Vec<ZoneId> = self.zones_of(&slow.ctx).collect();
        for zone in zones {
            let reclaimable = self.reclaimable_pages(zone);
            let free = unsigned(self.frames.vmstat.zone_exact(zone, ZoneStat::NrFreePages).max(0));
            let available = free + reclaimable;
            let min = self.frames.zones.watermark(zone, Wmark::Min) + self.frames.zones.boost(zone);
            let query = Query { order, level: Wmark::Min, class, privileges };
            let verdict = self.frames.watermark_test(zone, query, min, available).0;
            tr.emit(Event::RetryZone {
                zone,
                order,
                reclaimable: low32(reclaimable),
                available: low32(available),
                min: low32(min),
                no_progress_loops: slow.no_progress_loops,
                verdict,
            });
            if verdict == Verdict::Ok {
                return true;
            }
        }
        false
    }

    /// Returns the pages of a zone that reclaim could free: those of files. There is no swap
    /// that anonymous ones could go to.
    fn reclaimable_pages(&self, zone: ZoneId) -> u64 {
        self.frames.vmstat.zone(zone, ZoneStat::NrZoneInactiveFile)
            + self.frames.vmstat.zone(zone, ZoneStat::NrZoneActiveFile)
    }

    /// Returns whether another compaction, perhaps a harder one, could lead anywhere.
    fn should_compact_retry(&mut self, slow: &mut Slow, tr: &mut Trace) -> bool {
        if slow.order() == Order::ZERO {
            return false;
        }
        let (priority, retries) = (slow.priority, slow.compaction_retries);
        let max = if slow.is_costly() { COMPACT_RETRIES_MAX / 4 } else { COMPACT_RETRIES_MAX };
        let again = match slow.result {
            CompactResult::Skipped => {
                let request = slow.compact_request(self, slow.priority);
                self.compaction_zonelist_suitable(&request)
            }
            CompactResult::Complete
            | CompactResult::PartialSkipped
            | CompactResult::Contended
            | CompactResult::Deferred => raise_priority(slow),
            CompactResult::Success => {
                slow.compaction_retries += 1;
                slow.compaction_retries <= max || raise_priority(slow)
            }
            CompactResult::NotSuitableZone | CompactResult::NoSuitablePage | CompactResult::Continue => {
                slow.compaction_retries <= max || raise_priority(slow)
            }
        };
        let (order, result) = (slow.order(), slow.result);
        tr.emit(Event::RetryCompact { order, priority, result, retries, max, again });
        again
    }

    /// Looks once more, above the high marks; then has a process killed, if that could help.
    fn kill_for(&mut self, slow: &mut Slow, relief: &mut dyn Relief, tr: &mut Trace) -> Turn {
        let order = slow.order();
        let privileges = Privileges::default();
        let careful = Terms { level: Some(Wmark::High), privileges, ..slow.terms };
        if let Some(pfn) = self.get_page_from_freelist(&slow.ctx, careful, tr) {
            return Turn::Got(pfn);
        }
        if let Some(why) = self.no_kill(slow) {
            tr.emit(Event::NoKill { order, why });
            return Turn::GiveUp(GiveUp::Exhausted);
        }
        let AllocRequest { cpu, node, .. } = slow.ctx.req;
        let kill = relief.out_of_memory(self, OomControl { order, gfp: slow.gfp, cpu, node }, tr);
        match kill {
            Kill::Nobody => return Turn::GiveUp(GiveUp::Panic),
            Kill::LeftToOthers => return Turn::GiveUp(GiveUp::Endless),
            Kill::Victim => {}
        }
        slow.progress = true;
        slow.no_progress_loops = 0;
        if slow.gfp.contains(Gfp::NOFAIL)
            && let Some(pfn) = self.take_reserve(slow, Reserve::All, tr)
        {
            return Turn::Got(pfn);
        }
        let dying = relief.is_oom_victim(cpu);
        if dying && (slow.reserve == Some(Reserve::Dying) || slow.gfp.contains(Gfp::NOMEMALLOC)) {
            return Turn::GiveUp(GiveUp::Dying);
        }
        Turn::Again
    }

    /// Returns why nobody is killed for a request; `None` when somebody may be.
    fn no_kill(&self, slow: &Slow) -> Option<NoKill> {
        let highest = self.kinds()[usize::from(slow.ctx.class)];
        match () {
            () if slow.is_costly() => Some(NoKill::CostlyOrder),
            () if slow.gfp.contains(Gfp::RETRY_MAYFAIL) => Some(NoKill::MayFail),
            () if slow.gfp.contains(Gfp::THISNODE) => Some(NoKill::ThisNode),
            () if matches!(highest, ZoneKind::Dma | ZoneKind::Dma32) => Some(NoKill::LowZone),
            () => None,
        }
    }

    /// Keeps a request that must not fail going, with a part of the reserves. One that has
    /// nothing to hope for ends all the same: nobody else runs who could free memory.
    fn insist(&mut self, slow: &mut Slow, why: GiveUp, tr: &mut Trace) -> Turn {
        let must = slow.gfp.contains(Gfp::NOFAIL) && slow.gfp.contains(Gfp::DIRECT_RECLAIM);
        if !must || why == GiveUp::Panic {
            return Turn::GiveUp(why);
        }
        match self.take_reserve(slow, Reserve::Harder, tr) {
            Some(pfn) => Turn::Got(pfn),
            None if slow.progress => Turn::Again,
            None => Turn::GiveUp(GiveUp::Endless),
        }
    }

    /// Tries with a reserve that a request which must not fail gets.
    fn take_reserve(&mut self, slow: &Slow, extent: Reserve, tr: &mut Trace) -> Option<Pfn> {
        tr.emit(Event::NoFail { order: slow.order(), extent });
        self.get_page_from_freelist(&slow.ctx, reserve_terms(extent, slow.terms.fragment), tr)
    }
}

/// Returns the reserve that the flags or the state of the caller open (`__gfp_pfmemalloc_flags`).
fn reserve_of(slow: &Slow, relief: &dyn Relief) -> Option<Reserve> {
    match () {
        () if slow.gfp.contains(Gfp::NOMEMALLOC) => None,
        () if slow.gfp.contains(Gfp::MEMALLOC) => Some(Reserve::All),
        () if relief.is_oom_victim(slow.ctx.req.cpu) => Some(Reserve::Dying),
        () => None,
    }
}

/// Returns the terms of a reserve: they replace all other privileges.
fn reserve_terms(extent: Reserve, fragment: Fragment) -> Terms {
    let none = Privileges::default();
    let (level, privileges) = match extent {
        Reserve::All => (None, none),
        Reserve::Dying => (Some(Wmark::Min), Privileges { dying: true, ..none }),
        Reserve::Harder => (Some(Wmark::Min), Privileges { harder: true, ..none }),
    };
    Terms { level, privileges, fragment }
}

/// Lets the next compaction try harder; `false` when none tries harder at this order.
fn raise_priority(slow: &mut Slow) -> bool {
    let harder = match slow.priority {
        CompactPriority::Async => CompactPriority::SyncLight,
        CompactPriority::SyncLight if !slow.is_costly() => CompactPriority::SyncFull,
        CompactPriority::SyncLight | CompactPriority::SyncFull => return false,
    };
    slow.priority = harder;
    slow.compaction_retries = 0;
    true
}

#[cfg(test)]
mod tests;
