//! Texts of the *Translate* panel, in both languages.

mm_view::labels! {
    /// A text of the panel.
    pub(super) enum Text {
        Access: "Access", "访问方式";
        Mode: "Mode of the processor", "处理器模式";
        Numbers: "Numbers", "数字";
        Decimal: "decimal", "十进制";
        Hex: "hex", "十六进制";
        Miss: "miss", "未命中";
        Hit: "hit", "命中";
        NotAsked: "not asked", "未查找";
        HitWouldSkip: "a hit would skip the walk", "命中就不必遍历";
        HitSkips: "the hit skips the walk", "命中，跳过遍历";
        PageNumber: "virtual page number", "虚拟页号";
        Offset: "offset", "页内偏移";
        New: "new", "新";
        Written: "written", "已写";
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
        Level: "level", "级";
        Table: "table in frame", "页表在页帧";
        TableShort: "frame", "页帧";
        Index: "index", "下标";
        Entry: "entry", "表项";
        Bits: "bits", "位";
        Names: "names", "指向";
        Pending: "pending", "待读";
    }
}
