//! When the model breaks: the way to the bar in plain DOM, because nothing of the page can be
//! trusted then.
//!
//! A panic in wasm cannot be caught, and memory that runs out ends the module without even a
//! panic. So the bar, and the note for the next visit, are made by the start-up script in
//! `index.html`: for a panic this hook calls it, for anything else it hears of the error itself.
//! It reads [`black_box::PLACE`] out of the module's memory, where no code has to run for it.

use crate::black_box;
use crate::labels::Label;
use mm_view::Lang;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(js_namespace = mmscope)]
extern "C" {
    /// Hands over where the place stands, and the words of the bar.
    fn know(memory: JsValue, place: u32, words: js_sys::Array);
    /// Shows the bar and leaves the note.
    fn over(report: &str);
}

/// Installs the hook. Through Yew, which puts its own in the place of any that it does not know.
pub(crate) fn install() {
    yew::set_custom_panic_hook(Box::new(|info| over(&info.to_string())));
}

/// Hands the words of the bar over, in the language that is shown.
pub(crate) fn speak(lang: Lang) {
    let labels = [
        Label::BrokeShown,
        Label::BrokeRunning,
        Label::BrokeMemory,
        Label::BrokeKept,
        Label::CopyReport,
        Label::Reload,
    ];
    let words = labels.iter().map(|label| JsValue::from_str(label.text(lang)));
    let version = concat!("mmscope ", env!("CARGO_PKG_VERSION"));
    let place = mm::units::count(black_box::PLACE.as_ptr().addr());
    know(wasm_bindgen::memory(), place, words.chain([JsValue::from_str(version)]).collect());
}
