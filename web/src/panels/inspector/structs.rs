//! A kernel structure field by field: name and value, then one line of what it means.

use mm_view::Lang;
use mm_view::panels::structs::{FieldValue, StructField};
use yew::prelude::*;

use super::super::labels::Text;
use crate::ui::Ref;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct FieldsProps {
    pub fields: Vec<StructField>,
    pub lang: Lang,
    /// Whether fields without a value stand in the open too.
    #[prop_or_default]
    pub is_flat: bool,
}

/// The fields; those without a value folded away behind them, by the reason.
#[component]
pub(super) fn Fields(props: &FieldsProps) -> Html {
    let lang = props.lang;
    let of = |reason: Option<FieldValue>| {
        let fields = props.fields.iter();
        fields.filter(move |field| match (&field.value, &reason) {
            (FieldValue::Live(_), reason) => reason.is_none(),
            (value, reason) => Some(value) == reason.as_ref(),
        })
    };
    let folded = [
        (FieldValue::NotModelled, Text::NotModelled),
        (FieldValue::NotBuilt, Text::NotBuilt),
        (FieldValue::Gone, Text::NoLongerThere),
    ];
    if props.is_flat {
        return html! { <dl class="sf">for field in props.fields.iter() { { row(field, lang) } }</dl> };
    }
    html! {<>
        <dl class="sf">for field in of(None) { { row(field, lang) } }</dl>
        for (reason, text) in folded {
            if of(Some(reason.clone())).next().is_some() {
                <details class="sfmore">
                    <summary>{ text.text(lang) }<span>{ of(Some(reason.clone())).count() }</span></summary>
                    <dl class="sf">for field in of(Some(reason)) { { row(field, lang) } }</dl>
                </details>
            }
        }
    </>}
}

fn row(field: &StructField, lang: Lang) -> Html {
    html! {<>
        <dt>{ field.field.name() }</dt>
        if let FieldValue::Live(text) = &field.value {
            <dd class={classes!("v", field.changed.then_some("chg"))}>
                if field.changed { { "Δ " } }
                if field.links.is_empty() {
                    { text }
                } else {
                    for (at, (text, thing)) in field.links.iter().enumerate() {
                        if at > 0 { { ", " } }
                        <Ref class="ln" thing={thing.clone()}>{ text }</Ref>
                    }
                }
            </dd>
        }
        <dd class="dim">{ field.field.meaning(lang) }</dd>
    </>}
}
