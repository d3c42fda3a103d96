//! *Frames*: every frame of the machine, as a strip where there is little room, as a map
//! where there is much.

mod canvas;
mod group;
mod ink;
mod keys;
mod map;
mod map_head;
mod minimap;
mod overlay;
mod pixels;
mod place;
mod strip;
mod twin;
mod words;

use mm_view::navigate;
use yew::prelude::*;

pub(super) use self::ink::paint;
use self::map::Map;
use self::strip::Strip;
use crate::ui::{PanelProps, Selection, Thing, use_size};

/// Room that the map needs; with less the strip is shown.
const MAP_FROM: u32 = 330;

/// The panel.
#[component]
pub(super) fn Frames(props: &PanelProps) -> Html {
    let node = use_node_ref();
    let (_, height) = use_size(&node);
    let label = props.id.label(props.lang);
    let props = PanelProps { selection: place_of(props), ..props.clone() };
    html! {
        <section class="panel frames" aria-label={label} ref={node}>
            if height >= MAP_FROM {
                <Map ..props/>
            } else {
                <Strip ..props/>
            }
        </section>
    }
}

/// What is selected, as a frame of it where it has some: a slab, an object, a pageblock.
fn place_of(props: &PanelProps) -> Selection {
    match props.selection.as_ref()? {
        Thing::Slab(pfn) | Thing::Object { slab: pfn, .. } => Some(Thing::Frame(*pfn)),
        Thing::Pageblock(block) => {
            navigate::first_of_pageblock(props.session.borrow().world(), *block).map(Thing::Frame)
        }
        Thing::Frame(_)
        | Thing::Entry { .. }
        | Thing::Vma { .. }
        | Thing::Address { .. }
        | Thing::Process(_)
        | Thing::Zone { .. }
        | Thing::Node(_)
        | Thing::Cache(_)
        | Thing::VmapArea(_)
        | Thing::ProcFile(_) => props.selection.clone(),
    }
}
