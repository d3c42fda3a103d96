//! Sizes in and custom properties out: the two things that CSS alone cannot do here.

use super::hooks::use_effect_with;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, ResizeObserver, SvgElement};
use yew::prelude::*;

/// Sets custom properties (`--x`) on a node. The policy of the page forbids `style`
/// attributes; properties set through the object model are allowed.
#[hook]
pub(crate) fn use_custom_properties(node: &NodeRef, properties: Vec<(&'static str, String)>) {
    let node = node.clone();
    use_effect_with(properties, move |properties| {
        let style = node
            .cast::<HtmlElement>()
            .map(|element| element.style())
            .or_else(|| node.cast::<SvgElement>().map(|element| element.style()));
        if let Some(style) = style {
            for (name, value) in properties {
                // Fails only for a read-only declaration, which an element's never is.
                let _ = style.set_property(name, value);
            }
        }
    });
}

/// Returns the content width and height of a node in whole CSS pixels, (0, 0) before the first
/// layout.
#[hook]
pub(crate) fn use_size(node: &NodeRef) -> (u32, u32) {
    let size = use_state_eq(|| (0, 0));
    let (node, set) = (node.clone(), size.setter());
    use_effect_with((), move |()| {
        let observed = node.cast::<Element>();
        let measure = {
            let observed = observed.clone();
            move || {
                if let Some(element) = &observed {
                    set.set((positive(element.client_width()), positive(element.client_height())));
                }
            }
        };
        measure();
        let callback = Closure::<dyn FnMut()>::new(measure);
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, &observed) {
            observer.observe(element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(callback);
        }
    });
    *size
}

fn positive(pixels: i32) -> u32 {
    u32::try_from(pixels).unwrap_or(0)
}

/// Returns whether a media query holds, and draws again when that changes.
#[hook]
pub(crate) fn use_media(query: &'static str) -> bool {
    let holds = use_state_eq(|| crate::dom::matches(query));
    let set = holds.setter();
    use_effect_with((), move |()| {
        let list = crate::dom::window().match_media(query).ok().flatten();
        let callback = Closure::<dyn FnMut()>::new(move || set.set(crate::dom::matches(query)));
        if let Some(list) = &list {
            list.set_onchange(Some(callback.as_ref().unchecked_ref()));
        }
        move || {
            if let Some(list) = list {
                list.set_onchange(None);
            }
            drop(callback);
        }
    });
    *holds
}
