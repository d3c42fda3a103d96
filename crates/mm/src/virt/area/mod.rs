//! What is mapped: areas of address spaces, how they are made, changed, told apart and taken away.

pub mod areas;
mod free_pgtables;
pub mod madvise;
pub mod maps;
pub mod mmap;
pub mod mprotect;
pub mod smaps;
pub mod unmap;
pub mod unmapped_area;
pub mod vma;
pub mod vma_merge;
