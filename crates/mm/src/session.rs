//! A script being run: records of what was done, and a position that can be anywhere in it.
//!
//! `run` appends a record; `seek` moves the machine to any step of any command, forwards and
//! backwards, by writing the old or new words of deltas. Where a command kept no detail
//! (past its budget, or a boot, which makes another machine), the nearest checkpoint is
//! cloned and the way from there is gone forwards.

use core::ops::Range;

use crate::errno::Refusal;
use crate::exec::{Job, Poll};
pub use crate::exec::{Work, WorkUnit};
pub use crate::host::{Host, HostFile, HostState, PrintArea};
use crate::outcome::{Outcome, Unexpected, Value};
use crate::script::{Command, Script, Verb};
use crate::store::Journal;
use crate::trace::{Detail, Trace};
use crate::units::{Nanos, count, index};
use crate::world::World;

pub use crate::budget::{
    Budget, CHECKPOINT_BYTES_MAX, EVENTS_MAX, Exceeded, RECORD_BYTES_MAX, Resource, SESSION_BYTES_MAX,
};
use expect::{Claim, Look};
use history::Checkpoint;
use seek::Seeking;

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

/// How a command that is under way stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Nothing is under way.
    Idle,
    /// This much of it is done.
    Running(Work),
    /// The command ended as expected, or the position was reached.
    Finished,
    /// The command ended otherwise than its line expects.
    Unexpected,
}

struct Running {
    command: Command,
    doing: Doing,
    trace: Trace,
    /// What its last slice came to.
    work: Option<Work>,
    /// Units done since the budget was looked at.
    unchecked: u32,
}

/// What is under way for a command.
enum Doing {
    /// A claim is looked at.
    Claim(Box<Claim>),
    /// The command is run.
    Job(Box<Job>),
}

/// Units of work after which the budget is looked at.
const CHECK_UNITS: u32 = 4096;

/// A command that was given up: all that it did was taken back.
#[derive(Clone, PartialEq, Debug)]
pub struct Cancelled {
    /// The command.
    pub command: Command,
    /// How far it was; `None` when nothing of it was done.
    pub work: Option<Work>,
}

/// The way back over what a command did that is not to stand: meanwhile the machine is within it.
struct Back {
    seeking: Seeking,
    /// The command that would have gone over the budget, which gets a record of that.
    exceeded: Option<(Command, Exceeded)>,
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
    back: Option<Back>,
    seeking: Option<Seeking>,
    detail: Detail,
    budget: Budget,
    /// Records at the start that have no detail to lose any more.
    thin_records: usize,
    /// Bytes that all records keep, so that none need be summed up each time.
    record_bytes: u64,
    /// Events of all records.
    events: u64,
    /// Deltas made since the last checkpoint.
    fresh_deltas: usize,
    /// Bytes of the machine that it could share with a checkpoint, were that still kept.
    unshared_bytes: u64,
}

impl Session {
    /// Starts with a default machine and an empty script.
    pub fn new(host: Host) -> Session {
        Session::on(World::default(), host)
    }

    /// Starts with this machine and an empty script.
    pub fn on(mut world: World, host: Host) -> Session {
        Session {
            host,
            script: Script::default(),
            records: Vec::new(),
            checkpoints: vec![Checkpoint::first(&mut world)],
            world,
            position: Position::default(),
            running: None,
            back: None,
            seeking: None,
            detail: Detail::Full,
            budget: Budget::default(),
            thin_records: 0,
            record_bytes: 0,
            events: 0,
            fresh_deltas: 0,
            unshared_bytes: 0,
        }
    }

    /// Chooses whether the commands that follow are recorded in detail.
    pub fn set_detail(&mut self, detail: Detail) {
        self.detail = detail;
    }

    /// Chooses how much memory and work the script may take.
    pub fn set_budget(&mut self, budget: Budget) {
        self.budget = budget;
    }

    /// Takes a new script. Commands it shares with the old one, from the start, stay run; what
    /// came after them is forgotten.
    pub fn load(&mut self, script: Script) {
        self.cancel();
        let shared = self.shared_with(&script);
        self.script = script;
        self.truncate(shared);
        for (record, command) in self.records.iter_mut().zip(&self.script.commands) {
            record.command.at = command.at;
        }
    }

    /// Returns how many commands, from the start, [`Session::load`] would keep run. Who has gone to
    /// the end of the last of them before makes loading short.
    pub fn shared_with(&self, script: &Script) -> u32 {
        let pairs = self.records.iter().zip(&script.commands);
        count(pairs.take_while(|(record, command)| record.command.same_as(command)).count())
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

    /// Starts the next command of the script that was not run yet; `false` at the script's end,
    /// and behind a command that would have gone over the budget. Goes to the end of what was run
    /// first, in one piece: [`Session::start_seek`] does that in slices before.
    pub fn start_next(&mut self) -> bool {
        self.cancel();
        if self.records.last().is_some_and(|record| record.outcome.exceeded().is_some()) {
            return false;
        }
        let Some(command) = self.script.commands.get(self.records.len()).cloned() else {
            return false;
        };
        self.seek(self.end());
        if matches!(command.verb, Verb::Boot(_)) && self.bytes() > self.budget.session_bytes / 2 {
            // Until it has taken its place, two machines are in memory.
            self.make_room(0);
        }
        let trace = Trace::new(self.detail);
        let doing = if let Verb::Expect(expectation) = &command.verb {
            match Claim::of(expectation, self) {
                Ok(claim) => Doing::Claim(Box::new(claim)),
                Err(unknown) => Doing::Job(Box::new(Job::compared(Value::Unknown(unknown)))),
            }
        } else {
            Doing::Job(Box::new(Job::start(&command, &self.world, self.host)))
        };
        self.running = Some(Running { command, doing, trace, work: None, unchecked: 0 });
        true
    }

    /// Goes on with what is under way, a command or a way to a position, for about `units` units
    /// of work (pages touched, blocks allocated).
    pub fn advance(&mut self, units: u32) -> Progress {
        if let Some(back) = self.back.take() {
            return self.advance_back(back, units);
        }
        if let Some(seeking) = self.seeking.take() {
            return self.advance_seek(seeking, units);
        }
        let Some(mut running) = self.running.take() else {
            return Progress::Idle;
        };
        let mut left = units;
        loop {
            // The budget is looked at after the same units whoever calls: a limit is a result.
            let slice = left.min(CHECK_UNITS - running.unchecked);
            left -= slice;
            running.unchecked = (running.unchecked + slice) % CHECK_UNITS;
            let poll = self.poll(&mut running, slice);
            let looks = running.unchecked == 0 || matches!(poll, Poll::Ready(_));
            if let Some(exceeded) = looks.then(|| self.exceeded(&running)).flatten() {
                return self.stop_at_limit(running, exceeded);
            }
            match poll {
                Poll::Pending(work) => {
                    running.work = Some(work);
                    if left == 0 {
                        self.running = Some(running);
                        return Progress::Running(work);
                    }
                }
                Poll::Ready(answer) => {
                    let outcome = Outcome::judge(answer, &running.command);
                    let progress =
                        if outcome.unexpected.is_some() { Progress::Unexpected } else { Progress::Finished };
                    self.finish(running.command, outcome, running.trace);
                    return progress;
                }
            }
        }
    }

    /// Does a slice of a command's work.
    fn poll(&mut self, running: &mut Running, units: u32) -> Poll {
        let job = match &mut running.doing {
            Doing::Job(job) => job,
            Doing::Claim(claim) => match claim.go_on(self, units) {
                Look::Pending(work) => return Poll::Pending(work),
                Look::Judged(value) => {
                    running.doing = Doing::Job(Box::new(Job::compared(value)));
                    return self.poll(running, units);
                }
            },
        };
        job.advance(&mut self.world, &running.command, units, &mut running.trace)
    }

    /// Takes back a command that would go over the budget, then says so in its place.
    fn stop_at_limit(&mut self, running: Running, exceeded: Exceeded) -> Progress {
        match self.take_back(&running.trace) {
            Some(seeking) => {
                let work = seeking.work();
                self.back = Some(Back { seeking, exceeded: Some((running.command, exceeded)) });
                Progress::Running(work)
            }
            None => self.refuse(running.command, exceeded),
        }
    }

    fn refuse(&mut self, command: Command, exceeded: Exceeded) -> Progress {
        let mut trace = Trace::new(self.detail);
        trace.emit(crate::shell::Event::Refused);
        let outcome = Outcome::judge(Err(Refusal::Exceeded(exceeded)).into(), &command);
        self.finish(command, outcome, trace);
        Progress::Unexpected
    }

    /// Takes back what a command did; where it kept no deltas, returns the way that leads there.
    fn take_back(&mut self, trace: &Trace) -> Option<Seeking> {
        if trace.is_detailed() {
            undo(&mut self.world, trace, 0..trace.delta_count());
            return None;
        }
        let before = count(self.records.len());
        Some(self.way_over(self.end_of(before), before))
    }

    fn advance_back(&mut self, mut back: Back, units: u32) -> Progress {
        if let Some(work) = back.seeking.go_on(self, units) {
            self.back = Some(back);
            return Progress::Running(work);
        }
        self.arrive(back.seeking);
        match back.exceeded {
            Some((command, exceeded)) => self.refuse(command, exceeded),
            None => Progress::Finished,
        }
    }

    /// Gives up the command under way and takes back what it did; `None` when there is none. A
    /// way to a position is given up, too.
    pub fn cancel(&mut self) -> Option<Cancelled> {
        let cancelled = self.start_cancel();
        while let Some(back) = self.back.take() {
            self.advance_back(back, u32::MAX);
        }
        cancelled
    }

    /// Gives up what is under way as [`Session::cancel`] does. What kept no deltas is not taken back at
    /// once: as long as [`Session::is_running`], [`Session::advance`] does that.
    pub fn start_cancel(&mut self) -> Option<Cancelled> {
        self.seeking = None;
        if let Some(back) = &mut self.back {
            let (command, _) = back.exceeded.take()?;
            return Some(Cancelled { command, work: None });
        }
        let running = self.running.take()?;
        let seeking = match running.doing {
            Doing::Claim(_) => None,
            Doing::Job(_) => self.take_back(&running.trace),
        };
        self.back = seeking.map(|seeking| Back { seeking, exceeded: None });
        Some(Cancelled { command: running.command, work: running.work })
    }

    /// Returns how far what is under way is; `None` before the first slice of a command.
    pub fn under_way(&self) -> Option<Work> {
        match self.back.as_ref().map(|back| &back.seeking).or(self.seeking.as_ref()) {
            Some(seeking) => Some(seeking.work()),
            None => self.running.as_ref()?.work,
        }
    }

    /// Returns whether a command is under way, or being taken back.
    pub fn is_running(&self) -> bool {
        self.running.is_some() || self.back.is_some()
    }

    /// Runs the next command to its end; `None` at the script's end.
    pub fn run_next(&mut self) -> Option<&Record> {
        if !self.start_next() {
            return None;
        }
        while matches!(self.advance(u32::MAX), Progress::Running(_)) {}
        self.records.last()
    }

    /// Runs all that is left of the script, whatever fails but a `boot`.
    pub fn run_all(&mut self) {
        while !self.lacks_machine() && self.run_next().is_some() {}
    }

    /// Returns whether the last command is a `boot` that was refused unexpectedly: what follows is
    /// meant for a machine that is not there.
    pub fn lacks_machine(&self) -> bool {
        let is_boot = |record: &&Record| matches!(record.command.verb, Verb::Boot(_));
        let boot = self.records.last().filter(is_boot);
        boot.is_some_and(|boot| boot.outcome.result.is_err() && boot.outcome.unexpected.is_some())
    }

    /// Forgets all commands after the first `keep`.
    pub fn truncate(&mut self, keep: u32) {
        if keep < count(self.records.len()) {
            if self.position.command > keep {
                self.seek(self.end_of(keep));
            }
            self.records.truncate(index(keep));
            self.forget_after(keep);
        }
    }

    fn finish(&mut self, command: Command, outcome: Outcome, mut trace: Trace) {
        let passage = match () {
            () if outcome.booted => Passage::Boot,
            () if trace.is_detailed() => Passage::Stepwise,
            () => Passage::Coarse,
        };
        self.world.rest.clock.advance(trace.now(), &mut trace);
        if passage == Passage::Coarse || trace.is_empty() {
            trace.close_coarse();
        }
        self.fresh_deltas += trace.delta_count();
        self.events += trace.events();
        debug_assert!(!trace.is_empty(), "a command without a step: {command:?}");
        let step = trace.len();
        self.records.push(Record { command, outcome, trace, passage });
        self.record_bytes += self.records.last().map_or(0, Record::bytes);
        self.position = Position { command: count(self.records.len()), step };
        self.keep_checkpoint(passage);
        self.thin_history();
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

/// Puts back what the deltas at these places overwrote, last first.
pub fn undo(world: &mut World, journal: &Journal, places: Range<usize>) {
    for delta in journal.range(places).rev() {
        world.restore(delta.slot, delta.old, journal.versions());
    }
}

/// Writes again what the deltas at these places wrote.
pub fn redo(world: &mut World, journal: &Journal, places: Range<usize>) {
    for delta in journal.range(places) {
        world.restore(delta.slot, delta.new, journal.versions());
    }
}

mod expect;
mod history;
mod seek;
#[cfg(test)]
mod slice_tests;
#[cfg(test)]
mod tests;
