//! Moves the chips that the step moved: a block flies from the list it left to the one it joined.
//!
//! Only what the model moved is moved, once, in the time that the style sheet gives it; nothing
//! flies for readers who want less motion, or when steps follow each other quickly.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use mm_view::panels::buddy::{BuddyView, Move};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::dom;

/// Steps that follow sooner than this are not moved: four a second are the most.
const CALM_MS: f64 = 250.0;

/// Where chips were seen last.
#[derive(Default)]
struct Seen {
    places: BTreeMap<u32, (f64, f64)>,
    moves: Vec<Move>,
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

fn play(grid: &Element, view: &BuddyView, seen: &RefCell<Seen>) {
    let mut seen = seen.borrow_mut();
    let now = dom::now_ms();
    let is_calm = now - seen.at_ms >= CALM_MS;
    seen.at_ms = now;
    let moved = newest(view, &seen);
    seen.moves.clone_from(&view.moves);
    if !dom::matches("(prefers-reduced-motion: no-preference)") {
        return;
    }
    let places = places(grid);
    if let (true, Some(step)) = (is_calm, moved) {
        let from = seen.places.get(&step.from_pfn).copied().or_else(|| origin(grid, view, &step));
        let to = places.get(&step.to_pfn).copied();
        if let (Some(from), Some(to)) = (from, to) {
            seen.is_odd = !seen.is_odd;
            fly(grid, step.to_pfn, (from.0 - to.0, from.1 - to.1), seen.is_odd);
        }
    }
    seen.places = places;
}

/// The move that was not there before, if the step added exactly what comes last.
fn newest(view: &BuddyView, seen: &Seen) -> Option<Move> {
    let last = view.moves.last().copied()?;
    (!seen.moves.contains(&last)).then_some(last)
}

/// Where the block stood that the step cut or merged: it left its list steps ago, but its place is
/// still there, dashed.
fn origin(grid: &Element, view: &BuddyView, step: &Move) -> Option<(f64, f64)> {
    // Behind the heading and the lists of the processors.
    let row = 1 + view.cpus.len() + usize::from(step.from_order);
    let rows = grid.query_selector_all(".bm-row").ok()?;
    let row = rows.item(u32::try_from(row).ok()?)?.dyn_into::<Element>().ok()?;
    let chip = row.query_selector(&format!("a.blk[href$='frame:{}']", step.from_pfn)).ok()??;
    let corner = chip.get_bounding_client_rect();
    Some((corner.left(), corner.top()))
}

/// Top left corners of the chips, by frame; of those that stand for a block and not for a ghost.
fn places(grid: &Element) -> BTreeMap<u32, (f64, f64)> {
    let mut places = BTreeMap::new();
    let Ok(chips) = grid.query_selector_all("a.blk:not(.gone)") else { return places };
    for chip in (0..chips.length()).filter_map(|at| chips.item(at)) {
        let Ok(chip) = chip.dyn_into::<Element>() else { continue };
        let href = chip.get_attribute("href").unwrap_or_default();
        if let Some(pfn) = href.rsplit(':').next().and_then(|digits| digits.parse().ok()) {
            let corner = chip.get_bounding_client_rect();
            places.insert(pfn, (corner.left(), corner.top()));
        }
    }
    places
}

fn fly(grid: &Element, pfn: u32, (dx, dy): (f64, f64), is_odd: bool) {
    let chip = grid.query_selector(&format!("a.blk:not(.gone)[href$='frame:{pfn}']")).ok().flatten();
    let Some(chip) = chip.and_then(|chip| chip.dyn_into::<HtmlElement>().ok()) else { return };
    let style = chip.style();
    // Fails only for a read-only declaration, which an element's never is.
    let _ = style.set_property("--dx", &format!("{dx:.1}px"));
    let _ = style.set_property("--dy", &format!("{dy:.1}px"));
    let (on, off) = if is_odd { ("fly-a", "fly-b") } else { ("fly-b", "fly-a") };
    // Fails only for an empty name.
    let _ = chip.class_list().remove_1(off);
    let _ = chip.class_list().add_1(on);
}
