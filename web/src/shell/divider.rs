//! The edge between the script and the stage: dragged, or moved with the arrow keys. Long lines
//! want a wide column, and a picture wants the room.

use crate::dom;
use crate::labels::Label;
use crate::ui::{use_effect_with, use_media};
use mm_view::Lang;
use web_sys::{Element, PointerEvent};
use yew::prelude::*;

/// Key of the width that was chosen.
const KEY: &str = "mmscope.left";
/// Widths of the column in CSS pixels: the narrowest and the widest.
const NARROWEST: i32 = 240;
const WIDEST: i32 = 720;
/// The usual ones, in a window and in a wide one, as in shell.css.
const USUAL: i32 = 304;
const USUAL_IN_WIDE: i32 = 336;
/// Pixels that an arrow key moves the edge by.
const STEP: i32 = 16;

/// Properties of [`Divider`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct DividerProps {
    pub lang: Lang,
}

/// The edge; a double click or Enter gives the column its usual width again.
#[component]
pub(crate) fn Divider(DividerProps { lang }: &DividerProps) -> Html {
    let chosen = use_state_eq(stored);
    use_effect_with(*chosen, |chosen| {
        match chosen {
            Some(width) => dom::store(KEY, &width.to_string()),
            None => dom::forget(KEY),
        }
        dom::set_root_property("--left-chosen", chosen.map(|width| format!("{width}px")).as_deref());
    });
    let usual = if use_media("(min-width: 1760px)") { USUAL_IN_WIDE } else { USUAL };
    let width = chosen.unwrap_or(usual);
    let set = chosen.setter();
    let go_to = move |width: i32| set.set(Some(width.clamp(NARROWEST, WIDEST)));
    let onpointerdown = |event: PointerEvent| {
        // So that a quick hand does not lose the edge; a pointer that is gone needs no capture.
        let _ = event.target_unchecked_into::<Element>().set_pointer_capture(event.pointer_id());
    };
    let onpointermove = {
        let go_to = go_to.clone();
        move |event: PointerEvent| {
            if event.buttons() & 1 == 1 {
                go_to(event.client_x());
            }
        }
    };
    let reset = {
        let set = chosen.setter();
        move || set.set(None)
    };
    let ondblclick = {
        let reset = reset.clone();
        move |_: MouseEvent| reset()
    };
    let onkeydown = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "ArrowLeft" => go_to(width - STEP),
            "ArrowRight" => go_to(width + STEP),
            "Home" => go_to(NARROWEST),
            "End" => go_to(WIDEST),
            "Enter" => reset(),
            _ => return,
        }
        event.prevent_default();
    };
    html! {
        <div class="edge" role="separator" aria-orientation="vertical" tabindex="0" title={Label::ScriptWidth.text(*lang)}
            aria-label={Label::ScriptWidth.text(*lang)} aria-valuenow={width.to_string()}
            aria-valuemin={NARROWEST.to_string()} aria-valuemax={WIDEST.to_string()}
            {onpointerdown} {onpointermove} {ondblclick} {onkeydown}/>
    }
}

/// The width of the last visit.
fn stored() -> Option<i32> {
    let width: i32 = dom::stored(KEY)?.parse().ok()?;
    Some(width.clamp(NARROWEST, WIDEST))
}
