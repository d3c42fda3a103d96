//! Physical memory to scale: zones above it, holes in it, their borders below.

use mm_view::panels::zones::{ZoneRow, ZonesView};
use mm_view::panels::{Thing, short_bytes};
use mm_view::sort_by_number;
use yew::prelude::*;

use super::super::svg::{HINT, NAME, n, text};
use super::Part;
use super::words::Text;
use crate::ui::Ref;

/// Room of the figure when the page does not know yet.
const WIDTH: f64 = 798.0;
/// A zone is drawn at least this wide.
const LEAST: f64 = 3.0;

/// The bar.
#[component]
pub(super) fn Scale(props: &Part) -> Html {
    let (view, lang) = (&*props.view, props.lang);
    let width = if props.width == 0 { WIDTH } else { f64::from(props.width.saturating_sub(24)).max(300.0) };
    let x = |pfn: u32| f64::from(pfn) / f64::from(view.frames.max(1)) * (width - 1.0);
    let has_nodes = view.nodes.len() > 1;
    let mut after = 0.0;
    let zones: Vec<Html> = view
        .zones
        .iter()
        .map(|zone| {
            let left = x(zone.span.start).round();
            let wide = (x(zone.span.end) - left).max(LEAST).round();
            let label = label(zone, has_nodes);
            let at = left.max(after);
            after = at + super::super::svg::float(label.len()) * 7.7 + 8.0;
            piece(zone, [left, wide, at], label, &x)
        })
        .collect();
    html! {
        <svg class="zn-scale" width={n(width)} height="58" viewBox={format!("0 0 {width} 58")} role="group" aria-label={Text::Scale.text(lang)}>
            for zone in zones { { zone } }
            { ticks(view, width, &x) }
        </svg>
    }
}

fn label(zone: &ZoneRow, has_nodes: bool) -> String {
    if has_nodes { format!("{}@{}", zone.name.name, zone.name.node) } else { zone.name.name.to_owned() }
}

/// A zone: its name, its part of the bar, its free share, its holes.
fn piece(zone: &ZoneRow, [left, wide, at]: [f64; 3], label: String, x: &dyn Fn(u32) -> f64) -> Html {
    let thing = Thing::Zone { node: zone.name.node, zone: zone.name.zone };
    let holes = zone.holes.iter().map(|run| {
        let from = x(run.start).max(left);
        (from, (x(run.end) - from).min(left + wide - from))
    });
    let size = short_bytes(u64::from(zone.span.end - zone.span.start) << mm::units::PAGE_SHIFT);
    let moved = at > left + 1.0;
    html! {
        <Ref {thing} label={format!("{label}, {}–{}, {size}", zone.span.start, zone.span.end)}>
            <rect class="bg" x={n(left + 0.5)} y="19.5" width={n((wide - 1.0).max(2.0))} height="17" fill="var(--surface-2)" stroke="var(--line-2)"/>
            for (from, long) in holes {
                <rect x={n(from + 0.5)} y="20" width={n((long - 1.0).max(1.0))} height="16" fill="url(#p-res)"/>
            }
            // In a group of its own: beside the yellow, not on it.
            <g>{ text(at, 11.0, NAME, label) }</g>
            if moved { <path d={format!("M{} 14L{} 19", at + 4.0, left + 2.5)} stroke="var(--line-2)" fill="none"/> }
        </Ref>
    }
}

/// Addresses of the borders, where there is room.
fn ticks(view: &ZonesView, width: f64, x: &dyn Fn(u32) -> f64) -> Html {
    let address = |pfn: u32| match pfn {
        0 => "0".to_owned(),
        pfn => short_bytes(u64::from(pfn) << mm::units::PAGE_SHIFT),
    };
    let end = address(view.frames);
    let mut borders: Vec<u32> = view.zones.iter().flat_map(|zone| [zone.span.start, zone.span.end]).collect();
    borders.extend(view.zones.iter().flat_map(|zone| &zone.holes).flat_map(|hole| [hole.start, hole.end]));
    sort_by_number(&mut borders, |&border| border.into());
    borders.dedup();
    let mut after = 0.0;
    let limit = width - 12.0 - super::super::svg::float(end.len()) * 6.4;
    let marks: Vec<Html> = borders
        .into_iter()
        .filter(|&pfn| pfn < view.frames)
        .filter_map(|pfn| {
            let words = address(pfn);
            let at = x(pfn);
            let fits = at >= after && at + super::super::svg::float(words.len()) * 6.4 < limit;
            fits.then(|| {
                after = at + super::super::svg::float(words.len()) * 6.4 + 12.0;
                html! {<>
                    <path d={format!("M{} 37v4", at.round() + 0.5)} stroke="var(--line-2)"/>
                    { text(at.round(), 52.0, HINT.mono().size(10.0), words) }
                </>}
            })
        })
        .collect();
    html! {<>
        for mark in marks { { mark } }
        <path d={format!("M{} 37v4", width - 0.5)} stroke="var(--line-2)"/>
        { text(width, 52.0, HINT.mono().size(10.0).end(), end) }
    </>}
}
