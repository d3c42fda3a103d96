//! What each command answered.

use crate::dom;
use crate::labels::Label;
use crate::model::{self, Line, Tone};
use crate::timeline::sentence;
use crate::ui::{SessionHandle, use_effect_with, use_kept};
use crate::words;
use mm_view::Lang;
use std::rc::Rc;
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

/// A command that was run: its number, its text, what it answered and how many more lines.
type Row = (u32, String, (Vec<Line>, usize));

/// The console's output, with a rule where the playhead is.
#[component]
pub(crate) fn Console(ConsoleProps { session, lang }: &ConsoleProps) -> Html {
    let lang = *lang;
    let node = use_node_ref();
    let (at, rows) = {
        let session = session.borrow();
        let at = model::standing(&session).command;
        let range = at.saturating_sub(AROUND).max(1)..=model::done(&session).min(at.saturating_add(AROUND));
        let rows: Vec<Row> = range
            .filter_map(|command| {
                let answer = model::answer(&session, command, lang, LINES_MAX);
                Some((command, model::item(&session, command)?.text, answer))
            })
            .collect();
        (at, rows)
    };
    let rows = use_kept(Rc::new(rows));
    use_scrolled_to_now(&node, at, &rows);
    html! {
        <div class="out" ref={node} tabindex="0" role="log" aria-live="off" aria-label={Label::Console.text(lang)}>
            <Answers {rows} {at} {lang}/>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct AnswersProps {
    rows: Rc<Vec<Row>>,
    at: u32,
    lang: Lang,
}

/// What stands in the console; most steps leave it as it is.
#[component]
fn Answers(AnswersProps { rows, at, lang }: &AnswersProps) -> Html {
    let (at, lang) = (*at, *lang);
    let first = rows.first().map_or(0, |(command, ..)| command - 1);
    html! {<>
        if rows.is_empty() {
            <p class="hint">{ Label::NothingRun.text(lang) }</p>
        }
        if first > 0 {
            <p class="dim">{ words::earlier(lang, mm::units::index(first)) }</p>
        }
        for (command, text, (lines, hidden)) in rows.iter() {
            if *command == at + 1 {
                <p class="rule">{ Label::LaterThanPlayhead.text(lang) }</p>
            }
            { row(text, (lines, *hidden), *command, at, lang) }
        }
    </>}
}

fn row(text: &str, (lines, hidden): (&[Line], usize), command: u32, at: u32, lang: Lang) -> Html {
    let later = (command > at).then_some("f");
    html! {
        <div key={command} data-now={(command == at).then_some("")}>
            <p class={classes!("c", later)}>{ text }</p>
            for line in lines {
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

/// Brings the answer of the current command into view when another command is shown, or it
/// answers something else: to look where it stands lays the page out.
#[hook]
fn use_scrolled_to_now(node: &NodeRef, at: u32, rows: &Rc<Vec<Row>>) {
    let node = node.clone();
    use_effect_with((at, rows.clone()), move |_| {
        let now = dom::find::<web_sys::HtmlElement>(".out [data-now]");
        if let (Some(out), Some(now)) = (node.cast::<Element>(), now) {
            let bottom = now.offset_top() + now.offset_height() - out.client_height();
            let rest = 3 * 16;
            out.set_scroll_top((bottom + rest).max(0));
        }
    });
}
