//! The bar at the top and what opens from it.

mod appearance;
mod divider;
mod find_box;
mod keys_list;
mod share;
mod tabs;
mod top_bar;

pub(crate) use divider::Divider;
pub(crate) use keys_list::KeysList;
pub(crate) use top_bar::TopBar;

use yew::prelude::*;

/// Properties of [`Notice`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct NoticeProps {
    /// What to say.
    pub text: AttrValue,
}

/// One line about something that went otherwise than asked.
#[component]
pub(crate) fn Notice(props: &NoticeProps) -> Html {
    html! { <p class="notice" role="status">{ &props.text }</p> }
}
