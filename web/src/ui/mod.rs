//! What the shell and the panels share: ids of panels, names of things, links to things,
//! the handle of the session, small pictures.
//!
//! A panel gets [`PanelProps`] and draws; it never changes the state itself. What it wants
//! goes out through a [`Ref`] or through [`Nav`].

mod hooks;
pub(crate) mod icon;
mod kept;
mod letters;
mod lights;
mod nav;
mod number;
mod pieces;
mod rove;
mod selection;
mod session_handle;
mod style;
mod thing;

pub(crate) use hooks::{use_effect_with, use_memo};
pub(crate) use kept::use_kept;
pub(crate) use letters::{mono_width, sans_width};
pub(crate) use lights::use_lights;
pub(crate) use nav::{Nav, use_nav};
pub(crate) use number::{hundredths, share, tenths, whole, within};
pub(crate) use pieces::{fact, link, span, td, th};
pub(crate) use rove::rove;
pub(crate) use selection::{Selection, Thing};
pub(crate) use session_handle::SessionHandle;
pub(crate) use style::{use_custom_properties, use_media, use_size};
pub(crate) use thing::{Command, Moment, Ref};

use mm_view::Lang;
pub(crate) use mm_view::panels::PanelId;
use yew::{Callback, Properties};

/// What every panel is given.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct PanelProps {
    /// Which panel.
    pub id: PanelId,
    /// The session; borrow it, ask `mm-view` for a small struct, drop the borrow.
    pub session: SessionHandle,
    /// The one selected thing.
    pub selection: Selection,
    /// Selects a thing.
    pub on_select: Callback<Selection>,
    /// Language of the words.
    pub lang: Lang,
    /// Changes whenever the state behind `session` does.
    pub revision: u32,
}
