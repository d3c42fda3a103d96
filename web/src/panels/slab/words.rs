//! Texts of the *Slab* panel, in both languages.

use mm_view::Lang;
use mm_view::panels::slab::LanePlace;

mm_view::labels! {
    /// A text of the panel.
    pub(in crate::panels) enum Text {
        Cache: "cache", "缓存";
        Caches: "Caches", "缓存";
        ObjectSize: "object", "对象";
        PerSlab: "per slab", "每 slab";
        Active: "active / all", "在用 / 总数";
        Slabs: "slabs", "slab 数";
        OnCpu: "CPU", "CPU";
        OnNode: "node", "节点";
        Full: "full", "已满";
        ShowAll: "all caches", "全部缓存";
        ShowUsed: "only those in use", "只看在用的";
        NoCaches: "no slab caches in use yet; this makes one:", "还没有在用的 slab 缓存；这条命令创建一个：";
        NoSlabs: "no slab yet; the first object brings one:", "还没有 slab；第一个对象会带来一个：";
        Waste: "unused at the end", "末尾不用";
        Align: "aligned to", "对齐";
        Keeps: "a node keeps", "节点保留";
        Places: "Where the slabs are", "slab 在哪里";
        NothingHere: "none", "无";
        AllInUse: "on no list", "不在任何链表上";
        Slab: "Slab", "slab";
        Object: "Object", "对象";
        Allocated: "in use", "在用";
        Free: "free", "空闲";
        State: "state", "状态";
        Place: "place", "位置";
        Nth: "on the freelist", "空闲链上第几";
        Next: "next", "下一个";
        CpuFreelist: "CPU freelist", "CPU 空闲链";
        OwnFreelist: "the slab's own freelist", "slab 自己的空闲链";
        EmptyList: "empty", "空";
        Kmalloc: "Which class kmalloc takes", "kmalloc 选哪一类";
        Bytes: "Bytes asked of kmalloc", "向 kmalloc 要的字节数";
        Objects: "objects", "个对象";
        WholeFrames: "whole frames, no cache", "整页，不经缓存";
        NoneThere: "nothing", "什么也没有";
        Earlier: "earlier", "前面的";
        Later: "later", "后面的";
        Address: "address", "地址";
        InUse: "inuse", "inuse";
        Frozen: "frozen", "frozen";
        Labels: "labels", "标签";
        Frame: "frame", "页帧";
        FirstFrame: "page struct", "struct page";
        Kinds: "by use", "按用途";
        FreeBlocks: "free blocks", "空闲块";
        Pageblock: "Pageblock", "页块";
    }
}

/// Names a place: `CPU 0, allocates from it`.
pub(in crate::panels) fn place(place: LanePlace, lang: Lang) -> (String, &'static str) {
    match (place, lang) {
        (LanePlace::Cpu(cpu), Lang::En) => (format!("CPU {cpu}"), "allocates from it"),
        (LanePlace::Cpu(cpu), Lang::Zh) => (format!("CPU {cpu}"), "当前 slab"),
        (LanePlace::CpuPartial(cpu), Lang::En) => (format!("CPU {cpu} partial"), "in reserve, no lock"),
        (LanePlace::CpuPartial(cpu), Lang::Zh) => (format!("CPU {cpu} partial"), "预留，无需加锁"),
        (LanePlace::Node(node), Lang::En) => (format!("node {node} partial"), "for every CPU"),
        (LanePlace::Node(node), Lang::Zh) => (format!("节点 {node} partial"), "所有 CPU 可取"),
        (LanePlace::Full, _) => (Text::Full.text(lang).to_owned(), Text::AllInUse.text(lang)),
    }
}
