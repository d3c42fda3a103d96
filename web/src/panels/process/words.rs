//! Texts of the *Process* panel, in both languages.

mm_view::labels! {
    /// A text of the panel.
    pub(super) enum Text {
        UserHalf: "user half", "用户空间";
        KernelHalf: "kernel half", "内核空间";
        Range: "address", "地址";
        Size: "size", "大小";
    }
}
