//! Words for fields of entries, page tables and uses of a `struct page`.

use super::{Arm, FieldName};
use crate::Lang;
use crate::panels::ProcessName;

crate::labels! {
    /// A field of an entry, or an arm of the union of `struct page`.
    pub enum Word {
        FieldNoExecute: "not executable", "不可执行";
        FieldPfn: "frame", "页帧";
        FieldSoftDirty: "soft-dirty", "软脏位";
        FieldUffdWp: "userfaultfd write-protect", "userfaultfd 写保护";
        FieldSpecial: "no struct page", "没有 struct page";
        FieldGlobal: "global: stays in the TLB", "全局：留在 TLB 里";
        FieldPageSize: "large page, ends the walk", "大页，遍历到此为止";
        FieldPat: "page attribute table", "页属性表";
        FieldDirty: "dirty", "脏";
        FieldAccessed: "accessed", "已访问";
        FieldCacheDisable: "not cached", "不缓存";
        FieldWriteThrough: "write-through", "直写";
        FieldUser: "user mode may use it", "用户态可用";
        FieldWritable: "writable", "可写";
        FieldPresent: "present", "存在";
        FieldSwapType: "swap area", "交换区";
        FieldSwapOffset: "slot in it", "其中的槽";
        FieldMigrationType: "kind of migration entry", "迁移项的种类";
        FieldMigrationFrame: "frame whose page is moving", "正在搬移其页的页帧";
        FieldDevmap: "device memory", "设备内存";
        FieldProtectionKey: "protection key", "保护键";
        FieldAvailable: "free for software", "留给软件";
        FieldIgnored: "ignored by the CPU", "CPU 忽略";
        FieldReserved: "must be 0", "必须为 0";
        FieldProtNone: "PROT_NONE: no access", "PROT_NONE：禁止访问";
        FieldSwapExclusive: "belonged to this process only", "原先只属于本进程";
        ArmAnon: "anonymous", "匿名页";
        ArmTail: "tail page", "尾页";
        ArmFile: "page cache", "页缓存";
        ArmSlab: "slab", "slab";
        ArmPageTable: "page table", "页表";
        ArmBuddy: "buddy", "伙伴";
        ArmPcp: "CPU list", "CPU 链表";
        ArmNone: "none", "无";
    }
}

impl FieldName {
    /// Returns what the field says when it is set.
    pub const fn word(self) -> Word {
        match self {
            FieldName::NoExecute => Word::FieldNoExecute,
            FieldName::Pfn => Word::FieldPfn,
            FieldName::SoftDirty => Word::FieldSoftDirty,
            FieldName::UffdWp => Word::FieldUffdWp,
            FieldName::Special => Word::FieldSpecial,
            FieldName::Global => Word::FieldGlobal,
            FieldName::PageSize => Word::FieldPageSize,
            FieldName::Pat => Word::FieldPat,
            FieldName::Dirty => Word::FieldDirty,
            FieldName::Accessed => Word::FieldAccessed,
            FieldName::CacheDisable => Word::FieldCacheDisable,
            FieldName::WriteThrough => Word::FieldWriteThrough,
            FieldName::User => Word::FieldUser,
            FieldName::Writable => Word::FieldWritable,
            FieldName::Present => Word::FieldPresent,
            FieldName::Devmap => Word::FieldDevmap,
            FieldName::ProtectionKey => Word::FieldProtectionKey,
            FieldName::Available => Word::FieldAvailable,
            FieldName::Ignored => Word::FieldIgnored,
            FieldName::Reserved => Word::FieldReserved,
            FieldName::ProtNone => Word::FieldProtNone,
            FieldName::SwapExclusive => Word::FieldSwapExclusive,
            FieldName::SwapType => Word::FieldSwapType,
            FieldName::SwapOffset => Word::FieldSwapOffset,
            FieldName::MigrationType => Word::FieldMigrationType,
            FieldName::MigrationFrame => Word::FieldMigrationFrame,
        }
    }
}

impl Arm {
    /// Returns the arm in words.
    pub const fn word(self) -> Word {
        match self {
            Arm::Anon => Word::ArmAnon,
            Arm::Tail => Word::ArmTail,
            Arm::File => Word::ArmFile,
            Arm::Slab => Word::ArmSlab,
            Arm::PageTable => Word::ArmPageTable,
            Arm::Buddy => Word::ArmBuddy,
            Arm::Pcp => Word::ArmPcp,
            Arm::None => Word::ArmNone,
        }
    }
}

/// Says which table a page table is: `PMD table of web`.
pub fn table_of(level: &str, process: Option<&ProcessName>, lang: Lang) -> String {
    match (process, lang) {
        (Some(process), Lang::En) => format!("{level} table of {}", process.name),
        (Some(process), Lang::Zh) => format!("{} 的 {level} 表", process.name),
        (None, Lang::En) => format!("{level} table"),
        (None, Lang::Zh) => format!("{level} 表"),
    }
}

/// Says how much of a table is in use: `3 of 512 entries in use`.
pub fn entries_in_use(used: u32, entries: u32, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{used} of {entries} entries in use"),
        Lang::Zh => format!("{entries} 项中用了 {used} 项"),
    }
}
