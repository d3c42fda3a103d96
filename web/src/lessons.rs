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
    pub(crate) const ALL: &[Lesson] = &[
        Lesson {
            file: "refill.mm",
            text: include_str!("../lessons/refill.mm"),
            at: Some(Position { command: 5, step: 95 }),
            selects: Some("frame:16899"),
        },
        Lesson::plain("01-one-machine.mm", include_str!("../lessons/01-one-machine.mm")),
        Lesson::plain("04-walk-64.mm", include_str!("../lessons/04-walk-64.mm")),
        Lesson::plain("07-demand-paging.mm", include_str!("../lessons/07-demand-paging.mm")),
        Lesson::plain("12-frames-nodes-zones.mm", include_str!("../lessons/12-frames-nodes-zones.mm")),
        Lesson::plain("13-which-zone.mm", include_str!("../lessons/13-which-zone.mm")),
        Lesson::plain("14-buddy.mm", include_str!("../lessons/14-buddy.mm")),
        Lesson::plain("15-mobility.mm", include_str!("../lessons/15-mobility.mm")),
        Lesson::plain("16-slab.mm", include_str!("../lessons/16-slab.mm")),
        Lesson::plain("17-kernel-memory.mm", include_str!("../lessons/17-kernel-memory.mm")),
        Lesson::plain("28-compaction.mm", include_str!("../lessons/28-compaction.mm")),
        Lesson::plain("incident-fragmentation.mm", include_str!("../lessons/incident-fragmentation.mm")),
    ];

    /// A script that opens at its end.
    const fn plain(file: &'static str, text: &'static str) -> Lesson {
        Lesson { file, text, at: None, selects: None }
    }

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

/// Makes a script by chance: the seed is the browser's, everything after it the seed's.
pub(crate) fn random_story() -> Script {
    // Without a source of chance the same story every time is better than none.
    let seed = getrandom::u32().unwrap_or(1);
    Script { name: format!("random-{seed}.mm"), text: mm_view::random::story(u64::from(seed)).into() }
}
