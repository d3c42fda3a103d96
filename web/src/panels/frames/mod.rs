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

use yew::prelude::*;

pub(super) use self::ink::paint;
use self::map::Map;
use self::strip::Strip;
use crate::ui::{PanelProps, use_size};

/// Room that the map needs; with less the strip is shown.
const MAP_FROM: u32 = 330;

/// The panel.
#[component]
pub(super) fn Frames(props: &PanelProps) -> Html {
    let node = use_node_ref();
    let (_, height) = use_size(&node);
    let label = props.id.label().text(props.lang);
    html! {
        <section class="panel frames" aria-label={label} ref={node}>
            if height >= MAP_FROM {
                <Map ..props.clone()/>
            } else {
                <Strip ..props.clone()/>
            }
        </section>
    }
}
