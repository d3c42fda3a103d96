//! Shared helpers of the test crate: random scripts and laws over them, long sequences of allocations, golden traces.

pub mod addresses;
pub mod allocator;
pub mod arranged;
pub mod golden;
pub mod laws;
pub mod random;
pub mod seeds;
pub mod wild;
