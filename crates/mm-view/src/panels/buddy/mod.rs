//! *Buddy*: what it shows, and how that is filled from the model.

pub(in crate::panels) mod fill;
mod view;
mod words;

pub use view::*;
pub use words::Word;
