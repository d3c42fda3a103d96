//! What is made of the rows of [`panels!`](crate::panels!): ids, names, labels, orders.

use crate::Lang;

/// What belongs together on the stage, from top to bottom: what is walked, what gave the frame,
/// where it lies, who asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PanelGroup {
    /// One address.
    Walk,
    /// Who gives memory.
    Allocators,
    /// All of it.
    Map,
    /// Who has it, and what the kernel says of it.
    Processes,
}

impl PanelGroup {
    /// Every group, the topmost first.
    pub const ALL: [PanelGroup; 4] =
        [PanelGroup::Walk, PanelGroup::Allocators, PanelGroup::Map, PanelGroup::Processes];
}

macro_rules! list {
    ($($id:ident $slug:literal $group:ident $component:ident $method:ident $en:literal, $zh:literal;)*) => {
        /// A panel of the stage.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum PanelId { $(#[doc = $en] $id),* }

        crate::labels! {
            enum Label { $($id: $en, $zh;)* }
        }

        const ROWS: &[Row] = &[$(Row { id: PanelId::$id, slug: $slug, group: PanelGroup::$group, label: Label::$id }),*];

        /// The package's method for each panel.
        pub const METHODS: &[&str] = &[$(stringify!($method)),*];
    };
}
crate::panels!(list);

/// A row, but for what the page and the package make of it.
struct Row {
    id: PanelId,
    slug: &'static str,
    group: PanelGroup,
    label: Label,
}

impl PanelId {
    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.id == self).expect("the macro writes both")
    }

    /// Iterates over every panel, in the order of the tabs and of the keys `1`..`9`.
    pub fn all() -> impl DoubleEndedIterator<Item = PanelId> + ExactSizeIterator {
        ROWS.iter().map(|row| row.id)
    }

    /// Returns the key that shows and hides it: its place among all, from 1.
    pub fn key(self) -> usize {
        1 + PanelId::all().take_while(|other| *other != self).count()
    }

    /// Returns its name in links.
    pub fn slug(self) -> &'static str {
        self.row().slug
    }

    /// Finds a panel by its name in a link.
    pub fn from_slug(slug: &str) -> Option<PanelId> {
        ROWS.iter().find(|row| row.slug == slug).map(|row| row.id)
    }

    /// Returns the text of its tab and its head.
    pub fn label(self, lang: Lang) -> &'static str {
        self.row().label.text(lang)
    }

    /// Iterates over every panel as they stand on the stage: by their groups, then as their tabs.
    pub fn on_stage() -> impl Iterator<Item = PanelId> {
        let of = |group| ROWS.iter().filter(move |row| row.group == group).map(|row| row.id);
        PanelGroup::ALL.into_iter().flat_map(of)
    }
}

#[cfg(test)]
mod tests {
    use super::PanelId;

    #[test]
    fn a_link_names_its_panel() {
        for panel in PanelId::all() {
            assert_eq!(PanelId::from_slug(panel.slug()), Some(panel));
        }
        assert_eq!(PanelId::from_slug("Buddy"), None);
    }

    #[test]
    fn what_was_walked_stands_above_what_gave_the_frame_and_that_above_the_map() {
        let slugs: Vec<_> = PanelId::on_stage().map(PanelId::slug).collect();
        assert_eq!(
            slugs,
            ["translate", "buddy", "zones", "slab", "vmalloc", "compaction", "frames", "process", "proc"]
        );
    }
}
