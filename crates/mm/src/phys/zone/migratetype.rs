//! Migrate types: how mobile the pages of a pageblock are.
//!
//! Pages are grouped by mobility so that the immovable ones do not spread over all of
//! memory and leave no large block whole. Mirrors 6.1 `include/linux/mmzone.h: enum
//! migratetype`, with `CONFIG_CMA` and `CONFIG_MEMORY_ISOLATION`.

use crate::gfp::Gfp;

/// Mobility of the pages of a pageblock, and of the lists they are kept on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum MigrateType {
    /// Kernel memory that stays where it is.
    Unmovable,
    /// User pages and page cache: can be copied elsewhere or written out.
    Movable,
    /// Kernel objects that a shrinker can drop.
    Reclaimable,
    /// Held back for allocations that cannot wait.
    HighAtomic,
    /// Lent to movable pages until a driver claims it.
    Cma,
    /// Being emptied: nothing is handed out from here.
    Isolate,
}

/// Number of migrate types, `MIGRATE_TYPES`.
pub const MIGRATE_TYPES: usize = 6;

impl MigrateType {
    /// Every type, in the order of their codes.
    pub const ALL: [MigrateType; MIGRATE_TYPES] = [
        MigrateType::Unmovable,
        MigrateType::Movable,
        MigrateType::Reclaimable,
        MigrateType::HighAtomic,
        MigrateType::Cma,
        MigrateType::Isolate,
    ];

    /// The types that per-CPU lists keep and that may merge freely, `MIGRATE_PCPTYPES`.
    pub const ON_CPU_LISTS: [MigrateType; 3] =
        [MigrateType::Unmovable, MigrateType::Movable, MigrateType::Reclaimable];

    /// Returns the kernel's number.
    #[inline]
    pub const fn code(self) -> u8 {
        match self {
            MigrateType::Unmovable => 0,
            MigrateType::Movable => 1,
            MigrateType::Reclaimable => 2,
            MigrateType::HighAtomic => 3,
            MigrateType::Cma => 4,
            MigrateType::Isolate => 5,
        }
    }

    /// Returns the type with the kernel's number `code`.
    ///
    /// # Panics
    /// When there is no such type.
    #[inline]
    pub const fn from_code(code: u8) -> MigrateType {
        match code {
            0 => MigrateType::Unmovable,
            1 => MigrateType::Movable,
            2 => MigrateType::Reclaimable,
            3 => MigrateType::HighAtomic,
            4 => MigrateType::Cma,
            5 => MigrateType::Isolate,
            _ => panic!("no migrate type has this code"),
        }
    }

    /// Returns the type that a request with these flags wants, 6.1 `gfp_migratetype`.
    #[inline]
    pub const fn of_request(gfp: Gfp) -> MigrateType {
        if gfp.contains(Gfp::MOVABLE) {
            MigrateType::Movable
        } else if gfp.contains(Gfp::RECLAIMABLE) {
            MigrateType::Reclaimable
        } else {
            MigrateType::Unmovable
        }
    }

    /// Returns the letter that dumps and OOM reports use.
    pub const fn letter(self) -> char {
        match self {
            MigrateType::Unmovable => 'U',
            MigrateType::Movable => 'M',
            MigrateType::Reclaimable => 'R',
            MigrateType::HighAtomic => 'H',
            MigrateType::Cma => 'C',
            MigrateType::Isolate => 'I',
        }
    }

    /// Returns the type with the letter `letter`.
    pub fn from_letter(letter: char) -> Option<MigrateType> {
        MigrateType::ALL.into_iter().find(|mt| mt.letter() == letter)
    }

    /// Returns the name that `/proc/pagetypeinfo` prints.
    pub const fn name(self) -> &'static str {
        match self {
            MigrateType::Unmovable => "Unmovable",
            MigrateType::Movable => "Movable",
            MigrateType::Reclaimable => "Reclaimable",
            MigrateType::HighAtomic => "HighAtomic",
            MigrateType::Cma => "CMA",
            MigrateType::Isolate => "Isolate",
        }
    }

    /// Returns whether pages of this type go to per-CPU lists and may merge with others that do.
    #[inline]
    pub const fn is_on_cpu_lists(self) -> bool {
        self.code() < 3
    }
}
