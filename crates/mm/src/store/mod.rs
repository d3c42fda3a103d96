//! The only code that writes state.
//!
//! Every mutable value of a machine lives in a store, and a store's setter takes the
//! [`Trace`](crate::trace::Trace) into which it records what it overwrote. From that one
//! record come undo and redo, seeking to any step inside an operation, the marks on what a
//! step touched, and the laws that tests hold the model to.
//!
//! - [`stores`]: the one list of them, and what each can do;
//! - [`journal`]: slots, deltas, and where they are kept;
//! - [`table`]: words indexed by number (counters, list heads, page-table entries, ...);
//! - [`words`]: as many words as are needed (page tables, counters of processes);
//! - [`map`]: records by key (areas, processes, labels), kept as versions;
//! - [`mem_map`]: the sparse array of page structs, with the lists that run through it;
//! - `deposits`: spare tables in rings of page structs.

mod cow;
mod deposits;
pub mod digest;
pub mod journal;
pub mod map;
pub mod mem_map;
pub mod page;
pub mod stores;
pub mod table;
pub mod words;

pub use digest::Digest;
pub use journal::{Delta, Journal, Slot};
pub use map::Map;
pub use mem_map::{End, Link, ListId, MemMap};
pub use page::{Kind, Page, PageFlags, PageState};
pub use stores::{Store, TableId};
pub use table::Table;
pub use words::Words;
