//! The LRU lists of a node, 6.1 `include/linux/mmzone.h: enum lru_list`.

use super::vmstat::{NodeStat, ZoneStat};
use crate::store::PageFlags;

/// Which list a page that is on one is on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum LruList {
    /// `LRU_INACTIVE_ANON`.
    InactiveAnon,
    /// `LRU_ACTIVE_ANON`.
    ActiveAnon,
    /// `LRU_INACTIVE_FILE`.
    InactiveFile,
    /// `LRU_ACTIVE_FILE`.
    ActiveFile,
    /// `LRU_UNEVICTABLE`.
    Unevictable,
}

impl LruList {
    /// Every list, in the kernel's order.
    pub const ALL: [LruList; 5] = [
        LruList::InactiveAnon,
        LruList::ActiveAnon,
        LruList::InactiveFile,
        LruList::ActiveFile,
        LruList::Unevictable,
    ];

    /// Returns the list that a page with these flags belongs to (`folio_lru_list`).
    pub fn of(flags: PageFlags) -> LruList {
        let (active, swap) = (flags.contains(PageFlags::ACTIVE), flags.contains(PageFlags::SWAPBACKED));
        match (swap, active) {
            _ if flags.contains(PageFlags::UNEVICTABLE) => LruList::Unevictable,
            (true, false) => LruList::InactiveAnon,
            (true, true) => LruList::ActiveAnon,
            (false, false) => LruList::InactiveFile,
            (false, true) => LruList::ActiveFile,
        }
    }

    /// Returns the kernel's name.
    pub fn name(self) -> &'static str {
        match self {
            LruList::InactiveAnon => "inactive_anon",
            LruList::ActiveAnon => "active_anon",
            LruList::InactiveFile => "inactive_file",
            LruList::ActiveFile => "active_file",
            LruList::Unevictable => "unevictable",
        }
    }

    /// Returns the statistics of nodes and zones that count its pages.
    pub fn stats(self) -> (NodeStat, ZoneStat) {
        match self {
            LruList::InactiveAnon => (NodeStat::NrInactiveAnon, ZoneStat::NrZoneInactiveAnon),
            LruList::ActiveAnon => (NodeStat::NrActiveAnon, ZoneStat::NrZoneActiveAnon),
            LruList::InactiveFile => (NodeStat::NrInactiveFile, ZoneStat::NrZoneInactiveFile),
            LruList::ActiveFile => (NodeStat::NrActiveFile, ZoneStat::NrZoneActiveFile),
            LruList::Unevictable => (NodeStat::NrUnevictable, ZoneStat::NrZoneUnevictable),
        }
    }
}
