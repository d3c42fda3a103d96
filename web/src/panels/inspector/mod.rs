//! The inspector: whatever is selected, in full.

mod entry;
mod frame;
mod frame_links;
mod loupe;
mod memory;
mod rest;
mod structs;
mod words;

use mm_view::panels::fill;
use mm_view::panels::inspector::InspectorView;
use yew::prelude::*;

use self::words::Text;
use super::query;
use crate::ui::{PanelProps, use_memo};

/// Everything about the selected thing; `id` is the panel that the stage shows alone, if any.
#[component]
pub(crate) fn Inspector(props: &PanelProps) -> Html {
    let lang = props.lang;
    let view = use_memo((props.session.clone(), props.selection.clone()), |(session, thing)| {
        query::ask(session, |at| fill::inspect(at, thing.as_ref()))
    });
    let content = match &*view {
        InspectorView::Empty => html! { <p class="empty">{ Text::Nothing.text(lang) }</p> },
        InspectorView::Gone(thing) => {
            html! {<><h2 class="m">{ thing.key() }</h2><p class="empty">{ Text::Gone.text(lang) }</p></>}
        }
        InspectorView::Frame(view) => frame::frame(view, lang, props.id),
        InspectorView::Entry(view) => entry::alone(view, lang),
        InspectorView::Vma(view) => rest::vma(view, lang),
        InspectorView::VmapArea(view) => memory::vmap_area(view, lang),
        InspectorView::Process(view) => rest::process(view, lang),
        InspectorView::Pageblock(view) => memory::pageblock(view, lang),
        InspectorView::Cache(view) => memory::cache(view, lang),
        InspectorView::Slab(view) => memory::slab(view, lang),
        InspectorView::Object(view) => memory::object(view, lang),
        InspectorView::Zone(view) => rest::zone(view, lang),
        InspectorView::Node(view) => rest::node(view, lang),
    };
    html! { <div class="ins">{ content }</div> }
}

/// Head of the inspector: swatch, name, where.
fn identity(swatch: &'static str, letter: &'static str, name: &str, place: &str) -> Html {
    html! {
        <header>
            <span class={classes!("sw", swatch)} aria-hidden="true">{ letter }</span>
            <div><h2>{ name }</h2><p>{ place }</p></div>
        </header>
    }
}
