//! Going from one thing or moment to another: what was typed, what stands beside, where a key leads.
//!
//! Answers with a thing or a position and moves nothing; whoever asked selects it or goes there.

mod find;
mod motion;
mod neighbour;

pub use find::find;
pub(crate) use find::{address, is_kernel_half};
pub use motion::{Goal, Motion, ahead, motion};
pub use neighbour::{Way, first_of_pageblock, neighbour};
