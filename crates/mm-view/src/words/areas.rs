//! The one list of areas: where the rows and the sentences of each area's events stand.

use mm::event::Event;

use super::cx::Cx;
use super::row::{Meaning, Row};
use super::{
    Said, alloc, buddy, compaction, fallback, fault, highmem, huge_memory, madvise, mmap, oom, page_table,
    pcp, shell, slab, slowpath, task, tlb, vmalloc, vmstat, walk, watermark,
};

macro_rules! areas {
    ($($area:ident: $words:ident,)*) => {
        /// Iterates over the rows of all events.
        pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
            [$($words::ROWS),*].into_iter().flatten()
        }

        /// Iterates over the meanings of all events, in the same order.
        pub(super) fn meanings() -> impl Iterator<Item = &'static Meaning> {
            [$($words::MEANINGS),*].into_iter().flatten()
        }

        /// Returns the name of an event: its area and what happened, `buddy.split`. Compiled once: it
        /// is a table of tables.
        #[inline(never)]
        pub fn event_name(event: &Event) -> &'static str {
            match event { $(Event::$area(event) => $words::name(event),)* }
        }

        /// Says what happened and why.
        pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
            match event { $(Event::$area(event) => $words::say(event, cx),)* }
        }
    };
}

areas! {
    Alloc: alloc,
    Slowpath: slowpath,
    Watermark: watermark,
    Vmstat: vmstat,
    Pcp: pcp,
    Fallback: fallback,
    Buddy: buddy,
    Compaction: compaction,
    Tlb: tlb,
    Walk: walk,
    PageTable: page_table,
    Mmap: mmap,
    Madvise: madvise,
    Vmalloc: vmalloc,
    Highmem: highmem,
    Fault: fault,
    Huge: huge_memory,
    Oom: oom,
    Task: task,
    Slab: slab,
    Shell: shell,
}
