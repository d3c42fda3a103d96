//! What the model did at a point, in the words of the captures.

use std::collections::BTreeMap;

use mm::event::Event;
use mm::gfp::Gfp;
use mm::phys::alloc::kswapd::NodeState;
use mm::phys::alloc::{page_alloc, slowpath};
use mm::phys::buddy::fallback;
use mm::phys::zone::migratetype::MigrateType;
use mm::phys::{Phys, buddy, compaction};
use mm::trace::Step;
use mm::units::{Order, Pfn};

use super::super::ftrace::compaction_line;

/// Runs of kswapd in a row that freed nothing, after which nobody wakes it
/// (`MAX_RECLAIM_RETRIES`).
const HOPELESS: u64 = 16;

/// Writes down what the model does.
pub(super) struct Writer {
    pub(super) lines: Vec<String>,
    within_compaction: bool,
    /// Whether kswapd of the first node sleeps, so that waking it says something.
    kswapd_sleeps: bool,
    /// Types of pageblocks by their first frames.
    types: BTreeMap<Pfn, MigrateType>,
}

impl Writer {
    pub(super) fn new(kswapd_failures: u64) -> Writer {
        Writer {
            lines: Vec::new(),
            within_compaction: false,
            kswapd_sleeps: kswapd_failures < HOPELESS,
            types: BTreeMap::new(),
        }
    }

    /// Notes the types of pageblocks before something is done.
    pub(super) fn look(&mut self, phys: &Phys) {
        let size = mm::units::index(phys.pageblock_order().pages());
        for (_, zone) in phys.zones().iter() {
            let first = zone.start.align_down(phys.pageblock_order());
            let blocks = (first.0..zone.end().0).step_by(size).map(Pfn);
            self.types.extend(blocks.map(|pfn| (pfn, phys.pageblock_type(pfn))));
        }
    }

    /// Adds what a call did; `gfp` are the flags of the request, if it was one.
    pub(super) fn add(&mut self, steps: &[Step], gfp: Gfp, phys: &Phys) {
        for (at, step) in steps.iter().enumerate() {
            let line = if let Event::Compaction(event) = &step.event {
                self.compaction(event, phys)
            } else if let Event::Fallback(event) = &step.event {
                self.fallback(event, &steps[at + 1..], phys)
            } else if let Event::Slowpath(slowpath::Event::WakeKswapd { node, order, state, .. }) = step.event
            {
                self.wakes_kswapd(state)
                    .then(|| format!("mm_vmscan_wakeup_kswapd: nid={} order={order} gfp_flags={gfp}", node.0))
            } else if self.within_compaction {
                page_line(&step.event)
            } else {
                None
            };
            self.lines.extend(line);
        }
    }

    fn compaction(&mut self, event: &compaction::Event, phys: &Phys) -> Option<String> {
        if let compaction::Event::Begin { .. } = event {
            self.within_compaction = true;
        } else if let compaction::Event::End { .. } = event {
            self.within_compaction = false;
        } else if let compaction::Event::Moved { from, to } = event {
            return Some(format!("M {from} {to}"));
        }
        compaction_line(event, phys).map(|line| line.trim_end().to_owned())
    }

    /// Returns whether kswapd is woken: one that is awake already has no need to be told.
    fn wakes_kswapd(&mut self, state: NodeState) -> bool {
        let wakes = self.kswapd_sleeps && state != NodeState::Balanced;
        self.kswapd_sleeps &= !wakes;
        wakes
    }

    /// `X pfn order block_order mt from fragmenting changed`
    fn fallback(&mut self, event: &fallback::Event, rest: &[Step], phys: &Phys) -> Option<String> {
        let size: Order = phys.pageblock_order();
        match *event {
            fallback::Event::Steal { order, block_order, mt, from, pfn, .. } => {
                // The kernel says so when it has taken over what it could.
                let first = pfn.align_down(size);
                let becomes = rest.iter().map_while(until_next).flatten().find(|(at, _)| *at == first);
                let is = becomes.map(|(_, to)| to).or_else(|| self.types.get(&first).copied());
                let (fragmenting, changed) = (u8::from(block_order < size), u8::from(is == Some(mt)));
                let (mt, from) = (mt.code(), from.code());
                Some(format!("X {pfn} {order} {block_order} {mt} {from} {fragmenting} {changed}"))
            }
            fallback::Event::Retype { first, to, .. } => {
                self.types.insert(first, to);
                None
            }
            fallback::Event::Boost { .. } | fallback::Event::Weigh { .. } => None,
        }
    }
}

/// Writes what happens to a page while memory is compacted.
fn page_line(event: &Event) -> Option<String> {
    if let Event::Alloc(page_alloc::Event::Freed { pfn, order }) = event {
        Some(format!("F {pfn} {order}"))
    } else if let Event::Buddy(buddy::Event::Take { pfn, order, .. }) = event {
        Some(format!("I {pfn} {order}"))
    } else {
        None
    }
}

/// Returns the pageblock that a step gives another type, and that type; `None` where another block is
/// taken, or this one is handed out.
fn until_next(step: &Step) -> Option<Option<(Pfn, MigrateType)>> {
    if let Event::Fallback(fallback::Event::Retype { first, to, .. }) = step.event {
        return Some(Some((first, to)));
    }
    let is_next = matches!(
        step.event,
        Event::Fallback(fallback::Event::Steal { .. }) | Event::Alloc(page_alloc::Event::Allocated { .. })
    );
    (!is_next).then_some(None)
}
