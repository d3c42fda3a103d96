//! Words for what views hold: kinds, migrate types, fields, reasons.

use super::buddy::MigrateName;
use super::frames::FrameRun;
use super::inspector::{Arm, FieldName};
use super::process::{CounterName, Role};
use super::translate::{Access, CpuMode, FaultReason};
use super::{FrameKind, ProcessName};
use crate::Lang;
use mm::units::Order;

crate::labels! {
    /// A word of the model.
    pub enum Word {
        Anonymous: "anonymous", "匿名页";
        PageCache: "page cache", "页缓存";
        Slab: "slab", "slab";
        PageTable: "page table", "页表";
        Kernel: "kernel, other", "内核及其他";
        Before: "in use before the capture", "快照之前已分配";
        Reserved: "reserved at boot", "启动时保留";
        Pcp: "free, on a CPU list", "空闲，在 CPU 链表上";
        Free: "free", "空闲";
        Hole: "no RAM", "没有内存";
        AnonymousShort: "anonymous", "匿名";
        KernelShort: "kernel", "内核";
        BeforeShort: "before capture", "快照前";
        ReservedShort: "reserved", "保留";
        PcpShort: "CPU list", "CPU 链表";
        Unmovable: "unmovable", "不可移动";
        Movable: "movable", "可移动";
        Reclaimable: "reclaimable", "可回收";
        HighAtomic: "high atomic", "高阶原子";
        Cma: "contiguous (CMA)", "连续内存（CMA）";
        Isolate: "isolated", "已隔离";
        Look: "look only", "只看";
        Read: "read", "读";
        Write: "write", "写";
        Exec: "execute", "执行";
        UserMode: "user mode", "用户态";
        KernelMode: "kernel mode", "内核态";
        TheKernel: "kernel", "内核";
        NotPresent: "not present", "不存在";
        NotWritable: "not writable", "不可写";
        NotUser: "kernel only", "仅内核可用";
        NoExecute: "not executable", "不可执行";
        MinorFaults: "minor faults", "次要缺页";
        MajorFaults: "major faults", "主要缺页";
        Rss: "resident (RSS)", "常驻（RSS）";
        PageTables: "page tables (VmPTE)", "页表（VmPTE）";
        Size: "address space (VmSize)", "地址空间（VmSize）";
        Brk: "program break (brk)", "堆顶（brk）";
        Image: "program and libraries", "程序和库";
        Heap: "heap", "堆";
        Stack: "stack", "栈";
        AnonArea: "anonymous", "匿名区";
        FileArea: "file", "文件";
        Vdso: "from the kernel", "内核提供";
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

impl FrameKind {
    /// Returns the kind in words.
    pub const fn word(self) -> Word {
        match self {
            FrameKind::Anon => Word::Anonymous,
            FrameKind::File => Word::PageCache,
            FrameKind::Slab => Word::Slab,
            FrameKind::PageTable => Word::PageTable,
            FrameKind::Kernel => Word::Kernel,
            FrameKind::Before => Word::Before,
            FrameKind::Reserved => Word::Reserved,
            FrameKind::Pcp => Word::Pcp,
            FrameKind::Free => Word::Free,
            FrameKind::Hole => Word::Hole,
        }
    }

    /// Returns the kind in few words, for a legend on one line.
    pub const fn short_word(self) -> Word {
        match self {
            FrameKind::Anon => Word::AnonymousShort,
            FrameKind::Kernel => Word::KernelShort,
            FrameKind::Before => Word::BeforeShort,
            FrameKind::Reserved => Word::ReservedShort,
            FrameKind::Pcp => Word::PcpShort,
            FrameKind::File | FrameKind::Slab | FrameKind::PageTable | FrameKind::Free | FrameKind::Hole => {
                self.word()
            }
        }
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

impl CpuMode {
    /// Both modes, in the order of the choice.
    pub const ALL: [CpuMode; 2] = [CpuMode::User, CpuMode::Kernel];

    /// Returns the mode in words.
    pub const fn word(self) -> Word {
        match self {
            CpuMode::User => Word::UserMode,
            CpuMode::Kernel => Word::KernelMode,
        }
    }
}

impl Access {
    /// Every access, in the order of the choice.
    pub const ALL: [Access; 4] = [Access::Look, Access::Read, Access::Write, Access::Exec];

    /// Returns the access in words.
    pub const fn word(self) -> Word {
        match self {
            Access::Look => Word::Look,
            Access::Read => Word::Read,
            Access::Write => Word::Write,
            Access::Exec => Word::Exec,
        }
    }
}

impl FaultReason {
    /// Returns the reason in words.
    pub const fn word(self) -> Word {
        match self {
            FaultReason::NotPresent => Word::NotPresent,
            FaultReason::NotWritable => Word::NotWritable,
            FaultReason::NotUser => Word::NotUser,
            FaultReason::NoExecute => Word::NoExecute,
        }
    }
}

impl CounterName {
    /// Returns the counter in words.
    pub const fn word(self) -> Word {
        match self {
            CounterName::MinorFaults => Word::MinorFaults,
            CounterName::MajorFaults => Word::MajorFaults,
            CounterName::Rss => Word::Rss,
            CounterName::PageTables => Word::PageTables,
            CounterName::Size => Word::Size,
            CounterName::Brk => Word::Brk,
        }
    }
}

impl Role {
    /// Returns the role in words.
    pub const fn word(self) -> Word {
        match self {
            Role::Image => Word::Image,
            Role::Heap => Word::Heap,
            Role::Stack => Word::Stack,
            Role::Anon => Word::AnonArea,
            Role::File => Word::FileArea,
            Role::Vdso => Word::Vdso,
        }
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

/// Says what a pageblock holds: `3 reserved at boot, 1 anonymous; 508 free in blocks of order 2, 7, 8.`
pub fn pageblock_words(runs: &[FrameRun], lang: Lang) -> String {
    let count = |kind: FrameKind| -> u32 {
        runs.iter().filter(|run| run.kind == kind).map(|run| run.end - run.start).sum()
    };
    let used = FrameKind::ALL.into_iter().filter(|&kind| kind != FrameKind::Free && count(kind) > 0);
    let used: Vec<String> =
        used.map(|kind| format!("{} {}", count(kind), kind.word().text(lang).replace(", ", " "))).collect();
    let is_free = |order: &u8| runs.iter().any(|run| run.order == Some(*order));
    let orders = Order::ZERO.and_up().map(Order::get).filter(is_free);
    let orders: Vec<String> = orders.map(|order| order.to_string()).collect();
    let free = count(FrameKind::Free);
    let free = match lang {
        _ if free == 0 => None,
        Lang::En => Some(format!("{free} free in blocks of order {}", orders.join(", "))),
        Lang::Zh => Some(format!("{free} 空闲，块的阶：{}", orders.join("、"))),
    };
    let (comma, semicolon, stop) = match lang {
        Lang::En => (", ", "; ", "."),
        Lang::Zh => ("、", "；", "。"),
    };
    let parts: Vec<String> =
        Some(used.join(comma)).filter(|used| !used.is_empty()).into_iter().chain(free).collect();
    format!("{}{stop}", parts.join(semicolon))
}

#[cfg(test)]
mod tests {
    use super::Word;
    use crate::Lang;

    #[test]
    fn every_word_has_both_languages() {
        for word in Word::ALL {
            for lang in Lang::ALL {
                assert!(!word.text(lang).is_empty(), "{word:?} in {lang:?}");
            }
        }
    }
}
