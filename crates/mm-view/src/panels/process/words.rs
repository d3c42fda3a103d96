//! Words for counters and areas of a process.

use super::{CounterName, Role};

crate::labels! {
    /// A counter, or what an area is for.
    pub enum Word {
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
