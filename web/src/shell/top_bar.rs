//! Brand, tabs and tools.

use super::appearance::appearance;
use super::find_box::FindBox;
use super::share::Share;
use crate::dom;
use crate::effects::Fragment;
use crate::labels::Label;
use crate::model;
use crate::state::{Action, Drawer, State};
use crate::ui::{icon, span};
use yew::prelude::*;

/// The bar at the top of the page. `link` is the fragment of the link to what is shown, `tabs` name
/// the panels.
pub(crate) fn top_bar(state: &State, link: Fragment, tabs: Html, act: &Callback<Action>) -> Html {
    let lang = state.view.lang;
    let machine = model::machine(&state.session.borrow());
    let toggle = |drawer| act.reform(move |_: MouseEvent| Action::ToggleDrawer(drawer));
    let switch = {
        let other = lang.other();
        act.reform(move |_: MouseEvent| Action::SetLang(other))
    };
    let open = |drawer| if state.view.drawer == Some(drawer) { "true" } else { "false" };
    html! {
        <header class="top">
            <div class="brand">
                { icon::mark() }<h1>{ "mmscope" }</h1>
                <span class="scn">{ format!("{} · {}", machine.ram, machine.arch) }{ span("rel", format!(" · {}", Label::Kernel.text(lang))) }</span>
            </div>
            { tabs }
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
                <Share {link} script={state.document.script.text.clone()} {lang}/>
                <button class="btn" lang={lang.other().tag()} aria-label={Label::ToOtherLanguage.text(lang)} onclick={switch}>
                    { Label::OtherLanguage.text(lang) }
                </button>
                { appearance(&state.view, act) }
                <button class="btn" aria-label={Label::KeyHelp.text(lang)} aria-expanded={open(Drawer::Keys)}
                    onclick={toggle(Drawer::Keys)}><kbd>{ "?" }</kbd></button>
            </div>
        </header>
    }
}
