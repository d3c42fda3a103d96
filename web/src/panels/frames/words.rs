//! Texts of the *Frames* panel, in both languages.

mm_view::labels! {
    /// A text of the panel.
    pub(super) enum Text {
        Machine: "machine", "整机";
        Pageblock: "pageblock", "页块";
        ColourBy: "colour by", "着色";
        ByKind: "kind", "用途";
        ByType: "migrate type", "迁移类型";
        ByOrder: "order", "阶";
        ByZone: "zone", "内存区";
        ByOwner: "owner", "所有者";
        ByAge: "age", "新旧";
        InSight: "counts: the part in sight", "计数：可见部分";
        AgeThisStep: "this step", "本步";
        AgeThisCommand: "this command", "本命令";
        AgeOneCommand: "one command ago", "上一条命令";
        AgeFewCommands: "2–4 commands ago", "2–4 条命令之前";
        AgeLonger: "longer ago", "更早";
        AgeSinceBoot: "not since boot", "启动后未变";
        AgeUnknown: "unknown: detail was off", "未知：未记录细节";
        AreaGone: "(area gone)", "（区域已不在）";
        OtherFrames: "others", "其他";
        Group: "group", "分组";
        ZoomIn: "zoom in", "放大";
        ZoomOut: "zoom out", "缩小";
        FrameMap: "Frame map", "页帧图";
        From: "from", "从";
        To: "to", "到";
        FramesCount: "frames", "页数";
        Kind: "kind", "用途";
        OnlyThese: "Show only these kinds", "只显示这些用途";
    }
}
