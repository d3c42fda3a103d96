//! *Frames*: what it shows, and how that is filled from the model.

mod ages;
pub(in crate::panels) mod fill;
mod groups;
mod view;
mod words;

pub use ages::AgeBook;
pub use view::*;
pub use words::{Word, pageblock_words};
