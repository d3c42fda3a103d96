//! The verbs, one file per group: what their commands hold, how they are read and printed.

pub mod access;
pub mod boot;
pub mod expect;
pub mod kernel;
pub mod memory;
pub mod process;
pub mod shell;
pub mod slab;
pub mod vmalloc;
