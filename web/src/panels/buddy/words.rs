//! Texts of the *Buddy* panel, in both languages.

mm_view::labels! {
    /// A text of the panel.
    pub(super) enum Text {
        FreeBlocks: "free", "空闲";
        Share: "share of free memory", "占空闲内存的比例";
        Taken: "taken by this command", "本命令取走";
        FramesFree: "frames free", "页空闲";
        Fallback: "Fallback", "回退";
        Asked: "asked", "请求";
        Tried: "tried in order", "依次尝试";
        Candidate: "block chosen", "选中的块";
        Reach: "how much", "取多少";
        WholePageblock: "pageblock", "页块";
        Boost: "watermark_boost", "watermark_boost";
        NotYet: "not yet", "尚未";
        ItsListsEmpty: "its own lists have no block", "自己的链表里没有块";
    }
}
