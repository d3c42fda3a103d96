//! The panels of the stage, as data: tabs, keys, links and the embed's `view=` use one list.

use crate::labels::Label;

/// A panel of the stage.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum PanelId {
    /// The walk of one address.
    Translate,
    /// The map of every frame.
    Frames,
    /// The free lists by order and migrate type.
    Buddy,
    /// Nodes and zones: what they keep, whom they would serve.
    Zones,
    /// The areas of a process.
    Process,
    /// The caches of small objects.
    Slab,
    /// The kernel's own mappings.
    Vmalloc,
    /// A zone's pageblocks and the two scanners.
    Compaction,
    /// The files of `/proc`.
    Proc,
}

impl PanelId {
    /// Every panel that exists, in the order of the tabs and of the keys `1`..`9`.
    pub(crate) const ALL: &[PanelId] = &[
        PanelId::Translate,
        PanelId::Frames,
        PanelId::Buddy,
        PanelId::Zones,
        PanelId::Process,
        PanelId::Slab,
        PanelId::Vmalloc,
        PanelId::Compaction,
        PanelId::Proc,
    ];

    /// What a first visit shows.
    pub(crate) const FIRST: &[PanelId] = &[PanelId::Translate, PanelId::Buddy, PanelId::Frames];

    /// Order on the stage from top to bottom: what is walked, what gave the frame, where it lies.
    pub(crate) const STAGE: &[PanelId] = &[
        PanelId::Translate,
        PanelId::Buddy,
        PanelId::Zones,
        PanelId::Slab,
        PanelId::Vmalloc,
        PanelId::Compaction,
        PanelId::Frames,
        PanelId::Process,
        PanelId::Proc,
    ];

    /// Name in links.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            PanelId::Translate => "translate",
            PanelId::Frames => "frames",
            PanelId::Buddy => "buddy",
            PanelId::Zones => "zones",
            PanelId::Process => "process",
            PanelId::Slab => "slab",
            PanelId::Vmalloc => "vmalloc",
            PanelId::Compaction => "compaction",
            PanelId::Proc => "proc",
        }
    }

    /// Finds a panel by its name in a link.
    pub(crate) fn from_slug(slug: &str) -> Option<PanelId> {
        PanelId::ALL.iter().copied().find(|panel| panel.slug() == slug)
    }

    /// Text of the tab and head of the panel.
    pub(crate) const fn label(self) -> Label {
        match self {
            PanelId::Translate => Label::Translate,
            PanelId::Frames => Label::Frames,
            PanelId::Buddy => Label::Buddy,
            PanelId::Zones => Label::Zones,
            PanelId::Process => Label::Process,
            PanelId::Slab => Label::Slab,
            PanelId::Vmalloc => Label::Vmalloc,
            PanelId::Compaction => Label::Compaction,
            PanelId::Proc => Label::Proc,
        }
    }
}
