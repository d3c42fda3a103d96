//! The slabs of a cache by place, each as a small grid of its objects.

use mm_view::Lang;
use mm_view::panels::slab::{CacheDetail, LANE_SLABS, Lane, LanePlace, SlabAsk, SlabTile};
use mm_view::panels::{Thing, grouped};
use yew::prelude::*;

use super::super::svg::{float, n, path};
use super::words::{Text, place};
use crate::ui::{Ref, rove, span, within};

/// Room of a small grid.
const WIDE: f64 = 56.0;
const HIGH: f64 = 26.0;
/// Largest cell.
const CELL: f64 = 11.0;

/// One lane a place; the whole figure is one tab stop.
pub(super) fn lanes(cache: &CacheDetail, lang: Lang, ask: &SlabAsk, set: &Callback<SlabAsk>) -> Html {
    let large = cache.slab.as_ref().map(|slab| slab.pfn);
    html! {
        <dl class="lanes" data-keys="" aria-label={Text::Places.text(lang)} onkeydown={|event: KeyboardEvent| rove(&event)}>
            for lane in cache.lanes.iter().filter(|lane| is_shown(lane)) {
                <div class={classes!("lane", (lane.slabs == 0).then_some("none"))}>
                    { name(cache, lane, lang) }
                    <dd>
                        for tile in lane.shown.iter() { { small(tile, large, lang) } }
                        { rest(lane, lang, ask, set) }
                    </dd>
                </div>
            }
            { idle(cache, lang) }
        </dl>
    }
}

/// Whether a place has a line of its own: processors without a slab share one.
fn is_shown(lane: &Lane) -> bool {
    match lane.place {
        LanePlace::Cpu(cpu) | LanePlace::CpuPartial(cpu) => cpu == 0 || lane.slabs > 0,
        LanePlace::Node(_) | LanePlace::Full => true,
    }
}

/// Processors that have no slab of the cache.
fn idle(cache: &CacheDetail, lang: Lang) -> Html {
    let has = |wanted: u8| {
        cache.lanes.iter().any(|lane| {
            matches!(lane.place, LanePlace::Cpu(cpu) | LanePlace::CpuPartial(cpu) if cpu == wanted)
                && lane.slabs > 0
        })
    };
    let cpus = cache.lanes.iter().filter_map(|lane| match lane.place {
        LanePlace::Cpu(cpu) if cpu > 0 && !has(cpu) => Some(format!("CPU {cpu}")),
        LanePlace::Cpu(_) | LanePlace::CpuPartial(_) | LanePlace::Node(_) | LanePlace::Full => None,
    });
    let cpus: Vec<String> = cpus.collect();
    if cpus.is_empty() {
        return Html::default();
    }
    let all =
        if cpus.len() > 3 { format!("{} … {}", cpus[0], cpus[cpus.len() - 1]) } else { cpus.join(", ") };
    html! { <div class="lane none"><dt>{ all }</dt><dd>{ span("more", Text::NothingHere.text(lang)) }</dd></div> }
}

fn name(cache: &CacheDetail, lane: &Lane, lang: Lang) -> Html {
    let (name, note) = place(lane.place, lang);
    let limit = match lane.place {
        LanePlace::CpuPartial(_) => format!(" / {}", cache.cpu_partial_slabs),
        LanePlace::Cpu(_) | LanePlace::Node(_) | LanePlace::Full => String::new(),
    };
    html! { <dt><b>{ name }</b>{ span("m", format!("  {}{limit}", grouped(lane.slabs))) }{ span("dim", note) }</dt> }
}

/// What is not shown of a lane, with a way there for those that no list has.
fn rest(lane: &Lane, lang: Lang, ask: &SlabAsk, set: &Callback<SlabAsk>) -> Html {
    let shown = u64::from(mm::units::count(lane.shown.len()));
    if lane.slabs == 0 {
        return span("more", Text::NothingHere.text(lang));
    }
    if lane.slabs <= shown {
        return Html::default();
    }
    let step = mm::units::count(LANE_SLABS);
    let to = |from: u32| {
        let ask = ask.clone();
        set.reform(move |_: MouseEvent| SlabAsk { from, ..ask.clone() })
    };
    let is_window = lane.place == LanePlace::Full;
    html! {<>
        { span("more m", format!("… ×{}", grouped(lane.slabs))) }
        if is_window && ask.from > 0 {
            <button type="button" class="btn sm line" onclick={to(ask.from.saturating_sub(step))}>{ "← " }{ Text::Earlier.text(lang) }</button>
        }
        if is_window && u64::from(ask.from) + shown < lane.slabs {
            <button type="button" class="btn sm line" onclick={to(ask.from + step)}>{ Text::Later.text(lang) }{ " →" }</button>
        }
    </>}
}

/// A slab: its frame, its objects, how many are in use.
fn small(tile: &SlabTile, large: Option<u32>, lang: Lang) -> Html {
    let (cell, across) = cell_of(tile.cells.len());
    let rows = tile.cells.len().div_ceil(across.max(1));
    let edge = if cell > 3.0 { 0.5 } else { 0.0 };
    let draw = |wanted: bool| -> String {
        let cells = tile.cells.iter().enumerate().filter(|(_, used)| **used == wanted);
        cells
            .map(|(at, _)| {
                let (x, y) = (float(at % across) * cell, float(at / across) * cell);
                let side = if cell > 3.0 { cell - 1.0 } else { cell };
                path("M_ _h_v_h-_z", &[x + edge, y + edge, side, side, side])
            })
            .collect()
    };
    let is_large = large == Some(tile.pfn);
    html! {
        <Ref thing={Thing::Slab(tile.pfn)} class={classes!("tile", tile.changed.then_some("new"), is_large.then_some("on"))} tabindex={if is_large { "0" } else { "-1" }}>
            <span class="vh">{ Text::Slab.text(lang) }{ " " }</span><b>{ tile.pfn }</b>if tile.changed { { span("delta", " Δ") } }
            <svg width={n(WIDE)} height={n(float(rows) * cell + 1.0)} aria-hidden="true">
                <path d={draw(true)} fill="var(--k-slab)" stroke="var(--k-slab-e)" stroke-width={if cell > 3.0 { "1" } else { "0" }}/>
                <path d={draw(false)} fill="var(--k-free)" stroke="var(--k-free-e)" stroke-width={if cell > 3.0 { "1" } else { "0" }}/>
            </svg>
            <span>{ format!("{}/{}", tile.used, tile.objects) }</span><span class="vh">{ " " }{ Text::Allocated.text(lang) }</span>
        </Ref>
    }
}

/// Side of a cell and cells across, so that all have room.
fn cell_of(cells: usize) -> (f64, usize) {
    let side = within((WIDE * HIGH / float(cells.max(1))).sqrt().floor(), 2.0, CELL);
    let across = (1..=56).rev().find(|&across| float(across) * side <= WIDE - 1.0).unwrap_or(1);
    (side, across.min(cells.max(1)))
}
