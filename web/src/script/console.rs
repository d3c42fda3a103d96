//! What each command answered.

use crate::dom;
use crate::labels::Label;
use crate::model::{self, Line, Tone};
use crate::timeline::sentence;
use crate::ui::SessionHandle;
use crate::words;
use mm_view::Lang;
use web_sys::Element;
use yew::prelude::*;

/// Commands shown before and after the playhead.
const AROUND: u32 = 60;
/// Lines shown of one command.
const LINES_MAX: usize = 200;

/// Properties of [`Console`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ConsoleProps {
    pub session: SessionHandle,
    pub lang: Lang,
}

/// The console's output, with a rule where the playhead is.
#[component]
pub(crate) fn Console(ConsoleProps { session, lang }: &ConsoleProps) -> Html {
    let lang = *lang;
    let node = use_node_ref();
    let (at, rows) = {
        let session = session.borrow();
        let at = session.position().command;
        let range = at.saturating_sub(AROUND).max(1)..=model::done(&session).min(at.saturating_add(AROUND));
        let rows: Vec<(u32, String, Vec<Line>)> = range
            .filter_map(|command| {
                Some((command, model::item(&session, command)?.text, model::answer(&session, command, lang)))
            })
            .collect();
        (at, rows)
    };
    use_scrolled_to_now(&node, at, session.revision());
    let first = rows.first().map_or(0, |(command, ..)| command - 1);
    html! {
        <div class="out" ref={node} tabindex="0" role="log" aria-live="off" aria-label={Label::Console.text(lang)}>
            if rows.is_empty() {
                <p class="hint">{ Label::NothingRun.text(lang) }</p>
            }
            if first > 0 {
                <p class="dim">{ words::earlier(lang, mm::units::index(first)) }</p>
            }
            for (command, text, lines) in rows.iter() {
                if *command == at + 1 {
                    <p class="rule">{ Label::LaterThanPlayhead.text(lang) }</p>
                }
                { row(text, lines, *command, at, lang) }
            }
        </div>
    }
}

fn row(text: &str, lines: &[Line], command: u32, at: u32, lang: Lang) -> Html {
    let later = (command > at).then_some("f");
    let hidden = lines.len().saturating_sub(LINES_MAX);
    html! {
        <div key={command} data-now={(command == at).then_some("")}>
            <p class={classes!("c", later)}>{ text }</p>
            for line in lines.iter().take(LINES_MAX) {
                <p class={classes!(tone(line.tone), later)}>{ sentence(&line.pieces) }</p>
            }
            if hidden > 0 {
                <p class="dim">{ words::more_lines(lang, hidden) }</p>
            }
        </div>
    }
}

const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "o",
        Tone::Verbatim => "t",
        Tone::Expected => "x",
        Tone::Failure => "e",
    }
}

/// Keeps the answer of the current command in view.
#[hook]
fn use_scrolled_to_now(node: &NodeRef, at: u32, revision: u32) {
    let node = node.clone();
    use_effect_with((at, revision), move |_| {
        let now = dom::find::<web_sys::HtmlElement>(".out [data-now]");
        if let (Some(out), Some(now)) = (node.cast::<Element>(), now) {
            let bottom = now.offset_top() + now.offset_height() - out.client_height();
            let rest = 3 * 16;
            out.set_scroll_top((bottom + rest).max(0));
        }
    });
}
