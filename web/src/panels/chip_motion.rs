//! Moves the chips that the step moved: a block flies from the list it left to the one it joined.
//!
//! Only what the model moved is moved, once, in the time that the style sheet gives it; nothing
//! flies for readers who want less motion, or when steps follow each other quickly.

use std::cell::RefCell;
use std::rc::Rc;

use crate::ui::use_effect_with;
use mm_view::panels::buddy::{BuddyView, Move};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::buddy::{chip_corner, place_in_list};
use crate::dom;

/// Steps that follow sooner than this are not moved: four a second are the most.
const CALM_MS: f64 = 250.0;

/// What was seen last.
#[derive(Default)]
struct Seen {
    view: Option<Rc<BuddyView>>,
    at_ms: f64,
    is_odd: bool,
}

/// Flies the chips of `view` that its step moved, once they are drawn inside `node`.
#[hook]
pub(super) fn use_chip_motion(node: &NodeRef, view: &Rc<BuddyView>) {
    let seen = use_mut_ref(Seen::default);
    let node = node.clone();
    use_effect_with(view.clone(), move |view| {
        if let Some(grid) = node.cast::<Element>() {
            play(&grid, view, &seen);
        }
    });
}

fn play(grid: &Element, view: &Rc<BuddyView>, seen: &RefCell<Seen>) {
    let mut seen = seen.borrow_mut();
    let now = dom::now_ms();
    let is_calm = now - seen.at_ms >= CALM_MS;
    seen.at_ms = now;
    let before = seen.view.replace(view.clone());
    let Some(step) = newest(view, before.as_deref()).filter(|_| is_calm) else { return };
    // Where chips stand is known from the figure: to measure them would lay the page out once more.
    let from = before.and_then(|before| chip_corner(&before, step.from_pfn));
    // A block that was cut or merged left its list steps ago, but its place is still there, dashed.
    let from = from.or_else(|| place_in_list(view, (step.from_order, step.column), step.from_pfn));
    if let (Some(from), Some(to)) = (from, chip_corner(view, step.to_pfn))
        && dom::matches("(prefers-reduced-motion: no-preference)")
    {
        seen.is_odd = !seen.is_odd;
        fly(grid, step.to_pfn, (from.0 - to.0, from.1 - to.1), seen.is_odd);
    }
}

/// The move that was not there before, if the step added exactly what comes last.
fn newest(view: &BuddyView, before: Option<&BuddyView>) -> Option<Move> {
    let last = view.moves.last().copied()?;
    (!before.is_some_and(|before| before.moves.contains(&last))).then_some(last)
}

fn fly(grid: &Element, pfn: u32, (dx, dy): (f64, f64), is_odd: bool) {
    let chip = grid.query_selector(&format!("a.blk:not(.gone)[href$='frame:{pfn}']")).ok().flatten();
    let Some(chip) = chip.and_then(|chip| chip.dyn_into::<HtmlElement>().ok()) else { return };
    let style = chip.style();
    // Fails only for a read-only declaration, which an element's never is.
    let _ = style.set_property("--dx", &format!("{}px", crate::ui::tenths(dx)));
    let _ = style.set_property("--dy", &format!("{}px", crate::ui::tenths(dy)));
    let (on, off) = if is_odd { ("fly-a", "fly-b") } else { ("fly-b", "fly-a") };
    // Fails only for an empty name.
    let _ = chip.class_list().remove_1(off);
    let _ = chip.class_list().add_1(on);
}
