//! One step in words: dispatches to the area of its event.

use mm::event::Event;
use mm::func::Func;
use mm::trace::{Step, Trace};
use mm::units::index;
use mm::world::World;

use super::cx::Cx;
use super::row::row;
use super::{
    StepWords, alloc, buddy, compaction, fallback, fault, highmem, huge_memory, madvise, mmap, oom,
    page_table, pcp, shell, slab, slowpath, task, tlb, vmalloc, vmstat, walk, watermark,
};
use crate::Lang;

/// Says what `step` of `trace` did, and why. `world` is the machine at or after the step.
pub fn step(step: &Step, trace: &Trace, world: &World, lang: Lang) -> StepWords {
    let cx = &Cx::new(step, trace, world, lang);
    let said = match &step.event {
        Event::Alloc(event) => alloc::say(event, cx),
        Event::Slowpath(event) => slowpath::say(event, cx),
        Event::Watermark(event) => watermark::say(event, cx),
        Event::Vmstat(event) => vmstat::say(event, cx),
        Event::Pcp(event) => pcp::say(event, cx),
        Event::Fallback(event) => fallback::say(event, cx),
        Event::Compaction(event) => compaction::say(event, cx),
        Event::Buddy(event) => buddy::say(event, cx),
        Event::Tlb(event) => tlb::say(event, cx),
        Event::Walk(event) => walk::say(event, cx),
        Event::PageTable(event) => page_table::say(event, cx),
        Event::Mmap(event) => mmap::say(event, cx),
        Event::Madvise(event) => madvise::say(event, cx),
        Event::Vmalloc(event) => vmalloc::say(event, cx),
        Event::Highmem(event) => highmem::say(event, cx),
        Event::Fault(event) => fault::say(event, cx),
        Event::Huge(event) => huge_memory::say(event, cx),
        Event::Oom(event) => oom::say(event, cx),
        Event::Task(event) => task::say(event, cx),
        Event::Slab(event) => slab::say(event, cx),
        Event::Shell(event) => shell::say(event, cx),
    };
    let func = said.func.unwrap_or(row(&step.event).func);
    let mut stack: Vec<&'static str> =
        cx.spans().map(|span| trace.spans()[index(span)].func.name()).collect();
    stack.reverse();
    if stack.last() == Some(&func) {
        stack.pop();
    }
    StepWords { function: called(func), stack, what: said.what, why: said.why, operands: said.operands }
}

/// Writes a function with parentheses; the CPU's work and the shell's as they are.
fn called(func: &'static str) -> String {
    let is_function = func.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_kernel = is_function && (func.contains('_') || Func::from_name(func).is_some());
    if is_kernel || func == "expand" { format!("{func}()") } else { func.into() }
}
