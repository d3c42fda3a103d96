//! Theme and contrast.

use crate::labels::Label;
use crate::state::{Action, Contrast, Theme, View};
use crate::ui::icon;
use yew::prelude::*;

const THEMES: [(Theme, Label); 3] =
    [(Theme::Auto, Label::ThemeAuto), (Theme::Light, Label::ThemeLight), (Theme::Dark, Label::ThemeDark)];
const CONTRASTS: [(Contrast, Label); 2] =
    [(Contrast::Normal, Label::ContrastNormal), (Contrast::More, Label::ContrastMore)];

/// A small menu with two groups of choices.
pub(super) fn appearance(view: &View, act: &Callback<Action>) -> Html {
    let lang = view.lang;
    html! {
        <details class="menu end">
            <summary class="btn" aria-label={Label::Theme.text(lang)}>{ icon::theme() }</summary>
            <div class="pop">
                <fieldset>
                    <legend>{ Label::Theme.text(lang) }</legend>
                    for (theme, label) in THEMES {
                        <label><input type="radio" name="theme" checked={view.theme == theme}
                            onchange={act.reform(move |_: Event| Action::SetTheme(theme))}/>{ label.text(lang) }</label>
                    }
                </fieldset>
                <fieldset>
                    <legend>{ Label::Contrast.text(lang) }</legend>
                    for (contrast, label) in CONTRASTS {
                        <label><input type="radio" name="contrast" checked={view.contrast == contrast}
                            onchange={act.reform(move |_: Event| Action::SetContrast(contrast))}/>{ label.text(lang) }</label>
                    }
                </fieldset>
            </div>
        </details>
    }
}
