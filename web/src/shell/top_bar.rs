//! Brand, tabs and tools.

use super::appearance::Appearance;
use super::find_box::FindBox;
use super::share::Share;
use super::tabs::Tabs;
use crate::dom;
use crate::labels::Label;
use crate::model;
use crate::state::{Action, Drawer, State};
use crate::ui::{PanelId, icon, span};
use yew::prelude::*;

/// Properties of [`TopBar`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct TopBarProps {
    pub state: State,
    /// Fragment of the link to what is shown.
    pub link: AttrValue,
    pub act: Callback<Action>,
    /// The panels that are on the stage.
    pub shown: Vec<PanelId>,
    pub is_phone: bool,
}

/// The bar at the top of the page.
#[component]
pub(crate) fn TopBar(TopBarProps { state, link, act, shown, is_phone }: &TopBarProps) -> Html {
    let lang = state.lang;
    let machine = model::machine(&state.session.borrow());
    let toggle = |drawer| act.reform(move |_: MouseEvent| Action::ToggleDrawer(drawer));
    let switch = {
        let other = lang.other();
        act.reform(move |_: MouseEvent| Action::SetLang(other))
    };
    let open = |drawer| if state.drawer == Some(drawer) { "true" } else { "false" };
    html! {
        <header class="top">
            <div class="brand">
                { icon::mark() }<h1>{ "mmscope" }</h1>
                <span class="scn">{ format!("{} · {}", machine.ram, machine.arch) }{ span("rel", format!(" · {}", Label::Kernel.text(lang))) }</span>
            </div>
            <Tabs {lang} shown={shown.clone()} {act} {is_phone}/>
            <button class="btn line for-script" aria-expanded={open(Drawer::Script)} onclick={toggle(Drawer::Script)}>
                { Label::Script.text(lang) }
            </button>
            <button class="btn icon for-phone" aria-label={Label::Find.text(lang)} onclick={|_| dom::focus("#find")}>
                { icon::find() }
            </button>
            <button class="btn icon for-phone" aria-label={Label::Menu.text(lang)} aria-expanded={open(Drawer::Menu)}
                onclick={toggle(Drawer::Menu)}>{ icon::menu() }</button>
            <FindBox session={state.session.clone()} {lang} {act}/>
            <div class="tools">
                <button class="btn for-menu" onclick={toggle(Drawer::Script)}>{ Label::Script.text(lang) }</button>
                <Share {link} script={state.script.text.clone()} {lang}/>
                <button class="btn" lang={lang.other().tag()} aria-label={Label::ToOtherLanguage.text(lang)} onclick={switch}>
                    { Label::OtherLanguage.text(lang) }
                </button>
                <Appearance theme={state.theme} contrast={state.contrast} {lang} {act}/>
                <button class="btn" aria-label={Label::KeyHelp.text(lang)} aria-expanded={open(Drawer::Keys)}
                    onclick={toggle(Drawer::Keys)}><kbd>{ "?" }</kbd></button>
            </div>
        </header>
    }
}
