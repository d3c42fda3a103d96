//! What is selected or lit: at most one thing each.

pub(crate) use mm_view::panels::Thing;

/// The one selected (or lit) thing.
pub(crate) type Selection = Option<Thing>;
