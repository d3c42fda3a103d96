//! What each quantity means, and why one has no value.

use mm::quantity::{Kind, Unit, Unknown};

use crate::Lang;

/// Returns the meaning of a quantity, one line without a period.
pub fn quantity(kind: Kind, lang: Lang) -> &'static str {
    let (en, zh) = match kind {
        Kind::Vmstat => ("a counter of /proc/vmstat", "/proc/vmstat 的一个计数"),
        Kind::Meminfo => ("a line of /proc/meminfo", "/proc/meminfo 的一行"),
        Kind::Smaps => {
            ("a line of the process's smaps file, summed over its areas", "进程 smaps 文件的一行，各区域之和")
        }
        Kind::Status => ("a line of the process's status file", "进程 status 文件的一行"),
        Kind::Minflt => {
            ("page faults that were served without waiting for a disk", "不等磁盘就解决的缺页次数")
        }
        Kind::Majflt => ("page faults that waited for a disk", "等了磁盘的缺页次数"),
        Kind::Rss => ("memory that the process has mapped and present", "进程已映射且在内存里的量"),
        Kind::Maps => ("areas of the process, the lines of its maps file", "进程的区域数，即 maps 的行数"),
        Kind::Brk => ("length of the process's heap", "进程堆的长度"),
        Kind::Sig => (
            "the last signal of the process: code, error, addr, signo",
            "进程收到的最后一个信号：code、error、addr、signo",
        ),
        Kind::Alive => ("1 while the process lives", "进程活着为 1"),
        Kind::Ptpages => ("page-table pages of the process, the root included", "进程的页表页数，含根表"),
        Kind::Zoneinfo => ("a number of a zone: free, marks, size", "区域的一个数：空闲、水位、大小"),
        Kind::Buddyinfo => (
            "free blocks of a zone by order; the whole row without [O]",
            "区域各阶空闲块数，不带 [O] 则为整行",
        ),
        Kind::Extfrag => (
            "fragmentation index in thousandths: -1000 if a block fits; towards 1000 it is fragmentation",
            "碎片指数，以千分之一计：-1000 表示有合用的块，越近 1000 越是碎片",
        ),
        Kind::Unusable => (
            "free memory that requests of the order cannot use, in thousandths",
            "该阶请求用不上的空闲内存，以千分之一计",
        ),
        Kind::Blocks => ("pageblocks of a migrate type in a zone", "区域中某迁移类型的页块数"),
        Kind::Pcp => (
            "the CPUs' lists of a zone: pages on them, limit, batch",
            "区域在各 CPU 链表上的页数、上限和批量",
        ),
        Kind::Pfn => ("the frame behind an address", "地址背后的页帧"),
        Kind::Pte => ("a field of the entry that maps an address", "映射某地址的表项的一个字段"),
        Kind::Walk => (
            "what the walk of an address does: idx, refs, pa, leaf, fault, tlb",
            "地址遍历的结果：idx、refs、pa、leaf、fault、tlb",
        ),
        Kind::Page => ("a field of a frame's page struct", "页帧 page 结构的一个字段"),
        Kind::Slab => (
            "a number of a cache: slabs, objs, total, per_slab, order, size, partial, cpu_slabs",
            "缓存的一个数：slabs、objs、total、per_slab、order、size、partial、cpu_slabs",
        ),
        Kind::Ksize => ("bytes that may be used of an object", "对象可用的字节数"),
        Kind::Frames => ("frames behind a label", "标签背后的页帧数"),
        Kind::Vmalloc => (
            "a number of vmalloc: areas, used, lazy, lazy_max, largest",
            "vmalloc 的一个数：areas、used、lazy、lazy_max、largest",
        ),
        Kind::Tlb => ("a counter of the translation caches", "TLB 的一个计数"),
        Kind::Time => ("simulated time of the last command", "上一条命令的模拟时间"),
        Kind::Share => (
            "share of the last command's time under a kernel function",
            "上一条命令的时间在某内核函数之下的占比",
        ),
        Kind::Sysctl => ("a tunable of /proc/sys/vm", "/proc/sys/vm 的一个参数"),
        Kind::Mem => {
            ("frames of the machine, and bytes of its page structs", "机器的页帧数，以及 page 结构的字节数")
        }
        Kind::Layout => (
            "where a part of the kernel's addresses lies: direct_map, vmalloc, pkmap, fixmap ...",
            "内核地址空间某一部分的位置：direct_map、vmalloc、pkmap、fixmap 等",
        ),
        Kind::Count => ("how many blocks a label stands for", "标签代表多少块"),
        Kind::Va => ("the address that a label stands for", "标签代表的虚拟地址"),
        Kind::Pa => ("the physical address behind a label", "标签背后的物理地址"),
        Kind::Label => ("a label or an address itself", "标签或地址本身"),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// Returns the name of a unit.
pub fn unit(unit: Unit, lang: Lang) -> &'static str {
    let (en, zh) = match unit {
        Unit::Count => ("count", "个数"),
        Unit::Pages => ("pages", "页"),
        Unit::Bytes => ("bytes", "字节"),
        Unit::KiB => ("kB", "kB"),
        Unit::Nanos => ("ns", "纳秒"),
        Unit::Percent => ("%", "%"),
        Unit::Frame => ("frame number", "页帧号"),
        Unit::Address => ("address", "地址"),
        Unit::Text => ("text", "文本"),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// Says why a quantity has no value here.
pub fn unknown(unknown: &Unknown, lang: Lang) -> String {
    let maybe = |nearest: &Option<String>| match (nearest, lang) {
        (None, _) => String::new(),
        (Some(word), Lang::En) => format!("; did you mean `{word}`?"),
        (Some(word), Lang::Zh) => format!("；是不是想写 `{word}`？"),
    };
    match (unknown, lang) {
        (Unknown::Quantity { found, nearest }, Lang::En) => {
            format!("no quantity is written `{found}`{}", maybe(nearest))
        }
        (Unknown::Quantity { found, nearest }, Lang::Zh) => {
            format!("没有写作 `{found}` 的量{}", maybe(nearest))
        }
        (Unknown::Process(name), Lang::En) => format!("no process `{name}` was ever started"),
        (Unknown::Process(name), Lang::Zh) => format!("从未启动过进程 `{name}`"),
        (Unknown::Zone(name), Lang::En) => format!("this machine has no zone `{name}`"),
        (Unknown::Zone(name), Lang::Zh) => format!("这台机器没有区域 `{name}`"),
        (Unknown::Cache(name), Lang::En) => format!("this machine has no cache `{name}`"),
        (Unknown::Cache(name), Lang::Zh) => format!("这台机器没有缓存 `{name}`"),
        (Unknown::Label(name), Lang::En) => format!("the label `{name}` has no value"),
        (Unknown::Label(name), Lang::Zh) => format!("标签 `{name}` 没有值"),
        (Unknown::Field { found, nearest }, Lang::En) => {
            format!("there is no field `{found}`{}", maybe(nearest))
        }
        (Unknown::Field { found, nearest }, Lang::Zh) => format!("没有字段 `{found}`{}", maybe(nearest)),
        (Unknown::NotModelled(name), Lang::En) => {
            format!("6.1 has `{name}`, but nothing here can change it yet: it is not modelled")
        }
        (Unknown::NotModelled(name), Lang::Zh) => {
            format!("6.1 有 `{name}`，但这里还没有什么能改变它：尚未建模")
        }
        (Unknown::Arguments(kind), Lang::En) => format!("it is written `{}`", kind.form()),
        (Unknown::Arguments(kind), Lang::Zh) => format!("写法是 `{}`", kind.form()),
        (Unknown::NotMapped(va), Lang::En) => format!("nothing is mapped at {va:#x}"),
        (Unknown::NotMapped(va), Lang::Zh) => format!("{va:#x} 没有映射"),
        (Unknown::NoFrame(pfn), Lang::En) => format!("this machine has no frame {pfn}"),
        (Unknown::NoFrame(pfn), Lang::Zh) => format!("这台机器没有页帧 {pfn}"),
        (Unknown::WithoutDetail, Lang::En) => {
            "not known: the command was too long to keep its steps; ask for less in one command".into()
        }
        (Unknown::WithoutDetail, Lang::Zh) => "未知：命令太长，没有保留各步骤；请让一条命令做得少些".into(),
        (Unknown::Incomparable { left, right }, Lang::En) => {
            format!("{left} and {right} cannot be compared in this way")
        }
        (Unknown::Incomparable { left, right }, Lang::Zh) => format!("{left} 与 {right} 不能这样比较"),
    }
}
