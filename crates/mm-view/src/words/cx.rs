//! What sentences about a step need: names of things, and the steps before it.

use mm::phys::zone::ZoneId;
use mm::trace::{Step, Trace};
use mm::units::{Order, PAGE_SIZE, Pfn, VirtAddr, count, index};
use mm::virt::MmId;
use mm::virt::vmalloc::INIT_MM;
use mm::world::World;

use super::Piece;
use crate::Lang;
use crate::panels::{Thing, grouped, short_bytes};

/// Steps that a sentence looks back for a reason.
const LOOK_BACK: usize = 4096;

/// A step with everything around it.
pub(super) struct Cx<'a> {
    pub(super) lang: Lang,
    pub(super) world: &'a World,
    pub(super) trace: &'a Trace,
    /// Position of the step in the trace, from 0.
    pub(super) at: usize,
}

impl<'a> Cx<'a> {
    pub(super) fn new(step: &Step, trace: &'a Trace, world: &'a World, lang: Lang) -> Cx<'a> {
        let steps = trace.steps();
        // Steps are in the order of their deltas and times: only few have the same of both.
        let place = |step: &Step| (step.deltas_end, step.at.0);
        let first = steps.partition_point(|other| place(other) < place(step));
        let alike = steps[first..].iter().take_while(|other| place(other) == place(step));
        // The step is nearly always one of the trace itself; a copy is found by what it says.
        let itself = alike.clone().position(|other| core::ptr::eq(other, step));
        let at = itself.or_else(|| alike.clone().position(|other| other == step));
        let at = at.map(|at| first + at);
        Cx { lang, world, trace, at: at.unwrap_or(0) }
    }

    /// Iterates over the steps before this one, the nearest first.
    pub(super) fn before(&self) -> impl Iterator<Item = &'a Step> {
        self.trace.steps()[..self.at].iter().rev().take(LOOK_BACK)
    }

    /// Returns the number, from 1, of the nearest step before this one for which `test` holds.
    pub(super) fn earlier(&self, test: impl Fn(&Step) -> bool) -> Option<u32> {
        let back = self.before().position(test)?;
        Some(count(self.at - back))
    }

    /// Iterates over the spans of the step, innermost first.
    pub(super) fn spans(&self) -> impl Iterator<Item = u32> + use<'a> {
        let trace = self.trace;
        let innermost = trace.steps().get(self.at).and_then(|step| step.span);
        core::iter::successors(innermost, |&span| trace.spans()[index(span)].parent)
    }

    pub(super) fn frame(&self, pfn: Pfn) -> Piece {
        frame(pfn)
    }

    /// Names a block: `16899`, or `16900–16903` where it has several frames.
    pub(super) fn block(&self, pfn: Pfn, order: Order) -> Piece {
        let text = if order == Order::ZERO {
            pfn.to_string()
        } else {
            format!("{pfn}–{}", pfn.0 + order.pages() - 1)
        };
        Piece::Link { thing: Thing::Frame(pfn.0), text }
    }

    pub(super) fn zone(&self, id: ZoneId) -> Piece {
        let zone = self.world.phys.zone(id);
        let nodes = self.world.phys.nodes().len();
        let name = zone.kind.name();
        let text = if nodes > 1 { format!("{name}@{}", zone.node.0) } else { name.into() };
        Piece::Link { thing: Thing::Zone { node: zone.node.0, zone: zone.class }, text }
    }

    pub(super) fn entry(&self, table: Pfn, index: u16) -> Piece {
        let thing = Thing::Entry { table: table.0, index: u32::from(index) };
        Piece::Link { thing, text: index.to_string() }
    }

    /// Names an address of an address space; a link where a process or the kernel has it.
    pub(super) fn address(&self, mm: MmId, va: VirtAddr) -> Piece {
        let text = va.to_string();
        match self.owner(mm) {
            Some(process) => Piece::Link { thing: Thing::Address { process, address: va.0 }, text },
            None if mm == INIT_MM => Piece::Link { thing: Thing::of_kernel(va.0), text },
            None => Piece::Text(text),
        }
    }

    /// Names the area that starts at `start`.
    pub(super) fn area(&self, mm: MmId, start: VirtAddr, end: VirtAddr) -> Piece {
        let text = format!("{:#x}–{:#x}", start.0, end.0);
        match self.owner(mm) {
            Some(process) => Piece::Link { thing: Thing::Vma { process, start: start.0 }, text },
            None => Piece::Text(text),
        }
    }

    /// Names the process that an address space belongs to.
    pub(super) fn process(&self, mm: MmId) -> Piece {
        match self.owner(mm) {
            Some(name) => named(&name),
            None => Piece::Text(format!("mm {}", mm.0)),
        }
    }

    /// Returns the name of a level by its depth: `PGD` .. `PTE`.
    pub(super) fn level(&self, depth: u8) -> &'static str {
        self.world.rest.virt.mode.levels[usize::from(depth)].name
    }

    fn owner(&self, mm: MmId) -> Option<String> {
        let mut newest_first = self.world.rest.virt.tasks.iter().rev().map(|(_, task)| task);
        newest_first.find(|task| task.mm == mm).map(|task| task.name.to_string())
    }
}

/// Names a frame.
pub(super) fn frame(pfn: Pfn) -> Piece {
    Piece::Link { thing: Thing::Frame(pfn.0), text: pfn.to_string() }
}

/// Names a process.
pub(super) fn named(name: &str) -> Piece {
    Piece::Link { thing: Thing::Process(name.into()), text: name.into() }
}

/// Counts with the noun in the right number: `1 frame`, `31 frames`.
pub(super) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// Says how many frames, and how much that is: `8 frames (32K)`.
pub(super) fn frames(n: u64, lang: Lang) -> String {
    let bytes = short_bytes(n * PAGE_SIZE);
    match lang {
        Lang::En => format!("{} ({bytes})", counted(n, "frame", "frames")),
        Lang::Zh => format!("{} 页（{bytes}）", grouped(n)),
    }
}
