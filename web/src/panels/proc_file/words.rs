//! Texts of the */proc* panel, in both languages.

mm_view::labels! {
    /// A text of the panel.
    pub(super) enum Text {
        Files: "Files", "文件";
        FirstLines: "These are its first lines; cat prints all.", "这里只有开头若干行；cat 会打印全部。";
        NoSuchFile: "The model does not write this file.", "模型不输出这个文件。";
        Changed: "changed by this command", "本命令改动";
    }
}
