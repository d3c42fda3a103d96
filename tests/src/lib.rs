//! Shared helpers of the test crate: random scripts, laws over them, golden traces.

pub mod golden;
pub mod laws;
pub mod random;
