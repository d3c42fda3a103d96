//! The whole page, for files that are dropped on it. Text that is dragged is the browser's.

use crate::dom::{self, Listener};
use crate::file;
use crate::labels::Label;
use crate::state::{Action, Drawer, Remark, Script};
use crate::ui::use_effect_with;
use mm_view::Lang;
use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, DragEvent, Event};
use yew::prelude::*;

/// Properties of [`DropTarget`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct DropTargetProps {
    pub lang: Lang,
    pub act: Callback<Action>,
}

/// Takes files, and says so while one is held over the page.
#[component]
pub(crate) fn DropTarget(DropTargetProps { lang, act }: &DropTargetProps) -> Html {
    let is_over = use_state_eq(|| false);
    let setter = is_over.setter();
    use_effect_with(act.clone(), move |act| {
        let over = ["dragenter", "dragover"].map(|name| {
            let setter = setter.clone();
            Listener::on_window(name, move |event| {
                if let Some(data) = files_of(&event) {
                    event.prevent_default();
                    data.set_drop_effect("copy");
                    setter.set(true);
                }
            })
        });
        let left = {
            let setter = setter.clone();
            Listener::on_window("dragleave", move |event| {
                // Between two elements of the page it names the other one.
                if event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none()) {
                    setter.set(false);
                }
            })
        };
        let act = act.clone();
        let dropped = Listener::on_window("drop", move |event| {
            setter.set(false);
            if let Some(data) = files_of(&event) {
                event.prevent_default();
                take(&data, &act);
            }
        });
        move || drop((over, left, dropped))
    });
    let setter = is_over.setter();
    use_effect_with(*is_over, move |is_over| {
        // No pointer moves while something is dragged: so it ended where nobody said so.
        let moved = is_over.then(|| Listener::on_window("pointermove", move |_| setter.set(false)));
        move || drop(moved)
    });
    html! {
        if *is_over {
            <div class="dropping" role="status"><p>{ Label::DropHere.text(*lang) }</p></div>
        }
    }
}

/// Returns what is dragged when that is files.
fn files_of(event: &Event) -> Option<DataTransfer> {
    let data = event.dyn_ref::<DragEvent>()?.data_transfer()?;
    data.types().includes(&"Files".into(), 0).then_some(data)
}

/// Opens the first file as an edit: what came by hand runs when the reader says so.
fn take(data: &DataTransfer, act: &Callback<Action>) {
    let Some(files) = data.files() else { return };
    let Some(file) = files.get(0) else { return act.emit(Action::Say(Remark::NoFile)) };
    let is_one = files.length() == 1;
    let then = act.clone();
    let act = Callback::from(move |action: Action| {
        let is_script = matches!(action, Action::Show(Script { .. }));
        then.emit(action);
        if is_script && !is_one {
            then.emit(Action::Say(Remark::FirstOfSeveral));
        }
        // Where the script is a drawer, it is to be seen.
        if is_script
            && dom::matches("(max-width: 899.98px)")
            && dom::find::<web_sys::Element>("[data-drawer=script]").is_none()
        {
            then.emit(Action::ToggleDrawer(Drawer::Script));
        }
    });
    file::read(file, Action::Show, act);
}
