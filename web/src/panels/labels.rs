//! Fixed texts of the panels, in both languages.

mm_view::labels! {
    /// A text of a panel.
    pub(super) enum Text {
        // Translate.
        Process: "Process", "进程";
        Address: "Address", "地址";
        Access: "Access", "访问方式";
        Numbers: "Numbers", "数字";
        Decimal: "decimal", "十进制";
        Hex: "hex", "十六进制";
        Levels: "levels", "级";
        Miss: "miss", "未命中";
        Hit: "hit", "命中";
        NotAsked: "not asked", "未查找";
        HitWouldSkip: "a hit would skip the walk", "命中就不必遍历";
        HitSkips: "the hit skips the walk", "命中，跳过遍历";
        PageNumber: "virtual page number", "虚拟页号";
        SignOf: "sign of bit", "同第";
        SignOfEnd: "", "位";
        Offset: "offset", "页内偏移";
        New: "new", "新";
        Written: "written", "已写";
        FromEntry: "from entry", "来自表项";
        Unchanged: "unchanged", "原样照抄";
        PhysicalAddress: "physical address", "物理地址";
        NoFrameYet: "no frame yet", "还没有页帧";
        Reads: "memory reads", "读内存";
        Time: "simulated time", "模拟时间";
        PageFault: "page fault", "缺页";
        NotCanonical: "not canonical: refused before the walk", "非规范地址：遍历之前就被拒绝";
        ErrorCode: "error code", "错误码";
        KernelAnswers: "the kernel answers", "交给内核处理";
        Repaired: "the kernel gives it a page", "内核给它一页";
        NoAddress: "No address to walk yet.", "还没有要翻译的地址。";
        MakeProcess: "There is no process yet; this makes one:", "还没有进程；这条命令创建一个：";
        AsTable: "As a table", "显示为表格";
        AsPicture: "As a picture", "显示为图";
        Level: "level", "级";
        Table: "table in frame", "页表在页帧";
        TableShort: "frame", "页帧";
        Index: "index", "下标";
        Entry: "entry", "表项";
        Bits: "bits", "位";
        Names: "names", "指向";
        Pending: "pending", "待读";
        // Buddy.
        Zone: "Zone", "内存区";
        Order: "order", "阶";
        FreeBlocks: "free", "空闲";
        InListOrder: "in list order", "按链表次序";
        Share: "share of free memory", "占空闲内存的比例";
        Taken: "taken by this command", "本命令取走";
        PutBack: "put back by", "放回：";
        FramesFree: "frames free", "页空闲";
        Last: "last", "末";
        Empty: "empty", "空";
        // Frames.
        Machine: "machine", "整机";
        Node: "node", "节点";
        Type: "type", "类型";
        Pageblock: "pageblock", "页块";
        ColourBy: "colour by", "着色";
        ByKind: "kind", "用途";
        ByType: "migrate type", "迁移类型";
        ByOrder: "order", "阶";
        ZoomIn: "zoom in", "放大";
        ZoomOut: "zoom out", "缩小";
        WholeMachine: "Whole machine", "整台机器";
        FrameMap: "Frame map", "页帧图";
        From: "from", "从";
        To: "to", "到";
        FramesCount: "frames", "页数";
        Kind: "kind", "用途";
        OnlyThese: "Show only these kinds", "只显示这些用途";
        // Process.
        UserHalf: "user half", "用户空间";
        KernelHalf: "kernel half", "内核空间";
        Range: "address", "地址";
        Size: "size", "大小";
        Permissions: "perms", "权限";
        Name: "name", "名称";
        Labels: "labels", "标签";
        // /proc.
        Files: "Files", "文件";
        NoSuchFile: "The model does not write this file.", "模型不输出这个文件。";
        Changed: "changed by this command", "本命令改动";
        // Inspector.
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
        Bytes64: "64 bytes", "64 字节";
        Arm: "arm", "联合体";
        AllOthersZero: "all others 0", "其余为 0";
        Life: "Life of this frame", "这个页帧的经历";
        Step: "step", "步";
        Boot: "boot", "启动";
        Nobody: "no entry", "没有表项";
        Resident: "resident", "常驻";
        Pages: "pages", "页";
        Spanned: "spanned", "跨度";
        Present: "present", "存在";
        Managed: "managed", "受管理";
        Free: "free", "空闲";
        Watermarks: "watermarks", "水位";
        Areas: "areas", "区域数";
        Start: "first frame", "首页帧";
        IsAbsent: "empty: a touch would fault", "空：访问就会缺页";
        Before: "before", "之前";
        Zones: "zones", "内存区";
        NotModelled: "Not modelled", "未建模";
        NotBuilt: "Not built into this kernel", "本内核未编入";
        NoLongerThere: "No longer there in 6.1", "6.1 里已没有";
    }
}
