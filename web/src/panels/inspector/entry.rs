//! An entry of a page table: a bar a bit, then a line a field that is set.

use mm_view::Lang;
use mm_view::panels::Thing;
use mm_view::panels::inspector::{EntryView, Field, FieldName};
use mm_view::panels::translate::Target;
use yew::prelude::*;

use super::super::svg::{DATA, n, path, text};
use super::identity;
use super::words::Text;
use crate::ui::{Ref, span};

/// Width of a bit's bar with the space after it.
const STEP: f64 = 4.5;

/// The entry, where the inspector shows nothing else.
pub(super) fn alone(view: &EntryView, lang: Lang) -> Html {
    let place = match lang {
        Lang::En => format!("table in frame {}", view.table),
        Lang::Zh => format!("页表在页帧 {}", view.table),
    };
    html! {<>
        { identity("k-pt", "T", &name(view), &place) }
        { entry(view, lang) }
        if let Some(before) = view.before {
            <p class="dim s">{ Text::Before.text(lang) }{ " " }{ span("m", format!("{before:#x}")) }</p>
        }
    </>}
}

fn name(view: &EntryView) -> String {
    format!("{} {}", view.level.text(), view.index)
}

/// The entry.
pub(super) fn entry(view: &EntryView, lang: Lang) -> Html {
    let changed = view.before.is_some();
    html! {<>
        <h3>{ name(view) }<span class={classes!("m", changed.then_some("chg"))}>{ changed.then_some("Δ ") }{ format!("{:#x}", view.raw) }</span></h3>
        { bars(view) }
        <div class="pfs">
            for field in view.fields.iter() { { field_row(view, *field, lang) } }
        </div>
        if view.raw == 0 {
            <p class="dim s">{ Text::IsAbsent.text(lang) }</p>
        } else if !view.clear.is_empty() {
            <p class="dim s">{ Text::AllOthersZero.text(lang) }{ if lang == Lang::En { ": " } else { "：" } }{ view.clear.join(", ") }</p>
        }
    </>}
}

/// A bar a bit, high for 1; the frame's bits in the colour of the last level.
fn bars(view: &EntryView) -> Html {
    let width = f64::from(view.width) * STEP;
    let pfn =
        view.fields.iter().find(|field| field.name == FieldName::Pfn).map(|field| field.low..=field.high);
    let mut low = String::new();
    let (mut high, mut high_pfn) = (String::new(), String::new());
    for bit in 0..view.width {
        let x = n(f64::from(view.width - 1 - bit) * STEP);
        if view.raw >> bit & 1 == 0 {
            low.push_str(&format!("M{x} 10h3.5v5h-3.5z"));
        } else if pfn.as_ref().is_some_and(|bits| bits.contains(&bit)) {
            high_pfn.push_str(&format!("M{x} 1h3.5v14h-3.5z"));
        } else {
            high.push_str(&format!("M{x} 1h3.5v14h-3.5z"));
        }
    }
    let at = |bit: u8| f64::from(view.width - 1 - bit) * STEP + 1.7;
    let marks: &[u8] = if view.width == 64 { &[51, 32, 12] } else { &[22, 12] };
    let face = DATA.size(9.5).fill("var(--ink-3)");
    html! {
        <svg class="bits" width={n(width)} height="28" viewBox={path("0 0 _ 28", &[width])} aria-hidden="true">
            <path d={low} fill="var(--line-2)"/><path d={high} fill="var(--ink)"/><path d={high_pfn} fill="var(--l1)"/>
            { text(1.7, 26.0, face, (view.width - 1).to_string()) }
            for bit in marks.iter() { { text(at(*bit), 26.0, face.middle(), bit.to_string()) } }
            { text(at(0), 26.0, face.end(), "0") }
        </svg>
    }
}

fn field_row(view: &EntryView, field: Field, lang: Lang) -> Html {
    let bits = if field.high == field.low {
        field.low.to_string()
    } else {
        format!("{}–{}", field.high, field.low)
    };
    let value = if field.high == field.low { field.value.to_string() } else { format!("{:#x}", field.value) };
    html! {
        <div class="pf">
            <i>{ bits }</i><b>{ field.name.short() }</b>{ span("m", value) }
            <span>
                if let (FieldName::Pfn, Target::Page(pfn) | Target::Table(pfn)) = (field.name, view.target) {
                    { "→ " }{ field.name.word().text(lang) }{ " " }<Ref class="m" thing={Thing::Frame(pfn)}>{ format!("\u{2009}{pfn}\u{2009}") }</Ref>
                } else {
                    { field.name.word().text(lang) }
                }
            </span>
        </div>
    }
}
