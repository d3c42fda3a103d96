//! The step in words: function, what, why, operands old and new.

use crate::labels::Label;
use crate::model::{self, Caption, Piece};
use crate::state::Playback;
use crate::ui::{SessionHandle, link};
use mm_view::Lang;
use yew::prelude::*;

/// Properties of [`CaptionBar`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct CaptionBarProps {
    pub session: SessionHandle,
    pub playback: Playback,
    pub lang: Lang,
}

/// The caption. Read aloud after each seek; while playing only when it pauses.
#[component]
pub(crate) fn CaptionBar(CaptionBarProps { session, playback, lang }: &CaptionBarProps) -> Html {
    let caption = said(session, *lang);
    let live = if *playback == Playback::Playing { "off" } else { "polite" };
    html! {
        <section class="cap" aria-label={Label::Caption.text(*lang)}>
            <div class="fn">
                if !caption.function.is_empty() { <code>{ &caption.function }</code> }
                <small title={caption.stack.join(" › ")}>{ callers(&caption.stack) }</small>
            </div>
            <p class="why" aria-live={live} aria-atomic="true">
                { sentence(&caption.what) }<small>{ sentence(&caption.why) }</small>
            </p>
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

/// Returns the step in words, and before the first one what is about to happen.
pub(crate) fn said(session: &SessionHandle, lang: Lang) -> Caption {
    let session = session.borrow();
    let mut caption = model::caption(&session, lang);
    if caption.what.is_empty() {
        let is_before_all = session.position().command == 0;
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
