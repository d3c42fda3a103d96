//! Model time: nanoseconds of each primitive, one table.
//!
//! Only sums and shares of these are shown, and always as simulated time. The figures are
//! those of a current x86-64 server at about 3 GHz; each names where it comes from.

use crate::units::Nanos;

macro_rules! costs {
    ($($(#[$doc:meta])* $name:ident = $ns:literal, $source:literal;)*) => {
        /// A piece of work with a price.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Cost { $($(#[$doc])* $name),* }

        impl Cost {
            /// Every primitive, for the table in the documentation.
            pub const ALL: &[Cost] = &[$(Cost::$name),*];

            /// Returns the price.
            pub const fn nanos(self) -> Nanos {
                match self { $(Cost::$name => Nanos($ns)),* }
            }

            /// Returns where the figure comes from.
            pub const fn source(self) -> &'static str {
                match self { $(Cost::$name => $source),* }
            }
        }
    };
}

costs! {
    /// A load that hits L1.
    L1Hit = 1, "4-5 cycles, Intel optimization manual 2023, table of cache latencies";
    /// A translation found in the first-level TLB.
    TlbHit = 1, "hidden behind L1 access, Intel optimization manual 2023";
    /// One reference to a page-table entry, found in a cache.
    TableReference = 5, "14-cycle L2 hit, Intel optimization manual 2023";
    /// Entry into and return from an exception.
    Exception = 120, "page-fault round trip less handler, ~350 cycles with mitigations, lmbench lat_pagefault";
    /// Looking an address up in the maple tree of areas.
    FindVma = 15, "three to four dependent cached loads";
    /// A test of counters against marks.
    WatermarkCheck = 4, "a dozen cached loads and compares";
    /// Taking a page from, or giving it to, a CPU list.
    PcpList = 10, "mm micro-benchmark page_bench01, order 0, ~35 cycles a page";
    /// Taking a block out of, or putting it in, a buddy list.
    BuddyList = 6, "list update of two cached lines";
    /// Writing zeroes over a frame.
    ClearPage = 96, "4096 B at ~43 GB/s, clear_page_erms";
    /// Copying a frame.
    CopyPage = 190, "4096 B at ~22 GB/s, copy_page";
    /// Looking at the struct of a frame while scanning.
    ScanFrame = 4, "a cached 64-byte load each, flags and order tested";
    /// Writing a page-table entry.
    SetPte = 2, "one store";
    /// Entering and leaving the kernel by a system call.
    Syscall = 70, "lmbench lat_syscall null with mitigations";
    /// Making, changing or removing an area.
    VmaUpdate = 120, "maple tree store of one range";
    /// Flushing one page from the TLB.
    FlushPage = 40, "INVLPG, ~120 cycles, Intel optimization manual 2023";
    /// Flushing the whole TLB by a write to CR3.
    FlushAll = 60, "MOV CR3, ~180 cycles";
    /// Counters and reverse map of a page.
    PageAccounting = 8, "page_add_new_anon_rmap and two percpu counters";
    /// Taking an object from, or giving it to, the processor's own slab.
    SlabFast = 8, "mm micro-benchmark slab_bulk_test01, ~25 cycles an object";
    /// The same through lists and page structs.
    SlabSlow = 40, "slab_bulk_test01 with remote frees, ~120 cycles an object";
    /// Finding room for, or forgetting, an area of the kernel's addresses.
    VmapArea = 150, "test_vmalloc fix_size_alloc_test: a microsecond a pair, less pages and entries";
}
