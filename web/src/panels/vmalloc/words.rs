//! Texts of the *vmalloc* panel, in both languages.

use mm::virt::BandKind;
use mm_view::Lang;

mm_view::labels! {
    /// A text of the panel.
    pub(in crate::panels) enum Text {
        KernelHalf: "The kernel's half", "内核半部";
        LogWidth: "width grows with the logarithm of the size", "宽度按大小的对数";
        Area: "area", "区域";
        Areas: "Areas", "区域";
        Size: "size", "大小";
        Frames: "frames", "页帧";
        Frame: "frame", "页帧";
        Pieces: "pieces", "段";
        Guard: "guard page", "警戒页";
        Label: "label", "标签";
        ListOf: "frames of", "页帧清单：";
        Free: "never mapped", "永不映射";
        Waits: "waits for a flush", "等待刷新";
        InMemory: "where its frames lie in memory", "页帧在内存里的位置";
        Page: "address", "地址";
        Entry: "entry", "表项";
        Contiguous: "In one piece: the direct map", "物理连续：直接映射";
        ContiguousNone: "nothing of the script lies there; this asks for it:", "脚本在那里还没有内存；这条命令申请一块：";
        NoAreas: "no area yet; this makes one:", "还没有区域；这条命令创建一个：";
        More: "more", "更多";
        Kmap: "kmap slots", "kmap 槽";
        Slot: "slot", "槽";
        Used: "in use", "在用";
        Idle: "mapped, unused", "映射着但无人用";
        LastSlot: "last given", "上次给出";
        Start: "from", "起";
        End: "to", "止";
        Gap: "gap", "空隙";
        Asked: "asked for", "请求";
    }
}

/// Names a part of the kernel's half.
pub(super) fn band(kind: BandKind, lang: Lang) -> &'static str {
    let (en, zh) = match kind {
        BandKind::DirectMap => ("direct map", "直接映射"),
        BandKind::Vmalloc => ("vmalloc", "vmalloc"),
        BandKind::Vmemmap => ("vmemmap", "vmemmap"),
        BandKind::Pkmap => ("pkmap", "pkmap"),
        BandKind::Ldt => ("LDT", "LDT"),
        BandKind::CpuEntryArea => ("CPU entry", "CPU 入口"),
        BandKind::KernelText => ("text", "内核映像"),
        BandKind::Modules => ("modules", "模块"),
        BandKind::Fixmap => ("fixmap", "fixmap"),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}
