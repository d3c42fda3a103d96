//! *Frames*: what it shows, and how that is filled from the model.

mod ages;
pub(in crate::panels) mod fill;
mod groups;
mod view;

pub use ages::AgeBook;
pub use view::*;
