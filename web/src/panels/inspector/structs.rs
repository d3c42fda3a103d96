//! A kernel structure field by field: name and value, then one line of what it means.

use mm_view::Lang;
use mm_view::panels::structs::{FieldValue, StructField};
use yew::prelude::*;

use super::words::Text;
use crate::ui::link;

/// All fields in the open.
pub(super) fn flat(fields: &[StructField], lang: Lang) -> Html {
    html! { <dl class="sf">for field in fields.iter() { { row(field, lang) } }</dl> }
}

/// The fields; those without a value folded away behind them, by the reason.
pub(super) fn fields(fields: &[StructField], lang: Lang) -> Html {
    let of = |fold: Option<Text>| fields.iter().filter(move |field| fold_of(&field.value) == fold);
    let folded = [Text::OtherUse, Text::NotModelled, Text::NotBuilt, Text::NoLongerThere];
    html! {<>
        <dl class="sf">for field in of(None) { { row(field, lang) } }</dl>
        for text in folded {
            if of(Some(text)).next().is_some() {
                <details class="sfmore">
                    <summary>{ text.text(lang) }<span>{ of(Some(text)).count() }</span></summary>
                    <dl class="sf">for field in of(Some(text)) { { row(field, lang) } }</dl>
                </details>
            }
        }
    </>}
}

/// Under which heading a field without a value is folded away.
fn fold_of(value: &FieldValue) -> Option<Text> {
    match value {
        FieldValue::Live(_) => None,
        FieldValue::OtherUse => Some(Text::OtherUse),
        FieldValue::NotModelled(_) => Some(Text::NotModelled),
        FieldValue::NotBuilt => Some(Text::NotBuilt),
        FieldValue::Gone => Some(Text::NoLongerThere),
    }
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
                        { link(thing.clone(), text) }
                    }
                }
            </dd>
        }
        <dd class="dim">{ field.field.meaning(lang) }</dd>
        if let FieldValue::NotModelled(lack) = field.value {
            <dd class="dim">{ "– " }{ lack.text(lang) }</dd>
        }
    </>}
}
