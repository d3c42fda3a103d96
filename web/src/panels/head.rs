//! The head of a panel: its name, what it shows, choices on the right.

use mm_view::Lang;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::labels::Text;
use crate::ui::{PanelId, span};

/// Properties of [`Head`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct HeadProps {
    /// Panel.
    pub id: PanelId,
    /// Language.
    pub lang: Lang,
    /// What follows the name.
    #[prop_or_default]
    pub children: Html,
}

/// The head.
#[component]
pub(super) fn Head(props: &HeadProps) -> Html {
    html! {
        <div class="ph">
            <h2>{ props.id.label().text(props.lang) }</h2>
            { props.children.clone() }
        </div>
    }
}

/// Properties of [`Choice`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct ChoiceProps {
    /// What is chosen, for those who cannot see it.
    pub label: &'static str,
    /// Value that is chosen.
    pub value: AttrValue,
    /// Values and their words.
    pub options: Vec<(String, String)>,
    /// Called with the value that was picked.
    pub on_pick: Callback<String>,
}

/// A choice of one among few.
#[component]
pub(super) fn Choice(props: &ChoiceProps) -> Html {
    let onchange =
        props.on_pick.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    html! {
        <label class="pick">
            { span("vh", props.label) }
            <select {onchange}>
                for (value, words) in props.options.iter() {
                    <option value={value.clone()} selected={props.value == value.as_str()}>{ words }</option>
                }
            </select>
        </label>
    }
}

/// Whether a panel is drawn or written.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Picture {
    /// Drawn.
    #[default]
    Drawn,
    /// Its text twin.
    Table,
}

/// Properties of [`Switch`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct SwitchProps {
    /// Language.
    pub lang: Lang,
    /// Which one is shown.
    pub picture: Picture,
    /// Called with the other one.
    pub on_pick: Callback<Picture>,
}

/// The button to the text twin and back.
#[component]
pub(super) fn Switch(props: &SwitchProps) -> Html {
    let (words, other) = match props.picture {
        Picture::Drawn => (Text::AsTable, Picture::Table),
        Picture::Table => (Text::AsPicture, Picture::Drawn),
    };
    let onclick = props.on_pick.reform(move |_: MouseEvent| other);
    html! {
        <button type="button" class="twin-btn" {onclick} aria-pressed={(props.picture == Picture::Table).to_string()}
            aria-label={words.text(props.lang)} title={words.text(props.lang)}>
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><path d="M1 1.5h10M1 4.5h10M1 7.5h10M1 10.5h10M4 1v10" stroke="currentColor" fill="none"/></svg>
        </button>
    }
}
