//! The pageblock around a frame, enlarged: every frame a cell, every free block a rectangle.

use mm_view::Lang;
use mm_view::panels::frames::{CELLS_PER_ROW, FrameRun, pageblock_words};
use mm_view::panels::inspector::FrameView;
use mm_view::panels::{FrameKind, Thing};
use yew::prelude::*;

use super::super::frames::paint;
use super::super::svg::{DATA, field, n, path, text};
use super::words::Text;
use crate::ui::{Ref, span};

/// Width of the drawing.
const WIDTH: f64 = 280.0;
/// Side of a frame's cell.
const CELL: f64 = WIDTH / 32.0;

/// The loupe.
pub(super) fn loupe(view: &FrameView, lang: Lang) -> Html {
    let Some((first, last)) = view.around.first().zip(view.around.last()) else { return html! {} };
    let start = first.start - first.start % CELLS_PER_ROW;
    let height = f64::from((last.end - start).div_ceil(CELLS_PER_ROW)) * CELL;
    let title = format!("{} {}", Text::PageblockTitle.text(lang), view.pageblock);
    html! {<>
        <h3>{ title }{ span("m", format!("{}–{}", first.start, last.end - 1)) }</h3>
        <svg class="loupe" width={n(WIDTH)} height={n(height + 1.0)} viewBox={path("-.5 -.5 _ _", &[WIDTH + 1.0, height + 1.0])} role="group"
            aria-label={pageblock_words(&view.around, lang)}>
            <rect width={n(WIDTH)} height={n(height)} fill="var(--k-free)" stroke="var(--ink-2)"/>
            for run in view.around.iter().filter(|run| !is_block(run)) { { filled(run, start) } }
            for run in view.around.iter().filter(|run| is_block(run)) { { block(run, start) } }
            { here(view.pfn, view.kind, start) }
        </svg>
        <p class="s">{ pageblock_words(&view.around, lang) }</p>
    </>}
}

fn is_block(run: &FrameRun) -> bool {
    run.order.is_some()
}

/// Rectangles of a run: part of a line, whole lines, part of a line.
fn rects(run: &FrameRun, start: u32) -> impl Iterator<Item = [f64; 4]> {
    let mut at = run.start;
    let end = run.end;
    core::iter::from_fn(move || {
        (at < end).then(|| {
            let (column, row) = ((at - start) % CELLS_PER_ROW, (at - start) / CELLS_PER_ROW);
            let lines = (end - at) / CELLS_PER_ROW;
            let (across, down) = if column == 0 && lines > 0 {
                (CELLS_PER_ROW, lines)
            } else {
                ((CELLS_PER_ROW - column).min(end - at), 1)
            };
            at += across * down;
            let pixels = |frames: u32| f64::from(frames) * CELL;
            [pixels(column), pixels(row), pixels(across), pixels(down)]
        })
    })
}

/// A run of frames in use, a letter in each frame of a short one.
fn filled(run: &FrameRun, start: u32) -> Html {
    const LETTERS: u32 = 16;
    let ink = if run.kind == FrameKind::Kernel { "#fff" } else { "#14171a" };
    let ink = if matches!(run.kind, FrameKind::Reserved | FrameKind::Before) { "var(--ink)" } else { ink };
    let letters = if run.end - run.start <= LETTERS { run.start..run.end } else { 0..0 };
    html! {<>
        for [x, y, w, h] in rects(run, start) {
            <rect x={n(x)} y={n(y)} width={n(w)} height={n(h)} fill={paint(run.kind)}/>
        }
        for pfn in letters {
            {{
                let (x, y) = corner(pfn, start);
                text(x + CELL / 2.0, y + 7.0, DATA.size(7.5).weight(700).middle().fill(ink), run.kind.letter())
            }}
        }
    </>}
}

/// A free block: an outline, a link, its order where there is room.
fn block(run: &FrameRun, start: u32) -> Html {
    let Some([x, y, w, h]) = rects(run, start).next() else { return html! {} };
    let order = run.order.unwrap_or(0);
    let words = match order {
        0..=2 => String::new(),
        3..=4 => order.to_string(),
        5..=6 => format!("{order} · {}", run.start),
        _ => format!("{} {order} · {}", "order", run.start),
    };
    html! {
        <Ref thing={Thing::Frame(run.start)} label={format!("order {order}, {}", run.start)}>
            { field(x, y, w, h) }
            <rect x={n(x)} y={n(y)} width={n(w)} height={n(h)} fill="none" stroke="var(--k-free-e)" stroke-width=".8"/>
            if !words.is_empty() { { text(x + w / 2.0, y + h / 2.0 + 3.2, DATA.size(if order > 4 { 9.5 } else { 8.5 }).middle().fill("var(--ink-2)"), words) } }
        </Ref>
    }
}

fn corner(pfn: u32, start: u32) -> (f64, f64) {
    let cell = pfn - start;
    (f64::from(cell % CELLS_PER_ROW) * CELL, f64::from(cell / CELLS_PER_ROW) * CELL)
}

/// The frame itself.
fn here(pfn: u32, kind: FrameKind, start: u32) -> Html {
    let (x, y) = corner(pfn, start);
    html! {<>
        <rect x={n(x - 1.5)} y={n(y - 1.5)} width={n(CELL + 3.0)} height={n(CELL + 3.0)} rx="1.5" fill="var(--sel)" stroke="var(--sel-ink)" stroke-width="1.5"/>
        { text(x + CELL / 2.0, y + 7.4, DATA.size(8.5).weight(700).middle().fill("var(--sel-ink)"), kind.letter()) }
    </>}
}
