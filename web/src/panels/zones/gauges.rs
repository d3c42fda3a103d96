//! Free frames of each zone against its marks. The top is torn: there is mostly far more.

use mm_view::Lang;
use mm_view::panels::grouped;
use mm_view::panels::zones::{MarkName, Test, Verdict, ZoneRow};
use yew::prelude::*;

use super::super::labels::Text as Common;
use super::super::svg::{DATA, HINT, float, n, path, text};
use super::words::Text;
use super::{Part, try_of, zone_link};
use crate::ui::span;

/// Top and bottom of a gauge.
const TOP: f64 = 8.0;
const BOTTOM: f64 = 172.0;
/// Left edge and width of a gauge.
const LEFT: f64 = 14.5;
const WIDE: f64 = 34.0;
/// Right end of the numbers.
const NUMBERS: f64 = 146.0;
/// Lines of text are at least this far apart.
const LINE: f64 = 12.0;

/// One gauge a zone.
pub(super) fn gauges(props: &Part) -> Html {
    let (view, lang) = (&*props.view, props.lang);
    let has_nodes = view.nodes.len() > 1;
    html! {
        <div class="zn-gauges" role="group" aria-label={Text::Gauges.text(lang)}>
            for zone in view.zones.iter() {
                <div class="zn-gauge">
                    <h3>{ zone_link(&zone.name, has_nodes, "") }if zone.changed { { span("delta", " Δ") } }</h3>
                    <p class="dim">{ Common::Managed.text(lang) }{ " " }{ grouped(zone.managed) }</p>
                    { gauge(zone, test_of(props, zone), lang) }
                    { free(zone, lang) }
                    { verdict_line(props, zone) }
                </div>
            }
        </div>
    }
}

/// The first test that the request would meet in a zone.
fn test_of(props: &Part, zone: &ZoneRow) -> Option<Test> {
    try_of(&props.view.request, zone)?.tests.map(|[low, _]| low)
}

fn free(zone: &ZoneRow, lang: Lang) -> Html {
    let changed = zone.free_before.is_some();
    html! {
        <p class="zn-free">{ Common::Free.text(lang) }{ " " }
            <b class={classes!("m", changed.then_some("changed"))}>{ grouped(zone.free) }</b>
            if let Some(before) = zone.free_before {
                { span("delta m", format!(" Δ {}", difference(before, zone.free))) }
            }
        </p>
    }
}

/// `+3`, `−31`.
fn difference(before: u64, now: u64) -> String {
    if now >= before {
        format!("+{}", grouped(now - before))
    } else {
        format!("−{}", grouped(before - now))
    }
}

/// Whether the zone would serve the request: a sign and a word.
fn verdict_line(props: &Part, zone: &ZoneRow) -> Html {
    let lang = props.lang;
    let tests = try_of(&props.view.request, zone).and_then(|one| one.tests);
    html! {
        <p class="zn-v">{ match tests {
            None => html! { <span class="dim">{ "– " }{ Text::NotAllowed.text(lang) }</span> },
            Some([low, min]) => {
                let test = if low.verdict == Verdict::Ok { low } else { min };
                html! {<>{ verdict(test.verdict, lang) }{ span("dim", format!(" {}", test.level.name())) }</>}
            }
        } }</p>
    }
}

/// A verdict: sign, word, colour.
pub(super) fn verdict(verdict: Verdict, lang: Lang) -> Html {
    match verdict {
        Verdict::Ok => html! { <span class="vd ok">{ "✓ " }{ Text::Fine.text(lang) }</span> },
        Verdict::TooFew => html! { <span class="vd no">{ "✕ " }{ Text::TooFew.text(lang) }</span> },
        Verdict::NoBlock => html! { <span class="vd no">{ "✕ " }{ Text::NoBlock.text(lang) }</span> },
    }
}

/// A gauge with its marks, and the line that the request has to stay above.
fn gauge(zone: &ZoneRow, test: Option<Test>, lang: Lang) -> Html {
    let marks: Vec<(MarkName, u64)> = [MarkName::Min, MarkName::Low, MarkName::High]
        .into_iter()
        .zip(zone.marks)
        .map(|(name, pages)| (name, pages + zone.boost))
        .collect();
    let high = marks.last().map_or(1, |(_, pages)| *pages).max(1);
    let kept = test.filter(|test| test.reserve > 0);
    let line = kept.map(|test| test.mark + test.reserve);
    // A reserve of many times the marks is beyond the torn edge.
    let top = line.filter(|&line| line <= high * 3).unwrap_or(0).max(high) * 5 / 4 + 1;
    let y = |pages: u64| BOTTOM - (BOTTOM - TOP - 14.0) * share(pages.min(top), top);
    let fill = if zone.free >= top {
        format!("{}V{}H{}z", torn(), n(BOTTOM), n(LEFT))
    } else {
        path("M_ _h_V_h-_z", &[LEFT, y(zone.free), WIDE, BOTTOM, WIDE])
    };
    let mut lines: Vec<(f64, Html, Html)> = marks
        .iter()
        .map(|(name, pages)| {
            let at = y(*pages);
            (at, tick(at, "var(--ink-2)", false), label(name.name(), grouped(*pages), "var(--ink-2)"))
        })
        .collect();
    if let Some(line) = line {
        let over = if line > top { "↑" } else { "" };
        let words = format!("{over}{}", Text::Reserve.text(lang));
        let at = if line > top { TOP + 4.0 } else { y(line) };
        lines.push((at, tick(at, "var(--err)", true), label(&words, grouped(line), "var(--err)")));
    }
    if zone.boost > 0 {
        let at = y(zone.marks[0]);
        let words =
            format!("min{}{} {}", Common::Comma.text(lang), Text::Boost.text(lang), grouped(zone.boost));
        lines.push((at, tick(at, "var(--line-2)", true), label(&words, String::new(), "var(--ink-3)")));
    }
    html! {
        <svg class="zn-g" width="148" height="176" viewBox="0 0 148 176" aria-hidden="true">
            <path d={format!("{}V{}H{}z", torn(), n(BOTTOM), n(LEFT))} fill="var(--surface)" stroke="none"/>
            <path d={fill} fill="var(--line-2)" stroke="none"/>
            <path d={format!("{}V{}H{}z", torn(), n(BOTTOM), n(LEFT))} fill="none" stroke="var(--ink-3)"/>
            for (at, tick, words) in spread(lines) {
                { tick }
                <g transform={path("translate(0 _)", &[at])}>{ words }</g>
            }
        </svg>
    }
}

/// The torn top edge, left to right.
fn torn() -> String {
    path("M_ _c4 -8 8 -7 12 -2s8 7 12 1 6 -6 10 -2", &[LEFT, TOP + 4.0])
}

fn tick(y: f64, stroke: &'static str, dashed: bool) -> Html {
    let y = y.round() + 0.5;
    html! { <path d={path("M_ _h_", &[LEFT - 4.0, y, WIDE + 8.0])} {stroke} stroke-dasharray={dashed.then_some("3 2")}/> }
}

fn label(words: &str, number: String, fill: &'static str) -> Html {
    html! {<>
        { text(LEFT + WIDE + 8.0, 3.5, HINT.fill(fill), words.to_owned()) }
        { text(NUMBERS, 3.5, DATA.end().fill(fill), number) }
    </>}
}

/// Moves the texts of lines that are too near to each other apart, the marks stay.
fn spread(mut lines: Vec<(f64, Html, Html)>) -> Vec<(f64, Html, Html)> {
    lines.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut below = BOTTOM + LINE;
    for line in &mut lines {
        line.0 = line.0.min(below - LINE);
        below = line.0;
    }
    lines
}

fn share(part: u64, whole: u64) -> f64 {
    // Thousandths are finer than a pixel here.
    let permille = part.saturating_mul(1000).checked_div(whole).unwrap_or(0);
    float(usize::try_from(permille).unwrap_or(1000)) / 1000.0
}
