//! When the model breaks: a bar in plain DOM, because nothing of the page can be trusted then.
//!
//! A panic in wasm cannot be caught. The hook says at which step it happened, offers the
//! report, and leaves a note so that the reloaded page seeks to the step before.

use crate::dom;
use crate::labels::Label;
use crate::model::Position;
use mm_view::Lang;
use std::cell::Cell;
use std::panic::PanicHookInfo;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement};

/// Key of the note.
const KEY: &str = "mmscope.broke";

thread_local! {
    /// Where the machine stood at the last picture that was drawn.
    static LAST: Cell<(Position, Lang)> = Cell::new((Position::default(), Lang::En));
    static IS_SHOWN: Cell<bool> = const { Cell::new(false) };
}

/// Installs the hook. Through Yew, which puts its own in the place of any that it does not know.
pub(crate) fn install() {
    yew::set_custom_panic_hook(Box::new(|info| {
        if !IS_SHOWN.replace(true) {
            show(info);
        }
    }));
}

/// Remembers where the machine stands.
pub(crate) fn remember(at: Position, lang: Lang) {
    LAST.set((at, lang));
}

/// Returns the position to go back to and forgets it.
pub(crate) fn take_recovery() -> Option<String> {
    let at = dom::stored(KEY)?;
    dom::forget(KEY);
    Some(at)
}

fn show(info: &PanicHookInfo<'_>) {
    let (at, lang) = LAST.get();
    let report = report(&info.to_string(), at);
    web_sys::console::error_1(&report.as_str().into());
    dom::store(KEY, &format!("{}.{}", at.command, at.step.saturating_sub(1)));
    // Half a bar is better than a second panic.
    let _ = build(&report, at, lang);
}

fn report(panic: &str, at: Position) -> String {
    let script = dom::stored(crate::effects::SCRIPT_KEY).unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    format!("mmscope {version}\nat {}.{}\n{panic}\n\n{script}", at.command, at.step)
}

fn build(report: &str, at: Position, lang: Lang) -> Option<()> {
    let bar = element("div", "")?;
    bar.set_class_name("broke");
    let _ = bar.set_attribute("role", "alert");
    let text =
        format!("{} {}.{}. {}", Label::Broke.text(lang), at.command, at.step, Label::BrokeIntact.text(lang));
    let report = report.to_owned();
    let parts = [
        element("p", &text)?,
        button(Label::CopyReport.text(lang), move || dom::copy(&report, |_| ()))?,
        button(Label::Reload.text(lang), || {
            let _ = dom::window().location().reload();
        })?,
    ];
    for part in &parts {
        let _ = bar.append_child(part);
    }
    let _ = dom::document().body()?.prepend_with_node_1(&bar);
    Some(())
}

fn element(name: &str, text: &str) -> Option<Element> {
    let element = dom::document().create_element(name).ok()?;
    element.set_text_content(Some(text));
    Some(element)
}

fn button(text: &str, action: impl FnMut() + 'static) -> Option<Element> {
    let button = element("button", text)?;
    button.set_class_name("btn line");
    let callback = Closure::<dyn FnMut()>::new(action);
    button.dyn_ref::<HtmlElement>()?.set_onclick(Some(callback.as_ref().unchecked_ref()));
    // Lives as long as the bar: until the page is reloaded.
    callback.forget();
    Some(button)
}
