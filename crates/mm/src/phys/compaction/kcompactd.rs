//! kcompactd: each node's daemon that compacts in the background.
//!
//! Woken for an order (when kswapd sleeps again, or by a request that does not wait), it
//! compacts until a block of it is free. Every half second it also looks how much of free
//! memory is useless for huge pages, and compacts above a mark that follows from
//! `compaction_proactiveness`. Mirrors 6.1 `mm/compaction.c`: `kcompactd`,
//! `kcompactd_do_work`, `wakeup_kcompactd`, `proactive_compact_node`.

use super::control::{Control, Purpose};
use super::event::Event;
use super::run::ZoneRun;
use super::store::{CompactTunable, NodeField};
use super::suitable::{Demand, Got};
use super::{CompactResult, Pace};
use crate::config::{CpuId, NodeId};
use crate::func::Func;
use crate::phys::Phys;
use crate::phys::relief::{MigrateMode, Relief};
use crate::phys::zone::vmstat::VmEvent;
use crate::phys::zone::watermark::Privileges;
use crate::phys::zone::{Wmark, ZoneId};
use crate::trace::Trace;
use crate::units::{Nanos, Order, low8, low32};

/// Between two looks at the score (`HPAGE_FRAG_CHECK_INTERVAL_MSEC`).
pub const CHECK_INTERVAL: Nanos = Nanos(500_000_000);
/// After a proactive run that did no good: 64 times as long.
const DEFERRED_INTERVAL: Nanos = Nanos(CHECK_INTERVAL.0 << 6);

/// A run of the daemon under way.
#[derive(Debug)]
pub struct Kcompactd {
    node: NodeId,
    now: Nanos,
    task: Task,
    /// The zone of the node that is next, or being compacted.
    class: u8,
    run: Option<ZoneRun>,
}

/// What the daemon does.
#[derive(Clone, Copy, Debug)]
enum Task {
    /// Sleeps again: the score is good.
    Nothing,
    /// Compacts all zones of the node, whose score was this.
    Proactive { score: u64 },
    /// Makes a block of an order in the first zones.
    Work { order: Order, classes: u8 },
}

impl Task {
    /// Returns how many zones of the node it looks at.
    fn classes(self, phys: &Phys) -> u8 {
        match self {
            Task::Nothing => 0,
            Task::Proactive { .. } => phys.frames.zones.per_node(),
            Task::Work { classes, .. } => classes,
        }
    }
}

impl Phys {
    /// Asks kcompactd of `node` for a block of `order` in the zones up to `class`; it gets to
    /// work when it runs next. It stays asleep where compaction could not help.
    pub fn wakeup_kcompactd(&mut self, node: NodeId, order: Order, class: u8, tr: &mut Trace) {
        if order == Order::ZERO {
            return;
        }
        // What is wanted is noted in any case: it is tried when kcompactd looks at its node next.
        let wanted = self.compaction.node(node, NodeField::MaxOrder).max(u64::from(order.get()));
        let classes = self.kcompactd_classes(node).min(u64::from(class) + 1);
        self.compaction.set_node(node, NodeField::MaxOrder, wanted, tr);
        self.compaction.set_node(node, NodeField::Classes, classes, tr);
        if !self.kcompactd_node_suitable(node, Order::new(low8(wanted)), low8(classes - 1), tr) {
            return;
        }
        self.compaction.set_node(node, NodeField::Woken, 1, tr);
        tr.emit(Event::WakeupKcompactd {
            node,
            order,
            highest: self.kinds()[usize::from(low8(classes - 1))],
        });
    }

    /// Returns whether kcompactd of `node` was woken, or has more to do after what it has done.
    pub fn kcompactd_is_woken(&self, node: NodeId) -> bool {
        self.compaction.node(node, NodeField::Woken) > 0
            || self.compaction.node(node, NodeField::ProactiveTrigger) > 0
    }

    /// Lets kcompactd of `node` run once at model time `now`: the work that it was woken for,
    /// else a look at the score if it is time.
    pub fn run_kcompactd(&mut self, node: NodeId, now: Nanos, relief: &mut dyn Relief, tr: &mut Trace) {
        if let Some(mut daemon) = self.kcompactd_begin(node, now, tr) {
            while self.kcompactd_go_on(&mut daemon, u32::MAX, relief, tr) {}
        }
    }

    /// Begins the same, to be done some pageblocks at a time; `None` when there is nothing to do.
    pub fn kcompactd_begin(&mut self, node: NodeId, now: Nanos, tr: &mut Trace) -> Option<Kcompactd> {
        let triggered = self.compaction.node(node, NodeField::ProactiveTrigger) > 0;
        let proactive = self.compaction.tunable(CompactTunable::Proactiveness) > 0;
        let next = self.compaction.node(node, NodeField::NextCheck).max(CHECK_INTERVAL.0);
        let is_time = now.0 >= next;
        let is_wanted = self.compaction.node(node, NodeField::MaxOrder) > 0
            && (is_time || self.compaction.node(node, NodeField::Woken) > 0);
        let task = if is_wanted && !triggered {
            self.begin_work(node, tr)
        } else if triggered || (proactive && is_time) {
            self.begin_proactive(node, tr)
        } else {
            return None;
        };
        Some(Kcompactd { node, now, task, class: 0, run: None })
    }

    /// Goes on for about `units` pageblocks; returns whether there is more to do.
    pub fn kcompactd_go_on(
        &mut self,
        daemon: &mut Kcompactd,
        units: u32,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) -> bool {
        let mut pace = Pace::new(units);
        while daemon.class < daemon.task.classes(self) {
            if daemon.run.is_none() {
                daemon.run = self.next_run(daemon, tr);
            }
            if let Some(run) = &mut daemon.run {
                let Some(status) = self.compact_zone_some(run, relief, &mut pace, tr) else { return true };
                if let Task::Work { order, .. } = daemon.task {
                    self.zone_worked(run, order, status, tr);
                }
                daemon.run = None;
            }
            daemon.class += 1;
        }
        self.kcompactd_end(daemon, tr);
        false
    }

    /// Returns how many pageblocks of the node the scanners have passed, and how many there are.
    pub fn kcompactd_pageblocks(&self, daemon: &Kcompactd) -> (u64, u64) {
        let zones = (0..daemon.task.classes(self)).map(|class| self.frames.zones.of_node(daemon.node, class));
        let first = zones.clone().take(usize::from(daemon.class));
        let frames = |zone: ZoneId| u64::from(self.frames.zones.get(zone).spanned);
        let total: u64 = zones.map(frames).sum();
        let done = first.map(frames).sum::<u64>() + daemon.run.as_ref().map_or(0, |run| run.passed(self));
        (done >> self.pageblock_order().get(), total >> self.pageblock_order().get())
    }

    fn begin_work(&mut self, node: NodeId, tr: &mut Trace) -> Task {
        tr.enter(Func::KcompactdDoWork);
        let order = Order::new(low8(self.compaction.node(node, NodeField::MaxOrder)));
        let classes = low8(self.kcompactd_classes(node));
        let highest = self.kinds()[usize::from(classes - 1)];
        tr.emit(Event::KcompactdWake { node, order, highest });
        self.frames.vmstat.count(VmEvent::CompactDaemonWake, 1, tr);
        Task::Work { order, classes }
    }

    fn begin_proactive(&mut self, node: NodeId, tr: &mut Trace) -> Task {
        let (score, high) = (self.fragmentation_score(node), self.fragmentation_score_marks().1);
        tr.emit(Event::Score { node, score: low32(score), high: low32(high) });
        if self.compaction.tunable(CompactTunable::Proactiveness) == 0 || score <= high {
            return Task::Nothing;
        }
        tr.enter(Func::ProactiveCompactNode);
        Task::Proactive { score }
    }

    /// Returns the run over the zone that is next, `None` when it needs none.
    fn next_run(&mut self, daemon: &Kcompactd, tr: &mut Trace) -> Option<ZoneRun> {
        let (zone, cpu) =
            (self.frames.zones.of_node(daemon.node, daemon.class), self.cpu_of_node(daemon.node));
        if !self.frames.zones.get(zone).is_populated() {
            return None;
        }
        let cc = match daemon.task {
            Task::Nothing => return None,
            Task::Proactive { .. } => {
                Control::everything(zone, Purpose::Proactive, MigrateMode::SyncLight, cpu)
            }
            Task::Work { order, classes } => {
                if self.compaction_deferred(zone, order, tr) {
                    return None;
                }
                let mut cc = Control::for_order(zone, order, MigrateMode::SyncLight, Purpose::Daemon, cpu);
                cc.class = daemon.class;
                if self.is_compaction_suitable(&cc, tr) != CompactResult::Continue {
                    return None;
                }
                cc.class = classes - 1;
                cc
            }
        };
        Some(ZoneRun::new(cc))
    }

    /// Notes what came of a run over a zone.
    fn zone_worked(&mut self, run: &ZoneRun, order: Order, status: CompactResult, tr: &mut Trace) {
        let zone = run.cc.zone;
        if status == CompactResult::Success {
            self.compaction_defer_reset(zone, order, Got::Compaction, tr);
        } else if matches!(status, CompactResult::PartialSkipped | CompactResult::Complete) {
            // What the processors hold back could have merged.
            for cpu in (0..self.cpus()).map(CpuId) {
                self.pcp.drain(&mut self.frames, zone, cpu, tr);
            }
            self.defer_compaction(zone, order, tr);
        }
        self.frames.vmstat.count(VmEvent::CompactDaemonMigrateScanned, run.cc.migrate_scanned, tr);
        self.frames.vmstat.count(VmEvent::CompactDaemonFreeScanned, run.cc.free_scanned, tr);
    }

    /// Ends a run of the daemon: it looks again later, much later where it did no good.
    fn kcompactd_end(&mut self, daemon: &Kcompactd, tr: &mut Trace) {
        let node = daemon.node;
        let helped = match daemon.task {
            Task::Nothing => true,
            Task::Proactive { score } => {
                tr.leave();
                self.fragmentation_score(node) < score
            }
            Task::Work { .. } => {
                self.compaction.set_node(node, NodeField::MaxOrder, 0, tr);
                self.compaction.set_node(node, NodeField::Classes, 0, tr);
                self.compaction.set_node(node, NodeField::Woken, 0, tr);
                tr.leave();
                true
            }
        };
        let pause = if helped { CHECK_INTERVAL } else { DEFERRED_INTERVAL };
        self.compaction.set_node(node, NodeField::NextCheck, daemon.now.0 + pause.0, tr);
        if !matches!(daemon.task, Task::Work { .. }) {
            self.compaction.set_node(node, NodeField::ProactiveTrigger, 0, tr);
            // It does not sleep for long while somebody wants a block.
            let more = u64::from(self.compaction.node(node, NodeField::MaxOrder) > 0);
            self.compaction.set_node(node, NodeField::Woken, more, tr);
        }
        tr.emit(Event::KcompactdSleep { node });
    }

    /// Returns the score, in percent, down to which a proactive run goes, and the one above
    /// which it starts.
    pub fn fragmentation_score_marks(&self) -> (u64, u64) {
        let proactiveness = self.compaction.tunable(CompactTunable::Proactiveness);
        let low = 100_u64.saturating_sub(proactiveness).max(5);
        (low, (low + 10).min(100))
    }

    /// Returns how much of a node's free memory is useless for huge pages, in percent, each
    /// zone weighted by its size.
    pub fn fragmentation_score(&self, node: NodeId) -> u64 {
        let zones = || (0..self.frames.zones.per_node()).map(|class| self.frames.zones.of_node(node, class));
        let present: u64 = zones().map(|zone| u64::from(self.frames.zones.get(zone).present)).sum();
        let huge = self.pageblock_order();
        let of_zone = |zone: ZoneId| {
            let score = self.frames.contig_page_info(zone, huge).unusable_percent(huge);
            u64::from(self.frames.zones.get(zone).present) * score / (present + 1)
        };
        zones().map(of_zone).sum()
    }

    fn kcompactd_classes(&self, node: NodeId) -> u64 {
        match self.compaction.node(node, NodeField::Classes) {
            0 => u64::from(self.frames.zones.per_node()),
            classes => classes,
        }
    }

    fn kcompactd_demand(order: Order, class: u8) -> Demand {
        Demand { order, level: Some(Wmark::Min), privileges: Privileges::default(), class }
    }

    fn kcompactd_node_suitable(&self, node: NodeId, order: Order, class: u8, tr: &mut Trace) -> bool {
        let demand = Phys::kcompactd_demand(order, class);
        let zones = (0..=class).map(|class| self.frames.zones.of_node(node, class));
        let mut populated = zones.filter(|&zone| self.frames.zones.get(zone).is_populated());
        populated.any(|zone| self.note_suitability(zone, Some(demand), tr) == CompactResult::Continue)
    }

    /// Returns the processor that a node's daemons run on: its first, else the machine's.
    fn cpu_of_node(&self, node: NodeId) -> CpuId {
        (0..self.cpus()).map(CpuId).find(|&cpu| self.node_of_cpu(cpu) == node).unwrap_or(CpuId(0))
    }
}
