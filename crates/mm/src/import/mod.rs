//! Readers of text that a real machine printed.
//!
//! A reader turns text into typed state, or says at which line it expected what. It decides
//! nothing about memory: [`crate::phys`] makes machines of what it read, and `mm-oracle` holds
//! such a machine against what the real one did next.

pub mod compaction;
pub mod freelists;
pub mod kernel_text;
pub mod machine;
pub mod maps;
pub mod text;
mod valid;
pub mod zoneinfo;

#[cfg(test)]
mod tests;
