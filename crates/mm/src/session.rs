//! A script being run: records of what was done, and a position that can be anywhere in it.
//!
//! `run` appends a record; `seek` moves the machine to any step of any command, forwards and
//! backwards, by writing the old or new words of deltas. Where a command kept no detail
//! (past its budget, or a boot, which makes another machine), the nearest checkpoint is
//! cloned and the way from there is gone forwards. The history knows nothing of commands.

use crate::exec::{Job, Poll};
pub use crate::exec::{Work, WorkUnit};
use crate::outcome::{Outcome, Unexpected};
use crate::script::{Command, Script};
use crate::store::Delta;
use crate::trace::{Detail, Trace};
use crate::units::{Nanos, count, index};
use crate::world::World;

/// Deltas that all commands together may keep; the oldest lose their detail past it.
pub const HISTORY_DELTA_BUDGET: usize = 4_000_000;
/// Deltas after which another checkpoint is worth its memory.
const CHECKPOINT_DELTAS: usize = 500_000;
/// Checkpoints kept at most, besides the first.
const CHECKPOINTS_MAX: usize = 48;
/// What cloning a checkpoint costs, in deltas gone through instead.
const CLONE_COST: usize = 100_000;

/// Where in a script the machine stands: command `command` (from 1) with `step` of its steps
/// done. `0.0` is before the first command.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Position {
    /// Command, counted from 1; 0 before the first.
    pub command: u32,
    /// Steps of it that are done; 0 is before its first event.
    pub step: u32,
}

/// A command that was run.
#[derive(Clone, Debug)]
pub struct Record {
    /// The command.
    pub command: Command,
    /// What it answered.
    pub outcome: Outcome,
    /// Its steps, spans, time and deltas.
    pub trace: Trace,
    /// How far its effect can be gone through.
    pub passage: Passage,
}

/// Whether a record can be undone by its deltas.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passage {
    /// All deltas are there.
    Stepwise,
    /// Detail was given up past a budget: only its start and its end can be reached.
    Coarse,
    /// Another machine: only its start and its end can be reached.
    Boot,
}

/// What `cat` and `boot state=` need from outside: the model opens no file and prints no text.
#[derive(Clone, Copy)]
pub struct Host {
    /// Returns the content of a file such as `/proc/buddyinfo`, `None` when there is none.
    pub file: fn(&World, &str) -> Option<String>,
    /// Returns the text of a captured state by its name.
    pub state: fn(&str) -> Option<String>,
}

impl Host {
    /// A host with no files and no captures.
    pub const BARE: Host = Host { file: |_, _| None, state: |_| None };
}

/// How a command that is under way stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Nothing is under way.
    Idle,
    /// This much of it is done.
    Running(Work),
    /// The command ended as expected.
    Finished,
    /// The command ended otherwise than its line expects.
    Unexpected,
}

struct Running {
    command: Command,
    job: Job,
    trace: Trace,
    /// What its last slice came to.
    work: Option<Work>,
}

/// A command that was given up: all that it did was taken back.
#[derive(Clone, PartialEq, Debug)]
pub struct Cancelled {
    /// The command.
    pub command: Command,
    /// How far it was; `None` when nothing of it was done.
    pub work: Option<Work>,
}

/// A machine, the script it runs and how it came here.
pub struct Session {
    host: Host,
    script: Script,
    records: Vec<Record>,
    world: World,
    position: Position,
    checkpoints: Vec<Checkpoint>,
    running: Option<Running>,
    detail: Detail,
    /// Deltas kept by all records, to hold the budget without summing up each time.
    kept_deltas: usize,
    /// Deltas made since the last checkpoint.
    fresh_deltas: usize,
}

struct Checkpoint {
    /// Commands that are done.
    command: u32,
    world: World,
}

impl Session {
    /// Starts with a default machine and an empty script.
    pub fn new(host: Host) -> Session {
        Session::on(World::default(), host)
    }

    /// Starts with this machine and an empty script.
    pub fn on(world: World, host: Host) -> Session {
        Session {
            host,
            script: Script::default(),
            records: Vec::new(),
            checkpoints: vec![Checkpoint { command: 0, world: world.clone() }],
            world,
            position: Position::default(),
            running: None,
            detail: Detail::Full,
            kept_deltas: 0,
            fresh_deltas: 0,
        }
    }

    /// Chooses whether the commands that follow are recorded in detail.
    pub fn set_detail(&mut self, detail: Detail) {
        self.detail = detail;
    }

    /// Takes a new script. Commands it shares with the old one, from the start, stay run; what
    /// came after them is forgotten.
    pub fn load(&mut self, script: Script) {
        self.cancel();
        let shared = self
            .records
            .iter()
            .zip(&script.commands)
            .take_while(|(record, command)| record.command.same_as(command))
            .count();
        self.script = script;
        self.truncate(count(shared));
        for (record, command) in self.records.iter_mut().zip(&self.script.commands) {
            record.command = command.clone();
        }
    }

    /// Returns the script.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// Returns the commands run so far, oldest first.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Returns the record of command `command`, counted from 1.
    pub fn record(&self, command: u32) -> Option<&Record> {
        self.records.get(index(command.checked_sub(1)?))
    }

    /// Returns the machine as it is at [`Session::position`].
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Returns where the machine stands.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Returns the position after everything that was run.
    pub fn end(&self) -> Position {
        let command = count(self.records.len());
        Position { command, step: self.record(command).map_or(0, |record| record.trace.len()) }
    }

    /// Returns every command that ended otherwise than its line expects.
    pub fn unexpected(&self) -> impl Iterator<Item = (&Record, &Unexpected)> {
        self.records.iter().filter_map(|record| Some((record, record.outcome.unexpected.as_ref()?)))
    }

    // ---- running

    /// Starts the next command of the script that was not run yet; `false` at the script's end.
    pub fn start_next(&mut self) -> bool {
        self.cancel();
        let Some(command) = self.script.commands.get(self.records.len()).cloned() else {
            return false;
        };
        self.seek(self.end());
        let trace = Trace::new(self.detail);
        let job = Job::start(&command, self);
        self.running = Some(Running { command, job, trace, work: None });
        true
    }

    /// Goes on with the command under way for about `units` units of work (pages touched,
    /// blocks allocated).
    pub fn advance(&mut self, units: u32) -> Progress {
        let Some(mut running) = self.running.take() else {
            return Progress::Idle;
        };
        match running.job.advance(&mut self.world, &running.command, units, &mut running.trace) {
            Poll::Pending(work) => {
                running.work = Some(work);
                self.running = Some(running);
                Progress::Running(work)
            }
            Poll::Ready(answer) => {
                let outcome = Outcome::judge(answer, &running.command);
                let progress =
                    if outcome.unexpected.is_some() { Progress::Unexpected } else { Progress::Finished };
                self.finish(running.command, outcome, running.trace);
                progress
            }
        }
    }

    /// Gives up the command under way and takes back what it did; `None` when there is none.
    pub fn cancel(&mut self) -> Option<Cancelled> {
        let running = self.running.take()?;
        if running.trace.is_detailed() {
            undo(&mut self.world, running.trace.deltas());
        } else {
            self.world = self.rebuild(count(self.records.len()));
        }
        Some(Cancelled { command: running.command, work: running.work })
    }

    /// Returns how far the command under way is; `None` before its first slice.
    pub fn under_way(&self) -> Option<Work> {
        self.running.as_ref()?.work
    }

    /// Returns whether a command is under way.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Runs the next command to its end; `None` at the script's end.
    pub fn run_next(&mut self) -> Option<&Record> {
        if !self.start_next() {
            return None;
        }
        while matches!(self.advance(u32::MAX), Progress::Running(_)) {}
        self.records.last()
    }

    /// Runs all that is left of the script, whatever fails.
    pub fn run_all(&mut self) {
        while self.run_next().is_some() {}
    }

    /// Forgets all commands after the first `keep`.
    pub fn truncate(&mut self, keep: u32) {
        if keep < count(self.records.len()) {
            if self.position.command > keep {
                self.seek(self.end_of(keep));
            }
            self.records.truncate(index(keep));
            self.checkpoints.retain(|checkpoint| checkpoint.command <= keep);
            self.kept_deltas = self.records.iter().map(|record| record.trace.delta_count()).sum();
        }
    }

    fn finish(&mut self, command: Command, outcome: Outcome, mut trace: Trace) {
        let passage = match () {
            () if outcome.booted => Passage::Boot,
            () if trace.is_detailed() => Passage::Stepwise,
            () => Passage::Coarse,
        };
        self.world.clock.advance(trace.now(), &mut trace);
        if passage == Passage::Coarse || trace.is_empty() {
            trace.close_coarse();
        }
        self.kept_deltas += trace.delta_count();
        self.fresh_deltas += trace.delta_count();
        debug_assert!(!trace.is_empty(), "a command without a step: {command:?}");
        let step = trace.len();
        self.records.push(Record { command, outcome, trace, passage });
        self.position = Position { command: count(self.records.len()), step };
        self.keep_checkpoint(passage);
        self.thin_history();
    }

    // ---- moving

    /// Moves the machine to `to`, clamped to what was run.
    pub fn seek(&mut self, to: Position) {
        let to = self.clamp(to);
        if to == self.position {
            return;
        }
        let direct = self.distance(self.position, to);
        let from_checkpoint = self
            .checkpoints
            .iter()
            .enumerate()
            .filter(|(_, checkpoint)| checkpoint.command <= to.command)
            .filter_map(|(at, checkpoint)| {
                let cost = self.distance(self.end_of(checkpoint.command), to)?;
                Some((cost + CLONE_COST, at))
            })
            .min();
        match (direct, from_checkpoint) {
            (Some(direct), Some((cost, _))) if direct <= cost => self.walk_to(to),
            (Some(_), None) => self.walk_to(to),
            (_, Some((_, at))) => {
                let checkpoint = &self.checkpoints[at];
                self.world = checkpoint.world.clone();
                self.position = self.end_of(checkpoint.command);
                self.walk_to(to);
            }
            (None, None) => {
                let base = if self.passage_at(to.command) == Some(Passage::Stepwise) || to.step == 0 {
                    to.command.saturating_sub(1)
                } else {
                    to.command
                };
                self.world = self.rebuild(base);
                self.position = self.end_of(base);
                self.walk_to(to);
            }
        }
    }

    /// Returns the position after command `command`.
    pub fn end_of(&self, command: u32) -> Position {
        Position { command, step: self.record(command).map_or(0, |record| record.trace.len()) }
    }

    fn clamp(&self, to: Position) -> Position {
        let command = to.command.min(count(self.records.len()));
        let last = self.end_of(command);
        if command == to.command { Position { command, step: to.step.min(last.step) } } else { last }
    }

    fn passage_at(&self, command: u32) -> Option<Passage> {
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
            let at = self.position;
            if at.command > to.command || (at.command == to.command && at.step > to.step) {
                let target = if at.command == to.command { to.step } else { 0 };
                let record = &self.records[index(at.command) - 1];
                let places = record.trace.deltas_before(target)..record.trace.deltas_before(at.step);
                undo(&mut self.world, record.trace.range(places));
                self.position = if at.command == to.command {
                    Position { command: at.command, step: target }
                } else {
                    self.end_of(at.command - 1)
                };
            } else {
                let ended = at == self.end_of(at.command);
                if ended && at.command < to.command {
                    self.position = Position { command: at.command + 1, step: 0 };
                    continue;
                }
                let record = &self.records[index(at.command) - 1];
                let target = if at.command == to.command { to.step } else { record.trace.len() };
                let places = record.trace.deltas_before(at.step)..record.trace.deltas_before(target);
                redo(&mut self.world, record.trace.range(places));
                self.position = Position { command: at.command, step: target };
            }
        }
    }

    /// Makes the machine after command `command` anew: the nearest checkpoint before it, then
    /// forwards by deltas, or by running again what kept none.
    fn rebuild(&self, command: u32) -> World {
        let base = self.checkpoints.iter().rfind(|checkpoint| checkpoint.command <= command);
        let base = base.expect("the first checkpoint is never dropped");
        let mut world = base.world.clone();
        for record in &self.records[index(base.command)..index(command)] {
            match record.passage {
                Passage::Stepwise => redo(&mut world, record.trace.deltas()),
                Passage::Coarse => self.run_again(&mut world, &record.command),
                Passage::Boot => unreachable!("the checkpoint of a boot is never dropped"),
            }
        }
        world
    }

    fn run_again(&self, world: &mut World, command: &Command) {
        let mut trace = Trace::new(Detail::Off);
        let mut job = Job::restart(command, world, self.host);
        while matches!(job.advance(world, command, u32::MAX, &mut trace), Poll::Pending(_)) {}
        world.clock.advance(trace.now(), &mut trace);
    }

    // ---- memory of the history

    fn keep_checkpoint(&mut self, passage: Passage) {
        if passage != Passage::Stepwise || self.fresh_deltas > CHECKPOINT_DELTAS {
            let command = count(self.records.len());
            self.checkpoints.push(Checkpoint { command, world: self.world.clone() });
            self.fresh_deltas = 0;
            if self.checkpoints.len() > CHECKPOINTS_MAX {
                self.drop_a_checkpoint();
            }
        }
    }

    /// Makes the older half of the checkpoints sparser. The first stays, and those of boots do:
    /// deltas are relative to the machine that was booted.
    fn drop_a_checkpoint(&mut self) {
        let older = 1..CHECKPOINTS_MAX / 2;
        let gap = |at: usize| self.checkpoints[at + 1].command - self.checkpoints[at - 1].command;
        let spare = older
            .filter(|&at| self.passage_at(self.checkpoints[at].command) != Some(Passage::Boot))
            .min_by_key(|&at| gap(at));
        if let Some(at) = spare {
            self.checkpoints.remove(at);
        }
    }

    fn thin_history(&mut self) {
        let Some((_, older)) = self.records.split_last_mut() else { return };
        for record in older {
            if self.kept_deltas <= HISTORY_DELTA_BUDGET {
                break;
            }
            if record.passage == Passage::Stepwise {
                self.kept_deltas -= record.trace.delta_count();
                record.trace.make_coarse();
                record.trace.close_coarse();
                record.passage = Passage::Coarse;
            }
        }
    }

    /// Evaluates `ask` on the machine as it was at `at`, and comes back.
    pub fn at<T>(&mut self, at: Position, ask: impl FnOnce(&World) -> T) -> T {
        let here = self.position;
        self.seek(at);
        let answer = ask(&self.world);
        self.seek(here);
        answer
    }

    /// Returns the host of files and captures.
    pub fn host(&self) -> Host {
        self.host
    }

    /// Returns the time simulated by command `command`.
    pub fn time_of(&self, command: u32) -> Nanos {
        self.record(command).map_or(Nanos(0), |record| record.trace.now())
    }
}

/// Puts back what `deltas` overwrote, last first.
pub fn undo<'a>(world: &mut World, deltas: impl DoubleEndedIterator<Item = &'a Delta>) {
    for delta in deltas.rev() {
        world.restore(delta.slot, delta.old);
    }
}

/// Writes again what `deltas` wrote.
pub fn redo<'a>(world: &mut World, deltas: impl Iterator<Item = &'a Delta>) {
    for delta in deltas {
        world.restore(delta.slot, delta.new);
    }
}

#[cfg(test)]
mod tests;
