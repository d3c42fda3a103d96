//! The prompt: one command, run at the end of the script.

use super::complete;
use crate::labels::Label;
use crate::model;
use crate::state::Action;
use crate::ui::{SessionHandle, use_effect_with, use_memo};
use mm::script::complete::Names;
use mm_view::Lang;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of [`Prompt`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct PromptProps {
    pub session: SessionHandle,
    /// What a link typed, and how often links typed.
    pub typed: (String, u32),
    pub lang: Lang,
    pub act: Callback<Action>,
}

/// The prompt with its ghost of what may follow.
#[component]
pub(crate) fn Prompt(PromptProps { session, typed, lang, act }: &PromptProps) -> Html {
    let text = use_state_eq(String::new);
    // How many commands back in the history; 0 is the line being typed.
    let back = use_state_eq(|| 0u32);
    let input = use_node_ref();
    use_typed(&text, &input, typed);
    let ghost = use_memo(((*text).clone(), session.clone()), |(text, session)| ghost(session, text));
    let ghost = (*ghost).clone();
    let oninput = {
        let (text, back) = (text.setter(), back.setter());
        move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlInputElement>().value());
            back.set(0);
        }
    };
    let onkeydown = {
        let (session, act, ghost) = (session.clone(), act.clone(), ghost.clone());
        let (text, back) = (text.clone(), back.clone());
        move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" if !text.trim().is_empty() => {
                act.emit(Action::Append(text.trim().to_owned()));
                text.set(String::new());
                back.set(0);
            }
            "ArrowUp" | "ArrowDown" => {
                event.prevent_default();
                let session = session.borrow();
                let total = model::total(&session);
                let to =
                    if event.key() == "ArrowUp" { (*back + 1).min(total) } else { back.saturating_sub(1) };
                back.set(to);
                let item = if to > 0 { model::item(&session, total + 1 - to) } else { None };
                text.set(item.map(|item| item.text).unwrap_or_default());
            }
            "Tab" if !event.shift_key() => {
                if let Some(completed) = complete::acceptable(&text, &ghost) {
                    event.prevent_default();
                    text.set(completed);
                }
            }
            _ => {}
        }
    };
    html! {
        <div class="prompt" id="prompt">
            <span class="dim" aria-hidden="true">{ "root@mm:~#" }</span>
            <div class="typed">
                <span class="ghost" aria-hidden="true"><span>{ &*text }</span>{ ghost }</span>
                <input ref={input} type="text" spellcheck="false" autocomplete="off" autocapitalize="off"
                    aria-label={Label::Prompt.text(*lang)} value={(*text).clone()} {oninput} {onkeydown}/>
            </div>
        </div>
    }
}

/// What may follow, with the names of the machine as it is.
fn ghost(session: &SessionHandle, text: &str) -> String {
    let session = session.borrow();
    let world = session.world();
    let tasks = world.rest.virt.tasks.iter().filter(|(_, task)| task.alive);
    let processes: Vec<String> = tasks.map(|(_, task)| task.name.to_string()).collect();
    let paths = mm_view::proc::files(world);
    let names = Names {
        processes: &processes.iter().map(String::as_str).collect::<Vec<_>>(),
        labels: &world.labels.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        paths: &paths.iter().map(String::as_str).collect::<Vec<_>>(),
        ..Names::default()
    };
    complete::ghost(text, &names)
}

/// Takes over a command that a link typed.
#[hook]
fn use_typed(text: &UseStateHandle<String>, input: &NodeRef, typed: &(String, u32)) {
    let (set, input) = (text.setter(), input.clone());
    use_effect_with(typed.clone(), move |(command, times)| {
        if *times > 0 {
            set.set(command.clone());
            if let Some(input) = input.get().and_then(|node| node.dyn_into::<HtmlInputElement>().ok()) {
                let _ = input.focus();
            }
        }
    });
}
