//! One registry of what can be asked of a machine: `expect`, the inspector and the docs use it.
//!
//! A quantity has a form (`pte(P, VA).FIELD`), a unit and a source; its meaning in words lives
//! in `mm-view`. Asking has two stages: [`Ask::resolve`] turns the names of addresses in a
//! script into numbers on the machine as it is, [`Ask::eval`] reads the value, on that machine
//! or on an earlier one.

mod ask;
mod compare;
mod eval;
mod field;
mod lines;

use core::fmt;

pub use ask::Ask;
pub use compare::{Verdict, changing, judge};
pub use eval::Last;
pub use field::{
    LayoutField, PageField, PcpField, PteField, SigField, SlabField, SmapsLine, VmallocField, WalkField,
};
pub use lines::{Counter, MeminfoLine, NODE_ITEMS, NUMA_ITEMS, StatusLine, ZONE_ITEMS, ZoneField};

/// What a bare number of a quantity counts. A literal with a suffix is bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Unit {
    /// Nothing but a number: events, blocks, entries.
    Count,
    /// Frames of 4 KiB.
    Pages,
    /// Bytes.
    Bytes,
    /// 1024 bytes, as `/proc` prints sizes.
    KiB,
    /// Nanoseconds of model time.
    Nanos,
    /// Per cent.
    Percent,
    /// Frame number.
    Frame,
    /// Address.
    Address,
    /// A word, a list or a row of a file.
    Text,
}

impl Unit {
    /// Returns how many bytes one of it is, 1 for what is no size.
    pub const fn bytes(self) -> i128 {
        match self {
            Unit::Pages => 4096,
            Unit::KiB => 1024,
            Unit::Count
            | Unit::Bytes
            | Unit::Nanos
            | Unit::Percent
            | Unit::Frame
            | Unit::Address
            | Unit::Text => 1,
        }
    }
}

macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident = $form:literal, $unit:ident, $source:literal;)*) => {
        /// A kind of quantity.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Kind { $($(#[$doc])* $name),* }

        impl Kind {
            /// Every kind, as the reference lists them.
            pub const ALL: &[Kind] = &[$(Kind::$name),*];

            /// Returns how it is written; capitals stand for what the reader fills in.
            pub const fn form(self) -> &'static str {
                match self { $(Kind::$name => $form),* }
            }

            /// Returns what a bare number counts.
            pub const fn unit(self) -> Unit {
                match self { $(Kind::$name => Unit::$unit),* }
            }

            /// Returns where a real kernel shows it.
            pub const fn source(self) -> &'static str {
                match self { $(Kind::$name => $source),* }
            }

            /// Returns the name in front, up to the first dot or parenthesis.
            pub fn head(self) -> &'static str {
                self.form().split(['.', '(']).next().unwrap_or_default()
            }
        }
    };
}

quantities! {
    /// A counter of `/proc/vmstat`.
    Vmstat = "vmstat.NAME", Count, "/proc/vmstat";
    /// A line of `/proc/meminfo`.
    Meminfo = "meminfo.NAME", KiB, "/proc/meminfo";
    /// A line of `/proc/PID/status`.
    Status = "status.P.NAME", KiB, "/proc/PID/status";
    /// A line of `/proc/PID/smaps`, summed over the areas.
    Smaps = "smaps.P.NAME", KiB, "/proc/PID/smaps";
    /// Minor faults of a process.
    Minflt = "minflt.P", Count, "/proc/PID/stat";
    /// Major faults of a process.
    Majflt = "majflt.P", Count, "/proc/PID/stat";
    /// Resident memory of a process.
    Rss = "rss.P", Bytes, "/proc/PID/statm";
    /// Areas of a process.
    Maps = "maps.P", Count, "/proc/PID/maps";
    /// Length of the heap of a process.
    Brk = "brk.P", Bytes, "brk(2)";
    /// The last signal of a process.
    Sig = "sig.P.FIELD", Text, "siginfo_t";
    /// Whether a process lives.
    Alive = "alive(P)", Count, "kill(2)";
    /// Page-table pages of a process, the root included.
    Ptpages = "ptpages(P)", Pages, "struct mm_struct";
    /// A number of a zone.
    Zoneinfo = "zoneinfo.ZONE.FIELD", Pages, "/proc/zoneinfo";
    /// Free blocks of a zone by order.
    Buddyinfo = "buddyinfo.ZONE[O]", Count, "/proc/buddyinfo";
    /// Fragmentation index of a zone, in thousandths.
    Extfrag = "extfrag.ZONE[O]", Count, "/sys/kernel/debug/extfrag/extfrag_index";
    /// Free memory that is useless to an order, in thousandths.
    Unusable = "unusable.ZONE[O]", Count, "/sys/kernel/debug/extfrag/unusable_index";
    /// Pageblocks of a migrate type in a zone.
    Blocks = "blocks.ZONE.TYPE", Count, "/proc/pagetypeinfo";
    /// A number of the per-CPU lists of a zone.
    Pcp = "pcp.ZONE.FIELD", Pages, "/proc/zoneinfo";
    /// The frame behind an address.
    Pfn = "pfn(P, VA)", Frame, "/proc/PID/pagemap";
    /// A field of the entry that maps an address.
    Pte = "pte(P, VA).FIELD", Count, "page tables";
    /// A field of the walk of an address.
    Walk = "walk(P, VA).FIELD", Count, "page tables";
    /// A field of a page struct.
    Page = "page(PFN).FIELD", Count, "struct page";
    /// A number of a cache of small objects.
    Slab = "slab(C).FIELD", Count, "/proc/slabinfo, /sys/kernel/slab";
    /// Bytes that may be used of an object.
    Ksize = "ksize(L)", Bytes, "ksize()";
    /// Frames behind a label.
    Frames = "frames(L)", Pages, "/proc/vmallocinfo, struct page";
    /// A number of `vmalloc`.
    Vmalloc = "vmalloc.FIELD", Pages, "/proc/vmallocinfo";
    /// A counter of the translation caches.
    Tlb = "tlb.FIELD", Count, "perf stat dTLB events";
    /// Simulated time of the last command.
    Time = "time(last)", Nanos, "model clock";
    /// Share of the last command's simulated time under a kernel function.
    Share = "share(FUNC)", Percent, "perf report --children";
    /// A tunable.
    Sysctl = "sysctl.NAME", Count, "/proc/sys/vm";
    /// Size of the machine's page structs and of its memory.
    Mem = "mem.FIELD", Count, "struct page";
    /// A part of the kernel's addresses.
    Layout = "layout.BAND.FIELD", Bytes, "Documentation/x86/x86_64/mm.rst, pgtable_32_areas.h";
    /// How many blocks a label stands for.
    Count = "count(L)", Count, "script";
    /// Address that a label stands for.
    Va = "va(L)", Address, "script";
    /// Physical address behind a label.
    Pa = "pa(L)", Address, "script";
    /// A label or an address itself.
    Label = "LABEL", Address, "script";
}

/// A value of a quantity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A number in a unit.
    Number {
        /// How many.
        value: i128,
        /// Of what.
        unit: Unit,
    },
    /// Several numbers.
    List(Vec<u64>),
    /// A symbolic word.
    Word(String),
    /// A row of a file.
    Text(String),
}

impl Value {
    /// Wraps a number of an unsigned type.
    pub fn number(value: u64, unit: Unit) -> Value {
        Value::Number { value: i128::from(value), unit }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number { value, unit: Unit::Address } => write!(f, "{value:#x}"),
            Value::Number { value, unit: Unit::Percent } => write!(f, "{value}%"),
            Value::Number { value, .. } => write!(f, "{value}"),
            Value::Word(word) => f.write_str(word),
            Value::Text(text) => write!(f, "\"{text}\""),
            Value::List(list) => {
                for (at, number) in list.iter().enumerate() {
                    write!(f, "{}{number}", if at == 0 { "" } else { "," })?;
                }
                Ok(())
            }
        }
    }
}

/// Why a quantity has no value here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unknown {
    /// No quantity is written so.
    Quantity {
        /// What was written.
        found: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// No process of this name was ever started.
    Process(String),
    /// No zone of this name on the machine.
    Zone(String),
    /// No cache of this name on the machine.
    Cache(String),
    /// No label of this name has a value.
    Label(String),
    /// The quantity has no such field.
    Field {
        /// What was written.
        found: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// 6.1 has such a line; nothing in the model can change its number yet.
    NotModelled(String),
    /// Wrong number or kind of arguments; the form says which are right.
    Arguments(Kind),
    /// Nothing is mapped at this address.
    NotMapped(u64),
    /// No such frame on the machine.
    NoFrame(u64),
    /// The last command kept no detail: the time of its functions is not known.
    WithoutDetail,
    /// Both sides are of kinds that cannot be compared in this way.
    Incomparable {
        /// Left side.
        left: Value,
        /// Right side.
        right: Value,
    },
}
