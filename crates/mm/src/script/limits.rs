//! Limits of the language, each with a name: text beyond one is answered with an error.

use crate::units::{self, Nanos, Order};

pub use crate::config::{CPUS_MAX, NODES_MAX, RAM_MAX, RAM_MIN};

/// Bytes of a whole script.
pub const SCRIPT_BYTES_MAX: usize = 1 << 20;
/// Bytes of one line, its comment included.
pub const LINE_BYTES_MAX: usize = 4096;
/// Commands of a script.
pub const COMMANDS_MAX: usize = 100_000;
/// Errors that a parse collects before it stops.
pub const ERRORS_MAX: usize = 1000;
/// Bytes of the name of a process, a label or a file.
pub const NAME_BYTES_MAX: usize = 64;
/// Bytes of a path.
pub const PATH_BYTES_MAX: usize = 256;
/// Characters that an error quotes of what it found.
pub const FOUND_CHARS_MAX: usize = 40;
/// Terms added to an address; terms of a sum in `expect`, the change `+N` included.
pub const TERMS_MAX: usize = 8;
/// Parts of a quantity, joined by dots.
pub const SEGMENTS_MAX: usize = 8;
/// Arguments in one pair of parentheses.
pub const ARGS_MAX: usize = 4;
/// Parentheses inside parentheses: `page(pfn(db, own))` is two deep.
pub const DEPTH_MAX: usize = 8;
/// Numbers in a list: `64,0,0,7` has four.
pub const LIST_MAX: usize = 64;
/// Blocks, objects or pieces that one command may ask for with `count=`.
pub const COUNT_MAX: u32 = 1 << 26;
/// Pages that one command may access when its length says how many: 256 GiB of them.
pub const ACCESSES_MAX: u64 = 1 << 26;
/// Longest single `sleep`, one day: the daemons run in it.
pub const SLEEP_MAX: Nanos = Nanos(24 * 3600 * 1_000_000_000);

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident = $bound:expr;)*) => {
        /// A limit by name, for the error that tells of it.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Limit { $($(#[$doc])* $name),* }

        impl Limit {
            /// Every limit.
            pub const ALL: &[Limit] = &[$(Limit::$name),*];

            /// Returns the bound itself, in the unit of its constant.
            pub fn bound(self) -> u64 {
                match self { $(Limit::$name => $bound),* }
            }
        }
    };
}

limits! {
    /// [`SCRIPT_BYTES_MAX`].
    ScriptBytes = of(SCRIPT_BYTES_MAX);
    /// [`LINE_BYTES_MAX`].
    LineBytes = of(LINE_BYTES_MAX);
    /// [`COMMANDS_MAX`].
    Commands = of(COMMANDS_MAX);
    /// [`ERRORS_MAX`].
    Errors = of(ERRORS_MAX);
    /// Numbers have 64 bits.
    Number = u64::MAX;
    /// [`TERMS_MAX`].
    Terms = of(TERMS_MAX);
    /// [`SEGMENTS_MAX`].
    Segments = of(SEGMENTS_MAX);
    /// [`ARGS_MAX`].
    Args = of(ARGS_MAX);
    /// [`DEPTH_MAX`].
    Depth = of(DEPTH_MAX);
    /// [`LIST_MAX`].
    List = of(LIST_MAX);
    /// [`COUNT_MAX`].
    Count = u64::from(COUNT_MAX);
    /// [`ACCESSES_MAX`].
    Accesses = ACCESSES_MAX;
    /// [`RAM_MIN`], the one lower bound.
    RamMin = RAM_MIN.0;
    /// [`RAM_MAX`].
    Ram = RAM_MAX.0;
    /// [`CPUS_MAX`].
    Cpus = u64::from(CPUS_MAX);
    /// Highest number of a processor, counted from zero.
    Cpu = u64::from(CPUS_MAX - 1);
    /// [`NODES_MAX`].
    Nodes = u64::from(NODES_MAX);
    /// Highest number of a node, counted from zero.
    Node = u64::from(NODES_MAX - 1);
    /// Highest order of a block.
    Order = u64::from(Order::MAX.get());
    /// [`SLEEP_MAX`] in nanoseconds.
    Sleep = SLEEP_MAX.0;
    /// A share is at most 100 %.
    Share = 100;
}

fn of(limit: usize) -> u64 {
    u64::from(units::count(limit))
}
