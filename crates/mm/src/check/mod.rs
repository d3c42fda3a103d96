//! Independent invariants: the truth derived from scratch and held against the state.
//!
//! Each file checks one area, shares no code with the algorithms that maintain it, and
//! returns typed violations. Tests run all of it after every command.

pub mod phys;
pub mod virt;
