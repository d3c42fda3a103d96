//! The head of a panel: its name, what it shows, choices on the right.

use mm_view::Lang;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::labels::Text;
use crate::ui::{PanelId, span};

/// The name of a panel.
pub(super) fn heading(id: PanelId, lang: Lang) -> Html {
    html! { <h2>{ id.label(lang) }</h2> }
}

/// A choice of one among few: `options` are values and their words, `label` says what is chosen to
/// those who cannot see it.
pub(super) fn choice(
    label: &'static str,
    chosen: &str,
    options: Vec<(String, String)>,
    on_pick: &Callback<String>,
) -> Html {
    let onchange = on_pick.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    html! {
        <label class="pick">
            { span("vh", label) }
            <select {onchange}>
                for (value, words) in options {
                    <option selected={value == chosen} value={value.clone()}>{ words }</option>
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

/// The button to the text twin and back.
pub(super) fn switch(lang: Lang, picture: Picture, on_pick: &Callback<Picture>) -> Html {
    let (words, other) = match picture {
        Picture::Drawn => (Text::AsTable, Picture::Table),
        Picture::Table => (Text::AsPicture, Picture::Drawn),
    };
    let onclick = on_pick.reform(move |_: MouseEvent| other);
    html! {
        <button type="button" class="twin-btn" {onclick} aria-pressed={(picture == Picture::Table).to_string()}
            aria-label={words.text(lang)} title={words.text(lang)}>
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><path d="M1 1.5h10M1 4.5h10M1 7.5h10M1 10.5h10M4 1v10" stroke="currentColor" fill="none"/></svg>
        </button>
    }
}
