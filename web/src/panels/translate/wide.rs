//! The walk in full: the TLB lane above, one column a level, the result on the right.

use mm_view::Lang;
use mm_view::panels::FrameKind;
use mm_view::panels::translate::{CanonicalBits, Level, Lookup, Outcome, Reach, TranslateView};
use yew::prelude::*;

use super::super::svg::{DATA, HINT, NAME, bar, float, line, mono_width, n, path, rect, shape, text};
use super::geometry::{Column, Layout, OFFSET, WIDE, tone};
use super::parts::{
    Base, FigureProps, bits, changed_mark, in_use, is_hit, opacity, physical, table_of, target,
};
use super::verdict::fault_lines;
use super::words::Text;
use crate::ui::Ref;
use mm_view::panels::Thing;

/// Top of the tables.
const TOP: f64 = 122.0;
/// Height of the tables.
const TALL: f64 = 108.0;
/// Height of a row; the used one has two.
const ROW: f64 = 18.0;

/// The figure at 798 by 236.
pub(super) fn wide(props: &FigureProps) -> Html {
    let view = &*props.view;
    let layout = Layout::new(view, WIDE);
    let lang = props.lang;
    html! {
        <svg class="walk" width={n(WIDE.width)} height="236" viewBox="0 0 798 236" role="group" aria-label={super::title(view, lang)}>
            { lane(view, &layout, lang) }
            { canonical(view, lang) }
            { cr3(view, &layout, lang, props.base) }
            for at in 0..layout.columns.len() {
                { column(view, &layout, at, lang, props.base) }
            }
            { offset(view, &layout, lang) }
            { result(view, &layout, lang, props.base) }
        </svg>
    }
}

/// The TLB lane, the bracket under it, and the way around the walk.
fn lane(view: &TranslateView, layout: &Layout, lang: Lang) -> Html {
    let end = layout.columns.last().map_or(WIDE.left, Column::end);
    let hit = is_hit(view);
    let set = match lang {
        Lang::En => format!("set {} of {}", view.tlb.set, view.tlb.sets),
        Lang::Zh => format!("{} 组之 {}", view.tlb.sets, view.tlb.set),
    };
    let (mark, word) = match view.tlb.lookup {
        Lookup::Hit => ("✓", Text::Hit.text(lang)),
        Lookup::Miss => ("✕", Text::Miss.text(lang)),
        Lookup::Pending => ("", Text::NotAsked.text(lang)),
    };
    let room = (end - 68.0 - 212.0) / 87.0;
    let shown = view.tlb.ways.iter().enumerate().filter(|(at, _)| float(at + 1) <= room + 0.06);
    let middle = f64::midpoint(WIDE.left, end);
    let (ink, dash) = if hit { ("var(--ink)", None) } else { ("var(--line-2)", Some("2 3")) };
    let around = path("M_ 13.5H796.5V136.5H_", &[end, layout.offset_x + layout.offset_w + 2.0]);
    html! {<>
        { rect([96.5, 1.5, end - 97.0, 24.0], if hit { "var(--l1-t)" } else { "var(--surface-2)" }, if hit { "var(--l1)" } else { "var(--line)" }, 1.0) }
        { text(106.0, 18.0, NAME, "TLB") }
        { text(134.0, 18.0, HINT.size(11.0), set) }
        for (at, way) in shown {
            <Ref thing={Thing::Frame(way.frame)}>
                <rect class="bg" x={n(212.5 + 87.0 * float(at))} y="5.5" width="82" height="16" rx="2" fill="var(--surface)"
                    stroke={if way.hit { "var(--l1)" } else if way.changed { "var(--chg)" } else { "var(--line)" }}
                    stroke-width={if way.hit || way.changed { "1.5" } else { "1" }}/>
                { text(253.5 + 87.0 * float(at), 17.5, DATA.size(if way.frame < 1_000_000 { 10.0 } else { 8.6 }).middle().fill(if way.changed { "var(--chg)" } else { "var(--ink-2)" }),
                    format!("…{:04x} → {}", way.page_number & 0xffff, way.frame)) }
            </Ref>
        }
        { text(end - 10.0, 18.0, NAME.weight(600).end(), word) }
        { text(end - 15.0 - NAME.weight(600).width(word), 18.0, HINT.size(11.0).fill("var(--ink-2)").end(), mark) }
        <path d={around} fill="none" stroke={ink} stroke-dasharray={dash} marker-end={if hit { "url(#ai)" } else { "url(#ag)" }}/>
        { text(f64::midpoint(end, 796.0), 9.5, HINT.middle(), if hit { Text::HitSkips } else { Text::HitWouldSkip }.text(lang)) }
        <path d={path("M96.5 44V38.5Q96.5 34.5 100.5 34.5H_Q_ 34.5 _ 38.5V44M_ 34.5V28", &[end - 4.5, end - 0.5, end - 0.5, middle])}
            fill="none" stroke="var(--ink-3)" marker-end="url(#ag)"/>
        <text class="halo" x={n(middle + 20.0)} y="38.5" fill="var(--ink-2)" font-size="11">
            { Text::PageNumber.text(lang) }{ " " }<tspan class="m" fill="var(--ink)">{ format!("{:#x}", view.page_number) }</tspan>
        </text>
    </>}
}

/// The bits above those that are translated.
fn canonical(view: &TranslateView, lang: Lang) -> Html {
    let Some(canonical) = view.canonical else { return html! {} };
    let count = canonical.high - canonical.low + 1;
    let (content, ink) = match canonical.bits {
        CanonicalBits::Zeros => (format!("0 × {count}"), "var(--ink-3)"),
        CanonicalBits::Ones => (format!("1 × {count}"), "var(--ink-3)"),
        CanonicalBits::Mixed => ("✕".to_owned(), "var(--err)"),
    };
    let below = canonical.low - 1;
    let words = match lang {
        Lang::En => format!("sign of bit {below}"),
        Lang::Zh => format!("同第 {below} 位"),
    };
    html! {<>
        { text(0.0, 54.0, HINT.mono(), format!("{}–{}", canonical.high, canonical.low)) }
        { rect([0.5, 60.5, 63.0, 18.0], "none", if canonical.bits == CanonicalBits::Mixed { ink } else { "var(--line)" }, 1.0) }
        { text(32.0, 73.5, DATA.fill(ink).middle(), content) }
        { text(0.0, 93.0, HINT, words) }
    </>}
}

/// The register that the walk starts from, and what the strips mean.
fn cr3(view: &TranslateView, layout: &Layout, lang: Lang, base: Base) -> Html {
    let first = view.levels.first().map_or(4, |level| level.height);
    let pfn = view.levels.first().and_then(|level| level.table);
    let entries = view.levels.first().map_or(512, |level| level.entries);
    let key = match lang {
        Lang::En => [format!("strip: all {entries}"), "entries; dark".into(), "ones in use".into()],
        Lang::Zh => [format!("细条：全部 {entries}"), "项；深色为".into(), "在用的项".into()],
    };
    let arrow = tone(first);
    let x = layout.columns.first().map_or(WIDE.left, |column| column.x);
    html! {<>
        { text(0.0, 114.0, NAME, "CR3") }
        { rect([0.5, 122.5, 76.0, 36.0], "var(--surface-2)", "var(--line)", 1.0) }
        { text(6.0, 137.0, DATA, format!("{:#x}", view.cr3)) }
        if let Some(pfn) = pfn {
            <Ref thing={Thing::Frame(pfn)}>
                { super::super::svg::field(3.0, 142.0, 71.0, 14.0) }
                { text(6.0, 152.0, HINT.fill("var(--ink-2)"), format!("{} {}", Text::TableShort.text(lang), base.write(pfn))) }
            </Ref>
        }
        { line(path("M77 134H85V110H_", &[x - 3.0]), arrow.ink, 1.25, Some(arrow.arrow)) }
        for (at, words) in key.into_iter().enumerate() {
            { text(0.0, 206.0 + 13.0 * float(at), HINT, words) }
        }
    </>}
}

/// Returns the top of the used row and the middle of it.
fn used_row(column: Column) -> (f64, f64) {
    let at = column.level.window.iter().position(|row| row.used).unwrap_or(0);
    let top = TOP + ROW * float(at);
    (top, top + ROW)
}

/// One level: its bits, its index, its table, and the way to the next.
fn column(view: &TranslateView, layout: &Layout, at: usize, lang: Lang, base: Base) -> Html {
    let column = layout.columns[at];
    let (x, level) = (column.x, column.level);
    let color = tone(level.height);
    let of = match lang {
        Lang::En => format!("of {}", level.entries),
        Lang::Zh => format!("/ {}", level.entries),
    };
    let index = base.write(level.index);
    let index_end = x + 12.0 + mono_width(index.len(), 13.0) + 4.6;
    let bits_of = view.address >> level.low & (u64::from(level.entries) - 1);
    html! {<>
        { text(x, 54.0, NAME.fill(color.ink), level.name.text()) }
        { text(column.end(), 54.0, HINT.mono().end(), format!("{}–{}", level.high, level.low)) }
        { bits([x, 60.0, column.w, 18.0], bits_of, level.high - level.low + 1, color, 11.0, 13.5) }
        { text(x + 12.0, 94.0, DATA.fill(color.ink).size(13.0).weight(700), index) }
        { text(index_end, 94.0, HINT, of) }
        <g opacity={if is_hit(view) { "0.4" } else { opacity(level.reach) }}>
            { table(column, lang, base) }
            if let Some(next) = layout.columns.get(at + 1) {
                if level.reach == Reach::Reached {
                    { line(path("M_ _H_V110H_", &[column.end(), used_row(column).1, column.end() + 12.0, next.x + 8.0]), color.ink,
                        if level.now { 2.0 } else { 1.25 }, Some(color.arrow)) }
                }
            }
        </g>
    </>}
}

/// A table: the strip of all entries, the lens, five rows.
fn table(column: Column, lang: Lang, base: Base) -> Html {
    let (x, level) = (column.x, column.level);
    let color = tone(level.height);
    let place = TOP + (f64::from(level.index) + 0.5) / f64::from(level.entries) * TALL;
    html! {<>
        { line(path("M_ 79V122", &[x + 3.5]), color.ink, 1.25, None) }
        { table_of(level, [x + 12.0, 114.0], table_words(level, lang), 10.5, base) }
        <rect x={n(x + 0.5)} y="122.5" width="6" height="107" fill="var(--surface-2)" stroke="var(--line-2)" stroke-width=".8"/>
        { in_use(level, color.ink, |start, length| [x + 1.2, TOP + start * TALL, 4.6, (length * TALL).max(1.0)]) }
        { shape(path("M_ _L_ 122V230L_ _z", &[x + 7.0, place - 1.5, x + 16.0, x + 7.0, place + 1.5]), color.tint) }
        { shape(path("M_ _L_ _L_ _z", &[x - 1.5, place - 3.5, x + 3.0, place, x - 1.5, place + 3.5]), color.ink) }
        { line(path("M_ _H_", &[x + 1.0, place, x + 7.0]), color.ink, 2.0, None) }
        { rect([x + 16.5, 122.5, column.w - 17.0, 107.0], "none", "var(--line)", 1.0) }
        { rows(column, lang, base) }
    </>}
}

/// The five rows; the used one is doubled.
fn rows(column: Column, lang: Lang, base: Base) -> Html {
    let (x, level) = (column.x, column.level);
    let (top, middle) = used_row(column);
    html! {
        for (at, row) in level.window.iter().enumerate() {
            if row.used {
                { used(column, top, middle, base) }
                if row.changed {
                    { changed_mark(column.end() - 6.0, middle - 25.0, row, lang) }
                }
            } else {
                {{
                    let below = TOP + ROW * float(at) > top;
                    let y = 135.0 + ROW * float(at) + if below { ROW } else { 0.0 };
                    let ink = if row.target.frame().is_some() { "var(--ink-2)" } else { "var(--ink-3)" };
                    html! {<>
                        { text(x + 22.0, y, DATA.fill(ink), base.write(row.index)) }
                        { target(row, x + 57.0, y, DATA.fill(ink).size(if row.target.frame().is_some_and(is_long) { 9.5 } else { 11.0 }), base) }
                    </>}
                }}
            }
        }
    }
}

/// Returns whether a frame's number has seven digits or more.
const fn is_long(pfn: u32) -> bool {
    pfn >= 1_000_000
}

/// `table in frame`, or less of it before a long number.
fn table_words(level: &Level, lang: Lang) -> &'static str {
    if level.table.is_some_and(is_long) { Text::TableShort.text(lang) } else { Text::Table.text(lang) }
}

/// The entry that the walk uses.
fn used(column: Column, top: f64, middle: f64, base: Base) -> Html {
    let (x, level) = (column.x, column.level);
    let color = tone(level.height);
    let Some(row) = level.window.iter().find(|row| row.used) else { return html! {} };
    let (stroke, width) = match level.reach {
        Reach::Fault => ("var(--err)", 1.75),
        Reach::Reached | Reach::Pending | Reach::Skipped if row.changed => ("var(--chg)", 1.75),
        Reach::Reached | Reach::Pending | Reach::Skipped => (color.ink, if level.now { 2.25 } else { 1.25 }),
    };
    let table = level.table.unwrap_or(0);
    let shown = level.reach == Reach::Reached;
    let is_fault = level.reach == Reach::Fault;
    let size = if row.target.frame().is_some_and(is_long) { 9.5 } else { 11.0 };
    html! {<>
        <Ref thing={Thing::Entry { table, index: level.index }} label={format!("{} {}", level.name.text(), level.index)}>
            <rect class="bg" x={n(x + 16.5)} y={n(top + 0.5)} width={n(column.w - 17.0)} height="35" rx="2" fill={color.tint}
                {stroke} stroke-width={n(width)}/>
            { text(x + 22.0, middle - 3.5, DATA.fill(color.ink).weight(700), base.write(row.index)) }
        </Ref>
        { text(x + 44.0, middle - 3.5, HINT.mono().size(10.0), if shown { "→" } else { "" }) }
        { target(row, x + 57.0, middle - 3.5, DATA.weight(700).size(size), base) }
        if (shown || is_fault) && row.target.frame().is_some() {
            <text class="m" x={n(x + 22.0)} y={n(middle + 11.5)} font-size={n(size)}>
                if is_fault { <tspan fill="var(--err)" font-weight="600">{ "✕ " }</tspan> }
                <tspan fill={color.ink} font-weight="700">{ format!("{:#x}", row.target.frame().unwrap_or(0)) }</tspan>
                <tspan fill="var(--ink-2)" dx="3">{ format!("{:03x}", row.low_bits()) }</tspan>
                if row.no_execute() { <tspan fill="var(--ink-2)" dx="3">{ "NX" }</tspan> }
            </text>
        } else if is_fault {
            { text(x + 22.0, middle + 11.5, DATA.fill("var(--err)").weight(600), format!("✕ {:#x}", row.raw)) }
        }
    </>}
}

/// The bits that are copied.
fn offset(view: &TranslateView, layout: &Layout, lang: Lang) -> Html {
    let (x, w) = (layout.offset_x, layout.offset_w);
    let hex = format!("{:#x}", view.offset.value);
    let after = x + 22.0 + mono_width(hex.len(), 13.0) + 7.0;
    let nth = match lang {
        Lang::En => format!("byte {}", view.offset.value),
        Lang::Zh => format!("第 {} 字节", view.offset.value),
    };
    html! {<>
        { text(x, 54.0, NAME.fill(OFFSET.ink), Text::Offset.text(lang)) }
        { text(x + w, 54.0, HINT.mono().end(), format!("{}–0", view.offset.bits - 1)) }
        { bits([x, 60.0, w, 18.0], view.offset.value, view.offset.bits, OFFSET, 11.0, 13.5) }
        { text(x + 22.0, 94.0, DATA.fill(OFFSET.ink).size(13.0).weight(700), hex) }
        { text(after, 94.0, HINT, nth) }
    </>}
}

/// The frame, the byte in it, and the physical address; or why there is none.
fn result(view: &TranslateView, layout: &Layout, lang: Lang, base: Base) -> Html {
    let (x, w) = (layout.offset_x, layout.offset_w);
    match view.outcome {
        Outcome::Mapped { frame, kind, entry, .. } => html! {<>
            { line(path("M_ 79V120", &[x + 10.5]), OFFSET.ink, 1.25, Some(OFFSET.arrow)) }
            { frame_box(view, [x, w], frame, kind, lang, base) }
            { text(x, 188.0, HINT.size(11.0).fill("var(--ink-2)"), Text::PhysicalAddress.text(lang)) }
            { physical_address(view, layout, entry, lang) }
        </>},
        Outcome::Pending { levels_left } => html! {<>
            { line(path("M_ 79V180", &[x + 10.5]), OFFSET.ink, 1.25, None) }
            { text(x + 22.0, 114.0, HINT, Text::NoFrameYet.text(lang)) }
            { text(x, 192.0, HINT.size(11.0).fill("var(--ink-2)"), Text::PhysicalAddress.text(lang)) }
            { unknown_address(view, x, levels_left, lang) }
        </>},
        Outcome::Fault(_) | Outcome::NotCanonical => html! {
            for (at, (words, face)) in fault_lines(&view.outcome, lang).into_iter().enumerate() {
                { text(x, 122.0 + 18.0 * float(at), face, words) }
            }
        },
    }
}

/// The frame that was found, with the byte that is accessed.
fn frame_box(
    view: &TranslateView,
    at: [f64; 2],
    frame: u32,
    kind: FrameKind,
    lang: Lang,
    base: Base,
) -> Html {
    let [x, w] = at;
    let size = 1_u64 << view.offset.bits;
    let place = f64::from(u32::try_from(view.offset.value).unwrap_or(0))
        / f64::from(u32::try_from(size).unwrap_or(1))
        * w;
    let written = base.write(frame);
    let words = Text::TableShort.text(lang);
    let long = HINT.size(11.0).weight(600).width(words) + 12.0 + mono_width(written.len(), 11.0);
    let will = super::verdict::landing(view, lang);
    html! {<>
        <Ref thing={Thing::Frame(frame)}>
            { super::super::svg::field(x + 20.0, 103.0, long, 15.0) }
            <text x={n(x + 24.0)} y="114" font-size="11" font-weight="600" fill="var(--ink)">
                { words }<tspan class="m" dx="4" font-weight="700">{ written }</tspan>
            </text>
        </Ref>
        { text(x + w, 114.0, HINT.end(), size_words(size)) }
        { rect([x + 0.5, 122.5, w - 1.0, 28.0], "var(--surface-2)", super::edge(kind), 1.0) }
        { bar([x + 1.0, 123.0, 3.0, 27.0], super::fill(kind), "1") }
        { bar([x + place.max(4.0).min(w - 3.0), 123.0, 2.0, 27.0], OFFSET.ink, "1") }
        { text(x + 18.0, 140.0, HINT.fill("var(--ink-2)"), will) }
        { text(x, 163.0, HINT.mono().size(10.0), "0x000") }
        { text(x + w, 163.0, HINT.mono().size(10.0).end(), format!("{:#x}", size - 1)) }
    </>}
}

fn size_words(bytes: u64) -> &'static str {
    match bytes.ilog2() {
        12 => "4 KiB",
        21 => "2 MiB",
        _ => "4 MiB",
    }
}

/// The address on the bus, in the colours of its two sources.
fn physical_address(view: &TranslateView, layout: &Layout, entry: u32, lang: Lang) -> Html {
    let x = layout.offset_x;
    let (frame, offset) = physical(view);
    let last = layout.columns.last();
    let color = tone(last.map_or(1, |column| column.level.height));
    let size = if frame.len() + offset.len() > 11 { 18.0 } else { 22.0 };
    let split = x + mono_width(frame.len(), size) + 3.0;
    let end = split + mono_width(offset.len(), size);
    let from = super::from_entry(view, entry, lang);
    html! {<>
        if let Some(column) = last.filter(|_| !is_hit(view)) {
            { line(path("M_ _H_V207H_", &[column.end(), used_row(*column).1, column.end() + 11.0, x - 4.0]), color.ink, 1.25, Some(color.arrow)) }
        }
        <text class="m" x={n(x)} y="214" font-size={n(size)} font-weight="700">
            <tspan fill={color.ink}>{ frame }</tspan><tspan fill={OFFSET.ink} dx="3">{ offset }</tspan>
        </text>
        { line(path("M_ 221.5H_", &[x + 1.0, split - 4.2]), color.ink, 1.5, None) }
        { line(path("M_ 221.5H_", &[split + 0.8, end - 0.8]), OFFSET.ink, 1.5, None) }
        { text(x + 1.0, 234.0, HINT.fill(color.ink), from.clone()) }
        { text(split.max(x + 7.0 + HINT.width(&from)) + 0.8, 234.0, HINT.fill(OFFSET.ink), Text::Unchanged.text(lang)) }
    </>}
}

/// The address as far as it is known.
fn unknown_address(view: &TranslateView, x: f64, levels_left: u32, lang: Lang) -> Html {
    let (frame, offset) = physical(view);
    let split = x + mono_width(frame.len(), 22.0) + 3.0;
    let left = super::levels_left(levels_left, lang);
    html! {<>
        <text class="m" x={n(x)} y="214" font-size="22" font-weight="700">
            <tspan fill="var(--ink-3)">{ frame }</tspan><tspan fill={OFFSET.ink} dx="3">{ offset }</tspan>
        </text>
        { line(path("M_ 221.5H_", &[x + 1.0, split - 4.2]), "var(--line-2)", 1.5, None) }
        { line(path("M_ 221.5h38", &[split + 0.8]), OFFSET.ink, 1.5, None) }
        { text(x + 1.0, 234.0, HINT, left.clone()) }
        { text(split.max(x + 7.0 + HINT.width(&left)) + 0.8, 234.0, HINT.fill(OFFSET.ink), Text::Unchanged.text(lang)) }
    </>}
}
