//! A run over one zone: the two scanners walk until they meet or there is enough.
//!
//! A run can stop between two pageblocks, and between two pages that are moved, and go on later:
//! what it does is the same in slices of any size. Mirrors 6.1 `mm/compaction.c: compact_zone`,
//! `mm/migrate.c: migrate_pages`.

use super::control::Control;
use super::event::Event;
use super::source::{self, SourceSearch};
use super::store::ZoneField;
use super::target::Target;
use super::{CompactResult, Pace};
use crate::func::Func;
use crate::phys::Phys;
use crate::phys::relief::{MigrateMode, Relief};
use crate::phys::zone::vmstat::VmEvent;
use crate::trace::Trace;
use crate::units::{Order, Pfn, count};

/// A run over one zone, and where it is.
#[derive(Debug)]
pub(super) struct ZoneRun {
    pub(super) cc: Control,
    stage: Stage,
    keep_in_step: bool,
    last_migrated: Option<Pfn>,
}

/// What a run does next.
#[derive(Debug)]
enum Stage {
    /// Asks whether the zone is worth it.
    Begin,
    /// Asks whether it is enough.
    Judge,
    /// Looks for pages in use.
    Source { started: Pfn, search: SourceSearch },
    /// Moves them.
    Move(Moving),
}

/// Isolated pages on their way, last found first.
#[derive(Debug)]
struct Moving {
    left: Vec<Pfn>,
    stay: Vec<Pfn>,
    migrated: u32,
    outcome: Migration,
}

/// What came of moving the isolated pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Migration {
    /// All were moved.
    Done,
    /// Some could not be moved.
    SomeStay,
    /// There was no free page to move to.
    NoTarget,
}

impl ZoneRun {
    pub(super) fn new(cc: Control) -> ZoneRun {
        ZoneRun { cc, stage: Stage::Begin, keep_in_step: false, last_migrated: None }
    }

    /// Returns how many frames of its zone the scanners have passed.
    pub(super) fn passed(&self, phys: &Phys) -> u64 {
        let zone = phys.frames.zones.get(self.cc.zone);
        let between = self.cc.free_pfn.0.saturating_sub(self.cc.migrate_pfn.0);
        u64::from((zone.end().0 - zone.start.0).saturating_sub(between))
    }
}

impl Phys {
    /// Lets the two scanners walk until they meet or there is enough.
    pub(super) fn compact_zone(
        &mut self,
        run: &mut ZoneRun,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) -> CompactResult {
        loop {
            if let Some(result) = self.compact_zone_some(run, relief, &mut Pace::new(u32::MAX), tr) {
                return result;
            }
        }
    }

    /// Goes on with a run for about as long as `pace` lasts; `None` when there is more to do.
    pub(super) fn compact_zone_some(
        &mut self,
        run: &mut ZoneRun,
        relief: &mut dyn Relief,
        pace: &mut Pace,
        tr: &mut Trace,
    ) -> Option<CompactResult> {
        if matches!(run.stage, Stage::Begin) {
            let result = self.begin_run(run, relief, tr);
            if result != CompactResult::Continue {
                tr.leave();
                return Some(result);
            }
        }
        let result = self.run_scanners(run, relief, pace, tr)?;
        let cc = &mut run.cc;
        self.release_freepages(cc, tr);
        self.frames.vmstat.count(VmEvent::CompactMigrateScanned, cc.migrate_scanned, tr);
        self.frames.vmstat.count(VmEvent::CompactFreeScanned, cc.free_scanned, tr);
        let Control { zone, mode, migrate_pfn, free_pfn, .. } = *cc;
        tr.emit(Event::End { zone, migrate_pfn, free_pfn, mode, result });
        tr.leave();
        Some(result)
    }

    fn begin_run(&mut self, run: &mut ZoneRun, relief: &mut dyn Relief, tr: &mut Trace) -> CompactResult {
        tr.enter(Func::CompactZone);
        let cc = &mut run.cc;
        let result = self.is_compaction_suitable(cc, tr);
        if result != CompactResult::Continue {
            return result;
        }
        if cc.order.is_some_and(|order| self.compaction_restarting(cc.zone, order)) {
            self.reset_isolation_of(cc.zone, relief, tr);
        }
        self.place_scanners(cc, tr);
        let (zone, mode) = (cc.zone, cc.mode);
        tr.emit(Event::Begin { zone, migrate_pfn: cc.migrate_pfn, free_pfn: cc.free_pfn, mode });
        relief.lru_add_drain(self, cc.cpu, tr);
        let cached = |field| self.compaction.position(zone, field);
        run.keep_in_step = mode == MigrateMode::Async
            && cached(ZoneField::CachedMigrateAsync) == cached(ZoneField::CachedMigrateSync);
        run.stage = Stage::Judge;
        result
    }

    fn run_scanners(
        &mut self,
        run: &mut ZoneRun,
        relief: &mut dyn Relief,
        pace: &mut Pace,
        tr: &mut Trace,
    ) -> Option<CompactResult> {
        while !pace.is_over() {
            match &mut run.stage {
                Stage::Begin | Stage::Judge => {
                    let result = self.compact_finished(&run.cc, tr);
                    if result != CompactResult::Continue {
                        return Some(result);
                    }
                    self.look_for_source(run, tr);
                }
                Stage::Source { started, search } => {
                    let started = *started;
                    if self.isolate_migratepages(&mut run.cc, search, relief, pace, tr).is_break() {
                        continue;
                    }
                    if run.cc.wanted > 0 {
                        run.keep_in_step = false;
                        run.last_migrated = Some(started);
                        run.stage = Stage::Move(Moving::of(&mut run.cc));
                        tr.enter(Func::MigratePages);
                        continue;
                    }
                    if run.keep_in_step {
                        let reached = self.compaction.zone(run.cc.zone, ZoneField::CachedMigrateAsync);
                        self.compaction.set_zone(run.cc.zone, ZoneField::CachedMigrateSync, reached, tr);
                    }
                    run.stage = Stage::Judge;
                    if let Some(result) = self.round_ended(run, relief, tr) {
                        return Some(result);
                    }
                }
                Stage::Move(moving) => {
                    let Some(outcome) = self.migrate_pages(&mut run.cc, moving, relief, pace, tr) else {
                        continue;
                    };
                    run.stage = Stage::Judge;
                    let moved = self.pages_moved(run, outcome);
                    if let Some(result) = moved.or_else(|| self.round_ended(run, relief, tr)) {
                        return Some(result);
                    }
                }
            }
        }
        None
    }

    fn look_for_source(&mut self, run: &mut ZoneRun, tr: &mut Trace) {
        let started = run.cc.migrate_pfn;
        let pageblock = self.pageblock_order();
        // A pageblock met twice in a row is done whole, so that it is not met for ever.
        run.cc.rescan =
            run.last_migrated.unwrap_or(Pfn(0)).align_down(pageblock) == started.align_down(pageblock);
        run.stage = Stage::Source { started, search: self.begin_isolate_migratepages(&mut run.cc, tr) };
    }

    /// Says how a run goes on after pages were moved; `Some` when it ends.
    fn pages_moved(&mut self, run: &mut ZoneRun, outcome: Migration) -> Option<CompactResult> {
        match outcome {
            Migration::Done => {}
            Migration::NoTarget if !run.cc.scanners_met(self.pageblock_order()) => {
                return Some(CompactResult::Contended);
            }
            Migration::NoTarget | Migration::SomeStay => {
                if let Some(order) = run.cc.order.filter(|_| run.cc.is_async_direct()) {
                    run.cc.migrate_pfn = source::block_end(Pfn(run.cc.migrate_pfn.0 - 1), order);
                    run.last_migrated = None;
                }
            }
        }
        None
    }

    /// Lets merge what a round freed; `Some` when the run ends because it was captured.
    fn round_ended(
        &mut self,
        run: &mut ZoneRun,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) -> Option<CompactResult> {
        let cc = &run.cc;
        if let (Some(order), Some(migrated)) =
            (cc.order.filter(|&order| order > Order::ZERO), run.last_migrated)
            && migrated < cc.migrate_pfn.align_down(order)
        {
            // What was freed waits in the processor's lists: there it cannot merge.
            relief.lru_add_drain(self, cc.cpu, tr);
            self.pcp.drain(&mut self.frames, cc.zone, cc.cpu, tr);
            run.last_migrated = None;
        }
        let captured = self.frames.capture.is_some_and(|capture| capture.page.is_some());
        captured.then_some(CompactResult::Success)
    }

    /// Moves the isolated pages, last found first, and puts back those that stay; `None` when there
    /// is more to do.
    fn migrate_pages(
        &mut self,
        cc: &mut Control,
        moving: &mut Moving,
        relief: &mut dyn Relief,
        pace: &mut Pace,
        tr: &mut Trace,
    ) -> Option<Migration> {
        while let Some(&from) = moving.left.last() {
            if pace.is_over() {
                return None;
            }
            let to = match self.compaction_alloc(cc, pace, tr) {
                Target::At(to) => to,
                Target::Later => return None,
                Target::None => {
                    moving.outcome = Migration::NoTarget;
                    break;
                }
            };
            // Not before: a slice of one unit has to come to a page too.
            pace.spend(PAGE_UNITS);
            moving.left.pop();
            if self.move_page(from, to, cc, relief, tr) {
                moving.migrated += 1;
            } else {
                cc.freepages.push(to);
                moving.stay.push(from);
                moving.outcome = Migration::SomeStay;
            }
        }
        // Those behind the one that found no free page were not tried.
        let tried_in_vain = count(moving.stay.len()) + u32::from(moving.outcome == Migration::NoTarget);
        let mut left = core::mem::take(&mut moving.left);
        left.extend(moving.stay.drain(..).rev());
        let (migrated, failed) = (moving.migrated, count(left.len()));
        cc.migratepages = left;
        self.frames.vmstat.count(VmEvent::PgmigrateSuccess, migrated, tr);
        self.frames.vmstat.count(VmEvent::PgmigrateFail, tried_in_vain, tr);
        tr.emit(Event::Migratepages { migrated, failed });
        self.putback_pages(cc, relief, tr);
        tr.leave();
        Some(moving.outcome)
    }
}

/// Units that a page counts as that is moved.
const PAGE_UNITS: u32 = 2;

impl Moving {
    fn of(cc: &mut Control) -> Moving {
        let left = core::mem::take(&mut cc.migratepages);
        Moving { left, stay: Vec::new(), migrated: 0, outcome: Migration::Done }
    }
}
