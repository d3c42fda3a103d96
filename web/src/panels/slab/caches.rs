//! The caches as a table.

use mm_view::Lang;
use mm_view::panels::slab::{CacheRow, SlabAsk, SlabView};
use mm_view::panels::{Thing, grouped};
use yew::prelude::*;

use super::super::labels::Text as Common;
use super::words::Text;
use crate::ui::{link, span, td, th};

/// The table, and the button that shows every cache.
pub(super) fn caches(view: &SlabView, lang: Lang, ask: &SlabAsk, set: &Callback<SlabAsk>) -> Html {
    let chosen = view.cache.as_ref().map(|cache| cache.row.name.as_str());
    let all = !ask.all;
    let toggle = set.reform({
        let ask = ask.clone();
        move |_: MouseEvent| SlabAsk { all, ..ask.clone() }
    });
    let words = if ask.all { Text::ShowUsed } else { Text::ShowAll };
    html! {<>
        if !view.caches.is_empty() {
            <div class="sl-caches" tabindex="0" role="region" aria-label={Text::Caches.text(lang)}>
                <table class="maps zt">
                    <thead><tr>
                        { th("", Text::Cache.text(lang)) }
                        for head in [Text::ObjectSize, Text::PerSlab] { { th("r", head.text(lang)) } }
                        { th("r", Common::Order.text(lang)) }
                        for head in [Text::Active, Text::Slabs, Text::OnCpu, Text::OnNode, Text::Full] {
                            { th("r", head.text(lang)) }
                        }
                    </tr></thead>
                    <tbody>for row in view.caches.iter() { { cache(row, chosen == Some(&row.name)) } }</tbody>
                </table>
            </div>
        }
        <p class="sl-all"><button type="button" class="btn sm line" onclick={toggle} aria-pressed={ask.all.to_string()}>
            { words.text(lang) }if !ask.all { { format!(" +{}", view.hidden) } }
        </button></p>
    </>}
}

fn cache(row: &CacheRow, is_shown: bool) -> Html {
    let number = |value: u64| html! { <td class={classes!("m", "r", (value == 0).then_some("dim"))}>{ grouped(value) }</td> };
    html! {
        <tr class={classes!(row.changed.then_some("changed"), is_shown.then_some("on"))}>
            <th scope="row">
                { link(Thing::Cache(row.name.clone()), &row.name) }
                if row.changed { { span("delta", " Δ") } }
            </th>
            { td("m r", grouped(u64::from(row.object_size))) }
            { td("m r", row.per_slab) }
            <td class="m r">{ row.order }</td>
            <td class="m r">{ grouped(row.active) }<span class="dim">{ " / " }{ grouped(row.objects) }</span></td>
            { number(row.slabs) }
            { number(row.cpu_slabs) }
            { number(row.partial) }
            { number(row.full) }
        </tr>
    }
}
