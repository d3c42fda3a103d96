//! The step in words: function, what, why, operands old and new.

use crate::labels::Label;
use crate::model::{self, Cancelled, Caption, Piece};
use crate::state::{Action, Now, Playback, State};
use crate::ui::{SessionHandle, link};
use crate::words;
use mm_view::Lang;
use yew::prelude::*;

/// The caption. Read aloud after each seek; while playing only when it pauses.
pub(crate) fn caption_bar(state: &State, act: &Callback<Action>) -> Html {
    let lang = state.view.lang;
    let caption = said(&state.session, (state.run.now, state.run.cancelled.as_deref()), lang);
    let live = if state.run.playback == Playback::Playing { "off" } else { "polite" };
    html! {
        <section class="cap" aria-label={Label::Caption.text(lang)}>
            <div class="fn">
                if !caption.function.is_empty() { <code>{ &caption.function }</code> }
                <small title={caption.stack.join(" › ")}>{ callers(&caption.stack) }</small>
            </div>
            <p class="why" aria-live={live} aria-atomic="true">
                { sentence(&caption.what) }<small>{ sentence(&caption.why) }</small>
            </p>
            if state.run.now.is_some() {
                <button class="btn line" onclick={act.reform(|_: MouseEvent| Action::Cancel)}>{ Label::Cancel.text(lang) }</button>
            }
            <dl class="ops">
                for operand in caption.operands.iter() {
                    <dt>{ &operand.name }</dt>
                    if let Some(old) = &operand.old {
                        <dd class="chg">{ format!("{old} → {}", operand.new) }</dd>
                    } else {
                        <dd>{ &operand.new }</dd>
                    }
                }
            </dl>
        </section>
    }
}

/// The two nearest callers; the others are in the title and in the timeline.
fn callers(stack: &[&str]) -> String {
    let near = &stack[stack.len().saturating_sub(2)..];
    let dots = if near.len() < stack.len() { "… › " } else { "" };
    format!("{dots}{}", near.join(" › "))
}

/// Returns the step in words; before the first one what is about to happen, while anything is under
/// way how far it is, and after a command that was given up what that came to.
pub(crate) fn said(
    session: &SessionHandle,
    (now, cancelled): (Option<Now>, Option<&Cancelled>),
    lang: Lang,
) -> Caption {
    let session = session.borrow();
    let of = |function: String, what: String| Caption {
        function,
        what: vec![Piece::Text(what)],
        ..Caption::default()
    };
    if let Some(cancelled) = cancelled {
        return of(cancelled.command.to_string(), mm_view::words::cancelled(cancelled, lang));
    }
    let at = model::standing(&session);
    if let Some(now) = now {
        let command = if let Now::Command(command, _) = now { command } else { 0 };
        let text = model::item(&session, command).map(|item| item.text).unwrap_or_default();
        return of(text, words::now(lang, &now));
    }
    let mut caption = model::caption(&session, lang);
    if caption.what.is_empty() {
        let is_before_all = at.command == 0;
        let label = if is_before_all { Label::BeforeFirst } else { Label::BeforeCommand };
        caption.what.push(Piece::Text(label.text(lang).to_owned()));
    }
    caption
}

/// A sentence with its links.
pub(crate) fn sentence(pieces: &[Piece]) -> Html {
    html! {<>
        for piece in pieces.iter() {
            { match piece {
                Piece::Text(text) => html! { text },
                Piece::Link { thing, text } => link(thing.clone(), text),
            } }
        }
    </>}
}
