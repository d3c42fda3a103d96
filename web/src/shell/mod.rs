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
pub(crate) use keys_list::KeysList;
pub(crate) use top_bar::TopBar;

use crate::labels::Label;
use mm_view::Lang;
use yew::prelude::*;

/// Properties of [`Notice`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct NoticeProps {
    /// What to say.
    pub text: AttrValue,
    pub lang: Lang,
    pub onclose: Callback<MouseEvent>,
}

/// One line about something that went otherwise than asked.
#[component]
pub(crate) fn Notice(props: &NoticeProps) -> Html {
    let close = Label::Close.text(props.lang);
    html! {
        <div class="notice">
            <p role="status">{ &props.text }</p>
            <button class="btn icon" aria-label={close} title={close} onclick={&props.onclose}>{ "✕" }</button>
        </div>
    }
}
