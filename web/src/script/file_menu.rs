//! The script's name, and behind it: examples, files, undo.

use crate::dom;
use crate::file;
use crate::labels::Label;
use crate::lessons::{self, Lesson};
use crate::state::{Action, Script};
use mm_view::Lang;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of [`FileMenu`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct FileMenuProps {
    pub script: Script,
    /// Which of the kept scripts is shown, and how many there are.
    pub kept: (usize, usize),
    pub lang: Lang,
    pub act: Callback<Action>,
}

/// The file menu.
#[component]
pub(crate) fn FileMenu(FileMenuProps { script, kept, lang, act }: &FileMenuProps) -> Html {
    let lang = *lang;
    let menu = use_node_ref();
    let name =
        if script.name.is_empty() { Label::Untitled.text(lang).to_owned() } else { script.name.clone() };
    let then_close = {
        let menu = menu.clone();
        move |action: Action, act: &Callback<Action>| {
            if let Some(menu) = menu.cast::<web_sys::HtmlDetailsElement>() {
                menu.set_open(false);
            }
            act.emit(action);
        }
    };
    let item = |label: Html, action: Action, is_disabled: bool| {
        let (act, then_close) = (act.clone(), then_close.clone());
        let onclick = move |_: MouseEvent| then_close(action.clone(), &act);
        html! { <li><button class="btn" disabled={is_disabled} {onclick}>{ label }</button></li> }
    };
    let save = {
        let (name, text) = (name.clone(), script.text.clone());
        move |_: MouseEvent| dom::download(&name, &text)
    };
    let random = {
        let (act, then_close) = (act.clone(), then_close.clone());
        move |_: MouseEvent| then_close(Action::Open(lessons::random_story()), &act)
    };
    html! {
        <details class="menu" ref={menu.clone()}>
            <summary aria-label={format!("{name}: {}", Label::FileMenu.text(lang))}>{ &name }</summary>
            <div class="pop"><ul>
                { item(html!(Label::Undo.text(lang)), Action::Undo, kept.0 == 0) }
                { item(html!(Label::Redo.text(lang)), Action::Redo, kept.0 + 1 >= kept.1) }
                <li class="rule"></li>
                <li>{ open_file(lang, act) }</li>
                <li><button class="btn" onclick={save}>{ Label::SaveFile.text(lang) }</button></li>
                <li class="rule">{ Label::Examples.text(lang) }</li>
                for lesson in Lesson::ALL {
                    { item(html!(lesson.file), Action::Open(lesson.script()), false) }
                }
                <li><button class="btn" onclick={random}>{ Label::RandomScript.text(lang) }</button></li>
            </ul></div>
        </details>
    }
}

/// Reads a script from a file of the reader's; nothing of it leaves the page.
fn open_file(lang: Lang, act: &Callback<Action>) -> Html {
    let onchange = {
        let act = act.clone();
        move |event: Event| {
            let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            let Some(input) = input else { return };
            let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
            // So that the same file can be chosen again.
            input.set_value("");
            file::read(file, Action::Open, act.clone());
        }
    };
    html! {
        <label class="btn file">{ Label::OpenFile.text(lang) }
            <input class="vh" type="file" accept=".mm,text/plain" {onchange}/>
        </label>
    }
}
