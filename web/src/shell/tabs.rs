//! The panels as toggles; with Shift one stays alone.

use crate::labels::Label;
use crate::state::{Action, panel_key};
use crate::ui::PanelId;
use mm_view::Lang;
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

/// One toggle for each panel that exists.
#[component]
pub(crate) fn Tabs(TabsProps { lang, shown, act, is_phone }: &TabsProps) -> Html {
    let is_phone = *is_phone;
    html! {
        <nav class="tabs" aria-label={Label::Panels.text(*lang)}>
            for id in PanelId::ALL.iter().copied() {
                <button key={id.slug()} class="tab" aria-pressed={if shown.contains(&id) { "true" } else { "false" }}
                    title={format!("{} · {}", panel_key(id), Label::KeyOnly.text(*lang))}
                    onclick={act.reform(move |event: MouseEvent| match event.shift_key() || is_phone {
                        true => Action::OnlyPanel(id),
                        false => Action::TogglePanel(id),
                    })}>
                    { id.label().text(*lang) }
                </button>
            }
        </nav>
    }
}
