//! The kernel's half as a bar: the direct map, vmalloc and their neighbours.

use mm::virt::BandKind;
use mm_view::Lang;
use mm_view::panels::short_bytes;
use mm_view::panels::vmalloc::{BandView, VmallocView};
use yew::prelude::*;

use super::super::head::Picture;
use super::super::svg::{DATA, HINT, n, path, text};
use super::address;
use super::words::{Text, band};
use crate::ui::{td, th};

/// Room of the figure when the page does not know yet.
const WIDTH: f64 = 798.0;
/// It is drawn at least this wide, so that names of neighbours do not meet: it scrolls then.
const LEAST: f64 = 620.0;
/// What a gap takes, whatever its size.
const GAP: f64 = 12.0;

/// The bar, or its table.
pub(super) fn bands(view: &VmallocView, lang: Lang, picture: Picture, width: u32) -> Html {
    let digits = usize::from(view.digits);
    match picture {
        Picture::Drawn => drawn(
            view,
            lang,
            digits,
            if width == 0 { WIDTH } else { f64::from(width.saturating_sub(24)).max(LEAST) },
        ),
        Picture::Table => table(view, lang, digits),
    }
}

/// Doublings of a page that fit: what a band's width follows.
fn weight(band: &BandView) -> f64 {
    let pages = ((band.end - band.start) >> 12).max(2);
    f64::from(pages.ilog2())
}

fn drawn(view: &VmallocView, lang: Lang, digits: usize, wide: f64) -> Html {
    let gaps = view.bands.iter().filter(|band| band.kind.is_none()).map(|_| GAP).sum::<f64>();
    let weights: f64 = view.bands.iter().filter(|band| band.kind.is_some()).map(weight).sum();
    let scale = (wide - gaps) / weights.max(1.0);
    let mut x = 0.0;
    let pieces: Vec<Html> = view
        .bands
        .iter()
        .map(|band| {
            let width = if band.kind.is_some() { weight(band) * scale } else { GAP };
            let left = x;
            x += width;
            match band.kind {
                Some(kind) => piece(band, kind, [left, width], lang, digits),
                None => html! { <path d={path("M_ 36h_", &[left + 1.0, width - 2.0])} stroke="var(--line-2)" stroke-dasharray="1 3"/> },
            }
        })
        .collect();
    let label = Text::KernelHalf.text(lang);
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={label}>
            <svg class="vm-bar" width={n(wide)} height="82" viewBox={path("0 0 _ 82", &[wide])} role="group" aria-label={label}>
                { text(0.0, 12.0, HINT.fill("var(--ink-2)").size(11.0).weight(600), label) }
                { text(wide, 12.0, HINT.end(), Text::LogWidth.text(lang)) }
                for piece in pieces { { piece } }
            </svg>
        </div>
    }
}

/// Fill and edge of a band.
fn ink(kind: BandKind) -> (&'static str, &'static str) {
    match kind {
        BandKind::DirectMap => ("var(--surface-3)", "var(--line-2)"),
        BandKind::Vmalloc => ("url(#p-kern)", "var(--k-kern-e)"),
        BandKind::Pkmap => ("url(#p-file)", "var(--k-file-e)"),
        BandKind::Vmemmap
        | BandKind::Ldt
        | BandKind::CpuEntryArea
        | BandKind::KernelText
        | BandKind::Modules
        | BandKind::Fixmap => ("var(--surface-2)", "var(--line-2)"),
    }
}

fn piece(view: &BandView, kind: BandKind, [left, width]: [f64; 2], lang: Lang, digits: usize) -> Html {
    let (fill, edge) = ink(kind);
    let name = band(kind, lang);
    let size = size(view.end - view.start);
    let words = format!("{name}, {size}: {}–{}", address(view.start, digits), address(view.end - 1, digits));
    html! {
        <g role="img" aria-label={words.clone()}>
            <title>{ words }</title>
            <rect x={n(left + 0.5)} y="22.5" width={n((width - 1.0).max(2.0))} height="27" {fill} stroke={edge}/>
            { text(left + 1.0, 62.0, DATA.size(10.0).fill("var(--ink-2)"), name) }
            { text(left + 1.0, 75.0, HINT.mono().size(9.5), size) }
        </g>
    }
}

/// A size to the nearest unit; what lacks one byte of a power of two is that power.
fn size(bytes: u64) -> String {
    let bytes = bytes.next_multiple_of(4096);
    if bytes >= 1 << 40 {
        format!("{}T", bytes >> 40)
    } else if bytes >= 1 << 30 {
        format!("{}G", bytes >> 30)
    } else {
        short_bytes(bytes >> 20 << 20)
    }
}

fn table(view: &VmallocView, lang: Lang, digits: usize) -> Html {
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={Text::KernelHalf.text(lang)}>
            <table class="maps">
                <thead><tr>
                    { th("", Text::KernelHalf.text(lang)) }{ th("", Text::Start.text(lang)) }
                    { th("", Text::End.text(lang)) }{ th("r", Text::Size.text(lang)) }
                </tr></thead>
                <tbody>
                    for row in view.bands.iter() {
                        <tr>
                            <th scope="row">{ row.kind.map_or(Text::Gap.text(lang), |kind| band(kind, lang)) }</th>
                            { td("m", address(row.start, digits)) }{ td("m", address(row.end - 1, digits)) }
                            { td("m r", size(row.end - row.start)) }
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}
