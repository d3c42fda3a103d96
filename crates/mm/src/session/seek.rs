//! Going to a position: by deltas on the spot, or on a machine of its own, some units at a time.
//!
//! A way that is long starts from a copy, of a checkpoint or of the present machine, and goes on in
//! [`Session::advance`]. Until it has arrived the session stands where it was, so that giving up is
//! dropping the copy. A command that kept no deltas is run again.

use super::history::Checkpoint;
use super::{Passage, Position, Progress, Record, Session, redo, undo};
use crate::exec::{Job, Poll, Work, WorkUnit};
use crate::trace::{Detail, Trace};
use crate::units::{count, index};
use crate::world::World;

/// What cloning a checkpoint costs, in deltas gone through instead.
const CLONE_COST: usize = 100_000;
/// Deltas that are gone through on the spot.
const ON_THE_SPOT: usize = 500_000;
/// Deltas that count as a unit of work.
const UNIT_DELTAS: usize = 16;
/// Units that a command run again counts as at least.
const COMMAND_UNITS: u64 = 64;
/// Units after which the memory that both machines take is looked at.
const CHECK_UNITS: u32 = 4096;

/// A way under way, on a machine of its own.
pub(super) struct Seeking {
    world: World,
    /// Where that machine stands.
    at: Position,
    to: Position,
    /// The commands that were done when the way began.
    first: u32,
    /// The last command to be passed forwards; one that kept no deltas is run again.
    base: u32,
    /// The checkpoint that it came from.
    origin: Option<usize>,
    again: Option<Again>,
}

/// A command that is being run again.
struct Again {
    job: Job,
    trace: Trace,
    work: Option<Work>,
}

impl Seeking {
    /// Returns the machine on its way.
    pub(super) fn world(&self) -> &World {
        &self.world
    }

    /// Goes on for about `units` units; returns how far it is, `None` on arrival.
    pub(super) fn go_on(&mut self, session: &Session, units: u32) -> Option<Work> {
        let mut left = u64::from(units);
        while self.at != self.to {
            if left == 0 {
                return Some(self.work());
            }
            let over = self.over();
            let closed = over.filter(|&command| session.passage_at(command) != Some(Passage::Stepwise));
            let done = match closed {
                Some(command) => self.run_again(session, command, crate::units::low32(left)),
                None => {
                    let target = over.map_or(self.to, |_| session.end_of(self.base));
                    let deltas = leg(&session.records, &mut self.world, &mut self.at, target);
                    u64::from(count(deltas / UNIT_DELTAS))
                }
            };
            left = left.saturating_sub(done);
        }
        None
    }

    /// Returns the command to be passed forwards next, `None` when all up to `base` are.
    fn over(&self) -> Option<u32> {
        let Position { command, step } = self.at;
        let next = if step == 0 && command > 0 { command } else { command + 1 };
        (next <= self.base).then_some(next)
    }

    /// Runs a command again for about `units` units; returns how many it took.
    fn run_again(&mut self, session: &Session, command: u32, units: u32) -> u64 {
        let world = &mut self.world;
        let record = &session.records[index(command) - 1];
        let again = self.again.get_or_insert_with(|| Again {
            job: Job::restart(&record.command, world, session.host),
            trace: Trace::new(Detail::Off),
            work: None,
        });
        let before = again.trace.events();
        match again.job.advance(world, &record.command, units, &mut again.trace) {
            Poll::Pending(work) => {
                again.work = Some(work);
                u64::from(units)
            }
            Poll::Ready(_) => {
                let done = again.trace.events() - before;
                world.rest.clock.advance(again.trace.now(), &mut again.trace);
                self.again = None;
                self.at = session.end_of(command);
                done.max(COMMAND_UNITS)
            }
        }
    }

    /// Says how far it is: in commands, or in the only one.
    pub(super) fn work(&self) -> Work {
        let last = self.to.command.max(self.base);
        let only = self.again.as_ref().filter(|_| last - self.first <= 1).and_then(|again| again.work);
        let (from, at) = (u64::from(self.first), u64::from(self.at.command));
        let total = from.abs_diff(u64::from(last));
        only.unwrap_or_else(|| Work::new(WorkUnit::Commands, from.abs_diff(at).min(total), total))
    }
}

impl Session {
    /// Moves the machine to `to`, clamped to what was run.
    pub fn seek(&mut self, to: Position) {
        self.start_seek(to);
        while matches!(self.advance(u32::MAX), Progress::Running(_)) {}
    }

    /// Starts to move the machine to `to`, clamped to what was run; gives up what is under way.
    ///
    /// A short way is gone at once. Where the answer is [`Progress::Running`], [`Session::advance`]
    /// goes on; until it has finished, the session stands where it was, and after
    /// [`Session::cancel`] it stays there. Only if two machines do not fit the budget, it stands
    /// at a position on the way meanwhile.
    pub fn start_seek(&mut self, to: Position) -> Progress {
        self.cancel();
        let to = self.clamp(to);
        match self.way_to(to) {
            Some(seeking) => {
                let work = seeking.work();
                self.seeking = Some(seeking);
                Progress::Running(work)
            }
            None => {
                self.walk_to(to);
                Progress::Finished
            }
        }
    }

    /// Returns whether a way to a position is under way.
    pub fn is_seeking(&self) -> bool {
        self.seeking.is_some()
    }

    /// Goes on to the position, looking at the memory on the way.
    pub(super) fn advance_seek(&mut self, mut seeking: Seeking, units: u32) -> Progress {
        let mut left = units;
        while left > 0 {
            let slice = left.min(CHECK_UNITS);
            left -= slice;
            let Some(_) = seeking.go_on(self, slice) else {
                self.arrive(seeking);
                return Progress::Finished;
            };
            self.make_way_for(&seeking);
        }
        let work = seeking.work();
        self.seeking = Some(seeking);
        Progress::Running(work)
    }

    /// Gives the present machine up for that of a checkpoint when both are too much.
    fn make_way_for(&mut self, seeking: &Seeking) {
        let Some(origin) = seeking.origin else { return };
        let stands_there = self.position == self.end_of(self.checkpoints[origin].command);
        if !stands_there && self.bytes() + seeking.world.bytes() > self.budget.session_bytes {
            self.restore_checkpoint(origin);
        }
    }

    pub(super) fn arrive(&mut self, seeking: Seeking) {
        self.world = seeking.world;
        self.position = seeking.to;
        match seeking.origin {
            Some(_) => self.unshared_bytes = 0,
            None => self.weigh_machine(),
        }
    }

    /// Evaluates `ask` on the machine as it was at `at`; the session stands where it stood.
    pub fn at<T>(&mut self, at: Position, ask: impl FnOnce(&World) -> T) -> T {
        let (here, at) = (self.position, self.clamp(at));
        match self.machine_at(at) {
            Some(world) => ask(&world),
            None => {
                self.walk_to(at);
                let answer = ask(&self.world);
                self.walk_to(here);
                answer
            }
        }
    }

    /// Makes the machine as it was at `at`; `None` where deltas lead there on the spot.
    fn machine_at(&mut self, at: Position) -> Option<World> {
        let mut seeking = self.way_to(at)?;
        while seeking.go_on(self, u32::MAX).is_some() {}
        Some(seeking.world)
    }

    /// Returns the way to `to` on a machine of its own; `None` where deltas lead there on the spot.
    pub(super) fn way_to(&mut self, to: Position) -> Option<Seeking> {
        if to == self.position {
            return None;
        }
        let direct = self.distance(self.position, to);
        let near = self.checkpoints.partition_point(|checkpoint| checkpoint.command <= to.command);
        let from_checkpoint = (near.saturating_sub(2)..near)
            .filter_map(|at| Some((self.distance(self.end_of(self.checkpoints[at].command), to)?, at)))
            .min();
        match (direct, from_checkpoint) {
            (Some(direct), cost) if cost.is_none_or(|(cost, _)| direct <= cost + CLONE_COST) => {
                (direct > ON_THE_SPOT).then(|| self.way_from_here(to))
            }
            (_, Some((_, at))) => Some(self.way_from(at, to, 0)),
            (_, None) => {
                let is_open = self.passage_at(to.command) == Some(Passage::Stepwise) || to.step == 0;
                let base = if is_open { to.command.saturating_sub(1) } else { to.command };
                Some(self.way_over(to, base))
            }
        }
    }

    pub(super) fn way_from_here(&mut self, to: Position) -> Seeking {
        self.world.share();
        self.weigh_machine();
        let (world, at) = (self.world.clone(), self.position);
        Seeking { world, at, to, first: at.command, base: 0, origin: None, again: None }
    }

    fn way_from(&self, checkpoint: usize, to: Position, base: u32) -> Seeking {
        let Checkpoint { command, world, .. } = &self.checkpoints[checkpoint];
        let (world, origin) = (world.clone(), Some(checkpoint));
        Seeking { world, at: self.end_of(*command), to, first: *command, base, origin, again: None }
    }

    /// Returns the way to `to` over command `base`: from the nearest checkpoint before it, or a boot
    /// after that.
    pub(super) fn way_over(&self, to: Position, base: u32) -> Seeking {
        let at = self.checkpoints.partition_point(|checkpoint| checkpoint.command <= base);
        let at = at.checked_sub(1).expect("the first checkpoint is never dropped");
        let before = &self.records[..index(base)];
        let boot = before.iter().rposition(|record| record.passage == Passage::Boot).map_or(0, count);
        let mut seeking = self.way_from(at, to, base);
        if boot > seeking.first {
            // What came before makes no difference to another machine.
            (seeking.first, seeking.at) = (boot, self.end_of(boot));
        }
        seeking
    }

    /// Returns the position after command `command`.
    pub fn end_of(&self, command: u32) -> Position {
        end_of(&self.records, command)
    }

    /// Returns the position among those that were run which is nearest to `to`.
    pub fn clamp(&self, to: Position) -> Position {
        let command = to.command.min(count(self.records.len()));
        let last = self.end_of(command);
        if command == to.command { Position { command, step: to.step.min(last.step) } } else { last }
    }

    pub(super) fn passage_at(&self, command: u32) -> Option<Passage> {
        Some(self.record(command)?.passage)
    }

    /// Returns the deltas between two positions, `None` when a passage between them is closed.
    fn distance(&self, from: Position, to: Position) -> Option<usize> {
        let (low, high) = if from <= to { (from, to) } else { (to, from) };
        let mut sum = 0;
        for command in low.command..=high.command {
            let Some(record) = self.record(command) else { continue };
            let first = if command == low.command { low.step } else { 0 };
            let last = if command == high.command { high.step } else { record.trace.len() };
            if first == last {
                continue;
            }
            if record.passage != Passage::Stepwise {
                return None;
            }
            sum += record.trace.deltas_before(last) - record.trace.deltas_before(first);
        }
        Some(sum)
    }

    /// Goes to `to` through deltas; every passage on the way is open.
    fn walk_to(&mut self, to: Position) {
        while self.position != to {
            leg(&self.records, &mut self.world, &mut self.position, to);
        }
    }
}

/// Takes a machine that stands at `at` a part of the way to `to`, within one command; returns the
/// deltas that were gone through.
fn leg(records: &[Record], world: &mut World, at: &mut Position, to: Position) -> usize {
    let (from, is_back) = (*at, *at > to);
    let Some(record) = from.command.checked_sub(1).map(|before| &records[index(before)]) else {
        *at = Position { command: 1, step: 0 };
        return 0;
    };
    let is_last = from.command == to.command;
    let step = match (is_last, is_back) {
        (true, _) => to.step,
        (false, true) => 0,
        (false, false) => record.trace.len(),
    };
    let places = |low: u32, high: u32| record.trace.deltas_before(low)..record.trace.deltas_before(high);
    let places = if is_back { places(step, from.step) } else { places(from.step, step) };
    let deltas = places.len();
    if is_back {
        undo(world, &record.trace, places);
    } else {
        redo(world, &record.trace, places);
    }
    *at = match (is_last, is_back) {
        (true, _) => to,
        (false, true) => end_of(records, from.command - 1),
        (false, false) => Position { command: from.command + 1, step: 0 },
    };
    deltas
}

/// Returns the position after command `command`.
fn end_of(records: &[Record], command: u32) -> Position {
    let record = command.checked_sub(1).and_then(|before| records.get(index(before)));
    Position { command, step: record.map_or(0, |record| record.trace.len()) }
}
