//! One step in words: dispatches to the area of its event.

use mm::func::Func;
use mm::trace::{Step, Trace};
use mm::units::index;
use mm::world::World;

use super::cx::Cx;
use super::row::row;
use super::{StepWords, areas};
use crate::Lang;

/// Says what `step` of `trace` did, and why. `world` is the machine at or after the step.
pub fn step(step: &Step, trace: &Trace, world: &World, lang: Lang) -> StepWords {
    let cx = &Cx::new(step, trace, world, lang);
    let said = areas::say(&step.event, cx);
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
