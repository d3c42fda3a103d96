//! A cache's slabs and the objects of one of them as tables.

use mm_view::Lang;
use mm_view::panels::Thing;
use mm_view::panels::slab::{CacheDetail, Freelist, ObjectCell, ObjectState, SlabGrid};
use yew::prelude::*;

use super::super::labels::Text as Common;
use super::words::{Text, place};
use crate::ui::{link, td, th};

/// The tables.
pub(super) fn twin(cache: &CacheDetail, lang: Lang) -> Html {
    let slabs = cache.lanes.iter().flat_map(|lane| lane.shown.iter().map(move |tile| (lane.place, tile)));
    html! {
        <div class="twin" tabindex="0">
            <table>
                <thead><tr>
                    { th("", Text::Slab.text(lang)) }{ th("", Text::Place.text(lang)) }
                    { th("r", Text::Allocated.text(lang)) }{ th("r", Text::Objects.text(lang)) }
                </tr></thead>
                <tbody>
                    for (at, tile) in slabs {
                        <tr>
                            <th scope="row">{ link(Thing::Slab(tile.pfn), tile.pfn) }</th>
                            { td("", place(at, lang).0) }
                            <td class={classes!("m", "r", tile.changed.then_some("changed"))}>{ tile.changed.then_some("Δ ") }{ tile.used }</td>
                            { td("m r", tile.objects) }
                        </tr>
                    }
                </tbody>
            </table>
            if let Some(slab) = &cache.slab { { objects(slab, lang) } }
        </div>
    }
}

fn objects(slab: &SlabGrid, lang: Lang) -> Html {
    html! {
        <table>
            <caption>{ Text::Slab.text(lang) }{ " " }{ slab.pfn }</caption>
            <thead><tr>
                for head in [Text::Object, Text::State, Text::Nth, Text::Next] { { th("", head.text(lang)) } }
            </tr></thead>
            <tbody>for cell in slab.cells.iter() { { object(slab, *cell, lang) } }</tbody>
        </table>
    }
}

fn object(slab: &SlabGrid, cell: ObjectCell, lang: Lang) -> Html {
    let link = |index: u32| link(Thing::Object { slab: slab.pfn, index }, index);
    let (state, nth, next) = match cell.state {
        ObjectState::Allocated => (Text::Allocated.text(lang).to_owned(), None, None),
        ObjectState::Free { list, nth, next } => {
            let list = match list {
                Freelist::Cpu => Text::CpuFreelist,
                Freelist::Slab => Text::OwnFreelist,
            };
            (format!("{}, {}", Common::Free.text(lang), list.text(lang)), Some(nth), next)
        }
    };
    html! {
        <tr>
            <th scope="row" class="m">{ link(cell.index) }</th>
            <td class={classes!(cell.changed.then_some("changed"))}>{ cell.changed.then_some("Δ ") }{ state }</td>
            <td class="m r">{ nth }</td>
            <td class="m r">{ next.map(link) }</td>
        </tr>
    }
}
