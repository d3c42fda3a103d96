//! One slab object by object, and its freelists in the order in which they are handed out.

use mm_view::Lang;
use mm_view::panels::Thing;
use mm_view::panels::slab::{Freelist, ObjectCell, ObjectState, SlabGrid};
use yew::prelude::*;

use super::super::labels::Text as Common;
use super::super::svg::{DATA, HINT, float, n, path, text};
use super::words::{Text, place};
use crate::ui::{Ref, link, rove, span};

/// Room of the figure when the page does not know yet.
const WIDTH: f64 = 798.0;
/// A cell, and the gap to the next.
const CELL: [f64; 2] = [44.0, 22.0];
const GAP: f64 = 5.0;

/// The slab.
pub(super) fn grid(slab: &SlabGrid, lang: Lang, width: u32) -> Html {
    let room = if width == 0 { WIDTH } else { f64::from(width.saturating_sub(24)) };
    let across = (1..=24).rev().find(|&across| float(across) * (CELL[0] + GAP) - GAP <= room).unwrap_or(1);
    let rows = slab.cells.len().div_ceil(across);
    let high = float(rows) * (CELL[1] + GAP);
    let wide = float(across) * (CELL[0] + GAP) - GAP;
    let (at, note) = place(slab.place, lang);
    let first = slab.cells.first().map_or(0, |cell| cell.index);
    let end = first + mm::units::count(slab.cells.len());
    html! {<>
        <h3>
            <Ref thing={Thing::Slab(slab.pfn)}>{ Text::Slab.text(lang) }{ " " }{ slab.pfn }</Ref>
            <span>{ at }{ Common::Comma.text(lang) }{ note }{ " · " }{ link(Thing::Frame(slab.pfn), Text::FirstFrame.text(lang)) }</span>
            { span("m", format!("{:x}  inuse {}  frozen {}", slab.address, slab.inuse, u8::from(slab.frozen))) }
        </h3>
        <svg class="obj-grid" width={n(wide + 2.0)} height={n(high)} viewBox={path("-1 0 _ _", &[wide + 2.0, high])}
            role="group" aria-label={format!("{} {}", Text::Slab.text(lang), slab.pfn)} data-keys="" onkeydown={|event: KeyboardEvent| rove(&event)}>
            { arrows(slab, first, across) }
            for cell in slab.cells.iter() { { object(slab, *cell, corner(cell.index - first, across), lang) } }
        </svg>
        if end - first < slab.objects { { window(slab, first, end, lang) } }
        for (list, length, start) in slab.lists.iter() { { freelist(slab, *list, *length, start, lang) } }
    </>}
}

fn corner(index: u32, across: usize) -> (f64, f64) {
    let at = mm::units::index(index);
    (float(at % across) * (CELL[0] + GAP), float(at / across) * (CELL[1] + GAP))
}

/// An object: its number, and its place on a freelist.
fn object(slab: &SlabGrid, cell: ObjectCell, (x, y): (f64, f64), lang: Lang) -> Html {
    let thing = Thing::Object { slab: slab.pfn, index: cell.index };
    let tabindex = if (x, y) == (0.0, 0.0) { "0" } else { "-1" };
    let (fill, edge, dash) = match cell.state {
        ObjectState::Allocated => ("url(#p-slab)", "var(--k-slab-e)", None),
        ObjectState::Free { list: Freelist::Cpu, .. } => ("var(--k-free)", "var(--k-free-e)", None),
        ObjectState::Free { list: Freelist::Slab, .. } => ("var(--k-free)", "var(--k-free-e)", Some("3 2")),
    };
    // The name begins with what one sees, sign and all.
    let delta = if cell.changed { "Δ" } else { "" };
    let words = match cell.state {
        ObjectState::Allocated => format!("{}{delta}: {}", cell.index, Text::Allocated.text(lang)),
        ObjectState::Free { nth, .. } => {
            format!("{} {}{delta}: {}", cell.index, ordinal(nth), Text::Free.text(lang))
        }
    };
    let (stroke, thick) = if cell.changed { ("var(--chg)", "2") } else { (edge, "1") };
    html! {
        <Ref {thing} label={format!("{} {words}", Text::Object.text(lang))} {tabindex}>
            <rect class="bg" x={n(x + 0.5)} y={n(y + 1.5)} width={n(CELL[0] - 1.0)} height={n(CELL[1] - 3.0)} rx="2" {fill} {stroke} stroke-width={thick} stroke-dasharray={dash}/>
            { match cell.state {
                ObjectState::Allocated => html! {<>
                    <rect x={n(x + 3.0)} y={n(y + 4.0)} width={n(6.0 + 6.6 * digits(cell.index))} height="14" rx="1" fill="var(--surface)"/>
                    { text(x + 6.0, y + 15.0, DATA, cell.index.to_string()) }
                </> },
                ObjectState::Free { nth, .. } => html! {<>
                    { text(x + 6.0, y + 15.0, DATA.fill("var(--ink-2)"), cell.index.to_string()) }
                    { text(x + CELL[0] - 5.0, y + 14.5, HINT.mono().size(9.5).end(), ordinal(nth)) }
                </> },
            } }
            if cell.changed { <g>{ text(x + CELL[0] - 3.0, y + 3.5, DATA.size(9.0).weight(700).fill("var(--chg)").end(), "Δ") }</g> }
        </Ref>
    }
}

fn digits(index: u32) -> f64 {
    float(index.to_string().len())
}

/// A place on a freelist: `#1`.
fn ordinal(nth: u32) -> String {
    format!("#{nth}")
}

/// Links of a freelist that do not lead to the next object in memory.
fn arrows(slab: &SlabGrid, first: u32, across: usize) -> Html {
    let shown = first..first + mm::units::count(slab.cells.len());
    let links = slab.cells.iter().filter_map(|cell| match cell.state {
        ObjectState::Free { list, next: Some(next), .. } if shown.contains(&next) => {
            Some((list, cell.index, next))
        }
        ObjectState::Free { .. } | ObjectState::Allocated => None,
    });
    let path = |(list, from, to): (Freelist, u32, u32)| {
        let ((x, y), (to_x, to_y)) = (corner(from - first, across), corner(to - first, across));
        let is_next = to == from + 1 && (to_y - y).abs() < 1.0;
        let d = if is_next {
            path("M_ _h_", &[x + CELL[0] - 1.0, y + CELL[1] / 2.0, GAP + 1.0])
        } else {
            let (ax, ay) = (x + CELL[0] / 2.0, y + CELL[1] - 1.0);
            let (bx, by) = (to_x + CELL[0] / 2.0, if to_y > y { to_y + 1.0 } else { to_y + CELL[1] - 1.0 });
            format!(
                "M{} {}C{} {} {} {} {} {}",
                n(ax),
                n(ay),
                n(ax),
                n(ay + 9.0),
                n(bx),
                n(if to_y > y { by - 9.0 } else { by + 9.0 }),
                n(bx),
                n(by)
            )
        };
        let (stroke, arrow) = match list {
            Freelist::Cpu => ("var(--ink-2)", "url(#ai)"),
            Freelist::Slab => ("var(--line-2)", "url(#ag)"),
        };
        html! { <path {d} fill="none" {stroke} stroke-width="1" marker-end={arrow}/> }
    };
    html! { <g aria-hidden="true">for link in links { { path(link) } }</g> }
}

/// Which objects are in sight, and the way to the others.
fn window(slab: &SlabGrid, first: u32, end: u32, lang: Lang) -> Html {
    let to = |index: u32| Thing::Object { slab: slab.pfn, index };
    html! {
        <p class="fl">
            if let Some(before) = first.checked_sub(1) { <Ref class="ln m" thing={to(before)}>{ format!("← {before}") }</Ref>{ " " }}
            { span("dim", format!("{first}–{} / {} {}", end - 1, slab.objects, Text::Objects.text(lang))) }
            if end < slab.objects { { " " }<Ref class="ln m" thing={to(end)}>{ format!("{end} →") }</Ref> }
        </p>
    }
}

/// A freelist from its head on.
fn freelist(slab: &SlabGrid, list: Freelist, length: u32, start: &[u32], lang: Lang) -> Html {
    let name = match list {
        Freelist::Cpu => Text::CpuFreelist,
        Freelist::Slab => Text::OwnFreelist,
    };
    html! {
        <p class="fl"><span class="dim">{ name.text(lang) }{ ": " }</span>
            if start.is_empty() { { span("dim", Text::EmptyList.text(lang)) } }
            <span class="m">for (at, index) in start.iter().copied().enumerate() {
                if at > 0 { { span("dim", " → ") } }
                <Ref thing={Thing::Object { slab: slab.pfn, index }}>{ index }</Ref>
            }
            if mm::units::index(length) > start.len() { { span("dim", format!(" … ×{length}")) } }</span>
        </p>
    }
}
