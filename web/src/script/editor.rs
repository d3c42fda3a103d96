//! The script: a real text area over lines that are coloured and carry their state.

use super::highlight;
use crate::labels::Label;
use crate::model::{self, ScriptError, Verdict};
use crate::state::Action;
use crate::ui::{SessionHandle, use_custom_properties};
use crate::words;
use mm::units::{count, index};
use mm_view::Lang;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement};
use yew::prelude::*;

/// Height of a line in CSS pixels, as in script.css.
const LINE_PX: u32 = 20;

/// Lines that are drawn at once; a long script is drawn around what is in view.
const LINES_SHOWN: usize = 160;
/// Lines by which the drawn part moves.
const LINES_MOVED: u32 = 40;

/// Properties of [`Editor`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct EditorProps {
    pub text: Rc<str>,
    /// The text that the session holds.
    pub loaded: Rc<str>,
    pub errors: Rc<Vec<ScriptError>>,
    pub session: SessionHandle,
    pub lang: Lang,
    pub act: Callback<Action>,
}

/// How a line stands to the playhead.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Mark {
    /// No command on it.
    None,
    /// Done.
    Done,
    /// The playhead is in it.
    Now,
    /// Later, or not run.
    Ahead,
    /// It ended otherwise than it expects.
    Unexpected,
    /// It cannot be read.
    Error,
}

impl Mark {
    const fn classes(self) -> (&'static str, &'static str) {
        match self {
            Mark::None => ("", ""),
            Mark::Done => ("", "ok"),
            Mark::Now => ("now", ""),
            Mark::Ahead => ("later", "ahead"),
            Mark::Unexpected => ("", "cross"),
            Mark::Error => ("", "bang"),
        }
    }
}

/// The editor.
#[component]
pub(crate) fn Editor(props: &EditorProps) -> Html {
    let EditorProps { text, errors, lang, act, .. } = props;
    let (caret, scroller) = (use_state_eq(|| None::<u32>), use_node_ref());
    let (sheet, from) = (use_node_ref(), use_state_eq(|| 0usize));
    let marks = marks(props);
    use_custom_properties(&sheet, sheet_size(text, *from));
    let line_of = |wanted| marks.iter().position(|mark| *mark == wanted).map(count);
    let now = line_of(Mark::Error).or(line_of(Mark::Now));
    use_scrolled_to(&scroller, now);
    let labels = highlight::labels(text);
    let watch_caret = {
        let (set, text) = (caret.setter(), text.clone());
        move |target: Option<web_sys::EventTarget>| {
            let area = target.and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok());
            let at = area.and_then(|area| area.selection_start().ok().flatten());
            set.set(at.map(|at| line_at(&text, at)));
        }
    };
    let onscroll = {
        let set = from.setter();
        move |event: Event| {
            let top = event.target_unchecked_into::<Element>().scroll_top();
            set.set(first_shown(u32::try_from(top).unwrap_or(0)));
        }
    };
    let oninput = act.reform(|event: InputEvent| {
        Action::Edit(event.target_unchecked_into::<HtmlTextAreaElement>().value())
    });
    html! {
        <div class="script" ref={scroller} {onscroll}>
            <div class="lines" ref={sheet}>
                <pre aria-hidden="true">
                    for (at, line) in text.split('\n').enumerate().skip(*from).take(LINES_SHOWN) {
                        { line_html(at, line, marks.get(at).copied().unwrap_or(Mark::None), &labels, errors) }
                    }
                </pre>
                <textarea id="script" spellcheck="false" autocomplete="off" autocapitalize="off" wrap="off"
                    aria-label={Label::ScriptText.text(*lang)} aria-describedby="script-errors"
                    aria-invalid={(!errors.is_empty()).then_some("true")} value={text.to_string()} {oninput}
                    onkeyup={let watch = watch_caret.clone(); move |event: KeyboardEvent| watch(event.target())}
                    onclick={let watch = watch_caret; move |event: MouseEvent| watch(event.target())}
                    onblur={let set = caret.setter(); move |_: FocusEvent| set.set(None)}/>
                <div class="errs" id="script-errors" role="status">
                    for error in errors.iter() {
                        <ErrorRow error={error.clone()} lang={*lang} is_aside={*caret == Some(error.line + 1)}/>
                    }
                </div>
            </div>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ErrorRowProps {
    error: ScriptError,
    lang: Lang,
    /// The line under the error is being edited: do not cover it.
    is_aside: bool,
}

/// What was expected, on the line below the error.
#[component]
fn ErrorRow(ErrorRowProps { error, lang, is_aside }: &ErrorRowProps) -> Html {
    let node = use_node_ref();
    use_custom_properties(&node, vec![("--line", error.line.to_string())]);
    let text = words::error(*lang, error.line, error.column, &error.text);
    html! { <p ref={node} class={is_aside.then_some("vh")}>{ text }</p> }
}

/// Returns the first line to draw when the view starts at pixel `top`.
fn first_shown(top: u32) -> usize {
    index((top / LINE_PX / LINES_MOVED).saturating_sub(1) * LINES_MOVED)
}

/// The sheet is as large as the whole text, of which only a part is drawn.
fn sheet_size(text: &str, from: usize) -> Vec<(&'static str, String)> {
    let columns = |line: &str| line.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum::<u32>();
    let widest = text.lines().map(columns).max().unwrap_or(0);
    vec![
        ("--from", from.to_string()),
        ("--lines", text.split('\n').count().to_string()),
        ("--columns", widest.to_string()),
    ]
}

fn line_html(at: usize, line: &str, mark: Mark, labels: &[&str], errors: &[ScriptError]) -> Html {
    let number = count(at) + 1;
    let (row, dot) = mark.classes();
    let pieces = highlight::pieces(line, labels);
    let error = errors.iter().find(|error| error.line == number);
    html! {
        <div class={row}><i>{ number }</i><u class={dot}></u><span>
            if let Some(error) = error {
                { underlined(line, error) }
            } else {
                for piece in pieces { <span class={piece.kind.class()}>{ piece.text }</span> }
            }
        </span></div>
    }
}

/// The line with the offending characters marked.
fn underlined(line: &str, error: &ScriptError) -> Html {
    let byte = |column: u32| line.char_indices().nth(index(column)).map_or(line.len(), |(at, _)| at);
    let from = byte(error.column.saturating_sub(1));
    let until = byte(error.column.saturating_sub(1) + error.len.max(1));
    html! {<>{ &line[..from] }<span class="wrong">{ if from < until { &line[from..until] } else { " " } }</span>{ &line[until..] }</>}
}

fn marks(props: &EditorProps) -> Vec<Mark> {
    let session = props.session.borrow();
    let mut marks = vec![Mark::None; props.text.split('\n').count()];
    let same = props.text.split('\n').zip(props.loaded.split('\n')).take_while(|(a, b)| a == b).count();
    let (at, done) = (session.position(), model::done(&session));
    for (line, command) in model::lines(&session).zip(1..) {
        let line = index(line - 1);
        let Some(mark) = marks.get_mut(line).filter(|_| line < same) else { continue };
        let is_unexpected = command <= done && model::verdict(&session, command) == Verdict::Unexpected;
        let this = match () {
            () if is_unexpected && command <= at.command => Mark::Unexpected,
            () if command == at.command => Mark::Now,
            () if command < at.command => Mark::Done,
            () => Mark::Ahead,
        };
        // Several commands on a line: the one that tells most wins.
        *mark = match (*mark, this) {
            (Mark::Done, Mark::Ahead) => Mark::Now,
            (Mark::None, this) => this,
            (before, Mark::Ahead) => before,
            (before, this) => before.max(this),
        };
    }
    for error in props.errors.iter() {
        if let Some(mark) = marks.get_mut(index(error.line.saturating_sub(1))) {
            *mark = Mark::Error;
        }
    }
    marks
}

/// Returns the line, counted from 1, that a caret (in UTF-16 units) is on.
fn line_at(text: &str, caret: u32) -> u32 {
    let before = text.encode_utf16().take(index(caret)).filter(|unit| *unit == u16::from(b'\n'));
    count(before.count()) + 1
}

/// Keeps the line of the current command in view.
#[hook]
fn use_scrolled_to(scroller: &NodeRef, line: Option<u32>) {
    let scroller = scroller.clone();
    use_effect_with(line, move |line| {
        if let (Some(line), Some(element)) = (line, scroller.cast::<Element>()) {
            let top = i32::try_from(line * LINE_PX).unwrap_or(i32::MAX);
            let (from, height) = (element.scroll_top(), element.client_height());
            if top < from || top + 40 > from + height {
                element.set_scroll_top(top - height / 2);
            }
        }
    });
}
