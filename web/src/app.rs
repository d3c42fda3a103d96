//! The page: one reducer, the effects, and the regions of the mock.

use crate::effects;
use crate::embed::{self, Embed};
use crate::labels::Label;
use crate::panels::{Inspector, panel};
use crate::script::script_column;
use crate::shell::{Divider, DropTarget, Tabs, keys_list, notice, top_bar};
use crate::state::{Action, Drawer, Remark, State, View};
use crate::timeline::{caption_bar, timeline, use_recording};
use crate::ui::{Nav, PanelId, PanelProps, use_lights, use_media, use_memo, use_nav};
use crate::words;
use mm_view::Lang;
use yew::prelude::*;

/// The page, or one embedded figure of it.
#[component]
pub(crate) fn App() -> Html {
    let options = use_memo((), |()| embed::Options::read());
    let state = {
        let is_embedded = options.is_some();
        use_reducer(move || State::open(&effects::start(is_embedded)))
    };
    effects::use_run_loop(&state, options.is_some());
    effects::use_playback(&state);
    effects::use_appearance(&state.view, options.is_some());
    effects::use_keys(&state);
    effects::use_black_box(&state);
    use_lights((
        state.session.clone(),
        state.view.panels.clone(),
        state.view.selection.clone(),
        state.view.lang,
    ));
    let act = use_callback(state.dispatcher(), |action: Action, dispatcher| dispatcher.dispatch(action));
    let nav = use_nav_of(&state.view, &act);
    html! {
        <ContextProvider<Nav> context={nav}>
            if let Some(options) = &*options {
                <Embed options={options.clone()} state={(*state).clone()} {act}/>
            } else {
                <Page {state} {act}/>
            }
        </ContextProvider<Nav>>
    }
}

#[hook]
fn use_nav_of(view: &View, act: &Callback<Action>) -> Nav {
    let select = use_callback(act.clone(), |thing, act: &Callback<Action>| act.emit(Action::Select(thing)));
    let seek = use_callback(act.clone(), |at, act: &Callback<Action>| act.emit(Action::Seek(at)));
    let type_command =
        use_callback(act.clone(), |text, act: &Callback<Action>| act.emit(Action::TypeCommand(text)));
    Nav { selection: view.selection.clone(), lang: view.lang, select, seek, type_command }
}

/// Returns what a panel is given.
pub(crate) fn panel_props(state: &State, nav: &Nav, id: PanelId) -> PanelProps {
    PanelProps {
        id,
        session: state.session.clone(),
        selection: state.view.selection.clone(),
        on_select: nav.select.clone(),
        lang: state.view.lang,
        revision: state.session.revision(),
    }
}

#[derive(Clone, PartialEq, Properties)]
struct PageProps {
    state: UseReducerHandle<State>,
    act: Callback<Action>,
}

#[component]
fn Page(PageProps { state, act }: &PageProps) -> Html {
    effects::use_stored_script(&state.document);
    effects::use_notes(&state.document);
    let link = effects::use_link(state);
    effects::use_address_bar(state, &link);
    let (nav, recording) = (use_nav(), use_recording(state));
    let is_phone = use_media("(max-width: 599.98px)");
    let lang = state.view.lang;
    let shown: Vec<PanelId> = match state.view.panels.first() {
        Some(panel) if is_phone => vec![*panel],
        Some(_) | None => PanelId::on_stage().filter(|id| state.view.panels.contains(id)).collect(),
    };
    let drawer = match state.view.drawer {
        Some(Drawer::Script) => "script",
        Some(Drawer::Inspector) => "inspector",
        Some(Drawer::Keys) => "keys",
        Some(Drawer::Menu) => "menu",
        None => "none",
    };
    html! {
        <div class="app" data-drawer={drawer}>
            { top_bar(state, link, html! { <Tabs {lang} shown={shown.clone()} {act} {is_phone}/> }, act) }
            { script_column(state, act) }
            <Divider {lang}/>
            { stage(state, &nav, &shown) }
            { side(state, &nav, act) }
            { caption_bar(state, act) }
            { timeline(state, &recording, act) }
            if state.view.drawer == Some(Drawer::Keys) {
                { keys_list(lang, act) }
            }
            <DropTarget {lang} {act}/>
            if let Some(remark) = state.document.remark {
                { notice(remark_words(remark, lang), lang, act.reform(|_| Action::CloseRemark)) }
            }
        </div>
    }
}

/// Says what is to be said of the script that was opened.
pub(crate) fn remark_words(remark: Remark, lang: Lang) -> String {
    match remark {
        Remark::BadLink => Label::BadLink.text(lang).to_owned(),
        Remark::TooMuch(what) => words::too_much(lang, what),
        Remark::Kernel(text) => words::sentence(lang, &mm_view::words::no_script(&text, lang)),
        Remark::NotUtf8(bytes) => words::sentence(lang, &mm_view::words::not_utf8(bytes, lang)),
        Remark::OtherModel => Label::OtherModel.text(lang).to_owned(),
        Remark::NoFile => Label::NoFile.text(lang).to_owned(),
        Remark::FirstOfSeveral => Label::FirstOfSeveral.text(lang).to_owned(),
        Remark::Broke(place) => words::broke(lang, place),
    }
}

/// The panels that are on, one below the other.
fn stage(state: &State, nav: &Nav, shown: &[PanelId]) -> Html {
    html! {
        <main class="stage" id="stage" aria-label={Label::Stage.text(state.view.lang)}>
            if shown.is_empty() {
                <p class="hint">{ Label::NoPanel.text(state.view.lang) }{ " " }<kbd>{ "1" }</kbd></p>
            }
            for id in shown.iter().copied() {
                <key={id.slug()}>{ panel(panel_props(state, nav, id)) }</>
            }
        </main>
    }
}

/// The inspector: a column, a drawer or a sheet.
fn side(state: &State, nav: &Nav, act: &Callback<Action>) -> Html {
    let close = act.reform(|_: MouseEvent| Action::ToggleDrawer(Drawer::Inspector));
    let alone = state.view.panels.first().filter(|_| state.view.panels.len() == 1);
    let props = panel_props(state, nav, alone.copied().unwrap_or(PanelId::Translate));
    html! {
        <aside class="right" id="inspector" tabindex="-1" aria-label={Label::Inspector.text(state.view.lang)}>
            <button class="btn close" onclick={close}>{ Label::Close.text(state.view.lang) }</button>
            <Inspector ..props/>
        </aside>
    }
}
