//! One figure in somebody else's page: command, "open full", figure, one sentence, steps.
//!
//! Asked for by `?embed=1&view=translate&theme=&lang=&step=ANCHOR&v=MODEL`. The host learns the height by
//! message, sent to one origin only: `origin=` or that of the referrer.

use crate::app::{panel_props, remark_words};
use crate::dom;
use crate::labels::Label;
use crate::link::{self, Source};
use crate::model::{self, Position};
use crate::panels::panel;
use crate::state::{Action, State};
use crate::timeline::{Recording, Strip, buttons, said, sentence, use_recording};
use crate::ui::{PanelId, span, use_effect_with, use_memo, use_nav, use_size};
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// Steps that are shown as dots; more become a slider.
const DOTS_MAX: u32 = 8;

/// The figure's borders, which its content's height does not count.
const BORDERS_PX: u32 = 2;

/// What the address of an embedded figure says beside the link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Options {
    /// Origin of the page around us, if it is known.
    pub host: Option<String>,
}

impl Options {
    /// Reads the address; `None` when this is the whole page.
    pub(crate) fn read() -> Option<Options> {
        let (query, _) = dom::address();
        let value =
            |name| link::pairs(&query).find(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
        (value("embed").as_deref() == Some("1")).then(|| Options {
            host: value("origin")
                .and_then(|origin| link::percent_decode(&origin))
                .or_else(|| Some(dom::document().referrer()))
                .and_then(|address| origin_of(&address)),
        })
    }
}

/// Returns scheme, host and port of an address.
fn origin_of(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    matches!(scheme, "http" | "https").then(|| format!("{scheme}://{host}"))
}

/// Properties of [`Embed`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct EmbedProps {
    pub options: Options,
    pub state: State,
    pub act: Callback<Action>,
}

/// The figure.
#[component]
pub(crate) fn Embed(EmbedProps { options, state, act }: &EmbedProps) -> Html {
    let (nav, recording) = (use_nav(), use_recording(state));
    let lang = state.view.lang;
    let script = use_memo(state.document.script.text.clone(), |text| Source::of(text).fragment());
    let link = format!("{script}&{}", state.link().named(&state.session.borrow()));
    let node = use_node_ref();
    let (_, height) = use_size(&node);
    let host = options.host.clone();
    use_effect_with(height, move |height| tell_height(*height, host.as_deref()));
    use_effect_with((), |()| dom::set_root("data-embed", Some("")));
    let at = state.position();
    let text = model::item(&state.session.borrow(), at.command).map(|item| item.text);
    let full = dom::page_address();
    let full = format!("{}#{}", full.split('?').next().unwrap_or_default(), link);
    let caption = said(&state.session, (state.run.now, state.run.cancelled.as_deref()), lang);
    let id = state.view.panels.first().copied().unwrap_or(PanelId::Translate);
    html! {
        <main class="emb" ref={node} aria-label={Label::Figure.text(lang)}>
            <h1 class="vh">{ "mmscope" }</h1>
            <div class="eh">
                <code>{ text }</code><span class="sp"></span>
                <a class="open" href={full} target="_blank" rel="noopener">{ Label::OpenFull.text(lang) }{ " ↗" }</a>
            </div>
            <div class="ef">{ panel(panel_props(state, &nav, id)) }</div>
            if let Some(remark) = state.document.remark {
                <p class="ec" role="status">{ remark_words(remark, lang) }</p>
            }
            <p class="ec" aria-live="polite">
                if !caption.function.is_empty() { <code>{ &caption.function }</code>{ " " } }
                { sentence(&caption.what) }
            </p>
            { steps(state, &recording, act) }
        </main>
    }
}

/// Transport, and the steps as dots when they are few.
fn steps(state: &State, recording: &Recording, act: &Callback<Action>) -> Html {
    let (at, lang) = (state.position(), state.view.lang);
    let steps = recording.steps.count();
    html! {
        <div class="et">
            { buttons(state.run.playback, lang, act) }
            if steps <= DOTS_MAX {
                { dots(state, steps, act) }
            } else {
                <Strip {at} {steps} {lang} {act}/>
            }
            { span("m dim", format!("{} / {steps}", at.step)) }
        </div>
    }
}

fn dots(state: &State, steps: u32, act: &Callback<Action>) -> Html {
    let at = state.position();
    let names = model::short_names(&state.session.borrow(), at.command, state.view.lang);
    html! {
        <ol class="dots">
            for (step, name) in (1..=steps).zip(names) {
                <li class={if step < at.step { "past" } else if step == at.step { "on" } else { "" }}
                    aria-current={(step == at.step).then_some("step")}>
                    <button onclick={act.reform(move |_: MouseEvent| Action::Seek(Position { command: at.command, step }))}>
                        { name }
                    </button>
                </li>
            }
        </ol>
    }
}

/// Tells the page around us how high the figure is.
fn tell_height(height: u32, host: Option<&str>) {
    let Some(host) = host.filter(|_| height > 0) else { return };
    if let Ok(Some(parent)) = dom::window().parent() {
        let message = js_sys::Object::new();
        // Setting a property of a fresh object cannot fail.
        let _ = js_sys::Reflect::set(&message, &"mmscope".into(), &"height".into());
        let _ = js_sys::Reflect::set(&message, &"height".into(), &JsValue::from(height + BORDERS_PX));
        let _ = parent.post_message(&message, host);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_an_origin_or_nobody() {
        for (address, origin) in [
            ("https://blog.example:8443/post?x#y", Some("https://blog.example:8443")),
            ("http://localhost", Some("http://localhost")),
            ("", None),
            ("*", None),
            ("file:///home/a.html", None),
            ("javascript://alert", None),
        ] {
            assert_eq!(origin_of(address).as_deref(), origin, "{address}");
        }
    }
}
