//! A figure of many links as one tab stop: arrows move the focus from link to link.

use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element, HtmlElement, KeyboardEvent, SvgElement};
use yew::TargetCast;

/// Moves the focus among the links of the element that listens (which carries `data-keys`):
/// left and right in document order, up and down to the nearest link of the line above or below,
/// Home and End to the first and last. Other keys go on to the page.
pub(crate) fn rove(event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
        return;
    }
    let Some(here) = event.target_dyn_into::<Element>() else { return };
    let Ok(Some(root)) = here.closest("[data-keys]") else { return };
    let links = links(&root);
    let Some(at) = links.iter().position(|link| link.is_same_node(Some(&here))) else { return };
    let target = match event.key().as_str() {
        "ArrowRight" => links.get(at + 1),
        "ArrowLeft" => at.checked_sub(1).and_then(|at| links.get(at)),
        "Home" => links.first(),
        "End" => links.last(),
        "ArrowDown" => beside(&links, at, 1.0).and_then(|at| links.get(at)),
        "ArrowUp" => beside(&links, at, -1.0).and_then(|at| links.get(at)),
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(target) = target {
        focus(target);
    }
}

fn links(root: &Element) -> Vec<Element> {
    let Ok(found) = root.query_selector_all("a.ref") else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into::<Element>().ok()).collect()
}

fn focus(target: &Element) {
    let done = match (target.dyn_ref::<HtmlElement>(), target.dyn_ref::<SvgElement>()) {
        (Some(html), _) => html.focus(),
        (None, Some(svg)) => svg.focus(),
        (None, None) => Ok(()),
    };
    // Fails only for what cannot have the focus, which links can.
    let _ = done;
}

/// The link of the next line in a direction (1: down, -1: up) that is nearest across.
fn beside(links: &[Element], at: usize, way: f64) -> Option<usize> {
    let centre = |rect: &DomRect| (rect.x() + rect.width() / 2.0, rect.y() + rect.height() / 2.0);
    let (x, y) = centre(&links[at].get_bounding_client_rect());
    let height = links[at].get_bounding_client_rect().height();
    let mut best: Option<(f64, f64, usize)> = None;
    for (other, link) in links.iter().enumerate() {
        let (other_x, other_y) = centre(&link.get_bounding_client_rect());
        let down = (other_y - y) * way;
        if down <= height / 2.0 {
            continue;
        }
        let across = (other_x - x).abs();
        // The nearest line first; on it, the nearest link.
        let closer =
            best.is_none_or(
                |(line, gap, _)| {
                    if (down - line).abs() < height / 2.0 { across < gap } else { down < line }
                },
            );
        if closer {
            best = Some((down, across, other));
        }
    }
    best.map(|(.., other)| other)
}
