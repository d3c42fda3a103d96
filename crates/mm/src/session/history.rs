//! What a session keeps to go back with, and how it gets thinner.
//!
//! A checkpoint shares with the machine and with the checkpoints beside it all that was not
//! written in between. The deltas of a command are good for any machine that stands where it began:
//! one that was copied, or one that was made anew.

use super::{Doing, Passage, Record, Running, Session};
use crate::budget::{Exceeded, Resource};
use crate::exec::Job;
use crate::outcome::Value;
use crate::units::count;
use crate::world::World;

/// Deltas after which another checkpoint is worth its memory.
const CHECKPOINT_DELTAS: usize = 500_000;
/// Checkpoints kept at most, besides the first.
const CHECKPOINTS_MAX: usize = 256;
/// How much more the newer half of the checkpoints is worth.
const NEWER_WEIGHT: u64 = 4;
/// Bytes that are copied at once: a machine of terabytes boots again instead, in slices.
pub(super) const COPY_BYTES_MAX: u64 = 64 << 20;
/// Bytes of a record without its trace.
const RECORD_BYTES: u64 = 512;

pub(super) struct Checkpoint {
    /// Commands that are done.
    pub(super) command: u32,
    pub(super) world: World,
    /// Events of all commands up to there.
    events: u64,
    /// Bytes that it does not share with the checkpoint before.
    bytes: u64,
}

impl Checkpoint {
    /// Makes the one before all commands.
    pub(super) fn first(world: &mut World) -> Checkpoint {
        Checkpoint::of(world, (0, 0), None)
    }

    fn of(world: &mut World, (command, events): (u32, u64), older: Option<&Checkpoint>) -> Checkpoint {
        world.share();
        let mut made = Checkpoint { command, world: world.clone(), events, bytes: 0 };
        made.weigh(older);
        made
    }

    fn weigh(&mut self, older: Option<&Checkpoint>) {
        self.bytes = self.world.bytes() + self.world.shared_bytes(older.map(|older| &older.world));
    }
}

/// What becomes of the newest checkpoint, from which a command is taken back that kept no deltas.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Newest {
    /// It stays: giving up a command runs nothing again.
    Keep,
    /// It may go too: there is no memory for it.
    Drop,
}

impl Record {
    /// Returns the bytes that it takes.
    pub(super) fn bytes(&self) -> u64 {
        let answer = match &self.outcome.result {
            Ok(Value::Text(text)) => u64::from(count(text.len())),
            Ok(Value::Pages(runs)) => u64::from(count(runs.len())) * 64,
            Ok(_) | Err(_) => 0,
        };
        RECORD_BYTES + answer + self.trace.bytes()
    }
}

impl Session {
    /// Returns the bytes that the session takes, the command under way left out.
    pub fn bytes(&self) -> u64 {
        let checkpoints: u64 = self.checkpoints.iter().map(|checkpoint| checkpoint.bytes).sum();
        let machine = self.world.bytes() + self.unshared_bytes;
        checkpoints + self.record_bytes + machine
    }

    /// Returns what the command under way would take too much of, after the history was made as
    /// thin as can be.
    pub(super) fn exceeded(&mut self, running: &Running) -> Option<Exceeded> {
        if self.events + running.trace.events() > self.budget.events {
            return Some(Exceeded { resource: Resource::Work, limit: self.budget.events });
        }
        let job = match &running.doing {
            Doing::Claim(_) => return None,
            Doing::Job(job) => job,
        };
        if matches!(**job, Job::Boot(_)) {
            // Another machine takes the place of all that there is.
            return None;
        }
        let of_command = running.trace.bytes() + job.bytes();
        let limit = self.budget.session_bytes;
        if self.bytes() + of_command <= limit {
            return None;
        }
        self.weigh_machine();
        let fits = self.make_room(limit.saturating_sub(of_command));
        (!fits).then_some(Exceeded { resource: Resource::Memory, limit })
    }

    /// Makes the history as thin as the session needs to take at most `bytes`; returns whether
    /// it does then.
    pub(super) fn make_room(&mut self, bytes: u64) -> bool {
        if self.bytes() > bytes {
            self.thin_records(0);
        }
        while self.bytes() > bytes {
            if !self.drop_a_checkpoint(Newest::Drop) {
                return false;
            }
        }
        true
    }

    /// Keeps what going back over the last command needs, and thins what is older.
    pub(super) fn keep_checkpoint(&mut self, passage: Passage) {
        if passage != Passage::Stepwise || self.fresh_deltas > CHECKPOINT_DELTAS {
            // Another machine makes room for itself first, and so does the copy of a large one.
            let machine = self.world.bytes();
            let room = self.budget.session_bytes.saturating_sub(machine);
            if passage == Passage::Boot {
                let left = self.budget.checkpoint_bytes.saturating_sub(machine);
                self.thin_checkpoints(left, Newest::Drop);
            }
            while self.bytes() > room && self.drop_a_checkpoint(Newest::Drop) {}
            let is_copied_at_once = machine <= COPY_BYTES_MAX;
            if is_copied_at_once && (passage == Passage::Boot || self.bytes() <= room) {
                self.push_checkpoint();
            }
        }
        self.thin_checkpoints(self.budget.checkpoint_bytes, Newest::Keep);
    }

    fn push_checkpoint(&mut self) {
        let here = (count(self.records.len()), self.events);
        let made = Checkpoint::of(&mut self.world, here, self.checkpoints.last());
        self.checkpoints.push(made);
        (self.fresh_deltas, self.unshared_bytes) = (0, 0);
    }

    /// Thins the history to what the budget leaves it.
    pub(super) fn thin_history(&mut self) {
        self.thin_records(self.budget.record_bytes);
    }

    fn thin_checkpoints(&mut self, bytes: u64, newest: Newest) {
        let sum = |session: &Session| -> u64 {
            session.checkpoints.iter().map(|checkpoint| checkpoint.bytes).sum()
        };
        while (sum(self) > bytes || self.checkpoints.len() > CHECKPOINTS_MAX)
            && self.drop_a_checkpoint(newest)
        {}
    }

    /// Drops the checkpoint that is missed least: one with few events between its neighbours,
    /// among the older half rather, those of boots last. The first stays. Returns `false` when there is
    /// none to drop.
    fn drop_a_checkpoint(&mut self, newest: Newest) -> bool {
        let len = self.checkpoints.len();
        let next = |at: usize| self.checkpoints.get(at + 1).map_or(u64::MAX, |next| next.events);
        // What running again costs, which commands of a few events do not.
        let gap = |at: usize| next(at) - self.checkpoints[at - 1].events;
        let weight = |at: usize| if at >= len / 2 { gap(at) } else { gap(at) / NEWER_WEIGHT };
        let is_boot = |at: usize| self.passage_at(self.checkpoints[at].command) == Some(Passage::Boot);
        let end = match newest {
            Newest::Keep => len - 1,
            Newest::Drop => len,
        };
        let Some(at) = (1..end).min_by_key(|&at| (is_boot(at), weight(at))) else { return false };
        self.checkpoints.remove(at);
        let (older, newer) = self.checkpoints.split_at_mut(at);
        match newer.first_mut() {
            Some(newer) => newer.weigh(older.last()),
            None => self.weigh_machine(),
        }
        true
    }

    /// Takes the detail from the oldest commands until all keep at most `bytes`; the last keeps
    /// its own.
    fn thin_records(&mut self, bytes: u64) {
        let Some((_, older)) = self.records.split_last_mut() else { return };
        while self.record_bytes > bytes
            && let Some(record) = older.get_mut(self.thin_records)
        {
            self.record_bytes -= record.lose_detail();
            self.thin_records += 1;
        }
    }

    /// Forgets what was kept of commands after the first `keep`.
    pub(super) fn forget_after(&mut self, keep: u32) {
        self.checkpoints.retain(|checkpoint| checkpoint.command <= keep);
        self.thin_records = self.thin_records.min(self.records.len());
        self.record_bytes = self.records.iter().map(Record::bytes).sum();
        self.events = self.records.iter().map(|record| record.trace.events()).sum();
        self.weigh_machine();
    }

    /// Finds out what the machine could share and does not: what it wrote since then is its own.
    pub(super) fn weigh_machine(&mut self) {
        let last = self.checkpoints.last().map(|checkpoint| &checkpoint.world);
        self.unshared_bytes = self.world.shared_bytes(last);
    }

    /// Puts the machine of a checkpoint in the place of the present one.
    pub(super) fn restore_checkpoint(&mut self, at: usize) {
        let checkpoint = &self.checkpoints[at];
        self.world = checkpoint.world.clone();
        self.position = self.end_of(checkpoint.command);
        self.unshared_bytes = 0;
    }
}

impl Record {
    /// Gives up its steps and deltas; returns the bytes that this frees.
    fn lose_detail(&mut self) -> u64 {
        if self.passage != Passage::Stepwise {
            return 0;
        }
        let before = self.bytes();
        self.trace.make_coarse();
        self.trace.close_coarse();
        self.passage = Passage::Coarse;
        before - self.bytes()
    }
}
