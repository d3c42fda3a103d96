//! Virtual memory.

pub mod fault;
pub mod mmap;
pub mod page_table;
pub mod tlb;
pub mod walk;
