//! What the *Buddy* panel shows: the free lists of one zone, by order and migrate type.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::panels::fallback::Fallback;
use mm::sort::sort_by_number;

/// The free lists of a zone and what the command did to them up to the step shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BuddyView {
    /// Zones to choose from.
    pub zones: Vec<ZoneName>,
    /// The zone shown, an index into `zones`.
    pub zone: usize,
    /// Free frames of the zone (`NR_FREE_PAGES`).
    pub free: u64,
    /// The three watermarks, in frames: min, low, high.
    pub marks: [u64; 3],
    /// Migrate types that have a column: U, M, R always, others where they hold anything.
    pub types: Vec<MigrateName>,
    /// Lists of the CPUs.
    pub cpus: Vec<CpuRow>,
    /// Orders 0 to 10.
    pub orders: Vec<OrderRow>,
    /// Whether the command took blocks, up to the step shown.
    pub takes: bool,
    /// Function that put blocks back: `expand`, `__free_one_page`; `None` where none was.
    pub puts: Option<&'static str>,
    /// Blocks that moved between two orders at the step shown, a split or a merge each.
    pub moves: Vec<Move>,
    /// The last fallback of the command.
    pub fallback: Option<Fallback>,
}

/// A zone by name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ZoneName {
    /// Node.
    pub node: u8,
    /// Position of the zone in its node.
    pub zone: u8,
    /// Name as `/proc` writes it: `DMA32`.
    pub name: &'static str,
}

/// Migrate types by the letters of the page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum MigrateName {
    /// `MIGRATE_UNMOVABLE`.
    Unmovable,
    /// `MIGRATE_MOVABLE`.
    Movable,
    /// `MIGRATE_RECLAIMABLE`.
    Reclaimable,
    /// `MIGRATE_HIGHATOMIC`.
    HighAtomic,
    /// `MIGRATE_CMA`.
    Cma,
    /// `MIGRATE_ISOLATE`.
    Isolate,
}

impl MigrateName {
    /// Every type, in the kernel's order, which is the order of their codes.
    pub const ALL: [MigrateName; 6] = [
        MigrateName::Unmovable,
        MigrateName::Movable,
        MigrateName::Reclaimable,
        MigrateName::HighAtomic,
        MigrateName::Cma,
        MigrateName::Isolate,
    ];

    /// Returns the letter.
    pub const fn letter(self) -> &'static str {
        match self {
            MigrateName::Unmovable => "U",
            MigrateName::Movable => "M",
            MigrateName::Reclaimable => "R",
            MigrateName::HighAtomic => "H",
            MigrateName::Cma => "C",
            MigrateName::Isolate => "I",
        }
    }
}

/// The lists of one CPU.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CpuRow {
    /// Number of the CPU.
    pub cpu: u8,
    /// Frames on all its lists.
    pub frames: u32,
    /// Order-0 lists, one cell a column; the type only of the three that CPUs keep.
    pub cells: Vec<Cell>,
    /// Frames in its lists of orders 1 to 3 (and of huge pages).
    pub higher_frames: u32,
}

/// One order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OrderRow {
    /// The order.
    pub order: u8,
    /// Bytes of a block.
    pub bytes: u64,
    /// Blocks on all lists of the order (`nr_free`).
    pub blocks: u64,
    /// One cell a column.
    pub cells: Vec<Cell>,
    /// Part of the zone's free memory, in thousandths, rounded.
    pub permille: u32,
}

/// The list of one order and migrate type, shortened.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Cell {
    /// Block heads in list order, ghosts where they were.
    pub chips: Vec<Chip>,
    /// The tail of a list too long to show: its last block.
    pub last: Option<u32>,
    /// Blocks on the list now.
    pub count: u32,
    /// Blocks that the command took and that are not shown as ghosts.
    pub more_taken: u32,
}

/// A block head.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Chip {
    /// First frame of the block.
    pub pfn: u32,
    /// What the command did to it.
    pub state: ChipState,
}

/// What the command did to a block, up to the step shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum ChipState {
    /// Nothing.
    Same,
    /// Took it off: a ghost in its place.
    Taken,
    /// Put it there.
    New,
}

/// A block that moved from one list to another at the step shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Move {
    /// Order it came from.
    pub from_order: u8,
    /// Head it came from.
    pub from_pfn: u32,
    /// Order it went to.
    pub to_order: u8,
    /// Head there.
    pub to_pfn: u32,
    /// Column of both.
    pub column: usize,
}

/// How many chips a cell has room for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Room {
    /// Chips of a list that fits.
    pub chips: usize,
    /// Chips of a list that is shortened.
    pub heads: usize,
}

impl Room {
    /// The column of movable blocks.
    pub const WIDE: Room = Room { chips: 6, heads: 4 };
    /// The other columns.
    pub const NARROW: Room = Room { chips: 2, heads: 1 };

    /// Returns the room in the column of a type.
    pub const fn of(migrate: MigrateName) -> Room {
        match migrate {
            MigrateName::Movable => Room::WIDE,
            MigrateName::Unmovable
            | MigrateName::Reclaimable
            | MigrateName::HighAtomic
            | MigrateName::Cma
            | MigrateName::Isolate => Room::NARROW,
        }
    }
}

/// Lays out a list of `count` blocks: the last `taken` ghosts in the order they were taken, then the list
/// with the `new` ones marked. Reads no more of `list` than is shown.
pub fn cell(
    list: impl Iterator<Item = u32>,
    last: Option<u32>,
    count: u32,
    changes: &Changes,
    room: Room,
) -> Cell {
    let length = mm::units::index(count);
    let long = length > room.chips;
    // A tail such as `… 130780 ×480` takes the room of a head.
    let tight = room.heads > 1 && count >= 100 && !changes.taken.is_empty();
    let heads = if long { room.heads - usize::from(tight) } else { length };
    let ghost_room = room
        .chips
        .saturating_sub(heads + usize::from(long))
        .min(if long { 1 } else { room.chips })
        .max(usize::from(room.heads > 1 && heads < room.chips));
    let ghosts = changes.taken.len().min(ghost_room);
    let taken = &changes.taken[changes.taken.len() - ghosts..];
    let mut chips: Vec<Chip> = taken.iter().map(|&pfn| Chip { pfn, state: ChipState::Taken }).collect();
    chips.extend(list.take(heads).map(|pfn| {
        let state = if changes.new.contains(&pfn) { ChipState::New } else { ChipState::Same };
        Chip { pfn, state }
    }));
    Cell {
        chips,
        last: last.filter(|_| long),
        count,
        more_taken: mm::units::count(changes.taken.len() - ghosts),
    }
}

/// What a command did to one list, up to the step shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Changes {
    /// Blocks that are gone, in the order they went.
    pub taken: Vec<u32>,
    /// Blocks that came and are still there.
    pub new: Vec<u32>,
}

/// Counts what a command does to one list, block by block.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Times a block came less times it went, and when it was last heard of.
    blocks: BTreeMap<u32, (i8, u32)>,
    events: u32,
}

impl Tally {
    /// Notes that a block left the list.
    pub fn take(&mut self, pfn: u32) {
        self.note(pfn, -1);
    }

    /// Notes that a block came onto the list.
    pub fn put(&mut self, pfn: u32) {
        self.note(pfn, 1);
    }

    fn note(&mut self, pfn: u32, by: i8) {
        self.events += 1;
        let (balance, when) = self.blocks.entry(pfn).or_default();
        *balance += by;
        *when = self.events;
    }

    /// Returns what is left of it: a block that went and came back is no change.
    pub fn changes(&self) -> Changes {
        let side = |wanted: i8| {
            let blocks = self.blocks.iter().filter(|(_, (balance, _))| *balance == wanted);
            let mut blocks: Vec<(u32, u32)> = blocks.map(|(&pfn, &(_, when))| (when, pfn)).collect();
            sort_by_number(&mut blocks, |&(when, _)| when.into());
            blocks.into_iter().map(|(_, pfn)| pfn).collect()
        };
        Changes { taken: side(-1), new: side(1) }
    }

    /// Returns every block that was heard of last when it left, one that had come before
    /// included: what passed through a CPU's list.
    pub fn gone(&self) -> Changes {
        let gone = self.blocks.iter().filter(|(_, (balance, _))| *balance <= 0);
        let mut gone: Vec<(u32, u32)> = gone.map(|(&pfn, &(_, when))| (when, pfn)).collect();
        sort_by_number(&mut gone, |&(when, _)| when.into());
        Changes { taken: gone.into_iter().map(|(_, pfn)| pfn).collect(), new: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Changes, ChipState, Room, Tally, cell};

    fn shown(list: &[u32], taken: &[u32], new: &[u32], room: Room) -> String {
        let changes = Changes { taken: taken.to_vec(), new: new.to_vec() };
        let cell =
            cell(list.iter().copied(), list.last().copied(), mm::units::count(list.len()), &changes, room);
        let mut out = String::new();
        for chip in &cell.chips {
            let mark = match chip.state {
                ChipState::Same => "",
                ChipState::Taken => "-",
                ChipState::New => "+",
            };
            out.push_str(&format!("{mark}{} ", chip.pfn));
        }
        if let Some(last) = cell.last {
            out.push_str(&format!("… {last} ×{}", cell.count));
        }
        out.trim_end().to_owned()
    }

    #[test]
    fn long_lists_are_cut_and_ghosts_stand_first() {
        assert_eq!(shown(&[1, 2], &[], &[], Room::WIDE), "1 2");
        assert_eq!(shown(&[1, 2], &[9], &[2], Room::WIDE), "-9 1 +2");
        assert_eq!(shown(&[1, 2, 3, 4, 5, 6, 7], &[8, 9], &[], Room::WIDE), "-9 1 2 3 4 … 7 ×7");
        assert_eq!(shown(&[1, 2, 3], &[], &[], Room::NARROW), "1 … 3 ×3");
        assert_eq!(shown(&[], &[5, 6, 7, 8, 9], &[], Room::WIDE), "-5 -6 -7 -8 -9");
    }

    #[test]
    fn a_block_that_comes_back_is_no_change() {
        let mut tally = Tally::default();
        tally.take(1);
        tally.put(1);
        tally.put(2);
        tally.take(2);
        assert_eq!(tally.changes(), Changes::default());
        tally.take(9);
        tally.take(3);
        tally.put(4);
        assert_eq!(tally.changes(), Changes { taken: vec![9, 3], new: vec![4] });
    }
}
