//! What is selected or lit: at most one thing each.

pub(crate) use super::thing_name::Thing;

/// The one selected (or lit) thing.
pub(crate) type Selection = Option<Thing>;
