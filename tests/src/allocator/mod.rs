//! Laws of the page allocator over long random sequences of operations.
//!
//! [`machine`] makes machines of a few megabytes, small enough for the checker to look at all
//! of them after each operation. Who works on them is an [`Actor`]: [`Blocks`] allocates and
//! frees, held to the naive model of [`Bitmap`]; [`Crowd`] lets processes fill memory and has
//! it compacted under them.

mod bitmap;
mod blocks;
mod crowd;
pub mod machine;

pub use bitmap::Bitmap;
pub use blocks::Blocks;
pub use crowd::Crowd;

use mm::trace::{Detail, Trace};
use mm::world::World;

/// Operations after which a sequence starts again on a new machine.
const OPERATIONS_A_MACHINE: u64 = 20_000;
/// Operations between two probes.
const PROBE_EVERY: u64 = 97;
/// Operations between two times of going back.
const REVERT_EVERY: u64 = 1009;
/// Operations that are gone back over.
const REVERTED: u64 = 20;

/// Somebody who works on a machine at random.
pub trait Actor {
    /// Starts on this machine; equal seeds do equal things.
    fn new(world: World, seed: u64) -> Self;

    /// Returns the machine.
    fn world(&self) -> &World;

    /// Returns the machine, to go back and forth in time.
    fn world_mut(&mut self) -> &mut World;

    /// Derives the truth of what the actor works on, and returns what disagrees, in words.
    fn check(&self) -> Option<String>;

    /// Does one random thing.
    fn operate(&mut self, tr: &mut Trace);

    /// Asks now and then what the machine must answer.
    fn probe(&mut self);

    /// Gives everything back; the machine must be as empty as it was.
    fn finish(&mut self);
}

/// Returns violations in words, `None` when there are none.
fn told<V: core::fmt::Debug>(violations: &[V]) -> Option<String> {
    (!violations.is_empty()).then(|| format!("{violations:?}"))
}

/// How often the checker looks at the whole machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Checked {
    /// After every operation.
    Always,
    /// After every so many operations.
    Every(u64),
}

impl Checked {
    fn is_due(self, operation: u64) -> bool {
        match self {
            Checked::Always => true,
            Checked::Every(distance) => operation.is_multiple_of(distance),
        }
    }
}

/// Lets an actor perform `operations` random operations on machines that `boot` makes, one seed
/// after the other, and holds the laws: the checker is silent, going back restores the state, and
/// what the actor asks of the machine in between.
///
/// # Panics
/// With the seed and the operation when a law is broken.
pub fn run<A: Actor>(boot: impl Fn(u64) -> World, seed: u64, operations: u64, checked: Checked) {
    let mut done = 0;
    let mut seed = seed;
    while done < operations {
        let part = OPERATIONS_A_MACHINE.min(operations - done);
        one_machine(&mut A::new(boot(seed), seed), seed, part, checked);
        done += part;
        seed += 1;
    }
}

/// Lets two actors do the same on equal machines, one of them recorded: what is not may go
/// shorter ways, which must leave the same machine and count the same events and time.
///
/// # Panics
/// With the seed and the operation when the two part.
pub fn detail_changes_nothing<A: Actor>(boot: impl Fn(u64) -> World, seed: u64, operations: u64) {
    let mut actors = [Detail::Full, Detail::Off].map(|detail| (A::new(boot(seed), seed), detail));
    for at in 0..operations {
        let [recorded, plain] = actors.each_mut().map(|(actor, detail)| {
            let mut trace = Trace::new(*detail);
            actor.operate(&mut trace);
            let digest = at.is_multiple_of(16).then(|| actor.world().digest());
            (trace.now(), trace.events(), digest)
        });
        assert_eq!(recorded, plain, "seed {seed}, operation {at}: time, events, digest");
    }
}

fn one_machine(actor: &mut impl Actor, seed: u64, operations: u64, checked: Checked) {
    let mut at = 0;
    while at < operations {
        if at % REVERT_EVERY == REVERT_EVERY - 1 {
            revert_and_reapply(actor, &format!("seed {seed}, after operation {at}"));
            at += REVERTED;
            continue;
        }
        actor.operate(&mut Trace::new(Detail::Off));
        at += 1;
        if checked.is_due(at) {
            let violations = actor.check();
            assert!(
                violations.is_none(),
                "seed {seed}, after operation {at}: {}",
                violations.unwrap_or_default()
            );
        }
        if at % PROBE_EVERY == 0 {
            actor.probe();
        }
    }
    actor.finish();
    assert_eq!(mm::check::all(actor.world()), [], "seed {seed}, in the end");
}

/// Performs some operations in detail, goes back over them and forth again.
fn revert_and_reapply(actor: &mut impl Actor, at: &str) {
    let mut traces = Vec::new();
    let mut digests = vec![actor.world().digest()];
    for _ in 0..REVERTED {
        let mut trace = Trace::new(Detail::Full);
        actor.operate(&mut trace);
        traces.push(trace);
        digests.push(actor.world().digest());
    }
    for (trace, &before) in traces.iter().zip(&digests).rev() {
        mm::session::undo(actor.world_mut(), trace, 0..trace.delta_count());
        assert_eq!(actor.world().digest(), before, "{at}: going back restores the state");
    }
    for (trace, &after) in traces.iter().zip(&digests[1..]) {
        mm::session::redo(actor.world_mut(), trace, 0..trace.delta_count());
        assert_eq!(actor.world().digest(), after, "{at}: going forth restores the later state");
    }
}
