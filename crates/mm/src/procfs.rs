//! The one table of files that are only read: the host prints them, and a write is refused.
//!
//! Files of `/sys/devices/system/node` are no part of it: their folders come and go with nodes, and
//! `unmodelled/` knows them all.

use crate::errno::Errno;

macro_rules! files {
    ($($(#[$doc:meta])* $name:ident = $path:literal, $write:ident;)*) => {
        /// A file of the machine.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum File { $($(#[$doc])* $name),* }

        impl File {
            /// Every file, in the order in which they are listed.
            pub const ALL: &[File] = &[$(File::$name),*];

            /// Returns where it is.
            pub const fn path(self) -> &'static str {
                match self { $(File::$name => $path),* }
            }

            /// Returns what root gets who writes to it.
            pub const fn refusal(self) -> Errno {
                match self { $(File::$name => Errno::$write),* }
            }
        }
    };
}

// `/proc` has no function for a write, `/sys/kernel/debug` opens for none (6.1 `fs/proc/inode.c:
// proc_reg_write`, `fs/read_write.c: vfs_write`).
files! {
    /// Free blocks by order.
    Buddyinfo = "/proc/buddyinfo", EIO;
    /// What physical addresses belong to.
    Iomem = "/proc/iomem", EIO;
    /// Memory in all.
    Meminfo = "/proc/meminfo", EIO;
    /// Free blocks and pageblocks by migrate type.
    Pagetypeinfo = "/proc/pagetypeinfo", EIO;
    /// Caches of small objects.
    Slabinfo = "/proc/slabinfo", EIO;
    /// The kernel's own mappings.
    Vmallocinfo = "/proc/vmallocinfo", EIO;
    /// Counters.
    Vmstat = "/proc/vmstat", EIO;
    /// Zones.
    Zoneinfo = "/proc/zoneinfo", EIO;
    /// Fragmentation index of zones by order.
    ExtfragIndex = "/sys/kernel/debug/extfrag/extfrag_index", EINVAL;
    /// Memory that is useless to each order.
    UnusableIndex = "/sys/kernel/debug/extfrag/unusable_index", EINVAL;
}

macro_rules! task_files {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// A file of a process, under `/proc/PID` and `/proc/NAME`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum TaskFile { $($(#[$doc])* $name),* }

        impl TaskFile {
            /// Every file, in the order in which they are listed.
            pub const ALL: &[TaskFile] = &[$(TaskFile::$name),*];

            /// Returns its name.
            pub const fn name(self) -> &'static str {
                match self { $(TaskFile::$name => $text),* }
            }
        }
    };
}

task_files! {
    /// Areas.
    Maps = "maps";
    /// What the OOM killer thinks of the process.
    OomScore = "oom_score";
    /// How much it spares it: the one that can be written.
    OomScoreAdj = "oom_score_adj";
    /// Areas and what is in them.
    Smaps = "smaps";
    /// Sizes.
    Status = "status";
}
