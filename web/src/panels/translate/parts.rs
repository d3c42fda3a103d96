//! Pieces that all variants of the figure share.

use mm_view::Lang;
use mm_view::panels::Thing;
use mm_view::panels::translate::{EntryRow, Level, Outcome, Reach, Target, TranslateView};
use yew::prelude::*;

use super::super::svg::{DATA, Face, bar, field, mono_width, path, rect, text};
use super::geometry::Tone;
use super::words::Text;
use crate::ui::Ref;

/// How numbers are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    /// 16899
    Decimal,
    /// 0x4203
    Hex,
}

impl Base {
    /// Writes a frame number or an index.
    pub(super) fn write(self, value: u32) -> String {
        match self {
            Base::Decimal => value.to_string(),
            Base::Hex => format!("{value:#x}"),
        }
    }
}

/// What a variant of the figure is drawn from.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct FigureProps {
    /// The walk.
    pub view: std::rc::Rc<TranslateView>,
    /// Language.
    pub lang: Lang,
    /// How numbers are written.
    pub base: Base,
}

/// The bits of a group in their box.
pub(super) fn bits(at: [f64; 4], value: u64, count: u8, tone: Tone, size: f64, baseline: f64) -> Html {
    let [x, y, w, h] = at;
    let step = w / f64::from(count);
    let face = DATA.fill(tone.ink).size(size).middle();
    html! {<>
        { rect([x + 0.5, y + 0.5, w - 1.0, h], tone.tint, tone.ink, 1.0) }
        for (place, shift) in (0..count).rev().enumerate() {
            { text(x + step * (super::super::svg::float(place) + 0.5), y + baseline, face, if value >> shift & 1 == 1 { "1" } else { "0" }) }
        }
    </>}
}

/// A frame number as a link, on the field that a selection paints.
pub(super) fn frame_link(x: f64, y: f64, pfn: u32, face: Face, base: Base) -> Html {
    let written = base.write(pfn);
    let width = mono_width(written.chars().count(), face.size);
    html! {
        <Ref thing={Thing::Frame(pfn)}>
            { field(x - 3.0, y - face.size + 0.5, width + 6.0, face.size + 3.0) }
            { text(x, y, face, written) }
        </Ref>
    }
}

/// What an entry names, short: a frame, a slot, a dash.
pub(super) fn target(row: &EntryRow, x: f64, y: f64, face: Face, base: Base) -> Html {
    match row.target {
        Target::Table(pfn) | Target::Page(pfn) => {
            let start = if face.anchor == "end" {
                x - mono_width(base.write(pfn).chars().count(), face.size)
            } else {
                x
            };
            frame_link(start, y, pfn, Face { anchor: "start", ..face }, base)
        }
        Target::Moving(pfn) => text(x, y, face, format!("migration {}", base.write(pfn))),
        Target::Swap { slot, .. } => text(x, y, face, format!("swap {slot}")),
        Target::None => text(x, y, face.fill("var(--ink-3)"), "–"),
        Target::Unknown => text(x, y, face.fill("var(--ink-3)"), "?"),
    }
}

/// The strip of all entries of a table: those in use tinted, along `length` pixels.
pub(super) fn in_use(level: &Level, ink: &'static str, place: impl Fn(f64, f64) -> [f64; 4]) -> Html {
    let entries = f64::from(level.entries);
    html! {
        for run in level.in_use.iter() {
            { bar(place(f64::from(run.start) / entries, f64::from(run.end - run.start) / entries), ink, "0.45") }
        }
    }
}

/// How strongly a level is drawn.
pub(super) fn opacity(reach: Reach) -> &'static str {
    match reach {
        Reach::Reached | Reach::Fault => "1",
        Reach::Pending => "0.45",
        Reach::Skipped => "0.3",
    }
}

/// Splits the physical address where the frame ends and the offset begins.
pub(super) fn physical(view: &TranslateView) -> (String, String) {
    let digits = usize::from(view.offset.bits / 4);
    match view.outcome {
        Outcome::Mapped { physical, .. } => {
            let hex = format!("{physical:0width$x}", width = digits + 1);
            let (frame, offset) = hex.split_at(hex.len() - digits);
            (format!("0x{frame}"), offset.to_owned())
        }
        Outcome::Pending { .. } | Outcome::Fault(_) | Outcome::NotCanonical => {
            let hex = format!("{:0digits$x}", view.offset.value);
            ("0x????".to_owned(), hex[hex.len() - digits..].to_owned())
        }
    }
}

/// Says what the table is in: `table in frame 26850`, or a question mark.
pub(super) fn table_of(level: &Level, at: [f64; 2], words: &'static str, size: f64, base: Base) -> Html {
    let [x, y] = at;
    let hint = super::super::svg::HINT.size(size);
    let known = level.table.filter(|_| level.reach != Reach::Pending);
    match known {
        Some(pfn) => html! {
            <Ref thing={Thing::Frame(pfn)}>
                <text x={super::super::svg::n(x)} y={super::super::svg::n(y)} fill={hint.fill} font-size={super::super::svg::n(size)}>
                    { words }{ " " }<tspan class="m" fill="var(--ink)">{ base.write(pfn) }</tspan>
                </text>
            </Ref>
        },
        None => text(x, y, hint, format!("{words} ?")),
    }
}

/// Returns what hits mean for the dashed way around the walk.
pub(super) fn is_hit(view: &TranslateView) -> bool {
    view.tlb.lookup == mm_view::panels::translate::Lookup::Hit
}

/// The mark on what the command wrote.
pub(super) fn changed_mark(x: f64, y: f64, row: &EntryRow, lang: Lang) -> Html {
    let word = if row.target == Target::None { Text::Written } else { Text::New };
    let word = format!("Δ {}", word.text(lang));
    let face = Face { mono: false, size: 9.5, fill: "var(--surface)", weight: 700, anchor: "middle" };
    let width = 12.0 + face.width(&word);
    html! {
        <g transform={path("translate(_ _)", &[x, y])}>
            <rect x={super::super::svg::n(-width / 2.0)} y="0" width={super::super::svg::n(width)} height="13" rx="6.5" fill="var(--chg)"/>
            { text(0.0, 9.8, face, word) }
        </g>
    }
}
