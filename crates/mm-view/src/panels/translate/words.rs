//! Words for accesses, modes and what stops a walk.

use super::{Access, CpuMode, FaultReason};

crate::labels! {
    /// A word of the walk.
    pub enum Word {
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
