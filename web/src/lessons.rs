//! The scripts that come with the page.

use crate::model::Typed;
use crate::state::Script;
use crate::ui::{PanelId, Selection, Thing};

/// A script that comes with the page, and what its reader sees first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Lesson {
    /// File name, also its name in links.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The panels that show what it is about.
    pub panels: &'static [PanelId],
    /// Anchor of the step that it opens at: what it is about happens there.
    pub at: &'static str,
    /// Key of the thing that is selected there.
    pub selects: &'static str,
}

/// A script of `web/lessons`: its file, anchor, what is selected, panels.
macro_rules! lesson {
    ($file:literal, $at:literal, $selects:literal, $($panel:ident)+) => {
        Lesson {
            file: $file,
            text: include_str!(concat!("../lessons/", $file)),
            panels: &[$(PanelId::$panel),+],
            at: $at,
            selects: $selects,
        }
    };
}

impl Lesson {
    /// Every script, the first look first.
    pub(crate) const ALL: &[Lesson] = &[
        lesson!("refill.mm", "5:page_table.set_entry#1", "frame:16899", Translate Buddy Frames),
        lesson!("01-one-machine.mm", "6:page_table.set_entry#1", "frame:10750", Translate Buddy Frames),
        lesson!("04-walk-64.mm", "15:end", "address:t/7fffdeadbeef", Translate),
        lesson!("07-demand-paging.mm", "4:page_table.set_entry#1", "frame:10750", Translate Process),
        lesson!("12-frames-nodes-zones.mm", "19:end", "frame:131072", Zones Frames),
        lesson!("13-which-zone.mm", "2:watermark.check#720", "zone:0/2", Zones Buddy),
        lesson!("14-buddy.mm", "3:buddy.split#5", "frame:288", Buddy Frames),
        lesson!("15-mobility.mm", "4:fallback.retype#1", "frame:32768", Buddy Frames),
        lesson!("16-slab.mm", "10:slab.new_slab#1", "slab:18497", Slab Buddy),
        lesson!("17-kernel-memory.mm", "11:end", "vmap:ffffc90000000000", Vmalloc Frames),
        lesson!("28-compaction.mm", "20:compaction.moved#1", "frame:41471", Compaction Buddy),
        lesson!("incident-fragmentation.mm", "12:compaction.moved#1", "frame:31771", Compaction Buddy),
    ];

    /// What a first visit shows.
    pub(crate) fn first() -> &'static Lesson {
        &Lesson::ALL[0]
    }

    /// Finds a script by its file name without the ending.
    pub(crate) fn by_name(name: &str) -> Option<&'static Lesson> {
        Lesson::ALL.iter().find(|lesson| lesson.name() == name)
    }

    /// Finds a script by its text, unchanged.
    pub(crate) fn by_text(text: &str) -> Option<&'static Lesson> {
        Lesson::ALL.iter().find(|lesson| lesson.text == text)
    }

    /// Returns the name in links.
    pub(crate) fn name(&self) -> &'static str {
        self.file.trim_end_matches(".mm")
    }

    /// Returns the place that it opens at.
    pub(crate) fn place(&self) -> Option<Typed> {
        self.at.parse().ok()
    }

    /// Returns the thing that is selected where it opens.
    pub(crate) fn selection(&self) -> Selection {
        Thing::from_key(self.selects)
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
