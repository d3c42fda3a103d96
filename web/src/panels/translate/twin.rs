//! The walk as a table: the text twin of the figure.

use mm_view::panels::Thing;
use mm_view::panels::translate::{Level, Outcome, Reach};
use yew::prelude::*;

use super::parts::{Base, FigureProps, physical};
use super::verdict::fault_lines;
use super::words::Text;
use crate::ui::{link, td, th};
use mm_view::Lang;

/// One row a level, then the result.
pub(super) fn twin(props: &FigureProps) -> Html {
    let (view, lang) = (&props.view, props.lang);
    let (frame, offset) = physical(view);
    html! {
        <div class="twin">
            <table>
                <thead><tr>
                    for head in [Text::Level, Text::Bits, Text::Index, Text::Table, Text::Entry, Text::Names] {
                        { th("", head.text(lang)) }
                    }
                </tr></thead>
                <tbody>
                    for level in view.levels.iter() {
                        { row(level, lang, props.base) }
                    }
                </tbody>
            </table>
            <p>
                if matches!(view.outcome, Outcome::Mapped { .. } | Outcome::Pending { .. }) {
                    { Text::PhysicalAddress.text(lang) }{ " " }<b class="m">{ frame }{ offset }</b>
                } else {
                    for (words, _) in fault_lines(&view.outcome, lang) {
                        { words }{ ". " }
                    }
                }
            </p>
        </div>
    }
}

fn row(level: &Level, lang: Lang, base: Base) -> Html {
    let used = level.window.iter().find(|row| row.used);
    let raw = match (level.reach, used) {
        (Reach::Reached | Reach::Fault, Some(row)) => format!("{:#x}", row.raw),
        _ => Text::Pending.text(lang).to_owned(),
    };
    let named = used.and_then(|row| row.target.frame()).filter(|_| level.reach == Reach::Reached);
    let link = |pfn: u32| link(Thing::Frame(pfn), base.write(pfn));
    let changed = used.is_some_and(|row| row.changed);
    html! {
        <tr>
            <th scope="row">{ level.name.text() }</th>
            { td("m", format!("{}–{}", level.high, level.low)) }
            { td("m", base.write(level.index)) }
            <td class="m">{ level.table.map(link) }</td>
            <td class={classes!("m", changed.then_some("changed"))}>{ changed.then_some("Δ ") }{ raw }</td>
            <td class="m">{ named.map_or_else(|| html! { "–" }, link) }</td>
        </tr>
    }
}
