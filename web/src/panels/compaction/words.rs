//! Texts of the *Compaction* panel, in both languages.

mm_view::labels! {
    /// A text of the panel.
    pub(super) enum Text {
        Blocks: "Pageblocks of the zone", "区域的页块";
        Block: "pageblock", "页块";
        Movable: "movable", "可移动";
        Fixed: "stays", "不可移动";
        Free: "free", "空闲";
        Skip: "skip", "跳过";
        Skipped: "left out by the scanners", "扫描器跳过";
        Migrate: "migrate scanner", "迁移扫描器";
        FreeScanner: "free scanner", "空闲扫描器";
        Cached: "cached", "缓存位置";
        NoRun: "The scanners have not run in this command; this runs them:", "本命令中扫描器没有运行；这条命令让它们运行：";
        Run: "Last run", "最近一次运行";
        Scanned: "scanned", "扫描";
        Moved: "moved", "已移动";
        Failed: "stayed", "未动";
        Isolated: "isolated", "已隔离";
        Running: "still running", "还在运行";
        Last: "last moves", "最近的移动";
        Indexes: "What free memory is worth", "空闲内存的价值";
        Fits: "blocks that fit", "放得下的块";
        Unusable: "unusable", "不可用";
        Index: "extfrag index", "外碎片指数";
        FitsAlready: "a block fits", "有合适的块";
        Threshold: "threshold", "阈值";
        Request: "A request now", "此刻的一个请求";
        Order: "Order of the request", "请求的阶";
        NotNeeded: "no need: a block is there", "不需要：有现成的块";
        Helps: "compaction could help", "规整能有帮助";
        TooLittle: "too little free memory to move pages to", "空闲太少，没有地方可移";
        NotFragmented: "memory is short, not fragmented", "是内存不足，而非碎片";
        Deferral: "Deferral", "推迟";
        DeferredNow: "this attempt would be left out", "这次尝试会被略过";
        NotDeferred: "nothing is left out", "不会略过";
        Kcompactd: "kcompactd", "kcompactd";
        Score: "score", "得分";
        Several: "pageblocks a cell", "个页块一格";
    }
}
