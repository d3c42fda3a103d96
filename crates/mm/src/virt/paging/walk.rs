//! Reading the tables as the hardware does, one reference a level.
//!
//! [`walk`] is the hardware's: it says what it read and sets accessed and dirty bits.
//! [`translate`] is a look from outside, which changes nothing. Intel SDM volume 3, 4.5-4.8.

use super::page_table::PageTables;
use super::paging_mode::{MAX_LEVELS, PagingMode};
use super::pte::HardwareBits;
use crate::cost::Cost;
use crate::trace::Trace;
use crate::units::{Pfn, PhysAddr, VirtAddr, count, low8, low16};
use crate::virt::tlb::{DATA_DIRTY, DATA_EXEC, DATA_USER, DATA_WRITE, TlbEntry};

/// What a walk read or wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// An entry was read.
    Read {
        /// Address being translated.
        va: VirtAddr,
        /// Depth of the table, 0 for the root.
        depth: u8,
        /// Frame of the table.
        table: Pfn,
        /// Index in the table.
        index: u16,
        /// Raw entry.
        raw: u64,
    },
    /// The hardware set accessed or dirty bits.
    SetBits {
        /// Address being translated.
        va: VirtAddr,
        /// Depth of the table.
        depth: u8,
        /// Frame of the table.
        table: Pfn,
        /// Index in the table.
        index: u16,
        /// Raw entry now.
        raw: u64,
    },
    /// The address is not in canonical form: no table is read.
    NonCanonical {
        /// The address.
        va: VirtAddr,
    },
}

/// What an instruction does with an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Loads.
    Read,
    /// Stores.
    Write,
    /// Fetches.
    Exec,
}

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Privilege {
    /// A program.
    User,
    /// The kernel.
    Kernel,
}

/// One entry that a walk read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WalkStep {
    /// Frame of the table.
    pub table: Pfn,
    /// Index in the table.
    pub index: u16,
    /// Raw entry.
    pub raw: u64,
}

/// How a walk ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The address has a place in memory.
    Translated {
        /// That place.
        pa: PhysAddr,
        /// What the TLB would keep.
        entry: TlbEntry,
    },
    /// An entry is not present.
    NotPresent {
        /// Depth of its table.
        depth: u8,
    },
    /// The entries forbid the access.
    Protection {
        /// Where the address would lead.
        pa: PhysAddr,
    },
    /// The address is not canonical.
    NonCanonical,
}

/// A walk: what it read, and the outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Walk {
    steps: [WalkStep; MAX_LEVELS],
    refs: u8,
    /// How it ended.
    pub outcome: Outcome,
}

const NO_STEP: WalkStep = WalkStep { table: Pfn(0), index: 0, raw: 0 };

impl Walk {
    /// Returns the entries read, from the root down.
    pub fn steps(&self) -> &[WalkStep] {
        &self.steps[..usize::from(self.refs)]
    }

    /// Returns whether the address has a place in memory, whoever may use it.
    pub fn is_translated(&self) -> bool {
        match self.outcome {
            Outcome::Translated { .. } | Outcome::Protection { .. } => true,
            Outcome::NotPresent { .. } | Outcome::NonCanonical => false,
        }
    }

    /// Returns the number of references to memory.
    pub fn refs(&self) -> u8 {
        self.refs
    }
}

/// Rights gathered on the way down: an access needs them at every level.
#[derive(Clone, Copy)]
struct Rights {
    all: u64,
    any: u64,
}

impl Rights {
    fn allow(self, bits: &HardwareBits, access: Access, privilege: Privilege) -> bool {
        let user = privilege == Privilege::Kernel || self.all & bits.user != 0;
        user && match access {
            Access::Read => true,
            Access::Write => self.all & bits.write != 0,
            Access::Exec => self.any & bits.no_exec == 0,
        }
    }
}

/// Looks `va` up from `root` without changing or recording anything: what an access of that
/// kind would find.
pub fn translate(
    mode: &PagingMode,
    tables: &PageTables,
    root: Pfn,
    va: VirtAddr,
    access: Access,
    privilege: Privilege,
) -> Walk {
    let mut steps = [NO_STEP; MAX_LEVELS];
    if !mode.is_canonical(va) {
        return Walk { steps, refs: 0, outcome: Outcome::NonCanonical };
    }
    let bits = &mode.codec.hardware;
    let mut table = root;
    let mut rights = Rights { all: u64::MAX, any: 0 };
    for (depth, level) in mode.levels.iter().enumerate() {
        let index = mode.index(va, depth);
        let raw = tables.entry(table, index);
        steps[depth] = WalkStep { table, index, raw };
        let refs = low8(u64::from(count(depth))) + 1;
        if raw & bits.present == 0 {
            return Walk { steps, refs, outcome: Outcome::NotPresent { depth: refs - 1 } };
        }
        rights = Rights { all: rights.all & raw, any: rights.any | raw };
        let last = depth + 1 == mode.levels.len();
        if last || (level.may_be_leaf && raw & bits.large != 0) {
            let outcome = leaf(mode, (raw, depth), rights, va, access, privilege);
            return Walk { steps, refs, outcome };
        }
        table = Pfn(mode.codec.pfn(raw));
    }
    unreachable!("the last level always ends a walk")
}

fn leaf(
    mode: &PagingMode,
    (raw, depth): (u64, usize),
    rights: Rights,
    va: VirtAddr,
    access: Access,
    privilege: Privilege,
) -> Outcome {
    let bits = &mode.codec.hardware;
    let shift = mode.levels[depth].shift;
    // A large leaf keeps its PAT bit where the lowest bit of a frame number would be.
    let pfn = Pfn(mode.codec.pfn(raw) >> (shift - mode.page_shift) << (shift - mode.page_shift));
    let pa = PhysAddr(pfn.addr().0 + mode.offset(va, depth));
    if !rights.allow(bits, access, privilege) {
        return Outcome::Protection { pa };
    }
    let entry = TlbEntry {
        pfn,
        shift,
        write: rights.all & bits.write != 0,
        user: rights.all & bits.user != 0,
        exec: rights.any & bits.no_exec == 0,
        dirty: raw & bits.dirty != 0,
    };
    Outcome::Translated { pa, entry }
}

/// Walks the tables as the hardware does.
pub fn walk(
    mode: &PagingMode,
    tables: &mut PageTables,
    root: Pfn,
    va: VirtAddr,
    access: Access,
    privilege: Privilege,
    tr: &mut Trace,
) -> Walk {
    let mut walk = translate(mode, tables, root, va, access, privilege);
    if walk.outcome == Outcome::NonCanonical {
        tr.emit(Event::NonCanonical { va });
        return walk;
    }
    for (depth, step) in walk.steps().iter().enumerate() {
        tr.spend(Cost::TableReference);
        let depth = low8(u64::from(count(depth)));
        tr.emit(Event::Read { va, depth, table: step.table, index: step.index, raw: step.raw });
    }
    if let Outcome::Translated { entry, .. } = &mut walk.outcome {
        set_bits(mode, tables, &walk.steps[..usize::from(walk.refs)], va, access, tr);
        entry.dirty |= access == Access::Write;
    }
    walk
}

/// Sets the accessed bit on the way and the dirty bit in the leaf.
fn set_bits(
    mode: &PagingMode,
    tables: &mut PageTables,
    steps: &[WalkStep],
    va: VirtAddr,
    access: Access,
    tr: &mut Trace,
) {
    let bits = &mode.codec.hardware;
    for (depth, step) in steps.iter().enumerate() {
        let leaf = depth + 1 == steps.len();
        let dirty = if leaf && access == Access::Write { bits.dirty } else { 0 };
        let raw = step.raw | bits.accessed | dirty;
        if raw != step.raw {
            tables.set(step.table, step.index, raw, tr);
            let depth = low8(u64::from(count(depth)));
            tr.emit(Event::SetBits { va, depth, table: step.table, index: step.index, raw });
        }
    }
}

/// Walks to a page of the last level for an access by a program that needs the rights `need`
/// of a TLB entry; returns the entry's data. `None` unless all bits that the hardware would
/// set are set already.
#[inline]
pub(in crate::virt) fn quick_walk(
    mode: &PagingMode,
    tables: &mut PageTables,
    root: Pfn,
    va: VirtAddr,
    need: u64,
) -> Option<u64> {
    let leaf = &mode.levels[mode.leaf_depth()];
    // The bits that repeat the highest one are left out, so that both parts fit.
    let key = (va.0 & ((1 << 48) - 1)) >> (leaf.shift + leaf.bits) | u64::from(root.0) << 32;
    let index = low16(va.0 >> leaf.shift) & (leaf.entries() - 1);
    let (raw, above) = match tables.shortcut(key) {
        Some(shortcut) if mode.is_canonical(va) => {
            (tables.entry_at(shortcut, index), Rights { all: shortcut.all, any: shortcut.any })
        }
        Some(_) | None => {
            let (table, above) = walk_above(mode, tables, root, va)?;
            if leaf.entries() <= 512 {
                tables.keep_shortcut(key, table, above.all, above.any);
            }
            (tables.entry(table, index), above)
        }
    };
    let bits = &mode.codec.hardware;
    let (all, any) = (above.all & raw, above.any | raw);
    let ready = bits.present | bits.accessed;
    let data = u64::from(mode.codec.pfn(raw)) << 32
        | one_if(all & bits.write, DATA_WRITE)
        | one_if(all & bits.user, DATA_USER)
        | if any & bits.no_exec == 0 { DATA_EXEC } else { 0 }
        | one_if(raw & bits.dirty, DATA_DIRTY);
    (all & ready == ready && data & need == need).then_some(data)
}

#[inline]
fn one_if(bits: u64, one: u64) -> u64 {
    if bits != 0 { one } else { 0 }
}

/// Walks to the table of the last level; gathers the rights on the way.
fn walk_above(mode: &PagingMode, tables: &PageTables, root: Pfn, va: VirtAddr) -> Option<(Pfn, Rights)> {
    if !mode.is_canonical(va) {
        return None;
    }
    let bits = &mode.codec.hardware;
    let mut rights = Rights { all: u64::MAX, any: 0 };
    let mut table = root;
    for depth in 0..mode.leaf_depth() {
        let raw = tables.entry(table, mode.index(va, depth));
        if raw & bits.present == 0 || raw & bits.large != 0 {
            return None;
        }
        rights = Rights { all: rights.all & raw, any: rights.any | raw };
        table = Pfn(mode.codec.pfn(raw));
    }
    Some((table, rights))
}
