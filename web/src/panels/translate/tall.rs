//! The walk from top to bottom, 358 wide: for phones and narrow columns.

use mm_view::Lang;
use mm_view::panels::Thing;
use mm_view::panels::translate::{EntryRow, Level, Outcome, Reach, TranslateView};
use yew::prelude::*;

use super::super::svg::{DATA, Face, HINT, NAME, field, float, line, mono_width, n, path, rect, shape, text};
use super::geometry::{OFFSET, Tone, tone};
use super::parts::{Base, FigureProps, bits, changed_mark, in_use, opacity, physical, target};
use super::verdict::fault_lines;
use super::words::Text;
use crate::ui::Ref;

const WIDTH: f64 = 358.0;
/// Height of a level.
const STEP: f64 = 88.0;
/// Where the bits end: the way down runs here.
const SPINE: f64 = 179.0;

/// The figure at 358 by what the levels need.
pub(super) fn tall(props: &FigureProps) -> Html {
    let view = &*props.view;
    let lang = props.lang;
    let foot = 20.0 + STEP * float(view.levels.len());
    let height = foot + 84.0;
    html! {
        <svg class="walk tall" width="358" height={n(height)} viewBox={path("0 0 358 _", &[height])} role="group" aria-label={super::title(view, lang)}>
            { cr3(view, lang, props.base) }
            for (at, level) in view.levels.iter().enumerate() {
                <g transform={path("translate(0 _)", &[20.0 + STEP * float(at)])} opacity={opacity(level.reach)}>
                    { stage(view, level, lang, props.base) }
                </g>
            }
            <g transform={path("translate(0 _)", &[foot])}>
                { result(view, lang) }
                { offset(view, lang) }
            </g>
        </svg>
    }
}

fn cr3(view: &TranslateView, lang: Lang, base: Base) -> Html {
    let first = view.levels.first();
    let color = tone(first.map_or(4, |level| level.height));
    html! {<>
        { text(0.0, 15.0, NAME.size(13.0), "CR3") }
        { text(52.0, 15.0, DATA.size(13.0), format!("{:#x}", view.cr3)) }
        if let Some(pfn) = first.and_then(|level| level.table) {
            <Ref thing={Thing::Frame(pfn)}>
                <text x="358" y="15" fill="var(--ink-3)" font-size="12" text-anchor="end">{ Text::TableShort.text(lang) }{ " " }<tspan class="m">{ base.write(pfn) }</tspan></text>
            </Ref>
        }
        { line("M179 20V31".to_owned(), color.ink, 1.5, Some(color.arrow)) }
    </>}
}

/// One level, drawn from y = 16 (its bits) to 88 (the row of three entries).
fn stage(view: &TranslateView, level: &Level, lang: Lang, base: Base) -> Html {
    let color = tone(level.height);
    let count = level.high - level.low + 1;
    let value = view.address >> level.low & (u64::from(level.entries) - 1);
    let place = (f64::from(level.index) + 0.5) / f64::from(level.entries) * WIDTH;
    html! {<>
        { text(0.0, 30.0, NAME.size(14.0).fill(color.ink), level.name.text()) }
        { bits([44.0, 16.0, 135.0, 18.0], value, count, color, 12.0, 14.0) }
        { text(188.0, 30.5, DATA.size(15.0).weight(700).fill(color.ink), base.write(level.index)) }
        { table_end(level, lang, base) }
        <rect x=".5" y="42.5" width="357" height="8" fill="var(--surface-2)" stroke="var(--line-2)" stroke-width=".8"/>
        { in_use(level, color.ink, |start, length| [start * WIDTH, 43.0, (length * WIDTH).max(1.2), 7.0]) }
        { shape(path("M_ 37h8l-4 6z", &[(place - 4.0).min(350.0)]), color.ink) }
        { line(path("M_ 42v9", &[place]), color.ink, 2.0, None) }
        { shape(path("M_ 51L0 62H358L_ 51z", &[place - 1.2, place + 1.2]), color.tint) }
        { rect([0.5, 62.5, 357.0, 25.0], "none", "var(--line)", 1.0) }
        { entries(level, color, lang, base) }
    </>}
}

fn table_end(level: &Level, lang: Lang, base: Base) -> Html {
    let words = Text::Table.text(lang);
    let Some(pfn) = level.table.filter(|_| level.reach != Reach::Pending) else {
        return text(WIDTH, 30.0, HINT.size(12.0).end(), format!("{words} ?"));
    };
    html! {
        <Ref thing={Thing::Frame(pfn)}>
            <text x="358" y="30" fill="var(--ink-3)" font-size="12" text-anchor="end">
                { words }{ " " }<tspan class="m" fill="var(--ink)">{ base.write(pfn) }</tspan>
            </text>
        </Ref>
    }
}

/// Three entries: the used one wide, its neighbours beside it.
fn entries(level: &Level, color: Tone, lang: Lang, base: Base) -> Html {
    let last = level.index + 1 >= level.entries;
    let first = level.index == 0;
    let near = |index: Option<u32>| index.and_then(|at| level.window.iter().find(|row| row.index == at));
    let (left, x, sides) = if last {
        (172.0, 180.0, [(near(level.index.checked_sub(2)), 8.0), (near(level.index.checked_sub(1)), 94.0)])
    } else if first {
        (0.0, 8.0, [(near(Some(1)), 194.0), (near(Some(2)), 280.0)])
    } else {
        (86.0, 94.0, [(near(Some(level.index - 1)), 8.0), (near(Some(level.index + 1)), 280.0)])
    };
    html! {<>
        for (row, x) in sides {
            if let Some(row) = row {
                { neighbour(row, x, base) }
            }
        }
        { used(level, [left, x], color, lang, base) }
        if level.reach == Reach::Reached && level.height > 1 {
            if left == 86.0 {
                { line("M179 88V99".to_owned(), color.ink, 1.5, Some(color.arrow)) }
            } else {
                { line(path("M_ 88V96H_V99", &[left + 93.0, SPINE]), color.ink, 1.5, Some(color.arrow)) }
            }
        }
    </>}
}

fn neighbour(row: &EntryRow, x: f64, base: Base) -> Html {
    let ink = if row.target.frame().is_some() { "var(--ink-2)" } else { "var(--ink-3)" };
    html! {<>
        { text(x, 79.0, DATA.size(12.0).fill("var(--ink-3)"), base.write(row.index)) }
        { target(row, x + 32.0, 79.0, DATA.size(12.0).fill(ink), base) }
    </>}
}

fn used(level: &Level, at: [f64; 2], color: Tone, lang: Lang, base: Base) -> Html {
    let [left, x] = at;
    let Some(row) = level.window.iter().find(|row| row.used) else { return html! {} };
    let (stroke, width) = match level.reach {
        Reach::Fault => ("var(--err)", 2.0),
        Reach::Reached | Reach::Pending | Reach::Skipped if row.changed => ("var(--chg)", 2.0),
        Reach::Reached | Reach::Pending | Reach::Skipped => (color.ink, if level.now { 2.25 } else { 1.25 }),
    };
    let table = level.table.unwrap_or(0);
    html! {<>
        <Ref thing={Thing::Entry { table, index: level.index }} label={format!("{} {}", level.name.text(), level.index)}>
            <rect class="bg" x={n(left + 0.5)} y="62.5" width="185" height="25" rx="2" fill={color.tint} {stroke} stroke-width={n(width)}/>
            { text(x, 79.5, DATA.size(12.0).weight(700).fill(color.ink), base.write(row.index)) }
        </Ref>
        { text(x + 26.0, 79.5, DATA.size(12.0).fill("var(--ink-3)"), "→") }
        if let Some(pfn) = row.target.frame() {
            <Ref thing={Thing::Frame(pfn)}>
                { field(x + 39.0, 66.5, 6.0 + mono_width(base.write(pfn).len(), 13.0), 17.0) }
                { text(x + 42.0, 79.5, DATA.size(13.0).weight(700), base.write(pfn)) }
            </Ref>
            <text class="m" x={n(left + 178.0)} y="79.5" fill="var(--ink-2)" font-size="12" text-anchor="end">
                <tspan fill={color.ink} font-weight="700">{ format!("{pfn:#x}") }</tspan><tspan dx="4">{ format!("{:03x}", row.low_bits()) }</tspan>
            </text>
        } else if level.reach == Reach::Fault {
            { text(x + 42.0, 79.5, DATA.size(12.0).weight(700).fill("var(--err)"), format!("✕ {:#x}", row.raw)) }
        } else {
            { text(x + 42.0, 79.5, DATA.size(13.0).fill("var(--ink-3)"), "?") }
        }
        if row.changed {
            { changed_mark(left + 159.0, 54.0, row, lang) }
        }
    </>}
}

fn result(view: &TranslateView, lang: Lang) -> Html {
    let (frame, offset) = physical(view);
    let color = tone(view.levels.last().map_or(1, |level| level.height));
    let size = if frame.len() + offset.len() > 10 { 20.0 } else { 25.0 };
    let split = mono_width(frame.len(), size) + 3.0;
    let (ink, words) = match view.outcome {
        Outcome::Mapped { entry, .. } => (color.ink, super::from_entry(view, entry, lang)),
        Outcome::Pending { levels_left } => ("var(--ink-3)", super::levels_left(levels_left, lang)),
        Outcome::Fault(_) | Outcome::NotCanonical => {
            return html! {
                for (at, (words, face)) in fault_lines(&view.outcome, lang).into_iter().enumerate() {
                    { text(0.0, 24.0 + 18.0 * float(at), Face { size: face.size.max(12.0), ..face }, words) }
                }
            };
        }
    };
    html! {<>
        if matches!(view.outcome, Outcome::Mapped { .. }) {
            { line("M120 0V28".to_owned(), color.ink, 1.5, Some(color.arrow)) }
        }
        { text(0.0, 26.0, HINT.size(12.0).fill("var(--ink-2)"), Text::PhysicalAddress.text(lang)) }
        <text class="m" x="0" y="56" font-size={n(size)} font-weight="700">
            <tspan fill={ink}>{ frame }</tspan><tspan fill={OFFSET.ink} dx="3">{ offset }</tspan>
        </text>
        { line(path("M1 63.5H_", &[split - 5.0]), ink, 1.5, None) }
        { line(path("M_ 63.5h43", &[split + 2.0]), OFFSET.ink, 1.5, None) }
        { text(1.0, 77.0, HINT.size(11.0).fill(ink), words.clone()) }
        { text(split.max(7.0 + HINT.size(11.0).width(&words)), 77.0, HINT.size(11.0).fill(OFFSET.ink), Text::Offset.text(lang)) }
    </>}
}

fn offset(view: &TranslateView, lang: Lang) -> Html {
    let width = 144.0;
    let x = WIDTH - width;
    let is_fault = matches!(view.outcome, Outcome::Fault(_) | Outcome::NotCanonical);
    html! {<>
        { text(x, 26.0, NAME.fill(OFFSET.ink), Text::Offset.text(lang)) }
        { text(WIDTH, 26.0, HINT.mono().size(11.0).end(), format!("{}–0", view.offset.bits - 1)) }
        { bits([x, 34.0, width, 20.0], view.offset.value, view.offset.bits, OFFSET, if view.offset.bits > 12 { 9.0 } else { 12.0 }, 15.0) }
        if !is_fault {
            { line(path("M_ 45H150", &[x]), OFFSET.ink, 1.5, Some(OFFSET.arrow)) }
        }
        { text(WIDTH, 77.0, DATA.fill(OFFSET.ink).end(), format!("{0:#x} = {0}", view.offset.value)) }
    </>}
}
