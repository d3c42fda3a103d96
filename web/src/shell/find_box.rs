//! "Go to": a frame, an address, a label, a process.

use crate::labels::Label;
use crate::state::Action;
use crate::ui::SessionHandle;
use mm_view::Lang;
use mm_view::navigate;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of [`FindBox`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct FindBoxProps {
    pub session: SessionHandle,
    pub lang: Lang,
    pub act: Callback<Action>,
}

/// The find box.
#[component]
pub(crate) fn FindBox(FindBoxProps { session, lang, act }: &FindBoxProps) -> Html {
    let has_failed = use_state_eq(|| false);
    let onkeydown = {
        let (session, act, has_failed) = (session.clone(), act.clone(), has_failed.setter());
        move |event: KeyboardEvent| {
            let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let Some(input) = input.filter(|_| event.key() == "Enter") else {
                has_failed.set(false);
                return;
            };
            let found = navigate::find(session.borrow().world(), &input.value());
            has_failed.set(found.is_none());
            if found.is_some() {
                act.emit(Action::Select(found));
                input.set_value("");
                let _ = input.blur();
            }
        }
    };
    let help = if *has_failed { Label::FoundNothing } else { Label::FindHelp };
    html! {
        <div class="find" role="search">
            <input id="find" type="text" autocomplete="off" spellcheck="false" {onkeydown}
                placeholder={Label::Find.text(*lang)} aria-label={Label::FindName.text(*lang)}
                aria-invalid={has_failed.then_some("true")} aria-describedby="find-help"/>
            <kbd aria-hidden="true">{ "/" }</kbd>
            <span id="find-help" class="tip" role="status">{ help.text(*lang) }</span>
        </div>
    }
}
