//! The left column: the script and the console.

mod complete;
mod console;
mod editor;
mod file_menu;
mod highlight;
mod hold;
mod prompt;
mod typing;

use crate::labels::Label;
use crate::link::IN_ADDRESS_MAX;
use crate::state::{Action, Drawer, State};
use crate::ui::span;
use crate::words;
use console::Console;
use editor::Editor;
use file_menu::FileMenu;
use prompt::Prompt;
use yew::prelude::*;

/// Script above, console below.
pub(crate) fn script_column(state: &State, act: &Callback<Action>) -> Html {
    let lang = state.view.lang;
    let close = act.reform(|_: MouseEvent| Action::ToggleDrawer(Drawer::Script));
    html! {
        <aside class="left" aria-label={Label::ScriptAndConsole.text(lang)}>
            <div class={classes!("ph", state.run.now.map(|_| "busy"))}>
                <h2>{ Label::Script.text(lang) }</h2>
                <FileMenu script={state.document.script.clone()} kept={state.kept()} {lang} {act}/>
                <span class="sp"></span>
                { run_state(state, act) }
                <button class="btn close" onclick={close}>{ Label::Close.text(lang) }</button>
            </div>
            <Editor text={state.document.script.text.clone()} loaded={state.document.loaded.clone()} errors={state.document.errors.clone()}
                session={state.session.clone()} {lang} {act}/>
            <section class="con" aria-label={Label::Console.text(lang)}>
                <div class="ph">
                    <h2>{ Label::Console.text(lang) }</h2><span class="sp"></span>
                    <span class="dim"><kbd>{ "↑" }</kbd>{ " " }{ Label::History.text(lang) }</span>
                </div>
                <Console session={state.session.clone()} {lang}/>
                <Prompt session={state.session.clone()} typed={state.view.typed.clone()} {lang} {act}/>
            </section>
        </aside>
    }
}

/// Where the script is kept, or how its run goes; and the button that runs it.
fn run_state(state: &State, act: &Callback<Action>) -> Html {
    let lang = state.view.lang;
    if state.is_running() {
        // What is over before the next picture needs no words.
        return html! {<>
            <span class="dim far" role="status">{ state.run.now.map(|now| words::now(lang, &now)) }</span>
            <button class="btn line sm" onclick={act.reform(|_: MouseEvent| Action::Cancel)}>{ Label::Cancel.text(lang) }</button>
        </>};
    }
    let note = match () {
        () if state.is_edited() => Label::NotRun,
        () if state.document.script.text.len() > IN_ADDRESS_MAX => Label::SavedHere,
        () => Label::SavedInLink,
    };
    html! {<>
        { span("dim", note.text(lang)) }
        <button class={classes!("btn", "line", "sm", state.is_edited().then_some("go"))} title={Label::RunHint.text(lang)}
            onclick={act.reform(|_: MouseEvent| Action::Run)}>{ Label::Run.text(lang) }</button>
    </>}
}
