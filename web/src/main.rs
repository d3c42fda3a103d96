//! The page: a thin Yew shell around the model.
//!
//! [`state`] holds state, actions and the reducer; [`effects`] does what reaches outside;
//! [`model`] asks `mm` and `mm-view`; [`ui`] is what shell and panels share. No rule of memory
//! management stands in this crate.

#[path = "../locales/labels.rs"]
mod labels;
mod lessons;
mod link;
mod model;
mod panels;
mod state;
mod ui;

fn main() {}
