//! The run in numbers, the indexes by order, and what a request would meet.

use mm_view::Lang;
use mm_view::panels::compaction::{Answer, CompactionView, OrderIndex, RunView};
use mm_view::panels::{Thing, grouped};
use yew::prelude::*;

use super::super::labels::Text as Common;
use super::super::svg::{float, n, path};
use super::words::Text;
use crate::ui::{Command, fact, link, span, td, th};

/// Width of a bar of thousandths.
const BAR: f64 = 120.0;
/// Below this width of the panel it is half as wide.
const NARROW: u32 = 560;

/// Two columns.
pub(super) fn facts(view: &CompactionView, lang: Lang, width: u32) -> Html {
    let bar = if (1..NARROW).contains(&width) { BAR / 2.0 } else { BAR };
    html! {
        <div class="cp-cols">
            <div>
                <h3>{ Text::Run.text(lang) }</h3>
                { match &view.run {
                    Some(run) => run_lines(run, lang),
                    None => html! { <p class="dim cp-none">{ Text::NoRun.text(lang) }{ " " }<Command text="echo 1 > /proc/sys/vm/compact_memory"/></p> },
                } }
                <h3>{ Text::Request.text(lang) }<span>{ format!("{} {}", Common::Order.text(lang), view.outlook.order) }</span></h3>
                { request(view, lang) }
            </div>
            <div tabindex="0" role="region" aria-label={Text::Indexes.text(lang)}>
                <h3>{ Text::Indexes.text(lang) }</h3>
                { indexes(view, lang, bar) }
            </div>
        </div>
    }
}

fn frame(pfn: u32) -> Html {
    link(Thing::Frame(pfn), pfn)
}

/// From where to where, how many, and the last moves.
fn run_lines(run: &RunView, lang: Lang) -> Html {
    let line = |name: Text, (from, to): (u32, u32), scanned: u32| {
        html! {<>
            <dt>{ name.text(lang) }</dt>
            <dd>{ frame(from) }{ " → " }{ frame(to) }{ span("dim", format!("  {} {}", Text::Scanned.text(lang), grouped(u64::from(scanned)))) }</dd>
        </>}
    };
    html! {
        <dl class="kv cp-kv">
            { line(Text::Migrate, run.migrate, run.scanned.0) }
            { line(Text::FreeScanner, run.free, run.scanned.1) }
            <dt>{ Text::Moved.text(lang) }</dt>
            <dd>{ grouped(u64::from(run.moved.0)) }{ span("dim", format!("  {} {}", Text::Failed.text(lang), run.moved.1)) }</dd>
            if run.isolated > 0 { <dt>{ Text::Isolated.text(lang) }</dt><dd class="changed">{ "Δ " }{ run.isolated }</dd> }
            { fact(run.mode, run.result.unwrap_or(Text::Running.text(lang))) }
            if !run.last.is_empty() {
                <dt>{ Text::Last.text(lang) }</dt>
                <dd class="moves">
                    for (from, to) in run.last.iter() { <span>{ frame(*from) }{ " → " }{ frame(*to) }</span> }
                </dd>
            }
        </dl>
    }
}

/// The test written out with its numbers, then what failures do to it.
fn request(view: &CompactionView, lang: Lang) -> Html {
    let ask = view.outlook;
    let sign = if ask.free > ask.needed { '>' } else { '≤' };
    let (words, class) = match ask.answer {
        Answer::NotNeeded => (Text::NotNeeded, "ok"),
        Answer::Helps => (Text::Helps, "ok"),
        Answer::TooLittle => (Text::TooLittle, "no"),
        Answer::NotFragmented => (Text::NotFragmented, "no"),
    };
    let index = match u64::try_from(ask.index) {
        Ok(index) => {
            let sign = if index > view.threshold { '>' } else { '≤' };
            format!("{index} {sign} {} {}", Text::Threshold.text(lang), view.threshold)
        }
        Err(_) => Text::FitsAlready.text(lang).to_owned(),
    };
    let fails = &view.deferral;
    let (low_score, high_score) = (view.score.1, view.score.2);
    html! {
        <dl class="kv cp-kv">
            <dt>{ Text::Free.text(lang) }</dt>
            <dd>{ format!("{} {sign} {}", grouped(ask.free), grouped(ask.needed)) }{ span("dim s", format!("  low + 2 × {}", 1_u32 << ask.order)) }</dd>
            { fact(Text::Index.text(lang), index) }
            <dt></dt><dd class="s"><span class={classes!("vd", class)}>{ if class == "ok" { "✓ " } else { "✕ " } }{ words.text(lang) }</span></dd>
            <dt>{ Text::Deferral.text(lang) }</dt>
            <dd>{ format!("{} ≥ {}: {} / {}", Common::Order.text(lang), fails.order_failed, fails.considered, fails.limit) }
                <span class="dim s">{ "  " }{ if ask.deferred { Text::DeferredNow } else { Text::NotDeferred }.text(lang) }</span></dd>
            <dt>{ Text::Kcompactd.text(lang) }</dt>
            <dd>{ format!("{} {} %", Text::Score.text(lang), view.score.0) }
                { span("dim s", format!("  {}", proactive(low_score, high_score, lang))) }
                if let Some(order) = view.kcompactd { { format!("  {} {order}", Common::Order.text(lang)) } }</dd>
        </dl>
    }
}

/// Above which score kcompactd starts by itself, and where it stops.
fn proactive(low: u64, high: u64, lang: Lang) -> String {
    match lang {
        Lang::En => format!("starts above {high} %, ends at {low} %"),
        Lang::Zh => format!("高于 {high} % 才开始，降到 {low} % 为止"),
    }
}

fn indexes(view: &CompactionView, lang: Lang, bar: f64) -> Html {
    html! {
        <table class="maps zt">
            <thead><tr>
                { th("r", Common::Order.text(lang)) }
                { th("r", Text::Fits.text(lang)) }
                <th scope="col">{ Text::Unusable.text(lang) }{ " ‰" }</th>
                <th scope="col">{ Text::Index.text(lang) }{ Common::Comma.text(lang) }{ Text::Threshold.text(lang) }{ format!(" {}", view.threshold) }</th>
            </tr></thead>
            <tbody>for row in view.orders.iter() { { index_row(row, view, lang, bar) } }</tbody>
        </table>
    }
}

fn index_row(row: &OrderIndex, view: &CompactionView, lang: Lang, wide: f64) -> Html {
    let bar = |value: u64, line: Option<u64>| {
        let at = |value: u64| float(usize::try_from(value.min(1000)).unwrap_or(1000)) / 1000.0 * wide;
        html! {
            <svg width={n(wide + 1.0)} height="12" aria-hidden="true">
                <rect x=".5" y="2.5" width={n(wide)} height="7" fill="var(--surface)" stroke="var(--line)"/>
                <rect x=".5" y="2.5" width={n(at(value))} height="7" fill="var(--ink-3)"/>
                if let Some(line) = line { <path d={path("M_ 0v12", &[at(line).round() + 0.5])} stroke="var(--err)" stroke-dasharray="3 2"/> }
            </svg>
        }
    };
    let is_asked = row.order == view.outlook.order;
    html! {
        <tr class={classes!(is_asked.then_some("on"))}>
            <th scope="row" class="r m">{ row.order }</th>
            { td("m r", grouped(row.fits)) }
            <td class="m"><span class="cp-bar">{ bar(row.unusable, None) }{ row.unusable }</span></td>
            <td class="m"><span class="cp-bar">
                { match u64::try_from(row.fragmentation) {
                    Ok(index) => html! {<>{ bar(index, Some(view.threshold)) }{ index }</>},
                    Err(_) => span("dim s", Text::FitsAlready.text(lang)),
                } }
            </span></td>
        </tr>
    }
}
