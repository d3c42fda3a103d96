//! `/proc/PID/status`: the lines of memory, 6.1 `fs/proc/task_mmu.c: task_mem`.

use crate::units::PAGE_SIZE;
use crate::virt::{MmCounter, MmId};
use crate::world::World;

macro_rules! lines {
    ($($name:ident),* $(,)?) => {
        /// Line of `/proc/PID/status` that the model has.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum StatusLine { $(#[doc = concat!("`", stringify!($name), "`.")] $name),* }

        impl StatusLine {
            /// Every line, in the order of the file.
            pub const ALL: &[StatusLine] = &[$(StatusLine::$name),*];

            /// Returns the name in the file.
            pub const fn name(self) -> &'static str {
                match self { $(StatusLine::$name => stringify!($name)),* }
            }
        }
    };
}

lines! {
    VmPeak, VmSize, VmLck, VmHWM, VmRSS, RssAnon, RssFile, RssShmem, VmData, VmStk, VmExe, VmLib, VmPTE, VmSwap,
}

impl StatusLine {
    /// Returns whether the kernel has a line of this name that nothing in the model changes.
    pub(crate) fn is_fixed(name: &str) -> bool {
        ["VmPin", "HugetlbPages"].contains(&name)
    }

    /// Returns the number, in kB.
    pub fn kib(self, world: &World, mm: MmId) -> u64 {
        let count = |counter| world.rest.virt.mm_counter(mm, counter);
        let pages = match self {
            StatusLine::VmPeak => count(MmCounter::TotalVm).max(count(MmCounter::HiwaterVm)),
            StatusLine::VmSize => count(MmCounter::TotalVm),
            StatusLine::VmLck => count(MmCounter::LockedVm),
            StatusLine::VmHWM => world.rest.virt.rss(mm).max(count(MmCounter::HiwaterRss)),
            StatusLine::VmRSS => world.rest.virt.rss(mm),
            StatusLine::RssAnon => count(MmCounter::AnonPages),
            StatusLine::RssFile => count(MmCounter::FilePages),
            StatusLine::RssShmem => count(MmCounter::ShmemPages),
            StatusLine::VmData => count(MmCounter::DataVm),
            StatusLine::VmStk => count(MmCounter::StackVm),
            StatusLine::VmExe => code_pages(world, mm),
            StatusLine::VmLib => count(MmCounter::ExecVm) - code_pages(world, mm),
            StatusLine::VmPTE => count(MmCounter::PgtablesBytes) / PAGE_SIZE,
            StatusLine::VmSwap => count(MmCounter::SwapEntries),
        };
        pages * (PAGE_SIZE / 1024)
    }
}

/// Pages of the program's code, not more than are mapped executable.
fn code_pages(world: &World, mm: MmId) -> u64 {
    let Some(space) = world.rest.virt.mms.get(mm) else { return 0 };
    let (start, end) = (space.code.0.0 & !(PAGE_SIZE - 1), space.code.1.0.next_multiple_of(PAGE_SIZE));
    ((end - start) / PAGE_SIZE).min(world.rest.virt.mm_counter(mm, MmCounter::ExecVm))
}
