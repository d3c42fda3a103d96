//! The list of keys: beside the page, never over it.

use crate::keys;
use crate::labels::Label;
use crate::state::{Action, Drawer};
use mm_view::Lang;
use yew::prelude::*;

/// What the keys do.
pub(crate) fn keys_list(lang: Lang, act: &Callback<Action>) -> Html {
    let close = act.reform(|_: MouseEvent| Action::ToggleDrawer(Drawer::Keys));
    html! {
        <section class="keylist" aria-label={Label::Keys.text(lang)}>
            <div class="ph">
                <h2>{ Label::Keys.text(lang) }</h2><span class="sp"></span>
                <button class="btn" onclick={close}>{ Label::Close.text(lang) }</button>
            </div>
            <dl class="keys">
                for (keys, label) in keys::LIST {
                    <dt>for key in keys.iter().copied() { <kbd>{ key }</kbd>{ " " } }</dt>
                    <dd>{ label.text(lang) }</dd>
                }
            </dl>
            <p class="note">{ Label::KeyOnly.text(lang) }</p>
        </section>
    }
}
