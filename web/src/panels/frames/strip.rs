//! The strip: the whole machine on one line, one column a pageblock.

use std::rc::Rc;

use mm_view::Lang;
use mm_view::panels::buddy::MigrateName;
use mm_view::panels::frames::{STRIP_CELLS, StripView};
use mm_view::panels::{FrameKind, Thing, short_bytes};
use yew::prelude::*;

use super::super::head::heading;
use super::super::labels::Text as Common;
use super::super::query;
use super::super::svg::{DATA, HINT, float, n, path, text};
use super::ink::paint;
use crate::ui::{PanelProps, span, use_memo, use_nav, within};

/// Width of the strip.
const WIDTH: f64 = 768.0;
/// Height of a cell.
const CELL: f64 = 3.0;
/// Columns at most.
const COLUMNS: u32 = 256;

/// Head, legend and strip.
#[component]
pub(super) fn Strip(props: &PanelProps) -> Html {
    let lang = props.lang;
    let view = use_memo(props.session.clone(), |session| query::strip(session, COLUMNS));
    let view: Rc<StripView> = (*view).clone();
    let each = short_bytes(u64::from(view.blocks_per_column * view.pageblock_frames) << 12)
        .replace('M', " MiB")
        .replace('G', " GiB");
    let what = match (lang, view.blocks_per_column) {
        (Lang::En, 1) => format!("one column is a pageblock, {each}"),
        (Lang::En, count) => format!("one column is {count} pageblocks, {each}"),
        (Lang::Zh, 1) => format!("一列是一个页块，{each}"),
        (Lang::Zh, count) => format!("一列是 {count} 个页块，{each}"),
    };
    html! {<>
        <div class="ph">
            { heading(props.id, lang) }
            { span("dim", what) }
            <span class="sp"></span>
            <span class="lgs">
                for kind in view.kinds.iter() {
                    <span class="lg"><i class={format!("k-{}", kind.kind.slug())}></i>{ kind.kind.short_word().text(lang) }</span>
                }
            </span>
        </div>
        <div class="strip-fig"><Figure {view} {lang} selected={props.selection.clone()}/></div>
    </>}
}

#[derive(Clone, PartialEq, Properties)]
struct FigureProps {
    view: Rc<StripView>,
    lang: Lang,
    selected: Option<Thing>,
}

/// The drawing. One tab stop: arrows move a cursor by a column, Enter selects its first frame.
#[component]
fn Figure(props: &FigureProps) -> Html {
    let (view, lang) = (&props.view, props.lang);
    let nav = use_nav();
    let cursor = use_state_eq(|| None::<usize>);
    let node = use_node_ref();
    let columns = view.columns.len().max(1);
    let step = WIDTH / float(columns);
    let frames_of = view.blocks_per_column * view.pageblock_frames;
    let select = {
        let select = nav.select.clone();
        move |column: usize| select.emit(Some(Thing::Frame(mm::units::count(column) * frames_of)))
    };
    let onclick = {
        let (select, node) = (select.clone(), node.clone());
        Callback::from(move |event: MouseEvent| {
            if let Some(area) = node.cast::<web_sys::Element>() {
                let bounds = area.get_bounding_client_rect();
                let part = (f64::from(event.client_x()) - bounds.left()) / bounds.width();
                select(super::place::cell_at(part, columns));
            }
        })
    };
    let onkeydown = {
        let cursor = cursor.clone();
        Callback::from(move |event: KeyboardEvent| {
            let at = cursor.unwrap_or(0);
            match event.key().as_str() {
                "ArrowRight" => cursor.set(Some((at + 1).min(columns - 1))),
                "ArrowLeft" => cursor.set(Some(at.saturating_sub(1))),
                "Enter" => select(at),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    html! {
        <svg width="798" height="90" viewBox="0 0 798 90" role="application" tabindex="0" {onkeydown}
            aria-label={label(view, *cursor, lang)}>
            { text(0.0, 44.0, HINT, Common::Node.text(lang)) }
            { text(0.0, 57.0, HINT, view.zones.first().map_or(0, |zone| zone.node).to_string()) }
            { text(0.0, 75.0, HINT, Common::Type.text(lang)) }
            <g transform="translate(30 16)">
                <rect ref={node} width="768" height="48" fill="var(--k-free)" {onclick}/>
                <g pointer-events="none">
                    { cells(view, step) }
                    <rect x=".5" y=".5" width="767" height="47" fill="none" stroke="var(--line-2)"/>
                    { zones(view) }
                    { types(view, step) }
                    { axis(view) }
                    if let Some(column) = *cursor {
                        <rect x={n(float(column) * step - 1.5)} y="-2" width={n(step + 3.0)} height="52" fill="none" stroke="var(--focus)" stroke-width="2"/>
                    }
                    if let Some(Thing::Frame(pfn)) = &props.selected { { marker(view, *pfn, step) } }
                </g>
            </g>
        </svg>
    }
}

fn label(view: &StripView, cursor: Option<usize>, lang: Lang) -> String {
    let frames = view.blocks_per_column * view.pageblock_frames;
    match (cursor, lang) {
        (None, Lang::En) => format!("Map of all {} frames", view.frames),
        (None, Lang::Zh) => format!("全部 {} 个页帧的图", view.frames),
        (Some(column), _) => {
            let first = mm::units::count(column) * frames;
            let top = view.columns.get(column).map_or(FrameKind::Hole, |column| column.cells[0]);
            format!("{first}–{}: {}", first + frames - 1, top.word().text(lang))
        }
    }
}

/// One path a kind, and the lines between free columns.
fn cells(view: &StripView, step: f64) -> Html {
    let mut paths: Vec<String> = vec![String::new(); FrameKind::ALL.len()];
    let mut lines = String::new();
    for (at, column) in view.columns.iter().enumerate() {
        let x = float(at) * step;
        let mut from = 0;
        while from < STRIP_CELLS {
            let kind = column.cells[from];
            let to = (from..STRIP_CELLS).find(|&cell| column.cells[cell] != kind).unwrap_or(STRIP_CELLS);
            let (top, high) = (float(from) * CELL, float(to - from) * CELL);
            paths[kind.index()].push_str(&path("M_ _h_v_h-_z", &[x, top, step, high, step]));
            from = to;
        }
        let free = |at: usize| {
            view.columns
                .get(at)
                .is_some_and(|column| column.cells.iter().all(|&kind| kind == FrameKind::Free))
        };
        if free(at) && (at + 1) % 2 == 0 && free(at + 1) {
            lines.push_str(&path("M_ 0v48", &[x + step]));
        }
    }
    html! {<>
        for kind in FrameKind::ALL {
            if !paths[kind.index()].is_empty() && kind != FrameKind::Free {
                <path d={paths[kind.index()].clone()} fill={strip_paint(kind)}/>
            }
        }
        <path d={lines} stroke="var(--line)" stroke-width=".6"/>
    </>}
}

/// At three pixels a frame's row only some patterns can be told apart.
fn strip_paint(kind: FrameKind) -> &'static str {
    match kind {
        FrameKind::Slab => "var(--k-slab)",
        FrameKind::File => "var(--k-file)",
        FrameKind::PageTable => "var(--k-pt)",
        FrameKind::Kernel => "var(--k-kern)",
        FrameKind::Anon
        | FrameKind::Before
        | FrameKind::Reserved
        | FrameKind::Pcp
        | FrameKind::Free
        | FrameKind::Hole => paint(kind),
    }
}

fn position(view: &StripView, pfn: u32) -> f64 {
    f64::from(pfn) / f64::from(view.frames.max(1)) * WIDTH
}

fn zones(view: &StripView) -> Html {
    html! {
        for (at, zone) in view.zones.iter().enumerate() {
            {{
                let x = if at == 0 { 0.0 } else { position(view, zone.start) };
                html! {<>
                    if at > 0 { <path d={path("M_ -13V48", &[x + 0.5])} stroke="var(--ink)"/> }
                    { text(if at == 0 { 0.0 } else { x + 5.0 }, -5.0, HINT, zone.name) }
                </>}
            }}
        }
    }
}

/// A letter under each run of one migrate type, where there is room.
fn types(view: &StripView, step: f64) -> Html {
    let mut letters: Vec<(f64, MigrateName)> = Vec::new();
    let mut from = 0;
    while from < view.columns.len() {
        let migrate = view.columns[from].migrate;
        let to = (from..view.columns.len())
            .find(|&at| view.columns[at].migrate != migrate)
            .unwrap_or(view.columns.len());
        let middle = f64::midpoint(float(from), float(to)) * step;
        if letters.last().is_none_or(|(x, _)| middle - x > 5.5) {
            letters.push((middle, migrate));
        }
        from = to;
    }
    html! {
        for (x, migrate) in letters {
            if migrate == MigrateName::Movable {
                { text(x, 59.0, DATA.size(9.0).middle().fill("var(--ink-3)"), migrate.letter()) }
            } else {
                { text(x, 59.0, DATA.size(9.0).middle().fill("var(--ink-2)").weight(600), migrate.letter()) }
            }
        }
    }
}

fn axis(view: &StripView) -> Html {
    let mib = view.frames.div_ceil(256);
    let (total, unit) = if mib >= 16 << 10 { (mib >> 10, "GiB") } else { (mib, "MiB") };
    let each = (total / 8).max(1).next_power_of_two();
    let ticks: Vec<u32> = (1..).map(|tick| tick * each).take_while(|&at| at < total).collect();
    let x = |at: u32| f64::from(at) / f64::from(total.max(1)) * WIDTH;
    html! {<>
        { text(0.0, 73.0, HINT, format!("0 {unit}")) }
        for at in ticks {
            if x(at) > 40.0 && x(at) < WIDTH - 60.0 { { text(x(at), 73.0, HINT.middle(), at.to_string()) } }
            <path d={path("M_ 48.5v3", &[x(at)])} stroke="var(--line-2)"/>
        }
        { text(WIDTH, 73.0, HINT.end(), format!("{total} {unit}")) }
    </>}
}

/// The selected frame.
fn marker(view: &StripView, pfn: u32, step: f64) -> Html {
    if pfn >= view.frames {
        return html! {};
    }
    let frames = view.blocks_per_column * view.pageblock_frames;
    let x = f64::from(pfn / frames) * step + step / 2.0;
    let y = f64::from(pfn % frames) / f64::from(frames) * 48.0;
    let written = pfn.to_string();
    let width = 13.0 + float(written.len()) * 6.6;
    let left = within(x - width / 2.0, 0.0, WIDTH - width);
    html! {<>
        <path d={path("M_ -4V_", &[x - 1.0, y])} stroke="var(--sel-ink)" stroke-width="1.25"/>
        <rect x={n(x - 4.0)} y={n(y - 1.5)} width="6" height="6" fill="var(--sel)" stroke="var(--sel-ink)" stroke-width="1.25"/>
        <g transform={path("translate(_ -15.5)", &[left])}>
            <rect width={n(width)} height="13" rx="2" fill="var(--sel)" stroke="var(--sel-ink)"/>
            { text(width / 2.0, 10.0, DATA.size(10.5).weight(700).middle().fill("var(--sel-ink)"), written) }
        </g>
    </>}
}
