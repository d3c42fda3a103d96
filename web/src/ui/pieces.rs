//! Small pieces of HTML that every panel uses.
//!
//! Functions, since what `html!` makes of one element is a hundred bytes and more of the
//! download each time it is written; a call of a function is a tenth of that. A `class` may be
//! empty.

use crate::ui::{Ref, Thing};
use yew::prelude::*;

/// A link to a thing, underlined.
pub(crate) fn link(thing: Thing, content: impl Into<Html>) -> Html {
    let content = content.into();
    html! { <Ref class="ln" {thing}>{ content }</Ref> }
}

/// Words in a class of their own.
pub(crate) fn span(class: &'static str, content: impl Into<Html>) -> Html {
    let content = content.into();
    html! { <span {class}>{ content }</span> }
}

/// A term and its value, inside `<dl>`.
pub(crate) fn fact(term: impl Into<Html>, value: impl Into<Html>) -> Html {
    let (term, value) = (term.into(), value.into());
    html! { <><dt>{ term }</dt><dd>{ value }</dd></> }
}

/// A cell of a table's row.
pub(crate) fn td(class: &'static str, content: impl Into<Html>) -> Html {
    let content = content.into();
    html! { <td {class}>{ content }</td> }
}

/// The head of a table's column.
pub(crate) fn th(class: &'static str, name: impl Into<Html>) -> Html {
    let name = name.into();
    html! { <th scope="col" {class}>{ name }</th> }
}
