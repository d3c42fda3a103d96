//! Texts of the inspector, in both languages.

mm_view::labels! {
    /// A text of the inspector.
    pub(super) enum Text {
        Labels: "labels", "标签";
        Nothing: "Nothing is selected. Click a frame, an entry or an area anywhere.", "未选中任何东西。在任意处点击页帧、表项或区域。";
        Gone: "It does not exist at this step.", "在这一步它不存在。";
        Frame: "Frame", "页帧";
        Area: "Area", "区域";
        Physical: "physical", "物理地址";
        MappedBy: "mapped by", "映射者";
        Block: "block", "块";
        Buddy: "buddy", "伙伴";
        NeverMerges: "will never merge", "永不合并";
        Merges: "merges when this one is free", "本块空闲时合并";
        NotFree: "not free", "未空闲";
        HoldsTable: "holds", "存放";
        AllOthersZero: "all others 0", "其余为 0";
        Life: "Life of this frame", "这个页帧的经历";
        Resident: "resident", "常驻";
        Pages: "pages", "页";
        Watermarks: "watermarks", "水位";
        Areas: "areas", "区域数";
        Start: "first frame", "首页帧";
        IsAbsent: "empty: a touch would fault", "空：访问就会缺页";
        Before: "before", "之前";
        DirectMap: "direct map", "直接映射";
        NoDirectMap: "none: HighMem is mapped on demand", "无：高端内存按需映射";
        Section: "section", "section（段）";
        Links: "Links", "关联";
        EachLightsUp: "each one lights up everywhere", "每一处都会一起点亮";
        PageTableLink: "page table", "页表";
        AreaLink: "area", "区域";
        ReverseMap: "reverse map", "反向映射";
        OneMapping: "1 mapping", "1 处映射";
        NextOnList: "next on the list", "链表的下一个";
        EndOfList: "none, the list ends", "没有，链表到此为止";
        BeforeCapture: "unknown: taken before the capture", "未知：快照之前已分配";
        WhatTheyMean: "What the words mean", "各字的含义";
        OtherArms: "Other arms of the union, older kernels", "联合体的其他分支与旧内核";
        PageblockTitle: "Pageblock", "页块";
        Keys: "Keys", "按键";
        KeyOneFrame: "one frame", "一个页帧";
        KeyOnePageblock: "one pageblock", "一个页块";
        KeySameKind: "previous, next of this kind", "上一个、下一个同类";
        KeyTheBuddy: "jump to the buddy", "跳到伙伴块";
        KeyZoom: "zoom, whole machine", "缩放、整台机器";
        KeySelect: "select under the cursor", "选中光标处";
        OtherUse: "In other uses of the page", "页作其他用途时";
        NotModelled: "Not modelled", "未建模";
        NotBuilt: "Not built into this kernel", "本内核未编入";
        NoLongerThere: "No longer there in 6.1", "6.1 里已没有";
    }
}
