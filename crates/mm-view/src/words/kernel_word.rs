//! Words for the kernel's small enums, as they stand inside sentences.

use mm::phys::zone::Wmark;
use mm::phys::zone::migratetype::MigrateType;
use mm::virt::area::vma::VmFlags;

use crate::Lang;

/// Returns a migrate type as an adjective.
pub fn migrate_type(mt: MigrateType, lang: Lang) -> &'static str {
    match (mt, lang) {
        (MigrateType::Unmovable, Lang::En) => "unmovable",
        (MigrateType::Unmovable, Lang::Zh) => "不可移动",
        (MigrateType::Movable, Lang::En) => "movable",
        (MigrateType::Movable, Lang::Zh) => "可移动",
        (MigrateType::Reclaimable, Lang::En) => "reclaimable",
        (MigrateType::Reclaimable, Lang::Zh) => "可回收",
        (MigrateType::HighAtomic, Lang::En) => "high-atomic",
        (MigrateType::HighAtomic, Lang::Zh) => "高阶原子",
        (MigrateType::Cma, Lang::En) => "CMA",
        (MigrateType::Cma, Lang::Zh) => "CMA",
        (MigrateType::Isolate, Lang::En) => "isolated",
        (MigrateType::Isolate, Lang::Zh) => "隔离",
    }
}

/// Returns the kernel's name of a watermark, the same in every language.
pub(super) fn mark(mark: Wmark) -> &'static str {
    match mark {
        Wmark::Min => "min",
        Wmark::Low => "low",
        Wmark::High => "high",
    }
}

/// Writes rights as `maps` does: `rw-p`.
pub(crate) fn rights(flags: VmFlags) -> String {
    let bit = |flag, letter| if flags.contains(flag) { letter } else { '-' };
    let sharing = if flags.contains(VmFlags::SHARED) { 's' } else { 'p' };
    [bit(VmFlags::READ, 'r'), bit(VmFlags::WRITE, 'w'), bit(VmFlags::EXEC, 'x'), sharing]
        .into_iter()
        .collect()
}
