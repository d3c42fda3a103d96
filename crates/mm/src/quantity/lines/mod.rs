//! Lines of files under `/proc`, each with its number: what `cat` prints and `expect` can ask for
//! is this one list.
//!
//! Lines stand in the order of 6.1. One whose number nothing in the model can change is in no
//! list: it is not printed, and who asks for it is told so.

mod meminfo;
mod status;
mod vmstat;
mod zoneinfo;

pub use meminfo::MeminfoLine;
pub use status::StatusLine;
pub use vmstat::{Counter, NODE_ITEMS, NUMA_ITEMS, ZONE_ITEMS};
pub use zoneinfo::ZoneField;
