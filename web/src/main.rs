//! The page: a thin Yew shell around the model.
//!
//! [`state`] holds state, actions and the reducer; [`effects`] does what reaches outside;
//! [`model`] asks `mm` and `mm-view`; [`ui`] is what shell and panels share. No rule of memory
//! management stands in this crate.

mod app;
mod black_box;
mod bounds;
mod dom;
mod effects;
mod embed;
mod file;
mod keys;
#[path = "../locales/labels.rs"]
mod labels;
mod lessons;
mod link;
mod model;
mod panels;
mod panic_bar;
mod script;
mod shell;
mod state;
mod timeline;
mod ui;
mod words;

fn main() {
    panic_bar::install();
    panic_bar::speak(effects::stored_lang());
    if let Some(root) = dom::find("#root") {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
