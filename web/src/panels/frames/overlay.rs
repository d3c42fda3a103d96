//! What lies over the canvas: cursor, selection, the way from a frame to the table that maps it.

use mm_view::Lang;
use mm_view::panels::frames::{Content, FrameRun};
use mm_view::panels::inspector::{InspectorView, entries_in_use, table_of};
use mm_view::panels::{FrameKind, Thing, fill};
use yew::prelude::*;

use super::super::query;
use super::super::svg::{DATA, Face, HINT, float, n, path, text};
use super::canvas::Scene;
use crate::ui::{SessionHandle, use_memo, within};

#[derive(Clone, PartialEq, Properties)]
pub(super) struct OverlayProps {
    pub scene: Scene,
    pub lang: Lang,
    pub cursor: Option<u32>,
    pub selection: Option<Thing>,
    pub session: SessionHandle,
    pub frames: u32,
}

/// The overlay.
#[component]
pub(super) fn Overlay(props: &OverlayProps) -> Html {
    let (width, height) = props.scene.size;
    let selected = match &props.selection {
        Some(Thing::Frame(pfn)) if *pfn < props.frames => Some(*pfn),
        _ => None,
    };
    let table = use_memo((props.session.clone(), selected), |(session, selected)| {
        let thing = (*selected)?;
        let InspectorView::Frame(frame) =
            query::ask(session, |at| fill::inspect(at, Some(&Thing::Frame(thing))))
        else {
            return None;
        };
        frame.entry.as_ref().map(|entry| (entry.table, entry.index))
    });
    html! {
        <svg class="map-over" width={width.to_string()} height={height.to_string()} aria-hidden="true">
            <g transform={path("translate(0 _)", &[-props.scene.top])}>
                if let Some(pfn) = selected {
                    if let Some((table, index)) = *table { { way(props, pfn, table, index) } }
                    { marker(props, pfn) }
                }
                if let Some(pfn) = props.cursor.filter(|&pfn| Some(pfn) != selected) { { cursor(props, pfn) } }
            </g>
        </svg>
    }
}

/// The curve from a frame to the table whose entry names it.
fn way(props: &OverlayProps, pfn: u32, table: u32, index: u32) -> Html {
    let half = props.scene.place.zoom / 2.0;
    let (x, y) = props.scene.place.frame(pfn);
    let (tx, ty) = props.scene.place.frame(table);
    let (x, y) = (x + half, y + props.scene.place.zoom + 3.0);
    let (tx, ty) = (tx + half, ty + half);
    let middle = f64::midpoint(y, ty);
    let words = match props.lang {
        Lang::En => format!("entry {index} of the table in {table}"),
        Lang::Zh => format!("页帧 {table} 中页表的第 {index} 项"),
    };
    let size = props.scene.place.zoom + 4.0;
    let label = 16.0 + float(words.chars().count()) * if props.lang == Lang::En { 5.2 } else { 8.6 };
    html! {<>
        <path d={path("M_ _C_ _ _ _ _ _", &[x, y, x, middle, tx, middle, tx, ty])} fill="none" stroke="var(--surface)" stroke-width="4"/>
        <path d={path("M_ _C_ _ _ _ _ _", &[tx, ty, tx, middle, x, middle, x, y])} fill="none" stroke="var(--ink)" stroke-width="1.25" marker-end="url(#ai)"/>
        <rect x={n(tx - size / 2.0)} y={n(ty - size / 2.0)} width={n(size)} height={n(size)} fill="none" stroke="var(--ink)" stroke-width="1.5"/>
        <g transform={path("translate(_ _)", &[f64::midpoint(x, tx), middle])}>
            <rect x={n(-label / 2.0)} y="-9" width={n(label)} height="17" rx="2" fill="var(--surface)" stroke="var(--line-2)"/>
            { text(0.0, 3.5, HINT.fill("var(--ink)").middle(), words) }
        </g>
    </>}
}

/// The selected frame and its number.
fn marker(props: &OverlayProps, pfn: u32) -> Html {
    let zoom = props.scene.place.zoom;
    let (x, y) = props.scene.place.frame(pfn);
    let size = (zoom + 6.0).max(8.0);
    let (left, top) = (x + zoom / 2.0 - size / 2.0, y + zoom / 2.0 - size / 2.0);
    let written = pfn.to_string();
    let label = 11.0 + float(written.len()) * 6.6;
    let end = f64::from(props.scene.size.0);
    let shift = if left + size + 5.0 + label > end { left - 5.0 - label } else { left + size + 5.0 };
    html! {<>
        <rect x={n(left)} y={n(top)} width={n(size)} height={n(size)} rx="1.5" fill="var(--sel)" stroke="var(--sel-ink)" stroke-width="1.75"/>
        <g transform={path("translate(_ _)", &[shift, top - 2.0])}>
            <rect width={n(label)} height="14" rx="2" fill="var(--sel)" stroke="var(--sel-ink)"/>
            { text(label / 2.0, 10.8, DATA.weight(700).middle().fill("var(--sel-ink)"), written) }
        </g>
    </>}
}

fn run_at(scene: &Scene, pfn: u32) -> Option<FrameRun> {
    let block = scene.view.blocks.iter().find(|block| block.number == pfn / scene.place.frames)?;
    match &block.content {
        Content::Runs(runs) => runs.iter().copied().find(|run| (run.start..run.end).contains(&pfn)),
        Content::Shares(_) => None,
    }
}

/// The frame's use: from what is drawn, else asked for.
fn kind_at(props: &OverlayProps, pfn: u32, run: Option<FrameRun>) -> FrameKind {
    run.map_or_else(|| query::kind_of(&props.session, pfn), |run| run.kind)
}

/// The ring around the frame under the cursor, and what it is.
fn cursor(props: &OverlayProps, pfn: u32) -> Html {
    let zoom = props.scene.place.zoom;
    let (x, y) = props.scene.place.frame(pfn);
    let size = (zoom + 8.0).max(9.0);
    let (left, top) = (x + zoom / 2.0 - size / 2.0, y + zoom / 2.0 - size / 2.0);
    let run = run_at(&props.scene, pfn);
    let kind = kind_at(props, pfn, run).word().text(props.lang);
    let second = second_line(props, pfn, run);
    let width = 20.0 + float(kind.chars().count().max(second.chars().count())) * 6.2 + 46.0;
    let end = f64::from(props.scene.size.0);
    let hint_x = within(left + size / 2.0 - width / 2.0, 0.0, (end - width).max(0.0));
    let below = y - props.scene.top < 60.0;
    let hint_y = if below { top + size + 6.0 } else { top - 44.0 };
    let face = Face { mono: false, size: 11.5, fill: "var(--surface)", weight: 400, anchor: "start" };
    let number = pfn.to_string();
    html! {<>
        <rect x={n(left)} y={n(top)} width={n(size)} height={n(size)} fill="none" stroke="var(--surface)" stroke-width="5"/>
        <rect x={n(left)} y={n(top)} width={n(size)} height={n(size)} rx="1" fill="none" stroke="var(--focus)" stroke-width="2"/>
        <g transform={path("translate(_ _)", &[hint_x, hint_y])}>
            <rect width={n(width)} height="38" rx="4" fill="var(--ink)" stroke="var(--surface)"/>
            { text(10.0, 16.0, face.mono().size(12.0).weight(700), number.clone()) }
            { text(18.0 + float(number.len()) * 7.2, 16.0, face, kind) }
            { text(10.0, 31.0, face.size(10.5), second) }
        </g>
    </>}
}

/// The table that the frame holds, the block it is in, or its pageblock.
fn second_line(props: &OverlayProps, pfn: u32, run: Option<FrameRun>) -> String {
    if run.is_some_and(|run| run.kind == FrameKind::PageTable)
        && let InspectorView::Frame(frame) =
            query::ask(&props.session, |at| fill::inspect(at, Some(&Thing::Frame(pfn))))
        && let Some(table) = &frame.table
    {
        let name = table_of(table.level.text(), table.process.as_ref(), props.lang);
        return format!("{name}, {}", entries_in_use(table.used, table.entries, props.lang));
    }
    let block = pfn / props.scene.place.frames;
    match (run.and_then(|run| run.order.map(|order| (order, run.start))), props.lang) {
        (Some((order, head)), Lang::En) => format!("order {order} from {head}"),
        (Some((order, head)), Lang::Zh) => format!("{order} 阶，从 {head} 起"),
        (None, Lang::En) => format!("pageblock {block}"),
        (None, Lang::Zh) => format!("页块 {block}"),
    }
}
