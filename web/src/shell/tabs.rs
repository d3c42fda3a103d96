//! The panels as toggles; with Shift one stays alone.

use crate::labels::Label;
use crate::state::Action;
use crate::ui::{PanelId, use_effect_with};
use mm_view::Lang;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Properties of [`Tabs`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct TabsProps {
    pub lang: Lang,
    pub shown: Vec<PanelId>,
    pub act: Callback<Action>,
    /// One panel at a time.
    pub is_phone: bool,
}

/// Scrolls a row that is too long for the window so that the tab of what is shown stands in its
/// middle.
fn center_pressed(node: &NodeRef) {
    let Some(row) = node.cast::<HtmlElement>() else { return };
    let Ok(Some(tab)) = row.query_selector("[aria-pressed=true]") else { return };
    let Ok(tab) = tab.dyn_into::<HtmlElement>() else { return };
    row.set_scroll_left(
        tab.offset_left() - row.offset_left() + (tab.offset_width() - row.offset_width()) / 2,
    );
}

/// One toggle for each panel that exists.
#[component]
pub(crate) fn Tabs(TabsProps { lang, shown, act, is_phone }: &TabsProps) -> Html {
    let is_phone = *is_phone;
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((shown.clone(), is_phone, *lang), move |_| center_pressed(&node));
    }
    html! {
        <nav ref={node} class="tabs" aria-label={Label::Panels.text(*lang)}>
            for id in PanelId::all() {
                <button key={id.slug()} class="tab" aria-pressed={if shown.contains(&id) { "true" } else { "false" }}
                    title={format!("{} · {}", id.key(), Label::KeyOnly.text(*lang))}
                    onclick={act.reform(move |event: MouseEvent| match event.shift_key() || is_phone {
                        true => Action::OnlyPanel(id),
                        false => Action::TogglePanel(id),
                    })}>
                    { id.label(*lang) }
                </button>
            }
        </nav>
    }
}
