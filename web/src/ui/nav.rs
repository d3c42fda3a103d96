//! Where a component deep in a panel sends what the reader wants.

use crate::model::Position;
use crate::ui::Selection;
use mm_view::Lang;
use yew::{Callback, hook, use_context};

/// The selected thing, and the ways to change what the page shows.
#[derive(Clone, PartialEq)]
pub(crate) struct Nav {
    /// The one selected thing.
    pub selection: Selection,
    /// Language of the words.
    pub lang: Lang,
    /// Selects a thing.
    pub select: Callback<Selection>,
    /// Goes to a step.
    pub seek: Callback<Position>,
    /// Puts a command into the prompt, for "`spawn web` makes one" hints.
    pub type_command: Callback<String>,
}

/// Returns the page's [`Nav`].
///
/// # Panics
/// Outside the page, which provides it to everything.
#[hook]
pub(crate) fn use_nav() -> Nav {
    use_context::<Nav>().expect("the page provides Nav")
}
