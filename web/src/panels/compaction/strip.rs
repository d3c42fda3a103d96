//! Pageblocks in rows: letter, shares, hint; the scanners above the cells where they are.

use mm_view::Lang;
use mm_view::panels::compaction::{BlockCell, CompactionView};
use mm_view::panels::{Thing, grouped};
use yew::prelude::*;

use super::super::svg::{DATA, HINT, float, n, path, text};
use super::words::Text;
use crate::ui::{Ref, link, rove, span, td, th, within};

/// Room of the figure when the page does not know yet.
const WIDTH: f64 = 798.0;
/// Widest and narrowest cell.
const CELL: [f64; 2] = [34.0, 13.0];
/// Height of a row: markers, letters, shares, cached positions.
const ROW: f64 = 58.0;
/// Top and height of the shares.
const BAR: [f64; 2] = [26.0, 20.0];

/// A mark of a scanner on a cell.
struct Mark {
    cell: usize,
    sign: &'static str,
    fill: &'static str,
    /// Of the run; otherwise a cached position.
    is_live: bool,
}

/// The figure: one tab stop.
pub(super) fn strip(view: &CompactionView, lang: Lang, width: u32) -> Html {
    let room = if width == 0 { WIDTH } else { f64::from(width.saturating_sub(24)).max(240.0) };
    let cells = view.cells.len().max(1);
    let side = within((room / float(cells)).floor(), CELL[1], CELL[0]);
    let across = (1..=512).rev().find(|&across| float(across) * side <= room).unwrap_or(1);
    let rows = cells.div_ceil(across);
    let high = float(rows) * ROW;
    let wide = float(across.min(cells)) * side;
    let at = |cell: usize| (float(cell % across) * side, float(cell / across) * ROW);
    html! {<>
        { legend(view, lang) }
        <svg class="cp-strip" width={n(wide + 1.0)} height={n(high)} viewBox={path("0 0 _ _", &[wide + 1.0, high])}
            role="group" aria-label={Text::Blocks.text(lang)} data-keys="" onkeydown={|event: KeyboardEvent| rove(&event)}>
            for (nth, cell) in view.cells.iter().enumerate() {
                // Like pageblocks in a row share the letter of the first.
                <Block cell={*cell} at={at(nth)} {side} is_first={nth == 0}
                    is_lettered={nth % across == 0 || view.cells[nth - 1].migrate != cell.migrate} {lang}/>
            }
            for mark in marks(view) { { drawn(&mark, at(mark.cell), side) } }
        </svg>
    </>}
}

/// What the marks mean, with the frames where they are.
fn legend(view: &CompactionView, lang: Lang) -> Html {
    let link = |pfn: Option<u32>| match pfn {
        Some(pfn) => link(Thing::Frame(pfn), pfn),
        None => html! { "–" },
    };
    let cached = &view.cached;
    html! {
        <p class="cp-key">
            if let Some(run) = &view.run {
                <span><b class="mig">{ "▶" }</b>{ " " }{ Text::Migrate.text(lang) }{ " " }{ span("m", link(Some(run.migrate.1))) }</span>
                <span><b class="fre">{ "◀" }</b>{ " " }{ Text::FreeScanner.text(lang) }{ " " }{ span("m", link(Some(run.free.1))) }</span>
            }
            <span class="dim"><b class="mig">{ "▷" }</b>{ " " }{ Text::Cached.text(lang) }{ " " }<span class="m">{ "async " }{ link(cached.migrate_async) }{ " sync " }{ link(cached.migrate_sync) }</span></span>
            <span class="dim"><b class="fre">{ "◁" }</b>{ " " }{ Text::Cached.text(lang) }{ " " }{ span("m", link(cached.free)) }</span>
            if view.per_cell > 1 { { span("dim", format!("{} {}", view.per_cell, Text::Several.text(lang))) } }
        </p>
    }
}

fn marks(view: &CompactionView) -> Vec<Mark> {
    let cell = |pfn: u32| {
        let block = pfn.min(view.span.end.saturating_sub(1)) / view.pageblock_frames;
        let first = view.cells.first().map_or(0, |cell| cell.block);
        let at = mm::units::index(block.saturating_sub(first) / view.per_cell);
        at.min(view.cells.len().saturating_sub(1))
    };
    let (mig, fre) = ("var(--l3)", "var(--off)");
    let mut marks = Vec::new();
    if let Some(run) = &view.run {
        marks.push(Mark { cell: cell(run.migrate.1), sign: "▶", fill: mig, is_live: true });
        marks.push(Mark { cell: cell(run.free.1), sign: "◀", fill: fre, is_live: true });
    }
    let cached = view.cached.migrate_async.into_iter().chain(view.cached.migrate_sync);
    marks.extend(cached.map(|pfn| Mark { cell: cell(pfn), sign: "▷", fill: mig, is_live: false }));
    let free = view.cached.free.into_iter();
    marks.extend(free.map(|pfn| Mark { cell: cell(pfn), sign: "◁", fill: fre, is_live: false }));
    marks
}

fn drawn(mark: &Mark, (x, y): (f64, f64), side: f64) -> Html {
    // The migrate scanner stands at the left of its cell, the free scanner at the right.
    let is_left = matches!(mark.sign, "▶" | "▷");
    let left = if is_left { x + 1.0 } else { x + side - 1.0 };
    let top = if mark.is_live { y + 11.0 } else { y + BAR[0] + BAR[1] + 10.0 };
    let face = DATA.size(10.0).fill(mark.fill);
    html! {
        <g aria-hidden="true">
            { text(left, top, if is_left { face } else { face.end() }, mark.sign) }
            if mark.is_live { <path d={path("M_ _V_", &[if is_left { x + 0.5 } else { x + side - 0.5 }, y + 12.0, y + BAR[0] + BAR[1]])} stroke={mark.fill} stroke-width="2"/> }
        </g>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct BlockProps {
    cell: BlockCell,
    at: (f64, f64),
    side: f64,
    is_first: bool,
    /// Whether its type is written above it.
    is_lettered: bool,
    lang: Lang,
}

/// A pageblock: its type above, its shares from the bottom up, a cross for the hint. A component,
/// since a step changes few of them.
#[component]
fn Block(props: &BlockProps) -> Html {
    let BlockProps { cell, at: (x, y), side, is_first, is_lettered, lang } = props.clone();
    let all = f64::from(cell.movable + cell.fixed + cell.free).max(1.0);
    let [top, high] = BAR;
    let part = |frames: u32| (f64::from(frames) / all * (high - 1.0)).round();
    let (fixed, movable) = (part(cell.fixed), part(cell.movable));
    let base = y + top + high - 0.5;
    let stroke = if cell.changed { "var(--chg)" } else { "var(--line-2)" };
    let letter = cell.migrate.letter();
    let cross = if cell.skipped > 0 { "×" } else { "" };
    let words = format!(
        "{letter}{cross}, {} {}: {} {}, {} {}, {} {}{}",
        Text::Block.text(lang),
        cell.block,
        Text::Movable.text(lang),
        cell.movable,
        Text::Fixed.text(lang),
        cell.fixed,
        Text::Free.text(lang),
        cell.free,
        if cell.skipped > 0 { format!(", {}", Text::Skipped.text(lang)) } else { String::new() }
    );
    html! {
        <Ref thing={Thing::Pageblock(cell.block)} label={words} tabindex={if is_first { "0" } else { "-1" }}>
            <rect class="bg" x={n(x + 0.5)} y={n(y + top + 0.5)} width={n(side - 2.0)} height={n(high - 1.0)} fill="var(--k-free)" {stroke} stroke-width={if cell.changed { "2" } else { "1" }}/>
            <rect x={n(x + 1.5)} y={n(base - fixed)} width={n(side - 4.0)} height={n(fixed)} fill="url(#p-kern)"/>
            <rect x={n(x + 1.5)} y={n(base - fixed - movable)} width={n(side - 4.0)} height={n(movable)} fill="var(--k-anon)"/>
            <g>if is_lettered { { text(x + 1.0, y + top - 3.0, HINT.mono().size(10.0).fill("var(--ink-2)"), letter) } }
            if cell.skipped > 0 { { text(if is_lettered { x + 7.0 } else { x + side / 2.0 - 3.0 }, y + top - 3.0, HINT.mono().size(10.0).fill("var(--ink)").weight(700), cross) } }</g>
        </Ref>
    }
}

/// The pageblocks as a table.
pub(super) fn twin(view: &CompactionView, lang: Lang) -> Html {
    html! {
        <div class="twin cp-twin" tabindex="0">
            <table>
                <thead><tr>
                    { th("", Text::Block.text(lang)) }{ th("", super::Common::Type.text(lang)) }
                    for head in [Text::Movable, Text::Fixed, Text::Free] { { th("r", head.text(lang)) } }
                    { th("", Text::Skip.text(lang)) }
                </tr></thead>
                <tbody>
                    for cell in view.cells.iter() {
                        <tr>
                            <th scope="row" class="m">{ link(Thing::Pageblock(cell.block), cell.block) }</th>
                            { td("", cell.migrate.letter()) }
                            <td class={classes!("m", "r", cell.changed.then_some("changed"))}>{ cell.changed.then_some("Δ ") }{ grouped(u64::from(cell.movable)) }</td>
                            { td("m r", grouped(u64::from(cell.fixed))) }
                            { td("m r", grouped(u64::from(cell.free))) }
                            <td>{ (cell.skipped > 0).then_some("×") }</td>
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}
