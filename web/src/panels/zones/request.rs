//! What a request would meet, zone by zone, with the numbers; and the tests that were made.

use mm_view::Lang;
use mm_view::panels::grouped;
use mm_view::panels::zones::{CheckRow, GFPS, MarkName, Test, TryRow, Verdict};
use yew::prelude::*;

use super::super::labels::Text as Common;
use super::gauges::verdict;
use super::words::Text;
use super::{Part, zone_link};
use crate::model::Position;
use crate::ui::{Moment, span};

/// Two short tables.
pub(super) fn request(props: &Part) -> Html {
    let (view, lang) = (&*props.view, props.lang);
    let request = &view.request;
    let has_nodes = view.nodes.len() > 1;
    let name = GFPS.get(request.ask.gfp).map_or("", |(name, _)| name);
    html! {
        <div class="zn-req">
            <h3>{ Text::Request.text(lang) }{ span("m", format!("{name}{}{} {}", Common::Comma.text(lang), Common::Order.text(lang), request.ask.order)) }</h3>
            <ul class="zn-tries">
                for (at, one) in request.tries.iter().enumerate() {
                    { row(one, request.served.filter(|(served, _)| *served == at).map(|(_, level)| level), has_nodes, lang) }
                }
            </ul>
            if request.served.is_none() { <p class="zn-none">{ "✕ " }{ Text::Nobody.text(lang) }</p> }
            <h3>{ Text::Checks.text(lang) }<span>{ Text::Rule.text(lang) }</span></h3>
            { checks(props, has_nodes) }
        </div>
    }
}

/// A zone of the zonelist; `served` is the mark that lets it serve the request.
fn row(one: &TryRow, served: Option<MarkName>, has_nodes: bool, lang: Lang) -> Html {
    let line = |test: Test, when: Text| {
        let is_it = served == Some(test.level);
        html! {
            <div class={classes!(is_it.then_some("it"))} title={when.text(lang)}>
                <span class="dim">{ test.level.name() }<span class="vh">{ " " }{ when.text(lang) }{ ": " }</span></span>
                { span("m", formula(&test, None)) }
                <span>{ verdict(test.verdict, lang) }if is_it { <b>{ Common::Comma.text(lang) }{ Text::Serves.text(lang) }</b> }</span>
            </div>
        }
    };
    html! {
        <li>
            <b>{ zone_link(&one.zone, has_nodes, "ln") }</b>
            <div>
                { match one.tests {
                    Some([low, min]) => html! {<>{ line(low, Text::First) }{ line(min, Text::Slow) }</>},
                    None => html! { <div class="dim out">{ "– " }{ Text::NotAllowed.text(lang) }</div> },
                } }
            </div>
        </li>
    }
}

/// `102 831 − 0 > low 815 + 0`: free, unusable, mark and its name if wanted, reserve.
fn formula(test: &Test, name: Option<&str>) -> String {
    let sign = if test.verdict == Verdict::TooFew { '≤' } else { '>' };
    let minus = if test.unusable > 0 { format!(" − {}", grouped(test.unusable)) } else { String::new() };
    let name = name.map(|name| format!("{name} ")).unwrap_or_default();
    format!("{}{minus} {sign} {name}{} + {}", grouped(test.free), grouped(test.mark), grouped(test.reserve))
}

/// The tests that the command made, the newest last; the step shown is marked.
fn checks(props: &Part, has_nodes: bool) -> Html {
    let lang = props.lang;
    if props.view.checks.is_empty() {
        return html! { <p class="dim zn-none">{ Text::NoChecks.text(lang) }</p> };
    }
    html! {
        <ul class="zn-checks">
            for check in props.view.checks.iter() { { check_line(check, has_nodes, lang) } }
        </ul>
    }
}

fn check_line(check: &CheckRow, has_nodes: bool, lang: Lang) -> Html {
    let at = Position { command: check.at.0, step: check.at.1 };
    html! {
        <li class={classes!(check.now.then_some("now"))}>
            <span class="m st"><Moment {at}>{ check.at.1 }</Moment></span>
            <span>{ zone_link(&check.zone, has_nodes, "ln") }{ span("dim", format!(" {} {}", Common::Order.text(lang), check.order)) }</span>
            { span("m", formula(&check.test, Some(check.test.level.name()))) }
            { verdict(check.test.verdict, lang) }
        </li>
    }
}
