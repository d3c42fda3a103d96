//! The outer event: wraps what each subsystem declares beside its algorithm.

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident($path:ty),)*) => {
        /// A fact with the operands of the decision, so that a reader can redo it.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Event { $($(#[$doc])* $name($path)),* }

        $(impl From<$path> for Event {
            fn from(event: $path) -> Event { Event::$name(event) }
        })*
    };
}

events! {
    /// The page allocator's entry points.
    Alloc(crate::phys::alloc::page_alloc::Event),
    /// What is tried when no zone can give.
    Slowpath(crate::phys::alloc::slowpath::Event),
    /// Watermark tests.
    Watermark(crate::phys::zone::watermark::Event),
    /// Counters of zones and nodes.
    Vmstat(crate::phys::zone::vmstat::Event),
    /// Per-CPU page lists.
    Pcp(crate::phys::buddy::pcp::Event),
    /// Blocks taken from other migrate types.
    Fallback(crate::phys::buddy::fallback::Event),
    /// Compaction and migration.
    Compaction(crate::phys::compaction::Event),
    /// The buddy's lists.
    Buddy(crate::phys::buddy::Event),
    /// Translation caches.
    Tlb(crate::virt::tlb::Event),
    /// The hardware's walk.
    Walk(crate::virt::paging::walk::Event),
    /// Page-table pages coming and going.
    PageTable(crate::virt::paging::page_table::Event),
    /// Areas.
    Mmap(crate::virt::area::mmap::Event),
    /// Advice about memory.
    Madvise(crate::virt::area::madvise::Event),
    /// The kernel's own mappings.
    Vmalloc(crate::virt::vmalloc::Event),
    /// Slots for frames without an address.
    Highmem(crate::virt::paging::highmem::Event),
    /// Page faults.
    Fault(crate::virt::fault::Event),
    /// Huge pages.
    Huge(crate::virt::rmap::compound::Event),
    /// Killing processes for want of memory, and the log.
    Oom(crate::virt::task::oom_kill::Event),
    /// Processes.
    Task(crate::virt::task::Event),
    /// Caches of small objects.
    Slab(crate::slab::Event),
    /// The shell's own commands.
    Shell(crate::shell::Event),
}
