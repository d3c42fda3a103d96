//! Links: to a thing of the machine, to a moment of its life, to a command.

use crate::model::{MODEL, Position};
use crate::ui::{Thing, use_nav};
use yew::prelude::*;

/// Properties of [`Ref`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct RefProps {
    /// What it names.
    pub thing: Thing,
    /// Classes of the link; `ln` underlines text, chips and SVG shapes bring their own.
    #[prop_or_default]
    pub class: Classes,
    /// What to read aloud when the content alone does not say it.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// -1 inside a grid that is one tab stop.
    #[prop_or_default]
    pub tabindex: Option<AttrValue>,
    /// What is shown.
    #[prop_or_default]
    pub children: Html,
}

/// A link that names a thing: a click selects it (class `sel`) in every panel, and `lights.rs`
/// lights its twins with it. Works inside `<svg>` too.
#[component]
pub(crate) fn Ref(props: &RefProps) -> Html {
    let nav = use_nav();
    let thing = Some(props.thing.clone());
    let is_selected = nav.selection == thing;
    let onclick = {
        let (select, thing) = (nav.select.clone(), thing.clone());
        Callback::from(move |event: MouseEvent| {
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                select.emit(thing.clone());
            }
        })
    };
    let class = classes!("ref", props.class.clone(), is_selected.then_some("sel"));
    html! {
        <a href={format!("#sel={}", props.thing.key())} {class} {onclick}
            aria-label={props.label.clone()} tabindex={props.tabindex.clone()}
            aria-current={is_selected.then_some("true")}>
            { props.children.clone() }
        </a>
    }
}

/// Properties of [`Moment`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct MomentProps {
    /// Where it leads.
    pub at: Position,
    /// What is shown.
    #[prop_or_default]
    pub children: Html,
}

/// A link to a step.
#[component]
pub(crate) fn Moment(props: &MomentProps) -> Html {
    let nav = use_nav();
    let at = props.at;
    let onclick = move |event: MouseEvent| {
        event.prevent_default();
        nav.seek.emit(at);
    };
    html! { <a class="ln" href={format!("#at={}.{}&v={MODEL}", at.command, at.step)} {onclick}>{ props.children.clone() }</a> }
}

/// Properties of [`Command`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct CommandProps {
    /// The command's text.
    pub text: AttrValue,
}

/// A command as a link that types it into the prompt.
#[component]
pub(crate) fn Command(props: &CommandProps) -> Html {
    let nav = use_nav();
    let text = props.text.clone();
    let onclick = move |event: MouseEvent| {
        event.prevent_default();
        nav.type_command.emit(text.to_string());
    };
    html! { <a class="ln m" href="#prompt" {onclick}>{ &props.text }</a> }
}
