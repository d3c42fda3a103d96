//! The walk in a column of text, 688 wide: no lane, the counts beside it.

use mm_view::Lang;
use mm_view::panels::Thing;
use mm_view::panels::translate::{CanonicalBits, Lookup, Outcome, Reach, TranslateView};
use yew::prelude::*;

use super::super::svg::{DATA, HINT, NAME, float, line, mono_width, n, path, rect, shape, text};
use super::geometry::{COMPACT, Column, Layout, OFFSET, tone};
use super::parts::{Base, FigureProps, bits, in_use, opacity, physical, table_of, target};
use super::verdict::fault_lines;
use super::words::Text;
use crate::ui::Ref;

const TOP: f64 = 104.0;
const TALL: f64 = 126.0;
const ROW: f64 = 21.0;

/// The figure at 688 by 236.
pub(super) fn compact(props: &FigureProps) -> Html {
    let view = &*props.view;
    let layout = Layout::new(view, COMPACT);
    let lang = props.lang;
    html! {
        <svg class="walk" width="688" height="236" viewBox="0 0 688 236" role="group" aria-label={super::title(view, lang)}>
            { canonical(view) }
            { cr3(view) }
            for at in 0..layout.columns.len() {
                { column(view, &layout, at, lang, props.base) }
            }
            { offset(view, &layout, lang) }
            { result(view, &layout, lang) }
            { counts(view, &layout, lang) }
        </svg>
    }
}

fn canonical(view: &TranslateView) -> Html {
    let Some(canonical) = view.canonical else { return html! {} };
    let count = canonical.high - canonical.low + 1;
    let content = match canonical.bits {
        CanonicalBits::Zeros => format!("0×{count}"),
        CanonicalBits::Ones => format!("1×{count}"),
        CanonicalBits::Mixed => "✕".to_owned(),
    };
    html! {<>
        { text(0.0, 14.0, HINT.mono().size(11.0), format!("{}–{}", canonical.high, canonical.low)) }
        { rect([0.5, 20.5, 55.0, 20.0], "none", "var(--line)", 1.0) }
        { text(28.0, 35.0, DATA.size(12.0).fill("var(--ink-3)").middle(), content) }
    </>}
}

fn cr3(view: &TranslateView) -> Html {
    let arrow = tone(view.levels.first().map_or(4, |level| level.height));
    html! {<>
        { text(0.0, 92.0, NAME.size(13.0), "CR3") }
        { rect([0.5, 104.5, 65.0, 40.0], "var(--surface-2)", "var(--line-2)", 1.0) }
        { text(33.0, 129.0, DATA.size(10.5).middle(), format!("{:#x}", view.cr3)) }
        { line("M66 118h4V88h2".to_owned(), arrow.ink, 1.4, Some(arrow.arrow)) }
    </>}
}

/// Returns the top of the used row.
fn used_top(column: Column) -> f64 {
    TOP + ROW * float(column.level.window.iter().position(|row| row.used).unwrap_or(0))
}

fn column(view: &TranslateView, layout: &Layout, at: usize, lang: Lang, base: Base) -> Html {
    let column = layout.columns[at];
    let (x, level) = (column.x, column.level);
    let color = tone(level.height);
    let value = view.address >> level.low & (u64::from(level.entries) - 1);
    html! {<>
        { text(x, 14.0, NAME.size(13.0).fill(color.ink), level.name.text()) }
        { text(column.end(), 14.0, HINT.mono().end(), format!("{}–{}", level.high, level.low)) }
        { bits([x, 20.0, column.w, 20.0], value, level.high - level.low + 1, color, 11.5, 15.0) }
        { text(x + 12.0, 58.0, DATA.size(14.0).fill(color.ink).weight(700), base.write(level.index)) }
        { table(column, opacity(level.reach)) }
        { table_of(level, [x + 13.0, 92.0], Text::TableShort.text(lang), 12.0, base) }
        { rows(column, base) }
        if let Some(next) = layout.columns.get(at + 1) {
            if level.reach == Reach::Reached {
                { line(path("M_ _h11.1V88H_", &[column.end(), used_top(column) + ROW, next.x + 9.0]), color.ink,
                    if level.now { 2.0 } else { 1.4 }, Some(color.arrow)) }
            }
        }
    </>}
}

fn table(column: Column, opacity: &'static str) -> Html {
    let (x, level) = (column.x, column.level);
    let color = tone(level.height);
    let place = TOP + (f64::from(level.index) + 0.5) / f64::from(level.entries) * TALL;
    let row = level.window.iter().find(|row| row.used);
    let pending = level.reach == Reach::Pending;
    let (stroke, width) = match level.reach {
        Reach::Fault => ("var(--err)", 2.0),
        Reach::Reached | Reach::Pending | Reach::Skipped if row.is_some_and(|row| row.changed) => {
            ("var(--chg)", 2.0)
        }
        Reach::Reached | Reach::Pending | Reach::Skipped => (color.ink, if level.now { 2.5 } else { 1.25 }),
    };
    html! {
        <g {opacity}>
            { line(path("M_ 41V104", &[x + 4.0]), color.ink, 1.4, None) }
            <rect x={n(x + 0.5)} y="104.5" width="7" height="125" fill="var(--surface-2)" stroke="var(--line-2)"/>
            { in_use(level, color.ink, |start, length| [x + 1.2, TOP + start * TALL, 5.6, (length * TALL).max(1.0)]) }
            { shape(path("M_ _L_ 104V230L_ _z", &[x + 8.0, place - 1.5, x + 18.0, x + 8.0, place + 1.5]), color.tint) }
            { line(path("M_ _H_", &[x + 1.0, place, x + 8.0]), color.ink, 2.2, None) }
            { shape(path("M_ _L_ _L_ _z", &[x - 2.0, place - 4.0, x + 3.0, place, x - 2.0, place + 4.0]), color.ink) }
            { rect([x + 18.5, 104.5, column.w - 19.0, 125.0], "none", "var(--line)", 1.0) }
            { rect([x + 18.5, used_top(column) + 0.5, column.w - 19.0, 41.0], if pending { "none" } else { color.tint }, stroke, width) }
        </g>
    }
}

fn rows(column: Column, base: Base) -> Html {
    let (x, level) = (column.x, column.level);
    let color = tone(level.height);
    let top = used_top(column);
    let end = column.end() - 5.5;
    let table = level.table.unwrap_or(0);
    html! {
        for (at, row) in level.window.iter().enumerate() {
            if row.used {
                <Ref thing={Thing::Entry { table, index: level.index }} label={format!("{} {}", level.name.text(), level.index)}>
                    { text(x + 24.0, top + 17.0, DATA.size(12.0).fill(color.ink).weight(700), base.write(row.index)) }
                </Ref>
                { target(row, x + 24.0, top + 34.0, DATA.size(12.5).weight(700), base) }
                { text(end, top + 17.0, DATA.size(10.5).fill("var(--ink-2)").end(), if level.reach == Reach::Reached { row.letters() } else { String::new() }) }
            } else {
                {{
                    let y = TOP + 15.0 + ROW * float(at) + if TOP + ROW * float(at) > top { ROW } else { 0.0 };
                    html! {<>
                        { text(x + 24.0, y, DATA.size(11.5).fill("var(--ink-3)"), base.write(row.index)) }
                        if level.reach != Reach::Pending {
                            { target(row, end, y, DATA.size(11.5).fill("var(--ink-3)").end(), base) }
                        }
                    </>}
                }}
            }
        }
    }
}

fn offset(view: &TranslateView, layout: &Layout, lang: Lang) -> Html {
    let (x, w) = (layout.offset_x, layout.offset_w);
    let hex = format!("{:#x}", view.offset.value);
    html! {<>
        { text(x, 14.0, NAME.size(13.0).fill(OFFSET.ink), Text::Offset.text(lang)) }
        { text(x + w, 14.0, HINT.mono().end(), format!("{}–0", view.offset.bits - 1)) }
        { bits([x, 20.0, w, 20.0], view.offset.value, view.offset.bits, OFFSET, 11.5, 15.0) }
        { text(x + 12.0, 58.0, DATA.size(14.0).fill(OFFSET.ink).weight(700), hex) }
    </>}
}

fn result(view: &TranslateView, layout: &Layout, lang: Lang) -> Html {
    let x = layout.offset_x;
    let (frame, offset) = physical(view);
    let split = x + mono_width(frame.len(), 20.0) + 2.0;
    let color = tone(layout.columns.last().map_or(1, |column| column.level.height));
    let (ink, words) = match view.outcome {
        Outcome::Mapped { entry, .. } => (color.ink, super::from_entry(view, entry, lang)),
        Outcome::Pending { levels_left } => ("var(--ink-3)", super::levels_left(levels_left, lang)),
        Outcome::Fault(_) | Outcome::NotCanonical => {
            return html! {
                for (at, (words, face)) in fault_lines(&view.outcome, lang).into_iter().enumerate() {
                    { text(x, 88.0 + 17.0 * float(at), face, words) }
                }
            };
        }
    };
    let as_is = (split + 10.0).max(x + 7.0 + HINT.size(11.0).width(&words));
    html! {<>
        { text(x, 92.0, HINT.size(12.0).fill("var(--ink-2)"), Text::PhysicalAddress.text(lang)) }
        { line(path("M_ 41V76", &[x + 4.0]), OFFSET.ink, 1.4, None) }
        <text class="m" x={n(x)} y="122" font-size="20" font-weight="700">
            <tspan fill={ink}>{ frame }</tspan><tspan fill={OFFSET.ink} dx="2">{ offset }</tspan>
        </text>
        { line(path("M_ 129.5H_", &[x + 1.0, split - 3.0]), if ink == "var(--ink-3)" { "var(--line-2)" } else { ink }, 1.5, None) }
        { line(path("M_ 129.5h35", &[split + 1.0]), OFFSET.ink, 1.5, None) }
        { text(x + 1.0, 145.0, HINT.size(11.0).fill(ink), words) }
        { text(as_is, 145.0, HINT.size(11.0).fill(OFFSET.ink), match lang { Lang::En => "as is", Lang::Zh => "照抄" }) }
    </>}
}

fn counts(view: &TranslateView, layout: &Layout, lang: Lang) -> Html {
    let (x, end) = (layout.offset_x, layout.offset_x + layout.offset_w);
    let reads = match lang {
        Lang::En => format!("{} of {}", view.reads, view.reads_total),
        Lang::Zh => format!("{} / {} 次", view.reads, view.reads_total),
    };
    let lookup = match view.tlb.lookup {
        Lookup::Hit => Text::Hit.text(lang),
        Lookup::Miss => Text::Miss.text(lang),
        Lookup::Pending => Text::NotAsked.text(lang),
    };
    let time = view.nanos.map_or_else(|| "–".to_owned(), |nanos| format!("{nanos} ns"));
    let rows = [(Text::Reads.text(lang), reads), (Text::Time.text(lang), time), ("TLB", lookup.to_owned())];
    html! {
        for (at, (name, value)) in rows.into_iter().enumerate() {
            { line(path("M_ _H_", &[x, 161.0 + 25.0 * float(at), end]), "var(--line)", 1.0, None) }
            { text(x, 178.0 + 25.0 * float(at), HINT.size(12.0).within(name, end - x - 6.0 - HINT.size(12.0).width(&value)), name) }
            { text(end, 178.0 + 25.0 * float(at), HINT.size(12.0).fill("var(--ink)").end(), value) }
        }
    }
}
