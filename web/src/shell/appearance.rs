//! Theme and contrast.

use crate::labels::Label;
use crate::state::{Action, Contrast, Theme};
use crate::ui::icon;
use mm_view::Lang;
use yew::prelude::*;

/// Properties of [`Appearance`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct AppearanceProps {
    pub theme: Theme,
    pub contrast: Contrast,
    pub lang: Lang,
    pub act: Callback<Action>,
}

const THEMES: [(Theme, Label); 3] =
    [(Theme::Auto, Label::ThemeAuto), (Theme::Light, Label::ThemeLight), (Theme::Dark, Label::ThemeDark)];
const CONTRASTS: [(Contrast, Label); 2] =
    [(Contrast::Normal, Label::ContrastNormal), (Contrast::More, Label::ContrastMore)];

/// A small menu with two groups of choices.
#[component]
pub(crate) fn Appearance(props: &AppearanceProps) -> Html {
    let lang = props.lang;
    html! {
        <details class="menu end">
            <summary class="btn" aria-label={Label::Theme.text(lang)}>{ icon::theme() }</summary>
            <div class="pop">
                <fieldset>
                    <legend>{ Label::Theme.text(lang) }</legend>
                    for (theme, label) in THEMES {
                        <label><input type="radio" name="theme" checked={props.theme == theme}
                            onchange={props.act.reform(move |_: Event| Action::SetTheme(theme))}/>{ label.text(lang) }</label>
                    }
                </fieldset>
                <fieldset>
                    <legend>{ Label::Contrast.text(lang) }</legend>
                    for (contrast, label) in CONTRASTS {
                        <label><input type="radio" name="contrast" checked={props.contrast == contrast}
                            onchange={props.act.reform(move |_: Event| Action::SetContrast(contrast))}/>{ label.text(lang) }</label>
                    }
                </fieldset>
            </div>
        </details>
    }
}
