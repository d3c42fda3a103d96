//! What the *Process* panel shows: an address space to scale, its areas, its counters.

use serde::Serialize;

use crate::panels::ProcessName;

/// One process.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ProcessView {
    /// Processes to choose from.
    pub processes: Vec<ProcessName>,
    /// The one shown; `None` when there is none yet.
    pub process: Option<ProcessDetail>,
}

/// An address space.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ProcessDetail {
    /// The process.
    pub process: ProcessName,
    /// First address above the user half: `TASK_SIZE`.
    pub user_end: u64,
    /// First address of the kernel half.
    pub kernel_start: u64,
    /// Last address there is.
    pub last: u64,
    /// Hex digits of an address in `maps`.
    pub digits: u8,
    /// Areas and the gaps between them, lowest address first.
    pub bar: Vec<Segment>,
    /// Areas, lowest address first, as `/proc/PID/maps` lists them.
    pub areas: Vec<VmaRow>,
    /// Areas that are left out, behind the first so many of those listed.
    pub left_out: u32,
    /// How many are listed before them.
    pub left_out_after: u32,
    /// Counters.
    pub counters: Vec<Counter>,
}

/// A piece of the bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Segment {
    /// First address.
    pub start: u64,
    /// Address after the last.
    pub end: u64,
    /// Index into `areas`, `None` for a gap.
    pub area: Option<usize>,
    /// Width on the bar, in parts of [`ProcessDetail::bar`]'s sum: grows with the logarithm of
    /// the size, so that a page and a terabyte fit one picture.
    pub weight: u32,
}

/// An area.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct VmaRow {
    /// First address.
    pub start: u64,
    /// Address after the last.
    pub end: u64,
    /// `rw-p`.
    pub perms: String,
    /// Offset in the file, bytes.
    pub offset: u64,
    /// What `maps` writes at the end of the line: a file, `[heap]`, `[stack]`, or nothing.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Labels of the script that point into it, with their distance from `start`.
    pub labels: Vec<(String, u64)>,
    /// Whether the command wrote it, up to the step shown.
    pub changed: bool,
}

/// What an area is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum Role {
    /// Program text and data, libraries.
    Image,
    /// `[heap]`.
    Heap,
    /// `[stack]`.
    Stack,
    /// Anonymous memory.
    Anon,
    /// A mapped file.
    File,
    /// `[vvar]`, `[vdso]`.
    Vdso,
}

/// A counter of a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename = "TaskCounter")]
pub struct Counter {
    /// Which.
    pub name: CounterName,
    /// Its value, in the counter's unit.
    pub value: u64,
    /// Its value before the command.
    pub before: u64,
}

/// Counters of a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum CounterName {
    /// Minor faults (`min_flt`).
    MinorFaults,
    /// Major faults (`maj_flt`).
    MajorFaults,
    /// Resident pages, kB (`VmRSS`).
    Rss,
    /// Page-table pages, kB (`VmPTE`).
    PageTables,
    /// Address space, kB (`VmSize`).
    Size,
    /// The program break (`brk`), an address.
    Brk,
}

/// Returns how wide a piece of `bytes` is drawn: one part a doubling from one page on.
pub fn weight(bytes: u64) -> u32 {
    (bytes >> mm::units::PAGE_SHIFT).max(1).ilog2() + 1
}
