//! The whole machine beside the map, with the part in sight framed.

use std::rc::Rc;

use mm_view::panels::frames::{STRIP_CELLS, StripView};
use mm_view::panels::{FrameKind, Thing};
use web_sys::Element;
use yew::prelude::*;

use super::super::svg::{HINT, float, n, path, text};
use super::place::Place;
use crate::ui::{use_memo, use_size};

const WIDTH: f64 = 26.0;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct MinimapProps {
    pub strip: Rc<StripView>,
    pub place: Place,
    pub top: f64,
    pub height: u32,
    pub on_scroll: Callback<f64>,
    pub selection: Option<Thing>,
}

/// The minimap; a click goes there.
#[component]
pub(super) fn Minimap(props: &MinimapProps) -> Html {
    let node = use_node_ref();
    let (_, outer) = use_size(&node);
    let tall = (f64::from(outer) - 14.0).max(60.0);
    let strip = &props.strip;
    let paths = use_memo((strip.clone(), outer), move |(strip, _)| paths(strip, tall));
    let rows = strip.frames.div_ceil(props.place.frames).div_ceil(props.place.per_row);
    let whole_map = (f64::from(rows) * props.place.row_height()).max(1.0);
    let view_top = props.top / whole_map * tall;
    let view_height = (f64::from(props.height) / whole_map).min(1.0) * tall;
    let at = |pfn: u32| f64::from(pfn) / f64::from(strip.frames.max(1)) * tall;
    let onclick = {
        let (node, on_scroll, seen) = (node.clone(), props.on_scroll.clone(), f64::from(props.height));
        move |event: MouseEvent| {
            if let Some(area) = node.cast::<Element>() {
                let part = (f64::from(event.client_y()) - area.get_bounding_client_rect().top() - 6.0) / tall;
                on_scroll.emit(part * whole_map - seen / 2.0);
            }
        }
    };
    let mib = strip.frames.div_ceil(256);
    let each = (mib / 8).max(1).next_power_of_two();
    let gib = each >= 1 << 10;
    let is_clear = |mib: &u32| at(mib << 8) > view_top + view_height + 12.0 && at(mib << 8) < tall - 8.0;
    let labels: Vec<u32> =
        (1..=8).map(|part| each * part).take_while(|&at| at < mib).filter(is_clear).collect();
    html! {
        <div class="mini0" ref={node} {onclick}>
            <svg width="40" height={n(tall + 12.0)} viewBox={path("-6 -6 40 _", &[tall + 12.0])} aria-hidden="true">
                for (kind, d) in paths.iter() { <path d={d.clone()} fill={mini_paint(*kind)}/> }
                <rect x="0" y="0" width="26" height={n(tall)} fill="none" stroke="var(--line-2)" stroke-width=".75"/>
                for zone in strip.zones.iter().skip(1) { <path d={format!("M-3 {}H29", n(at(zone.start)))} stroke="var(--ink)"/> }
                for mib in labels { { text(13.0, at(mib << 8) + 3.5, HINT.size(10.0).middle(), if gib { format!("{}G", mib >> 10) } else { mib.to_string() }) } }
                <rect x="-3" y={n(view_top - 2.0)} width="32" height={n(view_height + 4.0)} rx="2" fill="none" stroke="var(--ink)" stroke-width="2"/>
                if let Some(Thing::Frame(pfn)) = &props.selection {
                    <path d={format!("M-2 {}H28", n(at(*pfn)))} stroke="var(--sel-ink)" stroke-width="4"/>
                    <path d={format!("M-2 {}H28", n(at(*pfn)))} stroke="var(--sel)" stroke-width="2.5"/>
                }
            </svg>
        </div>
    }
}

/// Solid colours: patterns would not be seen.
fn mini_paint(kind: FrameKind) -> &'static str {
    match kind {
        FrameKind::Reserved => "var(--k-res-e)",
        FrameKind::Pcp => "var(--k-free-e)",
        FrameKind::Anon => "var(--k-anon)",
        FrameKind::File => "var(--k-file)",
        FrameKind::Slab => "var(--k-slab)",
        FrameKind::PageTable => "var(--k-pt)",
        FrameKind::Kernel | FrameKind::Before => "var(--k-kern)",
        FrameKind::Free | FrameKind::Hole => "var(--k-free)",
    }
}

/// A bar a column of the strip, its kinds by share; one path a kind.
fn paths(strip: &StripView, tall: f64) -> Vec<(FrameKind, String)> {
    let step = tall / float(strip.columns.len().max(1));
    let mut paths: Vec<(FrameKind, String)> = FrameKind::ALL.map(|kind| (kind, String::new())).to_vec();
    for (at, column) in strip.columns.iter().enumerate() {
        let mut x = 0.0;
        for (kind, d) in &mut paths {
            let cells = column.cells.iter().filter(|&&cell| cell == *kind).count();
            if cells == 0 || matches!(kind, FrameKind::Free | FrameKind::Hole) {
                continue;
            }
            let w = float(cells) / float(STRIP_CELLS) * WIDTH;
            d.push_str(&path("M_ _h_v_h-_z", &[x, float(at) * step, w, step + 0.05, w]));
            x += w;
        }
    }
    paths.retain(|(_, d)| !d.is_empty());
    paths
}
