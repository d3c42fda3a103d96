//! A deterministic, reversible model of Linux 6.1's `mm/`.
//!
//! Commands go in ([`script`]), steps come out ([`trace`]): each command's algorithm writes
//! state through [`store`] and emits typed events. This crate knows nothing of colours,
//! pixels, sentences or files, reads no clock and takes no randomness from its host.
//!
//! The folders follow the kernel's `mm/`: [`phys`] for frames, zones and the page allocator,
//! [`slab`] for objects smaller than a page, [`virt`] for page tables, areas and faults.

pub mod anchor;
pub mod budget;
pub mod check;
pub mod clock;
pub mod config;
pub mod cost;
pub mod errno;
pub mod event;
pub mod exec;
pub mod func;
pub mod gfp;
pub mod host;
pub mod identity;
pub mod import;
pub mod kernels;
pub mod klog;
pub mod label;
pub mod outcome;
pub mod phys;
pub mod preset;
pub mod procfs;
pub mod quantity;
pub mod rest;
pub mod rng;
pub mod runs;
pub mod script;
pub mod session;
pub mod shell;
pub mod slab;
pub mod sort;
pub mod store;
pub mod sysctl;
pub mod trace;
pub mod units;
pub mod unmodelled;
pub mod virt;
pub mod world;
