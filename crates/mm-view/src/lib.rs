//! What the panels show and say.
//!
//! Asks the model and answers with plain `PartialEq` structs, one per panel, whose cost is
//! proportional to what is shown; explains events in two languages; prints `/proc` text byte
//! for byte. Knows nothing of pixels, the DOM or a terminal.

pub mod anchor;
pub mod folded;
pub mod host;
pub mod lang;
pub mod navigate;
pub mod panels;
pub mod proc;
pub mod random;
pub mod words;

#[cfg(test)]
mod tests;

pub use host::HOST;
pub use lang::Lang;
