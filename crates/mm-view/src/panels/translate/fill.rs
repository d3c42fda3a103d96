//! A walk, as far as it got at the step that is shown.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "few of the many events and verbs are about an address; the others say nothing here"
)]

use std::collections::BTreeMap;

use mm::config::CpuId;
use mm::event::Event;
use mm::script::{AccessCommand, AccessKind, KERNEL, Pieces, Verb, Who};
use mm::session::Passage;
use mm::shell;
use mm::store::Slot;
use mm::trace::Step;
use mm::units::{PAGE_SIZE, Pfn, VirtAddr, count, index, low8, low16};
use mm::virt::paging::page_table;
use mm::virt::paging::walk::{self, Privilege, Walk};
use mm::virt::{MmId, fault, tlb};
use mm::world::World;

use crate::navigate::{address, is_kernel_half};
use crate::panels::fill::{by_label, choose, processes};
use crate::panels::translate::{
    Access, Canonical, CanonicalBits, CpuMode, EntryRow, Fault, FaultReason, Level, LevelName, Lookup,
    Offset, Outcome, Reach, Target, Tlb, TlbWay, TranslateAsk, TranslateView, Verdict,
};
use crate::panels::{FrameKind, Moment, ProcessName, Run};

/// Rows of a table that are shown.
const WINDOW: u32 = 5;
/// Steps that are looked back over for the address and its look-up.
const LOOK_BACK: usize = 4096;

/// Whose tables are walked.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Space {
    /// A process's.
    Process(ProcessName, MmId),
    /// The kernel's own.
    Kernel,
}

impl Space {
    /// Finds what was asked for, else the youngest process.
    fn choose(at: Moment<'_>, name: Option<&str>) -> Option<Space> {
        if name == Some(KERNEL) {
            return Some(Space::Kernel);
        }
        let (process, _, mm) = choose(at.world, name)?;
        at.world.rest.virt.mms.get(mm).map(|_| Space::Process(process, mm))
    }

    fn name(&self) -> ProcessName {
        match self {
            Space::Process(process, _) => process.clone(),
            Space::Kernel => ProcessName { id: 0, name: KERNEL.to_owned() },
        }
    }

    /// Returns the frame of the root table.
    fn root(&self, world: &World) -> Pfn {
        match self {
            Space::Process(_, mm) => world.rest.virt.root(*mm),
            Space::Kernel => world.rest.virt.layout.kernel_root,
        }
    }

    /// Returns the first address that there is something to see of; without areas, where the first
    /// one will end.
    fn first(&self, world: &World) -> VirtAddr {
        match self {
            Space::Process(_, mm) => {
                let first = world.rest.virt.areas(*mm).next().map(|vma| vma.start);
                first.unwrap_or(VirtAddr(world.rest.virt.layout.mmap_base))
            }
            Space::Kernel => VirtAddr(world.rest.virt.layout.direct_map),
        }
    }
}

/// Fills the walk of an address; `None` without a process, unless the kernel is asked for.
pub fn translate(at: Moment<'_>, ask: &TranslateAsk) -> Option<TranslateView> {
    let speaker = speaker(at);
    let space = Space::choose(at, ask.process.as_deref().or(speaker.as_deref()))?;
    let asked = ask.expression.as_deref().and_then(|text| address(at.world, text));
    let seen = last_address(at);
    let va = asked.or(seen).unwrap_or_else(|| space.first(at.world));
    let follows = seen == Some(va);
    let access = ask.access.unwrap_or_else(|| access_of(at, follows));
    let mode = ask.mode.unwrap_or_else(|| mode_of(at, &space, va, access));
    let walk = look(at, space.root(at.world), va, (access, mode));
    Some(Filling { at, space, va, access, mode, walk, follows, written: at.overwritten() }.view(ask))
}

/// Names who says the command at the position, or the last one before that did: a process that
/// still has an address space, or the kernel where its tables are asked.
fn speaker(at: Moment<'_>) -> Option<String> {
    let before = &at.records[..index(at.position.command).min(at.records.len())];
    let same_machine = before.iter().rev().take_while(|record| record.passage != Passage::Boot);
    same_machine.into_iter().find_map(|record| match &record.command.who {
        Who::Process { name, .. } if has_tables(at, name.as_str()) => Some(name.as_str().to_owned()),
        Who::Kernel { .. } | Who::Shell if is_look(&record.command.verb) => Some(KERNEL.to_owned()),
        Who::Process { .. } | Who::Shell | Who::Kernel { .. } => None,
    })
}

fn is_look(verb: &Verb) -> bool {
    matches!(verb, Verb::Access(AccessCommand::Translate(_)))
}

/// Returns how a command uses memory, and which, if it does.
fn used(verb: &Verb) -> Option<(AccessKind, &Pieces)> {
    if let Verb::Access(access) = verb { access.access() } else { None }
}

fn has_tables(at: Moment<'_>, name: &str) -> bool {
    let virt = &at.world.rest.virt;
    virt.task_named(name).is_some_and(|task| virt.mms.get(virt.mm_of(task)).is_some())
}

/// Returns the address that an event is about.
fn address_of(step: &Step) -> Option<VirtAddr> {
    match step.event {
        Event::Walk(
            walk::Event::Read { va, .. } | walk::Event::SetBits { va, .. } | walk::Event::NonCanonical { va },
        )
        | Event::Fault(fault::Event::Raised { va, .. } | fault::Event::GeneralProtection { va, .. })
        | Event::Shell(shell::Event::Translated { va, .. }) => Some(va),
        _ => None,
    }
}

/// Returns the address that was accessed last up to the step shown; at the start of a command,
/// the one it begins with.
fn last_address(at: Moment<'_>) -> Option<VirtAddr> {
    let ahead = || at.trace()?.steps().iter().take(LOOK_BACK).find_map(address_of);
    let here = at.done().iter().rev().take(LOOK_BACK).find_map(address_of).or_else(ahead);
    let written = |record: &mm::session::Record| {
        used(&record.command.verb).and_then(|(_, pieces)| at.world.address(&pieces.first.at))
    };
    here.or_else(|| at.record().and_then(written)).or_else(|| {
        let before = at.position.command.saturating_sub(1);
        let earlier = at.records[..index(before).min(at.records.len())].iter().rev();
        let same_machine = |record: &&mm::session::Record| record.passage != Passage::Boot;
        earlier
            .take(64)
            .take_while(same_machine)
            .find_map(|record| record.trace.steps().iter().rev().take(LOOK_BACK).find_map(address_of))
    })
}

/// Returns the kind of access of the command, from the fault it raised or the word it uses.
fn access_of(at: Moment<'_>, follows: bool) -> Access {
    let Some(record) = at.record().filter(|_| follows) else { return Access::Read };
    match used(&record.command.verb) {
        Some((AccessKind::Write | AccessKind::Touch, _)) => Access::Write,
        Some((AccessKind::Exec, _)) => Access::Exec,
        None if is_look(&record.command.verb) => Access::Look,
        Some((AccessKind::Read, _)) | None => Access::Read,
    }
}

/// Returns the mode in which the access is made: programs run in user mode, `translate` looks at
/// the kernel's half with the kernel's eyes.
fn mode_of(at: Moment<'_>, space: &Space, va: VirtAddr, access: Access) -> CpuMode {
    let looks = access == Access::Look && is_kernel_half(at.world, va);
    if looks || *space == Space::Kernel { CpuMode::Kernel } else { CpuMode::User }
}

fn look(at: Moment<'_>, root: Pfn, va: VirtAddr, (access, mode): (Access, CpuMode)) -> Walk {
    let virt = &at.world.rest.virt;
    let access = match access {
        Access::Look | Access::Read => walk::Access::Read,
        Access::Write => walk::Access::Write,
        Access::Exec => walk::Access::Exec,
    };
    let privilege = match mode {
        CpuMode::User => Privilege::User,
        CpuMode::Kernel => Privilege::Kernel,
    };
    walk::translate(virt.mode, &virt.tables, root, va, access, privilege)
}

/// What the parts of the view are filled from.
struct Filling<'a> {
    at: Moment<'a>,
    space: Space,
    va: VirtAddr,
    access: Access,
    mode: CpuMode,
    walk: Walk,
    /// Whether the address is the one that the command accesses at this step.
    follows: bool,
    written: BTreeMap<Slot, u64>,
}

impl Filling<'_> {
    fn view(self, ask: &TranslateAsk) -> TranslateView {
        let virt = &self.at.world.rest.virt;
        let mode = virt.mode;
        let reached = self.reached();
        let walked = usize::from(self.walk.refs());
        let leaf = if self.walk.is_translated() { walked.max(1) } else { mode.levels.len() };
        let low = mode.levels[leaf - 1].shift;
        let tlb = self.tlb();
        let hit = tlb.lookup == Lookup::Hit;
        let kernel = Space::Kernel.name();
        TranslateView {
            processes: processes(self.at.world).into_iter().chain([kernel]).collect(),
            process: Some(self.space.name()),
            expression: match &ask.expression {
                Some(text) if address(self.at.world, text) == Some(self.va) => text.clone(),
                Some(_) | None => {
                    by_label(self.at.world, self.va).unwrap_or_else(|| format!("{:#x}", self.va.0))
                }
            },
            address: self.va.0,
            address_digits: mode.address_bits / 4,
            access: self.access,
            mode: self.mode,
            bytes: self.bytes(),
            canonical: self.canonical(),
            page_number: (self.va.0 & (u64::MAX >> (64 - mode.va_bits))) >> mode.page_shift,
            cr3: self.space.root(self.at.world).addr().0,
            levels: (0..leaf).map(|depth| self.level(depth, reached, hit)).collect(),
            offset: Offset { bits: low, value: self.va.0 & ((1 << low) - 1) },
            outcome: self.outcome(reached),
            reads: count(reached.min(walked)),
            reads_total: count(leaf),
            nanos: self.nanos(),
            tlb,
        }
    }

    /// Returns the bytes that the command accesses at once: none beyond the page.
    fn bytes(&self) -> u32 {
        let Some(record) = self.at.record().filter(|_| self.follows) else { return 1 };
        let Some((kind, pieces)) = used(&record.command.verb) else { return 1 };
        let asked = match (kind, pieces.first.len) {
            (AccessKind::Read | AccessKind::Write | AccessKind::Exec, Some(len)) => len.0,
            (AccessKind::Touch, _) | (_, None) => 1,
        };
        let room = PAGE_SIZE - self.va.page_offset();
        u32::try_from(asked.clamp(1, room)).unwrap_or(1)
    }

    /// Returns how many tables have been read: all, unless the next step is one of the reads, or
    /// the look-up with which the access begins.
    fn reached(&self) -> usize {
        match self.at.next().map(|step| step.event) {
            Some(Event::Walk(walk::Event::Read { va, depth, .. })) if self.follows && va == self.va => {
                usize::from(depth)
            }
            Some(Event::Tlb(tlb::Event::Miss { page, .. } | tlb::Event::Hit { page, .. }))
                if self.follows && page == self.va.page_start() =>
            {
                0
            }
            _ => usize::from(self.walk.refs()),
        }
    }

    fn canonical(&self) -> Option<Canonical> {
        let mode = self.at.world.rest.virt.mode;
        if mode.address_bits == mode.va_bits {
            return None;
        }
        let above = self.va.0 >> mode.va_bits;
        let bits = match (mode.is_canonical(self.va), above) {
            (true, 0) => CanonicalBits::Zeros,
            (true, _) => CanonicalBits::Ones,
            (false, _) => CanonicalBits::Mixed,
        };
        Some(Canonical { high: mode.address_bits - 1, low: mode.va_bits, bits })
    }

    fn level(&self, depth: usize, reached: usize, hit: bool) -> Level {
        let mode = self.at.world.rest.virt.mode;
        let level = mode.levels[depth];
        let used = u32::from(mode.index(self.va, depth));
        let step = self.walk.steps().get(depth);
        let last = self.walk.steps().len();
        let reach = if depth >= reached && depth < last {
            Reach::Pending
        } else if step.is_none() {
            Reach::Skipped
        } else if depth + 1 == last && !matches!(self.walk.outcome, walk::Outcome::Translated { .. }) {
            Reach::Fault
        } else if hit && !self.follows {
            Reach::Skipped
        } else {
            Reach::Reached
        };
        let table = step.map(|step| step.table).filter(|_| depth <= reached);
        Level {
            name: name_of(level.name),
            height: low8(u64::from(count(mode.levels.len() - depth))),
            high: level.shift + level.bits - 1,
            low: level.shift,
            index: used,
            entries: u32::from(level.entries()),
            table: table.map(|pfn| pfn.0),
            window: self.window(table.filter(|_| reach != Reach::Pending), depth, used),
            in_use: table.filter(|_| reach != Reach::Pending).map_or_else(Vec::new, |table| {
                crate::panels::inspector::entry::in_use(self.at.world, table, level.entries())
            }),
            reach,
            now: table.is_some_and(|table| self.is_now(table, used)),
        }
    }

    fn window(&self, table: Option<Pfn>, depth: usize, used: u32) -> Vec<EntryRow> {
        let virt = &self.at.world.rest.virt;
        let entries = u32::from(virt.mode.levels[depth].entries());
        let first = used.saturating_sub(2).min(entries - WINDOW);
        let row = |index: u32| {
            let (raw, target, changed) = match table {
                Some(table) => {
                    let raw = virt.tables.entry(table, low16(u64::from(index)));
                    let changed =
                        self.written.contains_key(&virt.tables.slot(table, low16(u64::from(index))));
                    (raw, crate::panels::inspector::entry::target(self.at.world, raw, depth), changed)
                }
                None => (0, Target::Unknown, false),
            };
            EntryRow { index, target, raw, used: index == used, changed }
        };
        (first..first + WINDOW).map(row).collect()
    }

    /// Returns whether the step shown is about this entry.
    fn is_now(&self, table: Pfn, used: u32) -> bool {
        let Some(step) = self.at.done().last() else { return false };
        match step.event {
            Event::Walk(
                walk::Event::Read { table: at, index, .. } | walk::Event::SetBits { table: at, index, .. },
            )
            | Event::PageTable(page_table::Event::SetEntry { table: at, index, .. }) => {
                at == table && u32::from(index) == used
            }
            _ => false,
        }
    }

    /// The look-up of this page that came last within the command; else what it would find now.
    fn tlb(&self) -> Tlb {
        let virt = &self.at.world.rest.virt;
        let array = virt.tlb.geometry().arrays[0];
        let set = low16(self.va.page_number() & u64::from(array.sets - 1));
        let cpu = CpuId(0);
        let found = match self.space {
            Space::Process(_, mm) => virt.pcid(cpu, mm).and_then(|pcid| virt.tlb.find(cpu, pcid, self.va)),
            Space::Kernel => None,
        };
        let page = self.va.page_start();
        let looked = self.at.done().iter().rev().take(LOOK_BACK).find_map(|step| match step.event {
            Event::Tlb(tlb::Event::Hit { page: start, .. }) if self.follows && start == page => {
                Some(Lookup::Hit)
            }
            Event::Tlb(tlb::Event::Miss { page: start, .. } | tlb::Event::Unfit { page: start, .. })
                if self.follows && start == page =>
            {
                Some(Lookup::Miss)
            }
            _ => None,
        });
        // `translate` looks at the tables alone, and the caches keep what programs access.
        let asked = self.access != Access::Look && self.space != Space::Kernel;
        let now = match found {
            _ if !asked => Lookup::Pending,
            Some(_) => Lookup::Hit,
            None => Lookup::Miss,
        };
        let ways = virt.tlb.set_entries(cpu, 0, set).map(|place| TlbWay {
            page_number: place.page.page_number()
                & (u64::MAX >> (64 - virt.mode.va_bits + virt.mode.page_shift)),
            frame: place.entry.pfn.0,
            hit: found
                .is_some_and(|found| found.page == place.page && found.array == 0 && found.way == place.way),
            changed: self.filled(place.set, place.way),
        });
        Tlb {
            set: u32::from(set),
            sets: u32::from(array.sets),
            ways: ways.collect(),
            lookup: looked.unwrap_or(now),
        }
    }

    fn filled(&self, set: u16, way: u8) -> bool {
        self.at.done().last().is_some_and(|step| {
            matches!(step.event, Event::Tlb(tlb::Event::Fill { array: 0, set: at, way: into, .. }) if at == set && into == way)
        })
    }

    fn outcome(&self, reached: usize) -> Outcome {
        let steps = self.walk.steps();
        if reached < steps.len() {
            return Outcome::Pending { levels_left: count(steps.len() - reached) };
        }
        match self.walk.outcome {
            walk::Outcome::Translated { pa, .. } => Outcome::Mapped {
                physical: pa.0,
                frame: pa.pfn().0,
                kind: self.kind(pa.pfn()),
                entry: steps.last().map_or(0, |step| u32::from(step.index)),
            },
            walk::Outcome::NotPresent { depth } => self.fault(usize::from(depth), FaultReason::NotPresent, 0),
            walk::Outcome::Protection { .. } => {
                let (depth, reason) = self.lack();
                self.fault(depth, reason, 1)
            }
            walk::Outcome::NonCanonical => Outcome::NotCanonical,
        }
    }

    fn kind(&self, pfn: Pfn) -> FrameKind {
        let map = &self.at.world.phys.frames.mem_map;
        if pfn >= map.end() {
            return FrameKind::Hole;
        }
        map.block_of(pfn).map_or(FrameKind::Hole, |(_, state)| state.kind().into())
    }

    /// Finds the level and the right that the access lacks.
    fn lack(&self) -> (usize, FaultReason) {
        let bits = &self.at.world.rest.virt.mode.codec.hardware;
        let last = self.walk.steps().len().saturating_sub(1);
        let without = |bit: u64| self.walk.steps().iter().position(|step| step.raw & bit == 0);
        if let Some(depth) = without(bits.user).filter(|_| self.mode == CpuMode::User) {
            (depth, FaultReason::NotUser)
        } else if let Some(depth) = without(bits.write).filter(|_| self.access == Access::Write) {
            (depth, FaultReason::NotWritable)
        } else {
            let depth = self.walk.steps().iter().position(|step| step.raw & bits.no_exec != 0);
            (depth.unwrap_or(last), FaultReason::NoExecute)
        }
    }

    fn fault(&self, depth: usize, reason: FaultReason, present: u32) -> Outcome {
        let way = match self.access {
            Access::Look | Access::Read => 0,
            Access::Write => 2,
            // Fetches are told apart only where there is an NX bit to forbid them.
            Access::Exec if self.at.world.rest.virt.mode.codec.hardware.no_exec == 0 => 0,
            Access::Exec => 16,
        };
        let user = if self.mode == CpuMode::User { 4 } else { 0 };
        Outcome::Fault(Fault {
            level: name_of(self.at.world.rest.virt.mode.levels[depth].name),
            reason,
            error_code: present | way | user,
            verdict: self.verdict(),
        })
    }

    fn verdict(&self) -> Verdict {
        let page = self.va.page_start();
        let said = self.at.done().iter().rev().take(LOOK_BACK).find_map(|step| match step.event {
            Event::Fault(fault::Event::Signalled { signal, .. })
                if self.follows && signal.addr.page_start() == page =>
            {
                Some(Verdict::Signal { signal: signal.signo.name(), code: signal.code.name() })
            }
            _ => None,
        });
        said.unwrap_or(Verdict::Open)
    }

    /// Simulated time from the look-up to the step shown.
    fn nanos(&self) -> Option<u64> {
        let done = self.at.done();
        let start = done.iter().rposition(|step| {
            matches!(step.event, Event::Tlb(tlb::Event::Miss { page, .. } | tlb::Event::Hit { page, .. }) if page == self.va.page_start())
        })?;
        let before = start.checked_sub(1).map_or(0, |at| done[at].at.0);
        self.follows.then(|| done.last().map(|step| step.at.0 - before)).flatten()
    }
}

fn name_of(name: &str) -> LevelName {
    match name {
        "PGD" => LevelName::Pgd,
        "PUD" => LevelName::Pud,
        "PMD" => LevelName::Pmd,
        _ => LevelName::Pte,
    }
}

/// Names the level at a depth.
pub(in crate::panels) fn level_name(at: Moment<'_>, depth: usize) -> Option<LevelName> {
    at.world.rest.virt.mode.levels.get(depth).map(|level| name_of(level.name))
}

/// Joins indices that follow each other.
pub(in crate::panels) fn runs(indices: impl Iterator<Item = u32>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for at in indices {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            Some(_) | None => runs.push(Run { start: at, end: at + 1 }),
        }
    }
    runs
}
