//! The scripts that come with the page.

use crate::model::Position;
use crate::state::Script;
use crate::ui::{Selection, Thing};

/// A script that comes with the page, and where it opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Lesson {
    /// File name, also its name in links.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The step that it opens at; its end when nothing is said.
    pub at: Option<Position>,
    /// Key of the thing that is selected there.
    pub selects: Option<&'static str>,
}

impl Lesson {
    /// Every script, the first look first.
    pub(crate) const ALL: &[Lesson] = &[Lesson {
        file: "refill.mm",
        text: include_str!("../lessons/refill.mm"),
        at: Some(Position { command: 5, step: 95 }),
        selects: Some("frame:16899"),
    }];

    /// What a first visit shows.
    pub(crate) fn first() -> &'static Lesson {
        &Lesson::ALL[0]
    }

    /// Finds a script by its file name without the ending.
    pub(crate) fn by_name(name: &str) -> Option<&'static Lesson> {
        Lesson::ALL.iter().find(|lesson| lesson.name() == name)
    }

    /// Returns the name in links.
    pub(crate) fn name(&self) -> &'static str {
        self.file.trim_end_matches(".mm")
    }

    /// Returns the thing that is selected where it opens.
    pub(crate) fn selection(&self) -> Selection {
        self.selects.and_then(Thing::from_key)
    }

    /// Returns it as a script of the page.
    pub(crate) fn script(&self) -> Script {
        Script { name: self.file.to_owned(), text: self.text.into() }
    }
}
