//! The inspector: what it shows, and how that is filled from the model.

pub(in crate::panels) mod entry;
pub(in crate::panels) mod fill;
mod frame;
mod places;
mod view;
mod words;

pub use view::*;
pub use words::{Word, entries_in_use, table_of};
