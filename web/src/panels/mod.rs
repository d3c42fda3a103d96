//! The panels of the stage and the inspector.

use crate::ui::PanelProps;
use yew::prelude::*;

/// A panel: head and figure.
#[component]
pub(crate) fn Panel(props: &PanelProps) -> Html {
    html! {
        <section class="panel" aria-label={props.id.label().text(props.lang)}>
            <div class="ph"><h2>{ props.id.label().text(props.lang) }</h2></div>
        </section>
    }
}

/// Everything about the selected thing.
#[component]
pub(crate) fn Inspector(props: &PanelProps) -> Html {
    html! { <div class="ins"><p class="dim">{ props.selection.as_ref().map(crate::ui::Thing::key) }</p></div> }
}
