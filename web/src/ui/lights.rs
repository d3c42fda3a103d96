//! What is lit: the thing under the pointer or the focus, wherever the page names it.
//!
//! It is no state of the page: nothing else follows from it, and it changes with every move of the pointer. So no
//! component is drawn anew for it; the links to the thing get an attribute, `data-lit`.

use crate::dom::{self, Listener};
use crate::ui::use_effect_with;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};
use yew::prelude::*;

/// What a link to a thing is, [`crate::ui::Ref`]'s.
const LINK: &str = "a.ref";
const LIT: &str = "data-lit";

/// Lights things, and lights them again when `drawn` is another picture, with links that are new.
#[hook]
pub(crate) fn use_lights<T: PartialEq + 'static>(drawn: T) {
    let lit = use_mut_ref(|| None::<String>);
    {
        let lit = lit.clone();
        use_effect_with(drawn, move |_| {
            if let Some(href) = &*lit.borrow() {
                light(Some(href));
            }
        });
    }
    use_effect_with((), move |()| {
        let listeners = [("mouseover", true), ("focusin", true), ("mouseout", false), ("focusout", false)]
            .map(|(name, is_on)| {
                let lit = lit.clone();
                Listener::on_window(name, move |event| {
                    if let Some(href) = link_of(&event) {
                        let href = is_on.then_some(href);
                        light(href.as_deref());
                        *lit.borrow_mut() = href;
                    }
                })
            });
        move || drop(listeners)
    });
}

/// Returns where the link to a thing leads that an event is about.
fn link_of(event: &Event) -> Option<String> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(LINK).ok()??.get_attribute("href")
}

/// Lights all links that lead there, and no other.
fn light(href: Option<&str>) {
    for link in all(&format!("[{LIT}]")) {
        // Taking away what is not there is no failure, and its name is right.
        let _ = link.remove_attribute(LIT);
    }
    for link in href.iter().flat_map(|href| all(&format!("{LINK}[href=\"{href}\"]"))) {
        let _ = link.set_attribute(LIT, "");
    }
}

/// Lists the elements that a selector means; none for one that is wrong.
fn all(selector: &str) -> Vec<Element> {
    let Ok(found) = dom::document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}
