//! Entries of page tables, the tables themselves, the kernel's half, and how the hardware reads them.

pub mod direct_map;
pub mod highmem;
pub mod kernel_map;
pub mod leaf;
pub mod mmu;
pub mod page_table;
pub mod paging_mode;
pub mod pte;
pub mod walk;
