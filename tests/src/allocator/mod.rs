//! Laws of the page allocator over long random sequences of operations.
//!
//! [`machine`] makes machines of a few megabytes, small enough for the checker to look at all
//! of them after each operation; [`Bitmap`] is the naive model, one bit a frame; [`run`] holds
//! the allocator to both.

mod bitmap;
pub mod machine;
mod user;

pub use bitmap::Bitmap;

use mm::store::Digest;
use mm::trace::{Detail, Trace};
use mm::world::World;

use user::User;

/// Operations after which a sequence starts again on a new machine.
const OPERATIONS_A_MACHINE: u64 = 20_000;
/// Operations between two looks at what the buddy could give.
const PROBE_EVERY: u64 = 97;
/// Operations between two times of going back.
const REVERT_EVERY: u64 = 1009;
/// Operations that are gone back over.
const REVERTED: u64 = 20;

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

/// Performs `operations` random operations on machines that `boot` makes, one seed after the
/// other, and holds the laws: the checker is silent, blocks never overlap, requests are refused
/// only for a reason the bitmap sees too, and going back restores the state.
///
/// # Panics
/// With the seed and the operation when a law is broken.
pub fn run(boot: impl Fn(u64) -> World, seed: u64, operations: u64, checked: Checked) {
    let mut done = 0;
    let mut seed = seed;
    while done < operations {
        let part = OPERATIONS_A_MACHINE.min(operations - done);
        one_machine(boot(seed), seed, part, checked);
        done += part;
        seed += 1;
    }
}

fn one_machine(world: World, seed: u64, operations: u64, checked: Checked) {
    let mut user = User::new(world, seed);
    let mut at = 0;
    while at < operations {
        if at % REVERT_EVERY == REVERT_EVERY - 1 {
            revert_and_reapply(&mut user, &format!("seed {seed}, after operation {at}"));
            at += REVERTED;
            continue;
        }
        user.operate(&mut Trace::new(Detail::Off));
        at += 1;
        if checked.is_due(at) {
            let violations = mm::check::phys::check(user.phys());
            assert!(violations.is_empty(), "seed {seed}, after operation {at}: {violations:?}");
        }
        if at % PROBE_EVERY == 0 {
            user.probe();
        }
    }
    user.give_everything_back();
    assert_eq!(mm::check::all(&user.world), [], "seed {seed}, in the end");
}

/// Performs some operations in detail, goes back over them and forth again.
fn revert_and_reapply(user: &mut User, at: &str) {
    let mut traces = Vec::new();
    let mut digests = vec![digest(&user.world)];
    for _ in 0..REVERTED {
        let mut trace = Trace::new(Detail::Full);
        user.operate(&mut trace);
        traces.push(trace);
        digests.push(digest(&user.world));
    }
    for (trace, &before) in traces.iter().zip(&digests).rev() {
        mm::session::undo(&mut user.world, trace.deltas());
        assert_eq!(digest(&user.world), before, "{at}: going back restores the state");
    }
    for (trace, &after) in traces.iter().zip(&digests[1..]) {
        mm::session::redo(&mut user.world, trace.deltas());
        assert_eq!(digest(&user.world), after, "{at}: going forth restores the later state");
    }
}

fn digest(world: &World) -> u64 {
    let mut digest = Digest::default();
    world.phys.digest(&mut digest);
    digest.value()
}
