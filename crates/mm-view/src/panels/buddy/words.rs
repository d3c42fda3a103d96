//! Words for migrate types.

use super::MigrateName;

crate::labels! {
    /// A migrate type.
    pub enum Word {
        Unmovable: "unmovable", "不可移动";
        Movable: "movable", "可移动";
        Reclaimable: "reclaimable", "可回收";
        HighAtomic: "high atomic", "高阶原子";
        Cma: "contiguous (CMA)", "连续内存（CMA）";
        Isolate: "isolated", "已隔离";
    }
}

impl MigrateName {
    /// Returns the type in words.
    pub const fn word(self) -> Word {
        match self {
            MigrateName::Unmovable => Word::Unmovable,
            MigrateName::Movable => Word::Movable,
            MigrateName::Reclaimable => Word::Reclaimable,
            MigrateName::HighAtomic => Word::HighAtomic,
            MigrateName::Cma => Word::Cma,
            MigrateName::Isolate => Word::Isolate,
        }
    }
}
