//! What the *Translate* panel shows: one address, its walk, the TLB beside it, the result.

use serde::Serialize;

use crate::panels::{FrameKind, ProcessName, Run};

/// Which address is walked; what is not said follows the command at the position.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TranslateAsk {
    /// Process by name, or `kernel`.
    pub process: Option<String>,
    /// The address as a script writes it: `buf+0x1000`, `0x7ffff7171123`.
    pub expression: Option<String>,
    /// Kind of access.
    pub access: Option<Access>,
    /// Mode of the processor.
    pub mode: Option<CpuMode>,
}

/// One address on its way to a frame, as far as it got at the step that is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TranslateView {
    /// Processes to choose from, and the kernel, which is number 0.
    pub processes: Vec<ProcessName>,
    /// The process, or the kernel, whose address this is; `None` when there is none to choose.
    pub process: Option<ProcessName>,
    /// The address as it was asked for: `buf+0x178123`.
    pub expression: String,
    /// The address.
    pub address: u64,
    /// Hex digits that an address of this machine is written with: 16 or 8.
    pub address_digits: u8,
    /// What the access does.
    pub access: Access,
    /// Mode of the processor in which it does.
    pub mode: CpuMode,
    /// Bytes that the access covers within the page.
    pub bytes: u32,
    /// Bits above those that are translated; `None` where there are none (i386).
    pub canonical: Option<Canonical>,
    /// The virtual page number: the address without its offset.
    pub page_number: u64,
    /// `CR3` of the process, or the kernel's own: the physical address of the first table.
    pub cr3: u64,
    /// Tables in walk order. With a large leaf the levels below it are left out and the offset
    /// is wider.
    pub levels: Vec<Level>,
    /// The bits that are copied to the physical address.
    pub offset: Offset,
    /// The TLB beside the walk.
    pub tlb: Tlb,
    /// How far the translation got.
    pub outcome: Outcome,
    /// Table entries read so far by the walk.
    pub reads: u32,
    /// Table entries that the whole walk reads.
    pub reads_total: u32,
    /// Simulated nanoseconds since the access began, where a step inside it is shown.
    pub nanos: Option<u64>,
}

/// Kind of access that needs the translation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename = "AccessKind")]
pub enum Access {
    /// Looks without touching: `translate`.
    Look,
    /// Reads.
    Read,
    /// Writes.
    Write,
    /// Fetches instructions.
    Exec,
}

/// Mode of the processor: what it may use of an entry (bit 2, U/S).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum CpuMode {
    /// As programs run.
    User,
    /// As the kernel runs, whose address space it ever is in.
    Kernel,
}

/// The bits above the translated ones, which must repeat the highest translated bit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Canonical {
    /// Highest bit, 63.
    pub high: u8,
    /// Lowest bit.
    pub low: u8,
    /// What they hold.
    pub bits: CanonicalBits,
}

/// What the bits above the translated ones hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum CanonicalBits {
    /// All 0: the user half.
    Zeros,
    /// All 1: the kernel half.
    Ones,
    /// Neither: the CPU refuses the address before any walk.
    Mixed,
}

/// Name of a level, as Linux calls its entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum LevelName {
    /// Page global directory.
    Pgd,
    /// Page upper directory.
    Pud,
    /// Page middle directory.
    Pmd,
    /// Page table.
    Pte,
}

impl LevelName {
    /// Returns the name.
    pub const fn text(self) -> &'static str {
        match self {
            LevelName::Pgd => "PGD",
            LevelName::Pud => "PUD",
            LevelName::Pmd => "PMD",
            LevelName::Pte => "PTE",
        }
    }
}

/// One table of the walk.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename = "WalkLevel")]
pub struct Level {
    /// Name of the level.
    pub name: LevelName,
    /// Distance from the page, 1 for page tables: picks the colour of everything that belongs
    /// to the level.
    pub height: u8,
    /// Highest bit of the address that indexes the table.
    pub high: u8,
    /// Lowest bit.
    pub low: u8,
    /// The index: the value of those bits.
    pub index: u32,
    /// Entries of the table, 512 or 1024.
    pub entries: u32,
    /// Frame of the table; `None` while the walk has not learned it, or where there is none.
    pub table: Option<u32>,
    /// Five entries around the index, or fewer without a table.
    pub window: Vec<EntryRow>,
    /// Entries in use, as runs over the whole table.
    pub in_use: Vec<Run>,
    /// Whether the walk has been here.
    pub reach: Reach,
    /// Whether the step shown read or wrote this entry.
    pub now: bool,
}

/// Whether the walk has been at a level.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Reach {
    /// The entry was read.
    Reached,
    /// Not yet: a later step reads it.
    Pending,
    /// The walk ended here without a frame.
    Fault,
    /// The walk ended above, or a TLB hit made it needless.
    Skipped,
}

/// One entry of a table.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct EntryRow {
    /// Position in the table.
    pub index: u32,
    /// What it names.
    pub target: Target,
    /// The entry as it stands in memory.
    pub raw: u64,
    /// Whether the walk uses this entry.
    pub used: bool,
    /// Whether the command wrote it, up to the step shown.
    pub changed: bool,
}

impl EntryRow {
    /// Returns the letters of the permission bits that are set: `P W U`.
    pub fn letters(&self) -> String {
        const LETTERS: [(u32, &str); 3] = [(0, "P"), (1, "W"), (2, "U")];
        let set = LETTERS.iter().filter(|(bit, _)| self.raw >> bit & 1 == 1);
        set.map(|&(_, letter)| letter).collect::<Vec<_>>().join(" ")
    }

    /// Returns the low twelve bits, the flags of a present entry.
    pub fn low_bits(&self) -> u64 {
        self.raw & 0xfff
    }

    /// Returns whether the entry forbids execution.
    pub fn no_execute(&self) -> bool {
        self.raw >> 63 == 1
    }
}

/// What an entry names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Target {
    /// Nothing: the entry is zero.
    None,
    /// The next table.
    Table(u32),
    /// A frame of memory, the first of a large page.
    Page(u32),
    /// A frame whose page is on its way to another one: a migration entry.
    Moving(u32),
    /// A slot in a swap area.
    Swap {
        /// Number of the area.
        area: u32,
        /// Slot in it.
        slot: u64,
    },
    /// Not read yet.
    Unknown,
}

impl Target {
    /// Returns the frame that the entry names.
    pub fn frame(self) -> Option<u32> {
        match self {
            Target::Table(pfn) | Target::Page(pfn) => Some(pfn),
            Target::None | Target::Moving(_) | Target::Swap { .. } | Target::Unknown => None,
        }
    }
}

/// The bits of the address that are copied unchanged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename = "PageOffset")]
pub struct Offset {
    /// Bits: 12, or 21 or 22 under a large leaf.
    pub bits: u8,
    /// Their value.
    pub value: u64,
}

/// The set of the TLB that the page falls into.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename = "TlbSet")]
pub struct Tlb {
    /// Number of the set.
    pub set: u32,
    /// Sets of this TLB.
    pub sets: u32,
    /// What the set holds, in the order of its ways.
    pub ways: Vec<TlbWay>,
    /// What the look-up found.
    pub lookup: Lookup,
}

/// One way of a set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct TlbWay {
    /// Virtual page.
    pub page_number: u64,
    /// Its frame.
    pub frame: u32,
    /// Whether this entry is the one that was asked for.
    pub hit: bool,
    /// Whether this step wrote it.
    pub changed: bool,
}

/// What a look-up in the TLB found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Lookup {
    /// The page, so that no walk is needed.
    Hit,
    /// Not the page.
    Miss,
    /// Not asked yet.
    Pending,
}

/// How far the translation got.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename = "TranslateOutcome")]
pub enum Outcome {
    /// A later step goes on.
    Pending {
        /// Tables that are still to be read.
        levels_left: u32,
    },
    /// The access has its frame.
    Mapped {
        /// The physical address.
        physical: u64,
        /// The frame.
        frame: u32,
        /// What the frame is used for.
        kind: FrameKind,
        /// Entry of the last table that named it.
        entry: u32,
    },
    /// The walk found nothing, or no right to it.
    Fault(Fault),
    /// The address is not canonical: refused before the walk.
    NotCanonical,
}

/// Why a walk ended without a frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename = "WalkFault")]
pub struct Fault {
    /// Level whose entry stopped it.
    pub level: LevelName,
    /// What was wrong with the entry.
    pub reason: FaultReason,
    /// Error code that the CPU pushes (P=1 W=2 U=4 RSVD=8 I=16).
    pub error_code: u32,
    /// What the kernel makes of it, where that is known at the step shown.
    pub verdict: Verdict,
}

/// What is wrong with the entry that stopped a walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum FaultReason {
    /// Bit 0 (P) is clear.
    NotPresent,
    /// Bit 1 (W) is clear and the access writes.
    NotWritable,
    /// Bit 2 (U) is clear and the access is from user mode.
    NotUser,
    /// Bit 63 (NX) is set and the access fetches.
    NoExecute,
}

/// What the kernel makes of a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Verdict {
    /// It has not answered yet, or nobody asked.
    Open,
    /// It gives the page what it lacks and the access runs again.
    Repaired,
    /// It sends a signal.
    Signal {
        /// `SIGSEGV`, `SIGBUS`.
        signal: &'static str,
        /// `SEGV_MAPERR`, ...
        code: &'static str,
    },
}
