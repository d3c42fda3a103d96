//! One area: a row of addresses, and its frames wherever they lie.

use mm_view::Lang;
use mm_view::panels::vmalloc::{AreaDetail, PageRow};
use mm_view::panels::{Thing, grouped, short_bytes};
use yew::prelude::*;

use super::super::head::Picture;
use super::super::svg::{HINT, float, n, path, text};
use super::words::Text;
use super::{address, note};
use crate::ui::{Ref, link, span, td, th};

/// Room of the strip when the page does not know yet.
const WIDTH: f64 = 768.0;

/// The area.
pub(super) fn area(view: &AreaDetail, lang: Lang, picture: Picture, (digits, width): (usize, u32)) -> Html {
    let row = &view.row;
    let facts = match lang {
        Lang::En => format!("{} frames in {} pieces", grouped(row.frames.into()), grouped(row.pieces.into())),
        Lang::Zh => format!("{} 页帧，物理上 {} 段", grouped(row.frames.into()), grouped(row.pieces.into())),
    };
    html! {<>
        <h3>
            <Ref thing={Thing::VmapArea(row.start)}>{ address(row.start, digits) }</Ref>
            { note(row, lang, digits) }
            <span>{ facts }</span>
        </h3>
        if picture == Picture::Drawn {
            { scatter(view, lang, width) }
            { tiles(view, lang, digits) }
        } else {
            { table(view, lang, digits) }
        }
    </>}
}

/// All of memory as a strip, with a mark as high as frames of the area are dense.
fn scatter(view: &AreaDetail, lang: Lang, width: u32) -> Html {
    let wide = if width == 0 { WIDTH } else { f64::from(width.saturating_sub(24)).max(240.0) };
    let most = view.scatter.iter().copied().max().unwrap_or(0).max(1);
    let step = wide / float(view.scatter.len().max(1));
    let marks = view.scatter.iter().enumerate().filter(|(_, frames)| **frames > 0).map(|(at, &frames)| {
        let height = 4.0 + 20.0 * f64::from(frames) / f64::from(most);
        html! { <rect x={n(float(at) * step)} y={n(44.0 - height)} width={n((step - 1.0).max(1.0))} height={n(height)} fill="var(--k-kern)" stroke="var(--k-kern-e)"><title>{ frames }</title></rect> }
    });
    let label = format!("{}: {}", Text::InMemory.text(lang), spelled(view));
    html! {
        <svg class="vm-bar" width={n(wide)} height="62" viewBox={path("0 0 _ 62", &[wide])} role="img" aria-label={label}>
            { text(0.0, 12.0, HINT, Text::InMemory.text(lang)) }
            <path d={path("M0 44.5h_", &[wide])} stroke="var(--line-2)"/>
            for mark in marks { { mark } }
            { text(0.0, 57.0, HINT.mono().size(9.5), "0") }
            { text(wide, 57.0, HINT.mono().size(9.5).end(), grouped(view.machine.into())) }
        </svg>
    }
}

/// The first runs of frames in words.
fn spelled(view: &AreaDetail) -> String {
    let runs = view.runs.iter().map(|run| {
        if run.end - run.start > 1 {
            format!("{}–{}", run.start, run.end - 1)
        } else {
            run.start.to_string()
        }
    });
    runs.collect::<Vec<_>>().join(", ")
}

/// A tile a page, in the order of addresses, the guard page last.
fn tiles(view: &AreaDetail, lang: Lang, digits: usize) -> Html {
    html! {
        <div class="vm-tiles">
            for page in view.pages.iter() { { tile(page, view.row.start) } }
            if view.more_pages > 0 {
                { span("vm-tile dim", format!("… {} {}", view.more_pages, Text::More.text(lang))) }
            }
            <span class="vm-tile guard" title={address(view.row.guard, digits)}>
                <b>{ format!("+{}", short_bytes(view.row.guard - view.row.start)) }</b>{ format!(" {}: {}", Text::Guard.text(lang), Text::Free.text(lang)) }
            </span>
        </div>
    }
}

fn tile(page: &PageRow, start: u64) -> Html {
    let offset = short_bytes(page.va - start);
    html! {
        <span class={classes!("vm-tile", page.changed.then_some("new"))}>
            <b>{ format!("+{offset}") }</b>{ " " }{ entry(page) }
            { link(Thing::Frame(page.pfn), page.pfn) }
        </span>
    }
}

/// A link to the entry that maps a page.
fn entry(page: &PageRow) -> Html {
    match page.entry {
        Some((table, index)) => html! {
            <Ref thing={Thing::Entry { table, index }} label={format!("PTE {index}")}>{ "→ " }</Ref>
        },
        None => html! { { "→ " } },
    }
}

fn table(view: &AreaDetail, lang: Lang, digits: usize) -> Html {
    html! {
        <div class="scroll vm-pages" tabindex="0" role="region" aria-label={Text::Frames.text(lang)}>
            <table class="maps">
                <thead><tr>
                    { th("", Text::Page.text(lang)) }{ th("r", Text::Frame.text(lang)) }{ th("", Text::Entry.text(lang)) }
                </tr></thead>
                <tbody>
                    for page in view.pages.iter() {
                        <tr class={classes!(page.changed.then_some("changed"))}>
                            { td("m", address(page.va, digits)) }
                            { td("m r", link(Thing::Frame(page.pfn), page.pfn)) }
                            <td class="m">
                                if let Some((table, index)) = page.entry {
                                    { link(Thing::Entry { table, index }, format!("{table}[{index}]")) }
                                }
                            </td>
                        </tr>
                    }
                    <tr>{ td("m", address(view.row.guard, digits)) }{ td("r", "–") }{ td("", Text::Guard.text(lang)) }</tr>
                </tbody>
            </table>
        </div>
    }
}
