//! The step in words: function, what, why, operands old and new.

use crate::labels::Label;
use crate::model;
use crate::state::Playback;
use crate::ui::SessionHandle;
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
    let caption = model::caption(&session.borrow(), *lang);
    let live = if *playback == Playback::Playing { "off" } else { "polite" };
    html! {
        <section class="cap" aria-label={Label::Caption.text(*lang)}>
            <div class="fn">
                if !caption.function.is_empty() { <code>{ format!("{}()", caption.function) }</code> }
                <small>{ caption.stack.join(" › ") }</small>
            </div>
            <p class="why" aria-live={live} aria-atomic="true">
                { &caption.sentence }<small>{ &caption.why }</small>
            </p>
            <dl class="ops">
                for change in caption.changes.iter() {
                    <dt>{ &change.name }</dt>
                    <dd class={change.is_change.then_some("chg")}>{ &change.text }</dd>
                }
            </dl>
        </section>
    }
}
