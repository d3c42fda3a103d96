//! The bar at the top and what opens from it.

mod appearance;
mod divider;
mod drop_target;
mod find_box;
mod keys_list;
mod share;
mod tabs;
mod top_bar;

pub(crate) use divider::Divider;
pub(crate) use drop_target::DropTarget;
pub(crate) use keys_list::keys_list;
pub(crate) use tabs::Tabs;
pub(crate) use top_bar::top_bar;

use crate::labels::Label;
use mm_view::Lang;
use yew::prelude::*;

/// One line about something that went otherwise than asked.
pub(crate) fn notice(text: String, lang: Lang, onclose: Callback<MouseEvent>) -> Html {
    let close = Label::Close.text(lang);
    html! {
        <div class="notice">
            <p role="status">{ text }</p>
            <button class="btn icon" aria-label={close} title={close} onclick={onclose}>{ "✕" }</button>
        </div>
    }
}
