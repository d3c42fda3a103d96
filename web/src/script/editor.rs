//! The script: a real text area over lines that are coloured and carry their state.

use super::highlight;
use super::hold::{HELD_MAX, Lines};
use super::typing::{put_back, use_typing};
use crate::labels::Label;
use crate::model::{self, ScriptError, Verdict};
use crate::state::Action;
use crate::ui::{SessionHandle, use_custom_properties, use_effect_with, use_memo};
use crate::words;
use mm::units::{count, index};
use mm_view::Lang;
use std::rc::Rc;
use web_sys::{Element, HtmlTextAreaElement};
use yew::prelude::*;

/// Height of a line in CSS pixels, as in script.css.
const LINE_PX: u32 = 20;

/// Lines that are drawn at once; a long script is drawn around what is in view.
const LINES_SHOWN: usize = 160;
/// Errors that are listed under the script.
const ERRORS_SHOWN: usize = 20;
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
    let (scroller, sheet, area) = (use_node_ref(), use_node_ref(), use_node_ref());
    let from = use_state_eq(|| 0usize);
    // All that reads the whole text is done once a text, not once a picture.
    let size = use_memo(text.clone(), |text| sheet_size(text));
    let lines = use_memo(text.clone(), |text| Lines::of(text));
    let typing = use_typing();
    let seen = (*from).min(lines.count() - 1)..(*from + LINES_SHOWN).min(lines.count());
    let held = typing.hold(&lines, &seen, area.cast::<HtmlTextAreaElement>().as_ref());
    let value = &text[lines.bytes(held.lines())];
    // The names of a long script that stand near are enough to colour what is seen.
    let named: Rc<str> = if lines.count() <= HELD_MAX { text.clone() } else { value.into() };
    let labels =
        use_memo(named, |text| highlight::labels(text).into_iter().map(str::to_owned).collect::<Vec<_>>());
    {
        let (typing, lines, seen) = (typing.clone(), lines.clone(), seen.start);
        let (area, scroller) = (area.clone(), scroller.clone());
        use_effect_with((text.clone(), held), move |(text, held)| {
            let Some(area) = area.cast::<HtmlTextAreaElement>() else { return };
            let line = typing.place_caret((text, &lines), (*held, seen), &area);
            if let (Some(line), Some(scroller)) = (line, scroller.cast::<Element>()) {
                scroll_to(&scroller, count(line));
            }
        });
    }
    let same = use_memo((text.clone(), props.loaded.clone()), |(text, loaded)| same_lines(text, loaded));
    let places = [("--from", seen.start), ("--first", held.first), ("--held", held.count)];
    let places = places.map(|(name, line)| (name, line.to_string()));
    let properties = size.iter().cloned().chain(places).collect();
    use_custom_properties(&sheet, properties);
    use_scrolled_to(&scroller, current_line(props, *same));
    let marks = marks(props, seen.start, *same);
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let onscroll = {
        let set = from.setter();
        move |event: Event| {
            let top = event.target_unchecked_into::<Element>().scroll_top();
            set.set(first_shown(u32::try_from(top).unwrap_or(0)));
        }
    };
    let with = (text.clone(), lines.clone(), typing.clone(), act.clone());
    let oninput = {
        let ((text, lines, typing, act), held) = (with.clone(), value.to_owned());
        move |event: InputEvent| {
            let area = event.target_unchecked_into::<HtmlTextAreaElement>();
            let action = typing.typed(&text, &lines, &area);
            if matches!(action, Action::Refuse(_)) {
                put_back(&area, &held);
            }
            act.emit(action);
        }
    };
    let onpaste = {
        let (text, lines, typing, act) = with.clone();
        move |event: Event| {
            if let Some(action) = typing.pasted(&text, &lines, &event) {
                act.emit(action);
            }
        }
    };
    let copy = {
        let (text, _, typing, _) = with.clone();
        move |event: &Event| typing.copied(&text, event)
    };
    let oncut = {
        let (copy, act) = (copy.clone(), act.clone());
        move |event: Event| {
            if copy(&event) {
                act.emit(Action::Edit(String::new()));
            }
        }
    };
    let oncopy = move |event: Event| {
        copy(&event);
    };
    let onkeydown = {
        let (_, lines, typing, _) = with.clone();
        move |event: KeyboardEvent| typing.key(&lines, &event)
    };
    let onpointerdown = move |_: PointerEvent| typing.pressed();
    html! {<>
        <div class="script" ref={scroller.clone()} {onscroll}>
            <div class="lines" ref={sheet}>
                <pre aria-hidden="true">
                    for at in seen.clone() {
                        { line_html(at, &text[lines.bytes(at..at + 1)], marks.get(at - seen.start).copied().unwrap_or(Mark::None), &labels, errors) }
                    }
                </pre>
                <textarea id="script" spellcheck="false" autocomplete="off" autocapitalize="off" wrap="off"
                    aria-label={Label::ScriptText.text(*lang)} aria-describedby="script-errors"
                    aria-invalid={(!errors.is_empty()).then_some("true")} value={value.to_owned()}
                    ref={area} data-first={held.first.to_string()} {oninput} {onpaste} {oncopy} {oncut} {onkeydown} {onpointerdown}/>
            </div>
        </div>
        <div class={classes!("errs", errors.is_empty().then_some("none"))} id="script-errors" role="status">
            for error in errors.iter().take(ERRORS_SHOWN) { { error_row(error, *lang, &scroller) } }
            if errors.len() > ERRORS_SHOWN { <p class="dim">{ words::more_lines(*lang, errors.len() - ERRORS_SHOWN) }</p> }
        </div>
    </>}
}

/// An error as a line of its own under the script; it leads to the line that it is about.
fn error_row(error: &ScriptError, lang: Lang, scroller: &NodeRef) -> Html {
    let (line, scroller) = (error.line, scroller.clone());
    let onclick = move |_: MouseEvent| {
        if let Some(element) = scroller.cast::<Element>() {
            let top = i32::try_from(line.saturating_sub(2) * LINE_PX).unwrap_or(i32::MAX);
            element.set_scroll_top(top);
        }
    };
    html! { <p><button type="button" {onclick}>{ words::error(lang, error.line, error.column, &error.text) }</button></p> }
}

/// Returns the first line to draw when the view starts at pixel `top`.
fn first_shown(top: u32) -> usize {
    index((top / LINE_PX / LINES_MOVED).saturating_sub(1) * LINES_MOVED)
}

/// The sheet is as large as the whole text, of which only a part is drawn.
fn sheet_size(text: &str) -> Vec<(&'static str, String)> {
    let columns = |line: &str| {
        let wide = line.chars().filter(|letter| !letter.is_ascii()).count();
        count(if line.is_ascii() { line.len() } else { line.chars().count() + wide })
    };
    let widest = text.lines().map(columns).max().unwrap_or(0);
    vec![("--lines", text.split('\n').count().to_string()), ("--columns", widest.to_string())]
}

/// Returns how many lines from the first one are as the session holds them.
fn same_lines(text: &Rc<str>, loaded: &Rc<str>) -> usize {
    if Rc::ptr_eq(text, loaded) {
        return usize::MAX;
    }
    text.split('\n').zip(loaded.split('\n')).take_while(|(a, b)| a == b).count()
}

/// Returns the line to keep in view, counted from 0: the first error's, else the playhead's.
fn current_line(props: &EditorProps, same: usize) -> Option<u32> {
    if let Some(error) = props.errors.first() {
        return Some(error.line.saturating_sub(1));
    }
    let session = props.session.borrow();
    let command = model::standing(&session).command.checked_sub(1)?;
    let line = model::lines(&session).nth(index(command))?.saturating_sub(1);
    (index(line) < same).then_some(line)
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

/// Returns the marks of the lines that are drawn, those from `from`; the session knows the first
/// `same` lines of the text.
fn marks(props: &EditorProps, from: usize, same: usize) -> Vec<Mark> {
    let session = props.session.borrow();
    let mut marks = vec![Mark::None; LINES_SHOWN];
    let (at, done) = (model::standing(&session), model::done(&session));
    let commands = &session.script().commands;
    let first = commands.partition_point(|command| index(command.at.line) <= from);
    for (command, number) in commands[first..].iter().zip(count(first) + 1..) {
        let line = index(command.at.line - 1);
        let Some(mark) = marks.get_mut(line - from).filter(|_| line < same) else { break };
        let is_unexpected = number <= done && model::verdict(&session, number) == Verdict::Unexpected;
        let this = match () {
            () if is_unexpected && number <= at.command => Mark::Unexpected,
            () if number == at.command => Mark::Now,
            () if number < at.command => Mark::Done,
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
        let line = index(error.line.saturating_sub(1));
        if let Some(mark) = line.checked_sub(from).and_then(|line| marks.get_mut(line)) {
            *mark = Mark::Error;
        }
    }
    marks
}

/// Brings a line, counted from 0, into the middle.
fn scroll_to(scroller: &Element, line: u32) {
    let top = i32::try_from(line * LINE_PX).unwrap_or(i32::MAX);
    scroller.set_scroll_top(top - scroller.client_height() / 2);
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
                scroll_to(&element, *line);
            }
        }
    });
}
